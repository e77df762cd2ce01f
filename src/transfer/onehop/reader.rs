//! Reads and hashes what is sent on a thread of its own, so that a disk that takes its time holds up
//! nothing else, and reading what comes next and encrypting what came before go on at the same time.
//!
//! ```text
//! reading: files ─▶ batch ═▶ full ──▶ sending
//!                     ▲                  │
//!                     └────── spare ◀────┘
//! ```

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::batch::{self, BATCHES, Spares};
use super::payload::GatheredPayload;
use super::work::Work;
use crate::disk::outgoing::{End, SourceFault, SourceFile};
use crate::error::{Error, OurFault};
use crate::net::interrupt::Interrupt;
use crate::protocol::frame::MAX_DATA_BYTES;
use crate::protocol::message::{Exception, Hex32, Reason, Treatment};

/// What is to be said of a file next.
#[derive(Debug)]
pub(super) enum Step {
    /// It begins at this offset. `released` bytes that the receiver holds are of no use.
    Start {
        index: u32,
        offset: u64,
        released: u64,
    },
    /// `length` bytes of its content follow.
    Data { length: usize },
    /// That was all of it. By now the file may be longer.
    End {
        index: u32,
        bytes: u64,
        blake3: Hex32,
        grew: bool,
    },
    /// It cannot be sent, begun or not; `left` bytes of it were still to come.
    Failed {
        index: u32,
        reason: Reason,
        left: u64,
    },
    /// That was the last file.
    Over,
}

/// What was read.
pub(super) type Batch = batch::Batch<Step>;

/// The sending thread's side.
pub(super) struct Reader {
    full: Receiver<Batch>,
    spare: SyncSender<Batch>,
    /// The reading thread, which stops with this.
    _work: Work<()>,
}

impl Reader {
    /// Begins to read everything but what these exceptions, in the order of the manifest, say.
    pub(super) fn start(
        payload: Arc<GatheredPayload>,
        exceptions: Vec<Exception>,
        interrupt: Arc<Interrupt>,
    ) -> Result<Self, Error> {
        let (sender, full) = sync_channel(BATCHES);
        let (spare, spares) = sync_channel(BATCHES);
        let work = Work::start("reading", interrupt, move |is_unwanted| {
            let mut reading = Reading {
                batch: Batch::new(),
                full: sender,
                spares: Spares::new(spares),
                is_unwanted,
            };
            if reading.all(&payload, &exceptions).is_err() {
                log::debug!("nobody wants the rest");
            }
        })?;
        Ok(Self {
            full,
            spare,
            _work: work,
        })
    }

    /// What comes next; `None` if nothing is read in this time.
    pub(super) fn batch(&self, timeout: Duration) -> Result<Option<Batch>, Error> {
        match self.full.recv_timeout(timeout) {
            Ok(batch) => Ok(Some(batch)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(broken()),
        }
    }

    /// Its memory is used again.
    pub(super) fn give_back(&self, mut batch: Batch) {
        batch.clear();
        // At the end nobody wants it.
        self.spare.try_send(batch).ok();
    }
}

/// The reading thread's side.
struct Reading<'a> {
    batch: Batch,
    full: SyncSender<Batch>,
    spares: Spares<Step>,
    is_unwanted: &'a dyn Fn() -> bool,
}

/// Why a file ends before its end.
enum Stop {
    /// It cannot be sent.
    File(Reason),
    /// Nobody wants anything any more.
    Gone,
}

impl From<SourceFault> for Stop {
    fn from(fault: SourceFault) -> Self {
        Self::File(fault.into())
    }
}

/// Nobody wants anything any more.
struct Gone;

impl From<Gone> for Stop {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl Reading<'_> {
    fn all(&mut self, payload: &GatheredPayload, exceptions: &[Exception]) -> Result<(), Gone> {
        let mut exceptions = exceptions.iter().peekable();
        for index in 0..payload.entries() {
            let exception = exceptions.next_if(|exception| exception.index == index);
            let held = match exception.map(|exception| &exception.treatment) {
                Some(Treatment::Skip | Treatment::Refuse { .. }) => continue,
                Some(Treatment::Resume { offset, blake3 }) => Some((*offset, *blake3)),
                None => None,
            };
            let Some(bytes) = payload.content_bytes(index) else {
                continue;
            };
            let mut left = bytes - held.map_or(0, |(held_bytes, _)| held_bytes);
            match self.file(payload, (index, bytes), held, &mut left) {
                Ok(()) => {}
                Err(Stop::File(reason)) => self.add(Step::Failed {
                    index,
                    reason,
                    left,
                })?,
                Err(Stop::Gone) => return Err(Gone),
            }
        }
        self.add(Step::Over)?;
        self.hand_over()
    }

    fn file(
        &mut self,
        payload: &GatheredPayload,
        (index, bytes): (u32, u64),
        held: Option<(u64, Hex32)>,
        left: &mut u64,
    ) -> Result<(), Stop> {
        let mut content = payload.open(index)?;
        let mut hasher = blake3::Hasher::new();
        let held_bytes = held.map_or(0, |(held_bytes, _)| held_bytes);
        let offset = self.held_offset(held, &mut content, &mut hasher)?;
        let released = held_bytes - offset;
        self.add(Step::Start {
            index,
            offset,
            released,
        })?;
        *left += released;
        while *left > 0 {
            let length = self.read(*left, &mut content, &mut hasher)?;
            *left -= length as u64;
        }
        let hash = hasher.finalize();
        // Nobody waits any more if there is no answer.
        let end = content.end(Some(&hash), self.is_unwanted)?.ok_or(Gone)?;
        Ok(self.add(Step::End {
            index,
            bytes,
            blake3: Hex32(*hash.as_bytes()),
            grew: end == End::Grew,
        })?)
    }

    /// The next piece of a file of which so much is left.
    fn read(
        &mut self,
        left: u64,
        content: &mut SourceFile,
        hasher: &mut blake3::Hasher,
    ) -> Result<usize, Stop> {
        let wanted = usize::try_from(left).map_or(MAX_DATA_BYTES, |left| left.min(MAX_DATA_BYTES));
        if self.batch.used + wanted > MAX_DATA_BYTES {
            self.hand_over()?;
        }
        let start = self.batch.used;
        let piece = &mut self.batch.bytes[start..start + wanted];
        let length = content.read(piece)?;
        if length == 0 {
            return Err(Stop::File(Reason::Changed));
        }
        hasher.update(&piece[..length]);
        self.batch.used += length;
        self.add(Step::Data { length })?;
        Ok(length)
    }

    /// From where on to send: from what the receiver holds, if that is the same here.
    fn held_offset(
        &mut self,
        held: Option<(u64, Hex32)>,
        content: &mut SourceFile,
        hasher: &mut blake3::Hasher,
    ) -> Result<u64, Stop> {
        let Some((bytes, hash)) = held else {
            return Ok(0);
        };
        // That may take long, and what was read before need not wait for it.
        self.hand_over()?;
        let is_same = content.begins_with(bytes, &hash, hasher, self.is_unwanted)?;
        if (self.is_unwanted)() {
            return Err(Stop::Gone);
        }
        Ok(if is_same { bytes } else { 0 })
    }

    fn add(&mut self, step: Step) -> Result<(), Gone> {
        self.batch.steps.push(step);
        if self.batch.is_full() {
            self.hand_over()?;
        }
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), Gone> {
        if self.batch.steps.is_empty() {
            return Ok(());
        }
        let next = match self.spares.take() {
            Some(batch) => batch,
            None => self.spares.returned.recv().map_err(|_| Gone)?,
        };
        let full = std::mem::replace(&mut self.batch, next);
        self.full.send(full).map_err(|_| Gone)
    }
}

fn broken() -> Error {
    OurFault::Bug("the reading thread ended early".to_owned()).into()
}
