//! One incoming transfer, from its connection to whatever became of it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::transfer::{Incoming, Partial, RateMeter, ReceiveOutcome, TransferId};
use crate::ui::{RowState, RowView};
use crate::words::Notice;

/// One incoming transfer.
#[derive(Debug)]
pub(super) struct IncomingRow {
    pub(super) incoming: Incoming,
    pub(super) stage: Stage,
    rate: RateMeter,
}

/// How far it is, or how it ended.
#[derive(Debug)]
pub(super) enum Stage {
    /// Connected; not a byte yet.
    Waiting,
    /// Waits for the user.
    Requested,
    /// Bytes are being written.
    Receiving,
    /// Stands under its final name.
    Saved {
        /// The final path.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The time it took, where it was a transfer.
        elapsed: Option<Duration>,
    },
    /// The peer left without a byte.
    SentNothing,
    /// Broke off or was cancelled.
    Interrupted {
        /// What to tell.
        notice: Notice,
        /// Bytes that had arrived.
        bytes: u64,
        /// What was written, until the user has decided about it.
        partial: Option<Partial>,
    },
    /// What had arrived was kept.
    PartialKept {
        /// Where.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// What had arrived was thrown away.
    PartialDiscarded,
    /// The user said no.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// Could not be saved.
    Failed(Notice),
}

impl IncomingRow {
    pub(super) fn new(incoming: Incoming) -> Self {
        Self {
            incoming,
            stage: Stage::Waiting,
            rate: RateMeter::default(),
        }
    }

    pub(super) fn id(&self) -> TransferId {
        self.incoming.id()
    }

    /// Whether its worker has yet to tell its end.
    pub(super) fn running(&self) -> bool {
        matches!(
            self.stage,
            Stage::Waiting | Stage::Requested | Stage::Receiving
        )
    }

    /// Whether it can go from the list without a loss.
    pub(super) fn clearable(&self) -> bool {
        let undecided = matches!(
            self.stage,
            Stage::Interrupted {
                partial: Some(_),
                ..
            }
        );
        !self.running() && !undecided
    }

    /// Takes the speed of this moment.
    pub(super) fn measure(&mut self, now: Instant) {
        if matches!(self.stage, Stage::Receiving) {
            self.rate.update(self.incoming.snapshot().bytes, now);
        }
    }

    pub(super) fn end(&mut self, outcome: ReceiveOutcome) {
        self.stage = match outcome {
            ReceiveOutcome::Saved {
                path,
                bytes,
                elapsed,
            } => Stage::Saved {
                path,
                bytes,
                elapsed: Some(elapsed),
            },
            ReceiveOutcome::SentNothing => Stage::SentNothing,
            ReceiveOutcome::Interrupted {
                cause,
                bytes,
                partial,
            } => Stage::Interrupted {
                notice: Notice::of_interruption(&cause),
                bytes,
                partial,
            },
            ReceiveOutcome::Declined => Stage::Declined,
            ReceiveOutcome::Expired => Stage::Expired,
            ReceiveOutcome::Failed(error) => Stage::Failed(Notice::from(&error)),
        };
    }

    /// What was written of an interrupted transfer, once.
    pub(super) fn take_partial(&mut self) -> Option<Partial> {
        match &mut self.stage {
            Stage::Interrupted { partial, .. } => partial.take(),
            _ => None,
        }
    }

    /// The file that this row can open or show.
    pub(super) fn path(&self) -> Option<PathBuf> {
        match &self.stage {
            Stage::Saved { path, .. } | Stage::PartialKept { path, .. } => Some(path.clone()),
            _ => None,
        }
    }

    pub(super) fn view(&self) -> RowView<'_> {
        RowView {
            id: self.id(),
            peer: self.incoming.peer().to_string(),
            state: self.state(),
        }
    }

    fn state(&self) -> RowState<'_> {
        match &self.stage {
            Stage::Waiting => RowState::Waiting,
            Stage::Requested => RowState::Requested(self.incoming.snapshot()),
            Stage::Receiving => RowState::Receiving {
                snapshot: self.incoming.snapshot(),
                bytes_per_second: self.rate.bytes_per_second(),
            },
            Stage::Saved {
                path,
                bytes,
                elapsed,
            } => RowState::Saved {
                path,
                bytes: *bytes,
                elapsed: *elapsed,
            },
            Stage::SentNothing => RowState::SentNothing,
            Stage::Interrupted {
                notice,
                bytes,
                partial,
            } => RowState::Interrupted {
                notice,
                bytes: *bytes,
                partial: partial.is_some(),
            },
            Stage::PartialKept { path, bytes } => RowState::PartialKept {
                path,
                bytes: *bytes,
            },
            Stage::PartialDiscarded => RowState::PartialDiscarded,
            Stage::Declined => RowState::Declined,
            Stage::Expired => RowState::Expired,
            Stage::Failed(notice) => RowState::Failed(notice),
        }
    }
}
