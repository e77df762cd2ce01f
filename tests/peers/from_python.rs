//! Python clients send, Onehop receives.

use std::fs;

use crate::cli::{Receiver, file_of};
use crate::common::folder::names_in;
use crate::python;

/// Sends a file of so many bytes by this client and compares what was saved byte for byte.
fn receive(client: &str, bytes: usize) {
    if !python::is_installed() {
        return;
    }
    // Without a word for it, no bytes are no file.
    let empty: &[&str] = if bytes == 0 { &["--empty"] } else { &[] };
    let receiver = Receiver::start(&[&["--once", "--yes"], empty].concat());
    let (_folder, file) = file_of(bytes);
    let port = receiver.port.to_string();
    let path = receiver.path("recv.txt");
    python::start(client, &[&port, &file.display().to_string()])
        .finish()
        .with_code(0);
    let (ended, folder) = receiver.finish();
    let ended = ended.with_code(0);
    assert_eq!(ended.stdout, format!("{}\n", path.display()));
    let saved = fs::read(path).unwrap();
    assert_eq!(saved.len(), bytes);
    assert!(saved == fs::read(file).unwrap(), "not the same content");
    assert_eq!(names_in(folder.path()), ["recv.txt"]);
}

#[test]
fn a_lockstep_client_delivers_an_empty_file() {
    receive("lockstep_client.py", 0);
}

#[test]
fn a_lockstep_client_delivers_less_than_a_piece() {
    receive("lockstep_client.py", 18);
}

#[test]
fn a_lockstep_client_delivers_exactly_a_piece() {
    receive("lockstep_client.py", 1024);
}

#[test]
fn a_lockstep_client_delivers_a_byte_more_than_a_piece() {
    receive("lockstep_client.py", 1025);
}

#[test]
fn a_lockstep_client_delivers_exactly_two_pieces() {
    receive("lockstep_client.py", 2048);
}

#[test]
fn a_lockstep_client_delivers_a_mebibyte() {
    receive("lockstep_client.py", 1024 * 1024);
}

#[test]
fn a_lockstep_client_delivers_twenty_mebibytes() {
    receive("lockstep_client.py", 20 * 1024 * 1024);
}

#[test]
fn a_streaming_client_delivers_every_size() {
    for bytes in [0, 18, 1024, 2048, 1024 * 1024, 5 * 1024 * 1024] {
        receive("streaming_client.py", bytes);
    }
}

#[test]
fn a_client_that_reads_nothing_delivers_every_size() {
    for bytes in [18, 1024, 2048, 5 * 1024 * 1024] {
        receive("impatient_client.py", bytes);
    }
}

#[test]
fn a_client_that_only_writes_and_closes_delivers_every_size() {
    for bytes in [1, 18, 1024, 2048, 5 * 1024 * 1024] {
        receive("writing_client.py", bytes);
    }
}

#[test]
fn a_client_that_sends_byte_after_byte_delivers_them_all() {
    receive("one_byte_client.py", 5000);
}

#[test]
fn a_client_that_vanishes_leaves_no_complete_file() {
    if !python::is_installed() {
        return;
    }
    let receiver = Receiver::start(&["--once", "--yes"]);
    let (_folder, file) = file_of(5 * 1024 * 1024);
    let port = receiver.port.to_string();
    python::start("vanishing_client.py", &[&port, &file.display().to_string()])
        .finish()
        .with_code(0);
    let (ended, folder) = receiver.finish();
    ended.with_code(1).saying("Interrupted: only");
    assert_eq!(names_in(folder.path()), ["recv (partial).txt"]);
}

#[test]
fn a_lockstep_client_is_declined_without_a_yes() {
    if !python::is_installed() {
        return;
    }
    let mut receiver = Receiver::start(&[]);
    let (_folder, file) = file_of(5000);
    let port = receiver.port.to_string();
    let client = python::start("lockstep_client.py", &[&port, &file.display().to_string()]);
    receiver.process.wait_for("Declined the file");
    assert_ne!(client.finish().code, Some(0));
    assert!(receiver.names().is_empty());
}

#[test]
fn a_lockstep_client_with_an_empty_file_sent_nothing() {
    if !python::is_installed() {
        return;
    }
    let mut receiver = Receiver::start(&["--yes", "--once"]);
    let (_folder, file) = file_of(0);
    let port = receiver.port.to_string();
    python::start("lockstep_client.py", &[&port, &file.display().to_string()])
        .finish()
        .with_code(0);
    receiver.process.wait_for("127.0.0.1 sent nothing");
    assert!(receiver.names().is_empty());
}
