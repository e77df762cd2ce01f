//! When to try again.

use std::time::{Duration, Instant};

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);

/// When what failed is to be tried again: soon at first, then later and later.
#[derive(Debug, Clone, Copy, Default)]
pub struct Backoff {
    /// The pause after the last failure, and when it ends.
    pause: Option<(Duration, Instant)>,
}

impl Backoff {
    /// It failed, once more.
    pub fn fail(&mut self, now: Instant) {
        let pause = self.pause.map_or(SHORTEST, |(pause, _)| pause * 2);
        let pause = pause.min(LONGEST);
        self.pause = Some((pause, now + pause));
    }

    /// Whether it may be tried now.
    #[must_use]
    pub fn is_over(&self, now: Instant) -> bool {
        self.pause.is_none_or(|(_, ends)| ends <= now)
    }

    /// How long until it is to be tried again; `None` if nothing failed.
    #[must_use]
    pub fn left(&self, now: Instant) -> Option<Duration> {
        self.pause
            .map(|(_, ends)| ends.saturating_duration_since(now))
    }
}
