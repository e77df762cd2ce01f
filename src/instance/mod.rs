//! One window for each folder of settings: whoever starts Onehop a second time gets the window that
//! runs already, and the files of the second start are handed to it.
//!
//! A lock on a file in the folder decides who is first. The system frees it when its process ends,
//! however it ends, so what a crash leaves behind never stands in the way of a start. The first then
//! listens at an endpoint in the same folder, which later starts call: on Unix a socket of the file
//! system, which only its owner may connect to; on Windows, where std has none, a port of the
//! loopback interface, with secrets in a file that only its owner may read.
//!
//! In scope: who is first, and handing over. Out of scope: what a window does with a call.

mod handoff;
// Compiled for the tests everywhere: it is plain std, and few people build on Windows.
#[cfg(any(windows, test))]
mod loopback;
#[cfg(unix)]
mod unix;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::task::Waker;
use std::thread;
use std::time::{Duration, Instant};

pub use self::handoff::Handoff;

#[cfg(windows)]
use self::loopback as endpoint;
#[cfg(unix)]
use self::unix as endpoint;

/// Held by the window that runs.
const LOCK_NAME: &str = "window.lock";
/// So long a start waits for a window that runs but does not answer, or is just closing. After that
/// it opens a window of its own: better two than none.
const START_TIMEOUT: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(50);
/// So long one caller may take. The next ones wait behind it.
const CALL_TIMEOUT: Duration = Duration::from_secs(1);
/// Maximum number of calls waiting for a busy window; more are not answered.
const MAX_WAITING_CALLS: usize = 64;

/// What became of a start.
#[derive(Debug)]
pub enum Entry {
    /// This is the first; later starts call here.
    First(Instance),
    /// The window that runs has taken the files and comes up: there is nothing left to do.
    HandedOver,
    /// There may be another window, but it cannot be told or does not answer: this one is for itself.
    Alone,
}

/// The right to be the one window of a folder, and the calls of later starts.
#[derive(Debug)]
pub struct Instance {
    /// Last, it is freed by dropping.
    _lock: File,
    folder: PathBuf,
    calls: mpsc::Receiver<Handoff>,
    waker: Arc<OnceLock<Waker>>,
    closed: Arc<AtomicBool>,
}

/// Finds out whether a window with this `folder` of settings runs already, and hands it `files`
/// if so. Takes a moment; a few seconds if a window runs that does not answer. Without a folder
/// every window is for itself.
#[must_use]
pub fn enter(folder: Option<&Path>, files: &[PathBuf]) -> Entry {
    match folder {
        Some(folder) => enter_within(folder, files, START_TIMEOUT),
        None => Entry::Alone,
    }
}

fn enter_within(folder: &Path, files: &[PathBuf], timeout: Duration) -> Entry {
    let deadline = Instant::now() + timeout;
    loop {
        match crate::config::try_lock(&folder.join(LOCK_NAME)) {
            Ok(Some(lock)) => return Instance::first(folder, lock),
            Ok(None) => {}
            Err(error) => {
                log::warn!("cannot tell whether a window runs already: {error}");
                return Entry::Alone;
            }
        }
        // It may be closing, or not have come far enough yet to answer: then again.
        match endpoint::call(folder, &Handoff::with(files), deadline) {
            Ok(()) => return Entry::HandedOver,
            Err(error) if Instant::now() + PAUSE >= deadline => {
                log::warn!("the window that runs does not answer: {error}");
                return Entry::Alone;
            }
            Err(error) => log::debug!("no answer yet: {error}"),
        }
        thread::sleep(PAUSE);
    }
}

impl Instance {
    fn first(folder: &Path, lock: File) -> Entry {
        let (sender, calls) = mpsc::sync_channel(MAX_WAITING_CALLS);
        let instance = Self {
            _lock: lock,
            folder: folder.to_owned(),
            calls,
            waker: Arc::default(),
            closed: Arc::default(),
        };
        let server = Server {
            sender,
            waker: instance.waker.clone(),
            closed: instance.closed.clone(),
        };
        let folder = instance.folder.clone();
        let started = thread::Builder::new()
            .name("instance".to_owned())
            .spawn(move || server.run(&folder));
        if let Err(error) = started {
            log::warn!("later starts cannot call here: {error}");
        }
        Entry::First(instance)
    }

    /// Wakes `waker` from now on when there is a call.
    pub fn wake(&self, waker: Waker) {
        self.waker.set(waker).ok();
    }

    /// The calls since the last time.
    pub fn calls(&self) -> impl Iterator<Item = Handoff> {
        self.calls.try_iter()
    }

    /// Takes no more calls. Until this is dropped, later starts wait for the window to be gone.
    pub fn close(&self) {
        if !self.closed.swap(true, Ordering::AcqRel) {
            // Wakes the server, which sees that the endpoint is closed.
            endpoint::wake(&self.folder).ok();
            endpoint::remove(&self.folder);
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.close();
    }
}

/// Serves the endpoint on a thread of its own, until it is closed.
struct Server {
    sender: mpsc::SyncSender<Handoff>,
    waker: Arc<OnceLock<Waker>>,
    closed: Arc<AtomicBool>,
}

impl Server {
    fn run(self, folder: &Path) {
        let endpoint = match endpoint::Endpoint::open(folder) {
            Ok(endpoint) => endpoint,
            Err(error) => {
                log::warn!("later starts cannot call here: {error}");
                return;
            }
        };
        while !self.closed.load(Ordering::Acquire) {
            match endpoint.accept() {
                Ok(stream) => {
                    if let Err(error) = self.answer(&endpoint, stream) {
                        log::info!("a caller was not understood: {error}");
                    }
                }
                // Such as no free file descriptors; not to be tried as fast as possible.
                Err(error) => {
                    log::warn!("cannot answer a caller: {error}");
                    thread::sleep(PAUSE);
                }
            }
        }
    }

    fn answer(&self, endpoint: &endpoint::Endpoint, stream: endpoint::Stream) -> io::Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut caller = handoff::Timed::until(stream, Instant::now() + CALL_TIMEOUT);
        endpoint.admit(&mut caller)?;
        let call = handoff::read(&mut caller)?;
        if self.closed.load(Ordering::Acquire) || self.sender.try_send(call).is_err() {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
        handoff::confirm(&mut caller)
    }
}

#[cfg(test)]
mod tests;
