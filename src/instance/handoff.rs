//! What a later start says to the window that runs, and how: one message, one word of
//! confirmation, within a deadline.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// More than the longest command line that Linux allows takes as JSON (2 MiB, up to four
/// characters for each byte).
const MAX_MESSAGE_BYTES: u64 = 16 * 1024 * 1024;
const TAKEN: [u8; 3] = *b"ok\n";

/// A later start: the window is to come up.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    files: Vec<Name>,
}

/// The path of a file. Nearly all of them are text, which is read many times as fast.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    /// Not as a path: that could not be written down where it is no text.
    Other(OsString),
}

impl From<PathBuf> for Name {
    fn from(path: PathBuf) -> Self {
        let text = path.into_os_string().into_string();
        text.map_or_else(Self::Other, Self::Text)
    }
}

impl From<Name> for PathBuf {
    fn from(name: Name) -> Self {
        match name {
            Name::Text(text) => text.into(),
            Name::Other(name) => name.into(),
        }
    }
}

impl Handoff {
    pub(super) fn with(files: &[PathBuf]) -> Self {
        Self {
            files: files.iter().cloned().map(Name::from).collect(),
        }
    }

    /// The files and folders that the later start was given.
    #[must_use]
    pub fn into_files(self) -> Vec<PathBuf> {
        self.files.into_iter().map(PathBuf::from).collect()
    }
}

/// A stream between two processes of this computer.
pub(super) trait Stream: Read + Write {
    /// How long one read or write may wait; never zero.
    fn set_timeout(&self, timeout: Duration) -> io::Result<()>;
    /// Tells the other side that nothing more comes.
    fn end_writing(&self) -> io::Result<()>;
}

#[cfg(unix)]
impl Stream for std::os::unix::net::UnixStream {
    fn set_timeout(&self, timeout: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(timeout))?;
        self.set_write_timeout(Some(timeout))
    }

    fn end_writing(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

#[cfg(any(windows, test))]
impl Stream for std::net::TcpStream {
    fn set_timeout(&self, timeout: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(timeout))?;
        self.set_write_timeout(Some(timeout))
    }

    fn end_writing(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

/// A stream with a deadline for all that is said on it.
#[derive(Debug)]
pub(super) struct Timed<S> {
    stream: S,
    deadline: Instant,
}

impl<S: Stream> Timed<S> {
    pub(super) fn until(stream: S, deadline: Instant) -> Self {
        Self { stream, deadline }
    }

    fn take_timeout(&self) -> io::Result<()> {
        self.stream.set_timeout(left(self.deadline)?)
    }
}

/// The time until `deadline`, never zero.
///
/// # Errors
///
/// `TimedOut` if it has passed.
pub(super) fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    Ok(left)
}

impl<S: Stream> Read for Timed<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.take_timeout()?;
        self.stream.read(buffer)
    }
}

impl<S: Stream> Write for Timed<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.take_timeout()?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Says `call`, and waits until it is taken.
pub(super) fn hand_over<S: Stream>(window: &mut Timed<S>, call: &Handoff) -> io::Result<()> {
    let message = serde_json::to_vec(call).map_err(io::Error::other)?;
    window.write_all(&message)?;
    window.stream.end_writing()?;
    let mut answer = [0; TAKEN.len()];
    window.read_exact(&mut answer)?;
    if answer == TAKEN {
        Ok(())
    } else {
        Err(ErrorKind::InvalidData.into())
    }
}

/// Hears what a caller says.
pub(super) fn read<S: Stream>(caller: &mut Timed<S>) -> io::Result<Handoff> {
    let mut message = Vec::new();
    caller.take(MAX_MESSAGE_BYTES).read_to_end(&mut message)?;
    serde_json::from_slice(&message).map_err(io::Error::from)
}

pub(super) fn confirm<S: Stream>(caller: &mut Timed<S>) -> io::Result<()> {
    caller.write_all(&TAKEN)
}
