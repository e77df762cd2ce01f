//! Taking a port, and saying why it is not available.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, TcpListener};

use if_addrs::{IfAddr, Ifv4Addr};
use socket2::{Domain, Protocol, Socket, Type};

use crate::error::{Error, OurFault};
use crate::net::port_owner::port_owner;

/// Whether the port is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortState {
    /// Onehop listens on it.
    Bound,
    /// Nobody listens on it, and Onehop could.
    Free,
    /// Onehop could not get it.
    NotToBeHad,
}

/// Connections that wait in the system until they are accepted.
const BACKLOG: i32 = 64;

/// IPv4 and IPv6 on one socket where the system has both; else IPv4 alone.
pub(crate) fn bind(address: Option<IpAddr>, port: u16) -> io::Result<TcpListener> {
    // Windows gives one address of a port to one program and all the rest of it to another. The
    // option that forbids it (SO_EXCLUSIVEADDRUSE) is not available without unsafe code.
    if cfg!(windows) && port != 0 && port_owner(port).is_some() {
        return Err(ErrorKind::AddrInUse.into());
    }
    if let Some(address) = address {
        return bind_one(with_interface(address, port));
    }
    let unsupported = |error: &io::Error| {
        !matches!(
            error.kind(),
            ErrorKind::AddrInUse | ErrorKind::PermissionDenied
        )
    };
    match bind_one((Ipv6Addr::UNSPECIFIED, port).into()) {
        Err(error) if unsupported(&error) => {
            log::info!("no IPv6 here: {error}");
            bind_one((Ipv4Addr::UNSPECIFIED, port).into())
        }
        bound => bound,
    }
}

/// Of our own link-local addresses we know the interface, without which none can be listened on.
fn with_interface(address: IpAddr, port: u16) -> SocketAddr {
    let IpAddr::V6(ip) = address.to_canonical() else {
        return SocketAddr::new(address.to_canonical(), port);
    };
    let mut index = 0;
    if ip.is_unicast_link_local() {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        let own = interfaces.iter().find(|own| own.ip() == address);
        index = own.and_then(|own| own.index).unwrap_or(0);
    }
    SocketAddrV6::new(ip, port, 0, index).into()
}

fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(ip) if ip.is_unicast_link_local())
}

/// Refuses an address that no single computer has, although some systems would listen on it.
///
/// # Errors
///
/// [`OurFault::SharedAddress`] if it is a multicast or broadcast address.
pub fn check_listen_address(address: Option<IpAddr>) -> Result<(), OurFault> {
    let Some(address) = address.map(|address| address.to_canonical()) else {
        return Ok(());
    };
    let is_broadcast = match address {
        IpAddr::V4(ip) if ip.is_broadcast() => true,
        IpAddr::V4(ip) => {
            let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
            interfaces.iter().any(|interface| match &interface.addr {
                IfAddr::V4(own) => is_broadcast_of(own, ip),
                IfAddr::V6(_) => false,
            })
        }
        IpAddr::V6(_) => false,
    };
    if is_broadcast || address.is_multicast() {
        return Err(OurFault::SharedAddress(address));
    }
    Ok(())
}

/// Whether all computers on this network of ours listen to the address, such as 192.168.1.255. A
/// network of two or one has no such address (RFC 3021).
fn is_broadcast_of(own: &Ifv4Addr, ip: Ipv4Addr) -> bool {
    let host_bits = u32::MAX.checked_shr(own.prefixlen.into()).unwrap_or(0);
    (1..31).contains(&own.prefixlen) && ip.to_bits() == own.ip.to_bits() | host_bits
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        socket.set_only_v6(false)?;
    }
    // On Unix this lets a port be used again right after a stop; on Windows it would share it
    // with any other program.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Whether the port could be listened on: tries to, for a moment. One that a Onehop has already is
/// fine.
///
/// # Errors
///
/// As [`Listener::start`](crate::transfer::Listener::start).
pub fn port_state(address: Option<IpAddr>, port: u16) -> Result<PortState, Error> {
    check_listen_address(address)?;
    match bind(address, port) {
        Ok(_socket) => Ok(PortState::Free),
        Err(source) => match bind_fault(address, port, source) {
            Error::Ours(OurFault::PortTaken {
                owner: Some(owner), ..
            }) if is_onehop(&owner) => Ok(PortState::Bound),
            error => Err(error),
        },
    }
}

/// Either of the two programs, as the system calls them.
fn is_onehop(owner: &str) -> bool {
    let owner = owner.strip_suffix(".exe").unwrap_or(owner);
    matches!(owner, "onehop" | "onehop-cli")
}

/// Why the port is not available.
pub(crate) fn bind_fault(address: Option<IpAddr>, port: u16, source: io::Error) -> Error {
    let owner = match source.kind() {
        ErrorKind::AddrInUse => port_owner(port),
        // Windows says this too of a port that another program keeps to itself.
        ErrorKind::PermissionDenied if cfg!(windows) => port_owner(port),
        _ => None,
    };
    match (source.kind(), address) {
        (ErrorKind::AddrInUse, _) => OurFault::PortTaken {
            port,
            owner,
            source,
        },
        (ErrorKind::PermissionDenied, _) if owner.is_some() => OurFault::PortTaken {
            port,
            owner,
            source,
        },
        (ErrorKind::PermissionDenied, _) => OurFault::PortForbidden { port, source },
        (ErrorKind::AddrNotAvailable, Some(address)) => {
            OurFault::ForeignAddress { address, source }
        }
        // As Linux says it of a link-local address, for which it has no interface.
        (ErrorKind::InvalidInput, Some(address)) if is_link_local(address) => {
            OurFault::ForeignAddress { address, source }
        }
        _ => OurFault::System {
            doing: "binding the port",
            source,
        },
    }
    .into()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn own(ip: &str, prefixlen: u8) -> Ifv4Addr {
        Ifv4Addr {
            ip: ip.parse().unwrap(),
            netmask: Ipv4Addr::UNSPECIFIED,
            prefixlen,
            broadcast: None,
        }
    }

    #[test]
    fn an_address_of_many_computers_is_refused_before_the_port_is_tried() {
        for shared in [
            "224.0.0.1",
            "239.1.2.3",
            "255.255.255.255",
            "ff02::1",
            "::ffff:224.0.0.1",
        ] {
            let address: IpAddr = shared.parse().unwrap();
            let fault = port_state(Some(address), 0);
            assert!(
                matches!(fault, Err(Error::Ours(OurFault::SharedAddress(_)))),
                "{shared}: {fault:?}"
            );
        }
        for fine in ["127.0.0.1", "0.0.0.0", "::", "::1", "198.51.100.1"] {
            check_listen_address(fine.parse().ok()).unwrap();
        }
        check_listen_address(None).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_link_local_address_of_another_computer_is_not_ours() {
        let address = "fe80::1".parse().ok();
        let source = bind(address, 0).unwrap_err();
        let fault = bind_fault(address, 0, source);
        assert!(
            matches!(fault, Error::Ours(OurFault::ForeignAddress { .. })),
            "{fault:?}"
        );
    }

    #[test]
    fn the_last_address_of_a_network_of_ours_is_its_broadcast() {
        let is_broadcast =
            |ip: &str, bits| is_broadcast_of(&own("192.0.2.7", bits), ip.parse().unwrap());
        assert!(is_broadcast("192.0.2.255", 24));
        assert!(is_broadcast("192.0.2.15", 28));
        for other in ["192.0.2.7", "192.0.2.254", "192.0.3.255"] {
            assert!(!is_broadcast(other, 24), "{other}");
        }
        for bits in [0, 31, 32] {
            assert!(!is_broadcast("192.0.2.7", bits), "{bits}");
        }
    }
}

#[cfg(all(test, windows))]
mod numbers_of_windows {
    use super::*;

    fn fault(code: i32, address: Option<IpAddr>) -> Error {
        // Nobody listens on port 0.
        bind_fault(address, 0, io::Error::from_raw_os_error(code))
    }

    #[test]
    fn a_port_that_windows_reserves_is_forbidden() {
        let fault = fault(10013, None);
        assert!(matches!(fault, Error::Ours(OurFault::PortForbidden { .. })));
    }

    #[test]
    fn a_port_in_use_is_taken() {
        let fault = fault(10048, None);
        assert!(matches!(fault, Error::Ours(OurFault::PortTaken { .. })));
    }

    #[test]
    fn an_address_that_is_not_ours_is_foreign() {
        let fault = fault(10049, Some(Ipv4Addr::LOCALHOST.into()));
        assert!(matches!(
            fault,
            Error::Ours(OurFault::ForeignAddress { .. })
        ));
    }
}
