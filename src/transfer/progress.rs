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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// Bytes moved so far.
    pub bytes: u64,
    /// Bytes in all, where that is known: a classic sender does not tell it.
    pub total_bytes: Option<u64>,
    /// Nothing has moved for five seconds although it could have.
    pub stalled: bool,
    /// Everything the peer had to send is already here.
    pub complete: bool,
}

/// The shared side: the worker writes it, front ends read it whenever they like.
#[derive(Debug)]
pub(crate) struct Progress {
    bytes: AtomicU64,
    total_bytes: AtomicU64,
    stalled: AtomicBool,
    complete: AtomicBool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            bytes: AtomicU64::new(0),
            total_bytes: AtomicU64::new(UNKNOWN_TOTAL),
            stalled: AtomicBool::new(false),
            complete: AtomicBool::new(false),
        }
    }

    pub(crate) fn set_total(&self, total_bytes: u64) {
        self.total_bytes.store(total_bytes, Ordering::Relaxed);
    }

    /// What was counted was no content.
    pub(crate) fn restart(&self) {
        self.bytes.store(0, Ordering::Relaxed);
    }

    pub(crate) fn set_complete(&self) {
        self.complete.store(true, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let total_bytes = self.total_bytes.load(Ordering::Relaxed);
        Snapshot {
            bytes: self.bytes.load(Ordering::Relaxed),
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
        self.skip(bytes as u64);
        let progress = &self.progress;
        if progress.stalled.load(Ordering::Relaxed) {
            progress.stalled.store(false, Ordering::Relaxed);
        }
    }

    /// `bytes` are done that did not have to move. That there are none is the rule where there
    /// are many files, and nothing to tell.
    pub(crate) fn skip(&mut self, bytes: u64) {
        if bytes == 0 {
            return;
        }
        self.progress.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.untold = true;
        if self.told_at.elapsed() >= WAKE_INTERVAL {
            self.tell();
        }
    }

    /// So many bytes are to be moved in all.
    pub(crate) fn set_total(&self, total_bytes: u64) {
        self.progress.set_total(total_bytes);
    }

    /// How long to wait for more bytes before [`Self::quiet`] has something to tell.
    pub(crate) fn patience(&self) -> Duration {
        if self.untold { WAKE_INTERVAL } else { STALL }
    }

    /// Nothing has moved for [`Self::patience`].
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

/// Turns successive byte counts into a calm speed. Front ends own one for each transfer.
#[derive(Debug, Clone, Default)]
pub struct RateMeter {
    last: Option<(Instant, u64)>,
    bytes_per_second: f64,
}

impl RateMeter {
    /// Shorter samples than this say more about scheduling than about the network.
    const SHORTEST_SAMPLE: Duration = Duration::from_millis(100);
    /// How much a second of new samples weighs against the old average.
    const SMOOTHING_SECONDS: f64 = 1.0;

    /// Takes the byte count as of `now`; counts never go back.
    pub fn update(&mut self, bytes: u64, now: Instant) {
        let Some((last_at, last_bytes)) = self.last else {
            self.last = Some((now, bytes));
            return;
        };
        let elapsed = now.saturating_duration_since(last_at);
        if elapsed < Self::SHORTEST_SAMPLE {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a speed needs no 53 bits")]
        let sample = bytes.saturating_sub(last_bytes) as f64 / elapsed.as_secs_f64();
        if self.bytes_per_second == 0.0 {
            self.bytes_per_second = sample;
        } else {
            let weight = 1.0 - (-elapsed.as_secs_f64() / Self::SMOOTHING_SECONDS).exp();
            self.bytes_per_second += weight * (sample - self.bytes_per_second);
        }
        self.last = Some((now, bytes));
    }

    /// Bytes a second; 0 until two samples have been seen.
    #[must_use]
    pub fn bytes_per_second(&self) -> f64 {
        self.bytes_per_second
    }

    /// The time the rest of `snapshot` will take at this speed, where a total is known.
    #[must_use]
    pub fn time_left(&self, snapshot: &Snapshot) -> Option<Duration> {
        let rest = snapshot.total_bytes?.saturating_sub(snapshot.bytes);
        if self.bytes_per_second < 1.0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a time left is an estimate")]
        Duration::try_from_secs_f64(rest as f64 / self.bytes_per_second).ok()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::float_cmp, reason = "tests")]

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
        assert_eq!(meter.patience(), WAKE_INTERVAL);
        meter.quiet();
        assert_eq!(wakes.0.load(Ordering::Relaxed), woken + 1);
        assert!(!progress.snapshot().stalled);
    }

    #[test]
    fn the_front_end_is_not_woken_for_every_file() {
        let wakes = Arc::new(Wakes::default());
        let mut meter = Meter::new(Arc::new(Progress::new()), wakes.clone().into());
        for skipped in [0, 1].repeat(500) {
            meter.skip(skipped);
        }
        let woken = wakes.0.load(Ordering::Relaxed);
        assert!(woken < 500, "{woken}");
        assert_eq!(meter.patience(), WAKE_INTERVAL);
    }

    #[test]
    fn a_long_quiet_is_a_stall_until_the_next_byte() {
        let progress = Arc::new(Progress::new());
        let mut meter = Meter::new(progress.clone(), Waker::noop().clone());
        assert_eq!(meter.patience(), STALL);
        meter.quiet();
        assert!(progress.snapshot().stalled);
        meter.advance(1);
        assert!(!progress.snapshot().stalled);
    }

    fn snapshot(bytes: u64, total_bytes: Option<u64>) -> Snapshot {
        Snapshot {
            bytes,
            total_bytes,
            stalled: false,
            complete: false,
        }
    }

    #[test]
    fn a_steady_stream_has_its_speed_at_once() {
        let start = Instant::now();
        let mut rate = RateMeter::default();
        rate.update(0, start);
        rate.update(1_000, start + Duration::from_secs(1));
        assert_eq!(rate.bytes_per_second(), 1_000.0);
    }

    #[test]
    fn samples_closer_than_a_tenth_of_a_second_are_gathered_first() {
        let start = Instant::now();
        let mut rate = RateMeter::default();
        rate.update(0, start);
        rate.update(900, start + Duration::from_millis(10));
        assert_eq!(rate.bytes_per_second(), 0.0);
        rate.update(1_000, start + Duration::from_secs(1));
        assert_eq!(rate.bytes_per_second(), 1_000.0);
    }

    #[test]
    fn the_speed_falls_when_nothing_moves() {
        let start = Instant::now();
        let mut rate = RateMeter::default();
        rate.update(0, start);
        rate.update(1_000, start + Duration::from_secs(1));
        rate.update(1_000, start + Duration::from_secs(5));
        assert!(rate.bytes_per_second() < 50.0);
    }

    #[test]
    fn time_left_needs_a_total_and_a_speed() {
        let start = Instant::now();
        let mut rate = RateMeter::default();
        assert_eq!(rate.time_left(&snapshot(0, Some(10))), None);
        rate.update(0, start);
        rate.update(1_000, start + Duration::from_secs(1));
        assert_eq!(rate.time_left(&snapshot(1_000, None)), None);
        let left = rate.time_left(&snapshot(1_000, Some(5_000))).unwrap();
        assert_eq!(left, Duration::from_secs(4));
    }
}
