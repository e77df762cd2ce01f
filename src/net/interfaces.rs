//! This computer's addresses, as a person would give them to someone who wants to send.

use std::io;
use std::net::IpAddr;

/// One address of this computer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalAddress {
    /// What it is good for; the best come first in a sorted list.
    pub kind: AddressKind,
    /// The address itself.
    pub ip: IpAddr,
    /// The system's name of the interface, such as `wlan0` or `Ethernet 2`.
    pub interface: String,
}

/// How far an address reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressKind {
    /// An IPv4 address that other computers can use.
    Ipv4,
    /// An IPv6 address that other computers can use.
    Ipv6,
    /// Good on one cable or Wi-Fi only, and IPv6 needs the interface named with it.
    LinkLocal,
    /// This computer itself.
    Loopback,
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

impl LocalAddress {
    /// What its interface leads to.
    #[must_use]
    pub fn way(&self) -> Way {
        way_of(&self.interface)
    }
}

impl AddressKind {
    fn reaches_far(self) -> bool {
        matches!(self, Self::Ipv4 | Self::Ipv6)
    }
}

impl Way {
    /// Whether other computers are on a cable or in the air, rather than behind a tunnel or inside
    /// this one.
    fn is_real(self) -> bool {
        self.detour() == 0
    }

    /// How far it is from where other computers are: 0 for a real network.
    pub(crate) fn detour(self) -> u8 {
        match self {
            Self::Cable | Self::Wifi => 0,
            Self::Vpn => 1,
            Self::Virtual => 2,
        }
    }
}

/// The addresses of all interfaces that are up, the most useful first.
///
/// # Errors
///
/// The system's, when it does not tell.
pub fn local_addresses() -> io::Result<Vec<LocalAddress>> {
    let mut addresses: Vec<LocalAddress> = if_addrs::get_if_addrs()?
        .into_iter()
        .filter(if_addrs::Interface::is_oper_up)
        .map(|interface| LocalAddress {
            kind: kind_of(interface.ip()),
            ip: interface.ip(),
            interface: interface.name,
        })
        .collect();
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}

/// The addresses to tell to senders, the most useful first: the one that is `bound`, if only one is
/// listened on; else those that other computers can use, with tunnels and what is within this
/// computer at the end. Where no real network has one of these, as on a cable between two computers,
/// those that reach this one cable or Wi-Fi go before them.
#[must_use]
pub fn addresses_for_senders(all: &[LocalAddress], bound: Option<IpAddr>) -> Vec<LocalAddress> {
    if let Some(only) = bound.filter(|ip| !ip.is_unspecified()) {
        return all.iter().filter(|own| own.ip == only).cloned().collect();
    }
    let is_real = |own: &LocalAddress| own.way().is_real();
    let far = all.iter().filter(|own| own.kind.reaches_far());
    let mut far: Vec<LocalAddress> = far.cloned().collect();
    far.sort_by_key(|own| own.way().detour());
    if far.first().is_some_and(is_real) {
        return far;
    }
    let near = all.iter().filter(|own| own.kind == AddressKind::LinkLocal);
    near.filter(|own| is_real(own))
        .cloned()
        .chain(far)
        .collect()
}

/// Whether one of these addresses is of more than a network within this computer.
#[must_use]
pub fn is_on_a_network(addresses: &[LocalAddress]) -> bool {
    addresses.iter().any(|own| own.way() != Way::Virtual)
}

/// Whether the address is good on one cable or Wi-Fi only.
#[must_use]
pub fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

fn kind_of(ip: IpAddr) -> AddressKind {
    match ip {
        _ if ip.is_loopback() => AddressKind::Loopback,
        _ if is_link_local(ip) => AddressKind::LinkLocal,
        IpAddr::V4(_) => AddressKind::Ipv4,
        IpAddr::V6(_) => AddressKind::Ipv6,
    }
}

/// What the usual tunnels and Wi-Fi cards call their interfaces, on Linux by how the name begins,
/// on Windows by what it contains.
pub(crate) fn way_of(interface: &str) -> Way {
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

/// Says plainly if this system cannot tell its addresses.
#[cfg(test)]
pub(crate) fn are_listed_here() -> bool {
    use std::io::Write as _;
    let missing = cfg!(windows) && std::env::var_os("ONEHOP_TEST_WINE").is_some();
    if missing {
        let line = b"skipped: Wine 10 fails to list addresses where IPv6 has routes\n";
        io::stderr().write_all(line).ok();
    }
    !missing
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn loopback_is_listed_last() {
        if !are_listed_here() {
            return;
        }
        let addresses = local_addresses().unwrap();
        assert_eq!(addresses.last().unwrap().kind, AddressKind::Loopback);
    }

    /// `net0` has an address unless another interface stands before it: `docker0 172.17.0.1`.
    fn address(text: &&str) -> LocalAddress {
        let (interface, ip) = text.rsplit_once(' ').unwrap_or(("net0", text));
        let ip: IpAddr = ip.parse().unwrap();
        LocalAddress {
            kind: kind_of(ip),
            ip,
            interface: interface.to_owned(),
        }
    }

    fn told(ips: &[&str], bound: Option<&str>) -> Vec<String> {
        let bound = bound.map(|ip| ip.parse().unwrap());
        let all: Vec<LocalAddress> = ips.iter().map(address).collect();
        let told = addresses_for_senders(&all, bound);
        told.iter().map(|address| address.ip.to_string()).collect()
    }

    #[test]
    fn senders_are_told_addresses_that_reach_far_where_there_are_any() {
        let laptop = [
            "192.168.1.2",
            "2001:db8::1",
            "169.254.3.4",
            "fe80::1",
            "::1",
        ];
        assert_eq!(told(&laptop, None), laptop[..2]);
        assert_eq!(told(&laptop, Some("0.0.0.0")), laptop[..2]);
        assert_eq!(told(&laptop, Some("::1")), ["::1"]);
        assert!(told(&laptop, Some("192.0.2.1")).is_empty());
    }

    #[test]
    fn on_a_direct_cable_senders_are_told_the_addresses_of_that_cable() {
        let cable = ["169.254.3.4", "fe80::1", "127.0.0.1"];
        assert_eq!(told(&cable, None), cable[..2]);
        assert_eq!(told(&cable[1..], None), ["fe80::1"]);
        assert!(told(&cable[2..], None).is_empty());
    }

    #[test]
    fn containers_and_tunnels_come_after_real_networks() {
        let all = [
            "docker0 172.17.0.1",
            "tun0 10.8.0.2",
            "wlan0 192.168.1.7",
            "192.168.1.2",
            "docker0 2001:db8::d",
            "2001:db8::1",
        ];
        let sorted = [
            "192.168.1.7",
            "192.168.1.2",
            "2001:db8::1",
            "10.8.0.2",
            "172.17.0.1",
            "2001:db8::d",
        ];
        assert_eq!(told(&all, None), sorted);
    }

    #[test]
    fn neither_containers_nor_tunnels_hide_a_direct_cable() {
        for other in [
            "docker0 172.17.0.1",
            "wg0 10.8.0.2",
            "vEthernet (WSL) 172.24.0.1",
        ] {
            let (_, other_ip) = other.rsplit_once(' ').unwrap();
            assert_eq!(
                told(&["169.254.3.4", other], None),
                ["169.254.3.4", other_ip]
            );
            assert_eq!(told(&["docker0 fe80::1", other], None), [other_ip]);
            assert_eq!(
                told(&["192.168.1.2", other, "169.254.3.4"], None),
                ["192.168.1.2", other_ip]
            );
        }
    }

    #[test]
    fn link_local_comes_after_addresses_that_reach_further() {
        let kinds = ["192.168.1.2", "2001:db8::1", "169.254.3.4", "127.0.0.1"]
            .map(|ip| kind_of(ip.parse().unwrap()));
        assert!(kinds.is_sorted());
        assert_eq!(kind_of("fe80::1".parse().unwrap()), AddressKind::LinkLocal);
    }

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
