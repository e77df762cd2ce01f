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
/// listened on; else those that other computers can use; and where there is none of these, as on a
/// cable between two computers, those that reach this one cable or Wi-Fi.
#[must_use]
pub fn addresses_for_senders(all: &[LocalAddress], bound: Option<IpAddr>) -> Vec<LocalAddress> {
    let reaches_far =
        |address: &LocalAddress| matches!(address.kind, AddressKind::Ipv4 | AddressKind::Ipv6);
    let has_better = all.iter().any(reaches_far);
    let wanted = |address: &&LocalAddress| match bound {
        Some(only) if !only.is_unspecified() => address.ip == only,
        _ if has_better => reaches_far(address),
        _ => address.kind == AddressKind::LinkLocal,
    };
    all.iter().filter(wanted).cloned().collect()
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

    fn addresses(ips: &[&str]) -> Vec<LocalAddress> {
        let address = |ip: &&str| {
            let ip: IpAddr = ip.parse().unwrap();
            LocalAddress {
                kind: kind_of(ip),
                ip,
                interface: "net0".to_owned(),
            }
        };
        ips.iter().map(address).collect()
    }

    fn told(ips: &[&str], bound: Option<&str>) -> Vec<String> {
        let bound = bound.map(|ip| ip.parse().unwrap());
        let told = addresses_for_senders(&addresses(ips), bound);
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
    fn link_local_comes_after_addresses_that_reach_further() {
        let kinds = ["192.168.1.2", "2001:db8::1", "169.254.3.4", "127.0.0.1"]
            .map(|ip| kind_of(ip.parse().unwrap()));
        assert!(kinds.is_sorted());
        assert_eq!(kind_of("fe80::1".parse().unwrap()), AddressKind::LinkLocal);
    }
}
