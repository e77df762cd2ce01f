//! Another computer's address. A link-local IPv6 address means nothing without the interface that
//! it is good on (RFC 4007), so the two stay together.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use if_addrs::Interface;

use crate::error::OurFault;
use crate::net::interfaces::is_link_local;

/// The address of another computer, and the interface of this one that leads there where the
/// address alone does not say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerAddress {
    /// The address; an IPv4-mapped one as IPv4.
    pub ip: IpAddr,
    /// The interface of this computer, for a link-local IPv6 address.
    pub scope: Option<Scope>,
}

/// An interface of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The system's number for it.
    pub index: u32,
    /// The system's name for it, such as `eth0` or `Ethernet 2`.
    pub interface: String,
}

impl PeerAddress {
    /// The address without its port. The system is asked what the interface is called.
    pub(crate) fn of(address: &SocketAddr) -> Self {
        let index = match address {
            SocketAddr::V6(v6) => v6.scope_id(),
            SocketAddr::V4(_) => 0,
        };
        let ip = address.ip().to_canonical();
        let scope = (index != 0).then(|| Scope {
            index,
            interface: interface_name(index).unwrap_or_else(|| index.to_string()),
        });
        Self { ip, scope }
    }

    /// The address to connect to.
    pub(crate) fn with_port(&self, port: u16) -> SocketAddr {
        match (self.ip, &self.scope) {
            (IpAddr::V6(ip), Some(scope)) => SocketAddrV6::new(ip, port, 0, scope.index).into(),
            (ip, _) => SocketAddr::new(ip, port),
        }
    }
}

impl From<IpAddr> for PeerAddress {
    /// An address that needs no interface.
    fn from(ip: IpAddr) -> Self {
        Self { ip, scope: None }
    }
}

impl fmt::Display for PeerAddress {
    /// As it can be typed on this computer: `192.168.1.20`, `fe80::1%eth0`, on Windows
    /// `fe80::1%12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.scope {
            Some(scope) if cfg!(windows) => write!(f, "{}%{}", self.ip, scope.index),
            Some(scope) => write!(f, "{}%{}", self.ip, scope.interface),
            None => self.ip.fmt(f),
        }
    }
}

/// Whether the address leads nowhere, since it does not say by which interface.
pub(crate) fn lacks_interface(address: &SocketAddr) -> Option<Ipv6Addr> {
    match address {
        SocketAddr::V6(v6) if v6.scope_id() == 0 && v6.ip().is_unicast_link_local() => {
            Some(*v6.ip())
        }
        _ => None,
    }
}

/// The two halves of `fe80::1%eth0`; `None` if it is not an address with an interface.
pub(crate) fn scoped(host: &str) -> Option<(Ipv6Addr, &str)> {
    let (ip, interface) = host.split_once('%')?;
    Some((ip.parse().ok()?, interface))
}

/// That the address needs another interface than the one that was `given`, with those that there
/// are.
pub(crate) fn interface_fault(ip: Ipv6Addr, given: Option<&str>) -> OurFault {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        log::info!("the interfaces are not known: {error}");
        Vec::new()
    });
    OurFault::Interface {
        address: ip,
        given: given.map(str::to_owned),
        choices: choices(ip, &interfaces),
    }
}

/// The address on each interface that takes part in link-local IPv6, as it can be typed. Where a
/// number is typed for the interface, its name is worth a word.
fn choices(ip: Ipv6Addr, interfaces: &[Interface]) -> Vec<String> {
    let usable = |interface: &&Interface| {
        let is_link_local = match interface.ip() {
            own @ IpAddr::V6(_) => is_link_local(own),
            IpAddr::V4(_) => false,
        };
        is_link_local && interface.is_oper_up()
    };
    let mut choices: Vec<String> = Vec::new();
    for interface in interfaces.iter().filter(usable) {
        let choice = match interface.index {
            Some(index) if cfg!(windows) => format!("{ip}%{index} ({})", interface.name),
            Some(_) => format!("{ip}%{}", interface.name),
            None => continue,
        };
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    choices
}

fn interface_name(index: u32) -> Option<String> {
    let interfaces = if_addrs::get_if_addrs().ok()?;
    let found = interfaces
        .into_iter()
        .find(|interface| interface.index == Some(index))?;
    Some(found.name)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn on(interface: &str, index: u32) -> PeerAddress {
        PeerAddress {
            ip: "fe80::1".parse().unwrap(),
            scope: Some(Scope {
                index,
                interface: interface.to_owned(),
            }),
        }
    }

    #[test]
    fn an_address_keeps_its_interface_on_the_way_to_the_system_and_to_people() {
        let address = on("eth0", 7);
        assert_eq!(address.with_port(9898).to_string(), "[fe80::1%7]:9898");
        let typed = if cfg!(windows) {
            "fe80::1%7"
        } else {
            "fe80::1%eth0"
        };
        assert_eq!(address.to_string(), typed);
        let plain = PeerAddress::of(&"[::ffff:192.0.2.1]:9898".parse().unwrap());
        assert_eq!(plain.to_string(), "192.0.2.1");
        assert_eq!(plain.with_port(1), "192.0.2.1:1".parse().unwrap());
    }

    #[test]
    fn an_interface_that_the_system_does_not_name_is_told_by_its_number() {
        let far: u32 = 4_000_000_000;
        let address = SocketAddrV6::new("fe80::1".parse().unwrap(), 1, 0, far);
        assert_eq!(
            PeerAddress::of(&address.into()).to_string(),
            format!("fe80::1%{far}")
        );
    }

    #[test]
    fn only_link_local_ipv6_without_an_interface_lacks_one() {
        let lacks = |address: &str| lacks_interface(&address.parse().unwrap()).is_some();
        assert!(lacks("[fe80::1]:9898"));
        for fine in [
            "[fe80::1%3]:9898",
            "[2001:db8::1]:9898",
            "[fd12::1]:9898",
            "[::1]:9898",
            "169.254.1.2:9898",
        ] {
            assert!(!lacks(fine), "{fine}");
        }
    }

    #[test]
    fn an_address_is_told_from_its_interface() {
        let (ip, interface) = scoped("fe80::1%eth0").unwrap();
        assert_eq!((ip.to_string().as_str(), interface), ("fe80::1", "eth0"));
        for other in ["fe80::1", "desk%pc", "192.0.2.1%eth0"] {
            assert_eq!(scoped(other), None, "{other}");
        }
    }
}
