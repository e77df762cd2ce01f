//! How far a transfer is: a snapshot shared with the worker, where the latest value wins.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Waker;
use std::time::{Duration, Instant};

/// The shortest time between two wake-ups of the front end for progress alone: 20 a second.
const WAKE_INTERVAL: Duration = Duration::from_millis(50);
/// After so long without a byte the user is told that nothing moves.
const STALL: Duration = Duration::from_secs(5);
/// Stands for "no total known" in an atomic.
const UNKNOWN_TOTAL: u64 = u64::MAX;

/// How far a transfer is at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Bytes done so far: those that have moved, and those that the receiver held before.
    pub bytes: u64,
    /// How many of them the receiver held before, so that they do not move.
    pub held_bytes: u64,
    /// Bytes in all, where that is known: a classic sender does not tell it.
    pub total_bytes: Option<u64>,
    /// Nothing has moved for five seconds although it could have.
    pub stalled: bool,
    /// Everything the peer had to send is already here.
    pub complete: bool,
}

impl Snapshot {
    /// Bytes that have moved in this transfer.
    #[must_use]
    pub fn moved_bytes(&self) -> u64 {
        self.bytes.saturating_sub(self.held_bytes)
    }
}

/// The shared side: the worker writes it, front ends read it whenever they like.
#[derive(Debug)]
pub(crate) struct Progress {
    bytes: AtomicU64,
    held_bytes: AtomicU64,
    total_bytes: AtomicU64,
    stalled: AtomicBool,
    complete: AtomicBool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            bytes: AtomicU64::new(0),
            held_bytes: AtomicU64::new(0),
            total_bytes: AtomicU64::new(UNKNOWN_TOTAL),
            stalled: AtomicBool::new(false),
            complete: AtomicBool::new(false),
        }
    }

    pub(crate) fn set_total(&self, total_bytes: u64) {
        self.total_bytes.store(total_bytes, Ordering::Relaxed);
    }

    pub(crate) fn set_complete(&self) {
        self.complete.store(true, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let total_bytes = self.total_bytes.load(Ordering::Relaxed);
        Snapshot {
            bytes: self.bytes.load(Ordering::Relaxed),
            held_bytes: self.held_bytes.load(Ordering::Relaxed),
            total_bytes: (total_bytes != UNKNOWN_TOTAL).then_some(total_bytes),
            stalled: self.stalled.load(Ordering::Relaxed),
            complete: self.complete.load(Ordering::Relaxed),
        }
    }
}

/// The worker's side: counts bytes and wakes the front end, but not for every chunk.
#[derive(Debug)]
pub(crate) struct Meter {
    progress: Arc<Progress>,
    waker: Waker,
    told_at: Instant,
    /// Bytes have moved that the front end was not woken for.
    untold: bool,
}

impl Meter {
    pub(crate) fn new(progress: Arc<Progress>, waker: Waker) -> Self {
        Self {
            progress,
            waker,
            told_at: Instant::now(),
            untold: false,
        }
    }

    /// `bytes` more have moved.
    pub(crate) fn advance(&mut self, bytes: usize) {
        let progress = &self.progress;
        progress.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        if progress.stalled.load(Ordering::Relaxed) {
            progress.stalled.store(false, Ordering::Relaxed);
        }
        self.untold = true;
        if self.told_at.elapsed() >= WAKE_INTERVAL {
            self.tell();
        }
    }

    /// The receiver holds `bytes` already: they are done without having to move.
    pub(crate) fn hold(&mut self, bytes: u64) {
        let progress = &self.progress;
        progress.held_bytes.fetch_add(bytes, Ordering::Relaxed);
        progress.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// What the receiver holds of a file is of no use: these `bytes` have to move after all.
    pub(crate) fn release(&mut self, bytes: u64) {
        let progress = &self.progress;
        progress.bytes.fetch_sub(bytes, Ordering::Relaxed);
        progress.held_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// `bytes` of a file that failed will never move.
    pub(crate) fn drop_rest(&mut self, bytes: u64) {
        let total_bytes = &self.progress.total_bytes;
        if total_bytes.load(Ordering::Relaxed) != UNKNOWN_TOTAL {
            total_bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
    }

    /// Total number of bytes to move.
    pub(crate) fn set_total(&self, total_bytes: u64) {
        self.progress.set_total(total_bytes);
    }

    /// How long to wait for more bytes before [`Self::quiet`] has something to tell.
    pub(crate) fn timeout(&self) -> Duration {
        if self.untold { WAKE_INTERVAL } else { STALL }
    }

    /// Nothing has moved for [`Self::timeout`].
    pub(crate) fn quiet(&mut self) {
        if !self.untold {
            self.progress.stalled.store(true, Ordering::Relaxed);
        }
        self.tell();
    }

    /// Tells what the front end was not woken for yet, if there is anything.
    pub(crate) fn tell_news(&mut self) {
        if self.untold {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.told_at = Instant::now();
        self.untold = false;
        self.waker.wake_by_ref();
    }
}

#[cfg(test)]
mod tests {
    use std::task::Wake;

    use super::*;

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Wakes(AtomicU64);

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn the_front_end_is_not_woken_for_every_chunk_but_hears_of_the_last() {
        let wakes = Arc::new(Wakes::default());
        let progress = Arc::new(Progress::new());
        let mut meter = Meter::new(progress.clone(), wakes.clone().into());
        for _ in 0..1000 {
            meter.advance(1);
        }
        let woken = wakes.0.load(Ordering::Relaxed);
        assert!(woken < 1000, "{woken}");
        assert_eq!(meter.timeout(), WAKE_INTERVAL);
        meter.quiet();
        assert_eq!(wakes.0.load(Ordering::Relaxed), woken + 1);
        assert!(!progress.snapshot().stalled);
    }

    #[test]
    fn a_long_quiet_is_a_stall_until_the_next_byte() {
        let progress = Arc::new(Progress::new());
        let mut meter = Meter::new(progress.clone(), Waker::noop().clone());
        assert_eq!(meter.timeout(), STALL);
        meter.quiet();
        assert!(progress.snapshot().stalled);
        meter.advance(1);
        assert!(!progress.snapshot().stalled);
    }

    #[test]
    fn what_was_held_to_no_use_moves_and_what_failed_does_not() {
        let progress = Arc::new(Progress::new());
        let mut meter = Meter::new(progress.clone(), Waker::noop().clone());
        meter.set_total(1_000);
        meter.hold(300);
        meter.release(300);
        meter.advance(400);
        meter.drop_rest(600);
        let snapshot = progress.snapshot();
        assert_eq!((snapshot.bytes, snapshot.moved_bytes()), (400, 400));
        assert_eq!(snapshot.total_bytes, Some(400));
    }
}
