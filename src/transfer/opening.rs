//! The first moments of a connection: greets, and finds out which protocol the sender speaks.

use std::time::{Duration, Instant};

use super::error::Error;
use super::event::ReceiveOutcome;
use super::onehop::{self, FirstContacts, Trust};
use super::receive::{Receiving, Stop};
use crate::protocol::greeting;
use crate::protocol::offer::{OFFER_BYTES, Offer, Opening};

/// The line that takes up an offer comes in one piece.
const OPENING_TIME: Duration = Duration::from_secs(2);

/// What is needed to receive from another Onehop.
#[derive(Debug, Clone)]
pub(crate) struct Hospitality {
    /// This device's key and the devices it knows.
    pub(crate) trust: Trust,
    /// The first contacts of the whole listener.
    pub(crate) contacts: FirstContacts,
}

impl Receiving {
    /// With an offer, where this side has a key.
    pub(super) fn greet(&mut self) -> Result<Option<Offer>, Error> {
        if self.hospitality.is_none() {
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

    /// What came after the line is onehop/1, and none of it is a file's.
    pub(super) fn receive_from_onehop(self, decision_time: Duration) -> ReceiveOutcome {
        let Some(hospitality) = self.hospitality else {
            return ReceiveOutcome::SentNothing;
        };
        self.incoming.progress.restart();
        onehop::receive::receive(
            self.connection,
            &self.undecided[OFFER_BYTES..],
            onehop::receive::Start {
                incoming: self.incoming,
                events: self.events,
                policy: self.policy,
                trust: hospitality.trust,
                contacts: hospitality.contacts,
                meter: self.meter,
                decision_time,
            },
        )
    }
}
