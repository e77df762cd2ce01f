//! What a disk can have against a file, by either protocol: one table.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::classic::deliver;
use super::cli::{Ended, Running, file_of, fresh_home, program_with_file_limit};
use super::device::Device;
use crate::common::odd_disk::with_odd_disk;
use crate::common::own_mounts::own_mounts;
use crate::common::skipped::skipped;

/// What is wrong with the folder, a new one, in which the receiver saves.
enum Fault {
    /// It is on a disk with so much room.
    Small(&'static str),
    /// It is on a disk with these options of `odd_disk.py`.
    Odd(&'static str),
    /// The user may write no larger files, in blocks of 512 bytes.
    Limit(&'static str),
    /// It goes away while the receiver waits.
    Gone,
}

const FAULTS: [(Fault, &str, &str); 6] = [
    (
        Fault::Small("1m"),
        "There is not enough space in",
        "It does not fit on the receiver's disk.",
    ),
    (Fault::Odd("limit=50000"), "too large", "too large"),
    (Fault::Odd("quota=50000"), "is used up", "quota is used up"),
    (Fault::Odd("broken"), "disk reported an", "disk reported an"),
    (Fault::Limit("512"), "too large", "too large"),
    (Fault::Gone, "not found", "receiver's folder is gone"),
];

/// Mounts the disk and tells at the end what is left on it.
const ON_A_SMALL_DISK: &str = r#"
    mount -t tmpfs -o size="$2" tmpfs "$1" || exit 99
    folder="$1"
    shift 2
    "$@"
    code=$?
    echo "left on the disk: [$(ls -A "$folder")]" >&2
    exit $code
"#;

impl Fault {
    /// What runs the program with a folder of that kind; `None` if this system lets nobody make one.
    fn program(&self, folder: &Path) -> Option<Command> {
        let program = env!("CARGO_BIN_EXE_onehop-cli");
        match self {
            Self::Small(size) => {
                let Some(mut command) = own_mounts() else {
                    skipped("a full disk: no test may mount a small one here (package mount)");
                    return None;
                };
                command
                    .args(["sh", "-c", ON_A_SMALL_DISK, "sh"])
                    .arg(folder);
                command.args([size, program]);
                Some(command)
            }
            Self::Odd(option) => with_odd_disk(&[option], folder, program.as_ref()),
            Self::Limit(blocks) => Some(program_with_file_limit(blocks)),
            Self::Gone => Some(Command::new(program)),
        }
    }

    /// A receiver on that disk, and its port.
    fn receiver(&self, arguments: &[&str]) -> Option<(Running, u16)> {
        let folder = tempfile::tempdir().unwrap();
        let mut command = self.program(folder.path())?;
        command.env("ONEHOP_CONFIG_DIR", fresh_home());
        command.args(["receive", "--port", "0", "--bind", "127.0.0.1"]);
        command.args(["--yes", "--once"]).args(arguments);
        command.arg("--dir").arg(folder.path());
        let mut receiver = Running::start(&mut command);
        let line = receiver.wait_for("Listening on port ");
        let port = line.rsplit(' ').next().unwrap().parse().unwrap();
        if let Self::Gone = self {
            folder.close().unwrap();
        } else {
            // The mount point must outlive the process; the system clears it away some day.
            let _kept = folder.keep();
        }
        Some((receiver, port))
    }

    #[track_caller]
    fn nothing_is_left(&self, receiver: Ended) {
        if let Self::Small(_) = self {
            receiver.saying("left on the disk: []");
        }
    }
}

#[test]
fn a_file_that_the_disk_does_not_take_is_told_as_what_it_is_by_classic() {
    let (_folder, file) = file_of(2_000_000);
    for (fault, said, _) in FAULTS {
        let Some((receiver, port)) = fault.receiver(&[]) else {
            continue;
        };
        assert!(!deliver(port, &file), "{said}");
        let ended = receiver.finish().with_code(1).saying(said);
        fault.nothing_is_left(ended);
    }
}

#[test]
fn a_file_that_the_disk_does_not_take_is_told_as_what_it_is_on_both_sides_of_onehop() {
    let (one, other) = (Device::new(), Device::new());
    let arguments = ["--trust", &one.fingerprint(), "--config", &other.config()];
    let (_folder, file) = file_of(2_000_000);
    for (fault, said, told) in FAULTS {
        let Some((receiver, port)) = fault.receiver(&arguments) else {
            continue;
        };
        let sender = one.sends_to(&other, port, &[&file]).finish();
        sender.with_code(1).saying(told);
        let ended = receiver.finish().with_code(1).saying(said);
        fault.nothing_is_left(ended);
    }
}

#[test]
fn a_disk_takes_what_fits_and_what_it_tells_nothing_about() {
    let (one, other) = (Device::new(), Device::new());
    let arguments = ["--trust", &one.fingerprint(), "--config", &other.config()];
    let (_folder, file) = file_of(500_000);
    let small = Fault::Small("2m");
    for fault in [small, Fault::Odd("tells-no-space")] {
        let Some((receiver, port)) = fault.receiver(&[]) else {
            continue;
        };
        assert!(deliver(port, &file));
        receiver.finish().with_code(0);
        let Some((receiver, port)) = fault.receiver(&arguments) else {
            continue;
        };
        one.sends_to(&other, port, &[&file]).finish().with_code(0);
        let ended = receiver.finish().with_code(0);
        let tells = matches!(fault, Fault::Small(_));
        assert_eq!(ended.stderr.contains("free here"), tells, "{ended:#?}");
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
        let Some((receiver, port)) = Fault::Odd(option).receiver(&words) else {
            return;
        };
        one.sends_to(&other, port, &[&chosen])
            .finish()
            .with_code(1)
            .saying(told);
        receiver.finish().with_code(1).saying(said);
    }
}
