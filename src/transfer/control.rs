//! How a handle reaches its worker: cancel, and the user's decision about a request.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// What the user decided where a worker had to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A receiver's yes.
    Accept(Acceptance),
    /// A classic receiver's yes: save it as exactly this file.
    AcceptAs(PathBuf),
    /// A receiver's no.
    Decline,
    /// A sender's yes to what it was asked last.
    GoOn {
        /// Not to be asked again: remember the device, or that classic is fine for this host.
        remember: bool,
    },
    /// A sender's no: the codes differ.
    RejectCode,
}

/// A receiver's yes, and how it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acceptance {
    /// Save in this folder instead of the usual one.
    pub folder: Option<PathBuf>,
    /// Which folders are added to those that are there already.
    pub merge: Merge,
    /// Know this device from now on.
    pub remember: bool,
}

/// Which folders that arrive are added to those that are there already: what is new is put into
/// them, and nothing is replaced. The others are kept apart, under names of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Merge {
    /// Those that the same device has sent before.
    #[default]
    SentBefore,
    /// All.
    All,
    /// None.
    Nothing,
}

impl Merge {
    pub(crate) fn covers(self, sent_before: bool) -> bool {
        match self {
            Self::SentBefore => sent_before,
            Self::All => true,
            Self::Nothing => false,
        }
    }
}

/// Shared by a handle and its worker thread.
///
/// Every change wakes the worker out of its readiness wait at once, so a cancel never has to
/// wait for a time-out.
#[derive(Debug)]
pub(crate) struct Control {
    cancelled: AtomicBool,
    decision: Mutex<Option<Decision>>,
    worker: mio::Waker,
}

impl Control {
    /// `worker` wakes the poll that the worker thread waits on.
    pub(crate) fn new(worker: mio::Waker) -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            decision: Mutex::new(None),
            worker,
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        self.wake_worker();
    }

    pub(crate) fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// The first decision counts; later ones are ignored.
    pub(crate) fn decide(&self, decision: Decision) {
        self.decision
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(decision);
        self.wake_worker();
    }

    pub(crate) fn decision(&self) -> Option<Decision> {
        self.decision
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The decision, which is then open again for the next question.
    pub(crate) fn take_decision(&self) -> Option<Decision> {
        self.decision
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Something changed that the worker looks at by itself.
    pub(crate) fn wake_worker(&self) {
        if let Err(error) = self.worker.wake() {
            log::error!("could not wake a worker: {error}");
        }
    }
}
