//! A cable that is pulled in the middle of a transfer: nobody says a word any more.

use std::fs::{self, File};

use crate::cli::Running;
use crate::common::folder::names_in;
use crate::common::guard::wait_until;
use crate::device::Device;
use crate::hosts::World;

/// More than crosses before the cable is pulled.
const FILE_BYTES: u64 = 2 << 30;

#[test]
fn both_sides_notice_that_the_cable_is_pulled_in_the_middle_of_a_file() {
    let Some(world) = World::new() else {
        return;
    };
    let lan = world.lan();
    let desk = world.host_at(&lan, "10.7.0.2/24");
    let laptop = world.host_at(&lan, "10.7.0.3/24");
    let (here, there) = (Device::new(), Device::new());
    let (outbox, inbox) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = outbox.path().join("large");
    // It is nothing but a hole, so that it takes no room here.
    File::create(&file).unwrap().set_len(FILE_BYTES).unwrap();

    let mut command = desk.onehop();
    command.args(["receive", "--config", &there.config(), "--yes", "--once"]);
    command.args(["--trust", &here.fingerprint(), "--dir"]);
    let mut receiver = Running::start(command.arg(inbox.path()));
    receiver.wait_for("Press Ctrl-C to stop");
    let mut command = laptop.onehop();
    command.args(["send", "--config", &here.config(), "--trust"]);
    let sender = Running::start(command.args([&there.fingerprint(), "10.7.0.2"]).arg(&file));
    wait_until("content", || {
        let mut entries = fs::read_dir(inbox.path()).unwrap();
        entries.any(|entry| entry.unwrap().metadata().is_ok_and(|found| found.len() > 0))
    });
    desk.unplug("eth0");

    sender.finish().with_code(1).saying("connection");
    receiver.finish().with_code(1).saying("connection");
    let names = names_in(inbox.path());
    assert!(
        matches!(names.as_slice(), [name] if name.starts_with(".onehop-")),
        "only what can be gone on with is left: {names:?}"
    );
}
