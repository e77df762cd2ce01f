//! What was seen, without a judgement.

use std::time::Duration;

use crate::diagnostics::{Evidence, Failure, Firewall, Neighbour, OtherPort, Route};

/// The evidence, one fact on a line.
#[must_use]
pub fn seen(evidence: &Evidence) -> Vec<String> {
    let lines = [
        Some(failure(evidence)),
        network(evidence),
        route(evidence),
        neighbour(evidence),
        other_port(evidence),
        own_firewall(evidence),
    ];
    lines.into_iter().flatten().collect()
}

fn failure(evidence: &Evidence) -> String {
    let (host, port) = (&evidence.host, evidence.port);
    let at = match &evidence.address {
        Some(address) if address.to_string() != *host => format!("{host} ({address})"),
        _ => host.clone(),
    };
    let time = time(evidence.elapsed);
    match evidence.failure {
        Failure::NameNotFound => format!("The system found no address for {host}."),
        Failure::LookupTimedOut => format!("Looking up the name {host} took longer than {time}."),
        Failure::NoRoute => format!("The system has no route to {at}."),
        Failure::Unreachable => format!("{at} was reported unreachable after {time}."),
        Failure::Refused => format!("{at} refused port {port} after {time}."),
        Failure::Silent => format!("Nothing came back from {at} port {port} within {time}."),
        Failure::BrokenOff => {
            format!("{at} port {port} accepted the connection and closed it after {time}.")
        }
        Failure::Forbidden => format!("The system did not allow a connection to {at} port {port}."),
    }
}

fn time(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(1) {
        return format!("{} ms", elapsed.as_millis().max(1));
    }
    format!("{:.0} s", elapsed.as_secs_f64())
}

fn network(evidence: &Evidence) -> Option<String> {
    let address = evidence.address.as_ref()?;
    if evidence.is_this_computer() {
        return Some(format!("{address} belongs to this computer itself."));
    }
    Some(match evidence.attached() {
        Some(own) => format!(
            "{address} is on the network of {}, where this computer is {}.",
            own.interface, own.ip
        ),
        None => format!("{address} is on none of this computer's networks."),
    })
}

fn route(evidence: &Evidence) -> Option<String> {
    match &evidence.route {
        Route::By { interface } if !evidence.is_this_computer() => {
            Some(format!("Packets to it leave through {interface}."))
        }
        _ => None,
    }
}

fn neighbour(evidence: &Evidence) -> Option<String> {
    let line = match evidence.neighbour {
        Neighbour::Unknown => return None,
        Neighbour::Answers => "Its network adapter answers on that network.",
        Neighbour::Silent => "No network adapter with that address answers on that network.",
        Neighbour::NeverAsked => "No packet to it has left this computer yet.",
    };
    Some(line.to_owned())
}

fn other_port(evidence: &Evidence) -> Option<String> {
    match evidence.other_port {
        OtherPort::NotTried => None,
        OtherPort::Answered(port) => Some(format!("It answers on port {port}.")),
        OtherPort::Silent => Some("It does not answer on ports 22, 445 or 80 either.".into()),
    }
}

fn own_firewall(evidence: &Evidence) -> Option<String> {
    let line = match &evidence.own_firewall {
        Firewall::Unknown => return None,
        Firewall::Inactive => {
            "Neither ufw nor firewalld is on here; other rules can only be read with administrator \
             rights."
        }
        Firewall::Ufw {
            blocks_outgoing: true,
            ..
        } => "ufw is on here and lets nothing out without a rule.",
        Firewall::Ufw { .. } => "ufw is on here and lets everything out.",
        Firewall::Firewalld => "firewalld is on here.",
        Firewall::Windows(profile) if profile.blocks_outgoing => {
            "The Windows firewall here lets nothing out without a rule."
        }
        Firewall::Windows(_) => "The Windows firewall here lets everything out.",
    };
    Some(line.to_owned())
}
