//! Receiving: the listener, and every transfer that came through it.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::mpsc::{self, TryRecvError};
use std::task::Waker;
use std::time::{Instant, SystemTime};

use super::settings::Settings;
use crate::disk::Destination;
use crate::error::{Error, TurnedAway};
use crate::history::Record;
use crate::messages::window::problems::repeated;
use crate::messages::{UserMessage, outcome};
use crate::net::{AccessPolicy, LocalAddress, addresses_for_senders, local_addresses};
use crate::session::Incoming;
use crate::transfer::{
    Consent, IncomingHandle, Limits, ListenEvent, ListenOptions, Listener, ReceiveEvent,
    ReceiveOutcome, TransferId, Trust, Unfinished,
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
    rows: Vec<Row>,
    /// The newest first.
    turned_away: VecDeque<(IpAddr, TurnedAway, u32)>,
    /// First contacts that were broken off, the newest first.
    broken_off: VecDeque<(IpAddr, (String, Unfinished), u32)>,
    problem: Option<UserMessage>,
}

/// One transfer that came, with what steers it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) incoming: Incoming,
    pub(super) handle: IncomingHandle,
    since: Instant,
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
            row.incoming.observe(row.handle.snapshot(), now);
        }
        self.drop_old_rows();
        news
    }

    fn take(&mut self, event: ListenEvent, settings: &Settings, news: &mut News) {
        match event {
            ListenEvent::Connected(handle) => self.rows.push(Row {
                incoming: Incoming::new(handle.id(), handle.peer()),
                handle,
                since: Instant::now(),
            }),
            ListenEvent::Transfer(id, event) => self.take_event(id, event, news),
            ListenEvent::BrokenOff {
                peer,
                device_name,
                how,
            } => note(&mut self.broken_off, peer, (device_name, how)),
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

    fn take_event(&mut self, id: TransferId, event: ReceiveEvent, news: &mut News) {
        let Some(row) = self.row_mut(id) else {
            return;
        };
        let incoming = &mut row.incoming;
        if let ReceiveEvent::Ended(ReceiveOutcome::TurnedAway(reason)) = event {
            let peer = incoming.peer();
            self.rows.retain(|row| row.incoming.id() != id);
            note(&mut self.turned_away, peer, reason);
            return;
        }
        incoming.apply(event);
        news.requested |= incoming.asks();
        news.ended |= !incoming.running();
        news.over.extend(incoming.record(SystemTime::now()));
    }

    /// The oldest first, but those that tell of nothing before those that do, and those in which
    /// something is that would be lost at the very last.
    fn drop_old_rows(&mut self) {
        let finished = self.all().filter(|one| !one.running()).count();
        let mut too_many = finished.saturating_sub(MAX_FINISHED_ROWS);
        let steps = [
            Incoming::is_idle_talk,
            |one: &Incoming| !one.running() && !one.holds_something(),
            |one: &Incoming| !one.running(),
        ];
        for may_go in steps {
            self.rows.retain(|row| {
                let goes = too_many > 0 && may_go(&row.incoming);
                too_many -= usize::from(goes);
                !goes
            });
        }
    }

    pub(super) fn clear_finished(&mut self) {
        self.rows.retain(|row| !row.incoming.can_dismiss());
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
        let goes = |one: &Incoming| one.id() == id && one.can_dismiss();
        self.rows.retain(|row| !goes(&row.incoming));
    }

    pub(super) fn row_mut(&mut self, id: TransferId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.incoming.id() == id)
    }

    pub(super) fn transfer_mut(&mut self, id: TransferId) -> Option<&mut Incoming> {
        self.row_mut(id).map(|row| &mut row.incoming)
    }

    /// Transfers that somebody would miss: not those that have sent nothing yet.
    pub(super) fn unfinished(&self) -> usize {
        let missed = |one: &&Incoming| one.asks() || one.moving();
        self.all().filter(missed).count()
    }

    pub(super) fn requests(&self) -> usize {
        self.all().filter(|one| one.asks()).count()
    }

    /// What the latest request wants, in a few words.
    pub(super) fn request(&self) -> Option<String> {
        self.all().rev().find_map(Incoming::request)
    }

    /// Whether something is being written that would suffer if this computer fell asleep.
    pub(super) fn moving(&self) -> bool {
        self.all().any(Incoming::moving)
    }

    /// Stops listening and tells every worker to end.
    pub(super) fn cancel_all(&mut self) {
        self.stop();
        for row in self.rows.iter().filter(|row| row.incoming.running()) {
            row.handle.cancel();
        }
    }

    pub(super) fn running(&self) -> bool {
        self.all().any(Incoming::running)
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

    /// Each with when it began, the oldest first.
    pub(super) fn transfers(&self) -> impl Iterator<Item = (Instant, &Incoming)> {
        self.rows.iter().map(|row| (row.since, &row.incoming))
    }

    fn all(&self) -> impl DoubleEndedIterator<Item = &Incoming> {
        self.rows.iter().map(|row| &row.incoming)
    }

    pub(super) fn turned_away(&self) -> Vec<String> {
        let line = |(peer, reason, times): &(IpAddr, TurnedAway, u32)| {
            repeated(outcome::turned_away(*reason, *peer), *times)
        };
        self.turned_away.iter().map(line).collect()
    }

    pub(super) fn unfinished_contacts(&self) -> UnfinishedView {
        let line = |(peer, (name, how), times): &(IpAddr, (String, Unfinished), u32)| {
            repeated(outcome::broken_off(name, *peer, *how), *times)
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
