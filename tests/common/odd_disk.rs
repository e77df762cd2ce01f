//! Disks that are not like others, served by `odd_disk.py` in a mount namespace that ends with the
//! test.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::own_mounts::own_mounts;
use crate::skipped::skipped;

/// Names the disk to the tests that run on it.
const ODD_DISK: &str = "ONEHOP_TEST_ODD_DISK";
/// What the script says if it can mount nothing.
const NOT_MOUNTED: i32 = 99;

/// Runs a command with such a disk at `folder`. `None` if this system does not let anybody mount one.
pub(crate) fn with_odd_disk(options: &[&str], folder: &Path, program: &OsStr) -> Option<Command> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/odd_disk.py");
    let command = |program: &OsStr| {
        let mut command = own_mounts()?;
        command.args(["python3", script]).arg(folder).args(options);
        command.arg("--").arg(program);
        Some(command)
    };
    let tried = command(OsStr::new("true")).and_then(|mut command| command.output().ok());
    if tried.is_none_or(|output| !output.status.success()) {
        skipped("an odd disk: it needs python3, /dev/fuse, and the right to mount");
        return None;
    }
    command(program)
}

/// Runs an ignored test of this program on such a disk, where [`odd_disk`] names it.
pub(crate) fn run_on_an_odd_disk(options: &[&str], test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let Some(mut command) = with_odd_disk(options, folder.path(), program.as_os_str()) else {
        return;
    };
    let output = command
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(ODD_DISK, folder.path())
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(NOT_MOUNTED), "{output:#?}");
    let [stdout, stderr] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{stdout}{stderr}");
    assert!(stdout.contains("1 passed"), "{stdout}");
}

pub(crate) fn odd_disk() -> PathBuf {
    std::env::var_os(ODD_DISK).unwrap().into()
}
