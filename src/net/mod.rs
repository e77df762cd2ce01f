//! The way to other computers: this computer's addresses, listening, connecting, and one
//! connection with deadlines that a cancel ends at once.
//!
//! In scope: sockets, and who may connect. Out of scope: what the bytes mean
//! ([`crate::protocol`]), and what is done with them ([`crate::transfer`]).

pub(crate) mod access_policy;
pub(crate) mod bind;
pub(crate) mod buffer;
pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod interfaces;
pub(crate) mod interrupt;
mod liveness;
pub(crate) mod peer_address;
mod port_owner;
pub(crate) mod secure_stream;
pub(crate) mod socket_options;
mod target;

pub use access_policy::AccessPolicy;
pub use bind::{PortState, check_listen_address, port_state};
pub(crate) use interfaces::way_of;
pub use interfaces::{
    AddressKind, LocalAddress, Way, addresses_for_senders, is_link_local, is_on_a_network,
    local_addresses,
};
pub use liveness::Pace;
pub use peer_address::{PeerAddress, Scope};
pub use target::{DEFAULT_PORT, Target, parse_port, parse_target};
