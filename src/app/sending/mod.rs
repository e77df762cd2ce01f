//! Sending: what is chosen, and the one outgoing transfer.

mod chosen;
mod transfer;

use std::path::PathBuf;
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use crate::error::Error;
use crate::history::Record;
use crate::identity::{Devices, Fingerprint};
use crate::messages::UserMessage;
use crate::net::{parse_port, parse_target};
use crate::transfer::{ClassicConsent, Payload, SendLimits, SendOptions, Trust, send};
use crate::ui::{Receiver, SendView};

pub(super) use chosen::{Chosen, Gathered};
use transfer::Transfer;

/// Sending, whether something is sent or not.
#[derive(Debug, Default)]
pub(super) struct Sending {
    pub(super) chosen: Chosen,
    problem: Option<UserMessage>,
    transfer: Option<Transfer>,
    picked: Option<Fingerprint>,
    over: Vec<Record>,
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
            Some(text) => (Payload::Text(text), "the text".to_owned()),
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
        let handles = send(options, means.waker)?;
        self.picked = means.picked;
        self.transfer = Some(Transfer::new(
            Receiver { host, port },
            payload,
            what,
            handles,
        ));
        Ok(())
    }

    /// The device that has to be where the last transfer went, if it was picked from a list.
    pub(super) fn picked(&self) -> Option<Fingerprint> {
        self.picked
    }

    /// Sends the same to the same receiver once more.
    pub(super) fn again(&mut self, means: SendContext) {
        if let Some(transfer) = &self.transfer {
            let (to, payload) = (transfer.to.clone(), transfer.payload.clone());
            let what = transfer.what.clone();
            self.start_payload(&to.host, &to.port.to_string(), payload, what, means);
        }
    }

    pub(super) fn go_on(&mut self, remember: bool) {
        if let Some(transfer) = &mut self.transfer {
            transfer.go_on(remember);
        }
    }

    pub(super) fn reject(&self) {
        if let Some(transfer) = &self.transfer {
            transfer.reject();
        }
    }

    pub(super) fn cancel(&self) {
        if let Some(transfer) = &self.transfer {
            transfer.cancel();
        }
    }

    /// Takes away the outcome.
    pub(super) fn dismiss(&mut self) {
        if !self.running() {
            self.transfer = None;
        }
    }

    pub(super) fn running(&self) -> bool {
        self.transfer.as_ref().is_some_and(Transfer::running)
    }

    /// Takes in what the worker has told. Returns the receiver once it has answered.
    pub(super) fn drain(&mut self, now: Instant) -> Option<Receiver> {
        let transfer = self.transfer.as_mut()?;
        let connected = transfer.drain(now);
        self.over.extend(transfer.over.take());
        connected.then(|| transfer.to.clone())
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
            transfer: self.transfer.as_ref().map(Transfer::view),
        }
    }
}
