//! How far a transfer is, how fast it moves, and how long the rest will take.

use std::time::{Duration, Instant};

use crate::messages;
use crate::transfer::Snapshot;

/// How far a transfer is: the latest that was seen of it, and what follows from that.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    latest: Snapshot,
    rate: Rate,
    speeds: Speeds,
    resumed_bytes: u64,
}

impl Progress {
    /// Takes what the engine counted as of `now`; `moving` once content crosses.
    pub(crate) fn observe(&mut self, snapshot: Snapshot, moving: bool, now: Instant) {
        self.latest = snapshot;
        if moving {
            self.rate.update(snapshot.moved_bytes(), now);
            self.speeds.update(snapshot.moved_bytes(), now);
        }
    }

    /// Bytes that were there already, from an earlier, interrupted transfer.
    pub(super) fn resume(&mut self, bytes: u64) {
        self.resumed_bytes = bytes;
    }

    /// What the engine counted.
    #[must_use]
    pub fn latest(&self) -> &Snapshot {
        &self.latest
    }

    /// The share that is done, from 0 to 1, where the total is known.
    #[must_use]
    pub fn share(&self) -> Option<f32> {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a bar has a few hundred pixels"
        )]
        match self.latest.total_bytes? {
            0 => Some(1.0),
            total => Some((self.latest.bytes as f64 / total as f64) as f32),
        }
    }

    /// The same in per cent, rounded down: 100 stands for everything.
    #[must_use]
    pub fn percent(&self) -> Option<u64> {
        self.percent_of(self.latest.bytes)
    }

    /// How far all of these are together, in per cent; nothing if nobody knows how much there is.
    #[must_use]
    pub fn percent_of_all<'a>(all: impl Iterator<Item = &'a Self>) -> Option<u64> {
        let known = all.filter_map(|one| Some((one.latest.bytes, one.latest.total_bytes?)));
        let (done, total) = known.fold((0_u128, 0_u128), |sum, (done, total)| {
            (sum.0 + u128::from(done), sum.1 + u128::from(total))
        });
        u64::try_from((done * 100).checked_div(total)?).ok()
    }

    fn percent_of(&self, bytes: u64) -> Option<u64> {
        let percent = (u128::from(bytes) * 100).checked_div(self.latest.total_bytes?.into());
        // Nothing of nothing is everything.
        Some(percent.map_or(100, |percent| u64::try_from(percent).unwrap_or(100)))
    }

    /// Bytes a second, while something moves and once that can be told.
    #[must_use]
    pub fn bytes_per_second(&self) -> Option<f64> {
        let speed = self.rate.bytes_per_second;
        (speed > 0.0 && !self.latest.stalled).then_some(speed)
    }

    /// Bytes a second lately, the oldest first, half a second apart.
    #[must_use]
    pub fn speeds(&self) -> &[f32] {
        &self.speeds.latest
    }

    /// The time that the rest will take at this speed, once that can be told.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        let rest = self.latest.total_bytes?.saturating_sub(self.latest.bytes);
        let speed = self.bytes_per_second().filter(|speed| *speed >= 1.0)?;
        #[expect(clippy::cast_precision_loss, reason = "a time left is an estimate")]
        Duration::try_from_secs_f64(rest as f64 / speed).ok()
    }

    /// All of this in a line, such as `50 %  •  500 B of 1.0 kB  •  100 B/s  •  5 s left`.
    #[must_use]
    pub fn facts(&self) -> String {
        let bytes = messages::bytes(self.latest.bytes);
        let bytes = match self.latest.total_bytes {
            Some(total) => format!("{bytes} of {}", messages::bytes(total)),
            None => bytes,
        };
        let facts = [
            self.percent().map(|percent| format!("{percent} %")),
            Some(bytes),
            self.bytes_per_second().map(messages::speed),
            self.time_left().map(messages::duration_left),
        ];
        facts
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("  •  ")
    }

    /// That it goes on where an earlier transfer was interrupted, if it does.
    #[must_use]
    pub fn resumed(&self) -> Option<String> {
        let bytes = self.resumed_bytes;
        (bytes > 0).then(|| messages::outcome::resuming(self.percent_of(bytes), bytes))
    }
}

/// The count at the last moment that was taken.
#[derive(Debug, Clone, Default)]
struct Samples {
    last: Option<(Instant, u64)>,
}

impl Samples {
    /// Takes the bytes that have moved as of `now`, unless the last moment is less than `shortest`
    /// ago. Returns the bytes a second since then, and how long that is.
    fn take(&mut self, bytes: u64, now: Instant, shortest: Duration) -> Option<(f64, Duration)> {
        let Some((last_at, last_bytes)) = self.last else {
            self.last = Some((now, bytes));
            return None;
        };
        let elapsed = now.saturating_duration_since(last_at);
        if elapsed < shortest {
            return None;
        }
        self.last = Some((now, bytes));
        #[expect(clippy::cast_precision_loss, reason = "a speed needs no 53 bits")]
        let speed = bytes.saturating_sub(last_bytes) as f64 / elapsed.as_secs_f64();
        Some((speed, elapsed))
    }
}

/// Turns successive byte counts into a calm speed.
#[derive(Debug, Clone, Default)]
struct Rate {
    samples: Samples,
    /// 0 until two samples have been seen.
    bytes_per_second: f64,
}

impl Rate {
    /// Shorter samples than this say more about scheduling than about the network.
    const SHORTEST_SAMPLE: Duration = Duration::from_millis(100);
    /// How much a second of new samples weighs against the old average.
    const SMOOTHING_SECONDS: f64 = 1.0;

    /// Takes the bytes that have moved as of `now`.
    fn update(&mut self, bytes: u64, now: Instant) {
        let Some((sample, elapsed)) = self.samples.take(bytes, now, Self::SHORTEST_SAMPLE) else {
            return;
        };
        if self.bytes_per_second == 0.0 {
            self.bytes_per_second = sample;
        } else {
            let weight = 1.0 - (-elapsed.as_secs_f64() / Self::SMOOTHING_SECONDS).exp();
            self.bytes_per_second += weight * (sample - self.bytes_per_second);
        }
    }
}

/// The speeds of the last half minute, as they were.
#[derive(Debug, Clone, Default)]
struct Speeds {
    samples: Samples,
    /// The oldest first.
    latest: Vec<f32>,
}

impl Speeds {
    const SAMPLE: Duration = Duration::from_millis(500);
    const KEPT: usize = 60;

    /// Takes the bytes that have moved as of `now`.
    fn update(&mut self, bytes: u64, now: Instant) {
        let Some((speed, _)) = self.samples.take(bytes, now, Self::SAMPLE) else {
            return;
        };
        if self.latest.len() == Self::KEPT {
            self.latest.remove(0);
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a graph has a few dozen pixels"
        )]
        self.latest.push(speed as f32);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn snapshot(bytes: u64, total_bytes: impl Into<Option<u64>>) -> Snapshot {
        Snapshot {
            bytes,
            total_bytes: total_bytes.into(),
            ..Snapshot::default()
        }
    }

    /// After these snapshots, each with the milliseconds since the first.
    fn after<const N: usize>(seen: [(u64, Snapshot); N]) -> Progress {
        let start = Instant::now();
        let mut progress = Progress::default();
        for (millis, snapshot) in seen {
            progress.observe(snapshot, true, start + Duration::from_millis(millis));
        }
        progress
    }

    #[test]
    fn a_hundred_per_cent_means_everything() {
        for (bytes, total, percent) in [
            (999, 1_000, 99),
            (1_000, 1_000, 100),
            (0, 0, 100),
            (u64::MAX - 1, u64::MAX, 99),
            (u64::MAX, u64::MAX, 100),
        ] {
            let progress = after([(0, snapshot(bytes, total))]);
            assert_eq!(progress.percent(), Some(percent), "{bytes} of {total}");
            assert!(progress.share().unwrap() <= 1.0);
        }
        let unknown = after([(0, snapshot(5, None))]);
        assert_eq!((unknown.percent(), unknown.share()), (None, None));
    }

    #[test]
    fn a_steady_stream_has_its_speed_at_once() {
        let progress = after([(0, snapshot(0, None)), (1_000, snapshot(1_000, None))]);
        assert_eq!(progress.bytes_per_second(), Some(1_000.0));
    }

    #[test]
    fn samples_closer_than_a_tenth_of_a_second_are_gathered_first() {
        let (start, early) = ((0, snapshot(0, None)), (10, snapshot(900, None)));
        assert_eq!(after([start, early]).bytes_per_second(), None);
        let progress = after([start, early, (1_000, snapshot(1_000, None))]);
        assert_eq!(progress.bytes_per_second(), Some(1_000.0));
    }

    #[test]
    fn the_speed_falls_when_nothing_moves() {
        let progress = after([
            (0, snapshot(0, None)),
            (1_000, snapshot(1_000, None)),
            (5_000, snapshot(1_000, None)),
        ]);
        assert!(progress.bytes_per_second().unwrap() < 50.0);
    }

    #[test]
    fn what_the_receiver_held_makes_no_speed() {
        let held = Snapshot {
            held_bytes: 8_000,
            ..snapshot(9_000, 10_000)
        };
        let progress = after([(0, snapshot(0, 10_000)), (1_000, held)]);
        assert_eq!(progress.bytes_per_second(), Some(1_000.0));
        assert_eq!(progress.time_left(), Some(Duration::from_secs(1)));
    }

    #[test]
    fn the_graph_has_a_speed_for_each_half_second_of_the_last_half_minute() {
        let seen: [(u64, Snapshot); 201] = std::array::from_fn(|number| {
            let number = number as u64;
            (number * 250, snapshot(number * number, None))
        });
        let progress = after(seen);
        let speeds = progress.speeds();
        assert_eq!(speeds.len(), 60);
        assert!(speeds.is_sorted(), "it only became faster: {speeds:?}");
        assert!((speeds[59] - 1_592.0).abs() < 1.0, "{speeds:?}");
    }

    #[test]
    fn time_left_needs_a_total_and_a_speed() {
        let start = (0, snapshot(0, 5_000));
        assert_eq!(after([start]).time_left(), None);
        let without_total = after([start, (1_000, snapshot(1_000, None))]);
        assert_eq!(without_total.time_left(), None);
        let progress = after([start, (1_000, snapshot(1_000, 5_000))]);
        assert_eq!(progress.time_left(), Some(Duration::from_secs(4)));
    }

    #[test]
    fn speed_and_time_left_are_told_once_they_are_known_and_while_something_moves() {
        let start = (0, snapshot(400, 1_000));
        let half = snapshot(500, 1_000);
        assert_eq!(after([(0, half)]).facts(), "50 %  •  500 B of 1.0 kB");
        assert_eq!(
            after([start, (1_000, half)]).facts(),
            "50 %  •  500 B of 1.0 kB  •  100 B/s  •  5 s left"
        );
        let stalled = Snapshot {
            stalled: true,
            ..half
        };
        assert_eq!(
            after([start, (1_000, stalled)]).facts(),
            "50 %  •  500 B of 1.0 kB"
        );
    }

    #[test]
    fn where_it_goes_on_is_told_in_per_cent_where_the_total_is_known() {
        let mut progress = after([(0, snapshot(500, 1_000))]);
        assert_eq!(progress.resumed(), None);
        progress.resume(250);
        assert!(progress.resumed().unwrap().starts_with("Resuming at 25 %"));
        progress.latest.total_bytes = None;
        assert!(progress.resumed().unwrap().contains("250 B"));
    }
}
