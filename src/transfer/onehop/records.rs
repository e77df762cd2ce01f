//! Beneath the channel: encrypted records in and out, without ever waiting for one direction alone.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::ops::Range;
use std::time::Instant;

use super::channel::{Channel, FRAMES_BYTES, LEAD_BYTES, Turn, violation};
use crate::protocol::classic::StreamEnd;
use crate::protocol::frame::{HEADER_BYTES, Header};
use crate::transfer::connection::{Input, Wake, is_reset};
use crate::transfer::error::{Error, NetworkFault, PeerFault};

impl Channel {
    /// Writes what can be written and reads what can be read, and waits if that was nothing.
    pub(super) fn turn_over(&mut self, deadline: Option<Instant>) -> Result<Turn, Error> {
        let wrote = self.write_some()?;
        let read = self.read_some()?;
        if wrote || read || self.ended.is_some() {
            return Ok(Turn::Done);
        }
        let (reading, writing) = (self.has_room(), self.wants_write());
        let wake = self.connection.wait_for(reading, writing, deadline);
        Ok(match wake.map_err(|source| self.lost(source))? {
            Wake::Ready => Turn::Done,
            Wake::Called => Turn::Called,
            Wake::TimedOut => Turn::TimedOut,
        })
    }

    pub(super) fn write_some(&mut self) -> Result<bool, Error> {
        let mut wrote = false;
        while self.wants_write() {
            match self.tls.write_tls(self.connection.writer()) {
                Ok(_) => wrote = true,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Reading tells it too, after what the peer said last.
                Err(error) if is_reset(&error) => {
                    log::debug!("could not write: {error}");
                    self.deaf = true;
                }
                Err(error) => return Err(self.lost(error)),
            }
        }
        Ok(wrote)
    }

    pub(super) fn read_some(&mut self) -> Result<bool, Error> {
        if !self.fresh.is_empty() {
            return self.take_in().map(|()| true);
        }
        if self.ended.is_some() || !self.has_room() {
            return Ok(false);
        }
        let input = self.connection.try_read(&mut self.input);
        match input.map_err(|source| self.lost(source))? {
            None | Some(Input::Quiet | Input::Called) => Ok(false),
            Some(Input::End(end)) => {
                self.ended = Some(end);
                Ok(true)
            }
            Some(Input::Bytes(bytes)) => {
                self.fresh = 0..bytes;
                self.take_in().map(|()| true)
            }
        }
    }

    /// Decrypts what was read, as far as there is room for it.
    pub(super) fn take_in(&mut self) -> Result<(), Error> {
        if self.garbled {
            self.fresh = 0..0;
        }
        while !self.fresh.is_empty() && self.has_room() {
            let mut bytes = &self.input[self.fresh.clone()];
            let before = bytes.len();
            match self.tls.read_tls(&mut bytes) {
                Ok(_) => {}
                // It holds enough that nobody has fetched yet.
                Err(error) if error.kind() == ErrorKind::Other => {}
                Err(error) => return Err(self.lost(error)),
            }
            self.fresh.start += before - bytes.len();
            if let Err(error) = self.tls.process_new_packets() {
                self.garbled = true;
                // The peer is told by an alert, if it still listens.
                self.write_some().ok();
                return Err(PeerFault::Handshake(error).into());
            }
            self.decrypt()?;
        }
        Ok(())
    }

    pub(super) fn encrypt(&mut self) -> Result<(), Error> {
        if !self.queued.is_empty() {
            let frames = &self.output[self.queued.clone()];
            let written = self.tls.writer().write_all(frames);
            written.map_err(|source| self.lost(source))?;
            self.queued = LEAD_BYTES..LEAD_BYTES;
        }
        Ok(())
    }

    /// Fetches what is decrypted, as far as there is room for it.
    pub(super) fn decrypt(&mut self) -> Result<(), Error> {
        if self.waiting.start > LEAD_BYTES {
            self.frames.copy_within(self.waiting.clone(), LEAD_BYTES);
            self.waiting = LEAD_BYTES..LEAD_BYTES + self.waiting.len();
        }
        while self.waiting.end < LEAD_BYTES + FRAMES_BYTES {
            match self.tls.reader().read(&mut self.frames[self.waiting.end..]) {
                Ok(0) => {
                    // The peer's last word, or only the socket's end.
                    self.ended.get_or_insert(StreamEnd::Orderly);
                    break;
                }
                Ok(bytes) => self.waiting.end += bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(self.lost(error)),
            }
        }
        Ok(())
    }

    /// What came is of no use any more.
    pub(super) fn forget_frames(&mut self) {
        self.waiting = LEAD_BYTES..LEAD_BYTES;
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < FRAMES_BYTES / 2
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
        !self.deaf && self.tls.wants_write()
    }

    pub(super) fn lost(&self, source: io::Error) -> Error {
        let bytes = self.content_bytes;
        NetworkFault::Lost { bytes, source }.into()
    }
}
