//! Beneath the channel: encrypted records in and out, without ever waiting for one direction alone.

use std::io::{self, ErrorKind, Write as _};
use std::mem;
use std::ops::Range;
use std::time::Instant;

use super::channel::{Channel, ours, violation};
use super::liveness::{Due, Liveness};
use super::tls::{Purpose, RECORD_BYTES, RECORD_OVERHEAD_BYTES, Room, Step};
use crate::error::{Error, NetworkFault, OurFault, PeerFault};
use crate::net::buffer::Buffer;
use crate::net::connection::{Input, Wake, is_reset};
use crate::protocol::classic::StreamEnd;
use crate::protocol::frame::{HEADER_BYTES, Header, MAX_DATA_BYTES};
use crate::protocol::message::{Empty, Message};

/// What is read from the socket at once.
pub(super) const INPUT_BYTES: usize = 256 * 1024;
/// What was read lies behind what is left of the read before, so that the system always writes to
/// the start of a page. That is less than a record, or a message of the handshake.
pub(super) const TAIL_BYTES: usize = 5 * 4096;
/// Room for any frame, and for what came with it.
pub(super) const FRAMES_BYTES: usize = 2 * (HEADER_BYTES + MAX_DATA_BYTES);
/// Frames begin this far into their buffers, so that the body of the first, and that is the one
/// that matters where bodies are large, begins where a page does.
pub(super) const LEAD_BYTES: usize = 4096 - HEADER_BYTES;
/// So much is encrypted at once.
const SEAL_BYTES: usize = 8 * RECORD_BYTES;
/// Room for what TLS itself wants to say.
const ANSWER_BYTES: usize = 2 * RECORD_BYTES;
/// Room for both.
pub(super) const SEALED_BYTES: usize = SEAL_BYTES + 9 * RECORD_OVERHEAD_BYTES + 2 * ANSWER_BYTES;

/// So many turns without a wait are over long before a sign of life is due.
const MAX_BUSY_TURNS: u32 = 64;

/// How much of what came is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadMode {
    /// As much as makes one frame: the rest stays where it is until that is used.
    OneFrame,
    /// As much as there is room for, so that a peer that writes is not held up.
    Everything,
}

/// What is known of the bytes that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputState {
    /// There may be whole records among them.
    Fresh,
    /// Only the beginning of a record is left.
    Drained,
    /// They cannot be decrypted, and what follows cannot be either.
    Garbled,
}

/// What one turn came to.
pub(super) enum Turn {
    Done,
    TimedOut,
    Called,
}

impl Channel {
    /// Writes what can be written and reads what can be read, and waits if that was nothing.
    pub(super) fn turn_over(
        &mut self,
        mode: ReadMode,
        deadline: Option<Instant>,
    ) -> Result<Turn, Error> {
        let wrote = self.write_some()?;
        let read = self.read_some(mode)?;
        if wrote || read || self.ended.is_some() {
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
    pub(super) fn show_life(&mut self) -> Result<(), Error> {
        let now = Instant::now();
        let Some(liveness) = &mut self.liveness else {
            return Ok(());
        };
        if now < liveness.next_look() || self.ended.is_some() {
            return Ok(());
        }
        let is_unread = self.intake == InputState::Fresh || self.connection.has_input();
        match liveness.look(now, is_unread) {
            Due::Nothing => Ok(()),
            // What is on its way will be a sign too.
            Due::Sign if self.wants_write() || self.write_closed => Ok(()),
            Due::Sign => {
                self.message.clear();
                let sign = Message::Alive(Empty {});
                sign.encode(&mut self.message).map_err(ours)?;
                self.append_message();
                Ok(())
            }
            Due::Loss => {
                let silent = io::Error::new(ErrorKind::TimedOut, "no sign of life");
                Err(self.lost(silent))
            }
        }
    }

    pub(super) fn write_some(&mut self) -> Result<bool, Error> {
        let mut wrote = false;
        while self.wants_write() {
            if self.unsent.is_empty() {
                self.seal()?;
            }
            let sealed = &self.sealed[self.unsent.clone()];
            match self.connection.writer().write(sealed) {
                Ok(bytes) => {
                    self.unsent.start += bytes;
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
        Ok(wrote)
    }

    pub(super) fn read_some(&mut self, mode: ReadMode) -> Result<bool, Error> {
        if !self.has_room(mode) {
            return Ok(false);
        }
        if self.intake == InputState::Fresh {
            return self.take_in(mode).map(|()| true);
        }
        if self.ended.is_some() {
            return Ok(false);
        }
        self.keep_tail()?;
        let input = self.connection.try_read(&mut self.input[TAIL_BYTES..]);
        match input.map_err(|source| self.lost(source))? {
            None | Some(Input::Quiet | Input::Called) => Ok(false),
            Some(Input::End(end)) => {
                self.ended = Some(end);
                Ok(true)
            }
            Some(Input::Bytes(bytes)) => {
                if let Some(liveness) = &mut self.liveness {
                    liveness.heard();
                }
                if self.intake == InputState::Drained {
                    self.fresh.end = TAIL_BYTES + bytes;
                    self.intake = InputState::Fresh;
                }
                self.take_in(mode).map(|()| true)
            }
        }
    }

    /// Moves the beginning of a record to where the rest of it will follow.
    fn keep_tail(&mut self) -> Result<(), Error> {
        let Some(start) = TAIL_BYTES.checked_sub(self.fresh.len()) else {
            let large = rustls::InvalidMessage::HandshakePayloadTooLarge;
            return Err(self.cannot_decrypt(large.into()));
        };
        self.input.copy_within(self.fresh.clone(), start);
        self.fresh = start..TAIL_BYTES;
        Ok(())
    }

    /// Decrypts what was read, as far as there is room for it.
    pub(super) fn take_in(&mut self, mode: ReadMode) -> Result<(), Error> {
        while self.intake == InputState::Fresh && self.has_room(mode) {
            self.make_frames_contiguous();
            match self.step() {
                Ok(Step::Opened(bytes)) => self.waiting.end += bytes,
                Ok(Step::Answered(bytes) | Step::Sealed(bytes)) => self.unsent.end += bytes,
                Ok(Step::Again) => {}
                Ok(Step::PeerClosed) => {
                    self.ended.get_or_insert(StreamEnd::Orderly);
                }
                Ok(Step::Idle) => self.intake = InputState::Drained,
                Err(error) => return Err(self.cannot_decrypt(error)),
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Step, rustls::Error> {
        let mut room = Room {
            opened: &mut self.frames[self.waiting.end..],
            sealed: &mut self.sealed[self.unsent.end..],
        };
        let input = &mut self.input[self.fresh.clone()];
        let (used, step) = self.tls.step(input, Purpose::Read, &mut room);
        self.fresh.start += used;
        step
    }

    fn cannot_decrypt(&mut self, error: rustls::Error) -> Error {
        // The peer is told by an alert, if it still listens.
        let alert = self.step();
        self.intake = InputState::Garbled;
        self.fresh.start = self.fresh.end;
        if let Ok(Step::Answered(bytes)) = alert {
            self.unsent.end += bytes;
            self.write_some().ok();
        }
        PeerFault::Handshake(error).into()
    }

    /// Encrypts some of what is queued, or the last word. Nothing encrypted is unsent.
    fn seal(&mut self) -> Result<(), Error> {
        self.unsent = 0..0;
        let end = self.queued.end.min(self.queued.start + SEAL_BYTES);
        let content = self.queued.start..end;
        while self.unsent.is_empty() {
            let purpose = if content.is_empty() {
                Purpose::Goodbye
            } else {
                Purpose::Seal(&self.output[content.clone()])
            };
            let mut room = Room {
                opened: &mut [],
                sealed: &mut self.sealed[self.unsent.end..],
            };
            // What is not decrypted yet has to wait, and what is begun has to be there.
            let input = match self.intake {
                InputState::Fresh => &mut [],
                InputState::Drained => &mut self.input[self.fresh.clone()],
                InputState::Garbled => {
                    return Err(OurFault::Bug("nothing to encrypt with".to_owned()).into());
                }
            };
            let (used, step) = self.tls.step(input, purpose, &mut room);
            self.fresh.start += used;
            match step {
                Ok(Step::Sealed(bytes)) => {
                    self.unsent.end += bytes;
                    self.was_sealed(end);
                    return Ok(());
                }
                Ok(Step::Answered(bytes)) => self.unsent.end += bytes,
                Ok(Step::Again | Step::PeerClosed) => {}
                Ok(Step::Opened(_) | Step::Idle) => {
                    return Err(OurFault::Bug("nothing can be encrypted now".to_owned()).into());
                }
                Err(error) => return Err(OurFault::Bug(error.to_string()).into()),
            }
        }
        Ok(())
    }

    fn was_sealed(&mut self, end: usize) {
        if self.queued.is_empty() {
            self.says_goodbye = false;
        }
        self.queued.start = end;
        if self.queued.is_empty() {
            self.queued = LEAD_BYTES..LEAD_BYTES;
        }
    }

    /// What is queued is of no use any more, but for the rest of a frame that has begun.
    pub(super) fn forget_queued(&mut self) {
        let mut end = LEAD_BYTES;
        while end < self.queued.start
            && let Some(header) = self.output[end..].first_chunk::<HEADER_BYTES>()
            && let Ok(header) = Header::decode(*header)
        {
            end += HEADER_BYTES + header.body_bytes;
        }
        // A last word has to fit behind it.
        self.output.copy_within(self.queued.start..end, LEAD_BYTES);
        self.queued = LEAD_BYTES..LEAD_BYTES + (end - self.queued.start);
    }

    /// Makes room behind the frames that wait. What is moved is little, or there is no other way.
    fn make_frames_contiguous(&mut self) {
        let is_little = self.waiting.len() <= RECORD_BYTES;
        let is_full = self.waiting.end + RECORD_BYTES > self.frames.len();
        if self.waiting.start > LEAD_BYTES && (is_little || is_full) {
            self.frames.copy_within(self.waiting.clone(), LEAD_BYTES);
            self.waiting = LEAD_BYTES..LEAD_BYTES + self.waiting.len();
        }
    }

    /// Memory for [`Self::exchange`].
    pub(super) fn content_buffer() -> Buffer {
        Buffer::new(LEAD_BYTES + FRAMES_BYTES + RECORD_BYTES)
    }

    /// Gives away the memory with the content that was handed out last, so that it need not be
    /// copied, and goes on in that of `other`. Returns where in it the content is.
    pub(super) fn exchange(&mut self, other: &mut Buffer) -> Range<usize> {
        // What came behind it is little.
        let end = LEAD_BYTES + self.waiting.len();
        other[LEAD_BYTES..end].copy_from_slice(&self.frames[self.waiting.clone()]);
        self.waiting = LEAD_BYTES..end;
        mem::swap(&mut self.frames, other);
        mem::replace(&mut self.content, LEAD_BYTES..LEAD_BYTES)
    }

    /// What came is of no use any more.
    pub(super) fn forget_frames(&mut self) {
        self.waiting = LEAD_BYTES..LEAD_BYTES;
    }

    pub(super) fn has_room(&self, mode: ReadMode) -> bool {
        let has_answer_room = self.unsent.end + ANSWER_BYTES <= SEALED_BYTES;
        has_answer_room
            && match mode {
                ReadMode::OneFrame => !self.has_frame(),
                ReadMode::Everything => self.waiting.len() < FRAMES_BYTES / 2,
            }
    }

    fn has_frame(&self) -> bool {
        self.frames[self.waiting.clone()]
            .first_chunk::<HEADER_BYTES>()
            .is_some_and(|header| match Header::decode(*header) {
                Ok(header) => self.waiting.len() >= HEADER_BYTES + header.body_bytes,
                // It is to be looked at, and found bad.
                Err(_) => true,
            })
    }

    pub(super) fn take_frame(&mut self) -> Result<Option<(Header, Range<usize>)>, Error> {
        let Some(header) = self.frames[self.waiting.clone()].first_chunk::<HEADER_BYTES>() else {
            return Ok(None);
        };
        let header = Header::decode(*header).map_err(violation)?;
        if self.waiting.len() < HEADER_BYTES + header.body_bytes {
            return Ok(None);
        }
        let start = self.waiting.start + HEADER_BYTES;
        self.waiting.start = start + header.body_bytes;
        Ok(Some((header, start..self.waiting.start)))
    }

    /// Whether there is something to be written, and somebody who takes it.
    pub(super) fn wants_write(&self) -> bool {
        !self.write_closed
            && (!self.unsent.is_empty() || !self.queued.is_empty() || self.says_goodbye)
    }

    pub(super) fn lost(&self, source: io::Error) -> Error {
        let bytes = self.content_bytes;
        NetworkFault::Lost { bytes, source }.into()
    }
}
