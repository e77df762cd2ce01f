//! Disk work, away from the thread that has the stream: a disk may take minutes to answer, and
//! meanwhile this side has to say that it is alive, to hear the peer, and to end when told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::disk::retry::CANCEL_INTERVAL;
use crate::error::{Error, OurFault};
use crate::net::interrupt::Interrupt;
use crate::net::secure_stream::SecureStream;
use crate::worker;

/// Work on a thread of its own. Dropping it tells the work to stop, and waits for nothing: a disk
/// that does not answer keeps its thread, and nobody else.
#[derive(Debug)]
pub(super) struct Work<T> {
    outcome: Receiver<T>,
    unwanted: Arc<AtomicBool>,
}

impl<T: Send + 'static> Work<T> {
    /// Starts `work` on a thread of this name. It is given a way to ask whether it is to stop.
    pub(super) fn start(
        name: &str,
        interrupt: Arc<Interrupt>,
        work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<Self, Error> {
        let unwanted = Arc::new(AtomicBool::new(false));
        let (sender, outcome) = sync_channel(1);
        let asked = unwanted.clone();
        worker::spawn(
            name,
            move || {
                let is_unwanted = || asked.load(Ordering::Relaxed) || interrupt.cancelled();
                // Nobody may be left who wants it.
                sender.send(work(&is_unwanted)).ok();
            },
            |bug| log::error!("work on the disk broke: {bug}"),
        )?;
        Ok(Self { outcome, unwanted })
    }

    /// What it came to, once; `None` if it is still under way after this time.
    pub(super) fn outcome(&self, timeout: Duration) -> Result<Option<T>, Error> {
        match self.outcome.recv_timeout(timeout) {
            Ok(outcome) => Ok(Some(outcome)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(broken()),
        }
    }

    /// Waits for what it comes to. What the peer says meanwhile is left for later.
    pub(super) fn attended(self, stream: &mut SecureStream) -> Result<T, Error> {
        loop {
            if let Some(outcome) = self.outcome(CANCEL_INTERVAL)? {
                return Ok(outcome);
            }
            stream.interrupt().check()?;
            stream.attend()?;
        }
    }
}

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        self.unwanted.store(true, Ordering::Relaxed);
    }
}

fn broken() -> Error {
    OurFault::Bug("work on the disk broke".to_owned()).into()
}
