//! Files and folders that this user may not touch, and what others may do with those that arrive.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::classic::deliver;
use super::cli::{Receiver, Running, file_of, program, program_under};
use super::device::Device;
use crate::common::folder::names_in;
use crate::common::guard::connect;
use crate::common::skipped::skipped;

/// The program as a user whom permissions stop. An administrator gives up that privilege, or
/// enters a user namespace of its own, where it owns the same files but may not overrule them.
fn unprivileged() -> Option<Command> {
    let (_folder, file) = file_of(1);
    forbid(&file);
    if File::open(&file).is_err() {
        return Some(program());
    }
    let ways: [&[&str]; 2] = [
        &[
            "setpriv",
            "--bounding-set",
            "-dac_override,-dac_read_search",
        ],
        &["unshare", "--user"],
    ];
    let found = ways.into_iter().find_map(|way| {
        let run = |program: &str| {
            let mut command = Command::new(way[0]);
            command.args(&way[1..]).arg(program).stdin(Stdio::null());
            command
        };
        let runs = |command: &mut Command| command.output().is_ok_and(|ran| ran.status.success());
        let is_stopped = runs(&mut run("true")) && !runs(run("cat").arg(&file));
        is_stopped.then(|| run(env!("CARGO_BIN_EXE_onehop-cli")))
    });
    if found.is_none() {
        skipped("missing permissions: this user may do everything, and cannot give that up");
    }
    found
}

const FAILURE: &str = "Not saved: folder/secret: the sender could not read it.";

fn forbid(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o000)).unwrap();
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let Some(mut program) = unprivileged() else {
        return;
    };
    let (_folder, file) = file_of(18);
    forbid(&file);
    Running::start(program.args(["send", "127.0.0.1"]).arg(file))
        .finish()
        .with_code(1)
        .saying("The file sample.txt cannot be read.")
        .saying("You do not have permission to read it.");
}

#[test]
fn a_file_that_may_not_be_read_is_named_on_both_sides_and_the_rest_arrives() {
    let Some(mut program) = unprivileged() else {
        return;
    };
    let (one, other) = (Device::new(), Device::new());
    let source = tempfile::tempdir().unwrap();
    let folder = source.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("open"), "open").unwrap();
    fs::write(folder.join("secret"), "secret").unwrap();
    forbid(&folder.join("secret"));
    let receiver = other.receives_from(&one, &["--once"]);
    let port = receiver.port.to_string();
    program.args(["send", "--port", &port, "--config", &one.config()]);
    program.args(["--trust", &other.fingerprint(), "127.0.0.1"]);
    Running::start(program.arg(&folder))
        .finish()
        .with_code(1)
        .saying("Not all was delivered, only 1 file")
        .saying(FAILURE);
    let saved = receiver.path("folder");
    let (ended, _folder) = receiver.finish();
    ended.with_code(1).saying(FAILURE);
    assert_eq!(names_in(&saved), ["open"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_named_before_anyone_connects() {
    let Some(mut program) = unprivileged() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    let receive = ["receive", "--port", "0", "--bind", "127.0.0.1", "--dir"];
    Running::start(program.args(receive).arg(folder.path()))
        .finish()
        .with_code(1)
        .saying("Onehop cannot write to the folder");
}

const MASKS: [&str; 4] = ["022", "002", "077", "000"];

fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn what_a_killed_classic_receiver_leaves_is_private_and_told_under_every_mask() {
    for mask in MASKS {
        let mut receiver = Receiver::start_as(program_under(mask), &["--yes"]);
        let mut peer = connect(receiver.port);
        peer.write_all(&[7; 5000]).unwrap();
        let part = receiver.wait_for_part();
        assert_eq!(mode_of(&part), 0o600, "{mask}");
        receiver.process.kill();
        let (_, folder) = receiver.finish();
        let mut command = program();
        command.args(["receive", "--port", "0", "--bind", "127.0.0.1", "--dir"]);
        let mut restarted = Running::start(command.arg(folder.path()));
        restarted.wait_for("Interrupted earlier:");
    }
}

#[test]
fn a_classic_file_gets_the_usual_permissions_with_its_name() {
    for mask in MASKS {
        let receiver = Receiver::start_as(program_under(mask), &["--yes", "--once"]);
        let (_source, file) = file_of(5000);
        assert!(deliver(receiver.port, &file));
        let saved = receiver.path("recv.txt");
        let (ended, _folder) = receiver.finish();
        ended.with_code(0);
        let usual = 0o666 & !u32::from_str_radix(mask, 8).unwrap();
        assert_eq!(mode_of(&saved), usual, "{mask}");
    }
}
