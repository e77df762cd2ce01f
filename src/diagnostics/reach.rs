//! Whether other computers can reach this one.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use super::firewall::{self, Firewall, InboundRule};
use super::network::{OwnNetwork, own_networks};
use super::windows::reserved_ports;
use crate::net::PortState;
use crate::net::interfaces::{Way, is_link_local};

/// What was seen of this computer as a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The port to receive on.
    pub port: u16,
    /// Whether it is held.
    pub port_state: PortState,
    /// The only address that is listened on, if there is such a choice.
    pub only_address: Option<IpAddr>,
    /// The networks that this computer is part of, loopback left out; absent if the system did
    /// not tell.
    pub own_networks: Option<Vec<OwnNetwork>>,
    /// This computer's firewall.
    pub firewall: Firewall,
    /// Ports that the system keeps for itself.
    pub reserved: Vec<RangeInclusive<u16>>,
}

/// What keeps other computers out, or may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The port lies in a range that the system keeps for itself.
    PortReserved,
    /// The port is not available for another reason.
    PortNotToBeHad,
    /// Nobody listens at the moment.
    NotReceiving,
    /// This computer is on no network.
    Offline,
    /// Only this computer itself can reach the address that is listened on.
    LoopbackOnly,
    /// ufw blocks the port.
    UfwBlocks,
    /// ufw lets only some computers in to the port.
    UfwBlocksSome,
    /// ufw is on and does not tell its rules.
    UfwMayBlock,
    /// firewalld is on and does not tell its rules.
    FirewalldMayBlock,
    /// Windows takes the network for a public one, where it lets nobody in.
    WindowsPublic,
    /// The Windows firewall is on, and lets in only what it was told to.
    WindowsMayBlock,
}

impl Obstacle {
    /// Whether it certainly keeps others out, and not only perhaps.
    #[must_use]
    pub fn is_certain(self) -> bool {
        !matches!(
            self,
            Self::UfwBlocksSome
                | Self::UfwMayBlock
                | Self::FirewalldMayBlock
                | Self::WindowsPublic
                | Self::WindowsMayBlock
        )
    }
}

/// Looks at this computer, for a few seconds at most. `port_state` is the caller's to know.
#[must_use]
pub fn readings(port: u16, port_state: PortState, only_address: Option<IpAddr>) -> Probe {
    let own_networks = own_networks()
        .map_err(|error| log::info!("the own networks are not known: {error}"))
        .ok();
    Probe {
        port,
        port_state,
        only_address,
        own_networks,
        firewall: firewall::read(port, &|| false),
        reserved: reserved_ports(),
    }
}

/// What stands in the way, the most decisive first; nothing if others should be able to reach this
/// computer.
#[must_use]
pub fn obstacles(readings: &Probe) -> Vec<Obstacle> {
    let reserved = readings
        .reserved
        .iter()
        .any(|range| range.contains(&readings.port));
    // Windows keeps no port from the program that has it.
    let port = match readings.port_state {
        PortState::Free | PortState::NotToBeHad if reserved => Some(Obstacle::PortReserved),
        PortState::NotToBeHad => Some(Obstacle::PortNotToBeHad),
        PortState::Bound | PortState::Free => None,
    };
    // Easily changed, so it is no news beside the others.
    let idle = readings.port_state == PortState::Free && port.is_none();
    let idle = idle.then_some(Obstacle::NotReceiving);
    let found = [
        port,
        address(readings),
        behind_firewall(&readings.firewall),
        idle,
    ];
    found.into_iter().flatten().collect()
}

fn address(readings: &Probe) -> Option<Obstacle> {
    if readings.only_address.is_some_and(|ip| ip.is_loopback()) {
        return Some(Obstacle::LoopbackOnly);
    }
    if readings.only_address.is_some() {
        return None;
    }
    let others_can_be_there = |own: &OwnNetwork| own.way != Way::Virtual;
    let networks = readings.own_networks.as_ref()?;
    (!networks.iter().any(others_can_be_there)).then_some(Obstacle::Offline)
}

fn behind_firewall(firewall: &Firewall) -> Option<Obstacle> {
    match firewall {
        Firewall::Inactive | Firewall::Unknown => None,
        Firewall::Ufw { inbound, .. } => match inbound {
            InboundRule::Allowed => None,
            InboundRule::Blocked => Some(Obstacle::UfwBlocks),
            InboundRule::Partly(_) => Some(Obstacle::UfwBlocksSome),
            InboundRule::Unreadable => Some(Obstacle::UfwMayBlock),
        },
        Firewall::Firewalld => Some(Obstacle::FirewalldMayBlock),
        Firewall::Windows(profile) if profile.on == Some(false) || !profile.blocks_incoming => None,
        Firewall::Windows(profile) if profile.public == Some(true) => Some(Obstacle::WindowsPublic),
        Firewall::Windows(_) => Some(Obstacle::WindowsMayBlock),
    }
}

/// The address to tell others: on a real network rather than in a tunnel or within this computer, one
/// that reaches far rather than one that is good on a single cable, IPv4 rather than IPv6.
#[must_use]
pub fn best_address(readings: &Probe) -> Option<IpAddr> {
    if readings.only_address.is_some() {
        return readings.only_address;
    }
    let networks = readings.own_networks.iter().flatten();
    networks
        .min_by_key(|own| (own.way.detour(), is_link_local(own.ip), own.ip.is_ipv6()))
        .map(|own| own.ip)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::firewall::WindowsProfile;
    use super::*;

    fn own(interface: &str, ip: &str) -> OwnNetwork {
        OwnNetwork {
            interface: interface.to_owned(),
            ip: ip.parse().unwrap(),
            prefix_bits: 24,
            way: crate::net::interfaces::way_of(interface),
        }
    }

    fn bound() -> Probe {
        Probe {
            port: 9898,
            port_state: PortState::Bound,
            only_address: None,
            own_networks: Some(vec![own("eth0", "192.168.1.102")]),
            firewall: Firewall::Inactive,
            reserved: Vec::new(),
        }
    }

    fn behind(firewall: Firewall) -> Vec<Obstacle> {
        obstacles(&Probe {
            firewall,
            ..bound()
        })
    }

    #[test]
    fn a_bound_port_and_an_address_are_all_it_takes() {
        assert_eq!(obstacles(&bound()), []);
        assert_eq!(best_address(&bound()).unwrap().to_string(), "192.168.1.102");
    }

    #[test]
    fn the_address_told_is_one_of_a_real_network() {
        let networks = vec![
            own("docker0", "172.17.0.1"),
            own("wg0", "10.8.0.2"),
            own("eth0", "fe80::1"),
            own("eth0", "2001:db8::5"),
            own("wlan0", "192.168.1.7"),
        ];
        let mut readings = bound();
        readings.own_networks = Some(networks);
        assert_eq!(best_address(&readings).unwrap().to_string(), "192.168.1.7");
    }

    #[test]
    fn without_a_network_nobody_can_come() {
        let mut readings = bound();
        readings.own_networks = Some(Vec::new());
        assert_eq!(obstacles(&readings), [Obstacle::Offline]);
        readings.own_networks = Some(vec![own("docker0", "172.17.0.1")]);
        assert_eq!(obstacles(&readings), [Obstacle::Offline]);
        readings.own_networks = None;
        assert_eq!(obstacles(&readings), []);
    }

    #[test]
    fn a_direct_cable_is_enough() {
        let mut readings = bound();
        let best = |networks: &[OwnNetwork]| {
            readings.own_networks = Some(networks.to_vec());
            assert_eq!(obstacles(&readings), []);
            best_address(&readings).unwrap().to_string()
        };
        let mut best = best;
        let cable = [
            own("eth0", "fe80::1"),
            own("eth0", "169.254.3.4"),
            own("docker0", "172.17.0.1"),
            own("wg0", "10.8.0.2"),
        ];
        assert_eq!(best(&cable[..1]), "fe80::1");
        assert_eq!(best(&cable[..2]), "169.254.3.4");
        assert_eq!(best(&cable), "169.254.3.4");
    }

    #[test]
    fn a_loopback_address_keeps_everybody_out() {
        let mut readings = bound();
        readings.only_address = Some("127.0.0.1".parse().unwrap());
        assert_eq!(obstacles(&readings), [Obstacle::LoopbackOnly]);
    }

    #[test]
    fn a_port_that_is_not_bound_is_told_with_its_reason() {
        let of = |port_state, reserved: Vec<RangeInclusive<u16>>| {
            obstacles(&Probe {
                port_state,
                reserved,
                ..bound()
            })
        };
        assert_eq!(of(PortState::Free, vec![]), [Obstacle::NotReceiving]);
        assert_eq!(
            of(PortState::NotToBeHad, vec![]),
            [Obstacle::PortNotToBeHad]
        );
        let reserved = vec![1..=2, 9812..=9911];
        assert_eq!(
            of(PortState::NotToBeHad, reserved.clone()),
            [Obstacle::PortReserved]
        );
        assert_eq!(of(PortState::Bound, reserved), []);
    }

    #[test]
    fn firewalls_block_or_may_block() {
        let ufw = |inbound| Firewall::Ufw {
            inbound,
            blocks_outgoing: false,
        };
        assert_eq!(behind(ufw(InboundRule::Allowed)), []);
        assert_eq!(behind(ufw(InboundRule::Blocked)), [Obstacle::UfwBlocks]);
        let partly = InboundRule::Partly(vec!["allow from 192.168.1.0/24".to_owned()]);
        assert_eq!(behind(ufw(partly)), [Obstacle::UfwBlocksSome]);
        assert_eq!(
            behind(ufw(InboundRule::Unreadable)),
            [Obstacle::UfwMayBlock]
        );
        assert_eq!(behind(Firewall::Firewalld), [Obstacle::FirewalldMayBlock]);
        assert!(Obstacle::UfwBlocks.is_certain());
        for perhaps in [Obstacle::UfwMayBlock, Obstacle::UfwBlocksSome] {
            assert!(!perhaps.is_certain());
        }
    }

    #[test]
    fn the_windows_firewall_depends_on_its_profile() {
        let profile = |public, on| {
            Firewall::Windows(WindowsProfile {
                public,
                on,
                blocks_incoming: true,
                blocks_outgoing: false,
            })
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(behind(profile(yes, yes)), [Obstacle::WindowsPublic]);
        assert_eq!(behind(profile(no, yes)), [Obstacle::WindowsMayBlock]);
        assert_eq!(behind(profile(None, None)), [Obstacle::WindowsMayBlock]);
        assert_eq!(behind(profile(yes, no)), []);
    }
}
