//! Keeps what is announced up to date, and tries again what failed.

use std::time::{Duration, Instant};

use super::announcer::{Announced, Announcer};
use super::backoff::Backoff;
use super::daemon::Unavailable;

/// The announcement of this computer, if it is announced.
#[derive(Debug, Default)]
pub struct Announcing {
    announcer: Option<Announcer>,
    /// What is announced, or could not be.
    announced: Option<Announced>,
    backoff: Backoff,
}

impl Announcing {
    /// Announces what is wanted from now on. Returns how soon this has to be called again at the
    /// latest: as long as the system gives no sockets or threads for it.
    pub fn follow(&mut self, wanted: Option<Announced>, now: Instant) -> Option<Duration> {
        self.follow_by(wanted, now, Announcer::start)
    }

    fn follow_by(
        &mut self,
        wanted: Option<Announced>,
        now: Instant,
        start: impl FnOnce(Announced) -> Result<Announcer, Unavailable>,
    ) -> Option<Duration> {
        if self.announced != wanted {
            if !self.rename(wanted.as_ref()) {
                self.announcer = None;
                self.backoff = Backoff::default();
            }
            self.announced = wanted;
        }
        if self.announcer.is_none()
            && self.backoff.is_over(now)
            && let Some(announced) = &self.announced
        {
            match start(announced.clone()) {
                Ok(announcer) => {
                    self.announcer = Some(announcer);
                    self.backoff = Backoff::default();
                }
                Err(fault) => {
                    log::warn!("not announced: {fault}");
                    self.backoff.fail(now);
                }
            }
        }
        self.backoff.left(now)
    }

    /// Gives a running announcement its new name, if that is all that is new.
    fn rename(&self, wanted: Option<&Announced>) -> bool {
        let (Some(running), Some(now), Some(wanted)) = (&self.announcer, &self.announced, wanted)
        else {
            return false;
        };
        let renamed = Announced {
            name: wanted.name.clone(),
            ..now.clone()
        };
        if renamed != *wanted {
            return false;
        }
        running.rename(&wanted.name);
        true
    }

    /// Whether what is wanted is announced, if something is.
    #[must_use]
    pub fn works(&self) -> bool {
        self.announced.is_none() || self.announcer.is_some()
    }

    /// Says goodbye before the program ends, or before nobody is to come any more.
    pub fn end(&mut self) {
        self.announced = None;
        self.backoff = Backoff::default();
        if let Some(announcer) = self.announcer.take() {
            announcer.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::DeviceKind;

    fn announced(port: u16) -> Announced {
        Announced {
            name: "desk-pc".to_owned(),
            hint: None,
            kind: DeviceKind::Linux,
            port,
            address: None,
        }
    }

    #[test]
    fn what_could_not_be_announced_is_tried_again_later_and_later() {
        let mut announcing = Announcing::default();
        let mut now = Instant::now();
        let mut pauses = Vec::new();
        let mut tries = 0;
        for _ in 0..10 {
            let mut try_it = |now| {
                announcing.follow_by(Some(announced(1)), now, |_| {
                    tries += 1;
                    Err(Unavailable("no sockets".to_owned()))
                })
            };
            let pause = try_it(now).unwrap_or_default();
            assert!(!pause.is_zero());
            assert_eq!(
                try_it(now + pause / 2),
                Some(pause / 2),
                "not before it is over"
            );
            now += pause;
            pauses.push(pause);
        }
        assert_eq!(tries, 10);
        assert!(
            pauses.is_sorted() && pauses.first() < pauses.last(),
            "{pauses:?}"
        );
        assert!(!announcing.works());
    }

    #[test]
    fn something_else_is_tried_at_once() {
        let mut announcing = Announcing::default();
        let now = Instant::now();
        let mut tries = 0;
        for port in [1, 1, 2, 2, 1] {
            announcing.follow_by(Some(announced(port)), now, |_| {
                tries += 1;
                Err(Unavailable("no sockets".to_owned()))
            });
        }
        assert_eq!(tries, 3);
        assert_eq!(
            announcing.follow_by(None, now, |_| Err(Unavailable(String::new()))),
            None
        );
        assert!(announcing.works());
    }
}
