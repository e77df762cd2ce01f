//! Who this device is, which devices it knows, and whom it believes.
//!
//! In scope: this device's key and certificate ([`Identity`]); the TLS configurations by which
//! two devices prove to each other who they are ([`proven_peer`]); the devices the user remembers
//! and where identities were last seen ([`Devices`]); and what to think of an identity that a
//! handshake has proved ([`judge`], [`Classic`]).
//! Out of scope: connections, the protocol, the verification code, asking the user, and words
//! for people.
//!
//! A device is its certificate: the [`Fingerprint`] is the SHA-256 of it. Names and addresses are
//! labels that anybody may claim.
//!
//! # How it is used
//!
//! 1. At the start: [`crate::config::folder`], [`Identity::open`], [`Devices::open`].
//! 2. On a connection: [`Identity::client_config`] or [`Identity::server_config`], then
//!    [`proven_peer`] once the handshake is done.
//! 3. The proven identity goes to [`Devices::judge`] with what was expected:
//!    [`Devices::expectation_at`] for an address that was typed. [`Verdict::Remembered`] and
//!    [`Verdict::Named`] need no code; [`Verdict::FirstContact`] needs one;
//!    [`Verdict::DifferentComputer`] stops, and goes on only as a first contact by the user's word.
//! 4. A receiver that offers only classic goes to [`Devices::classic_at`] instead.
//! 5. Once somebody has confirmed the code, or at once for a remembered device:
//!    [`Devices::note_seen`]; and [`Devices::remember`] if the user ticked it.

pub mod error;
mod fingerprint;
mod key;
mod name;
mod records;
mod store;
mod tls;
mod trust;

pub use fingerprint::Fingerprint;
pub use key::Identity;
pub use name::{MAX_NAME_CHARS, clean_name};
pub use records::{Address, Device};
pub use store::Devices;
#[cfg(test)]
pub(crate) use tls::MAX_CERTIFICATE_BYTES;
pub use tls::{ALPN, peer_name, proven_peer};
pub use trust::{Classic, DeviceIdentity, Expectation, Verdict, judge};
