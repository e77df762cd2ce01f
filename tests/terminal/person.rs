//! A person at a terminal, and what they receive.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::cli::{Running, fresh_home};
use crate::common::guard::connect;
use crate::common::programs::are_installed;
use crate::common::skipped::skipped;

/// A person at a terminal.
pub(crate) struct Terminal {
    steps: Vec<String>,
}

impl Terminal {
    /// Whether a test can have one here; if not, it says so, and there is nothing to be tried.
    #[track_caller]
    pub(crate) fn exists() -> bool {
        let what = "a person at a terminal";
        if !are_installed(what, &[("python3", "python3")]) {
            return false;
        }
        let open = Command::new("python3")
            .args(["-c", "import pty; pty.openpty()"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !open.unwrap().success() {
            skipped(&format!("{what}: /dev/pts is not mounted"));
            return false;
        }
        true
    }

    pub(crate) fn new() -> Self {
        Self { steps: Vec::new() }
    }

    fn step(mut self, action: &str, text: &str) -> Self {
        self.steps.push(action.to_owned());
        self.steps.push(text.to_owned());
        self
    }

    pub(crate) fn expect(self, text: &str) -> Self {
        self.step("--expect", text)
    }

    pub(crate) fn types(self, text: &str) -> Self {
        self.step("--type", text)
    }

    pub(crate) fn types_at_once(self, text: &str) -> Self {
        self.step("--type-at-once", text)
    }

    pub(crate) fn columns(self, columns: &str) -> Self {
        self.step("--columns", columns)
    }

    pub(crate) fn runs(self, arguments: &[&str]) -> Running {
        let helper = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal/on_a_terminal.py");
        Running::start(
            Command::new("python3")
                .env("ONEHOP_CONFIG_DIR", fresh_home())
                .arg(helper)
                .args(self.steps)
                .args(["--", env!("CARGO_BIN_EXE_onehop-cli")])
                .args(arguments),
        )
    }

    /// Receives in a folder of its own.
    pub(crate) fn receives(self, options: &[&str]) -> Receiver {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().display().to_string();
        let arguments = [
            "receive",
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "--dir",
            &dir,
        ];
        let mut process = self.runs(&[&arguments, options].concat());
        let line = process.wait_for_stdout("Listening on port ");
        let port = line.rsplit(' ').next().unwrap().parse().unwrap();
        process.wait_for_stdout("Press Ctrl-C to stop");
        Receiver {
            process,
            port,
            folder,
        }
    }
}

pub(crate) struct Receiver {
    pub(crate) process: Running,
    pub(crate) port: u16,
    folder: TempDir,
}

impl Receiver {
    /// Waits for the end and checks its exit code; returns what stood on the terminal.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> (String, TempDir) {
        let ended = self.process.finish().with_code(code);
        (ended.stdout, self.folder)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("recv.txt")
    }

    /// A peer that sends so much and leaves by a reset once it is told to.
    pub(crate) fn peer_with(&self, bytes: &[u8]) -> TcpStream {
        let mut peer = connect(self.port);
        assert!(peer.read(&mut [0; 1024]).unwrap() > 0);
        peer.write_all(bytes).unwrap();
        peer
    }
}
