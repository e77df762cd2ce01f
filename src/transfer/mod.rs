//! The engine: opens sockets and files, does the work on named threads, tells it as events.
//!
//! In scope: listening, connecting, the classic stream in both directions, saving without ever
//! overwriting, progress, cancel, and why a connection did not come about ([`diagnostics`]). Out of
//! scope: what the bytes mean ([`crate::protocol`]), words for people ([`crate::messages`]), and
//! anything drawn.
//!
//! # How a front end uses it
//!
//! [`Listener::start`] and [`send()`] return a handle and a channel. Events come once each, in
//! order; the [`std::task::Waker`] given at the start is woken after each of them and, at most
//! 20 times a second, when progress moved. Progress itself is read from the handle whenever the
//! front end likes: [`Incoming::snapshot`], [`Outgoing::snapshot`].
//!
//! # Threads
//!
//! One for the listener, one for each transfer, one for each name lookup, one for each program of
//! the system that is asked something; every one is named and their number is bounded. A worker never blocks in a socket call: it waits for readiness with a
//! deadline, and a cancel wakes that wait at once.

mod access_policy;
pub mod arrival;
mod bind;
mod buffer;
mod connect;
mod connection;
mod control;
mod destination;
pub mod diagnostics;
mod disk_space;
mod ends;
mod error;
mod event;
mod file_name;
mod incoming;
mod interfaces;
mod listen;
mod mark_of_the_web;
mod onehop;
mod outgoing;
mod partial_file;
mod peer_address;
mod permissions;
mod port_owner;
mod progress;
mod protocol_detection;
mod receive;
mod refusal;
mod retry;
pub mod selection;
mod send;
mod slots;
mod socket_options;
mod source;
mod target;
mod tree;
mod worker;

pub use access_policy::AccessPolicy;
pub use bind::{check_listen_address, port_state};
pub use control::{Acceptance, Merge};
pub use destination::Destination;
pub use disk_space::outlive_file_size_limit;
pub use error::{DiskFault, Error, NetworkFault, OurFault, PeerFault, Phase};
pub use event::{
    Introduced, ListenEvent, Offered, OfferedItem, PeerDevice, Question, QuestionKind,
    ReceiveOutcome, SendEvent, SendOutcome, Summary, TransferId, TurnedAway, Unfinished, WhoseDisk,
};
pub use incoming::Incoming;
pub use interfaces::{
    AddressKind, LocalAddress, Way, addresses_for_senders, is_link_local, is_on_a_network,
    local_addresses,
};
pub use listen::{Consent, ListenOptions, Listener};
pub use onehop::{Pace, Trust};
pub use outgoing::Outgoing;
pub use partial_file::{Partial, check_folder, save_empty};
pub use peer_address::{PeerAddress, Scope};
pub use progress::{RateMeter, Snapshot};
pub use send::{ClassicConsent, Payload, SendLimits, SendOptions, send};
pub use slots::Limits;
pub use source::check_source;
pub use target::{DEFAULT_PORT, Target, parse_port, parse_target};
#[cfg(feature = "window")]
pub(crate) use worker::spawn as spawn_worker;
