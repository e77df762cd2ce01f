//! First contacts are scarce: one at a time, and longer and longer waits after broken-off ones.
//!
//! Somebody in the middle has one guess in a million that two people see the same code. So that
//! it stays at one guess, each attempt that ends after the receiver's number was told, without a
//! person having decided, doubles the wait before the next. With time that is forgotten, and a
//! person may let the next one in at once.
//!
//! All strangers together have one such turn. A device that is known here, but does not remember
//! this one, shows a code too, and could stand between this device and one that means it. It has
//! proved its key, though, so it has a turn of its own, which strangers cannot take from it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::TurnedAway;
use crate::identity::Fingerprint;

/// The wait after the first broken-off attempt.
pub(super) const FIRST_WAIT: Duration = Duration::from_secs(2);
/// No wait is longer.
pub(super) const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// After so long without a broken-off attempt the next wait is half as long. As this is as long as
/// the longest wait, nobody can make more guesses by waiting than without.
pub(super) const FADE_TIME: Duration = LONGEST_WAIT;

/// All first contacts of one listener.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstContacts(Arc<Mutex<HashMap<Who, Turn>>>);

/// A device that is known, or anybody else.
type Who = Option<Fingerprint>;

#[derive(Debug, Default)]
struct Turn {
    busy: bool,
    last_wait: Option<Wait>,
}

#[derive(Debug, Clone, Copy)]
struct Wait {
    length: Duration,
    end: Instant,
}

/// The one first contact that is under way. Dropping it makes room for the next.
#[derive(Debug)]
pub(crate) struct Attempt {
    all: FirstContacts,
    who: Who,
    guess_made: bool,
}

impl FirstContacts {
    /// The right to try now.
    ///
    /// # Errors
    ///
    /// [`TurnedAway::OtherFirstContact`] if another one is trying,
    /// [`TurnedAway::TooSoonForFirstContact`] if the wait is not over.
    pub(crate) fn begin(&self, who: Who, now: Instant) -> Result<Attempt, TurnedAway> {
        let mut turns = self.lock();
        let turn = turns.entry(who).or_default();
        if turn.busy {
            return Err(TurnedAway::OtherFirstContact);
        }
        if turn.waits(now) {
            return Err(TurnedAway::TooSoonForFirstContact);
        }
        turn.busy = true;
        Ok(Attempt {
            all: self.clone(),
            who,
            guess_made: false,
        })
    }

    /// A person expects somebody: the wait is over, and forgotten.
    pub(crate) fn allow_next(&self) {
        for turn in self.lock().values_mut() {
            turn.last_wait = None;
        }
    }

    /// Whether anybody would have to wait now.
    pub(crate) fn somebody_waits(&self, now: Instant) -> bool {
        self.lock().values().any(|turn| turn.waits(now))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Who, Turn>> {
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
        self.with_turn(|turn| turn.last_wait = None);
    }

    /// It ended without a person's decision. Whether that was a guess.
    pub(crate) fn broken_off(mut self, now: Instant) -> bool {
        let was_guess = std::mem::take(&mut self.guess_made);
        if was_guess {
            self.with_turn(|turn| turn.punish(now));
        }
        was_guess
    }

    fn with_turn(&self, change: impl FnOnce(&mut Turn)) {
        change(self.all.lock().entry(self.who).or_default());
    }
}

impl Drop for Attempt {
    /// Whatever else ends it, a fault of our own included, may have been a guess too.
    fn drop(&mut self) {
        let was_guess = self.guess_made;
        self.with_turn(|turn| {
            turn.busy = false;
            if was_guess {
                turn.punish(Instant::now());
            }
        });
    }
}

impl Turn {
    fn waits(&self, now: Instant) -> bool {
        self.last_wait.is_some_and(|wait| now < wait.end)
    }

    fn punish(&mut self, now: Instant) {
        let doubled = self
            .last_wait
            .and_then(|wait| wait.remembered(now))
            .map_or(FIRST_WAIT, |length| length.saturating_mul(2));
        let length = doubled.min(LONGEST_WAIT);
        let end = now + length;
        self.last_wait = Some(Wait { length, end });
    }
}

impl Wait {
    /// How long it counts for now; `None` once it is forgotten.
    fn remembered(self, now: Instant) -> Option<Duration> {
        let since = now.saturating_duration_since(self.end);
        let halvings = u32::try_from(since.as_secs() / FADE_TIME.as_secs()).ok()?;
        let length = self.length / 2_u32.checked_pow(halvings)?;
        (length >= FIRST_WAIT).then_some(length)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn only_one_is_under_way_at_a_time() {
        let contacts = FirstContacts::default();
        let now = Instant::now();
        let attempt = contacts.begin(None, now).unwrap();
        let refused = contacts.begin(None, now).unwrap_err();
        assert_eq!(refused, TurnedAway::OtherFirstContact);
        attempt.decided();
        assert!(contacts.begin(None, now).is_ok());
    }

    #[test]
    fn each_guess_doubles_the_wait_before_the_next_up_to_a_limit() {
        let contacts = FirstContacts::default();
        let mut now = Instant::now();
        for seconds in [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600] {
            let mut attempt = contacts.begin(None, now).unwrap();
            attempt.guess_made();
            assert!(attempt.broken_off(now));
            let pause = Duration::from_secs(seconds);
            let just_before = now + pause.saturating_sub(Duration::from_millis(1));
            let refused = contacts.begin(None, just_before).unwrap_err();
            assert_eq!(refused, TurnedAway::TooSoonForFirstContact);
            now += pause;
        }
    }

    /// Breaks off one attempt; returns how long the next has to wait.
    fn wait_after_breaking_off(contacts: &FirstContacts, now: Instant) -> Duration {
        let mut attempt = contacts.begin(None, now).unwrap();
        attempt.guess_made();
        attempt.broken_off(now);
        let wait = contacts.lock()[&None].last_wait.unwrap();
        wait.end - now
    }

    #[test]
    fn broken_off_attempts_are_forgotten_with_time() {
        let contacts = FirstContacts::default();
        let mut now = Instant::now();
        for _ in 0..10 {
            now += wait_after_breaking_off(&contacts, now);
        }
        now += FADE_TIME * 3;
        let wait = wait_after_breaking_off(&contacts, now);
        assert_eq!(wait, LONGEST_WAIT / 4);
        now += wait + FADE_TIME * 1000;
        assert_eq!(wait_after_breaking_off(&contacts, now), FIRST_WAIT);
    }

    #[test]
    fn patience_gains_no_further_guesses() {
        for pause in [Duration::ZERO, FADE_TIME / 2, FADE_TIME, FADE_TIME * 2] {
            let contacts = FirstContacts::default();
            let start = Instant::now();
            let mut now = start;
            let mut guesses = 0;
            while now < start + Duration::from_hours(24) {
                now += wait_after_breaking_off(&contacts, now) + pause;
                guesses += 1;
            }
            assert!(
                guesses <= 24 * 6 + 10,
                "{guesses} with a pause of {pause:?}"
            );
        }
    }

    #[test]
    fn a_person_can_let_the_next_one_in_at_once() {
        let contacts = FirstContacts::default();
        let now = Instant::now();
        wait_after_breaking_off(&contacts, now);
        assert!(contacts.begin(None, now).is_err());
        contacts.allow_next();
        assert_eq!(wait_after_breaking_off(&contacts, now), FIRST_WAIT);
    }

    #[test]
    fn leaving_before_the_number_was_told_costs_nothing() {
        let contacts = FirstContacts::default();
        let now = Instant::now();
        assert!(!contacts.begin(None, now).unwrap().broken_off(now));
        assert!(contacts.begin(None, now).is_ok());
    }

    #[test]
    fn an_attempt_that_is_dropped_after_the_number_was_told_is_a_guess_too() {
        let contacts = FirstContacts::default();
        let mut attempt = contacts.begin(None, Instant::now()).unwrap();
        attempt.guess_made();
        drop(attempt);
        let now = Instant::now();
        assert!(contacts.begin(None, now).is_err());
        assert!(contacts.begin(None, now + FIRST_WAIT).is_ok());
    }

    #[test]
    fn a_decision_ends_the_waiting() {
        let contacts = FirstContacts::default();
        let now = Instant::now();
        let mut attempt = contacts.begin(None, now).unwrap();
        attempt.guess_made();
        attempt.broken_off(now);
        let later = now + FIRST_WAIT;
        let mut attempt = contacts.begin(None, later).unwrap();
        attempt.guess_made();
        attempt.decided();
        assert!(contacts.begin(None, later).is_ok());
    }

    #[test]
    fn strangers_cannot_take_the_turn_of_a_device_that_is_known_nor_it_theirs() {
        let contacts = FirstContacts::default();
        let known = Some(Fingerprint::from_bytes([7; 32]));
        let now = Instant::now();
        let mut stranger = contacts.begin(None, now).unwrap();
        let mut device = contacts.begin(known, now).unwrap();
        let refused = contacts.begin(known, now).unwrap_err();
        assert_eq!(refused, TurnedAway::OtherFirstContact);
        stranger.guess_made();
        assert!(stranger.broken_off(now));
        device.guess_made();
        device.decided();
        assert!(contacts.begin(known, now).is_ok());
        let refused = contacts.begin(None, now).unwrap_err();
        assert_eq!(refused, TurnedAway::TooSoonForFirstContact);
        // Nor does a known one guess more often than others.
        let mut device = contacts.begin(known, now).unwrap();
        device.guess_made();
        assert!(device.broken_off(now));
        let refused = contacts.begin(known, now).unwrap_err();
        assert_eq!(refused, TurnedAway::TooSoonForFirstContact);
        contacts.allow_next();
        assert!(!contacts.somebody_waits(now));
    }
}
