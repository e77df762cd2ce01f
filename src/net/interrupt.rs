//! How a worker is called out of its wait.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Error;

/// Shared by a worker and whoever steers it. Every call wakes the worker out of its readiness wait
/// at once, so a cancel never has to wait for a time-out.
#[derive(Debug)]
pub(crate) struct Interrupt {
    cancelled: AtomicBool,
    worker: mio::Waker,
}

impl Interrupt {
    /// `worker` wakes the poll that the worker thread waits on.
    pub(super) fn new(worker: mio::Waker) -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            worker,
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub(crate) fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// [`Error::Cancelled`] once it is.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.cancelled() {
            return Err(Error::Cancelled);
        }
        Ok(())
    }

    /// Something changed that the worker looks at by itself.
    pub(crate) fn wake(&self) {
        if let Err(error) = self.worker.wake() {
            log::error!("could not wake a worker: {error}");
        }
    }
}
