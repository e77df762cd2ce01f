//! Announcing this receiver on the local network, and finding others that are announced there.
//!
//! In scope: DNS-SD over multicast DNS ([RFC 6763](https://www.rfc-editor.org/rfc/rfc6763),
//! [RFC 6762](https://www.rfc-editor.org/rfc/rfc6762)) by the `mdns-sd` crate; the bounded list of
//! what is nearby; which of a device's addresses is offered; whom a typed name means.
//! Out of scope: connecting, and words for people.
//!
//! # Nothing that is announced is trusted
//!
//! Anybody on the network may announce anything. A [`Hint`] says which device somebody claims to
//! be; whoever picks that one from a list expects its key, so a false claim ends as a different
//! computer. A name is a label. What comes in is cleaned, cut, counted and bounded before it
//! reaches a list, and a list wakes its reader a few times a second at most.
//!
//! # Threads
//!
//! An [`Announcer`] and a [`Browser`] have two threads each: one of the crate, which owns the
//! sockets, and a supervisor of ours, which starts the other afresh when strangers have filled its
//! memory. Both end soon after their handle is dropped.

mod address;
mod announcement;
mod announcer;
mod announcing;
mod backoff;
mod browser;
mod chosen;
mod daemon;
mod hint;
mod kind;
mod neighbours;
mod table;

pub use address::Networks;
pub use announcement::{Announcement, SERVICE_TYPE};
pub use announcer::{Announced, Announcer};
pub use announcing::Announcing;
pub use backoff::Backoff;
pub use browser::Browser;
pub use chosen::{Chosen, choose};
pub use daemon::Unavailable;
pub use hint::Hint;
pub use kind::DeviceKind;
pub use neighbours::{ClaimedIdentity, Neighbour, neighbours};
pub use table::{Found, MAX_FOUND, Table};
