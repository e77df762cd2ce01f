//! The encrypted channel of onehop/1: frames in, frames out, over one [`Connection`].
//!
//! In scope: TLS records, framing, waiting for both directions at once. Out of scope: what the
//! messages mean ([`crate::protocol`]), and whom to trust ([`crate::identity`]).
//!
//! Content is read into, and written from, the channel's own buffers: it is copied no more often
//! than TLS makes necessary, and nothing is allocated for a piece of it.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::hello::aborted;
use super::liveness::{Liveness, Pace};
use super::records::{
    INPUT_BYTES, InputState, LEAD_BYTES, ReadMode, SEALED_BYTES, TAIL_BYTES, Turn,
};
use super::tls::Tls;
use crate::error::{Error, OurFault, PeerFault};
use crate::identity::{Fingerprint, proven_peer};
use crate::net::buffer::Buffer;
use crate::net::connection::Connection;
use crate::protocol::classic::StreamEnd;
use crate::protocol::error::Violation;
use crate::protocol::frame::{HEADER_BYTES, Header, Kind, MAX_DATA_BYTES};
use crate::protocol::message::Message;

/// So much is gathered before it is encrypted and handed to the socket.
const OUTPUT_BYTES: usize = 2 * (HEADER_BYTES + MAX_DATA_BYTES);
/// Where content begins in the memory that the channel takes over: on a page, with room for a header
/// before it.
pub(super) const PIECE_START: usize = LEAD_BYTES + HEADER_BYTES;
/// The handshake is between two programs: no person has to decide anything.
pub(super) const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// A peer that we are done with, or broke with, gets this long to read our last words and to end its
/// side.
pub(super) const GOODBYE_TIME: Duration = Duration::from_secs(2);
/// How often a peer is looked at from which nothing is read for now.
const REST_TIME: Duration = Duration::from_secs(1);

/// What came, or why nothing did.
#[derive(Debug)]
pub(crate) enum Frame<'a> {
    /// A message, anything but content.
    Message(Message),
    /// A piece of a file.
    Data(&'a [u8]),
    /// Nothing came in the time that the caller was patient.
    Quiet,
    /// The handle was used; look at its control.
    Called,
}

/// An encrypted connection to a peer whose key is proved.
pub(crate) struct Channel {
    pub(super) connection: Connection,
    pub(super) tls: Tls,
    /// Encrypted bytes from the socket; those in the range are not yet taken in.
    pub(super) input: Buffer,
    pub(super) fresh: Range<usize>,
    pub(super) intake: InputState,
    /// Decrypted frames; those in the range are not yet handed out.
    pub(super) frames: Buffer,
    pub(super) waiting: Range<usize>,
    /// The piece of content that was handed out last.
    pub(super) content: Range<usize>,
    /// Frames; those in the range are to be encrypted.
    pub(super) output: Buffer,
    pub(super) queued: Range<usize>,
    /// After them nothing follows, and the peer is to hear that.
    pub(super) says_goodbye: bool,
    /// Encrypted bytes for the socket; those in the range are to be sent.
    pub(super) sealed: Buffer,
    pub(super) unsent: Range<usize>,
    /// A message on its way into `output`.
    pub(super) message: Vec<u8>,
    pub(super) ended: Option<StreamEnd>,
    /// The peer takes nothing any more, though what it said before may still be read.
    pub(super) write_closed: bool,
    /// Content that crossed, for the words of a fault.
    pub(super) content_bytes: u64,
    /// There once both sides have named the extension.
    pub(super) liveness: Option<Liveness>,
    /// Turns without a wait, and so without a look at the clock.
    pub(super) busy_turns: u32,
}

impl Channel {
    /// Shakes hands. `early` are bytes of the peer's that were read before.
    ///
    /// # Errors
    ///
    /// [`PeerFault::Handshake`] if it cannot prove its key or speaks another TLS;
    /// [`PeerFault::Reset`] or [`Error::Network`] if the connection ends.
    pub(crate) fn establish(connection: Connection, tls: Tls, early: &[u8]) -> Result<Self, Error> {
        let mut input = Buffer::new(TAIL_BYTES + INPUT_BYTES);
        input[TAIL_BYTES..TAIL_BYTES + early.len()].copy_from_slice(early);
        let mut channel = Self {
            connection,
            tls,
            input,
            fresh: TAIL_BYTES..TAIL_BYTES + early.len(),
            intake: InputState::Fresh,
            frames: Self::content_buffer(),
            waiting: LEAD_BYTES..LEAD_BYTES,
            content: LEAD_BYTES..LEAD_BYTES,
            output: Self::piece_buffer(),
            queued: LEAD_BYTES..LEAD_BYTES,
            says_goodbye: false,
            sealed: Buffer::new(SEALED_BYTES),
            unsent: 0..0,
            message: Vec::new(),
            ended: None,
            write_closed: false,
            content_bytes: 0,
            liveness: None,
            busy_turns: 0,
        };
        let deadline = Instant::now() + HANDSHAKE_TIME;
        channel.take_in(ReadMode::OneFrame)?;
        while channel.tls.common().is_handshaking() || channel.wants_write() {
            match channel.turn_over(ReadMode::OneFrame, Some(deadline))? {
                Turn::Done if Instant::now() < deadline => {}
                Turn::Done | Turn::TimedOut => return Err(PeerFault::Silent.into()),
                Turn::Called => channel.check_cancel()?,
            }
            if channel.tls.common().is_handshaking() || channel.wants_write() {
                channel.check_end()?;
            }
        }
        Ok(channel)
    }

    /// Whose key the peer has proved to have.
    pub(crate) fn proven_peer(&self) -> Result<Fingerprint, Error> {
        Ok(proven_peer(self.tls.common()).map_err(PeerFault::NotOnehop)?)
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// From now on both sides show that they are there. Whoever has the channel has to come back to
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

    /// The piece of content that came last.
    pub(super) fn content(&self) -> &[u8] {
        &self.frames[self.content.clone()]
    }

    /// Adds a message to what is to be sent. [`Self::flush`] sends it at the latest.
    pub(crate) fn queue(&mut self, message: &Message) -> Result<(), Error> {
        self.message.clear();
        message.encode(&mut self.message).map_err(ours)?;
        self.make_room(self.message.len())?;
        self.append_message();
        if self.wants_flush() {
            self.flush()?;
        }
        Ok(())
    }

    fn make_room(&mut self, bytes: usize) -> Result<(), Error> {
        if self.queued.end + bytes > LEAD_BYTES + OUTPUT_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    pub(super) fn append_message(&mut self) {
        let end = self.queued.end + self.message.len();
        self.output[self.queued.end..end].copy_from_slice(&self.message);
        self.queued.end = end;
    }

    /// Adds a piece of content: at most [`MAX_DATA_BYTES`].
    pub(super) fn queue_data(&mut self, content: &[u8]) -> Result<(), Error> {
        self.make_room(HEADER_BYTES + content.len())?;
        let header = Header::new(Kind::Data, content.len()).map_err(ours)?;
        let body_at = self.queued.end + HEADER_BYTES;
        let end = body_at + content.len();
        self.output[self.queued.end..body_at].copy_from_slice(&header.encode());
        self.output[body_at..end].copy_from_slice(content);
        self.queued.end = end;
        self.content_bytes += content.len() as u64;
        Ok(())
    }

    /// As [`Self::queue_data`], without a copy: a piece of so many bytes, which begins at
    /// [`PIECE_START`] in `piece`. Nothing may be queued. Returns the memory of what was sent last.
    pub(super) fn queue_piece(&mut self, piece: &mut Buffer, bytes: usize) -> Result<(), Error> {
        let header = Header::new(Kind::Data, bytes).map_err(ours)?;
        piece[LEAD_BYTES..PIECE_START].copy_from_slice(&header.encode());
        std::mem::swap(&mut self.output, piece);
        self.queued = LEAD_BYTES..PIECE_START + bytes;
        self.content_bytes += bytes as u64;
        Ok(())
    }

    /// Memory for [`Self::queue_piece`].
    pub(super) fn piece_buffer() -> Buffer {
        Buffer::new(LEAD_BYTES + OUTPUT_BYTES)
    }

    /// Whether so much is queued that it is time to send it.
    pub(crate) fn wants_flush(&self) -> bool {
        self.queued.len() >= OUTPUT_BYTES / 2
    }

    /// Encrypts and sends everything, as long as that takes. Meanwhile what comes is read, as far
    /// as there is room for it, so that two sides that both write cannot block each other.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        while self.send_some(None)? != Sent::All {
            self.check_cancel()?;
        }
        Ok(())
    }

    /// As [`Self::flush`], but returns after `patience` without a byte having gone.
    pub(crate) fn send_some(&mut self, patience: Option<Duration>) -> Result<Sent, Error> {
        let deadline = patience.map(|patience| Instant::now() + patience);
        while self.wants_write() {
            if self.connection.interrupt().cancelled() {
                return Ok(Sent::Called);
            }
            match self.turn_over(ReadMode::Everything, deadline)? {
                // A peer that has ended has no use for the rest.
                Turn::Done if self.ended.is_some() && self.wants_write() => {
                    return Err(self.last_words());
                }
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
    pub(crate) fn next(&mut self, patience: Option<Duration>) -> Result<Frame<'_>, Error> {
        // The clock is not asked for what is here already.
        let mut deadline = None;
        loop {
            if self.connection.interrupt().cancelled() {
                return Ok(Frame::Called);
            }
            if let Some((header, body)) = self.next_frame()? {
                return self.frame(header, body);
            }
            self.check_end()?;
            deadline = deadline.or_else(|| patience.map(|patience| Instant::now() + patience));
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

    /// A message that is here already, if there is one: looked for between two pieces of content.
    pub(crate) fn glance(&mut self) -> Result<Option<Message>, Error> {
        self.read_some(ReadMode::OneFrame)?;
        match self.next_frame()? {
            Some((header, body)) => match self.frame(header, body)? {
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
        self.forget_queued();
        self.message.clear();
        let said = message.encode(&mut self.message).map_err(ours);
        self.append_message();
        self.says_goodbye = true;
        if said.is_ok() {
            self.leave();
        }
    }

    /// Everything is said: ends this side in order and waits a moment for the peer to do so too.
    pub(crate) fn close(mut self) {
        self.liveness = None;
        self.says_goodbye = true;
        // A peer that has said its last word still wants to hear ours: an end without it looks cut.
        if let Err(error) = self.write_some() {
            log::debug!("the last words are lost: {error}");
        }
        self.leave();
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
        while wanted(self) && self.ended.is_none() {
            self.forget_frames();
            match self.turn_over(ReadMode::Everything, Some(deadline)) {
                Ok(Turn::Done | Turn::Called) if Instant::now() < deadline => {}
                _ => return,
            }
        }
    }

    fn next_frame(&mut self) -> Result<Option<(Header, Range<usize>)>, Error> {
        if let Some(frame) = self.take_frame()? {
            return Ok(Some(frame));
        }
        self.take_in(ReadMode::OneFrame)?;
        self.take_frame()
    }

    fn frame(&mut self, header: Header, body: Range<usize>) -> Result<Frame<'_>, Error> {
        if header.kind == Kind::Data {
            self.content_bytes += header.body_bytes as u64;
            self.content = body.clone();
            return Ok(Frame::Data(&self.frames[body]));
        }
        let message = Message::decode(header.kind, &self.frames[body]).map_err(violation)?;
        Ok(Frame::Message(message))
    }

    fn check_end(&self) -> Result<(), Error> {
        match self.ended {
            None => Ok(()),
            Some(_) => Err(self.reset()),
        }
    }

    fn reset(&self) -> Error {
        let (bytes, source) = (self.content_bytes, None);
        PeerFault::Reset { bytes, source }.into()
    }

    /// Why a peer that takes nothing any more has ended: it may have said so before.
    fn last_words(&mut self) -> Error {
        loop {
            while let Ok(Some((header, body))) = self.take_frame() {
                if header.kind == Kind::Abort
                    && let Ok(Message::Abort(abort)) =
                        Message::decode(header.kind, &self.frames[body])
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

    fn check_cancel(&self) -> Result<(), Error> {
        if self.connection.interrupt().cancelled() {
            return Err(Error::Cancelled);
        }
        Ok(())
    }
}

/// How far sending got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The network has everything.
    All,
    /// The peer takes nothing for now.
    Blocked,
    /// The handle was used; look at its control.
    Called,
}

pub(crate) fn violation(violation: Violation) -> Error {
    PeerFault::Violation(violation).into()
}

/// A message that our own side may not send.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(crate) fn ours(violation: Violation) -> Error {
    OurFault::Bug(violation.to_string()).into()
}
