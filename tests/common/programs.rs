//! The programs that some tests need, which not every machine has.

use std::env::consts::EXE_SUFFIX;
#[cfg(unix)]
use std::process::{Command, Stdio};

use super::skipped::skipped;

/// Whether all of these are installed, each named with the package that has it in Debian and Ubuntu.
/// If not, tells plainly that `what` could not be tried, and what to install.
#[track_caller]
pub(crate) fn are_installed(what: &str, programs: &[(&str, &str)]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_missing = |program: &str| {
        let mut folders = std::env::split_paths(&path);
        !folders.any(|folder| folder.join(format!("{program}{EXE_SUFFIX}")).exists())
    };
    let missing: Vec<String> = programs
        .iter()
        .filter(|(program, _)| is_missing(program))
        .map(|(program, package)| format!("{program} (package {package})"))
        .collect();
    if !missing.is_empty() {
        skipped(&format!("{what}: there is no {}", missing.join(", ")));
    }
    missing.is_empty()
}

/// Whether `nc` is there and is the one of OpenBSD, whose options the tests use; if not, that is said.
#[cfg(unix)]
#[track_caller]
pub(crate) fn nc_is_installed() -> bool {
    let what = "netcat";
    if !are_installed(what, &[("nc", "netcat-openbsd")]) {
        return false;
    }
    let help = Command::new("nc").arg("-h").stdin(Stdio::null()).output();
    let said = help.map(|output| [output.stdout, output.stderr].concat());
    let is_openbsd = String::from_utf8_lossy(&said.unwrap_or_default()).contains("OpenBSD");
    if !is_openbsd {
        skipped(&format!(
            "{what}: nc is not that of the package netcat-openbsd"
        ));
    }
    is_openbsd
}
