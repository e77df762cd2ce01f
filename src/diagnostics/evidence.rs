//! What was seen of a connection that did not come about.

use std::io::ErrorKind;
use std::time::Duration;

use super::firewall::Firewall;
use super::network::OwnNetwork;
use crate::error::{Error, NetworkFault, OurFault, PeerFault, Phase};
use crate::net::peer_address::PeerAddress;

/// What was seen of a connection that did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The receiver's address or name, as given.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection failed.
    pub failure: Failure,
    /// How long the attempt took that failed so.
    pub elapsed: Duration,
    /// The address it is about; none if the name led to none.
    pub address: Option<PeerAddress>,
    /// The networks that this computer is part of, loopback left out.
    pub own_networks: Vec<OwnNetwork>,
    /// Where this computer would send packets for the address.
    pub route: Route,
    /// Whether a network adapter with the address answers, on the cable or Wi-Fi itself.
    pub neighbour: Neighbour,
    /// Whether the computer answers on other ports.
    pub other_port: OtherPort,
    /// This computer's own firewall.
    pub own_firewall: Firewall,
}

/// How a connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The name led to no address.
    NameNotFound,
    /// Nobody said in time what address the name has.
    LookupTimedOut,
    /// This computer knows no way to the address.
    NoRoute,
    /// Word came back that the computer is not there or may not be spoken to.
    Unreachable,
    /// The port was refused.
    Refused,
    /// Nothing at all came back.
    Silent,
    /// A program took the connection and broke it off before it greeted.
    BrokenOff,
    /// This computer does not allow the connection.
    Forbidden,
}

impl Failure {
    /// What a failed transfer says about the connection, if it failed for the connection's sake.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Network(NetworkFault::NameNotFound { .. }) => Some(Self::NameNotFound),
            Error::Network(NetworkFault::Timeout { phase, .. }) => Some(match phase {
                Phase::Lookup => Self::LookupTimedOut,
                Phase::Connect => Self::Silent,
            }),
            Error::Network(NetworkFault::Unreachable { source, .. }) => Some(match source.kind() {
                ErrorKind::HostUnreachable => Self::Unreachable,
                // Also what systems say of an address that makes no sense.
                _ => Self::NoRoute,
            }),
            Error::Peer(PeerFault::Refused { .. }) => Some(Self::Refused),
            Error::Peer(PeerFault::Reset { bytes: 0, .. }) => Some(Self::BrokenOff),
            Error::Ours(OurFault::System { source, .. })
                if source.kind() == ErrorKind::PermissionDenied =>
            {
                Some(Self::Forbidden)
            }
            _ => None,
        }
    }
}

/// Where packets for the address would go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The system did not tell.
    Unknown,
    /// Nowhere.
    None,
    /// Out by this interface, as far as the sender's address that the system picks tells.
    By {
        /// The name of the interface.
        interface: String,
    },
}

/// What is known of the network adapter with the address, which only its own network can ask for.
///
/// IPv4 finds it by ARP (RFC 826). A firewall does not stop that: it works below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbour {
    /// Not on a network of ours, or the system does not tell.
    Unknown,
    /// It answered a moment ago.
    Answers,
    /// It was asked for and did not answer.
    Silent,
    /// It was never asked for, so no packet for it has left this computer.
    NeverAsked,
}

/// Whether the computer answers on other ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherPort {
    /// None was tried.
    NotTried,
    /// This one answered, were it by refusing.
    Answered(u16),
    /// None of those tried answered.
    Silent,
}
