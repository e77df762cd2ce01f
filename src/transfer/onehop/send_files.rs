//! Sending the content: one stream of all files, with no round trip between them.

use super::reader::{Batch, Reader, Step};
use super::send::SecureSending;
use crate::disk::retry::CANCEL_INTERVAL;
use crate::error::{Error, ours};
use crate::net::secure_stream::Sent;
use crate::protocol::message::{Exception, Treatment};
use crate::transfer::event::SendEvent;

impl SecureSending<'_> {
    /// What the receiver does not want in full.
    pub(super) fn take_exceptions(&mut self, exceptions: &[Exception]) {
        for exception in exceptions {
            match &exception.treatment {
                Treatment::Skip => self.summary.skipped_files += 1,
                Treatment::Refuse { reason } => {
                    let name = || self.payload.name(exception.index);
                    self.summary.fail(name, *reason);
                }
                Treatment::Resume { offset, .. } => self.summary.resumed_bytes += offset,
            }
        }
    }

    /// Progress counts what is wanted; what is held already is done.
    pub(super) fn accepted(&mut self, exceptions: &[Exception]) {
        let left_out = exceptions.iter().filter_map(|exception| {
            let is_resumed = matches!(exception.treatment, Treatment::Resume { .. });
            (!is_resumed).then(|| self.payload.size(exception.index))
        });
        let total = self.payload.bytes() - left_out.sum::<u64>();
        self.meter.set_total(total);
        let held_bytes = self.summary.resumed_bytes;
        self.meter.hold(held_bytes);
        // Told again once it has turned out to be the same.
        self.summary.resumed_bytes = 0;
        self.events.emit(SendEvent::Accepted { held_bytes });
    }

    /// All files whose turn comes.
    pub(super) fn send_files(&mut self, exceptions: Vec<Exception>) -> Result<(), Error> {
        let interrupt = self.stream.interrupt().clone();
        let reader = Reader::start(self.payload.clone(), exceptions, interrupt)?;
        let mut is_over = false;
        while !is_over {
            let mut batch = self.next_batch(&reader)?;
            is_over = self.send_batch(&mut batch)?;
            reader.give_back(batch);
        }
        self.push()
    }

    /// Waits for the disk, while the receiver may give up.
    fn next_batch(&mut self, reader: &Reader) -> Result<Batch, Error> {
        loop {
            let timeout = self.meter.timeout();
            let mut waits = timeout.as_millis().div_ceil(CANCEL_INTERVAL.as_millis());
            while waits > 0 {
                if let Some(batch) = reader.batch(timeout.min(CANCEL_INTERVAL))? {
                    return Ok(batch);
                }
                // What there is need not wait for the disk.
                self.push()?;
                self.stream.attend()?;
                waits -= 1;
            }
            self.meter.quiet();
        }
    }

    /// Returns whether that was the last one.
    fn send_batch(&mut self, batch: &mut Batch) -> Result<bool, Error> {
        let mut at = 0;
        for step in batch.steps.drain(..) {
            match step {
                Step::Start {
                    index,
                    offset,
                    released,
                } => {
                    let start = self.machine.start(index, offset);
                    self.stream.queue(&start.map_err(ours)?)?;
                    self.summary.resumed_bytes += offset;
                    self.meter.release(released);
                }
                Step::Data { length } => {
                    self.machine.data(length).map_err(ours)?;
                    self.stream.send_data(&batch.bytes[at..at + length])?;
                    at += length;
                    self.meter.advance(length);
                }
                Step::End {
                    index,
                    bytes,
                    blake3,
                    grew,
                } => {
                    if grew {
                        self.summary.grew(|| self.payload.name(index), bytes);
                    }
                    let end = self.machine.end(blake3, grew);
                    self.stream.queue(&end.map_err(ours)?)?;
                }
                Step::Failed {
                    index,
                    reason,
                    left,
                } => {
                    self.meter.drop_rest(left);
                    self.summary.fail(|| self.payload.name(index), reason);
                    let failed = self.machine.failed(index, reason);
                    self.stream.queue(&failed.map_err(ours)?)?;
                }
                Step::Over => return Ok(true),
            }
            if self.stream.wants_flush() {
                self.push()?;
            }
        }
        Ok(false)
    }

    /// Hands everything that is queued to the network, and hears whether the receiver gave up.
    fn push(&mut self) -> Result<(), Error> {
        loop {
            match self.stream.send_some(Some(self.meter.timeout()))? {
                Sent::All => break,
                Sent::Blocked => self.meter.quiet(),
                Sent::Called => self.stream.interrupt().check()?,
            }
        }
        self.listen_in()
    }
}
