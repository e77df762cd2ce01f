//! Starts the Python peers.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::Running;

/// Starts one of the programs beside this file.
pub(crate) fn start(program: &str, arguments: &[&str]) -> Running {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
    let interpreter = if cfg!(windows) { "python" } else { "python3" };
    Running::start(
        Command::new(interpreter)
            // No compiled copies of the programs in the sources' folder.
            .arg("-B")
            .arg(folder.join(program))
            .args(arguments)
            .stdin(Stdio::null()),
    )
}
