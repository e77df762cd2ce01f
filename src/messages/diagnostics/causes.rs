//! Words for each cause.

use super::{Advice, firewalls};
use crate::diagnostics::{Cause, Evidence, Failure, Firewall};
use crate::messages::network;

/// What a cause means here, and what to do about it.
#[must_use]
pub fn advice(cause: &Cause, evidence: &Evidence) -> Advice {
    let there = there(evidence);
    let port = evidence.port;
    match cause {
        Cause::Offline => Advice::new(
            "This computer is on no network.",
            "No cable or Wi-Fi gives it an address that others could reply to.",
        )
        .step("Connect this computer to the same network as the other one, then send it again."),
        Cause::NameUnknown => name_unknown(evidence),
        Cause::NoRoute => Advice::new(
            format!("This computer cannot find a way to {there}."),
            "None of its networks leads there, and it has no router to ask.",
        )
        .step("Connect both computers to the same wired network or Wi-Fi, then send it again."),
        Cause::OtherNetwork => other_network(evidence),
        Cause::Vpn { interface } => vpn(interface, evidence),
        Cause::OwnFirewall => own_firewall(evidence),
        Cause::NotReceiving => not_receiving(evidence),
        Cause::FirewallDrops => Advice::new(
            format!("The firewall on {there} ignores connections to port {port}."),
            "A firewall that has not been told to let Onehop in does not answer at all.",
        )
        .steps(firewalls::any_in(port)),
        Cause::FirewallRefuses => Advice::new(
            format!("The firewall on {there} refuses connections to port {port}."),
            "Some firewalls say no instead of staying silent.",
        )
        .steps(firewalls::any_in(port)),
        Cause::HostAway => host_away(&there),
        Cause::WifiIsolation => Advice::new(
            "The Wi-Fi keeps its computers apart.",
            "Guest networks and some routers do that (“client isolation”, “AP isolation”): each \
             computer can reach the internet, but not the others.",
        )
        .step(
            "Connect both computers to the home network instead of the guest network, switch off \
             the isolation in the router, or connect both by cable.",
        ),
        Cause::OtherProgram => Advice::new(
            format!("Something other than a receiver is listening on port {port} there."),
            "It accepted the connection and closed it without a word.",
        )
        .step(
            "Look at the port that Onehop shows in Receive mode on the other computer, and enter \
             that one here.",
        ),
        Cause::TurnedAway => Advice::new(
            "The receiver there is not taking transfers right now.",
            "It may be busy or closing, or it may accept nothing from the internet.",
        )
        .step("Look at the other computer, then send it again."),
    }
}

/// The address it is about; the name where there is none.
fn there(evidence: &Evidence) -> String {
    match &evidence.address {
        Some(address) => address.to_string(),
        None => evidence.host.clone(),
    }
}

fn name_unknown(evidence: &Evidence) -> Advice {
    let host = &evidence.host;
    let headline = match evidence.failure {
        Failure::LookupTimedOut => format!("Looking up the address of {host} took too long."),
        _ => format!("No address was found for the name {host}."),
    };
    Advice::new(
        headline,
        "Home networks often do not know their computers by name, so the other one is not \
         necessarily off.",
    )
    .step(
        "Check the spelling, or enter the numeric address that Onehop shows in Receive mode on the \
         other computer, such as 192.168.1.102.",
    )
}

fn other_network(evidence: &Evidence) -> Advice {
    let there = there(evidence);
    let address = evidence.address.as_ref();
    let is_ipv4 = address.is_some_and(|address| address.ip.is_ipv4());
    let ours: Vec<String> = evidence
        .own_networks
        .iter()
        .filter(|own| own.ip.is_ipv4() == is_ipv4)
        .map(|own| format!("{} ({})", own.ip, network(&own.interface)))
        .collect();
    let meaning = if ours.is_empty() {
        "None of this computer's networks has addresses of that kind.".to_owned()
    } else {
        format!(
            "This computer is {}. A router between two networks decides what may pass, and most \
             let nothing in.",
            ours.join(" and ")
        )
    };
    Advice::new(
        format!("{there} is not on the same network as this computer."),
        meaning,
    )
    .step(
        "Connect both computers to the same wired network or Wi-Fi, then send to the address that \
         the other one shows.",
    )
}

fn vpn(interface: &str, evidence: &Evidence) -> Advice {
    let (headline, meaning) = match &evidence.address {
        Some(address) => (
            format!("A VPN ({interface}) takes what is sent to {address}."),
            "What this computer sends there goes through the tunnel, not to the local network.",
        ),
        None => (
            format!("A VPN ({interface}) is on."),
            "Its name server may not know the computers around you.",
        ),
    };
    let advice = Advice::new(headline, meaning).step(
        "Switch off the VPN for a moment, or allow local networks in its settings (“LAN access”, \
         “split tunnelling”), then send it again.",
    );
    let name = interface.to_lowercase();
    if name.starts_with("wg") && !cfg!(windows) {
        let command = format!("sudo wg-quick down {interface}");
        return advice.command("If wg-quick started it:", command);
    }
    if name.contains("tailscale") {
        return advice.command(
            "If it is Tailscale with an exit node:",
            "tailscale set --exit-node-allow-lan-access=true",
        );
    }
    advice
}

fn own_firewall(evidence: &Evidence) -> Advice {
    let port = evidence.port;
    let advice = Advice::new(
        "A firewall on this computer does not let Onehop connect.",
        "It may be the system's own, or one that came with antivirus software or a company's \
         settings.",
    );
    match &evidence.own_firewall {
        Firewall::Ufw { .. } => {
            advice.command("With ufw:", format!("sudo ufw allow out {port}/tcp"))
        }
        Firewall::Windows(_) => advice.command(
            "As administrator:",
            format!(
                "netsh advfirewall firewall add rule name=\"Onehop {port}\" dir=out action=allow \
                 protocol=TCP remoteport={port}"
            ),
        ),
        _ if cfg!(windows) => {
            advice.step("Check the settings of the antivirus software, and let Onehop connect.")
        }
        _ => advice.command(
            "To look for rules that drop or reject outgoing connections:",
            "sudo nft list ruleset",
        ),
    }
}

fn not_receiving(evidence: &Evidence) -> Advice {
    let port = evidence.port;
    if evidence.is_this_computer() {
        return Advice::new(
            format!("Nothing is receiving on port {port} of this computer."),
            "That address belongs to this computer itself.",
        )
        .step("Press Start in Receive mode, or enter the address of the other computer.");
    }
    Advice::new(
        "Onehop is not receiving there.",
        format!(
            "The computer at {} answers, but nothing is listening on port {port}.",
            there(evidence)
        ),
    )
    .step(
        "Press Start in Receive mode on the other computer, or start server.py there, and check \
         that it shows this address and this port.",
    )
}

fn host_away(there: &str) -> Advice {
    let show = if cfg!(windows) {
        format!("ping {there}")
    } else {
        format!("ping -c 3 {there}")
    };
    Advice::new(
        format!("There is no computer with the address {there} on the network."),
        "It is off, asleep or not connected, or its address has changed.",
    )
    .step(
        "Wake the other computer, look at the address that Onehop shows there in Receive mode, and \
         enter that one here.",
    )
    .command("To see from here whether it answers at all:", show)
}
