//! Everything that can be wrong before or after the bytes, in plain words.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use crate::cli::{Ended, Receiver, file_of, program, run, send, start_sending};
use crate::common::guard::{accept, connect, wait_until};
use crate::common::sockets::{closed_port, reset};

fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Accepts one connection, reads everything from it and returns it open.
fn read_everything(listener: &TcpListener) -> TcpStream {
    let mut stream = accept(listener);
    let mut everything = Vec::new();
    stream.read_to_end(&mut everything).unwrap();
    stream
}

#[test]
fn nothing_listening_is_told_with_what_to_start_there() {
    let (_closed, port) = closed_port();
    let (_folder, file) = file_of(18);
    send(port, &file)
        .with_code(1)
        .saying(&format!("Nothing is listening on 127.0.0.1 port {port}."))
        .saying("Press Start in Receive mode")
        .saying("Details: ");
}

#[test]
fn a_greeting_cannot_pass_for_our_own_words() {
    let (listener, port) = listener();
    let greeter = thread::Builder::new().name("greeter".to_owned());
    let receiver = greeter.spawn(move || {
        let mut stream = accept(&listener);
        let greeting = "hello\nDelivered, verified: 1 file (18 B) to desk-pc, encrypted.\n";
        stream.write_all(greeting.as_bytes()).unwrap();
        stream.read_to_end(&mut Vec::new()).ok();
    });
    let (_folder, file) = file_of(18);
    let ended = send(port, &file);
    receiver.unwrap().join().unwrap();
    let claims = ended
        .stderr
        .lines()
        .filter(|line| line.contains("verified:"));
    assert!(claims.clone().count() > 0, "{ended:#?}");
    for claim in claims {
        assert!(claim.starts_with("receiver: "), "{ended:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_sends_no_commands_to_the_terminal() {
    let (_folder, file) = file_of(18);
    let odd = file.with_file_name("\u{1b}[31mred");
    let ended = send(1, &odd).with_code(1).saying("[31mred was not found.");
    assert!(!ended.stderr.contains('\u{1b}'), "{ended:#?}");
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no such file.txt");
    send(1, &file)
        .with_code(1)
        .saying("The file no such file.txt was not found.")
        .saying(&file.display().to_string());
}

#[test]
fn a_folder_cannot_be_sent_to_a_classic_receiver() {
    let (listener, port) = listener();
    let folder = tempfile::tempdir().unwrap();
    let sender = start_sending(port, folder.path(), &[]);
    let mut stream = accept(&listener);
    stream.write_all(b"hello\n").unwrap();
    let mut everything = Vec::new();
    stream.read_to_end(&mut everything).ok();
    assert_eq!(everything, b"");
    sender
        .finish()
        .with_code(1)
        .saying("The receiver takes one file at a time.");
}

#[test]
fn a_taken_port_is_told_apart_from_other_faults() {
    let receiver = Receiver::start(&[]);
    let port = receiver.port.to_string();
    let folder = tempfile::tempdir().unwrap();
    let second: Ended = program()
        .args(["receive", "--bind", "127.0.0.1", "--port", &port, "--dir"])
        .arg(folder.path())
        .output()
        .unwrap()
        .into();
    let second = second
        .with_code(1)
        .saying(&format!("Port {port} is already taken by"));
    if cfg!(target_os = "linux") {
        second.saying("onehop-cli");
    }
}

#[test]
fn a_missing_folder_is_named_before_anyone_connects() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing").display().to_string();
    run(&[
        "receive",
        "--port",
        "0",
        "--bind",
        "127.0.0.1",
        "--dir",
        &missing,
    ])
    .with_code(1)
    .saying(&format!("The folder {missing} was not found."));
}

#[test]
fn an_address_of_another_computer_cannot_be_bound() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    run(&[
        "receive",
        "--port",
        "0",
        "--bind",
        "192.0.2.1",
        "--dir",
        folder,
    ])
    .with_code(1)
    .saying("192.0.2.1 is not an address of this computer.");
}

#[test]
fn a_check_of_an_address_of_another_computer_says_nothing_of_the_port() {
    let ended = run(&["check", "--bind", "192.0.2.1"]).with_code(1);
    let ended = ended.saying("192.0.2.1 is not an address of this computer.");
    assert!(!ended.stderr.contains("is not available"), "{ended:#?}");
}

#[test]
fn a_receiver_that_never_closes_leaves_the_file_unconfirmed() {
    let (listener, port) = listener();
    let (_folder, file) = file_of(18);
    let sender = start_sending(port, &file, &["--wait", "0"]);
    let open = read_everything(&listener);
    sender
        .finish()
        .with_code(1)
        .saying("Sent, not confirmed")
        .saying("Look there for the file");
    drop(open);
}

#[test]
fn a_receiver_that_breaks_off_at_the_end_has_not_saved() {
    let (listener, port) = listener();
    let (_folder, file) = file_of(18);
    let sender = start_sending(port, &file, &[]);
    let stream = read_everything(&listener);
    reset(stream);
    sender
        .finish()
        .with_code(1)
        .saying("The receiver did not save the file.");
}

#[test]
fn a_sender_that_breaks_off_is_an_interruption_and_not_a_file() {
    let mut receiver = Receiver::start(&["--once", "--yes"]);
    let stream = sender_of(&mut receiver, &[7; 5000]);
    reset(stream);
    let (ended, folder) = receiver.finish();
    ended
        .with_code(1)
        .saying("Interrupted: only 5.0 kB of the file from 127.0.0.1 arrived.")
        .saying("Ask the sender to send it again.")
        .saying("Kept what arrived as ");
    assert_eq!(
        crate::common::folder::names_in(folder.path()),
        ["recv (partial).txt"]
    );
    let kept = fs::read(folder.path().join("recv (partial).txt")).unwrap();
    assert_eq!(kept, [7; 5000]);
}

// Under Wine this end does not come while the reader is a program of Wine's too; there .ci/interop
// tries it with a reader outside.
#[cfg(unix)]
#[test]
fn a_killed_sender_breaks_off_and_does_not_end_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("huge");
    // Full of holes: it takes no space here, and it is never sent as a whole.
    fs::File::create(&file).unwrap().set_len(1 << 32).unwrap();
    let (listener, port) = listener();
    let mut sender = start_sending(port, &file, &[]);
    let mut stream = accept(&listener);
    stream.read_exact(&mut [0; 4096]).unwrap();
    sender.kill();
    let end = stream.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(end.kind(), std::io::ErrorKind::ConnectionReset);
}

/// A peer that has sent `bytes`, all of them written by the receiver.
fn sender_of(receiver: &mut Receiver, bytes: &[u8]) -> TcpStream {
    let mut stream = connect(receiver.port);
    let mut greeting = [0; 1024];
    assert!(stream.read(&mut greeting).unwrap() > 0);
    stream.write_all(bytes).unwrap();
    receiver.process.wait_for("Receiving from 127.0.0.1");
    // On Windows a reset may overtake bytes that the receiver has not read yet.
    wait_until("all of it on the disk", || {
        let part = fs::metadata(receiver.wait_for_part()).map(|part| part.len());
        part.is_ok_and(|length| length == bytes.len() as u64)
    });
    stream
}
