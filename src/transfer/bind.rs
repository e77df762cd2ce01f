//! Taking a port, and saying why it cannot be had.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

use super::doctor::PortState;
use super::error::{Error, OurFault};
use super::port_owner::port_owner;

/// Connections that wait in the system until they are accepted.
const BACKLOG: i32 = 64;

/// IPv4 and IPv6 on one socket where the system has both; else IPv4 alone.
pub(crate) fn bind(address: Option<IpAddr>, port: u16) -> io::Result<TcpListener> {
    // Windows gives one address of a port to one program and all the rest of it to another. The
    // option that forbids it (SO_EXCLUSIVEADDRUSE) cannot be had without unsafe code.
    if cfg!(windows) && port != 0 && port_owner(port).is_some() {
        return Err(ErrorKind::AddrInUse.into());
    }
    if let Some(address) = address {
        return bind_one(SocketAddr::new(address, port));
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
/// As [`Listener::start`](super::Listener::start).
pub fn port_state(address: Option<IpAddr>, port: u16) -> Result<PortState, Error> {
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

/// Why the port could not be had.
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
        _ => OurFault::System {
            doing: "binding the port",
            source,
        },
    }
    .into()
}

#[cfg(all(test, windows))]
mod tests {
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
