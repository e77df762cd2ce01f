//! Computers with a key of their own, as far as one computer can be several.

use std::path::Path;

use tempfile::TempDir;

use crate::cli::{Receiver, Running, program};

/// One of them.
#[derive(Debug)]
pub(crate) struct Device {
    folder: TempDir,
}

impl Device {
    /// One that nobody knows and that knows nobody.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Where it keeps its key.
    pub(crate) fn config(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// What `identity` prints.
    pub(crate) fn fingerprint(&self) -> String {
        self.run(&["identity"]).trim_end().to_owned()
    }

    /// Runs one of its commands to a good end and returns what stood on stdout.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        Running::start(program().args(arguments).args(["--config", &self.config()]))
            .finish()
            .with_code(0)
            .stdout
    }

    /// Starts to receive in a new folder.
    #[track_caller]
    pub(crate) fn receives(&self, options: &[&str]) -> Receiver {
        Receiver::start(&[&["--config", &self.config()], options].concat())
    }

    /// Starts to receive without questions what `sender` sends.
    #[track_caller]
    pub(crate) fn receives_from(&self, sender: &Self, options: &[&str]) -> Receiver {
        let trusting = ["--yes", "--trust", &sender.fingerprint()];
        self.receives(&[&trusting, options].concat())
    }

    /// Starts to send to a receiver on this computer.
    pub(crate) fn sends(&self, port: u16, options: &[&str], paths: &[&Path]) -> Running {
        let port = port.to_string();
        Running::start(
            program()
                .args(["send", "--port", &port, "--config", &self.config()])
                .args(options)
                .arg("127.0.0.1")
                .args(paths),
        )
    }

    /// Starts to send without questions to `receiver`, wherever it is.
    pub(crate) fn sends_to(&self, receiver: &Self, port: u16, paths: &[&Path]) -> Running {
        self.sends(port, &["--trust", &receiver.fingerprint()], paths)
    }
}
