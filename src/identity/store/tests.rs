#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use super::*;

const LAPTOP: Fingerprint = Fingerprint::from_bytes([0xA1; 32]);
const DESK: Fingerprint = Fingerprint::from_bytes([0xB2; 32]);
const NOW: SystemTime = UNIX_EPOCH;

fn fine(folder: &Path) -> Devices {
    let (devices, fault) = Devices::open(Some(folder));
    assert!(fault.is_none(), "{fault:?}");
    devices
}

fn names(devices: &Devices) -> Vec<String> {
    devices.all().into_iter().map(|one| one.name).collect()
}

fn place(host: &str) -> Address {
    Address {
        host: host.to_owned(),
        ip: None,
        port: 9898,
    }
}

fn number(number: u8) -> Fingerprint {
    Fingerprint::from_bytes([number; 32])
}

#[test]
fn devices_are_known_again_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("onehop");
    let devices = fine(&inner);
    devices.remember(LAPTOP, "laptop", NOW).unwrap();
    devices.rename(LAPTOP, "Anna’s").unwrap();
    devices.set_save_without_asking(LAPTOP, true).unwrap();
    let again = fine(&inner).find(LAPTOP).unwrap();
    assert_eq!(
        (again.name.as_str(), again.save_without_asking),
        ("Anna’s", true)
    );
}

#[test]
fn a_forgotten_device_stays_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let devices = fine(folder.path());
    devices.remember(LAPTOP, "laptop", NOW).unwrap();
    devices.forget(LAPTOP).unwrap();
    assert_eq!(fine(folder.path()).find(LAPTOP), None);
}

#[test]
fn changes_to_strangers_and_invisible_names_are_told() {
    let (devices, _) = Devices::open(None);
    for outcome in [
        devices.forget(DESK),
        devices.rename(DESK, "desk"),
        devices.set_save_without_asking(DESK, true),
    ] {
        let told = matches!(outcome, Err(StoreFault::NoSuchDevice(DESK)));
        assert!(told, "{outcome:?}");
    }
    devices.remember(LAPTOP, "laptop", NOW).unwrap();
    let outcome = devices.rename(LAPTOP, "\u{202E} ");
    assert!(matches!(outcome, Err(StoreFault::NoName)), "{outcome:?}");
}

#[test]
fn this_device_has_a_name_that_can_be_changed_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let devices = fine(folder.path());
    assert_eq!(devices.name(), host_name());
    assert_eq!(devices.set_name(" desk\npc ").unwrap(), "desk pc");
    assert_eq!(fine(folder.path()).name(), "desk pc");
    assert_eq!(devices.set_name("").unwrap(), host_name());
}

#[test]
fn two_processes_lose_none_of_each_others_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (window, terminal) = (fine(folder.path()), fine(folder.path()));
    window.remember(LAPTOP, "laptop", NOW).unwrap();
    terminal.remember(DESK, "desk", NOW).unwrap();
    window.set_name("here").unwrap();
    assert_eq!(names(&fine(folder.path())), ["desk", "laptop"]);
    assert_eq!(fine(folder.path()).name(), "here");
}

#[test]
fn what_another_process_changed_is_known_when_it_matters() {
    let folder = tempfile::tempdir().unwrap();
    let (window, terminal) = (fine(folder.path()), fine(folder.path()));
    terminal.remember(LAPTOP, "laptop", NOW).unwrap();
    assert_eq!(names(&window), [""; 0]);
    assert!(window.find(LAPTOP).is_some());
    assert_eq!(names(&window), ["laptop"]);
    terminal.forget(LAPTOP).unwrap();
    let verdict = window.judge(&Expectation::Anyone, LAPTOP);
    assert_eq!(verdict, Verdict::FirstContact);
}

#[test]
fn many_threads_and_processes_write_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let shared = fine(folder.path());
    let write = |one: u8, devices: &Devices| {
        devices
            .remember(number(one), &format!("device {one}"), NOW)
            .unwrap();
    };
    thread::scope(|scope| {
        let named = |one: u8| thread::Builder::new().name(format!("writer {one}"));
        for one in 0..4 {
            let shared = &shared;
            named(one)
                .spawn_scoped(scope, move || write(one, shared))
                .unwrap();
        }
        for one in 4..8 {
            let own = fine(folder.path());
            named(one)
                .spawn_scoped(scope, move || write(one, &own))
                .unwrap();
        }
    });
    assert_eq!(fine(folder.path()).all().len(), 8);
}

#[test]
fn a_broken_file_is_set_aside_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    fs::write(&path, "[[[").unwrap();
    let (devices, fault) = Devices::open(Some(folder.path()));
    let Some(StoreFault::Broken {
        aside: Some(aside), ..
    }) = fault
    else {
        unreachable!("{fault:?}");
    };
    assert_eq!(aside, folder.path().join("devices.broken.toml"));
    assert_eq!(fs::read_to_string(aside).unwrap(), "[[[");
    devices.remember(LAPTOP, "laptop", NOW).unwrap();
    assert_eq!(names(&fine(folder.path())), ["laptop"]);
}

#[test]
fn a_file_that_breaks_meanwhile_costs_nothing_that_was_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let devices = fine(folder.path());
    devices.remember(LAPTOP, "laptop", NOW).unwrap();
    fs::write(&path, "[[[").unwrap();
    assert!(devices.find(LAPTOP).is_some());
    devices.remember(DESK, "desk", NOW).unwrap();
    assert_eq!(names(&fine(folder.path())), ["desk", "laptop"]);
    assert!(folder.path().join("devices.broken.toml").exists());
}

#[test]
fn a_change_that_cannot_be_written_counts_and_is_written_later() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("onehop");
    let devices = fine(&inner);
    // A file where the folder should be.
    fs::write(&inner, "").unwrap();
    let outcome = devices.remember(LAPTOP, "laptop", NOW);
    assert!(outcome.is_err());
    assert!(devices.find(LAPTOP).is_some());
    fs::remove_file(&inner).unwrap();
    devices.remember(DESK, "desk", NOW).unwrap();
    assert_eq!(names(&fine(&inner)), ["desk", "laptop"]);
}

#[test]
fn nothing_is_written_when_nothing_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    let devices = fine(folder.path());
    devices.remember(LAPTOP, "laptop", NOW).unwrap();
    let written = Stamp::of(&folder.path().join(FILE_NAME));
    devices.remember(LAPTOP, "laptop", NOW).unwrap();
    devices
        .note_seen(LAPTOP, None, NOW + Duration::from_secs(1))
        .unwrap();
    assert!(written == Stamp::of(&folder.path().join(FILE_NAME)));
}

#[test]
fn a_typed_address_expects_who_was_seen_there() {
    let (devices, _) = Devices::open(None);
    assert_eq!(devices.expectation_at("desk-pc", 9898), Expectation::Anyone);
    devices
        .note_seen(DESK, Some(&place("desk-pc")), NOW)
        .unwrap();
    let expectation = devices.expectation_at("desk-pc", 9898);
    assert_eq!(expectation, Expectation::SeenThere(DESK));
    assert_eq!(devices.judge(&expectation, DESK), Verdict::FirstContact);
    let verdict = devices.judge(&expectation, LAPTOP);
    assert!(matches!(verdict, Verdict::DifferentComputer { .. }));
}

#[test]
fn a_downgrade_is_refused_where_an_onehop_was_whatever_the_user_agreed_to() {
    let (devices, _) = Devices::open(None);
    let classic = || devices.classic_at("desk-pc", None);
    assert_eq!(classic(), Classic::Ask);
    devices.allow_classic("desk-pc").unwrap();
    assert_eq!(classic(), Classic::Allowed);
    devices.remember(DESK, "desk", NOW).unwrap();
    devices
        .note_seen(DESK, Some(&place("desk-pc")), NOW)
        .unwrap();
    let expected = Classic::WasOnehop(DeviceIdentity {
        fingerprint: DESK,
        device: devices.find(DESK),
    });
    assert_eq!(classic(), expected);
    devices.allow_classic("desk-pc").unwrap();
    assert_eq!(classic(), expected);
    devices.forget(DESK).unwrap();
    assert_eq!(classic(), Classic::Allowed);
}

#[test]
fn an_onehop_is_known_by_its_address_under_any_other_name() {
    let (devices, _) = Devices::open(None);
    let seen = Address {
        ip: "192.0.2.5".parse().ok(),
        ..place("desk-pc")
    };
    devices.remember(DESK, "desk", NOW).unwrap();
    devices.note_seen(DESK, Some(&seen), NOW).unwrap();
    devices.allow_classic("desk-pc.local").unwrap();
    let classic = |ip: &str| devices.classic_at("desk-pc.local", ip.parse().ok());
    assert!(matches!(classic("192.0.2.5"), Classic::WasOnehop(_)));
    assert!(matches!(classic("::ffff:192.0.2.5"), Classic::WasOnehop(_)));
    assert_eq!(classic("192.0.2.6"), Classic::Allowed);
}

#[test]
fn whoever_was_seen_and_not_remembered_can_be_forgotten_too() {
    let (devices, _) = Devices::open(None);
    devices
        .note_seen(DESK, Some(&place("desk-pc")), NOW)
        .unwrap();
    devices.forget(DESK).unwrap();
    assert_eq!(devices.classic_at("desk-pc", None), Classic::Ask);
    assert!(matches!(
        devices.forget(DESK),
        Err(StoreFault::NoSuchDevice(_))
    ));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_who_is_known() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    fine(folder.path()).remember(LAPTOP, "laptop", NOW).unwrap();
    let metadata = fs::metadata(folder.path().join(FILE_NAME)).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn what_others_may_have_changed_is_neither_believed_nor_replaced() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    fine(folder.path()).remember(LAPTOP, "laptop", NOW).unwrap();
    let path = folder.path().join(FILE_NAME);
    let set_mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    let before = fs::read(&path).unwrap();
    for exposed in [0o620, 0o602, 0o666] {
        set_mode(exposed);
        let (devices, fault) = Devices::open(Some(folder.path()));
        let told = matches!(&fault, Some(StoreFault::Exposed { mode, .. }) if *mode == exposed);
        assert!(told, "{fault:?}");
        assert_eq!(devices.find(LAPTOP), None);
        let fault = devices.remember(LAPTOP, "laptop", NOW).unwrap_err();
        assert!(matches!(fault, StoreFault::Exposed { .. }), "{fault}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    // Whoever can read it only learns who is known.
    let (devices, _) = Devices::open(Some(folder.path()));
    for private in [0o644, 0o600] {
        set_mode(private);
        assert!(devices.find(LAPTOP).is_some(), "{private:o}");
    }
}

/// In a folder of the administrator's own; whoever owns the folder can put any file there.
#[cfg(unix)]
#[test]
fn the_administrator_believes_another_user_in_that_users_folder_alone() {
    use std::os::unix::fs::chown;

    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fine(folder.path()).remember(LAPTOP, "laptop", NOW).unwrap();
    chown(folder.path().join(FILE_NAME), Some(1234), None).unwrap();
    let (devices, fault) = Devices::open(Some(folder.path()));
    assert!(
        matches!(fault, Some(StoreFault::Exposed { .. })),
        "{fault:?}"
    );
    assert_eq!(devices.find(LAPTOP), None);
    chown(folder.path(), Some(1234), None).unwrap();
    assert!(fine(folder.path()).find(LAPTOP).is_some());
}
