//! The networks that this computer is part of.

use std::net::IpAddr;

use if_addrs::{IfAddr, Interface};

use crate::transfer::exposure::is_attached_to;

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

/// What an interface leads to, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A cable, or nothing that its name would tell.
    Cable,
    /// Wi-Fi.
    Wifi,
    /// A tunnel to somewhere else.
    Vpn,
    /// A network within this computer, for containers or virtual machines.
    Virtual,
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

/// What the usual tunnels and Wi-Fi cards call their interfaces, on Linux by how the name begins,
/// on Windows by what it contains.
pub(super) fn way_of(interface: &str) -> Way {
    const VPN_STARTS: &[&str] = &[
        "tun", "tap", "wg", "utun", "ppp", "ipsec", "zt", "cscotun", "gpd", "nordlynx", "proton",
    ];
    const VPN_PARTS: &[&str] = &["vpn", "wireguard", "tailscale", "zerotier", "wintun"];
    const VIRTUAL_STARTS: &[&str] = &["docker", "br-", "virbr", "veth", "vmnet", "vboxnet", "lxc"];
    const VIRTUAL_PARTS: &[&str] = &["vethernet", "vmware", "virtualbox"];
    const WIFI_STARTS: &[&str] = &["wl", "wi-fi", "wifi"];

    let name = interface.to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    let contains = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if starts(VPN_STARTS) || contains(VPN_PARTS) {
        Way::Vpn
    } else if starts(VIRTUAL_STARTS) || contains(VIRTUAL_PARTS) {
        Way::Virtual
    } else if starts(WIFI_STARTS) {
        Way::Wifi
    } else {
        Way::Cable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_are_told_apart_by_their_names() {
        for (name, way) in [
            ("eth0", Way::Cable),
            ("enp3s0", Way::Cable),
            ("Ethernet 2", Way::Cable),
            ("wlp2s0", Way::Wifi),
            ("Wi-Fi", Way::Wifi),
            ("WLAN", Way::Wifi),
            ("wg0", Way::Vpn),
            ("tun0", Way::Vpn),
            ("tailscale0", Way::Vpn),
            ("ProtonVPN TUN", Way::Vpn),
            ("OpenVPN Wintun", Way::Vpn),
            ("docker0", Way::Virtual),
            ("br-4f1c", Way::Virtual),
            ("vEthernet (WSL)", Way::Virtual),
        ] {
            assert_eq!(way_of(name), way, "{name}");
        }
    }
}
