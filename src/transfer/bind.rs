//! Taking a port, and saying why it cannot be had.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

use super::error::{Error, OurFault};
use super::port_owner::port_owner;

/// Connections that wait in the system until they are accepted.
const BACKLOG: i32 = 64;

/// IPv4 and IPv6 on one socket where the system has both; else IPv4 alone.
pub(crate) fn bind(address: Option<IpAddr>, port: u16) -> io::Result<TcpListener> {
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

/// Why the port could not be had.
pub(crate) fn bind_fault(address: Option<IpAddr>, port: u16, source: io::Error) -> Error {
    match (source.kind(), address) {
        (ErrorKind::AddrInUse, _) => OurFault::PortTaken {
            port,
            owner: port_owner(port),
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
