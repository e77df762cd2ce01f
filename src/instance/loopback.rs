//! The endpoint on Windows: a port of the loopback interface. Any user of this computer can connect to
//! it, so both sides prove who they are, each by a secret of its own: the file with the secrets
//! stands in the user's profile, which only its owner can read.
//!
//! A named pipe would need a crate that has no deadlines for it, and anybody could take its name
//! first.

use std::fs;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use aws_lc_rs::{constant_time, rand};
use serde::{Deserialize, Serialize};

use super::handoff::{self, Handoff, Timed};
use crate::config;

const NAME: &str = "window.toml";
const SECRET_BYTES: usize = 32;
const WAKE_TIMEOUT: Duration = Duration::from_millis(200);

pub(super) type Stream = TcpStream;

#[derive(Debug)]
pub(super) struct Endpoint {
    listener: TcpListener,
    credentials: Credentials,
}

/// What stands in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Credentials {
    port: u16,
    /// What a caller says.
    caller: [u8; SECRET_BYTES],
    /// What the window answers.
    window: [u8; SECRET_BYTES],
}

impl Endpoint {
    /// In place of what an earlier window may have left; nobody else holds the lock.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        remove(folder);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let credentials = Credentials {
            port: listener.local_addr()?.port(),
            caller: secret()?,
            window: secret()?,
        };
        let text = toml::to_string(&credentials).map_err(io::Error::other)?;
        config::write(&folder.join(NAME), &text)?;
        Ok(Self {
            listener,
            credentials,
        })
    }

    /// Waits for a caller; [`wake`] ends the wait.
    pub(super) fn accept(&self) -> io::Result<Stream> {
        self.listener.accept().map(|(stream, _)| stream)
    }

    /// Nothing is told to a caller that does not know the secret.
    pub(super) fn admit(&self, caller: &mut Timed<Stream>) -> io::Result<()> {
        expect(caller, &self.credentials.caller)?;
        caller.write_all(&self.credentials.window)
    }
}

/// Hands `call` to the window that runs.
pub(super) fn call(folder: &Path, call: &Handoff, deadline: Instant) -> io::Result<()> {
    let credentials = read(folder)?;
    let stream = connect(&credentials, handoff::left(deadline)?)?;
    let mut window = Timed::until(stream, deadline);
    window.write_all(&credentials.caller)?;
    // The port may be somebody else's by now: the files are told to nobody but the window.
    expect(&mut window, &credentials.window)?;
    handoff::hand_over(&mut window, call)
}

/// Makes the server look whether the endpoint is closed.
pub(super) fn wake(folder: &Path) -> io::Result<()> {
    connect(&read(folder)?, WAKE_TIMEOUT).map(drop)
}

pub(super) fn remove(folder: &Path) {
    // There may be none.
    fs::remove_file(folder.join(NAME)).ok();
}

fn read(folder: &Path) -> io::Result<Credentials> {
    let text = config::read(&folder.join(NAME))?.ok_or(ErrorKind::NotFound)?;
    toml::from_str(&text).map_err(io::Error::other)
}

fn connect(credentials: &Credentials, timeout: Duration) -> io::Result<Stream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, credentials.port));
    TcpStream::connect_timeout(&address, timeout)
}

fn expect(other: &mut Timed<Stream>, secret: &[u8; SECRET_BYTES]) -> io::Result<()> {
    let mut said = [0; SECRET_BYTES];
    other.read_exact(&mut said)?;
    constant_time::verify_slices_are_equal(&said, secret)
        .map_err(|_| ErrorKind::PermissionDenied.into())
}

fn secret() -> io::Result<[u8; SECRET_BYTES]> {
    let mut bytes = [0; SECRET_BYTES];
    rand::fill(&mut bytes).map_err(|_| io::Error::other("no random bytes"))?;
    Ok(bytes)
}
