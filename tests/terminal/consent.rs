//! Without a terminal and without `--yes` nothing is ever written.

use std::io::Read as _;

use crate::classic::deliver;
use crate::cli::{Receiver, file_of};
use crate::guard::connect;

#[test]
fn without_anyone_to_ask_a_file_is_declined() {
    let mut receiver = Receiver::start(&[]);
    let (_folder, file) = file_of(18);
    assert!(!deliver(receiver.port, &file));
    receiver
        .process
        .wait_for("Declined the file from 127.0.0.1");
    receiver
        .process
        .wait_for("Use --yes to save without asking");
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
fn the_receiver_says_beforehand_that_it_declines_everything() {
    let mut receiver = Receiver::start(&[]);
    receiver.process.kill();
    receiver
        .finish()
        .0
        .saying("Declines everything: there is no terminal to ask on");
}
