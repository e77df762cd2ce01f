//! One outgoing transfer, or what became of it.

use std::sync::mpsc;
use std::time::Instant;

use crate::app::history;
use crate::diagnostics::Diagnosis;
use crate::history::Record;
use crate::messages::UserMessage;
use crate::transfer::{
    Outgoing, Payload, PeerDevice, Question, RateMeter, SendEvent, SendOutcome, Summary,
};
use crate::ui::{OutgoingView, Receiver, StageView};

/// Something on its way, or what became of it.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) to: Receiver,
    pub(super) payload: Payload,
    /// What is sent, in a few words.
    pub(super) what: String,
    outgoing: Outgoing,
    events: mpsc::Receiver<SendEvent>,
    rate: RateMeter,
    greeting: String,
    device: Option<PeerDevice>,
    diagnosis: Option<Box<Diagnosis>>,
    stage: Stage,
    /// What became of it, until it is taken.
    pub(super) over: Option<Record>,
}

#[derive(Debug)]
enum Stage {
    Connecting,
    /// The receiver has spoken; it is open yet which protocol it will be.
    Greeted,
    /// There is no connection, and why is being looked for.
    Diagnosing,
    Asked(Question),
    Listing,
    AwaitingAnswer,
    Checking,
    Sending {
        held_bytes: u64,
    },
    AwaitingConfirmation,
    Received(Summary),
    Delivered {
        bytes: u64,
        grew: bool,
    },
    Unconfirmed {
        bytes: u64,
        grew: bool,
    },
    Failed {
        notice: UserMessage,
        bytes: u64,
    },
}

impl Transfer {
    pub(super) fn new(
        to: Receiver,
        payload: Payload,
        what: String,
        (outgoing, events): (Outgoing, mpsc::Receiver<SendEvent>),
    ) -> Self {
        Self {
            to,
            payload,
            what,
            outgoing,
            events,
            rate: RateMeter::default(),
            greeting: String::new(),
            device: None,
            diagnosis: None,
            stage: Stage::Connecting,
            over: None,
        }
    }

    pub(super) fn running(&self) -> bool {
        !matches!(
            self.stage,
            Stage::Received(_)
                | Stage::Delivered { .. }
                | Stage::Unconfirmed { .. }
                | Stage::Failed { .. }
        )
    }

    /// Takes in what the worker has told. Returns whether the receiver has answered just now.
    pub(super) fn drain(&mut self, now: Instant) -> bool {
        let mut connected = false;
        while let Ok(event) = self.events.try_recv() {
            connected |= matches!(event, SendEvent::Connected { .. });
            self.take(event);
        }
        let snapshot = self.outgoing.snapshot();
        match self.stage {
            Stage::Sending { .. } => self.rate.update(&snapshot, now),
            Stage::Greeted if snapshot.bytes > 0 => self.stage = Stage::Sending { held_bytes: 0 },
            _ => {}
        }
        connected
    }

    fn take(&mut self, event: SendEvent) {
        match event {
            SendEvent::Connected { peer } => log::info!("connected to {peer}"),
            SendEvent::Greeted(greeting) => {
                self.greeting = greeting;
                self.stage = Stage::Greeted;
            }
            SendEvent::Introduced(device) => {
                self.device = Some(device);
                self.stage = Stage::Listing;
            }
            SendEvent::Asked(question) => self.stage = Stage::Asked(question),
            SendEvent::AwaitingAnswer => self.stage = Stage::AwaitingAnswer,
            SendEvent::Checking => self.stage = Stage::Checking,
            SendEvent::Accepted { held_bytes } => self.stage = Stage::Sending { held_bytes },
            SendEvent::AwaitingConfirmation => self.stage = Stage::AwaitingConfirmation,
            SendEvent::Diagnosing => self.stage = Stage::Diagnosing,
            SendEvent::Diagnosed(diagnosis) => self.diagnosis = Some(diagnosis),
            SendEvent::Ended(outcome) => self.end(outcome),
        }
    }

    fn end(&mut self, outcome: SendOutcome) {
        let sent = history::Sent {
            to: &self.to,
            device: self.device.as_ref(),
            payload: &self.payload,
            what: &self.what,
        };
        self.over = Some(history::sent(&sent, &outcome));
        self.stage = match outcome {
            SendOutcome::Delivered { bytes, grew, .. } => Stage::Delivered { bytes, grew },
            SendOutcome::Received { device, summary } => {
                self.device = Some(device);
                Stage::Received(summary)
            }
            SendOutcome::Unconfirmed { bytes, grew } => Stage::Unconfirmed { bytes, grew },
            SendOutcome::Failed { error, bytes } => {
                log::info!("sending ended: {error}");
                Stage::Failed {
                    notice: UserMessage::from(&error),
                    bytes,
                }
            }
        };
    }

    /// Yes to the question that is open; a press that comes too late answers nothing.
    pub(super) fn go_on(&mut self, remember: bool) {
        let Stage::Asked(question) = &self.stage else {
            return;
        };
        let kind = question.kind();
        self.stage = match question {
            Question::Code { .. } => Stage::Listing,
            Question::DifferentComputer { .. } => Stage::Greeted,
            Question::Classic { .. } => Stage::Sending { held_bytes: 0 },
        };
        self.outgoing.go_on(kind, remember);
    }

    /// No to it.
    pub(super) fn reject(&self) {
        if let Stage::Asked(question) = &self.stage {
            self.outgoing.reject(question.kind());
        }
    }

    pub(super) fn cancel(&self) {
        self.outgoing.cancel();
    }

    pub(super) fn view(&self) -> OutgoingView<'_> {
        OutgoingView {
            host: &self.to.host,
            what: &self.what,
            device: self.device.as_ref(),
            diagnosis: self.diagnosis.as_deref(),
            greeting: &self.greeting,
            stage: self.stage_view(),
        }
    }

    fn stage_view(&self) -> StageView<'_> {
        let snapshot = self.outgoing.snapshot();
        match &self.stage {
            Stage::Connecting | Stage::Greeted => StageView::Connecting,
            Stage::Diagnosing => StageView::Diagnosing,
            Stage::Asked(question) => StageView::Asked(question),
            Stage::Listing => StageView::Listing,
            Stage::AwaitingAnswer => StageView::AwaitingAnswer,
            Stage::Checking => StageView::Checking,
            Stage::Sending { held_bytes } => StageView::Sending {
                snapshot,
                bytes_per_second: self.rate.bytes_per_second(),
                time_left: self.rate.time_left(&snapshot),
                held_bytes: *held_bytes,
            },
            Stage::AwaitingConfirmation => StageView::AwaitingConfirmation(snapshot),
            Stage::Received(summary) => StageView::Received(summary),
            Stage::Delivered { bytes, grew } => StageView::Delivered {
                bytes: *bytes,
                grew: *grew,
            },
            Stage::Unconfirmed { bytes, grew } => StageView::Unconfirmed {
                bytes: *bytes,
                grew: *grew,
            },
            Stage::Failed { notice, bytes } => StageView::Failed {
                notice,
                bytes: *bytes,
            },
        }
    }
}
