//! Sending: what is chosen, and the one outgoing transfer.

mod chosen;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::task::Waker;
use std::time::{Instant, SystemTime};

use crate::error::Error;
use crate::history::Record;
use crate::identity::{Devices, Fingerprint};
use crate::messages::UserMessage;
use crate::messages::window::send::THE_TEXT;
use crate::net::{parse_port, parse_target};
use crate::session::{Outgoing, Receiver};
use crate::transfer::{
    ClassicConsent, OutgoingHandle, Payload, SendEvent, SendLimits, SendOptions, SendOutcome,
    Trust, send,
};
use crate::ui::SendView;

pub(super) use chosen::{Chosen, Gathered};

/// Sending, whether something is sent or not.
#[derive(Debug, Default)]
pub(super) struct Sending {
    pub(super) chosen: Chosen,
    problem: Option<UserMessage>,
    transfer: Option<Transfer>,
    picked: Option<Fingerprint>,
    over: Vec<Record>,
}

/// Something on its way, or what became of it.
#[derive(Debug)]
struct Transfer {
    outgoing: Outgoing,
    handle: OutgoingHandle,
    events: mpsc::Receiver<SendEvent>,
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
    /// The device that was picked from a list, and has to be there.
    pub(super) picked: Option<Fingerprint>,
}

impl Sending {
    /// More was chosen: the job that looks at it. What was wrong with an earlier choice is past.
    pub(super) fn choose(
        &mut self,
        paths: Vec<PathBuf>,
    ) -> impl FnOnce() -> Gathered + Send + 'static {
        self.problem = None;
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

    /// Starts to send what is chosen, or a text, to a receiver as typed.
    pub(super) fn start(
        &mut self,
        host: &str,
        port: &str,
        text: Option<String>,
        means: SendContext,
    ) {
        let (payload, what) = match text {
            Some(text) => (Payload::Text(text), THE_TEXT.to_owned()),
            None => (Payload::Paths(self.chosen.paths()), self.chosen.words()),
        };
        self.start_payload(host, port, payload, what, means);
    }

    /// Starts to send these files and folders, whatever is chosen.
    pub(super) fn start_paths(
        &mut self,
        host: &str,
        port: u16,
        paths: Vec<PathBuf>,
        what: String,
        means: SendContext,
    ) {
        let payload = Payload::Paths(paths);
        self.start_payload(host, &port.to_string(), payload, what, means);
    }

    fn start_payload(
        &mut self,
        host: &str,
        port: &str,
        payload: Payload,
        what: String,
        means: SendContext,
    ) {
        self.problem = None;
        if let Err(error) = self.try_start(host, port, payload, what, means) {
            self.problem = Some(UserMessage::from(&error));
        }
    }

    fn try_start(
        &mut self,
        host: &str,
        port: &str,
        payload: Payload,
        what: String,
        means: SendContext,
    ) -> Result<(), Error> {
        let own_port = parse_port(port)?;
        let target = parse_target(host)?;
        let port = target.port_or(Some(own_port))?.unwrap_or(own_port);
        let host = target.host;
        if self.running() || payload == Payload::Paths(Vec::new()) {
            return Ok(());
        }
        let options = SendOptions {
            host: host.clone(),
            port,
            payload: payload.clone(),
            confirmation_wait: None,
            trust: means.trust,
            devices: Some(means.devices),
            picked: means.picked,
            classic: ClassicConsent::Ask,
            limits: SendLimits::default(),
        };
        let (handle, events) = send(options, means.waker)?;
        self.picked = means.picked;
        self.transfer = Some(Transfer {
            outgoing: Outgoing::new(Receiver { host, port }, payload, what),
            handle,
            events,
        });
        Ok(())
    }

    /// The device that has to be where the last transfer went, if it was picked from a list.
    pub(super) fn picked(&self) -> Option<Fingerprint> {
        self.picked
    }

    /// Sends the same to the same receiver once more.
    pub(super) fn again(&mut self, means: SendContext) {
        if let Some(Transfer { outgoing, .. }) = &self.transfer {
            let (to, payload) = (outgoing.to().clone(), outgoing.payload().clone());
            let what = outgoing.what().to_owned();
            self.start_payload(&to.host, &to.port.to_string(), payload, what, means);
        }
    }

    pub(super) fn go_on(&mut self, remember: bool) {
        if let Some(transfer) = &mut self.transfer
            && let Some(kind) = transfer.outgoing.go_on()
        {
            transfer.handle.go_on(kind, remember);
        }
    }

    pub(super) fn reject(&self) {
        if let Some(transfer) = &self.transfer
            && let Some(question) = transfer.outgoing.question()
        {
            transfer.handle.reject(question.kind());
        }
    }

    pub(super) fn cancel(&self) {
        if let Some(transfer) = &self.transfer {
            transfer.handle.cancel();
        }
    }

    /// Takes away the outcome.
    pub(super) fn dismiss(&mut self) {
        if !self.running() {
            self.transfer = None;
        }
    }

    pub(super) fn running(&self) -> bool {
        let running = |transfer: &Transfer| transfer.outgoing.running();
        self.transfer.as_ref().is_some_and(running)
    }

    /// Takes in what the worker has told. Returns the receiver once it has answered.
    pub(super) fn drain(&mut self, now: Instant) -> Option<Receiver> {
        let Transfer {
            outgoing,
            handle,
            events,
        } = self.transfer.as_mut()?;
        let mut connected = false;
        for event in events.try_iter() {
            match &event {
                SendEvent::Connected { peer } => {
                    connected = true;
                    log::info!("connected to {peer}");
                }
                SendEvent::Ended(SendOutcome::Failed { error, .. }) => {
                    log::info!("sending ended: {error}");
                }
                _ => {}
            }
            outgoing.apply(event);
            self.over.extend(outgoing.record(SystemTime::now()));
        }
        outgoing.observe(handle.snapshot(), now);
        connected.then(|| outgoing.to().clone())
    }

    /// What has ended since the last time.
    pub(super) fn take_over(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.over)
    }

    pub(super) fn view<'a>(&'a self, recent: &'a [Receiver]) -> SendView<'a> {
        SendView {
            recent,
            chosen: self.chosen.items(),
            choices: self.chosen.choices(),
            files: self.chosen.files(),
            bytes: self.chosen.bytes(),
            gathering: self.chosen.gathering(),
            problem: self.problem.as_ref(),
            drops_are_lost: false,
            nearby: None,
            transfer: self.transfer.as_ref().map(|transfer| &transfer.outgoing),
        }
    }
}
