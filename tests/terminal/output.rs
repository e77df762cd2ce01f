//! What stands on stdout, and what becomes of a command that cannot write there.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::{Ended, Running, file_of, program};
use crate::device::Device;

const LOST: &str = "Could not write to standard output.";

fn full_disk() -> Stdio {
    OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

/// A pipe whose reader has gone.
fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[track_caller]
fn run_printing_to(stdout: Stdio, arguments: &[&str]) -> Ended {
    Running::start_printing_to(stdout, program().args(arguments)).finish()
}

#[test]
fn every_command_fails_if_what_it_prints_cannot_be_written() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &["--once"]);
    let (_folder, file) = file_of(18);
    let words = ["--remember", "--trust", &other.fingerprint()];
    let sent = one.sends(receiver.port, &words, &[&file]);
    sent.finish().with_code(0);
    let config = one.config();
    let remembering = ["devices", "--config", &config];
    let commands: [&[&str]; 6] = [
        &["identity"],
        &remembering,
        &["check"],
        &["--help"],
        &["receive", "--help"],
        &["--version"],
    ];
    for arguments in commands {
        for stdout in [full_disk(), closed_pipe()] {
            run_printing_to(stdout, arguments).with_code(1).saying(LOST);
        }
    }
}

#[test]
fn a_path_that_cannot_be_printed_fails_the_receiver_and_the_file_is_saved() {
    let (one, other) = (Device::new(), Device::new());
    let (_folder, file) = file_of(18);
    let inbox = tempfile::tempdir().unwrap();
    let mut receiver = receiver_of(&one, &other, &["--once"], inbox.path(), full_disk());
    let port = port_of(&mut receiver);
    one.sends_to(&other, port, &[&file]).finish().with_code(0);
    receiver.finish().with_code(1).saying(LOST);
    let saved = fs::read(inbox.path().join("sample.txt")).unwrap();
    assert_eq!(saved, fs::read(file).unwrap());
}

#[test]
fn a_text_that_cannot_be_printed_is_not_lost() {
    let (one, other) = (Device::new(), Device::new());
    let inbox = tempfile::tempdir().unwrap();
    let mut receiver = receiver_of(&one, &other, &["--once"], inbox.path(), closed_pipe());
    let port = port_of(&mut receiver);
    send_text(&one, &other, port, "Meet me at noon.");
    let ended = receiver.finish().with_code(1).saying(LOST);
    ended.saying("Meet me at noon.");
}

#[test]
fn each_text_and_each_path_stands_on_lines_of_its_own() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &[]);
    let (_folder, file) = file_of(18);
    send_text(&one, &other, receiver.port, "one");
    send_text(&one, &other, receiver.port, "two\n");
    one.sends_to(&other, receiver.port, &[&file])
        .finish()
        .with_code(0);
    let path = receiver.path("sample.txt").display().to_string();
    receiver.process.interrupt();
    let (ended, _folder) = receiver.finish();
    let ended = ended.with_code(0);
    assert_eq!(ended.stdout, format!("one\ntwo\n{path}\n"));
}

#[test]
fn a_fingerprint_can_be_trusted_as_it_is_printed() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &["--once"]);
    let (_folder, file) = file_of(18);
    let script = r#"exec "$0" send --port "$1" --config "$2" \
        --trust "$("$0" identity --config "$3")" 127.0.0.1 "$4""#;
    let mut shell = Command::new("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_onehop-cli")]);
    shell.args([&receiver.port.to_string(), &one.config(), &other.config()]);
    Running::start(shell.arg(&file).stdin(Stdio::null()))
        .finish()
        .with_code(0);
    receiver.finish().0.with_code(0);
}

#[test]
fn a_second_signal_ends_a_program_that_nobody_reads() {
    let (one, other) = (Device::new(), Device::new());
    let inbox = tempfile::tempdir().unwrap();
    let (_reader, writer) = std::io::pipe().unwrap();
    let mut receiver = receiver_of(&one, &other, &[], inbox.path(), writer.into());
    let port = port_of(&mut receiver);
    // More than a pipe holds.
    let long = "x".repeat(60_000);
    for _ in 0..2 {
        send_text(&one, &other, port, &long);
    }
    receiver.interrupt();
    assert!(receiver.is_running());
    receiver.interrupt();
    receiver.finish().with_code(1);
}

fn receiver_of(
    sender: &Device,
    receiver: &Device,
    options: &[&str],
    inbox: &Path,
    stdout: Stdio,
) -> Running {
    let mut command = program();
    command.args(["receive", "--port", "0", "--bind", "127.0.0.1", "--yes"]);
    command
        .args(["--trust", &sender.fingerprint()])
        .args(options);
    command.args(["--config", &receiver.config(), "--dir"]);
    Running::start_printing_to(stdout, command.arg(inbox))
}

#[track_caller]
fn port_of(receiver: &mut Running) -> u16 {
    let line = receiver.wait_for("Listening on port ");
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[track_caller]
fn send_text(one: &Device, other: &Device, port: u16, text: &str) {
    let words = ["--trust", &other.fingerprint(), "--text", text];
    one.sends(port, &words, &[]).finish().with_code(0);
}
