//! The handle of one outgoing transfer.

use std::sync::Arc;

use super::control::{Control, Decision};
use super::progress::{Progress, Snapshot};

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

    /// Yes to the [`Question`](super::Question) that was asked last; `remember` keeps it from being
    /// asked again.
    pub fn go_on(&self, remember: bool) {
        self.control.decide(Decision::GoOn { remember });
    }

    /// No: the other side shows another code. Nothing of the files has crossed, and nothing will.
    pub fn reject_code(&self) {
        self.control.decide(Decision::RejectCode);
    }
}
