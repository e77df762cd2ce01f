//! A connection whose every wait has a deadline and ends at once on a cancel.
//!
//! The socket never blocks. Reading and writing try first and wait for readiness only if there is
//! nothing to do, so code in a worker reads like blocking code. Socket time-outs are not used:
//! Windows calls a socket's state indeterminate after one has fired.

use std::io::{self, ErrorKind, Read as _, Write};
use std::net::{IpAddr, Shutdown};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Token};

use crate::net::interrupt::Interrupt;
use crate::net::socket_options::{self, break_off_unless_told, send_promptly};
use crate::protocol::classic::StreamEnd;

const STREAM: Token = Token(0);
const WAKE: Token = Token(1);

/// The worker's place to wait: for its socket, for its handle's word, or for a deadline.
#[derive(Debug)]
pub(crate) struct Readiness {
    poll: mio::Poll,
    events: mio::Events,
    interrupt: Arc<Interrupt>,
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// The socket may have something to do.
    Ready,
    /// The handle was used: a cancel or a decision.
    Called,
    /// Neither happened in time.
    TimedOut,
}

impl Readiness {
    pub(crate) fn new() -> io::Result<Self> {
        let poll = mio::Poll::new()?;
        let interrupt = Arc::new(Interrupt::new(mio::Waker::new(poll.registry(), WAKE)?));
        Ok(Self {
            poll,
            events: mio::Events::with_capacity(8),
            interrupt,
        })
    }

    pub(crate) fn interrupt(&self) -> &Arc<Interrupt> {
        &self.interrupt
    }

    /// Wakes also when `listener` has connections to accept.
    pub(crate) fn watch(&mut self, listener: &mut TcpListener) -> io::Result<()> {
        let registry = self.poll.registry();
        registry.register(listener, STREAM, Interest::READABLE)
    }

    /// Waits until `deadline`, or for ever. Wakes without a reason may happen; callers look again.
    pub(crate) fn wait(&mut self, deadline: Option<Instant>) -> io::Result<Wake> {
        loop {
            let timeout = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            match self.poll.poll(&mut self.events, timeout) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            if self.events.iter().any(|event| event.token() == WAKE) {
                return Ok(Wake::Called);
            }
            if !self.events.is_empty() {
                return Ok(Wake::Ready);
            }
            if deadline.is_some_and(|at| at <= Instant::now()) {
                return Ok(Wake::TimedOut);
            }
        }
    }
}

/// What reading gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// This many bytes, at least one.
    Bytes(usize),
    /// The stream is over.
    End(StreamEnd),
    /// Nothing came for as long as the caller was patient.
    Quiet,
    /// The handle was used; look at what it says.
    Called,
}

/// What writing gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// This many bytes were taken, at least one.
    Bytes(usize),
    /// None could be written for as long as the caller was patient.
    Quiet,
    /// The handle was used; look at what it says.
    Called,
}

/// A connected socket and the place to wait for it.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    readiness: Readiness,
    interest: Interest,
    peer_ended: bool,
    reset_seen: bool,
}

impl Connection {
    /// Takes over a stream that is connected or connecting. Until [`Self::end_in_order`] or
    /// [`Self::close_in_order`] its every end, a crash included, is a reset.
    ///
    /// # Errors
    ///
    /// The system's, with the place to wait given back.
    pub(crate) fn new(
        mut stream: TcpStream,
        readiness: Readiness,
    ) -> Result<Self, (Readiness, io::Error)> {
        let interest = Interest::WRITABLE;
        send_promptly(&stream);
        let registry = readiness.poll.registry();
        let prepared = break_off_unless_told(&stream)
            .and_then(|()| registry.register(&mut stream, STREAM, interest));
        if let Err(error) = prepared {
            return Err((readiness, error));
        }
        Ok(Self {
            stream,
            readiness,
            interest,
            peer_ended: false,
            reset_seen: false,
        })
    }

    /// Gives up this stream and returns the place to wait, for a next try.
    pub(crate) fn abandon(mut self) -> Readiness {
        let registry = self.readiness.poll.registry();
        if let Err(error) = registry.deregister(&mut self.stream) {
            log::debug!("could not deregister a socket: {error}");
        }
        self.readiness
    }

    pub(crate) fn interrupt(&self) -> &Arc<Interrupt> {
        &self.readiness.interrupt
    }

    /// Where the peer is.
    pub(crate) fn peer_ip(&self) -> Option<IpAddr> {
        let address = self.stream.peer_addr().ok()?;
        Some(address.ip().to_canonical())
    }

    /// The peer has ended its side, or all of the connection.
    pub(crate) fn peer_ended(&self) -> bool {
        self.peer_ended
    }

    /// Lets the system find out that the peer is gone without a word.
    pub(crate) fn keep_alive(&self) -> io::Result<()> {
        socket_options::keep_alive(&self.stream)
    }

    /// Waits until the connection stands.
    pub(crate) fn wait_connected(&mut self, deadline: Instant) -> io::Result<Wake> {
        loop {
            // Looked at before each wait: a call may have come together with the readiness.
            if let Some(error) = self.stream.take_error()? {
                return Err(error);
            }
            match self.stream.peer_addr() {
                Ok(_) => return Ok(Wake::Ready),
                Err(error) if error.kind() == ErrorKind::NotConnected => {}
                Err(error) => return Err(error),
            }
            match self.wait(Interest::WRITABLE, Some(deadline))? {
                Wake::Ready => {}
                early => return Ok(early),
            }
        }
    }

    /// Reads once, at most `buffer`. An error means that the connection is lost without a word
    /// from the peer; a reset is no error but an end.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
        timeout: Option<Duration>,
    ) -> io::Result<Input> {
        let mut deadline = None;
        loop {
            if self.interrupt().cancelled() {
                return Ok(Input::Called);
            }
            if let Some(input) = self.try_read(buffer)? {
                return Ok(input);
            }
            deadline = deadline.or_else(|| timeout.map(|timeout| Instant::now() + timeout));
            match self.wait(Interest::READABLE, deadline)? {
                Wake::Ready => {}
                Wake::Called => return Ok(Input::Called),
                Wake::TimedOut => return Ok(Input::Quiet),
            }
        }
    }

    /// Reads once without waiting; `None` if there is nothing to read now.
    pub(crate) fn try_read(&mut self, buffer: &mut [u8]) -> io::Result<Option<Input>> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => {
                    self.peer_ended = true;
                    return Ok(Some(Input::End(self.end_seen())));
                }
                Ok(bytes) => return Ok(Some(Input::Bytes(bytes))),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if is_reset(&error) => {
                    self.reset_seen = true;
                    return Ok(Some(Input::End(StreamEnd::Reset)));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether there is something to read, an end included. Nothing is read.
    pub(crate) fn has_input(&self) -> bool {
        let peeked = self.stream.peek(&mut [0]);
        !matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// The stream to write to without waiting: a full one says [`ErrorKind::WouldBlock`].
    pub(crate) fn writer(&mut self) -> &mut impl Write {
        &mut self.stream
    }

    /// Waits until there may be something to read, or room to write.
    pub(crate) fn wait_for(
        &mut self,
        reading: bool,
        writing: bool,
        deadline: Option<Instant>,
    ) -> io::Result<Wake> {
        match (reading, writing) {
            (true, true) => self.wait(Interest::READABLE | Interest::WRITABLE, deadline),
            (_, true) => self.wait(Interest::WRITABLE, deadline),
            _ => self.wait(Interest::READABLE, deadline),
        }
    }

    /// Writes once, as much as fits. While it has to wait, whatever the peer says is read and
    /// dropped, so that two sides that both write cannot block each other.
    pub(crate) fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<Output> {
        let mut deadline = None;
        loop {
            if self.interrupt().cancelled() {
                return Ok(Output::Called);
            }
            match self.stream.write(bytes) {
                Ok(written) => return Ok(Output::Bytes(written)),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            self.drain();
            // A side that has ended stays readable for ever, so it must not be waited for.
            let interest = if self.peer_ended {
                Interest::WRITABLE
            } else {
                Interest::WRITABLE | Interest::READABLE
            };
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + timeout);
            match self.wait(interest, Some(deadline))? {
                Wake::Ready => {}
                Wake::Called => return Ok(Output::Called),
                Wake::TimedOut => return Ok(Output::Quiet),
            }
        }
    }

    /// Says a short line that surely fits into the socket's buffer. If it does not fit, the peer
    /// has not read for a long time and is not waiting for it. What the peer sent stays unread.
    pub(crate) fn say(&mut self, line: &[u8]) {
        match self.stream.write(line) {
            Ok(written) if written == line.len() => {}
            Ok(written) => log::debug!("only {written} bytes of a line could be said"),
            Err(error) => {
                // Writing reports a reset first and reading then sees a plain end: remember it.
                self.reset_seen |= is_reset(&error);
                log::debug!("could not say a line: {error}");
            }
        }
    }

    /// Waits for the handle only, not for the peer.
    pub(crate) fn wait_for_call(&mut self, deadline: Instant) -> io::Result<Wake> {
        // Deregistered, since a level-triggered system would report waiting data again and again.
        self.readiness
            .poll
            .registry()
            .deregister(&mut self.stream)?;
        let wake = self.readiness.wait(Some(deadline));
        self.readiness
            .poll
            .registry()
            .register(&mut self.stream, STREAM, self.interest)?;
        wake
    }

    /// The peer has broken the connection, as far as can be seen without reading.
    pub(crate) fn was_reset(&mut self) -> bool {
        // Linux tells it as the socket's pending error, Windows only to someone who reads.
        let pending = self.stream.take_error().ok().flatten();
        let broken = pending.or_else(|| self.stream.peek(&mut [0]).err().filter(is_reset));
        if let Some(error) = broken {
            log::debug!("the connection broke: {error}");
            self.reset_seen = true;
        }
        self.reset_seen
    }

    /// Everything was sent: ends this side in order, and no later close is a reset any more.
    pub(crate) fn end_in_order(&mut self) -> io::Result<()> {
        socket_options::end_in_order(&self.stream)?;
        self.stream.shutdown(Shutdown::Write)
    }

    /// Everything was saved: closes in order.
    pub(crate) fn close_in_order(self) -> io::Result<()> {
        socket_options::end_in_order(&self.stream)
    }

    fn wait(&mut self, interest: Interest, deadline: Option<Instant>) -> io::Result<Wake> {
        if interest != self.interest {
            self.interest = interest;
            let registry = self.readiness.poll.registry();
            registry.reregister(&mut self.stream, STREAM, interest)?;
        }
        self.readiness.wait(deadline)
    }

    fn drain(&mut self) {
        let mut scratch = [0; 4096];
        while !self.peer_ended {
            match self.stream.read(&mut scratch) {
                Ok(0) => self.peer_ended = true,
                Ok(_) => {}
                // Nothing more for now, or an error that the next write reports.
                Err(_) => return,
            }
        }
    }

    fn end_seen(&self) -> StreamEnd {
        if self.reset_seen {
            StreamEnd::Reset
        } else {
            StreamEnd::Orderly
        }
    }
}

/// The systems have several names for a connection broken by the peer.
pub(crate) fn is_reset(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            // Once the reset has been told, Linux knows of no connection any more.
            | ErrorKind::NotConnected
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn drop_with_reset(peer: std::net::TcpStream) {
        peer.set_nonblocking(true).unwrap();
        break_off_unless_told(&TcpStream::from_std(peer)).unwrap();
    }

    #[test]
    fn a_reset_that_was_told_before_is_one_also_to_who_ends_in_order() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let connection = Connection::new(stream, Readiness::new().unwrap());
        let mut connection = connection.map_err(|(_, error)| error).unwrap();
        let (peer, _) = listener.accept().unwrap();
        drop_with_reset(peer);
        let deadline = Instant::now() + Duration::from_mins(1);
        while !connection.was_reset() {
            assert!(Instant::now() < deadline, "no reset came");
            connection.wait_for(true, false, Some(deadline)).unwrap();
        }
        let error = connection.end_in_order().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotConnected);
        assert!(is_reset(&error));
    }
}
