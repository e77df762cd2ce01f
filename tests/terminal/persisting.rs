//! Senders that try again by themselves, and that wait for their receiver.

use std::fs;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
#[cfg(unix)]
use std::path::Path;

use crate::bottleneck::Bottleneck;
use crate::cli::{Receiver, Running, file_of, program};
use crate::common::guard::accept;
use crate::common::noise::noise;
use crate::common::sockets::free_port;
use crate::device::Device;

const LARGE_BYTES: usize = 40_000_000;

/// One that receives from `one` without questions, on this port, in a folder of its own.
fn receives_at(port: u16, device: &Device, one: &Device) -> Receiver {
    device.receives_from(one, &["--port", &port.to_string()])
}

#[test]
fn a_receiver_that_is_killed_and_starts_elsewhere_gets_the_file_once_and_whole() {
    let [one, other] = [(); 2].map(|()| Device::new());
    let (_folder, file) = file_of(LARGE_BYTES);
    let mut receiver = other.receives_from(&one, &[]);
    let bottleneck = Bottleneck::before(receiver.port);
    let options = ["--retry", "--trust", &other.fingerprint()];
    let mut sender = one.sends(bottleneck.port, &options, &[&file]);
    let way = bottleneck.wait_until_full();
    receiver.wait_for_part();
    receiver.process.kill();
    drop(way);
    sender.wait_for("Trying again; press Ctrl-C to stop.");

    let (_, folder) = receiver.finish();
    let trust = one.fingerprint();
    let options = ["--config", &other.config(), "--yes", "--trust", &trust];
    let mut receiver = Receiver::start_in(folder, program(), &options);
    bottleneck.lead_to(receiver.port);
    sender
        .finish()
        .with_code(0)
        .saying("Resuming at ")
        .saying("Delivered, verified: 1 file (40 MB)");
    receiver.process.wait_for_stdout("sample.txt");
    assert_eq!(receiver.names(), ["sample.txt"]);
    let saved = fs::read(receiver.path("sample.txt")).unwrap();
    assert!(saved == fs::read(file).unwrap(), "not the same content");
}

#[test]
fn a_receiver_that_starts_later_is_waited_for_at_its_address() {
    let [one, other] = [(); 2].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    let port = free_port();
    let options = ["--when-there", "--trust", &other.fingerprint()];
    let mut sender = one.sends(port, &options, &[&file]);
    sender.wait_for("Trying again; press Ctrl-C to stop.");
    let receiver = receives_at(port, &other, &one);
    sender
        .finish()
        .with_code(0)
        .saying(&format!("Connected to 127.0.0.1 port {port}."))
        .saying("Delivered, verified");
    assert_eq!(receiver.names(), ["sample.txt"]);
}

#[test]
fn a_classic_receiver_that_starts_later_is_waited_for_too() {
    let (_folder, file) = file_of(18);
    let port = free_port();
    let mut sender = Running::start(
        program()
            .args(["send", "--when-there", "--classic"])
            .arg(format!("127.0.0.1:{port}"))
            .arg(file),
    );
    sender.wait_for("Trying again; press Ctrl-C to stop.");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let mut taken = Vec::new();
    accept(&listener).read_to_end(&mut taken).unwrap();
    sender.finish().with_code(0).saying("Delivered sample.txt");
    assert_eq!(taken, noise(18));
}

#[test]
fn without_a_word_for_it_nothing_is_tried_again() {
    let [one, other] = [(); 2].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    let ended = one.sends_to(&other, free_port(), &[&file]).finish();
    assert!(!ended.with_code(1).stderr.contains("Trying again"));
}

#[test]
fn a_no_is_not_tried_again() {
    let [one, other] = [(); 2].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    // It knows who calls, and has nobody to ask.
    let receiver = other.receives(&["--trust", &one.fingerprint()]);
    let options = ["--retry", "--when-there", "--trust", &other.fingerprint()];
    let ended = one.sends(receiver.port, &options, &[&file]).finish();
    let ended = ended.with_code(1).saying("The receiver declined.");
    assert!(!ended.stderr.contains("Trying again"), "{ended:#?}");
}

#[test]
fn what_changed_meanwhile_is_sent_as_it_is_then_and_what_is_gone_is_named() {
    let [one, other] = [(); 2].map(|()| Device::new());
    let folder = tempfile::tempdir().unwrap();
    let [changed, gone] = ["changed.txt", "gone.txt"].map(|name| folder.path().join(name));
    fs::write(&changed, "before").unwrap();
    fs::write(&gone, "before").unwrap();
    let port = free_port();
    let options = ["--when-there", "--trust", &other.fingerprint()];
    let mut sender = one.sends(port, &options, &[&changed, &gone]);
    sender.wait_for("Trying again; press Ctrl-C to stop.");
    fs::write(&changed, "meanwhile").unwrap();
    fs::remove_file(&gone).unwrap();
    let receiver = receives_at(port, &other, &one);
    sender.finish().with_code(1).saying("gone.txt");
    assert_eq!(receiver.names(), ["changed.txt"]);
    let saved = fs::read_to_string(receiver.path("changed.txt")).unwrap();
    assert_eq!(saved, "meanwhile");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_wait() {
    let [one, other] = [(); 2].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    let paths: &[&Path] = &[&file];
    for word in ["--retry", "--when-there"] {
        let options = [word, "--trust", &other.fingerprint()];
        let mut sender = one.sends(free_port(), &options, paths);
        sender.wait_for("Trying again; press Ctrl-C to stop.");
        sender.interrupt();
        let ended = sender.finish().with_code(1);
        ended.saying("It was not delivered.");
    }
}
