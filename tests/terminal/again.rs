//! The same folder once more, and names that are never taken without a question.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::cli::Receiver;
use crate::common::folder::names_in;
use crate::device::Device;

/// A folder to send.
fn photos() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    fs::create_dir(&photos).unwrap();
    fs::write(photos.join("a"), "a").unwrap();
    fs::write(photos.join("b"), "b").unwrap();
    (folder, photos)
}

fn photos_at(receiver: &Receiver) -> Vec<String> {
    names_in(&receiver.path("photos"))
}

#[test]
fn a_folder_that_is_there_already_is_said_to_be_and_what_changed_joins_it() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &[]);
    let (_folder, photos) = photos();
    let sends = || one.sends_to(&other, receiver.port, &[&photos]).finish();
    sends().with_code(0).saying("Delivered, verified: 2 files");
    sends()
        .with_code(0)
        .saying("Everything was already there: nothing had to be sent.");
    fs::write(photos.join("a"), "A").unwrap();
    sends()
        .with_code(0)
        .saying("1 file was already there")
        .saying("photos/a was saved as a (2).");
    assert_eq!(receiver.names(), ["photos"]);
    assert_eq!(photos_at(&receiver), ["a", "a (2)", "b"]);
}

#[test]
fn a_folder_joins_one_of_the_receivers_own_only_with_merge() {
    let (one, other) = (Device::new(), Device::new());
    let (_folder, photos) = photos();
    for (options, expected) in [
        (&[][..], &["photos", "photos (2)"][..]),
        (&["--merge"], &["photos"]),
    ] {
        let receiver = other.receives_from(&one, options);
        fs::create_dir(receiver.path("photos")).unwrap();
        fs::write(receiver.path("photos").join("mine"), "mine").unwrap();
        one.sends_to(&other, receiver.port, &[&photos])
            .finish()
            .with_code(0);
        assert_eq!(receiver.names(), expected);
    }
}

#[test]
fn what_begins_with_a_dot_is_declined_where_nobody_can_be_asked() {
    let (one, other) = (Device::new(), Device::new());
    let mut receiver = other.receives_from(&one, &[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".bashrc");
    fs::write(&file, "echo").unwrap();
    one.sends_to(&other, receiver.port, &[&file])
        .finish()
        .with_code(1)
        .saying("The receiver declined.");
    receiver.process.wait_for(".bashrc (4 B), hidden");
    receiver
        .process
        .wait_for("begin with a dot are never saved without asking");
    assert!(receiver.names().is_empty());
}

// Windows takes no command line that long.
#[cfg(not(windows))]
#[test]
fn what_begins_with_a_dot_is_declined_behind_however_many_others() {
    let (one, other) = (Device::new(), Device::new());
    let mut receiver = other.receives_from(&one, &[]);
    let folder = tempfile::tempdir().unwrap();
    // More than are ever named.
    let names = (0..1000).map(|number| number.to_string());
    let paths: Vec<PathBuf> = names
        .chain([".bashrc".to_owned()])
        .map(|name| folder.path().join(name))
        .collect();
    for path in &paths {
        fs::write(path, "x").unwrap();
    }
    let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
    one.sends_to(&other, receiver.port, &paths)
        .finish()
        .with_code(1)
        .saying("The receiver declined.");
    receiver.process.wait_for(".bashrc (1 B), hidden");
    assert!(receiver.names().is_empty());
}
