//! Who may connect at all.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use if_addrs::{IfAddr, Interface};

/// Whose connections are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessPolicy {
    /// Private, link-local and tailnet addresses, wherever they come from, and the networks that
    /// this computer is part of, public ones too. Nobody from the rest of the internet.
    #[default]
    AttachedNetworks,
    /// Everyone who can reach the port, from the internet too: the user's visible choice.
    AnyAddress,
}

impl AccessPolicy {
    /// Whether a peer at this address is served.
    ///
    /// # Errors
    ///
    /// The system's, when it does not tell the own networks and the answer depends on them.
    pub(crate) fn admits(self, peer: IpAddr) -> io::Result<bool> {
        let peer = peer.to_canonical();
        if self == Self::AnyAddress || is_local_kind(peer) {
            return Ok(true);
        }
        Ok(is_attached(peer, &if_addrs::get_if_addrs()?))
    }
}

/// Addresses that no router of the internet forwards: whoever has one is on a network of this
/// computer or on one that somebody has joined to it.
fn is_local_kind(peer: IpAddr) -> bool {
    match peer {
        IpAddr::V4(ip) => {
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || is_shared_space(ip)
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// 100.64.0.0/10 (RFC 6598), which tailnets number their computers from.
fn is_shared_space(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    first == 100 && second & 0b1100_0000 == 64
}

fn is_attached(peer: IpAddr, interfaces: &[Interface]) -> bool {
    interfaces.iter().any(|interface| match &interface.addr {
        IfAddr::V4(own) => is_attached_to(peer, own.ip.into(), own.prefixlen),
        IfAddr::V6(own) => is_attached_to(peer, own.ip.into(), own.prefixlen),
    })
}

/// Whether the peer is on the network around this address of our own. A prefix of no bits says
/// nothing about the network (some tunnels have one), so it admits nobody.
pub(crate) fn is_attached_to(peer: IpAddr, own: IpAddr, prefix_bits: u8) -> bool {
    let (differing, bits) = match (peer, own) {
        (IpAddr::V4(peer), IpAddr::V4(own)) => {
            let differing = peer.to_bits() ^ own.to_bits();
            (differing.into(), Ipv4Addr::BITS)
        }
        (IpAddr::V6(peer), IpAddr::V6(own)) => (peer.to_bits() ^ own.to_bits(), Ipv6Addr::BITS),
        _ => return false,
    };
    prefix_bits > 0 && differing >> bits.saturating_sub(prefix_bits.into()) == 0_u128
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::net::interfaces::are_listed_here;

    #[test]
    fn private_link_local_and_tailnet_peers_are_admitted_from_any_network() {
        for ip in [
            "127.0.0.1",
            "127.255.255.254",
            "10.0.0.0",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.254",
            "192.168.0.1",
            "192.168.255.254",
            "169.254.9.9",
            "100.64.0.0",
            "100.100.100.100",
            "100.127.255.255",
            "::1",
            "fe80::5",
            "febf::5",
            "fc00::1",
            "fd7a:115c:a1e0::1",
            "fdff::1",
            "::ffff:192.168.1.101",
            "::ffff:100.64.0.1",
        ] {
            let admitted = AccessPolicy::AttachedNetworks.admits(ip.parse().unwrap());
            assert!(admitted.unwrap(), "{ip}");
        }
    }

    #[test]
    fn a_peer_from_the_internet_is_admitted_only_by_the_visible_choice() {
        for ip in [
            "203.0.113.9",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "169.253.1.1",
            "2001:db8::9",
            "fec0::1",
            "fe00::1",
            "::ffff:203.0.113.9",
        ] {
            let peer: IpAddr = ip.parse().unwrap();
            assert!(AccessPolicy::AnyAddress.admits(peer).unwrap(), "{ip}");
            assert!(!is_local_kind(peer.to_canonical()), "{ip}");
            if are_listed_here() {
                assert!(
                    !AccessPolicy::AttachedNetworks.admits(peer).unwrap(),
                    "{ip}"
                );
            }
        }
    }

    #[test]
    fn a_peer_shares_a_network_up_to_its_prefix() {
        let own = "203.0.113.64".parse().unwrap();
        let shares = |peer: &str, bits| is_attached_to(peer.parse().unwrap(), own, bits);
        assert!(shares("203.0.113.127", 26));
        assert!(!shares("203.0.113.128", 26));
        assert!(shares("203.0.113.64", 32));
        assert!(!shares("203.0.113.65", 32));
        assert!(!shares("198.51.100.1", 0));
    }

    #[test]
    fn ipv6_prefixes_count_too() {
        let own = "2001:db8:1:2::3".parse().unwrap();
        let shares = |peer: &str, bits| is_attached_to(peer.parse().unwrap(), own, bits);
        assert!(shares("2001:db8:1:2:ffff::1", 64));
        assert!(!shares("2001:db8:1:3::3", 64));
        assert!(shares("2001:db8:1:2::3", 128));
    }
}
