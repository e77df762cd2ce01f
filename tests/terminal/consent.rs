//! Without a terminal and without `--yes` nothing is ever written.

use std::io::Read as _;

use crate::classic::deliver;
use crate::cli::{Receiver, file_of};
use crate::common::folder::names_in;
use crate::common::guard::connect;
use crate::device::Device;

#[test]
fn without_anyone_to_ask_a_file_is_declined() {
    let mut receiver = Receiver::start(&[]);
    let (_folder, file) = file_of(18);
    assert!(!deliver(receiver.port, &file));
    let line = receiver
        .process
        .wait_for("Declined the file from 127.0.0.1");
    assert!(line.contains("Use --yes to save without asking"), "{line}");
    assert!(receiver.names().is_empty());
}

#[test]
fn a_sender_learns_that_its_file_was_declined() {
    let receiver = Receiver::start(&[]);
    let (_folder, file) = file_of(3_000_000);
    assert!(!deliver(receiver.port, &file));
    assert!(receiver.names().is_empty());
}

#[test]
fn a_declined_file_does_not_end_once() {
    let mut receiver = Receiver::start(&["--once"]);
    let (_folder, file) = file_of(18);
    for _ in 0..2 {
        assert!(!deliver(receiver.port, &file));
        receiver.process.wait_for("Declined");
    }
}

#[test]
fn a_peer_that_sends_nothing_is_mentioned_and_leaves_nothing() {
    let mut receiver = Receiver::start(&["--once"]);
    let mut peer = connect(receiver.port);
    // Read the greeting, so that closing is an orderly end on every system.
    let mut greeting = [0; 1024];
    assert!(peer.read(&mut greeting).unwrap() > 0);
    drop(peer);
    receiver.process.wait_for("127.0.0.1 sent nothing");
    assert!(receiver.names().is_empty());
}

#[test]
fn a_knock_neither_ends_once_nor_leaves_a_file() {
    let mut receiver = Receiver::start(&["--once", "--yes"]);
    for _ in 0..3 {
        drop(connect(receiver.port));
        receiver.process.wait_for("127.0.0.1 sent nothing.");
    }
    assert!(receiver.names().is_empty());
    let (_folder, file) = file_of(18);
    assert!(deliver(receiver.port, &file));
    let (ended, folder) = receiver.finish();
    ended.with_code(0);
    assert_eq!(names_in(folder.path()), ["recv.txt"]);
}

#[test]
fn who_wants_an_empty_file_says_so() {
    let receiver = Receiver::start(&["--once", "--yes", "--empty"]);
    drop(connect(receiver.port));
    let path = receiver.path("recv.txt");
    let (ended, _folder) = receiver.finish();
    let ended = ended.with_code(0).saying("Saved an empty recv.txt");
    assert_eq!(ended.stdout, format!("{}\n", path.display()));
    assert_eq!(std::fs::read(path).unwrap(), b"");
}

#[test]
fn a_refused_stranger_costs_one_line() {
    let (one, other) = (Device::new(), Device::new());
    let mut receiver = other.receives(&["--yes"]);
    let (_folder, file) = file_of(18);
    let mut lines = Vec::new();
    for _ in 0..3 {
        one.sends_to(&other, receiver.port, &[&file])
            .finish()
            .with_code(1);
        lines.push(receiver.process.wait_for(""));
    }
    let named = format!("--trust {}", one.fingerprint());
    assert!(lines.iter().all(|line| line.contains(&named)), "{lines:#?}");
}

#[test]
fn the_receiver_says_beforehand_that_it_declines_everything() {
    let mut receiver = Receiver::start(&[]);
    receiver.process.kill();
    receiver
        .finish()
        .0
        .saying("Declines everything. Asking needs a terminal");
}
