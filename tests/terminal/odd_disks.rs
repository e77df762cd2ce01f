//! Files on disks that are not like others.

use std::fs;

use super::cli::{Running, fresh_home};
use super::device::Device;
use crate::common::odd_disk::with_odd_disk;

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
