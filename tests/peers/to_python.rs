//! Onehop sends, Python servers receive.

use std::fs;

use crate::cli::{file_of, send};
use crate::python;

/// Sends a file of so many bytes to this server and compares what it saved byte for byte.
fn deliver(server: &str, bytes: usize) {
    if !python::is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut process = python::start(server, &[&folder.path().display().to_string()]);
    let port = process.wait_for_stdout("").parse().unwrap();
    let (_source_folder, file) = file_of(bytes);
    send(port, &file)
        .with_code(0)
        .saying("Delivered sample.txt");
    process.finish().with_code(0);
    let saved = fs::read(folder.path().join("recv.txt")).unwrap();
    assert_eq!(saved.len(), bytes);
    assert!(saved == fs::read(file).unwrap(), "not the same content");
}

#[test]
fn a_server_that_greets_once_gets_an_empty_file() {
    deliver("server.py", 0);
}

#[test]
fn a_server_that_greets_once_gets_every_small_size() {
    for bytes in [18, 1024, 1025, 2048] {
        deliver("server.py", bytes);
    }
}

#[test]
fn a_server_that_greets_once_gets_megabytes() {
    for bytes in [1024 * 1024, 5 * 1024 * 1024] {
        deliver("server.py", bytes);
    }
}

#[test]
fn a_server_that_greets_nobody_gets_every_size() {
    for bytes in [0, 18, 5 * 1024 * 1024] {
        deliver("silent_server.py", bytes);
    }
}

#[test]
fn a_slow_server_gets_everything() {
    deliver("slow_server.py", 5 * 1024 * 1024);
}

#[test]
fn the_greeting_of_a_server_is_shown() {
    if !python::is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut process = python::start("server.py", &[&folder.path().display().to_string()]);
    let port = process.wait_for_stdout("").parse().unwrap();
    let (_source_folder, file) = file_of(18);
    send(port, &file)
        .with_code(0)
        .saying("receiver: ")
        .saying("Hi Client[IP address: 127.0.0.1],")
        .saying("**Welcome to Server**");
}

#[test]
fn a_server_that_breaks_off_is_no_delivery() {
    if !python::is_installed() {
        return;
    }
    let mut process = python::start("greeting_server.py", &[]);
    let port = process.wait_for_stdout("").parse().unwrap();
    let (_folder, file) = file_of(5 * 1024 * 1024);
    let ended = send(port, &file).with_code(1);
    assert!(!ended.stderr.contains("Delivered"), "{ended:#?}");
}
