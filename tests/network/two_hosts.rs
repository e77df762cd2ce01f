//! Two computers on one network, and two that are not.

use crate::cli::{Ended, Running, file_of};
use crate::common::programs::nc_is_installed;
use crate::device::Device;
use crate::hosts::{Host, World};

/// Starts to receive there, without a question, what a classic program sends.
fn receiver(host: &Host, folder: &tempfile::TempDir) -> Running {
    let mut command = host.onehop();
    command.args(["receive", "--yes", "--once", "--dir"]);
    let mut receiver = Running::start(command.arg(folder.path()));
    receiver.wait_for("Press Ctrl-C to stop");
    receiver
}

#[test]
fn a_file_crosses_between_two_computers() {
    if !nc_is_installed() {
        return;
    }
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let desk = world.host_at(&lan, "10.7.0.2/24");
    let laptop = world.host_at(&lan, "10.7.0.3/24");
    let (folder, (_kept, file)) = (tempfile::tempdir().unwrap(), file_of(300_000));
    let receiver = receiver(&desk, &folder);

    let mut nc = laptop.command("nc");
    nc.args(["-N", "10.7.0.2", "9898"]);
    nc.stdin(std::fs::File::open(&file).unwrap());
    Running::start(&mut nc).finish().with_code(0);

    receiver.finish().with_code(0);
    let arrived = std::fs::read(folder.path().join("recv.txt")).unwrap();
    assert_eq!(arrived, std::fs::read(&file).unwrap());
}

#[test]
fn nothing_crosses_between_two_networks() {
    if !nc_is_installed() {
        return;
    }
    let Some(world) = World::new() else {
        return;
    };
    let (here, there) = (world.lan(), world.lan());
    let desk = world.host_at(&there, "10.7.0.2/24");
    let laptop = world.host_at(&here, "10.7.0.3/24");
    let folder = tempfile::tempdir().unwrap();
    let _receiver = receiver(&desk, &folder);
    let mut nc = laptop.command("nc");
    nc.args(["-z", "-w", "1", "10.7.0.2", "9898"]);
    Running::start(&mut nc).finish().with_code(1);
}

/// Whether a connection to port 9898 at this address comes about.
fn reaches(from: &Host, address: &str) -> bool {
    let mut nc = from.command("nc");
    nc.args(["-z", "-w", "1", address, "9898"]);
    nc.status().unwrap().success()
}

#[test]
fn firewalls_and_cables_stand_in_the_way_and_addresses_move() {
    if !nc_is_installed() {
        return;
    }
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let desk = world.host_at(&lan, "10.7.0.2/24");
    let laptop = world.host_at(&lan, "10.7.0.3/24");
    let folder = tempfile::tempdir().unwrap();
    if !desk.can_filter() {
        return;
    }
    let mut command = desk.onehop();
    command.args(["receive", "--dir"]).arg(folder.path());
    let mut receiver = Running::start(&mut command);
    receiver.wait_for("Press Ctrl-C to stop");
    assert!(reaches(&laptop, "10.7.0.2"));

    desk.add_address("eth0", "10.7.0.4/24");
    desk.add_address("eth0", "fd07::4/64");
    laptop.add_address("eth0", "fd07::3/64");
    assert!(reaches(&laptop, "10.7.0.4") && reaches(&laptop, "fd07::4"));
    desk.remove_address("eth0", "10.7.0.2/24");
    assert!(!reaches(&laptop, "10.7.0.2"));

    desk.filter_input(&["ip saddr 10.7.0.3 tcp dport 9898 drop"]);
    assert!(!reaches(&laptop, "10.7.0.4") && reaches(&laptop, "fd07::4"));
    laptop.filter_output(&["tcp dport 9898 reject"]);
    assert!(!reaches(&laptop, "fd07::4") && reaches(&desk, "fd07::4"));
    desk.unplug("eth0");
    assert!(!reaches(&laptop, "10.7.0.4"));
}

/// Sends to a desk that is on another network than the sender, with a router between that is left
/// out here: each knows the way to the other.
fn send_from(address: &str, options: &[&str]) -> Option<Ended> {
    let world = World::new()?;
    let lan = world.lan();
    let desk = world.host_at(&lan, "10.7.0.2/24");
    let laptop = world.host_at(&lan, &format!("{address}/32"));
    desk.ip(&[&format!("route add {address}/32 dev eth0")]);
    laptop.ip(&["route add 10.7.0.2/32 dev eth0"]);
    let (here, there) = (Device::new(), Device::new());
    let (folder, (_kept, file)) = (tempfile::tempdir().unwrap(), file_of(18));

    let mut command = desk.onehop();
    command.args(["receive", "--config", &there.config(), "--yes", "--trust"]);
    command
        .args([&here.fingerprint(), "--dir"])
        .arg(folder.path());
    let mut receiver = Running::start(command.args(options));
    receiver.wait_for("Press Ctrl-C to stop");
    let mut command = laptop.onehop();
    command.args(["send", "--config", &here.config(), "--trust"]);
    let sender = Running::start(command.args([&there.fingerprint(), "10.7.0.2"]).arg(&file));
    Some(sender.finish())
}

#[test]
fn private_and_tailnet_addresses_are_served_from_behind_a_router() {
    for address in ["192.168.9.9", "100.100.1.2"] {
        let Some(ended) = send_from(address, &[]) else {
            return;
        };
        ended.with_code(0).saying("Delivered, verified");
    }
}

#[test]
fn the_internet_is_served_after_a_yes_and_told_before_that_it_is_not() {
    let Some(refused) = send_from("203.0.113.9", &[]) else {
        return;
    };
    let refused = refused
        .with_code(1)
        .saying("The receiver accepts nothing from this network.");
    for accusation in ["Somebody may", "classic", "unencrypted"] {
        assert!(!refused.stderr.contains(accusation), "{refused:#?}");
    }
    let served = send_from("203.0.113.9", &["--any-address"]).unwrap();
    served.with_code(0).saying("Delivered, verified");
}
