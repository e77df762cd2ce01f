//! Starts the Python peers.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::Running;
use crate::common::programs::are_installed;

const INTERPRETER: &str = if cfg!(windows) { "python" } else { "python3" };

/// Whether the peers can be played here; if not, that is said.
#[track_caller]
pub(crate) fn is_installed() -> bool {
    are_installed("a peer in Python", &[(INTERPRETER, "python3")])
}

/// Starts one of the programs beside this file.
pub(crate) fn start(program: &str, arguments: &[&str]) -> Running {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
    Running::start(
        Command::new(INTERPRETER)
            // No compiled copies of the programs in the sources' folder.
            .arg("-B")
            .arg(folder.join(program))
            .args(arguments)
            .stdin(Stdio::null()),
    )
}
