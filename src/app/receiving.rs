//! Receiving: the listener, and every transfer that came through it.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::mpsc::{self, TryRecvError};
use std::task::Waker;
use std::time::Instant;

use super::history;
use super::incoming_row::{IncomingRow, Stage};
use super::settings::Settings;
use crate::disk::Destination;
use crate::error::{Error, TurnedAway};
use crate::history::Record;
use crate::messages::{UserMessage, outcome};
use crate::net::{AccessPolicy, LocalAddress, addresses_for_senders, local_addresses};
use crate::transfer::{
    Consent, Limits, ListenEvent, ListenOptions, Listener, ReceiveEvent, ReceiveOutcome,
    TransferId, Trust, Unfinished,
};
use crate::ui::UnfinishedView;

/// So many rows that are over stay in the list; older ones go by themselves.
const MAX_FINISHED_ROWS: usize = 200;
/// So many different peers that were turned away, or broke off a first contact, are shown.
const MAX_TURNED_AWAY: usize = 4;

/// Receiving, whether it is on or off.
#[derive(Debug, Default)]
pub(super) struct Receiving {
    listener: Option<Listener>,
    /// One for each time listening was started, as long as something can come from it.
    channels: Vec<mpsc::Receiver<ListenEvent>>,
    /// Those to tell to senders; absent if the system does not tell.
    addresses: Option<Vec<LocalAddress>>,
    /// The oldest first.
    rows: Vec<IncomingRow>,
    /// The newest first.
    turned_away: VecDeque<(IpAddr, TurnedAway, u32)>,
    /// First contacts that were broken off, the newest first.
    broken_off: VecDeque<(IpAddr, (String, Unfinished), u32)>,
    problem: Option<UserMessage>,
}

/// What is worth more than a look.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Somebody waits for the user.
    pub(super) requested: bool,
    /// A transfer ended, which may have left something in the folder.
    pub(super) ended: bool,
    /// This computer has other addresses than before.
    pub(super) moved: bool,
    /// What became of those that ended.
    pub(super) over: Vec<Record>,
}

impl Receiving {
    /// Binds the port. What goes wrong is kept as the problem to show.
    pub(super) fn start(&mut self, settings: &Settings, trust: Option<Trust>, waker: Waker) {
        let options = ListenOptions {
            port: settings.port,
            address: settings.listen_on,
            access: access(settings),
            consent: consent(settings),
            empty_files: false,
            destination: destination(settings),
            limits: Limits::default(),
            trust,
        };
        self.addresses = local_addresses()
            .ok()
            .map(|all| addresses_for_senders(&all, settings.listen_on));
        match Listener::start(options, waker) {
            Ok((listener, events)) => {
                self.problem = None;
                self.listener = Some(listener);
                self.channels.push(events);
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Frees the port; running transfers go on.
    pub(super) fn stop(&mut self) {
        self.listener = None;
    }

    pub(super) fn fail(&mut self, error: &Error) {
        log::warn!("cannot receive: {error}");
        self.set_problem(Some(UserMessage::from(error)));
        self.listener = None;
    }

    pub(super) fn set_problem(&mut self, problem: Option<UserMessage>) {
        self.problem = problem;
    }

    /// Makes the listener follow changed settings.
    pub(super) fn follow(&self, settings: &Settings) {
        if let Some(listener) = &self.listener {
            listener.set_consent(consent(settings));
            listener.set_access(access(settings));
            listener.set_destination(destination(settings));
        }
    }

    /// Takes in what the workers have told.
    pub(super) fn drain(&mut self, settings: &Settings, now: Instant) -> News {
        let mut news = News::default();
        let mut channels = std::mem::take(&mut self.channels);
        channels.retain(|channel| {
            loop {
                match channel.try_recv() {
                    Ok(event) => self.take(event, settings, &mut news),
                    Err(TryRecvError::Empty) => return true,
                    Err(TryRecvError::Disconnected) => return false,
                }
            }
        });
        self.channels = channels;
        for row in &mut self.rows {
            row.measure(now);
        }
        self.drop_old_rows();
        news
    }

    fn take(&mut self, event: ListenEvent, settings: &Settings, news: &mut News) {
        match event {
            ListenEvent::Connected(incoming) => self.rows.push(IncomingRow::new(incoming)),
            ListenEvent::Transfer(id, ReceiveEvent::Requested) => {
                self.set_stage(id, Stage::Requested);
                news.requested = true;
            }
            ListenEvent::Transfer(id, ReceiveEvent::Introduced(introduced)) => {
                news.requested |= introduced.code.is_some();
                self.tell_row(id, |row| row.introduce(introduced));
            }
            ListenEvent::Transfer(id, ReceiveEvent::Offered(offered)) => {
                news.requested |= !offered.decided;
                self.tell_row(id, |row| row.offer(offered));
            }
            ListenEvent::Transfer(id, ReceiveEvent::Resuming(held_bytes)) => {
                self.tell_row(id, |row| row.resume(held_bytes));
            }
            ListenEvent::BrokenOff {
                peer,
                device_name,
                how,
            } => note(&mut self.broken_off, peer, (device_name, how)),
            ListenEvent::Transfer(id, ReceiveEvent::Accepted) => {
                self.set_stage(id, Stage::Receiving)
            }
            ListenEvent::Transfer(id, ReceiveEvent::Ended(ReceiveOutcome::TurnedAway(reason))) => {
                let peer = self.row_mut(id).map(|row| row.incoming.peer());
                self.rows.retain(|row| row.id() != id);
                if let Some(peer) = peer {
                    note(&mut self.turned_away, peer, reason);
                }
            }
            ListenEvent::Transfer(id, ReceiveEvent::Ended(outcome)) => {
                news.ended = true;
                let row = self.rows.iter().find(|row| row.id() == id);
                news.over
                    .extend(row.and_then(|row| history::received(row, &outcome)));
                self.tell_row(id, |row| row.end(outcome));
            }
            ListenEvent::TurnedAway { peer, reason } => {
                note(&mut self.turned_away, peer, reason);
            }
            ListenEvent::AddressesChanged(addresses) => {
                let addresses = Some(addresses_for_senders(&addresses, settings.listen_on));
                news.moved |= self.addresses != addresses;
                self.addresses = addresses;
            }
            ListenEvent::Failed(error) => self.fail(&error),
        }
    }

    fn tell_row(&mut self, id: TransferId, tell: impl FnOnce(&mut IncomingRow)) {
        if let Some(row) = self.row_mut(id) {
            tell(row);
        }
    }

    /// The oldest first, but those that tell of nothing before those that do, and those in which
    /// something is that would be lost at the very last.
    fn drop_old_rows(&mut self) {
        let finished = self.rows.iter().filter(|row| !row.running()).count();
        let mut too_many = finished.saturating_sub(MAX_FINISHED_ROWS);
        let steps = [
            IncomingRow::is_idle_talk,
            |row: &IncomingRow| row.clearable() && !row.holds_something(),
            |row: &IncomingRow| !row.running(),
        ];
        for may_go in steps {
            self.rows.retain(|row| {
                let goes = too_many > 0 && may_go(row);
                too_many -= usize::from(goes);
                !goes
            });
        }
    }

    pub(super) fn clear_finished(&mut self) {
        self.rows.retain(|row| !row.clearable());
        self.turned_away.clear();
        self.broken_off.clear();
    }

    /// The user expects an unknown computer, and knows of those that broke off.
    pub(super) fn allow_first_contact(&mut self) {
        if let Some(listener) = &self.listener {
            listener.allow_first_contact();
        }
        self.broken_off.clear();
    }

    pub(super) fn dismiss(&mut self, id: TransferId) {
        self.rows.retain(|row| row.id() != id || !row.clearable());
    }

    pub(super) fn row_mut(&mut self, id: TransferId) -> Option<&mut IncomingRow> {
        self.rows.iter_mut().find(|row| row.id() == id)
    }

    pub(super) fn set_stage(&mut self, id: TransferId, stage: Stage) {
        if let Some(row) = self.row_mut(id) {
            row.stage = stage;
        }
    }

    /// Transfers that somebody would miss: not those that have sent nothing yet.
    pub(super) fn unfinished(&self) -> usize {
        let missed = |row: &&IncomingRow| row.asks() || matches!(row.stage, Stage::Receiving);
        self.rows.iter().filter(missed).count()
    }

    pub(super) fn requests(&self) -> usize {
        self.rows.iter().filter(|row| row.asks()).count()
    }

    /// What the latest request wants, in a few words.
    pub(super) fn request(&self) -> Option<String> {
        self.rows().find_map(IncomingRow::request)
    }

    /// Whether something is being written that would suffer if this computer fell asleep.
    pub(super) fn moving(&self) -> bool {
        let moving = |row: &IncomingRow| matches!(row.stage, Stage::Receiving);
        self.rows.iter().any(moving)
    }

    /// Stops listening and tells every worker to end.
    pub(super) fn cancel_all(&mut self) {
        self.stop();
        for row in self.rows.iter().filter(|row| row.running()) {
            row.incoming.cancel();
        }
    }

    pub(super) fn running(&self) -> bool {
        self.rows.iter().any(IncomingRow::running)
    }

    pub(super) fn listening_port(&self) -> Option<u16> {
        self.listener.as_ref().map(Listener::port)
    }

    pub(super) fn addresses(&self) -> Option<&[LocalAddress]> {
        self.addresses.as_deref()
    }

    pub(super) fn problem(&self) -> Option<&UserMessage> {
        self.problem.as_ref()
    }

    /// The newest first.
    pub(super) fn rows(&self) -> impl Iterator<Item = &IncomingRow> {
        self.rows.iter().rev()
    }

    pub(super) fn turned_away(&self) -> Vec<String> {
        let line = |(peer, reason, times): &(IpAddr, TurnedAway, u32)| {
            with_times(outcome::turned_away(*reason, *peer), *times)
        };
        self.turned_away.iter().map(line).collect()
    }

    pub(super) fn unfinished_contacts(&self) -> UnfinishedView {
        let line = |(peer, (name, how), times): &(IpAddr, (String, Unfinished), u32)| {
            with_times(outcome::broken_off(name, *peer, *how), *times)
        };
        let listener = self.listener.as_ref();
        UnfinishedView {
            lines: self.broken_off.iter().map(line).collect(),
            // Also when the lines are cleared.
            others_wait: listener.is_some_and(Listener::first_contacts_wait),
        }
    }
}

/// Where the next file goes.
pub(super) fn destination(settings: &Settings) -> Destination {
    Destination::classic(settings.folder())
}

/// The same peer with the same remark is one line, however often it calls.
fn note<T: PartialEq>(lines: &mut VecDeque<(IpAddr, T, u32)>, peer: IpAddr, remark: T) {
    let known = lines
        .iter()
        .position(|(known_peer, known_remark, _)| *known_peer == peer && *known_remark == remark);
    let before = known.and_then(|index| lines.remove(index));
    let times = before.map_or(0, |(_, _, times)| times).saturating_add(1);
    lines.push_front((peer, remark, times));
    lines.truncate(MAX_TURNED_AWAY);
}

fn with_times(line: String, times: u32) -> String {
    match times {
        0 | 1 => line,
        times => format!("{line} ({times} times)"),
    }
}

fn consent(settings: &Settings) -> Consent {
    if settings.save_without_asking {
        Consent::SaveWithoutAsking
    } else {
        Consent::Ask
    }
}

fn access(settings: &Settings) -> AccessPolicy {
    if settings.any_address {
        AccessPolicy::AnyAddress
    } else {
        AccessPolicy::AttachedNetworks
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_peer_that_is_turned_away_again_and_again_is_one_line() {
        let mut receiving = Receiving::default();
        for last in [1, 2, 3, 4, 5, 5, 5] {
            let peer = format!("203.0.113.{last}").parse().unwrap();
            note(&mut receiving.turned_away, peer, TurnedAway::NotAttached);
        }
        let lines = receiving.turned_away();
        assert_eq!(lines.len(), MAX_TURNED_AWAY);
        assert!(lines[0].contains("203.0.113.5") && lines[0].ends_with("(3 times)"));
    }
}
