//! Transfers between two Onehops that are stopped in the middle, and what comes of them.

use std::fs;
use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;

#[cfg(unix)]
use rustix::process::Signal;
use tempfile::TempDir;

use crate::bottleneck::Bottleneck;
use crate::cli::{Receiver, Running, file_of, program};
use crate::common::folder::names_in;
use crate::common::guard::connect;
use crate::device::Device;

const FILE_BYTES: usize = 40_000_000;

/// Two that trust each other, in the middle of a transfer.
struct Halfway {
    one: Device,
    other: Device,
    receiver: Receiver,
    sender: Running,
    file: PathBuf,
    way: TcpStream,
    _folder: TempDir,
}

impl Halfway {
    fn with(options: &[&str]) -> Self {
        let (one, other) = (Device::new(), Device::new());
        let (folder, file) = file_of(FILE_BYTES);
        let receiver = other.receives_from(&one, options);
        let bottleneck = Bottleneck::before(receiver.port);
        let sender = one.sends_to(&other, bottleneck.port, &[&file]);
        let way = bottleneck.wait_until_full();
        Self {
            one,
            other,
            receiver,
            sender,
            file,
            way,
            _folder: folder,
        }
    }
}

#[test]
fn a_killed_sender_is_resumed_and_the_file_is_whole() {
    let mut halfway = Halfway::with(&[]);
    halfway.sender.kill();
    halfway.way.shutdown(Shutdown::Both).unwrap();
    let mut receiver = halfway.receiver;
    receiver.process.wait_for("Interrupted: ");
    let names = receiver.names();
    assert!(names.iter().all(|name| name.starts_with('.')), "{names:?}");

    let (one, other, file) = (halfway.one, halfway.other, halfway.file);
    one.sends_to(&other, receiver.port, &[&file])
        .finish()
        .with_code(0)
        .saying("Resuming at ")
        .saying("Resumed from")
        .saying("Delivered, verified: 1 file (40 MB)");
    receiver.process.wait_for("Resuming at ");
    receiver.process.wait_for_stdout("sample.txt");
    assert_eq!(receiver.names(), ["sample.txt"]);
    let saved = fs::read(receiver.path("sample.txt")).unwrap();
    assert!(saved == fs::read(file).unwrap(), "not the same content");
}

#[test]
fn a_broken_off_transfer_fails_a_receiver_that_wants_one() {
    let mut halfway = Halfway::with(&["--once"]);
    halfway.sender.kill();
    halfway.way.shutdown(Shutdown::Both).unwrap();
    let (ended, folder) = halfway.receiver.finish();
    let ended = ended.with_code(1).saying("kept hidden and resumes");
    assert_eq!(ended.stdout, "");
    let names = names_in(folder.path());
    assert!(names.iter().all(|name| name.starts_with('.')), "{names:?}");
}

#[test]
fn a_restarted_receiver_tells_what_killed_ones_left() {
    let (classic, halfway) = (Receiver::start(&["--yes"]), Halfway::with(&[]));
    let mut peer = connect(classic.port);
    peer.write_all(&[7; 5000]).unwrap();
    for mut receiver in [classic, halfway.receiver] {
        receiver.process.wait_for("Receiving from");
        receiver.wait_for_part();
        receiver.process.kill();
        let (_, folder) = receiver.finish();
        let mut command = program();
        command.args(["receive", "--port", "0", "--bind", "127.0.0.1", "--dir"]);
        let mut restarted = Running::start(command.arg(folder.path()));
        restarted.wait_for("Interrupted earlier:");
        let line = restarted.wait_for("Part of a file, ");
        let [left] = names_in(folder.path()).try_into().unwrap();
        assert!(line.ends_with(&left), "{line}");
        restarted.wait_for("Discard parts you no longer need");
    }
}

#[cfg(unix)]
#[test]
fn a_sender_hears_that_its_receiver_was_stopped() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let halfway = Halfway::with(&[]);
        halfway.receiver.process.signal(signal);
        halfway
            .sender
            .finish()
            .with_code(1)
            .saying("The other side cancelled the transfer.");
        halfway.receiver.finish().0.with_code(1);
    }
}

#[cfg(unix)]
#[test]
fn a_receiver_hears_that_its_sender_was_stopped() {
    let (one, other) = (Device::new(), Device::new());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("huge");
    // Full of holes: it takes no space here, and it is never sent as a whole.
    fs::File::create(&file).unwrap().set_len(1 << 31).unwrap();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut receiver = other.receives_from(&one, &["--once"]);
        let sender = one.sends_to(&other, receiver.port, &[&file]);
        receiver.process.wait_for("Receiving from");
        sender.signal(signal);
        sender
            .finish()
            .with_code(1)
            .saying("The transfer was cancelled.");
        receiver
            .finish()
            .0
            .with_code(1)
            .saying("The other side cancelled the transfer.");
    }
}

#[cfg(unix)]
#[test]
fn both_sides_draw_a_bar_with_a_total() {
    use crate::person::Terminal;

    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let (_folder, file) = file_of(FILE_BYTES);
    let words = [
        "--yes",
        "--trust",
        &one.fingerprint(),
        "--config",
        &other.config(),
    ];
    let receiver = Terminal::new()
        .expect("] ")
        .expect(" % ")
        .types("\\x03")
        .receives(&words);
    let bottleneck = Bottleneck::before(receiver.port);
    let (port, trust, config) = (
        bottleneck.port.to_string(),
        other.fingerprint(),
        one.config(),
    );
    let file = file.display().to_string();
    let send = [
        "send", "--port", &port, "--trust", &trust, "--config", &config,
    ];
    let sender = Terminal::new()
        .expect("[")
        .expect(" % ")
        .runs(&[&send, ["127.0.0.1", &file].as_slice()].concat());
    let _way = bottleneck.wait_until_full();
    receiver.ends_with(1);
    let ended = sender.finish().with_code(1).stdout;
    assert!(ended.contains("The other side cancelled"), "{ended}");
}
