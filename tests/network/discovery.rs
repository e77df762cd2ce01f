//! Who finds whom on which network.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use onehop::identity::{Devices, Fingerprint, Identity};
use tempfile::TempDir;

use crate::child::{start_announcing, start_flood, start_watching};
use crate::cli::{Ended, Running, file_of, fresh_home};
use crate::flood::Flood;
use crate::hosts::{Host, World};

/// One device: its key, its name and what it knows.
struct Device {
    home: PathBuf,
    fingerprint: Fingerprint,
    inbox: TempDir,
}

impl Device {
    fn called(name: &str) -> Self {
        let home = fresh_home();
        let fingerprint = Identity::open(&home).unwrap().fingerprint();
        let device = Self {
            home,
            fingerprint,
            inbox: tempfile::tempdir().unwrap(),
        };
        device.book().set_name(name).unwrap();
        device
    }

    fn book(&self) -> Devices {
        Devices::open(Some(&self.home)).0
    }

    fn remembers(&self, other: &Self) {
        let name = other.book().name();
        let now = SystemTime::now();
        self.book().remember(other.fingerprint, &name, now).unwrap();
    }

    /// Receives at `host`, without a question, what devices that it remembers send.
    fn receives_at(&self, host: &Host, options: &[&str]) -> Running {
        let mut command = host.onehop();
        command.env("ONEHOP_CONFIG_DIR", &self.home);
        command.args(["receive", "--yes", "--dir"]);
        let mut receiver = Running::start(command.arg(self.inbox.path()).args(options));
        receiver.wait_for("Press Ctrl-C to stop");
        receiver
    }

    fn runs_at(&self, host: &Host, arguments: &[&str]) -> Ended {
        let mut command = host.onehop();
        command.env("ONEHOP_CONFIG_DIR", &self.home);
        Running::start(command.args(arguments)).finish()
    }

    /// What `list` prints there.
    fn lists_at(&self, host: &Host) -> String {
        self.runs_at(host, &["list"]).with_code(0).stdout
    }

    fn sends_at(&self, host: &Host, to: &str, file: &Path) -> Ended {
        self.runs_at(host, &["send", to, file.to_str().unwrap()])
    }

    fn watches_at(&self, host: &Host) -> Running {
        let mut watcher = start_watching(host, &self.home, Some(self.fingerprint));
        watcher.wait_for_stdout("> watching");
        watcher
    }

    fn has(&self, file: &Path) -> bool {
        let arrived = self.inbox.path().join(file.file_name().unwrap());
        std::fs::read(arrived).ok() == std::fs::read(file).ok()
    }
}

#[test]
fn a_receiver_appears_while_it_receives_and_leaves_with_a_goodbye() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let (desk_host, laptop_host) = (
        world.host_at(&lan, "10.7.0.2/24"),
        world.host_at(&lan, "10.7.0.3/24"),
    );
    let (desk, laptop) = (Device::called("desk"), Device::called("laptop"));
    let mut watcher = laptop.watches_at(&laptop_host);
    let receiver = desk.receives_at(&desk_host, &[]);
    watcher.wait_for_stdout("> nearby: [desk 10.7.0.2 9898 ]");
    receiver.interrupt();
    watcher.wait_for_stdout("> nearby: []");
    receiver.finish();
    // The port shown is the port bound.
    let _receiver = desk.receives_at(&desk_host, &["--port", "7000"]);
    watcher.wait_for_stdout("> nearby: [desk 10.7.0.2 7000 ]");
    assert_eq!(laptop.lists_at(&laptop_host), "10.7.0.2   7000  desk\n");
    // It never lists itself.
    assert_eq!(desk.lists_at(&desk_host), "");
    desk.runs_at(&desk_host, &["list"])
        .saying("No receiving Onehop was found on this network.");
}

#[test]
fn nobody_finds_who_does_not_announce() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let (desk_host, laptop_host) = (
        world.host_at(&lan, "10.7.0.2/24"),
        world.host_at(&lan, "10.7.0.3/24"),
    );
    let (desk, shy) = (Device::called("desk"), Device::called("shy"));
    let _shy = shy.receives_at(&desk_host, &["--port", "7000", "--no-announce"]);
    let _local = shy.receives_at(&desk_host, &["--port", "7001", "--bind", "127.0.0.1"]);
    let _desk = desk.receives_at(&desk_host, &[]);
    let laptop = Device::called("laptop");
    assert_eq!(laptop.lists_at(&laptop_host), "10.7.0.2   9898  desk\n");
}

#[test]
fn each_of_two_networks_is_offered_the_address_that_reaches() {
    let Some(world) = World::new() else {
        return;
    };
    let (wired, wireless) = (world.lan(), world.lan());
    let both = world.host_at(&wired, "10.7.0.2/24");
    world.connect(&both, &wireless, &["10.8.0.2/24"]);
    let on_wire = world.host_at(&wired, "10.7.0.3/24");
    let on_air = world.host_at(&wireless, "10.8.0.3/24");
    let (desk, laptop, phone) = (
        Device::called("desk"),
        Device::called("laptop"),
        Device::called("phone"),
    );
    let mut on_wire_watcher = laptop.watches_at(&on_wire);
    let mut on_air_watcher = phone.watches_at(&on_air);
    let _receiver = desk.receives_at(&both, &[]);
    on_wire_watcher.wait_for_stdout("> nearby: [desk 10.7.0.2 9898 ]");
    on_air_watcher.wait_for_stdout("> nearby: [desk 10.8.0.2 9898 ]");
    // And who is on both finds who is on either.
    let _laptop = laptop.receives_at(&on_wire, &[]);
    let _phone = phone.receives_at(&on_air, &[]);
    let mut watcher = desk.watches_at(&both);
    watcher.wait_for_stdout("> nearby: [laptop 10.7.0.3 9898 ] [phone 10.8.0.3 9898 ]");
}

#[test]
fn a_device_that_is_renamed_stays_in_its_place() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let (desk_host, laptop_host) = (
        world.host_at(&lan, "10.7.0.2/24"),
        world.host_at(&lan, "10.7.0.3/24"),
    );
    let (desk, laptop) = (Device::called("desk"), Device::called("laptop"));
    let mut watcher = laptop.watches_at(&laptop_host);
    let names = ["desk", "upstairs"];
    let _desk = start_announcing(&desk_host, &names, desk.fingerprint, 9898);
    watcher.wait_for_stdout("> nearby: [desk 10.7.0.2 9898 ]");
    // Nothing else between the two.
    let next = watcher.wait_for_stdout("> nearby: ");
    assert_eq!(next, "> nearby: [upstairs 10.7.0.2 9898 ]");
}

#[test]
fn the_address_follows_when_it_changes() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let (desk_host, laptop_host) = (
        world.host_at(&lan, "10.7.0.2/24"),
        world.host_at(&lan, "10.7.0.3/24"),
    );
    let (desk, laptop) = (Device::called("desk"), Device::called("laptop"));
    let mut watcher = laptop.watches_at(&laptop_host);
    let _receiver = desk.receives_at(&desk_host, &[]);
    watcher.wait_for_stdout("> nearby: [desk 10.7.0.2 9898 ]");
    desk_host.remove_address("eth0", "10.7.0.2/24");
    desk_host.add_address("eth0", "10.7.0.4/24");
    watcher.wait_for_stdout("> nearby: [desk 10.7.0.4 9898 ]");
}

#[test]
fn a_remembered_device_is_sent_to_by_its_name_also_where_there_is_only_ipv6() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let (desk_host, laptop_host) = (world.host(), world.host());
    // Each has nothing but the link-local address that the kernel gives it.
    world.connect(&desk_host, &lan, &[]);
    world.connect(&laptop_host, &lan, &[]);
    let (desk, laptop) = (Device::called("desk"), Device::called("laptop"));
    desk.remembers(&laptop);
    laptop.remembers(&desk);
    let mut watcher = laptop.watches_at(&laptop_host);
    let _receiver = desk.receives_at(&desk_host, &["--port", "7000"]);
    let line = watcher.wait_for_stdout("> nearby: [desk fe80::");
    assert!(line.ends_with("%eth0 7000 remembered]"), "{line}");
    let (_kept, file) = file_of(300_000);
    laptop
        .sends_at(&laptop_host, "DESK", &file)
        .with_code(0)
        .saying("Sending to “DESK” at fe80::");
    assert!(desk.has(&file));
}

#[test]
fn who_takes_the_name_of_a_remembered_device_gets_nothing() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let hosts = ["10.7.0.2/24", "10.7.0.3/24", "10.7.0.66/24"];
    let [desk_host, laptop_host, evil_host] = hosts.map(|at| world.host_at(&lan, at));
    let (desk, laptop, evil) = (
        Device::called("desk"),
        Device::called("laptop"),
        Device::called("desk"),
    );
    desk.remembers(&laptop);
    laptop.remembers(&desk);
    let _evil = evil.receives_at(&evil_host, &[]);
    let mut watcher = laptop.watches_at(&laptop_host);
    watcher.wait_for_stdout("[desk 10.7.0.66 9898 not the one you remember] [desk  0 away]");
    let (_kept, file) = file_of(1000);
    {
        let _desk = desk.receives_at(&desk_host, &[]);
        watcher.wait_for_stdout("[desk 10.7.0.2 9898 remembered]");
        laptop.sends_at(&laptop_host, "desk", &file).with_code(0);
        assert!(desk.has(&file) && !evil.has(&file));
    }
    // Not even by claiming its very identity: the key is compared.
    let _claim = start_announcing(&evil_host, &["desk"], desk.fingerprint, 9898);
    let mut watcher = laptop.watches_at(&laptop_host);
    watcher.wait_for_stdout("[desk 10.7.0.66 9898 remembered]");
    let (_kept, other) = file_of(2000);
    laptop
        .sends_at(&laptop_host, "desk", &other)
        .with_code(1)
        .saying("This isn't the desk you remember.");
    assert!(!evil.has(&other));
}

#[test]
fn a_device_that_is_away_is_waited_for_by_its_key_whoever_bears_its_name() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let hosts = ["10.7.0.2/24", "10.7.0.3/24", "10.7.0.66/24"];
    let [desk_host, laptop_host, evil_host] = hosts.map(|at| world.host_at(&lan, at));
    let (desk, laptop, evil) = (
        Device::called("desk"),
        Device::called("laptop"),
        Device::called("desk"),
    );
    desk.remembers(&laptop);
    laptop.remembers(&desk);
    let _evil = evil.receives_at(&evil_host, &[]);
    let (_kept, file) = file_of(300_000);
    let fingerprint = desk.fingerprint.hex();
    let mut waiting = [vec!["desk"], vec!["--retry", &fingerprint]].map(|words| {
        let mut command = laptop_host.onehop();
        command.env("ONEHOP_CONFIG_DIR", &laptop.home);
        command.args(["send", "--when-there"]).args(words);
        Running::start(command.arg(&file))
    });
    for sender in &mut waiting {
        sender.wait_for("is nearby. Press Ctrl-C to stop waiting.");
    }
    laptop
        .watches_at(&laptop_host)
        .wait_for_stdout("[desk 10.7.0.66 9898 not the one you remember]");
    // On another port than anybody would guess.
    let _desk = desk.receives_at(&desk_host, &["--port", "7000"]);
    for sender in waiting {
        sender.finish().with_code(0).saying("Delivered, verified");
    }
    assert!(desk.has(&file) && !evil.has(&file));
}

#[test]
fn strangers_of_one_name_are_listed_instead_of_guessed() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let hosts = ["10.7.0.2/24", "10.7.0.3/24", "10.7.0.4/24"];
    let [one_host, other_host, laptop_host] = hosts.map(|at| world.host_at(&lan, at));
    let (one, other) = (Device::called("desk"), Device::called("desk"));
    let _one = one.receives_at(&one_host, &[]);
    let _other = other.receives_at(&other_host, &[]);
    let laptop = Device::called("laptop");
    let mut watcher = laptop.watches_at(&laptop_host);
    watcher.wait_for_stdout("[desk 10.7.0.2 9898 ] [desk 10.7.0.3 9898 ]");
    let (_kept, file) = file_of(1000);
    laptop
        .sends_at(&laptop_host, "desk", &file)
        .with_code(2)
        .saying("Several computers nearby are called “desk”.")
        .saying("10.7.0.2, 10.7.0.3");
    laptop
        .sends_at(&laptop_host, "no such", &file)
        .with_code(1)
        .saying("No computer called “no such” was found on this network.");
}

#[test]
fn a_flood_of_hostile_announcements_neither_fills_nor_breaks_the_list() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let hosts = ["10.7.0.2/24", "10.7.0.3/24", "10.7.0.66/24"];
    let [desk_host, laptop_host, evil_host] = hosts.map(|at| world.host_at(&lan, at));
    let (desk, laptop) = (Device::called("desk"), Device::called("laptop"));
    laptop.remembers(&desk);
    let mut watcher = laptop.watches_at(&laptop_host);
    for kind in [
        Flood::Garbage,
        Flood::Huge,
        Flood::Addresses,
        Flood::Receivers,
    ] {
        let mut flood = start_flood(&evil_host, "10.7.0.66", kind, 6);
        for _ in 0..4 {
            let line = watcher.wait_for_stdout("> wakes ");
            let [wakes, listed, kib] = fares(&line);
            assert!(
                wakes <= 6 && listed <= 64 && kib < 200_000,
                "{kind:?}: {line}"
            );
        }
        flood.wait_for_stdout("> done");
    }
    // Those that claim to be there for a year are gone once they do not answer, and whoever is
    // remembered is found among them.
    let _receiver = desk.receives_at(&desk_host, &[]);
    watcher.wait_for_stdout("[desk 10.7.0.2 9898 remembered]");
    let listed = laptop.lists_at(&laptop_host);
    assert_eq!(listed, "10.7.0.2   9898  desk  (remembered)\n");
}

/// Wakes in the last second, entries in the list, memory in KiB.
fn fares(line: &str) -> [u64; 3] {
    let words: Vec<&str> = line.split(' ').collect();
    [2, 4, 6].map(|index| words[index].parse().unwrap())
}
