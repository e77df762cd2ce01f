//! From a typed address to a connection that stands.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use mio::net::TcpStream;

use crate::error::{Error, NetworkFault, OurFault, PeerFault, Phase};
use crate::net::connection::{Connection, Readiness, Wake, is_reset};
use crate::net::peer_address::{PeerAddress, interface_fault, lacks_interface, scoped};

/// How long name lookup may take.
const LOOKUP_TIME: Duration = Duration::from_secs(10);
/// How long connecting may take, all addresses of a name together.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// Why there is no connection, and what is needed to find out more.
#[derive(Debug)]
pub(crate) struct Unconnected {
    pub(crate) error: Error,
    /// The place to wait.
    pub(crate) readiness: Readiness,
    /// The address that the error is about, if there was one.
    pub(crate) address: Option<PeerAddress>,
    /// How long that took.
    pub(crate) elapsed: Duration,
}

/// Finds the host and connects to the first of its addresses that answers.
pub(crate) fn connect(
    mut readiness: Readiness,
    host: &str,
    port: u16,
) -> Result<(Connection, PeerAddress), Box<Unconnected>> {
    let started = Instant::now();
    let addresses = match look_up(&mut readiness, host, port) {
        Ok(addresses) => addresses,
        Err(error) => return Err(unconnected(error, readiness, None, started.elapsed())),
    };
    let deadline = Instant::now() + CONNECT_TIME;
    let mut kept: Option<Attempt> = None;
    for (tried, address) in addresses.iter().enumerate() {
        let share = remaining_share(deadline, addresses.len() - tried);
        let began = Instant::now();
        match try_address(readiness, *address, share) {
            Ok(connection) => return Ok((connection, PeerAddress::of(address))),
            Err(failure) => {
                readiness = failure.readiness;
                let error = failure.fault.into_error(host, port);
                log::debug!("{address}: {error}");
                let address = PeerAddress::of(address);
                keep_more_telling(&mut kept, Attempt(error, address, began.elapsed()));
            }
        }
        if readiness.interrupt().cancelled() {
            return Err(unconnected(
                Error::Cancelled,
                readiness,
                None,
                started.elapsed(),
            ));
        }
    }
    if let Some(Attempt(error, address, elapsed)) = kept {
        return Err(unconnected(error, readiness, Some(address), elapsed));
    }
    let error = name_not_found(host, ErrorKind::NotFound.into());
    Err(unconnected(error, readiness, None, started.elapsed()))
}

fn unconnected(
    error: Error,
    readiness: Readiness,
    address: Option<PeerAddress>,
    elapsed: Duration,
) -> Box<Unconnected> {
    Box::new(Unconnected {
        error,
        readiness,
        address,
        elapsed,
    })
}

/// What became of one address, and how long that took.
struct Attempt(Error, PeerAddress, Duration);

/// The time that one of several addresses may take, so that a silent first one leaves some for
/// the next.
fn remaining_share(deadline: Instant, addresses_left: usize) -> Instant {
    let now = Instant::now();
    let share = deadline.saturating_duration_since(now)
        / u32::try_from(addresses_left.max(1)).unwrap_or(u32::MAX);
    now + share
}

/// "Refused" proves that a computer is there, so it says more than any silence; an address that was
/// not even tried says least.
fn keep_more_telling(kept: &mut Option<Attempt>, attempt: Attempt) {
    let weight = |attempt: &Attempt| match attempt.0 {
        Error::Peer(PeerFault::Refused { .. }) => 2,
        Error::Ours(OurFault::Interface { .. }) => 0,
        _ => 1,
    };
    match kept {
        Some(first) if weight(first) >= weight(&attempt) => {}
        _ => *kept = Some(attempt),
    }
}

/// What a port says when nothing is wanted from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knock {
    /// The computer is there: it took the connection or refused it.
    Answered,
    /// Nothing that the computer itself would have said.
    Silent,
    /// The transfer was cancelled.
    Cancelled,
}

/// Connects only to see whether anybody is there. The place to wait comes back.
pub(crate) fn knock(
    readiness: Readiness,
    address: SocketAddr,
    deadline: Instant,
) -> (Readiness, Knock) {
    match try_address(readiness, address, deadline) {
        Ok(connection) => (connection.abandon(), Knock::Answered),
        Err(Failure { readiness, fault }) => {
            let answer = match fault {
                Fault::Cancelled => Knock::Cancelled,
                Fault::System(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    Knock::Answered
                }
                Fault::Silent | Fault::Ours(_) | Fault::System(_) => Knock::Silent,
            };
            (readiness, answer)
        }
    }
}

fn look_up(readiness: &mut Readiness, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let answers = start_lookup(readiness, host, port)?;
    let deadline = Instant::now() + LOOKUP_TIME;
    loop {
        if readiness.interrupt().cancelled() {
            return Err(Error::Cancelled);
        }
        match answers.try_recv() {
            Ok(Ok(addresses)) => return Ok(addresses),
            Ok(Err(source)) => {
                return Err(match scoped(host) {
                    Some((ip, interface)) => interface_fault(ip, Some(interface)).into(),
                    None => name_not_found(host, source),
                });
            }
            Err(mpsc::TryRecvError::Empty) => {}
            Err(mpsc::TryRecvError::Disconnected) => {
                return Err(OurFault::Bug("name lookup ended without an answer".into()).into());
            }
        }
        if readiness.wait(Some(deadline)).map_err(waiting)? == Wake::TimedOut {
            return Err(timeout(host, Phase::Lookup));
        }
    }
}

/// The system's lookup cannot be cancelled, so it gets a thread that may outlive the transfer.
fn start_lookup(
    readiness: &Readiness,
    host: &str,
    port: u16,
) -> Result<mpsc::Receiver<io::Result<Vec<SocketAddr>>>, Error> {
    let (sender, answers) = mpsc::channel();
    let interrupt = readiness.interrupt().clone();
    let host = host.to_owned();
    thread::Builder::new()
        .name("name lookup".into())
        .spawn(move || {
            let addresses = (host.as_str(), port)
                .to_socket_addrs()
                .map(Iterator::collect);
            sender.send(addresses).ok();
            interrupt.wake();
        })
        .map_err(|source| OurFault::System {
            doing: "starting a thread for the name lookup",
            source,
        })?;
    Ok(answers)
}

/// A try that failed, with the place to wait for the next one.
struct Failure {
    readiness: Readiness,
    fault: Fault,
}

enum Fault {
    Cancelled,
    Silent,
    Ours(Box<OurFault>),
    System(io::Error),
}

impl Fault {
    fn into_error(self, host: &str, port: u16) -> Error {
        match self {
            Self::Cancelled => Error::Cancelled,
            Self::Silent => timeout(host, Phase::Connect),
            Self::Ours(fault) => (*fault).into(),
            Self::System(source) => refused_or_unreachable(host, port, source),
        }
    }
}

fn try_address(
    readiness: Readiness,
    address: SocketAddr,
    deadline: Instant,
) -> Result<Connection, Failure> {
    if let Some(ip) = lacks_interface(&address) {
        let fault = Fault::Ours(Box::new(interface_fault(ip, None)));
        return Err(Failure { readiness, fault });
    }
    let stream = match TcpStream::connect(address) {
        Ok(stream) => stream,
        Err(source) => {
            let fault = Fault::System(source);
            return Err(Failure { readiness, fault });
        }
    };
    let mut connection = match Connection::new(stream, readiness) {
        Ok(connection) => connection,
        Err((readiness, source)) => {
            let fault = Fault::System(source);
            return Err(Failure { readiness, fault });
        }
    };
    let fault = loop {
        match connection.wait_connected(deadline) {
            Ok(Wake::Ready) => return Ok(connection),
            Ok(Wake::Called) if connection.interrupt().cancelled() => break Fault::Cancelled,
            Ok(Wake::Called) => {}
            Ok(Wake::TimedOut) => break Fault::Silent,
            Err(source) => break Fault::System(source),
        }
    };
    Err(Failure {
        readiness: connection.abandon(),
        fault,
    })
}

fn refused_or_unreachable(host: &str, port: u16, source: io::Error) -> Error {
    let host = host.to_owned();
    match source.kind() {
        ErrorKind::ConnectionRefused => PeerFault::Refused { host, port, source }.into(),
        ErrorKind::TimedOut => timeout(&host, Phase::Connect),
        ErrorKind::PermissionDenied => OurFault::System {
            doing: "connecting",
            source,
        }
        .into(),
        _ if is_reset(&source) => PeerFault::Reset {
            bytes: 0,
            source: Some(source),
        }
        .into(),
        _ => NetworkFault::Unreachable { host, source }.into(),
    }
}

fn name_not_found(host: &str, source: io::Error) -> Error {
    let host = host.to_owned();
    NetworkFault::NameNotFound { host, source }.into()
}

fn timeout(host: &str, phase: Phase) -> Error {
    let host = host.to_owned();
    NetworkFault::Timeout { host, phase }.into()
}

fn waiting(source: io::Error) -> Error {
    OurFault::System {
        doing: "waiting",
        source,
    }
    .into()
}

#[cfg(all(test, windows))]
mod tests {
    use super::*;

    fn fault(code: i32) -> Error {
        refused_or_unreachable("desk-pc", 9898, io::Error::from_raw_os_error(code))
    }

    #[test]
    fn the_numbers_of_windows_get_the_right_words() {
        use {Error::*, NetworkFault::*, OurFault::System, PeerFault::*};
        assert!(matches!(fault(10061), Peer(Refused { .. })));
        assert!(matches!(fault(10054), Peer(Reset { .. })));
        assert!(matches!(fault(10053), Peer(Reset { .. })));
        let phase = Phase::Connect;
        assert!(matches!(fault(10060), Network(Timeout { phase: at, .. }) if at == phase));
        assert!(matches!(fault(10051), Network(Unreachable { .. })));
        assert!(matches!(fault(10065), Network(Unreachable { .. })));
        assert!(matches!(fault(10013), Ours(System { .. })));
    }
}
