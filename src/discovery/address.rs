//! Which of a device's addresses reaches it.

use std::fmt;
use std::io;
use std::net::IpAddr;

/// An address as it was announced, with the network interface that a link-local one needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The address.
    pub ip: IpAddr,
    /// This computer's name or number of the interface, for a link-local IPv6 address.
    pub zone: Option<String>,
}

impl fmt::Display for Place {
    /// As it is typed: `192.168.1.20`, `fe80::1%wlan0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.zone {
            Some(zone) => write!(f, "{}%{zone}", self.ip),
            None => self.ip.fmt(f),
        }
    }
}

/// How far an address may be trusted to reach, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    AttachedV4,
    AttachedV6,
    OtherV4,
    OtherV6,
    LinkLocalV4,
    LinkLocalV6,
}

/// The networks that this computer is part of: an address of its own and the number of bits that
/// all addresses of the network share, for each. None at all means that they are not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<(IpAddr, u8)>);

impl Networks {
    /// As the system tells them now.
    ///
    /// # Errors
    ///
    /// The system's, when it does not tell.
    pub fn of_this_computer() -> io::Result<Self> {
        let interfaces = if_addrs::get_if_addrs()?;
        let up = interfaces
            .iter()
            .filter(|interface| interface.is_oper_up() && !interface.is_loopback());
        let network = |interface: &if_addrs::Interface| match &interface.addr {
            if_addrs::IfAddr::V4(own) => (IpAddr::V4(own.ip), own.prefixlen),
            if_addrs::IfAddr::V6(own) => (IpAddr::V6(own.ip), own.prefixlen),
        };
        Ok(Self(up.map(network).collect()))
    }

    /// From own addresses and prefix lengths in bits.
    #[must_use]
    pub fn new(networks: Vec<(IpAddr, u8)>) -> Self {
        Self(networks)
    }

    /// A prefix of no bits, which some tunnels have, says nothing about a network.
    fn contain(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|(own, prefix_bits)| match (ip, own) {
            (IpAddr::V4(ip), IpAddr::V4(own)) => {
                let other_bits = u32::BITS.saturating_sub((*prefix_bits).into());
                *prefix_bits > 0 && (ip.to_bits() ^ own.to_bits()) >> other_bits == 0
            }
            (IpAddr::V6(ip), IpAddr::V6(own)) => {
                let other_bits = u128::BITS.saturating_sub((*prefix_bits).into());
                *prefix_bits > 0 && (ip.to_bits() ^ own.to_bits()) >> other_bits == 0
            }
            _ => false,
        })
    }

    /// Whether another computer can have this address on a network of this one. Whoever announces
    /// another one sends people elsewhere, or to themselves.
    pub(super) fn reach(&self, ip: IpAddr) -> bool {
        let is_own = self.0.iter().any(|(own, _)| *own == ip);
        self.0.is_empty() || (self.contain(ip) && !is_own)
    }

    pub(super) fn rank(&self, ip: IpAddr) -> Rank {
        match ip {
            IpAddr::V4(v4) if v4.is_link_local() => Rank::LinkLocalV4,
            IpAddr::V6(v6) if v6.is_unicast_link_local() => Rank::LinkLocalV6,
            IpAddr::V4(_) if self.contain(ip) => Rank::AttachedV4,
            IpAddr::V6(_) if self.contain(ip) => Rank::AttachedV6,
            IpAddr::V4(_) => Rank::OtherV4,
            IpAddr::V6(_) => Rank::OtherV6,
        }
    }
}

/// Whether another computer can have this address at all. One that says that it is here, or
/// everywhere, is not believed.
pub(super) fn is_plausible(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    let is_broadcast = matches!(ip, IpAddr::V4(v4) if v4.is_broadcast());
    !(ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || is_broadcast)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_attached_network_goes_first_and_link_local_ipv6_last() {
        let networks = Networks::new(vec![
            (ip("192.168.1.2"), 24),
            (ip("2001:db8:1::2"), 64),
            (ip("10.8.0.2"), 0),
        ]);
        let ranks = [
            "192.168.1.77",
            "2001:db8:1::77",
            "172.17.0.1",
            "2001:db8:2::77",
            "169.254.3.4",
            "fe80::77",
        ]
        .map(|text| networks.rank(ip(text)));
        assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    }

    #[test]
    fn no_other_computer_is_here_or_everywhere() {
        for text in [
            "127.0.0.1",
            "::1",
            "0.0.0.0",
            "::",
            "224.0.0.251",
            "ff02::fb",
            "255.255.255.255",
            "::ffff:127.0.0.1",
        ] {
            assert!(!is_plausible(ip(text)), "{text}");
        }
        assert!(is_plausible(ip("192.168.1.2")) && is_plausible(ip("fe80::1")));
    }

    #[test]
    fn only_addresses_of_others_on_the_own_networks_are_reached() {
        let networks = Networks::new(vec![
            (ip("192.168.1.2"), 24),
            (ip("fe80::2"), 64),
            (ip("10.8.0.2"), 0),
        ]);
        for text in ["192.168.1.77", "fe80::77"] {
            assert!(networks.reach(ip(text)), "{text}");
        }
        let elsewhere = ["192.168.2.77", "203.0.113.7", "169.254.3.4", "10.8.0.3"];
        let own = ["192.168.1.2", "fe80::2", "10.8.0.2"];
        for text in elsewhere.iter().chain(&own) {
            assert!(!networks.reach(ip(text)), "{text}");
        }
        assert!(Networks::default().reach(ip("203.0.113.7")), "not known");
    }

    #[test]
    fn a_zone_is_written_as_it_is_typed() {
        let place = |text, zone: Option<&str>| Place {
            ip: ip(text),
            zone: zone.map(str::to_owned),
        };
        assert_eq!(place("fe80::1", Some("wlan0")).to_string(), "fe80::1%wlan0");
        assert_eq!(place("192.168.1.2", None).to_string(), "192.168.1.2");
    }
}
