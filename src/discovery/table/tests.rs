//! What becomes of announcements, honest and hostile.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::super::address::Place;
use super::*;
use crate::identity::Fingerprint;

fn hint(byte: u8) -> Hint {
    Hint::of(Fingerprint::from_bytes([byte; 32]))
}

fn places(ips: &[&str]) -> Vec<Place> {
    ips.iter()
        .map(|ip| Place {
            ip: ip.parse().unwrap(),
            zone: None,
        })
        .collect()
}

fn announcement(instance: &str, name: &str, hint: Option<Hint>) -> Announcement {
    Announcement {
        instance: instance.to_owned(),
        name: name.to_owned(),
        hint,
        kind: DeviceKind::Laptop,
        protocol: 1,
        port: 9898,
        places: places(&["192.168.1.20"]),
    }
}

fn nobody_is_known(_: Hint) -> bool {
    false
}

fn names(table: &Table) -> Vec<String> {
    let found = table.found(&Networks::default());
    found.into_iter().map(|found| found.name).collect()
}

#[test]
fn a_receiver_appears_is_renamed_and_leaves() {
    let mut table = Table::new(None);
    table.appeared(announcement("a", "desk-pc", Some(hint(1))), nobody_is_known);
    table.appeared(announcement("b", "Laptop", Some(hint(2))), nobody_is_known);
    assert_eq!(names(&table), ["desk-pc", "Laptop"]);
    table.appeared(
        announcement("a", "upstairs", Some(hint(1))),
        nobody_is_known,
    );
    assert_eq!(names(&table), ["Laptop", "upstairs"]);
    table.left("b");
    table.left("never there");
    assert_eq!(names(&table), ["upstairs"]);
}

#[test]
fn the_own_device_is_never_listed() {
    let mut table = Table::new(Some(hint(1)));
    table.appeared(announcement("a", "desk-pc", Some(hint(1))), nobody_is_known);
    assert!(names(&table).is_empty());
    // A receiver without a key claims nothing, and one without a key looks around too.
    table.appeared(announcement("b", "classic", None), nobody_is_known);
    assert_eq!(names(&table), ["classic"]);
    let mut keyless = Table::new(None);
    keyless.appeared(announcement("b", "classic", None), nobody_is_known);
    assert_eq!(names(&keyless), ["classic"]);
}

#[test]
fn the_address_offered_is_one_on_a_network_of_ours() {
    let mut table = Table::new(None);
    let mut several = announcement("a", "desk-pc", None);
    several.places = places(&[
        "fe80::1",
        "2001:db8::1",
        "10.8.0.9",
        "172.17.0.1",
        "192.168.1.20",
    ]);
    table.appeared(several, nobody_is_known);
    let from = |own: &str| {
        let networks = Networks::new(vec![(own.parse().unwrap(), 24)]);
        let found = table.found(&networks);
        found.first().map(|found| found.host.clone())
    };
    assert_eq!(from("192.168.1.2").as_deref(), Some("192.168.1.20"));
    assert_eq!(from("10.8.0.2").as_deref(), Some("10.8.0.9"));
    assert_eq!(from("203.0.113.1"), None, "none of them is on its network");
    assert_eq!(from("192.168.1.20"), None, "its own is no other computer's");
}

#[test]
fn what_says_the_same_twice_is_there_once() {
    let mut table = Table::new(None);
    for instance in ["a", "b"] {
        table.appeared(
            announcement(instance, "desk-pc", Some(hint(1))),
            nobody_is_known,
        );
    }
    assert_eq!(names(&table), ["desk-pc"]);
}

#[test]
fn thousands_of_announcements_leave_a_short_list_with_room_for_who_is_known() {
    let mut table = Table::new(None);
    let is_known = |claimed| claimed == hint(7);
    table.appeared(announcement("honest", "friend", None), is_known);
    for number in 0..5000 {
        let instance = format!("hostile {number}");
        table.appeared(announcement(&instance, &instance, None), is_known);
    }
    table.appeared(announcement("known", "desk-pc", Some(hint(7))), is_known);
    let names = names(&table);
    assert_eq!(names.len(), MAX_FOUND);
    assert!(names.contains(&"friend".to_owned()) && names.contains(&"desk-pc".to_owned()));
    assert!(table.overflowed());
}

#[test]
fn a_known_device_cannot_be_claimed_a_thousand_times() {
    let mut table = Table::new(None);
    for number in 0..1000 {
        let name = format!("claim {number}");
        table.appeared(announcement(&name, &name, Some(hint(7))), |_| true);
    }
    assert_eq!(names(&table).len(), MAX_PER_HINT);
    // Nor by turning into it later.
    for number in 0..20 {
        let name = format!("turncoat {number}");
        table.appeared(announcement(&name, &name, None), |_| true);
        table.appeared(announcement(&name, &name, Some(hint(7))), |_| true);
    }
    assert_eq!(names(&table).len(), MAX_PER_HINT);
}

#[test]
fn a_new_round_keeps_only_who_answers_again() {
    let mut table = Table::new(None);
    table.appeared(announcement("a", "stays", None), nobody_is_known);
    table.appeared(announcement("b", "gone", None), nobody_is_known);
    table.begin_round();
    assert_eq!(names(&table), ["gone", "stays"]);
    table.appeared(announcement("a", "stays", None), nobody_is_known);
    table.end_round();
    assert_eq!(names(&table), ["stays"]);
    assert!(!table.overflowed());
}
