//! Who is being served: a bounded number of connections that have not said yet what they want, and
//! a bounded number of transfers.
//!
//! ```text
//!            first bytes of a file
//! enter ─▶ silent ──────────────────────────────▶ stranger
//!             │                                     ▲
//!             │ offer taken up   hello of a stranger│
//!             └────────────────▶ introducing ───────┴────▶ known
//!                                      a known key is proved
//! ```
//!
//! Where there is no room for the next silent or introducing one, the oldest of whoever has the most
//! is evicted. The two are bounded each for itself: neither kind can push out the other.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::control::Decision;
use super::handle::IncomingHandle;
use crate::error::TurnedAway;
use crate::identity::Fingerprint;
use crate::net::Pace;

/// Whoever has one IPv6 address can usually take all of its /64.
const NETWORK_BITS: u128 = u128::MAX << 64;

/// Bounds that keep one peer, or many, from using up this computer.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once that have not said a word, and as many Onehops that have not introduced
    /// themselves: the oldest of whoever has the most makes room for the next.
    pub waiting: usize,
    /// Transfers at once from senders that are not known.
    pub transfers: usize,
    /// Transfers at once from one address, or one /64 of IPv6 addresses, and from one known device.
    pub transfers_per_sender: usize,
    /// How long a request waits for the user, and a connection for its first byte.
    pub decision: Duration,
    /// How long a first contact may take until its list is complete.
    pub first_contact: Duration,
    /// How another Onehop and this one show each other that they are there.
    pub pace: Pace,
    /// The most memory, in bytes, for the list of one sender before the user has said yes. All such
    /// lists together may take four times as much, and all that were agreed to 28 times.
    pub list: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            waiting: 64,
            transfers: 16,
            transfers_per_sender: 8,
            decision: Duration::from_mins(10),
            first_contact: Duration::from_mins(2),
            pace: Pace::default(),
            list: 32 << 20,
        }
    }
}

/// Everyone who is being served.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    limits: Limits,
    taken: Arc<Mutex<Vec<Place>>>,
}

#[derive(Debug)]
struct Place {
    incoming: IncomingHandle,
    holder: Holder,
}

/// Who has a place, and so which bounds it counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Silent,
    Introducing,
    Stranger,
    Known(Fingerprint),
}

/// A place of a connection, and then of its transfer; dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Slot {
    incoming: IncomingHandle,
    slots: Slots,
}

impl Slot {
    /// Whose place it is.
    pub(crate) fn incoming(&self) -> &IncomingHandle {
        &self.incoming
    }

    /// It has taken up the offer.
    pub(crate) fn begin_introduction(&self) {
        let holder = Holder::Introducing;
        // Without a condition there is no reason against it.
        if self.admit(holder, |_| Ok(())).is_ok() {
            self.slots.evict(&mut self.slots.lock(), holder);
        }
    }

    /// It wants to send something, and nobody knows it.
    ///
    /// # Errors
    ///
    /// The reason, if there are too many transfers already.
    pub(crate) fn admit_stranger(&self) -> Result<(), TurnedAway> {
        let limits = self.slots.limits;
        let source = source(self.incoming.peer);
        self.admit(Holder::Stranger, |taken| {
            let strangers = || taken.iter().filter(|it| it.holder == Holder::Stranger);
            if strangers().count() >= limits.transfers {
                return Err(TurnedAway::Busy);
            }
            let same_source = strangers().filter(|it| it.source() == source);
            if same_source.count() >= limits.transfers_per_sender {
                return Err(TurnedAway::BusyWithSameSender);
            }
            Ok(())
        })
    }

    /// It has proved the key of a device that is known. There is room for it whatever strangers do.
    ///
    /// # Errors
    ///
    /// The reason, if this device has too many transfers already.
    pub(crate) fn admit_known(&self, device: Fingerprint) -> Result<(), TurnedAway> {
        let limits = self.slots.limits;
        let holder = Holder::Known(device);
        self.admit(holder, |taken| {
            let same_device = taken.iter().filter(|it| it.holder == holder);
            if same_device.count() >= limits.transfers_per_sender {
                return Err(TurnedAway::BusyWithSameSender);
            }
            Ok(())
        })
    }

    /// Whether it had to make room for another connection.
    pub(crate) fn evicted(&self) -> bool {
        let id = self.incoming.id;
        !self.slots.lock().iter().any(|it| it.incoming.id == id)
    }

    fn admit(
        &self,
        holder: Holder,
        has_room: impl FnOnce(&[Place]) -> Result<(), TurnedAway>,
    ) -> Result<(), TurnedAway> {
        let mut taken = self.slots.lock();
        has_room(&taken)?;
        let id = self.incoming.id;
        // One that was evicted at this very moment is told by its control.
        if let Some(place) = taken.iter_mut().find(|it| it.incoming.id == id) {
            place.holder = holder;
        }
        Ok(())
    }
}

impl Slots {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            taken: Arc::default(),
        }
    }

    /// A place among those that have not said yet what they want. There always is one.
    pub(crate) fn enter(&self, incoming: IncomingHandle) -> Slot {
        let mut taken = self.lock();
        taken.push(Place {
            incoming: incoming.clone(),
            holder: Holder::Silent,
        });
        self.evict(&mut taken, Holder::Silent);
        drop(taken);
        let slots = self.clone();
        Slot { incoming, slots }
    }

    /// One makes room, if there are too many of this kind.
    fn evict(&self, taken: &mut Vec<Place>, holder: Holder) {
        let count = taken.iter().filter(|it| it.holder == holder).count();
        if count > self.limits.waiting
            && let Some(index) = dispensable(taken, holder)
        {
            let place = taken.remove(index);
            log::debug!("{} makes room for others", place.incoming.peer);
            place.incoming.cancel();
        }
    }

    /// Whoever has no yes yet gets a no.
    pub(crate) fn decline_undecided(&self) {
        for place in self.lock().iter() {
            place.incoming.control.decide(Decision::Decline);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Place>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn source(&self) -> IpAddr {
        source(self.incoming.peer)
    }
}

/// The oldest of this kind from the source that has the most of them.
fn dispensable(taken: &[Place], holder: Holder) -> Option<usize> {
    let all = || {
        let places = taken.iter().enumerate();
        places.filter(|(_, place)| place.holder == holder)
    };
    let siblings = |place: &Place| {
        let source = place.source();
        all().filter(|(_, it)| it.source() == source).count()
    };
    let most = all().max_by_key(|(index, place)| (siblings(place), Reverse(*index)));
    most.map(|(index, _)| index)
}

/// What one computer can call from at the least.
fn source(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & NETWORK_BITS).into(),
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let id = self.incoming.id;
        self.slots.lock().retain(|place| place.incoming.id != id);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::transfer::event::TransferId;

    const LAPTOP: Fingerprint = Fingerprint::from_bytes([1; 32]);

    fn slots(waiting: usize, transfers: usize, transfers_per_sender: usize) -> Slots {
        Slots::new(Limits {
            waiting,
            transfers,
            transfers_per_sender,
            ..Limits::default()
        })
    }

    fn enter(slots: &Slots, id: u64, peer: &str) -> Slot {
        slots.enter(IncomingHandle::for_tests(
            TransferId(id),
            peer.parse().unwrap(),
        ))
    }

    fn stranger(slots: &Slots, id: u64, peer: &str) -> Result<Slot, TurnedAway> {
        let slot = enter(slots, id, peer);
        slot.admit_stranger().map(|()| slot)
    }

    #[test]
    fn one_over_the_bound_is_turned_away() {
        let slots = slots(9, 2, 2);
        let _first = stranger(&slots, 1, "10.0.0.1").unwrap();
        let _second = stranger(&slots, 2, "10.0.0.2").unwrap();
        let refused = stranger(&slots, 3, "10.0.0.3").unwrap_err();
        assert_eq!(refused, TurnedAway::Busy);
    }

    #[test]
    fn one_address_cannot_take_every_slot() {
        let slots = slots(9, 3, 2);
        let _first = stranger(&slots, 1, "10.0.0.1").unwrap();
        let _second = stranger(&slots, 2, "10.0.0.1").unwrap();
        let refused = stranger(&slots, 3, "10.0.0.1").unwrap_err();
        assert_eq!(refused, TurnedAway::BusyWithSameSender);
        assert!(stranger(&slots, 4, "10.0.0.2").is_ok());
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_count_as_one() {
        let slots = slots(9, 9, 2);
        let _first = stranger(&slots, 1, "2001:db8:1:2::1").unwrap();
        let _second = stranger(&slots, 2, "2001:db8:1:2:ffff::9").unwrap();
        assert!(stranger(&slots, 3, "2001:db8:1:2::3").is_err());
        assert!(stranger(&slots, 4, "2001:db8:1:3::1").is_ok());
    }

    #[test]
    fn a_slot_is_free_again_when_its_transfer_is_over() {
        let slots = slots(9, 1, 1);
        drop(stranger(&slots, 1, "10.0.0.1").unwrap());
        assert!(stranger(&slots, 2, "10.0.0.1").is_ok());
    }

    #[test]
    fn waiting_takes_no_place_from_a_transfer() {
        let slots = slots(9, 1, 1);
        let _waiting: Vec<Slot> = (0..9).map(|id| enter(&slots, id, "10.0.0.1")).collect();
        assert!(stranger(&slots, 9, "10.0.0.1").is_ok());
    }

    #[test]
    fn a_known_device_gets_in_when_strangers_have_every_place() {
        let slots = slots(9, 1, 1);
        let _stranger = stranger(&slots, 1, "10.0.0.1").unwrap();
        let known = enter(&slots, 2, "10.0.0.1");
        assert_eq!(known.admit_known(LAPTOP), Ok(()));
        let one_more = enter(&slots, 3, "10.0.0.9");
        assert_eq!(
            one_more.admit_known(LAPTOP),
            Err(TurnedAway::BusyWithSameSender)
        );
    }

    #[test]
    fn the_oldest_waiting_connection_of_the_busiest_address_makes_room() {
        let slots = slots(4, 1, 1);
        let peers = ["10.0.0.9", "10.0.0.1", "10.0.0.1", "10.0.0.2"];
        let waiting: Vec<Slot> = (0..)
            .zip(peers)
            .map(|(id, peer)| enter(&slots, id, peer))
            .collect();
        let _next = enter(&slots, 4, "10.0.0.3");
        let evicted: Vec<bool> = waiting.iter().map(Slot::evicted).collect();
        assert_eq!(evicted, [false, true, false, false]);
        assert!(waiting[1].incoming().control.cancelled());
    }

    #[test]
    fn whoever_comes_from_a_busy_address_makes_room_for_itself() {
        let slots = slots(2, 1, 1);
        let other = enter(&slots, 0, "10.0.0.9");
        for id in 1..100 {
            let slot = enter(&slots, id, "10.0.0.1");
            assert!(!slot.evicted());
            std::mem::forget(slot);
        }
        assert!(!other.evicted());
    }

    #[test]
    fn silence_pushes_out_no_introduction_nor_the_other_way_round() {
        let slots = slots(2, 1, 1);
        let introducing = enter(&slots, 0, "10.0.0.1");
        introducing.begin_introduction();
        let silent: Vec<Slot> = (1..9).map(|id| enter(&slots, id, "10.0.0.1")).collect();
        assert!(!introducing.evicted());
        let left = silent.iter().filter(|slot| !slot.evicted()).count();
        assert_eq!(left, 2);
        for slot in &silent[6..] {
            slot.begin_introduction();
        }
        assert!(introducing.evicted(), "the oldest of too many");
        assert!(!silent[7].evicted());
    }

    #[test]
    fn a_transfer_is_never_evicted() {
        let slots = slots(1, 1, 1);
        let transfer = stranger(&slots, 0, "10.0.0.1").unwrap();
        let _waiting: Vec<Slot> = (1..9).map(|id| enter(&slots, id, "10.0.0.1")).collect();
        assert!(!transfer.evicted());
    }
}
