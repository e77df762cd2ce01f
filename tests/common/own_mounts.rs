//! Small disks that fill up, in a mount namespace that ends with the test.

use std::process::{Command, Stdio};

/// What runs a program where it may mount disks that nobody else sees: by an administrator's
/// right, or as the administrator of a user namespace of its own. `None` if this system lets it
/// do neither.
pub(crate) fn own_mounts() -> Option<Command> {
    let ways: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    ways.into_iter().find_map(|options| {
        let command = || {
            let mut command = Command::new("unshare");
            command.args(options).stdin(Stdio::null());
            command
        };
        let mount = "mount -t tmpfs -o size=1m tmpfs /mnt";
        let tried = command().args(["sh", "-c", mount]).output();
        let allowed = tried.is_ok_and(|output| output.status.success());
        allowed.then(command)
    })
}
