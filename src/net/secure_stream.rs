//! An encrypted stream of frames over one [`Connection`], and the only file that knows rustls'
//! connections.
//!
//! In scope: TLS, framing, waiting for both directions at once, noticing that the peer is gone. Out
//! of scope: what the messages mean ([`crate::protocol`]), and whom to trust ([`crate::identity`]).
//!
//! ```text
//!          ┌──▶ TLS ──▶ frames ──▶ next, glance
//! socket ──┤
//!          └─── TLS ◀── output ◀── queue, send_data
//! ```
//!
//! rustls reads, and allocates, a record at a time: what comes is handed on while it is still in the
//! processor's nearest cache. Nothing else is allocated for a piece of content.

use std::io::{self, ErrorKind, IoSlice, Read as _, Write as _};
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConnection, InvalidMessage, ServerConnection};

use super::connection::{Connection, Input, Wake, is_reset};
use super::interrupt::Interrupt;
use super::liveness::{Due, Liveness, Pace};
use crate::error::{Error, NetworkFault, OurFault, PeerFault, aborted, ours, violation};
use crate::identity::{Fingerprint, Identity, peer_name, proven_peer};
use crate::protocol::error::Violation;
use crate::protocol::frame::{HEADER_BYTES, Header, Kind, MAX_DATA_BYTES};
use crate::protocol::message::{Empty, Message};

/// The longest frame.
const MAX_FRAME_BYTES: usize = HEADER_BYTES + MAX_DATA_BYTES;
/// The most that TLS decrypts at once: what rustls holds of what came, which is a record, or as much
/// as it allows for messages of the handshake.
const DECRYPTED_BYTES: usize = 64 * 1024;
/// Room for any frame and for what came with it, so that little has to be moved.
const FRAMES_BYTES: usize = 2 * MAX_FRAME_BYTES + DECRYPTED_BYTES;
/// Up to so much is moved to the front without need.
const LITTLE_BYTES: usize = 16 * 1024;
/// How much is gathered before it is encrypted and handed to the socket: more falls out of the
/// processor's cache on its way.
const FLUSH_BYTES: usize = 128 * 1024;
/// Content up to this size is gathered, so that small files share records; more of it is encrypted
/// where it lies.
const GATHERED_BYTES: usize = 64 * 1024;
/// The handshake is between two programs: no person has to decide anything.
pub(crate) const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// A peer that we are done with, or broke with, gets this long to read our last words and to end its
/// side.
pub(crate) const GOODBYE_TIME: Duration = Duration::from_secs(2);
/// How often a peer is looked at from which nothing is read for now.
const REST_TIME: Duration = Duration::from_secs(1);
/// This many turns without a wait take far less time than is allowed between signs of life.
const MAX_BUSY_TURNS: u32 = 64;

/// What came, or why nothing did.
#[derive(Debug)]
pub(crate) enum Frame<'a> {
    /// A message, anything but content.
    Message(Message),
    /// Some of a file's content: what is here of a frame, without waiting for the rest of it.
    Data(&'a [u8]),
    /// Nothing came in the time that the caller was patient.
    Quiet,
    /// The handle was used; look at what it says.
    Called,
}

/// How far sending got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The network has everything.
    All,
    /// The peer takes nothing for now.
    Blocked,
    /// The handle was used; look at what it says.
    Called,
}

/// How much of what comes is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadMode {
    /// As much as makes one frame, or some content: the rest stays where it is until that is used.
    OneFrame,
    /// As much as there is room for, so that a peer that writes is not held up.
    Everything,
}

/// What one turn came to.
enum Turn {
    Done,
    TimedOut,
    Called,
}

/// An encrypted connection to a peer whose key is proved.
pub(crate) struct SecureStream {
    connection: Connection,
    tls: rustls::Connection,
    /// What came cannot be decrypted, and what follows cannot be either.
    fault: Option<rustls::Error>,
    /// Decrypted frames; those in the range are not yet handed out.
    frames: Vec<u8>,
    waiting: Range<usize>,
    /// The content that was handed out last.
    content: Range<usize>,
    /// How much of its frame is still to come.
    content_left: usize,
    /// Whole frames that are to be encrypted.
    output: Vec<u8>,
    /// How much was encrypted since TLS last had nothing to send.
    sealed_bytes: usize,
    /// Nothing more comes.
    ended: bool,
    /// The peer takes nothing any more, though what it said before may still be read.
    write_closed: bool,
    /// Content that crossed, for the words of a fault.
    content_bytes: u64,
    /// There once both sides have named the extension.
    liveness: Option<Liveness>,
    /// Turns without a wait, and so without a look at the clock.
    busy_turns: u32,
}

impl SecureStream {
    /// Shakes hands as the side that connected: the sender.
    ///
    /// # Errors
    ///
    /// [`PeerFault::Handshake`] if the peer cannot prove its key or speaks another TLS,
    /// [`PeerFault::Silent`] if it takes too long, [`PeerFault::Reset`] or [`Error::Network`] if the
    /// connection ends, [`Error::Cancelled`].
    pub(crate) fn connect(connection: Connection, identity: &Identity) -> Result<Self, Error> {
        let tls = ClientConnection::new(identity.client_config(), peer_name());
        let tls = tls.map_err(|error| no_tls(&error))?;
        Self::establish(connection, tls.into(), &[])
    }

    /// Shakes hands as the side that was connected to: the receiver. `early` are bytes of the peer's
    /// that were read before.
    ///
    /// # Errors
    ///
    /// Those of [`Self::connect`].
    pub(crate) fn accept(
        connection: Connection,
        identity: &Identity,
        early: &[u8],
    ) -> Result<Self, Error> {
        let tls = ServerConnection::new(identity.server_config());
        let tls = tls.map_err(|error| no_tls(&error))?;
        Self::establish(connection, tls.into(), early)
    }

    fn establish(
        connection: Connection,
        mut tls: rustls::Connection,
        mut early: &[u8],
    ) -> Result<Self, Error> {
        // What is encrypted is limited here: in whole frames.
        tls.set_buffer_limit(None);
        let mut stream = Self {
            connection,
            tls,
            fault: None,
            frames: vec![0; FRAMES_BYTES],
            waiting: 0..0,
            content: 0..0,
            content_left: 0,
            output: Vec::with_capacity(FLUSH_BYTES),
            sealed_bytes: 0,
            ended: false,
            write_closed: false,
            content_bytes: 0,
            liveness: None,
            busy_turns: 0,
        };
        while !early.is_empty() && stream.fault.is_none() && !stream.ended {
            let taken = stream.tls.read_tls(&mut early);
            stream.take_in(taken)?;
        }
        stream.shake_hands(Instant::now() + HANDSHAKE_TIME)?;
        Ok(stream)
    }

    fn shake_hands(&mut self, deadline: Instant) -> Result<(), Error> {
        while self.is_shaking_hands() {
            match self.turn_over(ReadMode::OneFrame, Some(deadline))? {
                Turn::Done if Instant::now() < deadline => {}
                Turn::Done | Turn::TimedOut => return Err(PeerFault::Silent.into()),
                Turn::Called => self.interrupt().check()?,
            }
            if self.is_shaking_hands() {
                self.check_end()?;
            }
        }
        Ok(())
    }

    fn is_shaking_hands(&self) -> bool {
        self.tls.is_handshaking() || self.wants_write()
    }

    /// Whose key the peer has proved to have.
    ///
    /// # Errors
    ///
    /// [`PeerFault::NotOnehop`] if it did so for another protocol.
    pub(crate) fn proven_peer(&self) -> Result<Fingerprint, Error> {
        Ok(proven_peer(&self.tls).map_err(PeerFault::NotOnehop)?)
    }

    /// What the user wants of this transfer.
    pub(crate) fn interrupt(&self) -> &Arc<Interrupt> {
        self.connection.interrupt()
    }

    /// Where the peer is.
    pub(crate) fn peer_ip(&self) -> Option<IpAddr> {
        self.connection.peer_ip()
    }

    /// From now on both sides show that they are there. Whoever has the stream has to come back to
    /// it every few seconds: at the least to [`Self::attend`].
    pub(crate) fn expect_signs(&mut self, pace: Pace) {
        self.liveness = Some(Liveness::new(pace, Instant::now()));
    }

    /// What this side owes to the peer while it is busy elsewhere: a sign that it is there, if one is
    /// due. Nothing is read, but that something waits to be read is a sign of the peer's.
    pub(crate) fn attend(&mut self) -> Result<(), Error> {
        self.write_some()?;
        self.show_life()?;
        self.write_some().map(drop)
    }

    /// Waits for the handle until `deadline`, or a while, and leaves what the peer says unread. Fails
    /// if it has broken the connection.
    pub(crate) fn rest(&mut self, deadline: Instant) -> Result<(), Error> {
        self.attend()?;
        let until = deadline.min(Instant::now() + REST_TIME);
        let rested = self.connection.wait_for_call(until);
        rested.map_err(|source| self.lost(source))?;
        if self.connection.was_reset() {
            return Err(self.reset());
        }
        Ok(())
    }

    /// Adds a message to what is to be sent. [`Self::flush`] sends it at the latest.
    pub(crate) fn queue(&mut self, message: &Message) -> Result<(), Error> {
        message.encode(&mut self.output).map_err(ours)?;
        if self.wants_flush() {
            self.flush()?;
        }
        Ok(())
    }

    /// Adds a piece of content: at most [`MAX_DATA_BYTES`]. [`Self::send_some`] is to follow as soon
    /// as [`Self::wants_flush`].
    pub(crate) fn send_data(&mut self, content: &[u8]) -> Result<(), Error> {
        let header = Header::new(Kind::Data, content.len()).map_err(ours)?;
        self.output.extend_from_slice(&header.encode());
        self.content_bytes += content.len() as u64;
        if content.len() > GATHERED_BYTES {
            return self.seal(content);
        }
        self.output.extend_from_slice(content);
        Ok(())
    }

    /// Whether so much is queued that it is time to send it.
    pub(crate) fn wants_flush(&self) -> bool {
        self.output.len() + self.sealed_bytes >= FLUSH_BYTES
    }

    /// Encrypts and sends everything, as long as that takes. Meanwhile what comes is read, as far
    /// as there is room for it, so that two sides that both write cannot block each other.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        while self.send_some(None)? != Sent::All {
            self.interrupt().check()?;
        }
        Ok(())
    }

    /// As [`Self::flush`], but returns after `timeout` without a byte having gone.
    pub(crate) fn send_some(&mut self, timeout: Option<Duration>) -> Result<Sent, Error> {
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        while self.wants_write() {
            if self.interrupt().cancelled() {
                return Ok(Sent::Called);
            }
            match self.turn_over(ReadMode::Everything, deadline)? {
                // A peer that has ended has no use for the rest.
                Turn::Done if self.ended && self.wants_write() => return Err(self.last_words()),
                Turn::Done => {}
                Turn::TimedOut => return Ok(Sent::Blocked),
                Turn::Called => return Ok(Sent::Called),
            }
        }
        if self.write_closed {
            return Err(self.last_words());
        }
        Ok(Sent::All)
    }

    /// The next frame. What is queued is sent first.
    pub(crate) fn next(&mut self, timeout: Option<Duration>) -> Result<Frame<'_>, Error> {
        // The clock is not asked for what is here already.
        let mut deadline = None;
        loop {
            if self.interrupt().cancelled() {
                return Ok(Frame::Called);
            }
            if let Some((kind, body)) = self.next_frame()? {
                return self.frame(kind, body);
            }
            self.check_end()?;
            deadline = deadline.or_else(|| timeout.map(|timeout| Instant::now() + timeout));
            match self.turn_over(ReadMode::OneFrame, deadline)? {
                // One that always has something to say, and never says it, is quiet too.
                Turn::Done if deadline.is_some_and(|at| at <= Instant::now()) => {
                    return Ok(Frame::Quiet);
                }
                Turn::Done => {}
                Turn::TimedOut => return Ok(Frame::Quiet),
                Turn::Called => return Ok(Frame::Called),
            }
        }
    }

    /// The content of the last [`Frame::Data`], until something is read again.
    pub(crate) fn content(&self) -> &[u8] {
        &self.frames[self.content.clone()]
    }

    /// A message that is here already, if there is one: looked for between two pieces of content.
    pub(crate) fn glance(&mut self) -> Result<Option<Message>, Error> {
        self.read_some(ReadMode::OneFrame)?;
        match self.next_frame()? {
            Some((kind, body)) => match self.frame(kind, body)? {
                Frame::Message(message) => Ok(Some(message)),
                _ => Err(violation(Violation::OutOfTurn {
                    kind: Kind::Data,
                    state: "sending",
                })),
            },
            None => self.check_end().map(|()| None),
        }
    }

    /// Says why it is over and breaks the connection.
    pub(crate) fn abort(mut self, message: &Message) {
        self.liveness = None;
        // What is not encrypted yet is of no use any more.
        self.output.clear();
        if message.encode(&mut self.output).is_ok() && self.say_goodbye().is_ok() {
            self.leave();
        }
    }

    /// Everything is said: ends this side in order and waits a moment for the peer to do so too.
    pub(crate) fn close(mut self) {
        self.liveness = None;
        // A peer that has said its last word still wants to hear ours: an end without it looks cut.
        if let Err(error) = self.say_goodbye().and_then(|()| self.write_some()) {
            log::debug!("the last words are lost: {error}");
        }
        self.leave();
    }

    /// Encrypts what is queued, and that nothing follows.
    fn say_goodbye(&mut self) -> Result<(), Error> {
        self.seal(&[])?;
        self.tls.send_close_notify();
        Ok(())
    }

    /// Sends what is left, ends this side in order and reads, for nothing, until the peer ends or time
    /// is up: a reset would take away what a slow peer has not read yet.
    fn leave(&mut self) {
        let deadline = Instant::now() + GOODBYE_TIME;
        self.turn_until(deadline, Self::wants_write);
        if self.wants_write() {
            return;
        }
        if let Err(error) = self.connection.end_in_order() {
            log::debug!("could not end the connection in order: {error}");
        }
        self.turn_until(deadline, |_| true);
    }

    /// Sends and reads while `wanted`, until the peer ends or time is up.
    fn turn_until(&mut self, deadline: Instant, wanted: impl Fn(&Self) -> bool) {
        while wanted(self) && !self.ended {
            // What came is of no use any more.
            self.waiting = 0..0;
            match self.turn_over(ReadMode::Everything, Some(deadline)) {
                Ok(Turn::Done | Turn::Called) if Instant::now() < deadline => {}
                _ => return,
            }
        }
    }

    /// Writes what can be written and reads what can be read, and waits if that was nothing.
    fn turn_over(&mut self, mode: ReadMode, deadline: Option<Instant>) -> Result<Turn, Error> {
        let wrote = self.write_some()?;
        let read = self.read_some(mode)?;
        if wrote || read || self.ended {
            self.busy_turns = self.busy_turns.wrapping_add(1);
            if self.busy_turns.is_multiple_of(MAX_BUSY_TURNS) {
                self.show_life()?;
            }
            return Ok(Turn::Done);
        }
        let (reading, writing) = (self.has_room(mode), self.wants_write());
        let look = self.liveness.as_ref().map(Liveness::next_look);
        let until = deadline.into_iter().chain(look).min();
        let wake = self.connection.wait_for(reading, writing, until);
        match wake.map_err(|source| self.lost(source))? {
            Wake::Ready => Ok(Turn::Done),
            Wake::Called => Ok(Turn::Called),
            Wake::TimedOut => {
                self.show_life()?;
                let is_over = deadline.is_some_and(|at| at <= Instant::now());
                Ok(if is_over { Turn::TimedOut } else { Turn::Done })
            }
        }
    }

    /// Has this side say that it is alive if it has said nothing for long, and notices that the
    /// peer is not. What is said goes with the next write.
    fn show_life(&mut self) -> Result<(), Error> {
        let now = Instant::now();
        let Some(liveness) = &mut self.liveness else {
            return Ok(());
        };
        if now < liveness.next_look() || self.ended {
            return Ok(());
        }
        match liveness.look(now, self.connection.has_input()) {
            Due::Nothing => Ok(()),
            // What is on its way will be a sign too.
            Due::Sign if self.wants_write() || self.write_closed => Ok(()),
            Due::Sign => {
                let sign = Message::Alive(Empty {});
                sign.encode(&mut self.output).map_err(ours)
            }
            Due::Loss => {
                let silent = io::Error::new(ErrorKind::TimedOut, "no sign of life");
                Err(self.lost(silent))
            }
        }
    }

    /// Whether there is something to be written, and somebody who takes it.
    fn wants_write(&self) -> bool {
        !self.write_closed && (self.tls.wants_write() || !self.output.is_empty())
    }

    fn write_some(&mut self) -> Result<bool, Error> {
        let mut wrote = false;
        while self.wants_write() {
            if !self.tls.wants_write() {
                self.seal(&[])?;
            }
            match self.tls.write_tls(self.connection.writer()) {
                Ok(_) => {
                    wrote = true;
                    if let Some(liveness) = &mut self.liveness {
                        liveness.spoke();
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Reading tells it too, after what the peer said last.
                Err(error) if is_reset(&error) => {
                    log::debug!("could not write: {error}");
                    self.write_closed = true;
                }
                Err(error) => return Err(self.lost(error)),
            }
        }
        if !self.tls.wants_write() {
            self.sealed_bytes = 0;
        }
        Ok(wrote)
    }

    /// Encrypts what is queued, and `content` behind it.
    fn seal(&mut self, content: &[u8]) -> Result<(), Error> {
        let bytes = self.output.len() + content.len();
        let pieces = [IoSlice::new(&self.output), IoSlice::new(content)];
        match self.tls.writer().write_vectored(&pieces) {
            Ok(sealed) if sealed == bytes => {}
            Ok(sealed) => {
                let only = format!("only {sealed} of {bytes} bytes were encrypted");
                return Err(OurFault::Bug(only).into());
            }
            Err(error) => return Err(OurFault::Bug(error.to_string()).into()),
        }
        self.output.clear();
        self.sealed_bytes += bytes;
        Ok(())
    }

    fn read_some(&mut self, mode: ReadMode) -> Result<bool, Error> {
        if !self.has_room(mode) {
            return Ok(false);
        }
        self.check_fault()?;
        if self.ended {
            return Ok(false);
        }
        let taken = self.tls.read_tls(&mut Socket(&mut self.connection));
        match taken {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            taken => self.take_in(taken).map(|()| true),
        }
    }

    /// Decrypts what TLS has read.
    fn take_in(&mut self, taken: io::Result<usize>) -> Result<(), Error> {
        let decrypted = match taken {
            Ok(0) => {
                self.ended = true;
                return Ok(());
            }
            Ok(_) => self.tls.process_new_packets(),
            // Not of the socket, but of rustls: it holds no more of one message.
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                Err(InvalidMessage::HandshakePayloadTooLarge.into())
            }
            Err(source) => return Err(self.lost(source)),
        };
        if let Some(liveness) = &mut self.liveness {
            liveness.heard();
        }
        match decrypted {
            Ok(state) => self.ended = state.peer_has_closed(),
            Err(fault) => {
                self.fault = Some(fault);
                // The peer is told by an alert, if it still listens.
                self.write_some().ok();
            }
        }
        // What came before a fault counts.
        self.make_frames_contiguous();
        let room = &mut self.frames[self.waiting.end..];
        if let Ok(bytes) = self.tls.reader().read(room) {
            self.waiting.end += bytes;
        }
        Ok(())
    }

    fn check_fault(&self) -> Result<(), Error> {
        match &self.fault {
            Some(fault) => Err(PeerFault::Handshake(fault.clone()).into()),
            None => Ok(()),
        }
    }

    /// Makes room behind the frames that wait. What is moved is little, or there is no other way.
    fn make_frames_contiguous(&mut self) {
        let is_little = self.waiting.len() <= LITTLE_BYTES;
        let is_full = self.waiting.end + DECRYPTED_BYTES > FRAMES_BYTES;
        if self.waiting.start > 0 && (is_little || is_full) {
            self.frames.copy_within(self.waiting.clone(), 0);
            self.waiting = 0..self.waiting.len();
        }
    }

    fn has_room(&self, mode: ReadMode) -> bool {
        match mode {
            ReadMode::OneFrame => !self.has_frame(),
            ReadMode::Everything => self.waiting.len() < MAX_FRAME_BYTES,
        }
    }

    fn has_frame(&self) -> bool {
        let waiting = &self.frames[self.waiting.clone()];
        if self.content_left > 0 {
            return !waiting.is_empty();
        }
        waiting
            .first_chunk::<HEADER_BYTES>()
            .is_some_and(|header| match Header::decode(*header) {
                Ok(header) if header.kind == Kind::Data => true,
                Ok(header) => waiting.len() >= HEADER_BYTES + header.body_bytes,
                // It is to be looked at, and found bad.
                Err(_) => true,
            })
    }

    fn next_frame(&mut self) -> Result<Option<(Kind, Range<usize>)>, Error> {
        match self.take_frame()? {
            Some(frame) => Ok(Some(frame)),
            None => self.check_fault().map(|()| None),
        }
    }

    /// A whole frame, or what is here of one with content.
    fn take_frame(&mut self) -> Result<Option<(Kind, Range<usize>)>, Error> {
        if self.content_left > 0 {
            return Ok(self.take_content());
        }
        let Some(header) = self.frames[self.waiting.clone()].first_chunk::<HEADER_BYTES>() else {
            return Ok(None);
        };
        let header = Header::decode(*header).map_err(violation)?;
        if header.kind == Kind::Data {
            self.waiting.start += HEADER_BYTES;
            self.content_left = header.body_bytes;
            return Ok(self.take_content());
        }
        if self.waiting.len() < HEADER_BYTES + header.body_bytes {
            return Ok(None);
        }
        let start = self.waiting.start + HEADER_BYTES;
        self.waiting.start = start + header.body_bytes;
        Ok(Some((header.kind, start..self.waiting.start)))
    }

    /// `None` if it is still to come.
    fn take_content(&mut self) -> Option<(Kind, Range<usize>)> {
        let bytes = self.content_left.min(self.waiting.len());
        if bytes == 0 && self.content_left > 0 {
            return None;
        }
        let start = self.waiting.start;
        self.waiting.start += bytes;
        self.content_left -= bytes;
        Some((Kind::Data, start..self.waiting.start))
    }

    fn frame(&mut self, kind: Kind, body: Range<usize>) -> Result<Frame<'_>, Error> {
        if kind == Kind::Data {
            self.content_bytes += body.len() as u64;
            self.content = body.clone();
            return Ok(Frame::Data(&self.frames[body]));
        }
        let message = Message::decode(kind, &self.frames[body]).map_err(violation)?;
        Ok(Frame::Message(message))
    }

    /// Why a peer that takes nothing any more has ended: it may have said so before.
    fn last_words(&mut self) -> Error {
        loop {
            while let Ok(Some((kind, body))) = self.take_frame() {
                if kind == Kind::Abort
                    && let Ok(Message::Abort(abort)) = Message::decode(kind, &self.frames[body])
                {
                    return aborted(abort);
                }
            }
            let held = self.waiting.len();
            let is_more = self.read_some(ReadMode::Everything).is_ok();
            if !is_more || self.waiting.len() == held {
                return self.reset();
            }
        }
    }

    fn check_end(&self) -> Result<(), Error> {
        if self.ended {
            return Err(self.reset());
        }
        Ok(())
    }

    fn reset(&self) -> Error {
        let (bytes, source) = (self.content_bytes, None);
        PeerFault::Reset { bytes, source }.into()
    }

    fn lost(&self, source: io::Error) -> Error {
        let bytes = self.content_bytes;
        NetworkFault::Lost { bytes, source }.into()
    }
}

/// The socket as rustls reads it.
struct Socket<'a>(&'a mut Connection);

impl io::Read for Socket<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.try_read(buffer)? {
            Some(Input::Bytes(bytes)) => Ok(bytes),
            Some(Input::End(_)) => Ok(0),
            None | Some(Input::Quiet | Input::Called) => Err(ErrorKind::WouldBlock.into()),
        }
    }
}

fn no_tls(error: &rustls::Error) -> Error {
    OurFault::Bug(format!("no TLS: {error}")).into()
}
