//! First contacts are scarce: one at a time, and longer and longer waits after broken-off ones.
//!
//! Somebody in the middle has one guess in a million that two people see the same code. So that
//! it stays at one guess, each attempt that ends after the receiver's number was told, without a
//! person having decided, doubles the wait before the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The wait after the first broken-off attempt.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// All first contacts of one listener.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstContacts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    busy: bool,
    wait: Option<Duration>,
    not_before: Option<Instant>,
}

/// The one first contact that is under way. Dropping it makes room for the next.
#[derive(Debug)]
pub(crate) struct Attempt {
    all: FirstContacts,
    guess_made: bool,
}

impl FirstContacts {
    /// The right to try now; `None` if another one is trying, or the wait is not over.
    pub(crate) fn begin(&self, now: Instant) -> Option<Attempt> {
        let mut state = self.lock();
        if state.busy || state.not_before.is_some_and(|at| now < at) {
            return None;
        }
        state.busy = true;
        Some(Attempt {
            all: self.clone(),
            guess_made: false,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    /// The peer knows our number now: from here on breaking off was a guess.
    pub(crate) fn guess_made(&mut self) {
        self.guess_made = true;
    }

    /// A person has decided, whatever it was.
    pub(crate) fn decided(mut self) {
        self.guess_made = false;
        let mut state = self.all.lock();
        state.wait = None;
        state.not_before = None;
    }

    /// It ended without a person's decision. Whether that was a guess.
    pub(crate) fn broken_off(mut self, now: Instant) -> bool {
        let was_guess = std::mem::take(&mut self.guess_made);
        if was_guess {
            self.all.lock().punish(now);
        }
        was_guess
    }
}

impl Drop for Attempt {
    /// Whatever else ends it, a fault of our own included, may have been a guess too.
    fn drop(&mut self) {
        let mut state = self.all.lock();
        state.busy = false;
        if self.guess_made {
            state.punish(Instant::now());
        }
    }
}

impl State {
    fn punish(&mut self, now: Instant) {
        let doubled = self.wait.map_or(FIRST_WAIT, |wait| wait.saturating_mul(2));
        let wait = doubled.min(LONGEST_WAIT);
        self.wait = Some(wait);
        self.not_before = Some(now + wait);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn only_one_is_under_way_at_a_time() {
        let meetings = FirstContacts::default();
        let now = Instant::now();
        let attempt = meetings.begin(now).unwrap();
        assert!(meetings.begin(now).is_none());
        attempt.decided();
        assert!(meetings.begin(now).is_some());
    }

    #[test]
    fn each_guess_doubles_the_wait_before_the_next_up_to_a_limit() {
        let meetings = FirstContacts::default();
        let mut now = Instant::now();
        for seconds in [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600] {
            let mut attempt = meetings.begin(now).unwrap();
            attempt.guess_made();
            assert!(attempt.broken_off(now));
            let pause = Duration::from_secs(seconds);
            assert!(
                meetings
                    .begin(now + pause.saturating_sub(Duration::from_millis(1)))
                    .is_none()
            );
            now += pause;
        }
    }

    #[test]
    fn leaving_before_the_number_was_told_costs_nothing() {
        let meetings = FirstContacts::default();
        let now = Instant::now();
        assert!(!meetings.begin(now).unwrap().broken_off(now));
        assert!(meetings.begin(now).is_some());
    }

    #[test]
    fn an_attempt_that_is_dropped_after_the_number_was_told_is_a_guess_too() {
        let contacts = FirstContacts::default();
        let mut attempt = contacts.begin(Instant::now()).unwrap();
        attempt.guess_made();
        drop(attempt);
        let now = Instant::now();
        assert!(contacts.begin(now).is_none());
        assert!(contacts.begin(now + FIRST_WAIT).is_some());
    }

    #[test]
    fn a_decision_ends_the_waiting() {
        let meetings = FirstContacts::default();
        let now = Instant::now();
        let mut attempt = meetings.begin(now).unwrap();
        attempt.guess_made();
        attempt.broken_off(now);
        let later = now + FIRST_WAIT;
        let mut attempt = meetings.begin(later).unwrap();
        attempt.guess_made();
        attempt.decided();
        assert!(meetings.begin(later).is_some());
    }
}
