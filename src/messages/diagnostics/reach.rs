//! Whether other computers can reach this one.

use std::net::IpAddr;

use super::{Advice, firewalls};
use crate::diagnostics::{Firewall, InboundRule, Obstacle, Probe, best_address, obstacles};
use crate::net::{AddressKind, LocalAddress, PortState, is_link_local};

/// Where nobody knows how this computer can be reached.
pub const ADDRESSES_UNKNOWN: &str = "The system does not report this computer's addresses.";

/// What the check of this computer as a receiver came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Nothing is known to stand in the way.
    pub good: bool,
    /// The same, but for receiving that has not been started yet.
    pub ready: bool,
    /// The verdict in one line.
    pub line: String,
    /// What stands in the way, or may, and what to do about it.
    pub advice: Vec<Advice>,
    /// What was seen, one fact on a line.
    pub seen: Vec<String>,
}

/// Judges what was seen and puts it into words.
#[must_use]
pub fn verdict(readings: &Probe) -> Verdict {
    let found = obstacles(readings);
    Verdict {
        good: found.is_empty(),
        ready: found
            .iter()
            .all(|obstacle| *obstacle == Obstacle::NotReceiving),
        line: line(readings, &found),
        advice: found
            .iter()
            .map(|obstacle| advice(*obstacle, readings))
            .collect(),
        seen: seen(readings),
    }
}

/// How far these addresses reach, and what the sender has to add to them, if they are link-local.
#[must_use]
pub fn on_one_link_only(addresses: &[LocalAddress]) -> Option<String> {
    let mut link_local = addresses
        .iter()
        .filter(|address| address.kind == AddressKind::LinkLocal)
        .peekable();
    link_local.peek()?;
    let reach = "Only computers on the same cable or Wi-Fi can use this.";
    let ipv6 = link_local.find(|address| address.ip.is_ipv6());
    Some(match ipv6 {
        Some(LocalAddress { ip, .. }) => format!(
            "{reach} After {ip}, the sender adds a percent sign and its own interface on that \
             network, such as {ip}%eth0."
        ),
        None => reach.to_owned(),
    })
}

fn line(readings: &Probe, found: &[Obstacle]) -> String {
    let place = best_address(readings).map(|ip| place(ip, readings.port));
    let others = others(readings);
    match (found.first(), place) {
        (None, Some(place)) => format!("{others} should be able to reach this one at {place}."),
        (None, None) => format!(
            "Port {} is open, but the system does not report this computer's addresses.",
            readings.port
        ),
        (Some(Obstacle::NotReceiving), Some(place)) => format!(
            "Nothing is receiving yet; once you start, {} should be able to reach this one at \
             {place}.",
            lowered(others)
        ),
        (Some(first), Some(place)) if !first.is_certain() => {
            let may = match first {
                Obstacle::UfwBlocksSome => {
                    return format!(
                        "This computer is ready at {place}, but ufw only lets some computers in."
                    );
                }
                Obstacle::WindowsPublic => "the Windows firewall, on a public network,",
                Obstacle::UfwMayBlock => "ufw",
                Obstacle::FirewalldMayBlock => "firewalld",
                _ => "the Windows firewall",
            };
            format!("This computer is ready at {place}, but {may} may keep others out.")
        }
        (Some(first), _) => {
            let headline = advice(*first, readings).headline;
            format!(
                "Other computers cannot reach this one: {}",
                lowered(&headline)
            )
        }
    }
}

/// Who can use the address that is told.
fn others(readings: &Probe) -> &'static str {
    match best_address(readings) {
        Some(ip) if is_link_local(ip) => "Computers on the same cable or Wi-Fi",
        _ => "Other computers",
    }
}

/// Such as `192.168.1.102:9898` and `[2001:db8::5]:9898`.
fn place(ip: IpAddr, port: u16) -> String {
    std::net::SocketAddr::new(ip, port).to_string()
}

/// So that a sentence can go on with it; names stay as they are.
fn lowered(sentence: &str) -> String {
    for start in [
        "This ",
        "Port ",
        "Nothing ",
        "Only ",
        "Other ",
        "Computers ",
    ] {
        if let Some(rest) = sentence.strip_prefix(start) {
            return format!("{}{rest}", start.to_lowercase());
        }
    }
    sentence.to_owned()
}

fn advice(obstacle: Obstacle, readings: &Probe) -> Advice {
    let port = readings.port;
    match obstacle {
        Obstacle::PortReserved => Advice::new(
            format!("Port {port} is reserved by Windows."),
            "Windows keeps ranges of ports for itself, most often for Hyper-V and WSL, and changes \
             them when it restarts.",
        )
        .step("Choose another port in Receive mode, and tell the senders.")
        .command(
            "To see the reserved ranges:",
            "netsh interface ipv4 show excludedportrange tcp",
        ),
        Obstacle::PortNotToBeHad => Advice::new(
            format!("Port {port} is not available."),
            "Another program is using it, or the system reserves it for administrators.",
        )
        .step("Choose another port, or close the program that is using it."),
        Obstacle::NotReceiving => Advice::new(
            format!("Nothing is receiving on port {port} yet."),
            "Connections are refused until you start receiving.",
        )
        .step("Press Start in Receive mode, or run onehop-cli receive."),
        Obstacle::Offline => Advice::new(
            "This computer is on no network.",
            "No cable or Wi-Fi gives it an address that others could send to.",
        )
        .step("Connect this computer to the same network as the sender."),
        Obstacle::LoopbackOnly => Advice::new(
            "Only this computer itself can reach the address that Onehop listens on.",
            "That is what the loopback address is for.",
        )
        .step("Listen on all addresses, or on one that belongs to a network."),
        Obstacle::UfwBlocks => {
            let mut advice = Advice::new(
                format!("This computer's firewall, ufw, blocks port {port}."),
                "It is on, and its rules let nobody in on this port.",
            );
            advice.steps = vec![firewalls::ufw_first("To open it:", port)];
            advice
        }
        Obstacle::UfwBlocksSome => Advice::new(
            format!("This computer's firewall, ufw, only lets some computers in on port {port}."),
            format!("These rules decide: {}.", rules(&readings.firewall)),
        )
        .command("To see all of them:", "sudo ufw status numbered")
        .steps(vec![firewalls::ufw_first(
            "To open it to everybody, before any other rule:",
            port,
        )]),
        Obstacle::UfwMayBlock => Advice::new(
            format!("This computer's firewall, ufw, may block port {port}."),
            "It is on. Which ports it opens can only be read with administrator rights.",
        )
        .command("To see its rules:", "sudo ufw status")
        .steps(vec![firewalls::ufw_in("To open it:", port)]),
        Obstacle::FirewalldMayBlock => Advice::new(
            format!("This computer's firewall, firewalld, may block port {port}."),
            "It is on. Which ports it opens can only be read with administrator rights.",
        )
        .command("To see its rules:", "sudo firewall-cmd --list-all")
        .steps(vec![firewalls::firewalld_in("To open it:", port)]),
        Obstacle::WindowsPublic => Advice::new(
            "Windows treats this network as public.",
            "On a public network, its firewall usually lets nobody in, whatever was allowed on \
             private ones.",
        )
        .step(
            "If it is your own network: open Settings, Network & Internet, the network's \
             properties, and choose Private. On somebody else's network, leave it as it is.",
        )
        .steps(vec![windows_rule(port)]),
        Obstacle::WindowsMayBlock => Advice::new(
            "The Windows firewall only lets in what it was told to.",
            "That includes Onehop if it was allowed when Windows asked, or when it was installed.",
        )
        .steps(vec![windows_rule(port)]),
    }
}

fn rules(firewall: &Firewall) -> String {
    match firewall {
        Firewall::Ufw {
            inbound: InboundRule::Partly(rules),
            ..
        } => rules.join(", then "),
        _ => "none".to_owned(),
    }
}

fn windows_rule(port: u16) -> super::Step {
    firewalls::windows_in(
        "To open the port on private networks, as administrator:",
        port,
    )
}

fn seen(readings: &Probe) -> Vec<String> {
    let port = readings.port;
    let mut lines = vec![match readings.port_state {
        PortState::Bound => format!("Onehop is listening on port {port}."),
        PortState::Free => format!("Port {port} is free."),
        PortState::NotToBeHad => format!("Port {port} is not free."),
    }];
    match &readings.own_networks {
        Some(networks) if networks.is_empty() => lines.push("No network is connected.".to_owned()),
        Some(networks) => lines.extend(
            networks
                .iter()
                .map(|own| format!("Address {} on {}.", own.ip, own.interface)),
        ),
        None => lines.push(ADDRESSES_UNKNOWN.to_owned()),
    }
    lines.extend(firewall(&readings.firewall).map(str::to_owned));
    lines
}

fn firewall(firewall: &Firewall) -> Option<&'static str> {
    Some(match firewall {
        Firewall::Unknown if cfg!(windows) => "The Windows firewall did not report its state.",
        Firewall::Unknown => return None,
        Firewall::Inactive => {
            "Neither ufw nor firewalld is on. Rules written for nftables or iptables can only be \
             read with administrator rights."
        }
        Firewall::Ufw { .. } => "ufw is on.",
        Firewall::Firewalld => "firewalld is on.",
        Firewall::Windows(profile) => match (profile.on, profile.public) {
            (Some(false), _) => "The Windows firewall is off.",
            (_, Some(true)) => "The Windows firewall is on, using the profile for public networks.",
            (_, Some(false)) => {
                "The Windows firewall is on, using the profile for private networks."
            }
            _ => "The Windows firewall is on.",
        },
    })
}
