//! Whether the peer is still there, and when to tell it that this side is. Pure: the caller has
//! the clock.
//!
//! The connection is looked at now and then. Looks are counted, not hours: a laptop that slept, or
//! a side that was too busy to look, has not waited for anybody in the meantime.

use std::time::{Duration, Instant};

/// How often both sides show that they are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Whoever has said nothing for this long says that it is alive.
    pub sign: Duration,
    /// A peer that has given no sign for this long is lost.
    pub loss: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            sign: Duration::from_secs(10),
            loss: Duration::from_mins(1),
        }
    }
}

/// What a look at the connection calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing.
    Nothing,
    /// The peer has heard nothing for a while: say that this side is alive.
    Sign,
    /// The peer is gone.
    Loss,
}

/// The signs of life of one connection.
#[derive(Debug)]
pub(super) struct Liveness {
    interval: Duration,
    next_look: Instant,
    /// Since the last look.
    spoke: bool,
    heard: bool,
    /// Looks in a row at which there was no sign of the peer.
    silent_looks: u32,
    max_silent_looks: u32,
}

impl Liveness {
    /// Both have spoken just now.
    pub(super) fn new(pace: Pace, now: Instant) -> Self {
        // Something said right after one look is noticed at the next, and missed at the one after
        // that: two looks fit between two signs.
        let interval = (pace.sign / 2).max(Duration::from_millis(1));
        let looks = pace.loss.as_nanos().div_ceil(interval.as_nanos());
        Self {
            interval,
            next_look: now + interval,
            spoke: true,
            heard: true,
            silent_looks: 0,
            max_silent_looks: u32::try_from(looks).unwrap_or(u32::MAX),
        }
    }

    /// When to look next.
    pub(super) fn next_look(&self) -> Instant {
        self.next_look
    }

    /// Something was sent.
    pub(super) fn spoke(&mut self) {
        self.spoke = true;
    }

    /// Something came.
    pub(super) fn heard(&mut self) {
        self.heard = true;
    }

    /// A look at the connection, which is due. What waits to be read is a sign as well.
    pub(super) fn look(&mut self, now: Instant, has_input: bool) -> Due {
        let (spoke, heard) = (self.spoke, self.heard || has_input);
        (self.spoke, self.heard) = (false, false);
        self.next_look = now + self.interval;
        self.silent_looks = if heard { 0 } else { self.silent_looks + 1 };
        match () {
            () if self.silent_looks >= self.max_silent_looks => Due::Loss,
            () if !spoke => Due::Sign,
            () => Due::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Looks whenever that is due, for so many seconds; speaks and hears in the given seconds.
    /// Returns the seconds of the signs, and that of the loss.
    fn run(
        seconds: u64,
        speaks: impl Fn(u64) -> bool,
        hears: impl Fn(u64) -> bool,
    ) -> (Vec<u64>, Option<u64>) {
        let start = Instant::now();
        let mut liveness = Liveness::new(Pace::default(), start);
        let mut signs = Vec::new();
        for second in 1..=seconds {
            let now = start + SECOND * u32::try_from(second).unwrap_or(u32::MAX);
            if speaks(second) {
                liveness.spoke();
            }
            if hears(second) {
                liveness.heard();
            }
            if now < liveness.next_look() {
                continue;
            }
            match liveness.look(now, false) {
                Due::Nothing => {}
                Due::Sign => {
                    signs.push(second);
                    liveness.spoke();
                }
                Due::Loss => return (signs, Some(second)),
            }
        }
        (signs, None)
    }

    #[test]
    fn whoever_is_silent_gives_a_sign_every_ten_seconds() {
        let (signs, loss) = run(3600, |_| false, |_| true);
        assert_eq!(loss, None);
        assert!(signs.len() >= 360);
        let gaps = signs.windows(2).map(|pair| pair[1] - pair[0]);
        assert_eq!(gaps.max(), Some(10));
        assert_eq!(signs[0], 10);
    }

    #[test]
    fn whenever_something_was_said_last_the_sign_follows_within_ten_seconds() {
        for last in 1..30 {
            let (signs, _) = run(60, |second| second <= last, |_| true);
            assert!((1..=10).contains(&(signs[0] - last)), "{last}: {signs:?}");
        }
    }

    #[test]
    fn whoever_speaks_gives_no_sign() {
        assert_eq!(run(3600, |_| true, |_| true), (Vec::new(), None));
    }

    #[test]
    fn a_peer_that_gives_a_sign_every_minute_but_one_second_is_not_lost() {
        assert_eq!(run(36_000, |_| true, |second| second % 59 == 0).1, None);
    }

    #[test]
    fn a_peer_without_a_sign_is_lost_after_a_minute_and_little_more() {
        for last in 1..30 {
            let (_, loss) = run(3600, |_| true, |second| second <= last);
            let silence = loss.map(|loss| loss - last);
            assert!(silence.is_some_and(|silence| (60..=65).contains(&silence)));
        }
    }

    #[test]
    fn what_waits_to_be_read_is_a_sign() {
        let start = Instant::now();
        let mut liveness = Liveness::new(Pace::default(), start);
        for _ in 0..1000 {
            let now = liveness.next_look();
            assert_ne!(liveness.look(now, true), Due::Loss);
        }
    }

    #[test]
    fn hours_without_a_look_are_no_silence() {
        let mut now = Instant::now();
        let mut liveness = Liveness::new(Pace::default(), now);
        for _ in 0..11 {
            now += Duration::from_hours(8);
            assert_ne!(liveness.look(now, false), Due::Loss);
        }
        liveness.heard();
        now += Duration::from_hours(8);
        assert_ne!(liveness.look(now, false), Due::Loss);
    }
}
