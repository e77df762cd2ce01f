//! Sending the content: one stream of all files, with no round trip between them.

use std::collections::HashSet;

use super::channel::{Sent, ours};
use super::goods::Content;
use super::send::SecureSending;
use crate::protocol::message::{Exception, Hex32, Reason, Treatment};
use crate::protocol::sender::Turn;
use crate::transfer::error::Error;
use crate::transfer::event::SendEvent;
use crate::transfer::selection::End;

/// Why a file ends before its end.
enum Stop {
    /// This file alone.
    File(Reason),
    /// All of it.
    All(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::All(error)
    }
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::File(reason)
    }
}

impl SecureSending<'_> {
    /// What the receiver does not want in full.
    pub(super) fn take_exceptions(
        &mut self,
        exceptions: &[Exception],
        left_out: &mut HashSet<u32>,
    ) {
        for exception in exceptions {
            let index = exception.index;
            match &exception.treatment {
                Treatment::Skip => {
                    self.summary.skipped_files += 1;
                    left_out.insert(index);
                }
                Treatment::Refuse { reason } => {
                    self.summary.fail(|| self.goods.name(index), *reason);
                    left_out.insert(index);
                }
                Treatment::Resume { offset, .. } => self.summary.resumed_bytes += offset,
            }
        }
    }

    /// Progress counts what is wanted; what is held already is done.
    pub(super) fn accepted(&mut self, left_out: &HashSet<u32>) {
        let sizes = left_out.iter().map(|index| self.goods.size(*index));
        let total = self.goods.bytes() - sizes.sum::<u64>();
        self.meter.set_total(total);
        let held_bytes = self.summary.resumed_bytes;
        self.meter.hold(held_bytes);
        // Told again once it has turned out to be the same.
        self.summary.resumed_bytes = 0;
        self.events.emit(SendEvent::Accepted { held_bytes });
    }

    /// All files whose turn comes.
    pub(super) fn send_files(&mut self) -> Result<(), Error> {
        while let Some(turn) = self.machine.turn() {
            let index = turn.index;
            let mut left = turn.bytes - turn.held_bytes();
            match self.send_file(&turn, &mut left) {
                Ok(()) => {}
                Err(Stop::All(error)) => return Err(error),
                Err(Stop::File(reason)) => {
                    self.meter.drop_rest(left);
                    self.summary.fail(|| self.goods.name(index), reason);
                    let message = self.machine.failed(index, reason);
                    self.channel.queue(&message.map_err(ours)?)?;
                }
            }
            if self.channel.wants_flush() {
                self.push()?;
            }
        }
        self.push()
    }

    /// `left` are the bytes of it that have yet to move.
    fn send_file(&mut self, turn: &Turn, left: &mut u64) -> Result<(), Stop> {
        let mut file = self.goods.open(turn.index)?;
        let mut hasher = blake3::Hasher::new();
        let offset = self.held_offset(turn, &mut file, &mut hasher)?;
        let start = self.machine.start(turn.index, offset);
        self.channel.queue(&start.map_err(ours)?)?;
        *left = turn.bytes - offset;
        while *left > 0 {
            let bytes = self.channel.queue_data(*left, |piece| {
                let bytes = file.read(piece)?;
                hasher.update(&piece[..bytes]);
                Ok::<_, Reason>(bytes)
            })??;
            if bytes == 0 {
                return Err(Stop::File(Reason::Changed));
            }
            self.machine.data(bytes).map_err(ours)?;
            self.meter.advance(bytes);
            *left -= bytes as u64;
            if self.channel.wants_flush() {
                self.push()?;
            }
        }
        let hash = hasher.finalize();
        let grew = self.check_end(&mut file, &hash)? == End::Grew;
        if grew {
            self.summary
                .grew(|| self.goods.name(turn.index), turn.bytes);
        }
        let end = self.machine.end(Hex32(*hash.as_bytes()), grew);
        Ok(self.channel.queue(&end.map_err(ours)?)?)
    }

    /// Whether what was sent belongs together.
    fn check_end(&mut self, file: &mut Content<'_>, hash: &blake3::Hash) -> Result<End, Stop> {
        // If it takes a second reading, the receiver is listened to meanwhile.
        if let Some(end) = file.end(hash, &|| true)? {
            return Ok(end);
        }
        let end = self.listening(|is_called| file.end(hash, is_called))??;
        end.ok_or(Stop::All(Error::Cancelled))
    }

    /// From where on to send: from what the receiver holds, if that is the same here.
    fn held_offset(
        &mut self,
        turn: &Turn,
        file: &mut Content<'_>,
        hasher: &mut blake3::Hasher,
    ) -> Result<u64, Stop> {
        let Some((held, hash)) = turn.held else {
            return Ok(0);
        };
        let is_same =
            self.listening(|is_called| file.begins_with(held, &hash, hasher, is_called))??;
        if !is_same {
            self.meter.release(held);
            return Ok(0);
        }
        self.summary.resumed_bytes += held;
        Ok(held)
    }

    /// Hands everything that is queued to the network, and hears whether the receiver gave up.
    fn push(&mut self) -> Result<(), Error> {
        loop {
            match self.channel.send_some(Some(self.meter.patience()))? {
                Sent::All => break,
                Sent::Blocked => self.meter.quiet(),
                Sent::Called => self.check_cancel()?,
            }
        }
        self.listen_in()
    }
}
