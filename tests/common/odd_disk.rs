//! Disks that are not like others, served by `odd_disk.py` in a mount namespace that ends with the
//! test.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use super::own_mounts::own_mounts;
use super::skipped::skipped;

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
