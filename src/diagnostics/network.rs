//! The networks that this computer is part of.

use std::net::IpAddr;

use if_addrs::{IfAddr, Interface};

use crate::net::access_policy::is_attached_to;
use crate::net::interfaces::{Way, way_of};

/// One address of this computer and the network around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnNetwork {
    /// The system's name of the interface, such as `wlan0` or `Ethernet 2`.
    pub interface: String,
    /// This computer's address there.
    pub ip: IpAddr,
    /// How many leading bits all addresses of the network share.
    pub prefix_bits: u8,
    /// What the network is, judged by the interface's name.
    pub way: Way,
}

impl OwnNetwork {
    /// Whether the address belongs to this network.
    #[must_use]
    pub fn holds(&self, ip: IpAddr) -> bool {
        is_attached_to(ip, self.ip, self.prefix_bits)
    }
}

/// All of them but loopback.
pub(super) fn own_networks() -> std::io::Result<Vec<OwnNetwork>> {
    Ok(if_addrs::get_if_addrs()?
        .into_iter()
        .filter(|interface| interface.is_oper_up() && !interface.is_loopback())
        .map(own_network)
        .collect())
}

fn own_network(interface: Interface) -> OwnNetwork {
    let prefix_bits = match &interface.addr {
        IfAddr::V4(own) => own.prefixlen,
        IfAddr::V6(own) => own.prefixlen,
    };
    OwnNetwork {
        ip: interface.ip(),
        prefix_bits,
        way: way_of(&interface.name),
        interface: interface.name,
    }
}
