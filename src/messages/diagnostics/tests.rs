#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::IpAddr;
use std::time::Duration;

use super::*;
use crate::diagnostics::{
    Cause, Diagnosis, Evidence, Failure, Firewall, InboundRule, Neighbour, OtherPort, OwnNetwork,
    Probe, Route, WindowsProfile,
};
use crate::net::{AddressKind, LocalAddress, PeerAddress, PortState, Scope, Way};

fn at(ip: &str) -> PeerAddress {
    ip.parse::<IpAddr>().unwrap().into()
}

fn own_network() -> OwnNetwork {
    OwnNetwork {
        interface: "wlan0".to_owned(),
        ip: "192.168.1.7".parse().unwrap(),
        prefix_bits: 24,
        way: Way::Wifi,
    }
}

fn evidence(failure: Failure) -> Evidence {
    Evidence {
        host: "192.168.1.102".to_owned(),
        port: 9000,
        failure,
        elapsed: Duration::from_millis(9_950),
        address: Some(at("192.168.1.102")),
        own_networks: vec![own_network()],
        route: Route::By {
            interface: "wlan0".to_owned(),
        },
        neighbour: Neighbour::Answers,
        other_port: OtherPort::Answered(22),
        own_firewall: Firewall::Inactive,
    }
}

const FAILURES: [Failure; 8] = [
    Failure::NameNotFound,
    Failure::LookupTimedOut,
    Failure::NoRoute,
    Failure::Unreachable,
    Failure::Refused,
    Failure::Silent,
    Failure::BrokenOff,
    Failure::Forbidden,
];

fn commands(advice: &Advice) -> Vec<&str> {
    let commands = advice
        .steps
        .iter()
        .filter_map(|step| step.command.as_deref());
    commands.collect()
}

#[test]
fn every_failure_has_a_cause_and_every_cause_something_to_do() {
    for failure in FAILURES {
        let diagnosis = Diagnosis::of(evidence(failure));
        assert!(!diagnosis.findings.is_empty(), "{failure:?}");
        for finding in &diagnosis.findings {
            let advice = advice(&finding.cause, &diagnosis.evidence);
            assert!(!advice.steps.is_empty(), "{finding:?}");
            assert!(advice.headline.ends_with('.') && advice.meaning.ends_with('.'));
        }
    }
}

#[test]
fn the_firewalls_of_the_other_computer_get_their_commands_with_the_port() {
    let advice = advice(&Cause::FirewallDrops, &evidence(Failure::Silent));
    let commands = commands(&advice);
    assert_eq!(commands[0], "sudo ufw allow 9000/tcp");
    assert!(commands[1].starts_with("sudo firewall-cmd --add-port=9000/tcp"));
    assert!(commands[2].contains("tcp dport 9000 accept"));
    assert!(commands[3].contains("localport=9000 profile=private"));
}

#[test]
fn what_was_seen_is_told_without_a_judgement() {
    let lines = seen(&evidence(Failure::Silent));
    let expected = [
        "Nothing came back from 192.168.1.102 port 9000 within 10 s.",
        "192.168.1.102 is on the network of wlan0, where this computer is 192.168.1.7.",
        "Packets to it leave through wlan0.",
        "Its network adapter answers on that network.",
        "It answers on port 22.",
        "Neither ufw nor firewalld is on here; other rules can only be read with administrator \
         rights.",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_name_is_told_with_its_address() {
    let mut evidence = evidence(Failure::Refused);
    evidence.host = "desk-pc".to_owned();
    evidence.elapsed = Duration::from_micros(300);
    let line = "desk-pc (192.168.1.102) refused port 9000 after 1 ms.";
    assert_eq!(seen(&evidence)[0], line);
}

#[test]
fn another_network_is_told_beside_our_own() {
    let mut evidence = evidence(Failure::Silent);
    evidence.address = Some(at("10.7.0.2"));
    let advice = advice(&Cause::OtherNetwork, &evidence);
    assert!(
        advice
            .headline
            .starts_with("10.7.0.2 is not on the same network")
    );
    assert!(advice.meaning.contains("192.168.1.7 (Wi-Fi)"));
}

fn readings(firewall: Firewall) -> Probe {
    Probe {
        port: 9898,
        port_state: PortState::Bound,
        only_address: None,
        own_networks: Some(vec![own_network()]),
        firewall,
        reserved: Vec::new(),
    }
}

#[test]
fn a_computer_that_can_be_reached_says_where() {
    let verdict = verdict(&readings(Firewall::Inactive));
    assert!(verdict.good && verdict.advice.is_empty());
    assert_eq!(
        verdict.line,
        "Other computers should be able to reach this one at 192.168.1.7:9898."
    );
}

#[test]
fn a_firewall_in_the_way_is_named_with_its_command() {
    let ufw = |inbound| Firewall::Ufw {
        inbound,
        blocks_outgoing: false,
    };
    let blocked = verdict(&readings(ufw(InboundRule::Blocked)));
    assert_eq!(
        blocked.line,
        "Other computers cannot reach this one: this computer's firewall, ufw, blocks port 9898."
    );
    assert_eq!(
        commands(&blocked.advice[0]),
        ["sudo ufw prepend allow 9898/tcp"]
    );
    let rules = ["allow from 192.168.1.0/24", "deny the others"];
    let partly = InboundRule::Partly(rules.map(str::to_owned).into());
    let partly = verdict(&readings(ufw(partly)));
    assert_eq!(
        partly.line,
        "This computer is ready at 192.168.1.7:9898, but ufw only lets some computers in."
    );
    let meaning = &partly.advice[0].meaning;
    assert!(meaning.contains("allow from 192.168.1.0/24, then deny the others"));
    let unreadable = verdict(&readings(ufw(InboundRule::Unreadable)));
    assert_eq!(
        unreadable.line,
        "This computer is ready at 192.168.1.7:9898, but ufw may keep others out."
    );
    assert!(!unreadable.good);
}

#[test]
fn a_direct_cable_is_reached_from_that_cable() {
    let mut cable = readings(Firewall::Inactive);
    cable.own_networks = Some(vec![OwnNetwork {
        ip: "169.254.10.2".parse().unwrap(),
        ..own_network()
    }]);
    assert!(verdict(&cable).good);
    assert_eq!(
        verdict(&cable).line,
        "Computers on the same cable or Wi-Fi should be able to reach this one at \
         169.254.10.2:9898."
    );
    cable.port_state = PortState::Free;
    assert!(
        verdict(&cable)
            .line
            .contains("once you start, computers on the same cable")
    );
}

#[test]
fn link_local_addresses_are_told_with_how_far_they_reach() {
    let address = |ip: &str, kind| LocalAddress {
        ip: ip.parse().unwrap(),
        kind,
        interface: "wlan0".to_owned(),
    };
    let far = address("192.168.1.7", AddressKind::Ipv4);
    let ipv4 = address("169.254.10.2", AddressKind::LinkLocal);
    let ipv6 = address("fe80::2", AddressKind::LinkLocal);
    assert_eq!(on_one_link_only(&[far]), None);
    let words = on_one_link_only(std::slice::from_ref(&ipv4)).unwrap();
    assert!(words.contains("Only computers on the same cable") && !words.contains('%'));
    let words = on_one_link_only(&[ipv4, ipv6]).unwrap();
    assert!(words.contains("fe80::2%eth0"), "{words}");
}

#[test]
fn on_windows_the_profile_is_named() {
    let windows = Firewall::Windows(WindowsProfile {
        public: Some(true),
        on: Some(true),
        blocks_incoming: true,
        blocks_outgoing: false,
    });
    let verdict = verdict(&readings(windows));
    assert!(
        verdict
            .line
            .contains("on a public network, may keep others out")
    );
    assert!(verdict.advice[0].steps[0].text.contains("choose Private"));
}

#[test]
fn a_port_that_nobody_holds_is_told_first() {
    let mut free = readings(Firewall::Inactive);
    free.port_state = PortState::Free;
    let line = verdict(&free).line;
    assert!(line.starts_with("Nothing is receiving yet; once you start"));
    free.own_networks = Some(Vec::new());
    free.port_state = PortState::Bound;
    let line = verdict(&free).line;
    assert_eq!(
        line,
        "Other computers cannot reach this one: this computer is on no network."
    );
}

#[test]
fn a_link_local_address_keeps_its_interface_in_every_line() {
    let here = PeerAddress {
        ip: "fe80::1".parse().unwrap(),
        scope: Some(Scope {
            index: 3,
            interface: "wlan0".to_owned(),
        }),
    };
    let typed = here.to_string();
    for failure in FAILURES {
        let mut evidence = evidence(failure);
        evidence.host.clone_from(&typed);
        evidence.address = Some(here.clone());
        let mut lines = seen(&evidence);
        for finding in Diagnosis::of(evidence.clone()).findings {
            let advice = advice(&finding.cause, &evidence);
            lines.extend([advice.headline.clone(), advice.meaning.clone()]);
            lines.extend(commands(&advice).iter().map(ToString::to_string));
        }
        let bare = |line: &str| line.replace(&typed, "").contains("fe80::1");
        assert!(!lines.iter().any(|line| bare(line)), "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains(&typed)), "{lines:#?}");
    }
}
