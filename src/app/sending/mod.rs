//! Sending: what is chosen, and every transfer that goes out.

mod chosen;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::task::Waker;
use std::time::{Instant, SystemTime};

use crate::error::Error;
use crate::history::{Ending, Record};
use crate::identity::{Devices, Fingerprint};
use crate::messages::UserMessage;
use crate::messages::window::send::THE_TEXT;
use crate::net::{parse_port, parse_target};
use crate::session::{Outgoing, Receiver};
use crate::transfer::{
    ClassicConsent, OutgoingHandle, Payload, SendEvent, SendLimits, SendOptions, SendOutcome,
    Trust, send,
};
use crate::ui::{OutgoingAction, OutgoingId, SendView, To};

pub(super) use chosen::{Chosen, Gathered};

/// So many rows that are over stay in the list; older ones go by themselves.
const MAX_FINISHED_ROWS: usize = 200;

/// Sending, whether something is sent or not.
#[derive(Debug, Default)]
pub(super) struct Sending {
    pub(super) chosen: Chosen,
    problem: Option<UserMessage>,
    /// The oldest first.
    rows: Vec<Row>,
    started: u64,
    over: Vec<Record>,
}

/// Something on its way, or what became of it.
#[derive(Debug)]
struct Row {
    id: OutgoingId,
    outgoing: Outgoing,
    handle: OutgoingHandle,
    events: mpsc::Receiver<SendEvent>,
    /// The device that has to be there, if it was picked from a list.
    picked: Option<Fingerprint>,
    /// The version of what was chosen that it sends, if it is that.
    choice: Option<u64>,
    since: Instant,
}

/// What every transfer needs from the window.
#[derive(Debug)]
pub(super) struct SendContext {
    /// Keys and known devices, if there is a key.
    pub(super) trust: Option<Trust>,
    /// The known devices, also without a key.
    pub(super) devices: Arc<Devices>,
    /// Woken when there is news.
    pub(super) waker: Waker,
}

impl Sending {
    /// More was chosen: the job that looks at it. What was wrong with an earlier choice is past, and
    /// what is being sent already is no part of the next thing to send.
    pub(super) fn choose(
        &mut self,
        paths: Vec<PathBuf>,
    ) -> impl FnOnce() -> Gathered + Send + 'static {
        self.problem = None;
        let choice = Some(self.chosen.version());
        let failed = |row: &Row| {
            row.outgoing
                .ending()
                .is_some_and(|ending| !ending.is_good())
        };
        if self
            .rows
            .iter()
            .any(|row| row.choice == choice && !failed(row))
        {
            self.chosen.remove_all();
        }
        self.chosen.look_at(paths)
    }

    /// What was chosen was looked at. What cannot be sent is told; the rest is in the list.
    pub(super) fn take_gathered(&mut self, gathered: Gathered) {
        if let Some(problem) = self.chosen.take(gathered) {
            self.problem = Some(problem);
        }
    }

    pub(super) fn remove(&mut self, index: usize) {
        self.chosen.remove(index);
        self.problem = None;
    }

    pub(super) fn remove_all(&mut self) {
        self.chosen.remove_all();
        self.problem = None;
    }

    /// Starts to send what is chosen, or a text, to each of these receivers.
    pub(super) fn start(&mut self, to: Vec<To>, text: Option<String>, context: &SendContext) {
        let (payload, what, choice) = match text {
            Some(text) => (Payload::Text(text), THE_TEXT.to_owned(), None),
            None => (
                Payload::Paths(self.chosen.paths()),
                self.chosen.words(),
                Some(self.chosen.version()),
            ),
        };
        self.problem = None;
        for to in to {
            if let Some(id) = self.start_payload(&to, payload.clone(), what.clone(), context)
                && let Some(row) = self.row_mut(id)
            {
                row.choice = choice;
            }
        }
    }

    /// Starts to send these files and folders, whatever is chosen.
    pub(super) fn start_paths(
        &mut self,
        to: &To,
        paths: Vec<PathBuf>,
        what: String,
        context: &SendContext,
    ) {
        self.problem = None;
        self.start_payload(to, Payload::Paths(paths), what, context);
    }

    fn start_payload(
        &mut self,
        to: &To,
        payload: Payload,
        what: String,
        context: &SendContext,
    ) -> Option<OutgoingId> {
        self.try_start(to, payload, what, context)
            .map_err(|error| self.problem = Some(UserMessage::from(&error)))
            .ok()
            .flatten()
    }

    fn try_start(
        &mut self,
        to: &To,
        payload: Payload,
        what: String,
        context: &SendContext,
    ) -> Result<Option<OutgoingId>, Error> {
        let own_port = parse_port(&to.port)?;
        let target = parse_target(&to.host)?;
        let port = target.port_or(Some(own_port))?.unwrap_or(own_port);
        let host = target.host;
        if payload == Payload::Paths(Vec::new()) {
            return Ok(None);
        }
        let options = SendOptions {
            host: host.clone(),
            port,
            payload: payload.clone(),
            confirmation_wait: None,
            trust: context.trust.clone(),
            devices: Some(context.devices.clone()),
            picked: to.picked,
            classic: ClassicConsent::Ask,
            limits: SendLimits::default(),
        };
        let (handle, events) = send(options, context.waker.clone())?;
        self.started += 1;
        let id = OutgoingId(self.started);
        self.rows.push(Row {
            id,
            outgoing: Outgoing::new(Receiver { host, port }, payload, what),
            handle,
            events,
            picked: to.picked,
            choice: None,
            since: Instant::now(),
        });
        Ok(Some(id))
    }

    /// Does what the user asked for about one transfer. One that is gone asks for nothing.
    pub(super) fn perform(
        &mut self,
        id: OutgoingId,
        action: OutgoingAction,
        context: &SendContext,
    ) {
        let Some(row) = self.row_mut(id) else {
            return;
        };
        match action {
            OutgoingAction::GoOn { remember } => {
                if let Some(kind) = row.outgoing.go_on() {
                    row.handle.go_on(kind, remember);
                }
            }
            OutgoingAction::Reject => {
                if let Some(question) = row.outgoing.question() {
                    row.handle.reject(question.kind());
                }
            }
            OutgoingAction::Cancel => row.handle.cancel(),
            OutgoingAction::Again => self.again(id, context),
            OutgoingAction::Dismiss => self.dismiss(id),
        }
    }

    /// Sends the same to the same receiver once more; the new transfer stands for the old one.
    fn again(&mut self, id: OutgoingId, context: &SendContext) {
        let Some(row) = self.row_mut(id).filter(|row| !row.outgoing.running()) else {
            return;
        };
        let (receiver, choice) = (row.outgoing.to().clone(), row.choice);
        let (payload, what) = (
            row.outgoing.payload().clone(),
            row.outgoing.what().to_owned(),
        );
        let to = To {
            host: receiver.host,
            port: receiver.port.to_string(),
            picked: row.picked,
        };
        self.problem = None;
        if let Some(new) = self.start_payload(&to, payload, what, context) {
            self.dismiss(id);
            if let Some(row) = self.row_mut(new) {
                row.choice = choice;
            }
        }
    }

    fn dismiss(&mut self, id: OutgoingId) {
        self.rows
            .retain(|row| row.id != id || row.outgoing.running());
    }

    /// Takes away what is over.
    pub(super) fn clear_finished(&mut self) {
        self.rows.retain(|row| row.outgoing.running());
    }

    pub(super) fn cancel_all(&self) {
        for row in self.rows.iter().filter(|row| row.outgoing.running()) {
            row.handle.cancel();
        }
    }

    fn row_mut(&mut self, id: OutgoingId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.id == id)
    }

    /// How many have yet to end.
    pub(super) fn running(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.outgoing.running())
            .count()
    }

    /// Takes in what the workers have told. Returns the receivers that have answered.
    pub(super) fn drain(&mut self, now: Instant) -> Vec<Receiver> {
        let mut connected = Vec::new();
        let mut delivered = Vec::new();
        for row in &mut self.rows {
            for event in row.events.try_iter() {
                match &event {
                    SendEvent::Connected { peer } => {
                        connected.push(row.outgoing.to().clone());
                        log::info!("connected to {peer}");
                    }
                    SendEvent::Ended(SendOutcome::Failed { error, .. }) => {
                        log::info!("sending ended: {error}");
                    }
                    _ => {}
                }
                row.outgoing.apply(event);
                self.over.extend(row.outgoing.record(SystemTime::now()));
                if row.outgoing.ending().is_some_and(Ending::is_good) {
                    delivered.extend(row.choice);
                }
            }
            row.outgoing.observe(row.handle.snapshot(), now);
        }
        self.forget_delivered(&delivered);
        self.drop_old_rows();
        connected
    }

    /// What has arrived everywhere it was sent to leaves the form.
    fn forget_delivered(&mut self, delivered: &[u64]) {
        if delivered.contains(&self.chosen.version()) && !self.is_on_its_way() {
            self.remove_all();
        }
    }

    /// Whether what is chosen is being sent.
    fn is_on_its_way(&self) -> bool {
        let choice = Some(self.chosen.version());
        let mut rows = self.rows.iter();
        rows.any(|row| row.choice == choice && row.outgoing.running())
    }

    fn drop_old_rows(&mut self) {
        let over = self.rows.len() - self.running();
        let mut too_many = over.saturating_sub(MAX_FINISHED_ROWS);
        self.rows.retain(|row| {
            let goes = too_many > 0 && !row.outgoing.running();
            too_many -= usize::from(goes);
            !goes
        });
    }

    /// What has ended since the last time.
    pub(super) fn take_over(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.over)
    }

    /// Each with when it began, the oldest first.
    pub(super) fn transfers(&self) -> impl Iterator<Item = (Instant, OutgoingId, &Outgoing)> {
        let rows = self.rows.iter();
        rows.map(|row| (row.since, row.id, &row.outgoing))
    }

    pub(super) fn view<'a>(&'a self, recent: &'a [Receiver]) -> SendView<'a> {
        SendView {
            recent,
            chosen: self.chosen.items(),
            choices: self.chosen.choices(),
            files: self.chosen.files(),
            bytes: self.chosen.bytes(),
            is_on_its_way: self.is_on_its_way(),
            gathering: self.chosen.gathering(),
            problem: self.problem.as_ref(),
            drops_are_lost: false,
            nearby: None,
        }
    }
}
