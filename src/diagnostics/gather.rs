//! Looking: what can be seen of a connection that did not come about.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::{Duration, Instant};

use super::evidence::{Evidence, Failure, Neighbour, OtherPort, Route};
use super::network::{OwnNetwork, own_networks};
use super::{firewall, linux};
use crate::net::connect::{Knock, knock};
use crate::net::connection::Readiness;
use crate::net::interrupt::Interrupt;
use crate::net::peer_address::PeerAddress;

/// Ports that a computer answers on more often than on others, be it by refusing: secure shell,
/// Windows file sharing, a web page.
const OTHER_PORTS: [u16; 3] = [22, 445, 80];
/// How long each of them may take: on a local network an answer is there within milliseconds.
const OTHER_PORT_TIME: Duration = Duration::from_millis(600);

/// The connection that did not come about.
#[derive(Debug)]
pub(crate) struct FailedConnection {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) failure: Failure,
    pub(crate) address: Option<PeerAddress>,
    pub(crate) elapsed: Duration,
}

/// Looks around, for a few seconds at most. `None` if it was cancelled.
///
/// Without a place to wait, no further connection is tried.
pub(crate) fn gather(
    scene: FailedConnection,
    interrupt: &Interrupt,
    readiness: Option<Readiness>,
) -> Option<Evidence> {
    let own_networks = own_networks().unwrap_or_else(|error| {
        log::info!("the own networks are not known: {error}");
        Vec::new()
    });
    let address = scene.address.as_ref();
    let route = address.map_or(Route::Unknown, |address| route(address, &own_networks));
    // Before anything else is sent there, which would change it.
    let neighbour = neighbour(address.map(|address| address.ip), &own_networks);
    let other_port = match (scene.failure, address, readiness) {
        (Failure::Silent | Failure::Unreachable, Some(address), Some(readiness)) => {
            other_port(address, readiness)?
        }
        _ => OtherPort::NotTried,
    };
    let own_firewall = firewall::read(scene.port, &|| interrupt.cancelled());
    if interrupt.cancelled() {
        return None;
    }
    let evidence = Evidence {
        host: scene.host,
        port: scene.port,
        failure: scene.failure,
        elapsed: scene.elapsed,
        address: scene.address,
        own_networks,
        route,
        neighbour,
        other_port,
        own_firewall,
    };
    log::info!("{evidence:?}");
    Some(evidence)
}

/// Which interface a packet would leave by. Connecting a UDP socket sends nothing; it only has
/// the system choose an address to send from.
fn route(address: &PeerAddress, own_networks: &[OwnNetwork]) -> Route {
    let unspecified: IpAddr = match address.ip {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    // Any port will do, but for 0.
    let chosen = UdpSocket::bind((unspecified, 0)).map(|socket| {
        socket
            .connect(address.with_port(9))
            .and_then(|()| socket.local_addr())
    });
    match chosen {
        Ok(Ok(from)) => {
            own_networks
                .iter()
                .find(|own| own.ip == from.ip())
                .map_or(Route::Unknown, |own| Route::By {
                    interface: own.interface.clone(),
                })
        }
        Ok(Err(error)) => {
            log::debug!("no route to {address}: {error}");
            Route::None
        }
        Err(_) => Route::Unknown,
    }
}

fn neighbour(address: Option<IpAddr>, own_networks: &[OwnNetwork]) -> Neighbour {
    match address {
        Some(address)
            if cfg!(target_os = "linux")
                && own_networks.iter().any(|own| own.holds(address))
                && !own_networks.iter().any(|own| own.ip == address) =>
        {
            linux::neighbour(address)
        }
        _ => Neighbour::Unknown,
    }
}

fn other_port(address: &PeerAddress, mut readiness: Readiness) -> Option<OtherPort> {
    for port in OTHER_PORTS {
        let deadline = Instant::now() + OTHER_PORT_TIME;
        let (back, answer) = knock(readiness, address.with_port(port), deadline);
        match answer {
            Knock::Answered => return Some(OtherPort::Answered(port)),
            Knock::Cancelled => return None,
            Knock::Silent => readiness = back,
        }
    }
    Some(OtherPort::Silent)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::net::interfaces::Way;

    fn own(interface: &str, ip: &str) -> OwnNetwork {
        OwnNetwork {
            interface: interface.to_owned(),
            ip: ip.parse().unwrap(),
            prefix_bits: 8,
            way: Way::Cable,
        }
    }

    fn loopback() -> PeerAddress {
        IpAddr::from(Ipv4Addr::LOCALHOST).into()
    }

    fn silence_of(address: Ipv4Addr) -> FailedConnection {
        FailedConnection {
            host: address.to_string(),
            port: 9898,
            failure: Failure::Silent,
            address: Some(IpAddr::from(address).into()),
            elapsed: Duration::from_secs(10),
        }
    }

    #[test]
    fn the_route_to_ourselves_is_by_our_own_interface() {
        let networks = [own("eth0", "192.0.2.7"), own("lo", "127.0.0.1")];
        let interface = "lo".to_owned();
        let found = route(&loopback(), &networks);
        assert_eq!(found, Route::By { interface });
    }

    #[test]
    fn this_computer_answers_on_another_port_by_refusing() {
        let readiness = Readiness::new().unwrap();
        let answer = other_port(&loopback(), readiness);
        assert!(matches!(answer, Some(OtherPort::Answered(_))), "{answer:?}");
    }

    #[test]
    fn a_cancel_ends_the_look() {
        let readiness = Readiness::new().unwrap();
        let interrupt = readiness.interrupt().clone();
        interrupt.cancel();
        let scene = silence_of(Ipv4Addr::LOCALHOST);
        assert_eq!(gather(scene, &interrupt, Some(readiness)), None);
    }
}
