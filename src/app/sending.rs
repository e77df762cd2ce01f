//! Sending: the chosen file, and the one outgoing transfer.

use std::path::PathBuf;
use std::sync::mpsc;
use std::task::Waker;
use std::time::Instant;

use crate::transfer::{
    DiskFault, Error, Outgoing, RateMeter, SendEvent, SendOptions, SendOutcome, parse_host,
    parse_port, send,
};
use crate::ui::{ChosenFile, OutgoingView, Receiver, SendView, StageView};
use crate::words::{Notice, file_name};

/// Sending, whether something is sent or not.
#[derive(Debug, Default)]
pub(super) struct Sending {
    file: Option<(PathBuf, u64)>,
    problem: Option<Notice>,
    transfer: Option<Transfer>,
}

/// One file on its way, or what became of it.
#[derive(Debug)]
struct Transfer {
    to: Receiver,
    file: PathBuf,
    outgoing: Outgoing,
    events: mpsc::Receiver<SendEvent>,
    rate: RateMeter,
    greeting: String,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Connecting,
    Sending,
    AwaitingConfirmation,
    Delivered { bytes: u64 },
    Unconfirmed { bytes: u64 },
    Failed { notice: Notice, bytes: u64 },
}

impl Stage {
    fn running(&self) -> bool {
        matches!(
            self,
            Self::Connecting | Self::Sending | Self::AwaitingConfirmation
        )
    }
}

impl Sending {
    /// The file was looked at: it is taken, or refused with the reason.
    pub(super) fn choose(&mut self, path: PathBuf, checked: Result<u64, DiskFault>) {
        match checked {
            Ok(bytes) => {
                self.file = Some((path, bytes));
                self.problem = None;
            }
            Err(fault) => self.refuse(Notice::from(&fault)),
        }
    }

    /// What was offered cannot be sent. The file that was chosen before stays.
    pub(super) fn refuse(&mut self, notice: Notice) {
        self.problem = Some(notice);
    }

    pub(super) fn remove_file(&mut self) {
        self.file = None;
        self.problem = None;
    }

    /// Starts to send the chosen file to a receiver as typed.
    pub(super) fn start(&mut self, host: &str, port: &str, waker: Waker) {
        self.problem = None;
        if let Err(error) = self.try_start(host, port, waker) {
            self.problem = Some(Notice::from(&error));
        }
    }

    fn try_start(&mut self, host: &str, port: &str, waker: Waker) -> Result<(), Error> {
        let host = parse_host(host)?.to_owned();
        let port = parse_port(port)?;
        let Some((file, _)) = self.file.clone() else {
            return Ok(());
        };
        if self.running() {
            return Ok(());
        }
        let options = SendOptions {
            host: host.clone(),
            port,
            file: file.clone(),
            confirmation_wait: None,
        };
        let (outgoing, events) = send(options, waker)?;
        self.transfer = Some(Transfer {
            to: Receiver { host, port },
            file,
            outgoing,
            events,
            rate: RateMeter::default(),
            greeting: String::new(),
            stage: Stage::Connecting,
        });
        Ok(())
    }

    /// Sends the chosen file to the receiver of the last transfer.
    pub(super) fn again(&mut self, waker: Waker) {
        if let Some(transfer) = &self.transfer {
            let to = transfer.to.clone();
            self.start(&to.host, &to.port.to_string(), waker);
        }
    }

    pub(super) fn cancel(&self) {
        if let Some(transfer) = &self.transfer {
            transfer.outgoing.cancel();
        }
    }

    /// Takes away the outcome.
    pub(super) fn dismiss(&mut self) {
        if !self.running() {
            self.transfer = None;
        }
    }

    pub(super) fn running(&self) -> bool {
        self.transfer
            .as_ref()
            .is_some_and(|transfer| transfer.stage.running())
    }

    /// Takes in what the worker has told. Returns the receiver once it has answered.
    pub(super) fn drain(&mut self, now: Instant) -> Option<Receiver> {
        let transfer = self.transfer.as_mut()?;
        let mut connected = None;
        while let Ok(event) = transfer.events.try_recv() {
            if matches!(event, SendEvent::Connected { .. }) {
                connected = Some(transfer.to.clone());
            }
            transfer.take(event);
        }
        if matches!(transfer.stage, Stage::Sending) {
            transfer
                .rate
                .update(transfer.outgoing.snapshot().bytes, now);
        }
        connected
    }

    pub(super) fn view<'a>(&'a self, recent: &'a [Receiver]) -> SendView<'a> {
        SendView {
            recent,
            file: self.file.as_ref().map(|(path, bytes)| ChosenFile {
                path,
                bytes: *bytes,
            }),
            problem: self.problem.as_ref(),
            transfer: self.transfer.as_ref().map(Transfer::view),
        }
    }
}

impl Transfer {
    fn take(&mut self, event: SendEvent) {
        match event {
            SendEvent::Connected { peer } => log::info!("connected to {peer}"),
            SendEvent::Greeted(greeting) => {
                self.greeting = greeting;
                self.stage = Stage::Sending;
            }
            SendEvent::AwaitingConfirmation => self.stage = Stage::AwaitingConfirmation,
            SendEvent::Ended(outcome) => self.end(outcome),
        }
    }

    fn end(&mut self, outcome: SendOutcome) {
        self.stage = match outcome {
            SendOutcome::Delivered { bytes, .. } => Stage::Delivered { bytes },
            SendOutcome::Unconfirmed { bytes } => Stage::Unconfirmed { bytes },
            SendOutcome::Failed { error, bytes } => {
                log::info!("sending ended: {error}");
                Stage::Failed {
                    notice: Notice::from(&error),
                    bytes,
                }
            }
        };
    }

    fn view(&self) -> OutgoingView<'_> {
        OutgoingView {
            host: &self.to.host,
            file_name: file_name(&self.file),
            greeting: &self.greeting,
            stage: self.stage_view(),
        }
    }

    fn stage_view(&self) -> StageView<'_> {
        let snapshot = self.outgoing.snapshot();
        match &self.stage {
            Stage::Connecting => StageView::Connecting,
            Stage::Sending => StageView::Sending {
                snapshot,
                bytes_per_second: self.rate.bytes_per_second(),
                time_left: self.rate.time_left(&snapshot),
            },
            Stage::AwaitingConfirmation => StageView::AwaitingConfirmation(snapshot),
            Stage::Delivered { bytes } => StageView::Delivered { bytes: *bytes },
            Stage::Unconfirmed { bytes } => StageView::Unconfirmed { bytes: *bytes },
            Stage::Failed { notice, bytes } => StageView::Failed {
                notice,
                bytes: *bytes,
            },
        }
    }
}
