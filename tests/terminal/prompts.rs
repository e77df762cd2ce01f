//! Questions and bars on a pseudo terminal.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::cli::{Running, file_of, names_in, send, start_sending};

/// A person at a terminal.
struct Terminal {
    steps: Vec<String>,
}

impl Terminal {
    fn new() -> Self {
        Self { steps: Vec::new() }
    }

    fn step(mut self, action: &str, text: &str) -> Self {
        self.steps.push(action.to_owned());
        self.steps.push(text.to_owned());
        self
    }

    fn expect(self, text: &str) -> Self {
        self.step("--expect", text)
    }

    fn types(self, text: &str) -> Self {
        self.step("--type", text)
    }

    fn types_at_once(self, text: &str) -> Self {
        self.step("--type-at-once", text)
    }

    fn columns(self, columns: &str) -> Self {
        self.step("--columns", columns)
    }

    fn runs(self, arguments: &[&str]) -> Running {
        let helper = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal/on_a_terminal.py");
        Running::start(
            Command::new("python3")
                .arg(helper)
                .args(self.steps)
                .args(["--", env!("CARGO_BIN_EXE_onehop-cli")])
                .args(arguments),
        )
    }

    /// Receives in a folder of its own.
    fn receives(self, options: &[&str]) -> Receiver {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().display().to_string();
        let arguments = [
            "receive",
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "--dir",
            &dir,
        ];
        let mut process = self.runs(&[&arguments, options].concat());
        let line = process.wait_for_stdout("Listening on port ");
        let port = line.rsplit(' ').next().unwrap().parse().unwrap();
        process.wait_for_stdout("Press Ctrl-C to stop");
        Receiver {
            process,
            port,
            folder,
        }
    }
}

struct Receiver {
    process: Running,
    port: u16,
    folder: TempDir,
}

impl Receiver {
    /// Waits for the end and checks its exit code; returns what stood on the terminal.
    #[track_caller]
    fn ends_with(self, code: i32) -> (String, TempDir) {
        let ended = self.process.finish().with_code(code);
        (ended.stdout, self.folder)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("recv.txt")
    }

    /// A peer that sends so much and leaves by a reset once it is told to.
    fn peer_with(&self, bytes: &[u8]) -> TcpStream {
        let mut peer = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        assert!(peer.read(&mut [0; 1024]).unwrap() > 0);
        peer.write_all(bytes).unwrap();
        peer
    }
}

fn reset(stream: TcpStream) {
    let socket = socket2::Socket::from(stream);
    socket.set_linger(Some(Duration::ZERO)).unwrap();
}

const SAVE: &str = "127.0.0.1 is sending a file (not encrypted, not verified). Save it? [y/N] ";

#[test]
fn a_yes_saves_the_file() {
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("y\\n")
        .receives(&["--once"]);
    let (_folder, file) = file_of(1_000_000);
    send(receiver.port, &file).with_code(0).saying("Delivered");
    assert_eq!(fs::read(receiver.path()).unwrap(), fs::read(file).unwrap());
    let path = receiver.path().display().to_string();
    let (screen, _folder) = receiver.ends_with(0);
    assert!(screen.contains(&path), "{screen}");
}

#[test]
fn a_no_declines_and_the_receiver_goes_on() {
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("n\\n")
        .expect("Declined the file from 127.0.0.1. Nothing was saved.")
        .types("\\x03")
        .receives(&[]);
    let (_folder, file) = file_of(18);
    send(receiver.port, &file).with_code(1);
    let (_, folder) = receiver.ends_with(0);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn anything_unclear_is_asked_again() {
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("perhaps\\n")
        .expect("Please type y or n.")
        .expect(SAVE)
        .types("YES\\n")
        .receives(&["--once"]);
    let (_folder, file) = file_of(18);
    send(receiver.port, &file).with_code(0);
    receiver.ends_with(0);
}

#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    let receiver = Terminal::new()
        .expect("Press Ctrl-C to stop")
        .types_at_once("y\\ny\\n")
        .expect(SAVE)
        .expect(SAVE)
        .expect(SAVE)
        .types("n\\n")
        .expect("Declined")
        .types("\\x03")
        .receives(&[]);
    let (_folder, file) = file_of(18);
    send(receiver.port, &file).with_code(1);
    receiver.ends_with(0);
}

#[test]
fn several_peers_are_asked_about_one_after_the_other() {
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("y\\n")
        .expect(SAVE)
        .types("n\\n")
        .expect("Declined")
        .types("\\x03")
        .receives(&[]);
    let (_folder, file) = file_of(18);
    let both = [(); 2].map(|()| start_sending(receiver.port, &file, &[]));
    let mut codes = both.map(|sender| sender.finish().code);
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(1)]);
    receiver.ends_with(0);
}

#[test]
fn the_question_about_a_peer_that_left_is_withdrawn() {
    let receiver = Terminal::new()
        .expect(SAVE)
        .expect("Interrupted: ")
        .expect(SAVE)
        .types("y\\n")
        .receives(&["--once"]);
    let peer = receiver.peer_with(&[7; 5000]);
    let (_folder, file) = file_of(18);
    let sender = start_sending(receiver.port, &file, &[]);
    reset(peer);
    sender.finish().with_code(0);
    let (_, folder) = receiver.ends_with(0);
    assert_eq!(names_in(folder.path()), ["recv.txt"]);
}

#[test]
fn ctrl_c_at_a_question_is_a_no() {
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("\\x03")
        .expect("Stopped.")
        .receives(&[]);
    let (_folder, file) = file_of(18);
    send(receiver.port, &file).with_code(1);
    let (screen, folder) = receiver.ends_with(0);
    assert_eq!(screen.matches(SAVE).count(), 1, "{screen}");
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn what_arrived_of_an_interrupted_file_is_kept_if_the_user_wants_it() {
    let mut receiver = Terminal::new()
        .expect("Keep the 5.0 kB that arrived as a partial file? [y/N]")
        .types("y\\n")
        .receives(&["--once", "--yes"]);
    interrupt_after_5000_bytes(&mut receiver);
    let (screen, folder) = receiver.ends_with(1);
    assert!(screen.contains("Kept what arrived as "), "{screen}");
    assert_eq!(names_in(folder.path()), ["recv (partial).txt"]);
}

#[test]
fn what_arrived_of_an_interrupted_file_is_discarded_otherwise() {
    let mut receiver = Terminal::new()
        .expect("Keep the 5.0 kB that arrived as a partial file? [y/N]")
        .types("\\n")
        .receives(&["--once", "--yes"]);
    interrupt_after_5000_bytes(&mut receiver);
    let (screen, folder) = receiver.ends_with(1);
    assert!(screen.contains("Discarded the 5.0 kB"), "{screen}");
    assert!(names_in(folder.path()).is_empty());
}

fn interrupt_after_5000_bytes(receiver: &mut Receiver) {
    let peer = receiver.peer_with(&[7; 5000]);
    receiver.process.wait_for_stdout("5.0 kB");
    reset(peer);
}

#[test]
fn a_bar_shows_a_running_transfer_at_any_width() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("huge");
    fs::File::create(&file).unwrap().set_len(1 << 36).unwrap();
    for columns in ["20", "40", "100"] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let sender = Terminal::new()
            .columns(columns)
            .expect("[")
            .expect("0 %")
            .types("\\x03")
            .runs(&[
                "send",
                "--port",
                &port,
                "127.0.0.1",
                &file.display().to_string(),
            ]);
        let (peer, _) = listener.accept().unwrap();
        sender.finish().with_code(1);
        drop(peer);
    }
}
