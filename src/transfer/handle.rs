//! What a front end holds of a transfer: how far it is, cancel, and the user's decision.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::control::{Acceptance, Control, Decision};
use super::event::TransferId;
use super::progress::{Progress, Snapshot};
use crate::error::QuestionKind;
use crate::net::interrupt::Interrupt;

/// One peer that connected to us. Cheap to clone; every clone steers the same transfer.
///
/// Dropping the handle changes nothing: an undecided request then waits until it expires.
#[derive(Debug, Clone)]
pub struct IncomingHandle {
    pub(crate) id: TransferId,
    pub(crate) peer: IpAddr,
    pub(crate) control: Arc<Control>,
    pub(crate) progress: Arc<Progress>,
}

impl IncomingHandle {
    /// One that nobody serves.
    #[cfg(test)]
    #[expect(clippy::unwrap_used, reason = "tests")]
    pub(crate) fn for_tests(id: TransferId, peer: IpAddr) -> Self {
        let readiness = crate::net::connection::Readiness::new().unwrap();
        Self {
            id,
            peer,
            control: Arc::new(Control::new(&readiness)),
            progress: Arc::new(Progress::new()),
        }
    }

    /// The name of this transfer in events.
    #[must_use]
    pub fn id(&self) -> TransferId {
        self.id
    }

    /// The peer's address, an IPv4-mapped one shown as IPv4.
    #[must_use]
    pub fn peer(&self) -> IpAddr {
        self.peer
    }

    /// What cancels and wakes the worker.
    pub(crate) fn interrupt(&self) -> Arc<Interrupt> {
        self.control.interrupt().clone()
    }

    /// How far it is.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.progress.snapshot()
    }

    /// Yes: save it in the listener's folder.
    pub fn accept(&self) {
        self.accept_with(Acceptance::default());
    }

    /// Yes, and how it is meant. A classic sender is never remembered.
    pub fn accept_with(&self, acceptance: Acceptance) {
        self.control.decide(Decision::Accept(acceptance));
    }

    /// Yes, but to this file: another folder, another name, or both. An existing file is not
    /// replaced; the next free name beside it is taken.
    pub fn accept_as(&self, path: PathBuf) {
        self.control.decide(Decision::AcceptAs(path));
    }

    /// No. The sender sees a reset, never a delivery.
    pub fn decline(&self) {
        self.control.decide(Decision::Decline);
    }

    /// Stop at once, decided or not.
    pub fn cancel(&self) {
        self.control.cancel();
    }
}

/// A file on its way to a receiver. Cheap to clone; every clone steers the same transfer.
#[derive(Debug, Clone)]
pub struct OutgoingHandle {
    pub(crate) control: Arc<Control>,
    pub(crate) progress: Arc<Progress>,
}

impl OutgoingHandle {
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
