//! Sends that wait for their turn, for a second try, or for their receiver; pure.
//!
//! In scope: the order, what may run at once, when what broke off is tried again, what is written
//! down. Out of scope: running anything. A front end asks [`Queue::due`] what to start, starts a
//! [`send`](crate::transfer::send()) for it, tells [`Queue::ended`] what became of that, and looks
//! again at the time of [`Queue::wakes_at`] or when it has news. Each try gathers the payload anew: what has
//! changed is sent as it then is, and what is gone is named in the outcome.
//!
//! ```text
//!             due                    a good end, or one that no try mends
//! Waiting ───────────▶ Running ───────────────────────────────────────────▶ Over
//!                       ▲   │ broke off                                       ▲
//!                  due  │   ▼                                                 │ cancel
//!                      Retrying ─▶ Away ──────────────────────────────────────┘
//!                        2 to 30 s    until the device is seen
//! ```

mod setback;
mod text;

use std::time::{Duration, Instant};

use crate::identity::Fingerprint;
use crate::transfer::{Payload, SendOutcome};
use setback::Setback;

/// How long after each failure in a row the next try begins.
const RETRY_AFTER: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
];
/// How far apart tries are after those: a device may be in sight and out of reach for hours.
const LATER: Duration = Duration::from_secs(30);

/// Sends of at most so many bytes need not wait for others to the same device: they are through in
/// about a second even over a poor Wi-Fi, so that they take little from a large one, while behind
/// that one they might wait for an hour.
pub const SMALL_BYTES: u64 = 4 << 20;
/// Small sends at once to one device. Together with a large one that is half of what a receiver
/// takes from one sender, so that there is room for some whose loss it has not noticed yet.
const MAX_SMALL: usize = 3;

/// Names one send in one [`Queue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SendId(u64);

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A device that is known by its key, wherever it is.
    Device(Fingerprint),
    /// Whoever is there.
    Address {
        /// A host name or address.
        host: String,
        /// The port.
        port: u16,
    },
}

/// What is done by itself for a send that does not work at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Persistence {
    /// What breaks off is tried again, to a device alone: only a key tells that it is the same one.
    pub retry: bool,
    /// Whoever is not there is waited for.
    pub when_there: bool,
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// To whom.
    pub to: Recipient,
    /// What.
    pub payload: Payload,
    /// The same in a few words.
    pub what: String,
    /// How much that is, where it is known: what may be large is taken for large.
    pub bytes: Option<u64>,
    /// What is done by itself.
    pub persistence: Persistence,
}

/// Where a send stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendState {
    /// It waits for its turn.
    Waiting,
    /// It is under way.
    Running,
    /// It broke off, and is tried again.
    Retrying {
        /// When.
        at: Instant,
    },
    /// It waits until its device is seen.
    Away {
        /// Being seen counts only from then on.
        from: Option<Instant>,
    },
    /// It has ended, and will not run again.
    Over(SendEnd),
}

/// How a send ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendEnd {
    /// It ran to its end, whether or not all of it was delivered: its last outcome tells.
    Finished,
    /// It was cancelled, perhaps too late: if it ran, its last outcome tells.
    Cancelled,
}

/// One send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedSend {
    id: SendId,
    order: Order,
    state: SendState,
    /// Tries in a row that brought nothing across.
    failures: usize,
    cancelled: bool,
}

impl QueuedSend {
    /// Its name in the queue.
    #[must_use]
    pub fn id(&self) -> SendId {
        self.id
    }

    /// To whom, what, and how.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> SendState {
        self.state
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, SendState::Over(_))
    }

    fn is_running(&self) -> bool {
        self.state == SendState::Running
    }

    fn is_small(&self) -> bool {
        let is_text = matches!(self.order.payload, Payload::Text(_));
        is_text || self.order.bytes.is_some_and(|bytes| bytes <= SMALL_BYTES)
    }

    fn is_ready(&self, now: Instant, is_seen: impl Fn(Fingerprint) -> bool) -> bool {
        match (self.state, &self.order.to) {
            (SendState::Waiting, _) => true,
            (SendState::Retrying { at }, _) => at <= now,
            (SendState::Away { from }, Recipient::Device(device)) => {
                from.is_none_or(|from| from <= now) && is_seen(*device)
            }
            (SendState::Away { .. } | SendState::Running | SendState::Over(_), _) => false,
        }
    }

    /// What comes after an end that a further try may mend.
    fn next_try(&self, now: Instant) -> SendState {
        match (RETRY_AFTER.get(self.failures), &self.order.to) {
            (Some(wait), _) => SendState::Retrying { at: now + *wait },
            (None, Recipient::Device(_)) => SendState::Away {
                from: Some(now + LATER),
            },
            (None, Recipient::Address { .. }) => SendState::Retrying { at: now + LATER },
        }
    }
}

/// Sends in the order in which they go.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    sends: Vec<QueuedSend>,
    next_id: u64,
}

impl Queue {
    /// Puts one at the end.
    pub fn add(&mut self, order: Order) -> SendId {
        self.put(order, SendState::Waiting)
    }

    /// Puts one at the end that waits until its device is seen. Nobody sees an address: a send to
    /// one waits for nothing but its turn.
    pub fn add_away(&mut self, order: Order) -> SendId {
        let state = match order.to {
            Recipient::Device(_) => SendState::Away { from: None },
            Recipient::Address { .. } => SendState::Waiting,
        };
        self.put(order, state)
    }

    fn put(&mut self, order: Order, state: SendState) -> SendId {
        let id = SendId(self.next_id);
        self.next_id += 1;
        self.sends.push(QueuedSend {
            id,
            order,
            state,
            failures: 0,
            cancelled: false,
        });
        id
    }

    /// All of them, in their order.
    pub fn sends(&self) -> impl Iterator<Item = &QueuedSend> {
        self.sends.iter()
    }

    /// The one with this name.
    #[must_use]
    pub fn find(&self, id: SendId) -> Option<&QueuedSend> {
        self.sends.iter().find(|send| send.id == id)
    }

    fn find_mut(&mut self, id: SendId) -> Option<&mut QueuedSend> {
        self.sends.iter_mut().find(|send| send.id == id)
    }

    /// The next one to start, which runs from now on. To be asked until there is none.
    ///
    /// `is_seen` tells whether a device is nearby, by its key.
    pub fn due(
        &mut self,
        now: Instant,
        is_seen: impl Fn(Fingerprint) -> bool,
    ) -> Option<&QueuedSend> {
        let due =
            self.sends.iter().enumerate().position(|(place, send)| {
                send.is_ready(now, &is_seen) && self.may_run(place, send)
            })?;
        let send = self.sends.get_mut(due)?;
        send.state = SendState::Running;
        Some(send)
    }

    /// A large one goes after all large ones before it; a small one waits only while several run.
    fn may_run(&self, place: usize, send: &QueuedSend) -> bool {
        let is_like = |other: &&QueuedSend| {
            other.order.to == send.order.to && other.is_small() == send.is_small()
        };
        if send.is_small() {
            let running = self.sends.iter().filter(|other| other.is_running());
            return running.filter(is_like).count() < MAX_SMALL;
        }
        let blocks = |(at, other): (usize, &QueuedSend)| {
            other.is_running() || (at < place && !other.is_over())
        };
        let mut like = self.sends.iter().enumerate();
        !like.any(|(at, other)| at != place && is_like(&other) && blocks((at, other)))
    }

    /// When to ask again for what is [due](Self::due), if there is no news before: nothing ended, was
    /// added, moved or cancelled, and no device seen.
    #[must_use]
    pub fn wakes_at(&self, now: Instant) -> Option<Instant> {
        let moment = |send: &QueuedSend| match send.state {
            SendState::Retrying { at } => Some(at),
            SendState::Away { from } => from,
            SendState::Waiting | SendState::Running | SendState::Over(_) => None,
        };
        let moments = self.sends.iter().filter_map(moment);
        moments.filter(|moment| *moment > now).min()
    }

    /// What became of one that ran; `moved_bytes` of content have crossed this time. Its state tells
    /// what comes next.
    pub fn ended(&mut self, id: SendId, outcome: &SendOutcome, moved_bytes: u64, now: Instant) {
        let Some(send) = self.find_mut(id).filter(|send| send.is_running()) else {
            return;
        };
        if moved_bytes > 0 {
            send.failures = 0;
        }
        let setback = Setback::of(outcome, &send.order.payload, moved_bytes);
        send.state = match setback {
            _ if send.cancelled => SendState::Over(SendEnd::Cancelled),
            Some(setback) if setback.is_mended(&send.order) => send.next_try(now),
            _ => SendState::Over(SendEnd::Finished),
        };
        send.failures += 1;
    }

    /// It will not run again. Whether it runs now: then its transfer has to be cancelled, and it is
    /// over as soon as that has ended, however it does.
    pub fn cancel(&mut self, id: SendId) -> bool {
        let Some(send) = self.find_mut(id).filter(|send| !send.is_over()) else {
            return false;
        };
        send.cancelled = true;
        if send.is_running() {
            return true;
        }
        send.state = SendState::Over(SendEnd::Cancelled);
        false
    }

    /// It waits for nothing but its turn.
    pub fn hurry(&mut self, id: SendId) {
        if let Some(send) = self.find_mut(id)
            && matches!(
                send.state,
                SendState::Retrying { .. } | SendState::Away { .. }
            )
        {
            send.state = SendState::Waiting;
            send.failures = 0;
        }
    }

    /// It goes to this device from now on: whoever answered at its address is remembered.
    pub fn goes_to(&mut self, id: SendId, device: Fingerprint) {
        if let Some(send) = self.find_mut(id).filter(|send| !send.is_over()) {
            send.order.to = Recipient::Device(device);
        }
    }

    /// What is done by itself for it, if it breaks off from now on.
    pub fn set_persistence(&mut self, id: SendId, persistence: Persistence) {
        if let Some(send) = self.find_mut(id) {
            send.order.persistence = persistence;
        }
    }

    /// Puts it at this place among all. What runs already goes on.
    pub fn move_to(&mut self, id: SendId, place: usize) {
        if let Some(from) = self.sends.iter().position(|send| send.id == id) {
            let send = self.sends.remove(from);
            self.sends.insert(place.min(self.sends.len()), send);
        }
    }

    /// Forgets all that are over.
    pub fn forget_over(&mut self) {
        self.sends.retain(|send| !send.is_over());
    }
}

#[cfg(test)]
mod tests;
