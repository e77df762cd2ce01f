//! What only Windows has: streams beside a file, hidden attributes, open files that cannot be
//! renamed, device names, and paths that are too long.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use onehop::disk::{Destination, save_empty};
use onehop::error::DiskFault;

use crate::common::folder::names_in;
use crate::common::guard::wait_until;
use crate::common::skipped::{not_on_this_system, on_wine};
use crate::support::{Receiver, finish, in_background, saved_path};

const FILE_ATTRIBUTE_HIDDEN: u32 = 2;
const FILE_SHARE_READ_AND_WRITE: u32 = 3;

/// A peer that has sent `hello` and not ended yet, and the hidden file it goes to.
fn in_flight(receiver: &Receiver) -> (std::net::TcpStream, PathBuf) {
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    let incoming = receiver.connected();
    wait_until("all bytes arrived", || incoming.snapshot().bytes == 5);
    wait_until("a hidden file", || receiver.names().len() == 1);
    let partial = receiver.folder.path().join(&receiver.names()[0]);
    (peer, partial)
}

fn is_hidden(path: &Path) -> bool {
    fs::metadata(path).unwrap().file_attributes() & FILE_ATTRIBUTE_HIDDEN != 0
}

#[test]
fn a_file_is_hidden_until_it_has_its_final_name() {
    let receiver = Receiver::saving();
    let (peer, partial) = in_flight(&receiver);
    assert!(is_hidden(&partial), "{}", partial.display());
    assert!(finish(peer));
    assert!(!is_hidden(&saved_path(receiver.outcome())));
}

#[test]
fn a_received_file_bears_the_mark_of_the_web() {
    let folder = tempfile::tempdir().unwrap();
    let path = save_empty(&Destination::classic(folder.path())).unwrap();
    assert_eq!(names_in(folder.path()), ["recv.txt"]);
    match fs::read_to_string(format!("{}:Zone.Identifier", path.display())) {
        Ok(mark) => assert_eq!(mark, "[ZoneTransfer]\r\nZoneId=3\r\n"),
        Err(error) if on_wine() => {
            not_on_this_system(&format!("Wine has no streams beside files: {error}"));
        }
        Err(error) => panic!("no mark: {error}"),
    }
}

#[test]
fn a_file_that_a_scanner_holds_open_gets_its_name_a_little_later() {
    let receiver = Receiver::saving();
    let (peer, partial) = in_flight(&receiver);
    let scanner = OpenOptions::new()
        .read(true)
        .share_mode(FILE_SHARE_READ_AND_WRITE)
        .open(&partial)
        .unwrap();
    let elsewhere = partial.with_extension("elsewhere");
    assert!(fs::rename(&partial, &elsewhere).is_err(), "held open");
    let scan = in_background(move || {
        sleep(Duration::from_millis(300));
        drop(scanner);
    });
    assert!(finish(peer), "confirmed by an orderly close");
    assert_eq!(receiver.saved(), b"hello");
    scan.join().unwrap();
}

#[test]
fn a_path_beyond_260_characters_is_saved_to() {
    let root = tempfile::tempdir().unwrap();
    let mut folder = root.path().to_owned();
    while folder.as_os_str().len() < 300 {
        folder.push("a folder with a name of forty characters");
    }
    fs::create_dir_all(&folder).unwrap();
    let destination = Destination::classic(&folder);
    for expected in ["recv.txt", "recv (2).txt"] {
        let path = save_empty(&destination).unwrap();
        assert_eq!(path, folder.join(expected), "told as it was asked for");
        assert!(path.exists());
    }
    assert_eq!(names_in(&folder), ["recv (2).txt", "recv.txt"]);
}

#[test]
fn a_device_is_never_written_to() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["con", "NUL.txt", "recv.txt:stream", "recv.txt."] {
        let destination = Destination {
            file_name: name.into(),
            ..Destination::classic(folder.path())
        };
        let refused = save_empty(&destination).unwrap_err();
        assert!(
            matches!(refused, DiskFault::NameNotAllowed { .. }),
            "{name}: {refused:?}"
        );
    }
    assert!(names_in(folder.path()).is_empty());
}
