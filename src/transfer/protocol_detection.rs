//! The first moments of a connection: greets, and finds out which protocol the sender speaks.

use std::time::{Duration, Instant};

use super::event::ReceiveOutcome;
use super::onehop::{self, FirstContacts, Lists, Trust};
use super::receive::{Receiving, Stop};
use super::refusal::{TURNED_AWAY_TIME, refusal};
use super::slots::Limits;
use crate::error::{Error, TurnedAway};
use crate::protocol::greeting;
use crate::protocol::offer::{OFFER_BYTES, Offer, Opening};

/// A sender that only writes has begun by then. It is greeted no more: a greeting that it leaves
/// unread would turn its close into a reset, which takes the end of its file away.
pub(super) const HEAD_START: Duration = Duration::from_millis(100);
/// The same where a Onehop called from last, which waits to be greeted.
pub(super) const HEAD_START_OF_ONEHOP: Duration = Duration::from_millis(3);
/// The line that takes up an offer comes in one piece.
pub(super) const OPENING_TIME: Duration = Duration::from_secs(2);

/// What is needed to receive from another Onehop.
#[derive(Debug, Clone)]
pub(crate) struct OnehopPolicy {
    /// This device's key and the devices it knows.
    pub(crate) trust: Trust,
    /// The first contacts of the whole listener.
    pub(crate) contacts: FirstContacts,
    /// The lists of all its transfers.
    pub(crate) lists: Lists,
}

impl Receiving {
    /// Lets a sender that waits for no greeting begin.
    pub(super) fn await_head_start(&mut self) -> Result<(), Stop> {
        let peer = self.incoming.peer;
        let trust = self.onehop_policy.as_ref().map(|it| &it.trust);
        let head_start = match trust {
            // Whoever calls from there most likely waits for a greeting.
            Some(trust) if trust.devices.is_caller(peer) => HEAD_START_OF_ONEHOP,
            _ => HEAD_START,
        };
        let until = Instant::now() + head_start;
        while !self.has_begun() && Instant::now() < until {
            self.check_calls()?;
            self.take_undecided(until)?;
        }
        Ok(())
    }

    /// Whether it has sent something, or has left.
    fn has_begun(&self) -> bool {
        !self.undecided.is_empty() || self.end.is_some()
    }

    /// Unless the sender has begun already. With an offer, where this side has a key.
    pub(super) fn greet(&mut self) -> Result<Option<Offer>, Error> {
        if self.has_begun() {
            self.lockstep.disarm();
            return Ok(None);
        }
        if self.onehop_policy.is_none() {
            let banner = greeting::banner(self.incoming.peer);
            self.connection.say(banner.as_bytes());
            return Ok(None);
        }
        let offer = onehop::fresh_offer()?;
        let greeting = greeting::greeting(self.incoming.peer, &offer);
        self.connection.say(greeting.as_bytes());
        Ok(Some(offer))
    }

    /// Waits until the first bytes tell whether another Onehop takes up the offer.
    pub(super) fn await_opening(
        &mut self,
        offer: Option<&Offer>,
        deadline: Instant,
    ) -> Result<Opening, Stop> {
        self.await_first_byte(deadline)?;
        let Some(offer) = offer else {
            return Ok(Opening::Classic);
        };
        let deadline = deadline.min(Instant::now() + OPENING_TIME);
        loop {
            let opening = offer.opening(&self.undecided);
            let over = self.end.is_some() || Instant::now() >= deadline;
            if opening != Opening::Undecided || over {
                return Ok(opening);
            }
            self.check_calls()?;
            self.take_undecided(deadline)?;
        }
    }

    /// Whoever calls from there next may be a program that only writes.
    pub(super) fn note_classic(&self) {
        if let Some(onehop_policy) = &self.onehop_policy {
            onehop_policy.trust.forget_caller(self.incoming.peer);
        }
    }

    /// Says why, and gives the sender a moment to read it: at once, the words could be lost.
    pub(super) fn turn_away(mut self, reason: TurnedAway) -> ReceiveOutcome {
        self.connection.say(refusal(reason).as_bytes());
        let until = Instant::now() + TURNED_AWAY_TIME;
        while !self.incoming.control.cancelled() && Instant::now() < until {
            if self.connection.wait_for_call(until).is_err() {
                break;
            }
        }
        ReceiveOutcome::TurnedAway(reason)
    }

    /// What came after the line is onehop/1, and none of it is a file's.
    pub(super) fn receive_from_onehop(self, limits: Limits) -> ReceiveOutcome {
        let Some(onehop_policy) = self.onehop_policy else {
            return ReceiveOutcome::SentNothing;
        };
        self.slot.begin_introduction();
        onehop::receive::receive(
            self.connection,
            &self.undecided[OFFER_BYTES..],
            onehop::receive::Start {
                slot: self.slot,
                incoming: self.incoming,
                events: self.events,
                policy: self.policy,
                trust: onehop_policy.trust,
                contacts: onehop_policy.contacts,
                lists: onehop_policy.lists,
                meter: self.meter,
                limits,
            },
        )
    }
}
