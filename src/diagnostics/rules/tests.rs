#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::diagnostics::firewall::{InboundRule, WindowsProfile};
use crate::net::interfaces::way_of;
use crate::net::peer_address::Scope;

fn at(ip: &str) -> PeerAddress {
    ip.parse::<IpAddr>().unwrap().into()
}

fn own(interface: &str, ip: &str) -> OwnNetwork {
    OwnNetwork {
        interface: interface.to_owned(),
        ip: ip.parse().unwrap(),
        prefix_bits: 24,
        way: way_of(interface),
    }
}

/// A computer on the same cable, of which nothing more was seen than this failure.
fn on_the_cable(failure: Failure) -> Evidence {
    Evidence {
        host: "192.168.1.102".to_owned(),
        port: 9898,
        failure,
        elapsed: Duration::from_secs(3),
        address: Some(at("192.168.1.102")),
        own_networks: vec![own("eth0", "192.168.1.7")],
        route: by("eth0"),
        neighbour: Neighbour::Unknown,
        other_port: OtherPort::Silent,
        own_firewall: Firewall::Inactive,
    }
}

fn by(interface: &str) -> Route {
    Route::By {
        interface: interface.to_owned(),
    }
}

fn vpn(interface: &str) -> Cause {
    Cause::Vpn {
        interface: interface.to_owned(),
    }
}

fn of(evidence: &Evidence) -> Vec<Cause> {
    let found = causes(evidence);
    assert!(found.is_sorted_by_key(|finding| finding.weight));
    found.into_iter().map(|finding| finding.cause).collect()
}

fn likeliest(evidence: &Evidence) -> (Cause, Weight) {
    let first = causes(evidence).remove(0);
    (first.cause, first.weight)
}

#[test]
fn a_name_without_an_address_is_unknown() {
    for failure in [Failure::NameNotFound, Failure::LookupTimedOut] {
        let mut evidence = on_the_cable(failure);
        evidence.address = None;
        assert_eq!(of(&evidence), [Cause::NameUnknown]);
        evidence.own_networks.push(own("tun0", "10.8.0.2"));
        assert_eq!(of(&evidence), [Cause::NameUnknown, vpn("tun0")]);
    }
}

#[test]
fn a_computer_without_a_network_is_offline_before_anything_else() {
    let mut evidence = on_the_cable(Failure::NoRoute);
    evidence.own_networks.clear();
    evidence.route = Route::None;
    assert_eq!(of(&evidence), [Cause::Offline]);
    evidence.failure = Failure::NameNotFound;
    evidence.address = None;
    assert_eq!(of(&evidence), [Cause::Offline, Cause::NameUnknown]);
}

#[test]
fn no_route_to_another_network_is_both() {
    let mut evidence = on_the_cable(Failure::NoRoute);
    evidence.address = Some(at("10.7.0.2"));
    evidence.route = Route::None;
    assert_eq!(of(&evidence), [Cause::NoRoute, Cause::OtherNetwork]);
    assert_eq!(likeliest(&evidence), (Cause::NoRoute, Weight::Certain));
}

#[test]
fn a_refusal_means_that_nobody_receives_there_or_that_a_firewall_refuses() {
    let evidence = on_the_cable(Failure::Refused);
    assert_eq!(of(&evidence), [Cause::NotReceiving, Cause::FirewallRefuses]);
    assert_eq!(likeliest(&evidence), (Cause::NotReceiving, Weight::Likely));
}

#[test]
fn this_computer_has_no_firewall_against_itself() {
    let mut evidence = on_the_cable(Failure::Refused);
    for own in ["127.0.0.1", "192.168.1.7"] {
        evidence.address = Some(at(own));
        assert_eq!(of(&evidence), [Cause::NotReceiving]);
    }
    evidence.address = Some(at("127.0.0.1"));
    evidence.own_networks.clear();
    assert_eq!(of(&evidence), [Cause::NotReceiving]);
}

#[test]
fn silence_of_a_neighbour_that_answers_is_its_firewall() {
    let mut evidence = on_the_cable(Failure::Silent);
    evidence.neighbour = Neighbour::Answers;
    assert_eq!(of(&evidence), [Cause::FirewallDrops]);
    evidence.neighbour = Neighbour::Unknown;
    evidence.other_port = OtherPort::Answered(22);
    assert_eq!(of(&evidence), [Cause::FirewallDrops]);
}

#[test]
fn silence_of_a_neighbour_that_was_asked_for_means_that_it_is_away() {
    for failure in [Failure::Silent, Failure::Unreachable] {
        let mut evidence = on_the_cable(failure);
        evidence.neighbour = Neighbour::Silent;
        assert_eq!(of(&evidence), [Cause::HostAway, Cause::WifiIsolation]);
        assert_eq!(likeliest(&evidence), (Cause::HostAway, Weight::Likely));
    }
}

#[test]
fn on_wifi_isolation_is_as_likely() {
    let mut evidence = on_the_cable(Failure::Silent);
    evidence.own_networks = vec![own("wlan0", "192.168.1.7")];
    evidence.neighbour = Neighbour::Silent;
    let weights: Vec<Weight> = causes(&evidence).iter().map(|found| found.weight).collect();
    assert_eq!(of(&evidence), [Cause::HostAway, Cause::WifiIsolation]);
    assert_eq!(weights, [Weight::Likely, Weight::Likely]);
}

#[test]
fn silence_with_nothing_else_known_leaves_every_cause_open() {
    let mut evidence = on_the_cable(Failure::Silent);
    evidence.own_firewall = Firewall::Unknown;
    let expected = [
        Cause::FirewallDrops,
        Cause::HostAway,
        Cause::WifiIsolation,
        Cause::OwnFirewall,
    ];
    assert_eq!(of(&evidence), expected);
}

#[test]
fn a_neighbour_that_was_never_asked_for_means_that_nothing_left_this_computer() {
    let mut evidence = on_the_cable(Failure::Silent);
    evidence.neighbour = Neighbour::NeverAsked;
    assert_eq!(likeliest(&evidence), (Cause::OwnFirewall, Weight::Likely));
}

#[test]
fn silence_from_another_network_is_first_of_all_that() {
    let mut evidence = on_the_cable(Failure::Silent);
    evidence.address = Some(at("192.168.2.5"));
    let expected = [Cause::OtherNetwork, Cause::FirewallDrops, Cause::HostAway];
    assert_eq!(of(&evidence), expected);
    evidence.other_port = OtherPort::Answered(80);
    assert_eq!(of(&evidence), [Cause::FirewallDrops]);
}

#[test]
fn unreachable_by_a_neighbour_that_answers_is_its_firewall_refusing() {
    let mut evidence = on_the_cable(Failure::Unreachable);
    evidence.neighbour = Neighbour::Answers;
    assert_eq!(of(&evidence), [Cause::FirewallRefuses]);
    evidence.neighbour = Neighbour::Unknown;
    evidence.elapsed = Duration::from_millis(1);
    assert_eq!(of(&evidence), [Cause::FirewallRefuses]);
    evidence.elapsed = Duration::from_secs(3);
    assert_eq!(of(&evidence), [Cause::HostAway, Cause::WifiIsolation]);
}

#[test]
fn unreachable_beyond_our_networks_is_first_of_all_that() {
    let mut evidence = on_the_cable(Failure::Unreachable);
    evidence.address = Some(at("192.168.2.5"));
    assert_eq!(of(&evidence)[0], Cause::OtherNetwork);
}

#[test]
fn a_tunnel_that_took_the_route_comes_first() {
    let mut evidence = on_the_cable(Failure::Silent);
    evidence.own_networks.push(own("wg0", "10.8.0.2"));
    evidence.route = by("wg0");
    assert_eq!(likeliest(&evidence), (vpn("wg0"), Weight::Likely));
    // One that is up and has nothing to do with it is not blamed.
    evidence.route = by("eth0");
    assert!(!of(&evidence).contains(&vpn("wg0")));
}

#[test]
fn a_connection_that_breaks_before_the_greeting_met_another_program() {
    let evidence = on_the_cable(Failure::BrokenOff);
    let expected = [
        Cause::OtherProgram,
        Cause::TurnedAway,
        Cause::FirewallRefuses,
    ];
    assert_eq!(of(&evidence), expected);
}

#[test]
fn what_this_computer_forbids_is_its_own_firewall() {
    let evidence = on_the_cable(Failure::Forbidden);
    assert_eq!(likeliest(&evidence), (Cause::OwnFirewall, Weight::Certain));
}

#[test]
fn an_own_firewall_that_lets_nothing_out_comes_first() {
    let ufw = Firewall::Ufw {
        inbound: InboundRule::Unreadable,
        blocks_outgoing: true,
    };
    let windows = Firewall::Windows(WindowsProfile {
        public: None,
        on: Some(true),
        blocks_incoming: true,
        blocks_outgoing: true,
    });
    for firewall in [ufw, windows] {
        for failure in [Failure::Silent, Failure::Refused] {
            let mut evidence = on_the_cable(failure);
            evidence.own_firewall = firewall.clone();
            assert_eq!(likeliest(&evidence), (Cause::OwnFirewall, Weight::Likely));
        }
    }
}

#[test]
fn of_two_networks_with_the_address_the_closer_one_counts_and_a_tunnel_last() {
    let mut evidence = on_the_cable(Failure::Silent);
    let mut wide = own("eth1", "192.168.0.1");
    wide.prefix_bits = 16;
    evidence.own_networks.insert(0, wide);
    evidence.own_networks.insert(0, own("wg0", "192.168.1.9"));
    assert_eq!(evidence.attached().unwrap().interface, "eth0");
}

#[test]
fn a_link_local_address_is_on_the_network_of_its_interface() {
    let mut evidence = on_the_cable(Failure::Silent);
    evidence.own_networks = vec![own("eth0", "fe80::7"), own("wlan0", "fe80::8")];
    evidence.address = Some(PeerAddress {
        scope: Some(Scope {
            index: 3,
            interface: "wlan0".to_owned(),
        }),
        ..at("fe80::1")
    });
    assert_eq!(evidence.attached().unwrap().interface, "wlan0");
}
