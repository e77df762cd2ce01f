//! Files on disks that are not like others.

use std::fs;

use super::classic::deliver;
use super::cli::{Running, file_of, fresh_home};
use super::device::Device;
use super::odd_disk::with_odd_disk;

/// A receiver whose folder is such a disk, and its port; `None` if this system lets nobody mount one.
fn receiver_on(options: &[&str], arguments: &[&str]) -> Option<(Running, u16)> {
    let folder = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_onehop-cli").as_ref();
    let mut command = with_odd_disk(options, folder.path(), program)?;
    command.env("ONEHOP_CONFIG_DIR", fresh_home());
    command.args(["receive", "--port", "0", "--bind", "127.0.0.1"]);
    command.args(["--yes", "--once"]).args(arguments);
    command.arg("--dir").arg(folder.path());
    let mut receiver = Running::start(&mut command);
    let line = receiver.wait_for("Listening on port ");
    let port = line.rsplit(' ').next().unwrap().parse().unwrap();
    // The mount point must outlive the process; the system clears it away some day.
    let _kept = folder.keep();
    Some((receiver, port))
}

#[test]
fn a_disk_that_tells_no_space_takes_a_file() {
    let Some((receiver, port)) = receiver_on(&["tells-no-space"], &[]) else {
        return;
    };
    let (_folder, file) = file_of(100_000);
    assert!(deliver(port, &file));
    receiver.finish().with_code(0);
}

#[test]
fn nobody_is_told_that_a_disk_that_tells_no_space_has_none() {
    let (one, other) = (Device::new(), Device::new());
    let arguments = ["--trust", &one.fingerprint(), "--config", &other.config()];
    let Some((receiver, port)) = receiver_on(&["tells-no-space"], &arguments) else {
        return;
    };
    let (_folder, file) = file_of(100_000);
    one.sends_to(&other, port, &[&file]).finish().with_code(0);
    let ended = receiver
        .finish()
        .with_code(0)
        .saying("wants to send 1 file");
    assert!(!ended.stderr.contains("free here"), "{ended:#?}");
}

#[test]
fn what_the_disk_has_against_a_file_is_said_as_what_it_is() {
    for (option, said) in [
        ("limit=50000", "recv.txt is too large to be saved there."),
        ("quota=50000", "is used up."),
    ] {
        let Some((receiver, port)) = receiver_on(&[option], &[]) else {
            return;
        };
        let (_folder, file) = file_of(100_000);
        assert!(!deliver(port, &file));
        receiver.finish().with_code(1).saying(said);
    }
}

#[test]
fn what_the_disk_has_against_one_of_several_files_is_said_on_both_sides() {
    let (one, other) = (Device::new(), Device::new());
    let (config, trusted) = (other.config(), one.fingerprint());
    let folder = tempfile::tempdir().unwrap();
    let chosen = folder.path().join("f");
    fs::create_dir(&chosen).unwrap();
    fs::write(chosen.join("bad"), vec![7; 100_000]).unwrap();
    fs::write(chosen.join("good"), "good").unwrap();
    let words = ["--config", &config, "--trust", &trusted];
    for (option, said, told) in [
        (
            "limit=50000",
            "f/bad: it is too large for the disk.",
            "f/bad: it is too large for the receiver's disk.",
        ),
        (
            "broken=bad",
            "f/bad: the disk reported an input/output error.",
            "f/bad: the receiver's disk reported an input/output error.",
        ),
    ] {
        let Some((receiver, port)) = receiver_on(&[option], &words) else {
            return;
        };
        one.sends_to(&other, port, &[&chosen])
            .finish()
            .with_code(1)
            .saying(told);
        receiver.finish().with_code(1).saying(said);
    }
}
