//! A sender written in Python from the specification alone, and Onehop's receiver.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use onehop::transfer::{Consent, ListenEvent, Listener, ReceiveEvent, ReceiveOutcome, Summary};
use tempfile::TempDir;

use crate::cli::Running;
use crate::common::folder::tree;
use crate::common::guard::GUARD;
use crate::common::noise::noise;
use crate::pair::{Computer, listen};
use crate::python;

/// Whether Python has the one package that the sender needs; says so plainly if not.
fn has_blake3() -> bool {
    let import = ["-c", "import blake3"];
    let mut python = Command::new("python3");
    let found = python.args(import).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return true;
    }
    let why = "Python's package blake3 is not there: python3 -m pip install --target \
               target/python blake3, then set PYTHONPATH=target/python";
    crate::common::skipped::skipped(why);
    false
}

/// A Python program with a key of its own, and a receiver.
struct Pair {
    sender: Computer,
    receiver: Computer,
    outbox: TempDir,
    inbox: TempDir,
    listener: Listener,
    events: std::sync::mpsc::Receiver<ListenEvent>,
}

impl Pair {
    fn new(consent: Consent, know_each_other: bool) -> Self {
        let (sender, receiver) = (
            Computer::named("a Python program"),
            Computer::named("desk-pc"),
        );
        if know_each_other {
            receiver.knows(&sender);
        }
        let inbox = tempfile::tempdir().unwrap();
        let (listener, events) = listen(&receiver, inbox.path(), consent);
        Self {
            sender,
            receiver,
            outbox: tempfile::tempdir().unwrap(),
            inbox,
            listener,
            events,
        }
    }

    fn of_strangers() -> Self {
        Self::new(Consent::Ask, false)
    }

    fn of_friends() -> Self {
        Self::new(Consent::SaveWithoutAsking, true)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.outbox.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn send(&self, paths: &[&Path], options: &[&str]) -> Running {
        let port = self.listener.port().to_string();
        let identity = self.sender.key_file().display().to_string();
        let paths: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        python::start(
            "onehop_sender.py",
            &[&[&*port, &*identity], &paths[..], options].concat(),
        )
    }

    fn next(&self) -> ListenEvent {
        loop {
            match self.events.recv_timeout(GUARD).unwrap() {
                ListenEvent::AddressesChanged(_) => {}
                event => return event,
            }
        }
    }

    fn ended(&self) -> ReceiveOutcome {
        loop {
            if let ListenEvent::Transfer(_, ReceiveEvent::Ended(outcome)) = self.next() {
                return outcome;
            }
        }
    }

    fn received(&self) -> Summary {
        match self.ended() {
            ReceiveOutcome::Received { summary, .. } => *summary,
            outcome => panic!("expected files, got {outcome:?}"),
        }
    }

    fn arrived(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        tree(self.inbox.path())
    }

    fn sent(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        tree(self.outbox.path())
    }

    /// A folder with folders in it, one of them empty.
    fn folder(&self) -> PathBuf {
        self.file("photos/a.jpg", &noise(3_000_000));
        self.file("photos/2026/日本語 🎉.txt", b"b");
        self.file("photos/2026/nothing.txt", b"");
        let folder = self.outbox.path().join("photos");
        fs::create_dir_all(folder.join("empty")).unwrap();
        folder
    }
}

#[test]
fn a_folder_arrives_after_both_have_shown_the_same_code() {
    if !has_blake3() {
        return;
    }
    let pair = Pair::of_strangers();
    let folder = pair.folder();
    let mut sender = pair.send(&[&folder], &[]);
    let ListenEvent::Connected(incoming) = pair.next() else {
        panic!("not connected");
    };
    let ListenEvent::Transfer(_, ReceiveEvent::Introduced(introduced)) = pair.next() else {
        panic!("not introduced");
    };
    let code = introduced.code.unwrap();
    assert_eq!(sender.wait_for_stdout("code"), format!("code {code}"));
    assert_eq!(introduced.device.name, "a Python program");
    assert_eq!(introduced.device.fingerprint, pair.sender.fingerprint());
    assert_eq!((introduced.files, introduced.bytes), (3, 3_000_001));
    let ListenEvent::Transfer(_, ReceiveEvent::Offered(offered)) = pair.next() else {
        panic!("nothing offered");
    };
    let names: Vec<&str> = offered
        .items
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    assert_eq!(names, ["photos"]);
    incoming.accept();
    let ended = sender.finish().with_code(0);
    assert!(ended.stdout.contains("received 3 3000001"), "{ended:#?}");
    assert_eq!(pair.received().files, 3);
    assert_eq!(pair.arrived(), pair.sent());
}

#[test]
fn a_declined_sender_hears_that_it_was_declined() {
    if !has_blake3() {
        return;
    }
    let pair = Pair::of_strangers();
    let sender = pair.send(&[&pair.file("sample.txt", b"18")], &[]);
    let ListenEvent::Connected(incoming) = pair.next() else {
        panic!("not connected");
    };
    loop {
        if let ListenEvent::Transfer(_, ReceiveEvent::Offered(_)) = pair.next() {
            break;
        }
    }
    incoming.decline();
    sender.finish().with_code(1).saying("declined: declined");
    assert!(pair.arrived().is_empty());
}

#[test]
fn devices_that_remember_each_other_need_no_code() {
    if !has_blake3() {
        return;
    }
    let pair = Pair::of_friends();
    let sender = pair.send(&[&pair.file("sample.txt", b"18")], &["--remembers"]);
    let ended = sender.finish().with_code(0);
    assert!(!ended.stdout.contains("code"), "{ended:#?}");
    assert!(ended.stdout.contains("to desk-pc"), "{ended:#?}");
    assert_eq!(pair.arrived(), pair.sent());
    assert_eq!(pair.receiver.devices.name(), "desk-pc");
}

#[test]
fn an_interrupted_folder_is_gone_on_with() {
    if !has_blake3() {
        return;
    }
    let pair = Pair::of_friends();
    pair.file("photos/1.jpg", &noise(2_000_000));
    pair.file("photos/2.jpg", &noise(9_000_000));
    pair.file("photos/3.jpg", &noise(1_000_000));
    let folder = pair.outbox.path().join("photos");
    let sender = pair.send(&[&folder], &["--remembers", "--stop-after", "6000000"]);
    let ended = sender.finish().with_code(3);
    assert!(!ended.stdout.contains("received"), "{ended:#?}");
    let outcome = pair.ended();
    assert!(
        matches!(outcome, ReceiveOutcome::BrokenOff { .. }),
        "{outcome:?}"
    );
    assert!(!pair.arrived().contains_key("photos"));

    let sender = pair.send(&[&folder], &["--remembers"]);
    let ended = sender.finish().with_code(0);
    assert!(ended.stdout.contains("resume photos/2.jpg"), "{ended:#?}");
    assert!(ended.stdout.contains("received 3 12000000"), "{ended:#?}");
    assert!(pair.received().resumed_bytes > 2_000_000);
    assert_eq!(pair.arrived(), pair.sent());
}

#[test]
fn a_held_beginning_that_differs_is_sent_again() {
    if !has_blake3() {
        return;
    }
    let pair = Pair::of_friends();
    let file = pair.file("big.bin", &noise(9_000_000));
    let sender = pair.send(&[&file], &["--remembers", "--stop-after", "6000000"]);
    sender.finish().with_code(3);
    pair.ended();
    // Other content that claims to be as old: only the hashes can tell.
    let modified = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(&file, vec![7; 9_000_000]).unwrap();
    let written = fs::File::options().write(true).open(&file).unwrap();
    written.set_modified(modified).unwrap();
    let ended = pair.send(&[&file], &["--remembers"]).finish().with_code(0);
    assert!(ended.stdout.contains("resume big.bin"), "{ended:#?}");
    assert_eq!(pair.received().resumed_bytes, 0);
    assert_eq!(pair.arrived(), pair.sent());
}

#[test]
fn what_is_there_already_is_skipped() {
    if !has_blake3() {
        return;
    }
    let pair = Pair::of_friends();
    let file = pair.file("sample.txt", &noise(100_000));
    pair.send(&[&file], &["--remembers"]).finish().with_code(0);
    let ended = pair.send(&[&file], &["--remembers"]).finish().with_code(0);
    assert!(ended.stdout.contains("skip sample.txt"), "{ended:#?}");
    assert!(ended.stdout.contains("received 1 100000"), "{ended:#?}");
    assert_eq!(pair.arrived().len(), 1);
}
