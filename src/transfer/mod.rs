//! The engine: opens sockets and files, does the work on named threads, tells it as events.
//!
//! In scope: listening, sending, the classic stream and onehop/1 in both directions, progress and
//! cancel. Out of scope: sockets ([`crate::net`]), files ([`crate::disk`]), what the bytes mean
//! ([`crate::protocol`]), words for people ([`crate::messages`]), and anything drawn.
//!
//! # How a front end uses it
//!
//! [`Listener::start`] and [`send()`] return a handle and a channel. Events come once each, in
//! order; the [`std::task::Waker`] given at the start is woken after each of them and, at most
//! 20 times a second, when progress moved. Progress itself is read from the handle whenever the
//! front end likes: [`IncomingHandle::snapshot`], [`OutgoingHandle::snapshot`].
//!
//! # Threads
//!
//! One for the listener, one for each transfer, one for each name lookup, one for each program of
//! the system that is asked something; every one is named and their number is bounded. A worker
//! never blocks in a socket call: it waits for readiness with a deadline, and a cancel wakes that
//! wait at once.

mod control;
mod event;
mod handle;
mod listen;
mod onehop;
mod progress;
mod protocol_detection;
mod receive;
mod refusal;
mod send;
mod slots;

pub use control::Acceptance;
pub use event::{
    Introduced, ListenEvent, Offered, OfferedItem, PeerDevice, Question, ReceiveEvent,
    ReceiveOutcome, SendEvent, SendOutcome, Summary, TransferId, Unfinished, WhoseDisk,
};
pub use handle::{IncomingHandle, OutgoingHandle};
pub use listen::{Consent, ListenOptions, Listener};
pub use onehop::Trust;
pub use progress::Snapshot;
pub use send::{ClassicConsent, Payload, SendLimits, SendOptions, send};
pub use slots::Limits;
