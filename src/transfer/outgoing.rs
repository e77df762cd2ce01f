//! The handle of one outgoing transfer.

use std::sync::Arc;

use super::control::{Control, Decision};
use super::progress::{Progress, Snapshot};
use crate::error::QuestionKind;

/// A file on its way to a receiver. Cheap to clone; every clone steers the same transfer.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub(crate) control: Arc<Control>,
    pub(crate) progress: Arc<Progress>,
}

impl Outgoing {
    /// How far it is.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.progress.snapshot()
    }

    /// Stop at once. Before the whole file was sent this breaks the connection, so that the
    /// receiver sees an interruption; after that it gives up the wait for the receiver's close
    /// and ends as [`SendOutcome::Unconfirmed`](super::SendOutcome::Unconfirmed).
    pub fn cancel(&self) {
        self.control.cancel();
    }

    /// Yes to this [`Question`](super::Question), if it is the open one; `remember` keeps it from
    /// being asked again.
    pub fn go_on(&self, question: QuestionKind, remember: bool) {
        self.control.decide(Decision::GoOn { question, remember });
    }

    /// No to it. Nothing of the files has crossed, and nothing will.
    pub fn reject(&self, question: QuestionKind) {
        self.control.decide(Decision::Reject(question));
    }
}
