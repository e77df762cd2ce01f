#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::time::UNIX_EPOCH;

use super::*;

const LAPTOP: Fingerprint = Fingerprint::from_bytes([0xA1; 32]);
const DESK: Fingerprint = Fingerprint::from_bytes([0xB2; 32]);
const STRANGER: Fingerprint = Fingerprint::from_bytes([0xC3; 32]);

fn at(minutes: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_mins(30_000_000 + minutes)
}

fn place(host: &str, ip: &str, port: u16) -> Address {
    Address {
        host: host.to_owned(),
        ip: ip.parse().ok(),
        port,
    }
}

fn stranger(number: usize) -> Fingerprint {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Fingerprint::from_bytes(bytes)
}

/// The user remembers the laptop, and reached it once.
fn some() -> Records {
    let mut records = Records::default();
    records.remember(LAPTOP, "laptop", at(0));
    records.note_seen(
        LAPTOP,
        Some(&place("laptop.local", "192.168.1.5", 9898)),
        at(0),
    );
    records
}

#[test]
fn a_remembered_device_is_found_with_all_that_is_known_of_it() {
    let found = some().find(LAPTOP).unwrap();
    let expected = Device {
        fingerprint: LAPTOP,
        name: "laptop".to_owned(),
        save_without_asking: false,
        last_seen: Some(at(0)),
        addresses: vec![place("laptop.local", "192.168.1.5", 9898)],
    };
    assert_eq!(found, expected);
    assert_eq!(some().find(DESK), None);
}

#[test]
fn a_device_keeps_the_name_that_the_user_gave_it() {
    let mut records = some();
    assert!(records.rename(LAPTOP, "Anna’s"));
    records.remember(LAPTOP, "laptop", at(1));
    assert_eq!(records.find(LAPTOP).unwrap().name, "Anna’s");
    assert_eq!(records.all().len(), 1);
}

#[test]
fn a_device_without_a_usable_name_is_called_by_its_first_digits() {
    let mut records = Records::default();
    records.remember(DESK, "\u{202E}\n", at(0));
    assert_eq!(records.find(DESK).unwrap().name, "b2b2 b2b2");
}

#[test]
fn devices_are_listed_by_name() {
    let mut records = some();
    records.remember(DESK, "Desk", at(0));
    records.remember(STRANGER, "another", at(0));
    let names: Vec<String> = records.all().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["another", "Desk", "laptop"]);
}

#[test]
fn a_forgotten_device_leaves_no_trace() {
    let mut records = some();
    assert!(records.forget(LAPTOP));
    assert_eq!(records, Records::default());
    assert!(!records.forget(LAPTOP));
}

#[test]
fn only_remembered_devices_can_be_changed() {
    let mut records = some();
    let before = records.clone();
    assert!(!records.rename(DESK, "desk"));
    assert!(!records.set_save_without_asking(DESK, true));
    assert_eq!(records, before);
    assert!(records.set_save_without_asking(LAPTOP, true));
    assert!(records.find(LAPTOP).unwrap().save_without_asking);
}

#[test]
fn an_address_is_known_by_its_name_and_its_number_in_any_spelling() {
    let mut records = some();
    let loopback = place("::1", "::1", 9898);
    records.note_seen(DESK, Some(&loopback), at(0));
    for (host, port, expected) in [
        ("laptop.local", 9898, Some(LAPTOP)),
        (" Laptop.LOCAL. ", 9898, Some(LAPTOP)),
        ("192.168.1.5", 9898, Some(LAPTOP)),
        ("::ffff:192.168.1.5", 9898, Some(LAPTOP)),
        ("[0:0::1]", 9898, Some(DESK)),
        ("laptop.local", 9899, None),
        ("laptop", 9898, None),
        ("192.168.1.6", 9898, None),
        ("", 9898, None),
    ] {
        assert_eq!(records.expected_at(host, port), expected, "{host} {port}");
    }
}

#[test]
fn at_one_address_the_last_identity_counts() {
    let mut records = some();
    records.note_seen(
        STRANGER,
        Some(&place("LAPTOP.local", "192.168.1.9", 9898)),
        at(1),
    );
    assert_eq!(records.expected_at("laptop.local", 9898), Some(STRANGER));
    assert_eq!(records.find(LAPTOP).unwrap().addresses, []);
}

#[test]
fn an_address_that_went_to_another_name_belongs_to_who_was_seen_there_last() {
    let mut records = some();
    records.note_seen(DESK, Some(&place("desk.local", "192.168.1.5", 9898)), at(1));
    assert_eq!(records.expected_at("192.168.1.5", 9898), Some(DESK));
    assert_eq!(records.expected_at("laptop.local", 9898), Some(LAPTOP));
}

#[test]
fn who_connected_to_us_sets_up_no_expectation() {
    let mut records = Records::default();
    records.note_seen(STRANGER, None, at(0));
    assert_eq!(records, Records::default());
}

#[test]
fn being_seen_again_within_minutes_changes_nothing() {
    let mut records = some();
    let before = records.clone();
    records.note_seen(
        LAPTOP,
        Some(&place("laptop.local", "192.168.1.5", 9898)),
        at(9),
    );
    assert_eq!(records, before);
    records.note_seen(LAPTOP, None, at(10));
    assert_eq!(records.find(LAPTOP).unwrap().last_seen, Some(at(10)));
}

#[test]
fn a_clock_that_was_set_back_is_put_right() {
    let mut records = Records::default();
    records.remember(LAPTOP, "laptop", at(5000));
    records.note_seen(LAPTOP, None, at(1));
    assert_eq!(records.find(LAPTOP).unwrap().last_seen, Some(at(1)));
}

#[test]
fn strangers_cannot_push_out_the_users_own_devices() {
    let mut records = some();
    for number in 0..MAX_SEEN + 50 {
        let host = format!("host-{number}");
        records.note_seen(stranger(number), Some(&place(&host, "", 9898)), at(1));
    }
    assert_eq!(records.seen.len(), MAX_SEEN);
    assert_eq!(records.expected_at("laptop.local", 9898), Some(LAPTOP));
    assert_eq!(records.expected_at("host-0", 9898), None);
    assert!(records.expected_at("host-249", 9898).is_some());
}

#[test]
fn of_one_device_only_the_latest_addresses_are_known() {
    let mut records = some();
    for number in 0..20 {
        let host = format!("place-{number}");
        records.note_seen(LAPTOP, Some(&place(&host, "", 9898)), at(1));
    }
    let addresses = records.find(LAPTOP).unwrap().addresses;
    assert_eq!(addresses.len(), MAX_SEEN_PER_DEVICE);
    assert_eq!(addresses[0].host, "place-19");
}

#[test]
fn an_agreement_to_classic_is_for_one_host_in_any_spelling() {
    let mut records = Records::default();
    records.allow_classic("Old-PC.");
    records.allow_classic("[::1]");
    assert!(records.classic_allowed("old-pc"));
    assert!(records.classic_allowed("0:0::1"));
    assert!(!records.classic_allowed("old-pc.local"));
    records.disallow_classic("OLD-PC");
    assert!(!records.classic_allowed("old-pc"));
}

#[test]
fn a_onehop_ends_the_agreement_to_classic_at_its_host() {
    for agreed in ["laptop.local", "192.168.1.5"] {
        let mut records = Records::default();
        records.allow_classic(agreed);
        records.note_seen(
            LAPTOP,
            Some(&place("laptop.local", "192.168.1.5", 9898)),
            at(0),
        );
        assert!(!records.classic_allowed(agreed), "{agreed}");
    }
}

#[test]
fn a_host_was_a_onehop_on_whichever_port() {
    assert_eq!(some().was_onehop("laptop.local"), Some(LAPTOP));
    assert_eq!(some().was_onehop("192.168.1.5"), Some(LAPTOP));
    assert_eq!(some().was_onehop("desk.local"), None);
}

#[test]
fn old_agreements_go_when_there_are_too_many() {
    let mut records = Records::default();
    for number in 0..=MAX_CLASSIC {
        records.allow_classic(&format!("host-{number}"));
    }
    assert_eq!(records.classic_hosts.len(), MAX_CLASSIC);
    assert!(!records.classic_allowed("host-0"));
    assert!(records.classic_allowed("host-200"));
}

#[test]
fn everything_survives_the_file() {
    let mut records = some();
    records.this_device = Some("this 'one'".to_owned());
    records.note_caller(DESK, "192.168.1.5".parse().unwrap());
    records.remember(DESK, "日本語", at(1));
    records.set_save_without_asking(DESK, true);
    records.note_seen(STRANGER, Some(&place("fe80::1%eth0", "", 1)), at(1));
    records.allow_classic("old-pc");
    records
        .folders
        .note(STRANGER, "photos", Path::new("inbox/photos (2)"));
    let text = records.text().unwrap();
    assert_eq!(Records::parse(&text).unwrap(), records, "{text}");
}

#[test]
fn the_file_can_be_read_by_people() {
    let mut records = some();
    records.this_device = Some("desk-pc".to_owned());
    records.allow_classic("old-pc");
    let digits = "a1".repeat(32);
    let expected = format!(
        r#"this_device = "desk-pc"
classic_hosts = ["old-pc"]

[[device]]
name = "laptop"
fingerprint = "{digits}"
save_without_asking = false
last_seen_unix_secs = 1800000000

[[seen]]
host = "laptop.local"
ip = "192.168.1.5"
port = 9898
fingerprint = "{digits}"
"#
    );
    assert_eq!(records.text().unwrap(), expected);
}

#[test]
fn what_people_wrote_into_the_file_is_brought_in_order() {
    let one = "AA:".repeat(32);
    let text = format!(
        "this_device = \" desk\\tpc \"\n\
         colour = \"mauve\"\n\
         [[device]]\nname = \"first\\u202E\"\nfingerprint = \"{one}\"\n\
         [[device]]\nname = \"second\"\nfingerprint = \"{one}\"\nlast_seen_unix_secs = -5\n"
    );
    let records = Records::parse(&text).unwrap();
    assert_eq!(records.this_device.as_deref(), Some("desk pc"));
    let names: Vec<String> = records.all().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["first"]);
}

#[test]
fn what_is_no_record_is_not_understood() {
    for text in [
        "[[[",
        "device = 5",
        "[[device]]\nname = \"laptop\"\n",
        "[[device]]\nname = \"laptop\"\nfingerprint = \"a1\"\n",
        "[[seen]]\nhost = \"a\"\nport = 70000\nfingerprint = \"\"\n",
    ] {
        assert!(Records::parse(text).is_err(), "{text}");
    }
}

#[test]
fn it_is_known_where_onehops_called_from_until_something_else_does() {
    let mut records = Records::default();
    let ip = |last: usize| IpAddr::from([10, 0, 0, u8::try_from(last).unwrap()]);
    records.note_caller(LAPTOP, ip(1));
    assert!(records.is_caller(ip(1)) && !records.is_caller(ip(2)));
    records.forget_caller(ip(1));
    assert!(!records.is_caller(ip(1)));
    // Two that take turns change nothing.
    records.note_caller(LAPTOP, ip(1));
    records.note_caller(DESK, ip(2));
    let before = records.clone();
    records.note_caller(LAPTOP, ip(1));
    assert_eq!(records, before);
    records.note_caller(DESK, ip(2));
    assert_eq!(records, before);
    for last in 3..3 + MAX_CALLERS {
        records.note_caller(DESK, ip(last));
    }
    assert_eq!(records.callers.len(), MAX_CALLERS);
    assert!(!records.is_caller(ip(1)), "the oldest goes");
}

#[test]
fn where_a_remembered_device_called_from_is_known_whoever_calls_after_it() {
    let mut records = some();
    let ip: IpAddr = "192.168.1.5".parse().unwrap();
    let mapped = "::ffff:192.168.1.5".parse().unwrap();
    records.note_caller(STRANGER, ip);
    assert_eq!(records.remembered_caller(ip), None);
    records.note_caller(LAPTOP, ip);
    assert_eq!(records.remembered_caller(mapped), Some(LAPTOP));
    records.forget_caller(ip);
    assert!(!records.is_caller(ip));
    let records = Records::parse(&records.text().unwrap()).unwrap();
    assert_eq!(records.remembered_caller(ip), Some(LAPTOP));
}

#[test]
fn who_is_forgotten_called_from_nowhere() {
    let mut records = some();
    let ip = "192.168.1.5".parse().unwrap();
    records.note_caller(LAPTOP, ip);
    records.forget(LAPTOP);
    assert!(!records.is_caller(ip));
    assert_eq!(records.remembered_caller(ip), None);
}
