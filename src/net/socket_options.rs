//! What the system is asked to do with a connection's socket.

use std::io;
use std::time::Duration;

use mio::net::TcpStream;
use socket2::{SockRef, TcpKeepalive};

/// A silent peer is probed after this long, and then this often.
const KEEPALIVE_TIME: Duration = Duration::from_secs(15);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// After this many lost probes the peer counts as gone.
#[cfg(not(windows))]
const KEEPALIVE_PROBES: u32 = 4;

/// How much unsent data may wait in the system. It is what a network of 10 Gbit/s takes in
/// 0.1 ms, the time in which a sender is awake again; what has gone and is not acknowledged does
/// not count. More would be out of the processor's cache before it goes, would count as sent long
/// before, and a last word would have to wait for it.
#[cfg(target_os = "linux")]
const MAX_UNSENT_BYTES: u32 = 128 * 1024;

/// From now on any close, also by a crash, is a reset, so that the peer never takes the end of a
/// process for the end of a file.
pub(crate) fn break_off_unless_told(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

/// A close is an orderly end again.
pub(crate) fn end_in_order(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_linger(None)
}

/// Sends what is written at once, and takes no more than can go soon.
pub(crate) fn send_promptly(stream: &TcpStream) {
    // A short message must not wait for the one before to be acknowledged.
    stream.set_nodelay(true).ok();
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(stream).set_tcp_notsent_lowat(MAX_UNSENT_BYTES) {
        log::debug!("could not limit what waits to be sent: {error}");
    }
}

/// Lets the system find out that the peer is gone without a word.
pub(crate) fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_TIME)
        .with_interval(KEEPALIVE_INTERVAL);
    #[cfg(not(windows))]
    let keepalive = keepalive.with_retries(KEEPALIVE_PROBES);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}
