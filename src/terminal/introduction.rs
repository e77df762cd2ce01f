//! What `receive` says before anyone connects.

use std::net::{IpAddr, Ipv4Addr};

use super::screen::indented;
use crate::messages::diagnostics::on_one_link_only;
use crate::messages::terminal;
use crate::net::{LocalAddress, addresses_for_senders};
use crate::protocol::greeting::banner;

/// Stands for the peer's address in the greeting.
const ANY_PEER: &str = "…";

/// A line for each address that senders can use, `Address 192.168.1.102 (Wi-Fi)`.
pub(super) fn addresses(all: &[LocalAddress], bound: Option<IpAddr>) -> String {
    let told = addresses_for_senders(all, bound);
    let mut lines: Vec<String> = told.iter().map(terminal::address).collect();
    lines.extend(on_one_link_only(&told));
    match bound {
        Some(ip) if lines.is_empty() => terminal::bare_address(ip),
        None if lines.is_empty() => terminal::NO_NETWORK.to_owned(),
        _ => lines.join("\n"),
    }
}

/// The greeting as every peer gets it, but for the peer's own address.
pub(super) fn greeting() -> String {
    let example = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let text = banner(example).replace(&example.to_string(), ANY_PEER);
    format!("{}\n{}", terminal::GREETING, indented(&text))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::net::AddressKind;

    fn address(kind: AddressKind, ip: &str, interface: &str) -> LocalAddress {
        LocalAddress {
            kind,
            ip: ip.parse().unwrap(),
            interface: interface.to_owned(),
        }
    }

    fn a_laptop() -> Vec<LocalAddress> {
        vec![
            address(AddressKind::Ipv4, "192.168.1.102", "wlan0"),
            address(AddressKind::Ipv6, "2001:db8::2", "wlan0"),
            address(AddressKind::LinkLocal, "fe80::2", "wlan0"),
            address(AddressKind::Loopback, "127.0.0.1", "lo"),
        ]
    }

    #[test]
    fn addresses_that_others_can_use_are_listed_with_their_interface() {
        assert_eq!(
            addresses(&a_laptop(), None),
            "Address 192.168.1.102 (Wi-Fi)\nAddress 2001:db8::2 (Wi-Fi)"
        );
    }

    #[test]
    fn a_bound_address_is_the_only_one_listed() {
        let bound = "127.0.0.1".parse().ok();
        assert_eq!(addresses(&a_laptop(), bound), "Address 127.0.0.1 (lo)");
        let unknown = "127.0.0.2".parse().ok();
        assert_eq!(addresses(&a_laptop(), unknown), "Address 127.0.0.2");
    }

    #[test]
    fn the_addresses_of_a_direct_cable_are_listed_with_how_far_they_reach() {
        let cable = addresses(&a_laptop()[2..], None);
        let (address, reach) = cable.split_once('\n').unwrap();
        assert_eq!(address, "Address fe80::2 (Wi-Fi)");
        assert!(
            reach.contains("Only computers on the same cable"),
            "{reach}"
        );
    }

    #[test]
    fn without_a_network_the_user_is_told_so() {
        let text = addresses(&a_laptop()[3..], None);
        assert!(text.starts_with("No network was found"), "{text}");
    }

    #[test]
    fn the_greeting_leaves_the_peers_address_open() {
        assert!(greeting().contains("Hi Client[IP address: …],"));
    }
}
