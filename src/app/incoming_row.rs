//! One incoming transfer, from its connection to whatever became of it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::disk::Partial;
use crate::messages::{UserMessage, contact};
use crate::protocol::greeting::harmless;
use crate::transfer::{
    Acceptance, Incoming, Introduced, Offered, PeerDevice, RateMeter, ReceiveOutcome, Summary,
    TransferId,
};
use crate::ui::{AcceptOptions, RowState, RowView};

/// One incoming transfer.
#[derive(Debug)]
pub(super) struct IncomingRow {
    pub(super) incoming: Incoming,
    pub(super) stage: Stage,
    introduced: Option<Introduced>,
    held_bytes: u64,
    rate: RateMeter,
}

/// How far it is, or how it ended.
#[derive(Debug)]
pub(super) enum Stage {
    /// Connected; not a byte yet.
    Waiting,
    /// A classic sender waits for the user.
    Requested,
    /// Another Onehop has said how much it wants to send.
    Introduced,
    /// It has said what.
    Offered(Offered),
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
    /// Files and folders of another Onehop stand under their final names.
    Received {
        /// The final paths of the top-level items.
        paths: Vec<PathBuf>,
        /// The numbers.
        summary: Summary,
    },
    /// A text of another Onehop.
    Text {
        /// As it may be shown.
        shown: String,
        /// As it came.
        exact: String,
    },
    /// A transfer between two Onehops broke off.
    BrokenOff {
        /// What to tell.
        notice: UserMessage,
        /// Bytes that are kept.
        bytes: u64,
    },
    /// The peer left without a byte.
    SentNothing,
    /// Broke off or was cancelled.
    Interrupted {
        /// What to tell.
        notice: UserMessage,
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
    Failed(UserMessage),
}

impl IncomingRow {
    pub(super) fn new(incoming: Incoming) -> Self {
        Self {
            incoming,
            stage: Stage::Waiting,
            introduced: None,
            held_bytes: 0,
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
            Stage::Waiting
                | Stage::Requested
                | Stage::Introduced
                | Stage::Offered(_)
                | Stage::Receiving
        )
    }

    /// Whether it waits for the user, or for two people who compare a code.
    pub(super) fn asks(&self) -> bool {
        match &self.stage {
            Stage::Requested => true,
            Stage::Introduced => self.introduced.as_ref().is_some_and(|it| it.code.is_some()),
            Stage::Offered(offered) => !offered.decided,
            _ => false,
        }
    }

    pub(super) fn introduce(&mut self, introduced: Introduced) {
        self.introduced = Some(introduced);
        self.stage = Stage::Introduced;
    }

    pub(super) fn offer(&mut self, offered: Offered) {
        self.stage = Stage::Offered(offered);
    }

    pub(super) fn resume(&mut self, held_bytes: u64) {
        self.held_bytes = held_bytes;
    }

    /// Yes to what another Onehop offers. Returns whether there was an offer to say yes to.
    pub(super) fn accept(&self, ticks: AcceptOptions, folder: Option<PathBuf>) -> bool {
        let offered = matches!(self.stage, Stage::Offered(_));
        if offered {
            self.incoming.accept_with(Acceptance {
                folder,
                merge: ticks.merge,
                remember: ticks.remember,
            });
        }
        offered
    }

    /// Yes to a classic sender, whose file is saved as `path`. Returns whether it was waiting.
    pub(super) fn accept_as(&self, path: PathBuf) -> bool {
        let requested = matches!(self.stage, Stage::Requested);
        if requested {
            self.incoming.accept_as(path);
        }
        requested
    }

    /// What it asks, in a few words; nothing if it asks nothing.
    pub(super) fn request(&self) -> Option<String> {
        let introduced = self.introduced.as_ref();
        let words = match introduced {
            Some(introduced) => contact::introduced(introduced, self.incoming.peer()),
            None => format!("{} is sending a file.", self.incoming.peer()),
        };
        self.asks().then_some(words)
    }

    /// Whether somebody here, or a choice made before, said yes to it.
    pub(super) fn agreed(&self) -> bool {
        matches!(self.stage, Stage::Receiving)
    }

    pub(super) fn device(&self) -> Option<&PeerDevice> {
        self.introduced
            .as_ref()
            .map(|introduced| &introduced.device)
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

    /// Whether it tells of a peer that nothing came of, which anybody can make happen.
    pub(super) fn is_idle_talk(&self) -> bool {
        matches!(
            self.stage,
            Stage::SentNothing | Stage::Declined | Stage::Expired
        )
    }

    /// Whether something is in it that is nowhere else.
    pub(super) fn holds_something(&self) -> bool {
        matches!(self.stage, Stage::Text { .. }) || !self.running() && !self.clearable()
    }

    /// Takes the speed of this moment.
    pub(super) fn measure(&mut self, now: Instant) {
        if matches!(self.stage, Stage::Receiving) {
            self.rate.update(&self.incoming.snapshot(), now);
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
            ReceiveOutcome::Received { paths, summary, .. } => Stage::Received { paths, summary },
            ReceiveOutcome::Text { text, .. } => Stage::Text {
                shown: harmless(text.as_bytes()),
                exact: text,
            },
            ReceiveOutcome::BrokenOff { cause, bytes } => Stage::BrokenOff {
                notice: UserMessage::of_broken_off(&cause),
                bytes,
            },
            ReceiveOutcome::SentNothing | ReceiveOutcome::TurnedAway(_) => Stage::SentNothing,
            ReceiveOutcome::Interrupted {
                cause,
                bytes,
                partial,
            } => Stage::Interrupted {
                notice: UserMessage::of_interruption(&cause),
                bytes,
                partial,
            },
            ReceiveOutcome::Declined => Stage::Declined,
            ReceiveOutcome::Expired => Stage::Expired,
            ReceiveOutcome::Failed(error) => Stage::Failed(UserMessage::from(&error)),
        };
    }

    /// What was written of an interrupted transfer, once.
    pub(super) fn take_partial(&mut self) -> Option<Partial> {
        match &mut self.stage {
            Stage::Interrupted { partial, .. } => partial.take(),
            _ => None,
        }
    }

    /// A file or folder that this row can open or show.
    pub(super) fn path(&self, number: usize) -> Option<&Path> {
        match &self.stage {
            Stage::Saved { path, .. } | Stage::PartialKept { path, .. } => Some(path),
            Stage::Received { paths, .. } => paths.get(number).map(PathBuf::as_path),
            _ => None,
        }
    }

    pub(super) fn view(&self) -> RowView<'_> {
        RowView {
            id: self.id(),
            peer: self.incoming.peer().to_string(),
            device: self.device(),
            state: self.state(),
        }
    }

    fn receiving(&self) -> RowState<'_> {
        let snapshot = self.incoming.snapshot();
        RowState::Receiving {
            bytes_per_second: self.rate.bytes_per_second(),
            time_left: self.rate.time_left(&snapshot),
            held_bytes: self.held_bytes,
            snapshot,
        }
    }

    fn state(&self) -> RowState<'_> {
        match &self.stage {
            Stage::Waiting => RowState::Waiting,
            Stage::Requested => RowState::Requested(self.incoming.snapshot()),
            Stage::Introduced => self
                .introduced
                .as_ref()
                .map_or(RowState::Waiting, RowState::Introduced),
            Stage::Offered(offered) => match &self.introduced {
                Some(introduced) => RowState::Offered(introduced, offered),
                None => RowState::Waiting,
            },
            Stage::Receiving => self.receiving(),
            Stage::Received { paths, summary } => RowState::Received { paths, summary },
            Stage::Text { shown, exact } => RowState::Text { shown, exact },
            Stage::BrokenOff { notice, bytes } => RowState::BrokenOff {
                notice,
                bytes: *bytes,
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
