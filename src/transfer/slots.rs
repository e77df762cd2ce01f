//! The bounded number of transfers at once, and who has them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::control::Decision;
use super::event::TurnedAway;
use super::incoming::Incoming;

/// Bounds that keep one peer, or many, from using up this computer.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Transfers at once.
    pub transfers: usize,
    /// Transfers at once from one address.
    pub transfers_per_address: usize,
    /// How long a request waits for the user, and a connection for its first byte.
    pub decision: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            transfers: 16,
            transfers_per_address: 8,
            decision: Duration::from_mins(10),
        }
    }
}

/// Everyone who is being served.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    limits: Limits,
    taken: Arc<Mutex<Vec<Incoming>>>,
}

/// A place among the transfers; dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Slot {
    incoming: Incoming,
    slots: Slots,
}

impl Slot {
    /// Whose place it is.
    pub(crate) fn incoming(&self) -> &Incoming {
        &self.incoming
    }
}

impl Slots {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            taken: Arc::default(),
        }
    }

    pub(crate) fn take(&self, incoming: Incoming) -> Result<Slot, TurnedAway> {
        let mut taken = self.lock();
        if taken.len() >= self.limits.transfers {
            return Err(TurnedAway::Busy);
        }
        let same_address = |other: &&Incoming| other.peer == incoming.peer;
        if taken.iter().filter(same_address).count() >= self.limits.transfers_per_address {
            return Err(TurnedAway::BusyWithSameAddress);
        }
        taken.push(incoming.clone());
        let slots = self.clone();
        Ok(Slot { incoming, slots })
    }

    /// Whoever has no yes yet gets a no.
    pub(crate) fn decline_undecided(&self) {
        for taken in self.lock().iter() {
            taken.control.decide(Decision::Decline);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Incoming>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let id = self.incoming.id;
        self.slots.lock().retain(|taken| taken.id != id);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::transfer::connection::Readiness;
    use crate::transfer::event::TransferId;
    use crate::transfer::progress::Progress;

    fn slots(transfers: usize, transfers_per_address: usize) -> Slots {
        Slots::new(Limits {
            transfers,
            transfers_per_address,
            ..Limits::default()
        })
    }

    fn take(slots: &Slots, id: u64, peer: &str) -> Result<Slot, TurnedAway> {
        slots.take(Incoming {
            id: TransferId(id),
            peer: peer.parse().unwrap(),
            control: Readiness::new().unwrap().control().clone(),
            progress: Arc::new(Progress::new()),
        })
    }

    #[test]
    fn one_over_the_bound_is_turned_away() {
        let slots = slots(2, 2);
        let _first = take(&slots, 1, "10.0.0.1").unwrap();
        let _second = take(&slots, 2, "10.0.0.2").unwrap();
        assert_eq!(take(&slots, 3, "10.0.0.3").unwrap_err(), TurnedAway::Busy);
    }

    #[test]
    fn one_address_cannot_take_every_slot() {
        let slots = slots(3, 2);
        let _first = take(&slots, 1, "10.0.0.1").unwrap();
        let _second = take(&slots, 2, "10.0.0.1").unwrap();
        let refused = take(&slots, 3, "10.0.0.1").unwrap_err();
        assert_eq!(refused, TurnedAway::BusyWithSameAddress);
        assert!(take(&slots, 4, "10.0.0.2").is_ok());
    }

    #[test]
    fn a_slot_is_free_again_when_its_transfer_is_over() {
        let slots = slots(1, 1);
        drop(take(&slots, 1, "10.0.0.1").unwrap());
        assert!(take(&slots, 2, "10.0.0.1").is_ok());
    }
}
