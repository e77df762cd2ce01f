//! Waiting for others, but never for ever.

use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// Far more than anything here takes: a test that hangs should fail, not hang.
pub(crate) const GUARD: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(2);

/// The next connection. Whoever reads from it or writes to it waits no longer than that either.
#[track_caller]
pub(crate) fn accept(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    let stream = soon("a connection", || match listener.accept() {
        Ok((stream, _)) => Some(stream),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
            None
        }
    });
    // Windows hands down what was set for the listener.
    stream.set_nonblocking(false).unwrap();
    guarded(stream)
}

/// A connection to this computer, as guarded as an accepted one.
#[track_caller]
pub(crate) fn connect(port: u16) -> TcpStream {
    guarded(TcpStream::connect(("127.0.0.1", port)).unwrap())
}

fn guarded(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(GUARD)).unwrap();
    stream.set_write_timeout(Some(GUARD)).unwrap();
    stream
}

/// How the process ends, which it has to do.
#[track_caller]
pub(crate) fn end_of(child: &mut Child) -> ExitStatus {
    soon("the end of a process", || child.try_wait().unwrap())
}

/// Looks again and again until it is so.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    soon(what, || is_so().then_some(()));
}

/// Looks again and again until there is something.
#[track_caller]
pub(crate) fn soon<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + GUARD;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::sleep(PAUSE);
    }
}
