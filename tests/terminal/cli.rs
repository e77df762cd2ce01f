//! Runs the terminal program and reads what it says.

use std::fs;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
#[cfg(unix)]
use std::time::Duration;
use std::time::Instant;

use tempfile::TempDir;

use crate::common::folder::names_in;
use crate::common::guard::{GUARD, end_of, soon};
use crate::common::noise::noise;

/// The program under test.
pub(crate) fn program() -> Command {
    at_home(Command::new(env!("CARGO_BIN_EXE_onehop-cli")))
}

/// The same, with this mask for the permissions of new files, in octal digits.
#[cfg(target_os = "linux")]
pub(crate) fn program_under(mask: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", r#"umask "$0"; exec "$@""#, mask]);
    command.arg(env!("CARGO_BIN_EXE_onehop-cli"));
    at_home(command)
}

/// The same, with this limit for the size of files, in the blocks of `ulimit -f`.
#[cfg(target_os = "linux")]
pub(crate) fn program_with_file_limit(blocks: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", r#"ulimit -f "$0"; exec "$@""#, blocks]);
    command.arg(env!("CARGO_BIN_EXE_onehop-cli"));
    at_home(command)
}

fn at_home(mut command: Command) -> Command {
    command
        .env_remove("RUST_LOG")
        .env("ONEHOP_CONFIG_DIR", fresh_home())
        .stdin(Stdio::null());
    command
}

/// A folder for a key and known devices that no other process has: a test must neither find nor
/// leave anything in the folder of whoever runs it.
pub(crate) fn fresh_home() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // In no folder that another user may have made.
    let home =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("home-{}-{count}", std::process::id()));
    fs::remove_dir_all(&home).ok();
    home
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    Running::start(program().args(arguments)).finish()
}

/// Sends `file` to a classic receiver on this computer and waits for the end.
pub(crate) fn send(port: u16, file: &Path) -> Ended {
    start_sending(port, file, &[]).finish()
}

/// Starts to send `file` to a classic receiver on this computer.
pub(crate) fn start_sending(port: u16, file: &Path, options: &[&str]) -> Running {
    let port = port.to_string();
    Running::start(
        program()
            .args(["send", "--classic", "--port", &port])
            .args(options)
            .arg("127.0.0.1")
            .arg(file),
    )
}

/// What a process said and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Fails with everything that was said unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Fails with everything that was said unless stderr contains `text`, wherever its lines
    /// break.
    #[track_caller]
    pub(crate) fn saying(self, text: &str) -> Self {
        let unbroken = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let found = unbroken(&self.stderr).contains(&unbroken(text));
        assert!(found, "no “{text}” in {self:#?}");
        self
    }
}

/// A process that is ended when the test is.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: Lines,
    stderr: Lines,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::start_printing_to(Stdio::piped(), command)
    }

    /// As [`Self::start`], with a stdout that is not read here.
    pub(crate) fn start_printing_to(stdout: Stdio, command: &mut Command) -> Self {
        let mut child = command
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout: Box<dyn Read + Send> = match child.stdout.take() {
            Some(stdout) => Box::new(stdout),
            None => Box::new(std::io::empty()),
        };
        let stdout = Lines::of("stdout", stdout);
        let stderr = Lines::of("stderr", child.stderr.take().unwrap());
        Self {
            child,
            stdout,
            stderr,
        }
    }

    /// Reads stderr until a line contains `text`, and returns that line.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.stderr.wait_for(text)
    }

    /// As [`Self::wait_for`], on stdout.
    #[track_caller]
    pub(crate) fn wait_for_stdout(&mut self, text: &str) -> String {
        self.stdout.wait_for(text)
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Ended {
        let stdout = self.stdout.rest();
        let stderr = self.stderr.rest();
        Ended {
            code: end_of(&mut self.child).code(),
            stdout,
            stderr,
        }
    }

    /// Ends the process without giving it a chance to say a word.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// What Ctrl-C does.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        self.signal(rustix::process::Signal::INT);
    }

    /// Sends a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, signal).unwrap();
    }

    /// Whether it goes on for another moment.
    #[cfg(unix)]
    pub(crate) fn is_running(&mut self) -> bool {
        thread::sleep(Duration::from_millis(200));
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A receiver in a folder of its own.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) process: Running,
    pub(crate) port: u16,
    folder: TempDir,
}

impl Receiver {
    /// Starts to receive on the loopback interface, on a free port unless the options name one.
    #[track_caller]
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_as(program(), options)
    }

    /// As [`Self::start`], with a program that is run in another way.
    #[track_caller]
    pub(crate) fn start_as(program: Command, options: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), program, options)
    }

    /// As [`Self::start_as`], in the folder of one that was there before.
    #[track_caller]
    pub(crate) fn start_in(folder: TempDir, mut program: Command, options: &[&str]) -> Self {
        let any_port: &[&str] = if options.contains(&"--port") {
            &[]
        } else {
            &["--port", "0"]
        };
        let mut process = Running::start(
            program
                .args(["receive", "--bind", "127.0.0.1", "--dir"])
                .arg(folder.path())
                .args(any_port)
                .args(options),
        );
        let line = process.wait_for("Listening on port ");
        let port = line.rsplit(' ').next().unwrap().parse().unwrap();
        process.wait_for("Press Ctrl-C to stop");
        Self {
            process,
            port,
            folder,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names of all files in the folder, hidden ones too.
    pub(crate) fn names(&self) -> Vec<String> {
        names_in(self.folder.path())
    }

    /// Waits until part of a file is there, and returns its path. Who is killed before leaves
    /// nothing.
    #[track_caller]
    pub(crate) fn wait_for_part(&self) -> PathBuf {
        soon("part of a file", || {
            let mut paths = self.names().into_iter().map(|name| self.path(&name));
            // Others may be gone again by now.
            paths.find(|path| fs::metadata(path).is_ok_and(|part| part.len() > 0))
        })
    }

    /// Waits for the end; the folder stays until the second value is dropped.
    #[track_caller]
    pub(crate) fn finish(self) -> (Ended, TempDir) {
        (self.process.finish(), self.folder)
    }
}

/// A file to send, in a folder of its own, with bytes in which nothing repeats early.
pub(crate) fn file_of(bytes: usize) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.txt");
    fs::write(&path, noise(bytes)).unwrap();
    (folder, path)
}

/// The lines of one output, read by a thread so that a silent process cannot hang a test.
#[derive(Debug)]
struct Lines {
    lines: mpsc::Receiver<String>,
    seen: String,
}

impl Lines {
    fn of(name: &str, output: impl Read + Send + 'static) -> Self {
        let (sender, lines) = mpsc::channel();
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let mut line = Vec::new();
                for byte in BufReader::new(output).bytes().map_while(Result::ok) {
                    line.push(byte);
                    // A bar ends its line with a carriage return only.
                    if matches!(byte, b'\n' | b'\r') {
                        let text = String::from_utf8_lossy(&line).into_owned();
                        line.clear();
                        if sender.send(text).is_err() {
                            return;
                        }
                    }
                }
                sender
                    .send(String::from_utf8_lossy(&line).into_owned())
                    .ok();
            })
            .unwrap();
        Self {
            lines,
            seen: String::new(),
        }
    }

    #[track_caller]
    fn wait_for(&mut self, text: &str) -> String {
        let deadline = Instant::now() + GUARD;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no “{text}” in: {}", self.seen);
            };
            self.seen.push_str(&line);
            if line.contains(text) {
                return line.trim_end().to_owned();
            }
        }
    }

    #[track_caller]
    fn rest(&mut self) -> String {
        let deadline = Instant::now() + GUARD;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.seen.push_str(&line),
                Err(mpsc::RecvTimeoutError::Disconnected) => return self.seen.clone(),
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("no end after: {}", self.seen),
            }
        }
    }
}

/// What [`Command::output`] gave, as text.
impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
