//! Ctrl-C at every moment.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::cli::{Receiver, Running, file_of, start_sending};
use crate::common::guard::{accept, connect};

#[test]
fn stopping_an_idle_receiver_is_no_failure() {
    let receiver = Receiver::start(&[]);
    receiver.process.interrupt();
    receiver.finish().0.with_code(0).saying("Stopped.");
}

/// A receiver started by a shell that ignores this signal, as scripts and `nohup` do.
fn receiver_ignoring(signal: &str) -> Running {
    let script = format!("trap '' {signal}; exec \"$0\" receive --port 0 --bind 127.0.0.1");
    let folder = tempfile::tempdir().unwrap();
    let mut receiver = Running::start(
        Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_onehop-cli")])
            .stdin(Stdio::null())
            .current_dir(folder.path()),
    );
    receiver.wait_for("Press Ctrl-C to stop");
    receiver
}

#[test]
fn a_polite_kill_stops_a_receiver_in_the_background_cleanly() {
    let receiver = receiver_ignoring("INT");
    receiver.signal(Signal::TERM);
    receiver.finish().with_code(0).saying("Stopped.");
}

#[cfg(target_os = "linux")]
#[test]
fn a_receiver_started_by_nohup_survives_its_terminal() {
    let mut receiver = receiver_ignoring("HUP");
    receiver.signal(Signal::HUP);
    receiver.signal(Signal::HUP);
    assert!(receiver.is_running());
    receiver.signal(Signal::TERM);
    receiver.finish().with_code(0).saying("Stopped.");
}

#[test]
fn stopping_before_anything_came_is_a_failure_with_once() {
    let receiver = Receiver::start(&["--once"]);
    receiver.process.interrupt();
    receiver.finish().0.with_code(1);
}

#[test]
fn stopping_a_receiver_in_mid_transfer_keeps_what_arrived_as_partial() {
    // Who closes a terminal has both the system and the shell send this.
    let closed_terminal: &[Signal] = &[Signal::HUP, Signal::HUP];
    for signals in [&[Signal::INT], &[Signal::TERM], closed_terminal] {
        let mut receiver = Receiver::start(&["--yes"]);
        let mut peer = connect(receiver.port);
        peer.write_all(&[7; 5000]).unwrap();
        receiver.process.wait_for("Receiving from");
        for signal in signals {
            receiver.process.signal(*signal);
        }
        let (ended, folder) = receiver.finish();
        ended
            .with_code(1)
            .saying("Interrupted: ")
            .saying("Kept what arrived as ");
        assert_eq!(
            crate::common::folder::names_in(folder.path()),
            ["recv (partial).txt"]
        );
        let mut rest = Vec::new();
        let end = peer.read_to_end(&mut rest).unwrap_err();
        assert_eq!(end.kind(), ErrorKind::ConnectionReset);
    }
}

#[test]
fn stopping_a_receiver_also_ends_an_undecided_peer() {
    let receiver = Receiver::start(&[]);
    let peer = connect(receiver.port);
    let mut greeting = [0; 1024];
    assert!((&peer).read(&mut greeting).unwrap() > 0);
    receiver.process.interrupt();
    receiver.finish().0.with_code(0);
    let end = (&peer).read(&mut greeting).unwrap_err();
    assert_eq!(end.kind(), ErrorKind::ConnectionReset);
}

/// A sender whose receiver takes a little of a huge file and then nothing more.
fn stuck_sender() -> (Running, TcpStream, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("huge");
    fs::File::create(&file).unwrap().set_len(1 << 36).unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let sender = start_sending(port, &file, &[]);
    let mut stream = accept(&listener);
    stream.write_all(b"hello\n").unwrap();
    stream.read_exact(&mut [0; 4096]).unwrap();
    (sender, stream, folder)
}

#[test]
fn a_cancelled_sender_is_seen_as_broken_off() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let (sender, mut stream, _folder) = stuck_sender();
        sender.signal(signal);
        sender
            .finish()
            .with_code(1)
            .saying("The transfer was cancelled.");
        let end = stream.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(end.kind(), ErrorKind::ConnectionReset);
    }
}

#[test]
fn giving_up_the_wait_for_the_receiver_is_not_a_delivery() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (_folder, file) = file_of(18);
    let mut sender = start_sending(port, &file, &[]);
    let mut stream = accept(&listener);
    stream.read_to_end(&mut Vec::new()).unwrap();
    sender.wait_for("Waiting up to 60 s for the receiver to confirm");
    sender.interrupt();
    sender.finish().with_code(1).saying("Sent, not confirmed");
}
