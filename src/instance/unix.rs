//! The endpoint on Unix: a socket in the folder of settings. Only its owner can connect to it, and only
//! its owner can have put it there.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use socket2::{Domain, SockAddr, Socket, Type};

use super::handoff::{self, Handoff, Timed};

const NAME: &str = "window.sock";
/// An address takes 107 bytes on Linux (unix(7)), and 103 elsewhere.
const MAX_ADDRESS_BYTES: usize = 100;
const WAKE_TIMEOUT: Duration = Duration::from_millis(200);

pub(super) type Stream = UnixStream;

#[derive(Debug)]
pub(super) struct Endpoint {
    listener: UnixListener,
}

impl Endpoint {
    /// In place of what an earlier window may have left; nobody else holds the lock.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        remove(folder);
        let listener = at_address(folder, |path| {
            let listener = UnixListener::bind(path)?;
            fs::set_permissions(path, Permissions::from_mode(0o600))?;
            Ok(listener)
        })?;
        Ok(Self { listener })
    }

    /// Waits for a caller; [`wake`] ends the wait.
    pub(super) fn accept(&self) -> io::Result<Stream> {
        self.listener.accept().map(|(stream, _)| stream)
    }

    /// Whoever can connect belongs here.
    #[expect(clippy::unused_self, reason = "the endpoint on Windows asks more")]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the endpoint on Windows asks more"
    )]
    pub(super) fn admit(&self, _: &mut Timed<Stream>) -> io::Result<()> {
        Ok(())
    }
}

/// Hands `call` to the window that runs.
pub(super) fn call(folder: &Path, call: &Handoff, deadline: Instant) -> io::Result<()> {
    let stream = connect(folder, handoff::left(deadline)?)?;
    handoff::hand_over(&mut Timed::until(stream, deadline), call)
}

/// Makes the server look whether the endpoint is closed.
pub(super) fn wake(folder: &Path) -> io::Result<()> {
    connect(folder, WAKE_TIMEOUT).map(drop)
}

pub(super) fn remove(folder: &Path) {
    // There may be none.
    fs::remove_file(folder.join(NAME)).ok();
}

/// Connecting waits where too many wait already: no longer than `timeout`.
fn connect(folder: &Path, timeout: Duration) -> io::Result<Stream> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_write_timeout(Some(timeout))?;
    at_address(folder, |path| socket.connect(&SockAddr::unix(path)?))?;
    Ok(UnixStream::from(std::os::fd::OwnedFd::from(socket)))
}

/// Uses the socket's path, or a shorter way to it where it is too long for an address.
fn at_address<T>(folder: &Path, go: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let path = folder.join(NAME);
    if path.as_os_str().len() <= MAX_ADDRESS_BYTES {
        return go(&path);
    }
    let folder = File::open(folder)?;
    let number = folder.as_raw_fd();
    go(&PathBuf::from(format!("/proc/self/fd/{number}/{NAME}")))
}
