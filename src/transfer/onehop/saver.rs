//! Writes what arrives on a thread of its own, so that decrypting what comes next and hashing and
//! saving what came before go on at the same time.
//!
//! ```text
//! receiving: ─▶ batch ═▶ full ──▶ saving: files
//!                 ▲                  │
//!                 └────── spare ◀────┘
//! ```

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::batch::{self, BATCHES, Spares};
use super::work::Work;
use crate::disk::incoming::Arrival;
use crate::disk::retry::CANCEL_INTERVAL;
use crate::error::{DiskFault, Error, OurFault};
use crate::net::interrupt::Interrupt;
use crate::net::secure_stream::SecureStream;
use crate::protocol::frame::MAX_DATA_BYTES;
use crate::protocol::message::{Hex32, Reason};

/// Up to this size a file is hashed before it is handed over: making a small one on the disk takes
/// longer than receiving it. Large ones are hashed by the saving thread, which writes faster than
/// the other one decrypts.
const SMALL_FILE_BYTES: u64 = 64 * 1024;

/// How long the disk may take for what arrived before a transfer broke off. What it has not written by
/// then it may still write, but nobody waits for it.
const FAREWELL_TIME: Duration = Duration::from_secs(2);

/// The receiving thread's side.
pub(super) struct Saver {
    batch: Batch,
    full: Option<SyncSender<Batch>>,
    spares: Spares<Step>,
    /// Of the file that was begun, if it is hashed here.
    hasher: Option<blake3::Hasher>,
    /// The saving thread.
    work: Work<Result<Saved, DiskFault>>,
    /// It has told what it came to.
    is_over: bool,
    interrupt: Arc<Interrupt>,
}

/// Everything that came, on the disk.
pub(super) struct Saved {
    /// To be committed.
    pub(super) arrival: Arrival,
    /// Files that the sender gave up.
    pub(super) failures: Vec<(u32, Reason)>,
}

/// What one file needs next.
enum Step {
    Start {
        index: u32,
        offset: u64,
    },
    /// Of a file that is hashed before.
    StartHashed(u32),
    Write {
        length: usize,
    },
    Finish(Hex32),
    /// Whether the hash was the right one.
    FinishHashed(bool),
    Abandon(u32, Reason),
}

type Batch = batch::Batch<Step>;

impl Batch {
    /// Takes what there is room for, and returns how much that was.
    fn append(&mut self, content: &[u8]) -> usize {
        let bytes = content.len().min(MAX_DATA_BYTES - self.used);
        self.bytes[self.used..self.used + bytes].copy_from_slice(&content[..bytes]);
        self.used += bytes;
        match self.steps.last_mut() {
            Some(Step::Write { length }) => *length += bytes,
            _ => self.steps.push(Step::Write { length: bytes }),
        }
        bytes
    }
}

impl Saver {
    pub(super) fn start(arrival: Arrival, interrupt: Arc<Interrupt>) -> Result<Self, Error> {
        let (full, batches) = sync_channel(BATCHES);
        let (used, spare) = sync_channel(BATCHES);
        let work = Work::start("saving", interrupt.clone(), move |_| {
            save(arrival, &batches, &used)
        })?;
        Ok(Self {
            batch: Batch::new(),
            full: Some(full),
            spares: Spares::new(spare),
            hasher: None,
            work,
            is_over: false,
            interrupt,
        })
    }

    /// Content of this file follows: `left` bytes, after those that are held.
    pub(super) fn begin(
        &mut self,
        (index, offset, left): (u32, u64, u64),
        stream: &mut SecureStream,
    ) -> Result<(), Error> {
        if offset == 0 && left <= SMALL_FILE_BYTES {
            self.hasher = Some(blake3::Hasher::new());
            return self.add(Step::StartHashed(index), stream);
        }
        self.hasher = None;
        self.add(Step::Start { index, offset }, stream)
    }

    /// The content that the stream handed out last, of the file that was begun.
    pub(super) fn write(&mut self, stream: &mut SecureStream) -> Result<(), Error> {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(stream.content());
        }
        let mut taken = 0;
        while taken < stream.content().len() {
            taken += self.batch.append(&stream.content()[taken..]);
            self.hand_over_if_full(stream)?;
        }
        Ok(())
    }

    /// The file that was begun is complete, with this hash.
    pub(super) fn finish(
        &mut self,
        blake3: &Hex32,
        stream: &mut SecureStream,
    ) -> Result<(), Error> {
        let step = match self.hasher.take() {
            Some(hasher) => Step::FinishHashed(*hasher.finalize().as_bytes() == blake3.0),
            None => Step::Finish(*blake3),
        };
        self.add(step, stream)
    }

    /// This file does not come.
    pub(super) fn abandon(
        &mut self,
        index: u32,
        reason: Reason,
        stream: &mut SecureStream,
    ) -> Result<(), Error> {
        self.hasher = None;
        self.add(Step::Abandon(index, reason), stream)
    }

    /// Has everything written that was said so far. Returns before it is.
    pub(super) fn hand_over(&mut self, stream: &mut SecureStream) -> Result<(), Error> {
        if let Some(outcome) = self.work.outcome(Duration::ZERO)? {
            return Err(self.ended_early(Some(outcome)));
        }
        if self.batch.steps.is_empty() {
            return Ok(());
        }
        let next = self.next_batch(stream)?;
        let full = std::mem::replace(&mut self.batch, next);
        match &self.full {
            Some(sender) if sender.send(full).is_ok() => Ok(()),
            _ => Err(self.broken()),
        }
    }

    /// Waits until everything is written.
    pub(super) fn end(mut self, stream: &mut SecureStream) -> Result<Saved, Error> {
        self.hand_over(stream)?;
        self.full = None;
        loop {
            if let Some(saved) = self.work.outcome(CANCEL_INTERVAL)? {
                self.is_over = true;
                return Ok(saved?);
            }
            self.attend(stream)?;
        }
    }

    fn add(&mut self, step: Step, stream: &mut SecureStream) -> Result<(), Error> {
        self.batch.steps.push(step);
        self.hand_over_if_full(stream)
    }

    fn hand_over_if_full(&mut self, stream: &mut SecureStream) -> Result<(), Error> {
        if self.batch.is_full() {
            self.hand_over(stream)?;
        }
        Ok(())
    }

    fn next_batch(&mut self, stream: &mut SecureStream) -> Result<Batch, Error> {
        if let Some(batch) = self.spares.take() {
            return Ok(batch);
        }
        loop {
            match self.spares.returned.recv_timeout(CANCEL_INTERVAL) {
                Ok(batch) => return Ok(batch),
                Err(RecvTimeoutError::Timeout) => self.attend(stream)?,
                Err(RecvTimeoutError::Disconnected) => return Err(self.broken()),
            }
        }
    }

    /// Meanwhile the disk takes its time.
    fn attend(&self, stream: &mut SecureStream) -> Result<(), Error> {
        self.interrupt.check()?;
        stream.attend()
    }

    /// The saving thread has stopped before its time: why?
    fn broken(&mut self) -> Error {
        match self.work.outcome(FAREWELL_TIME) {
            Ok(outcome) => self.ended_early(outcome),
            Err(error) => error,
        }
    }

    fn ended_early(&mut self, outcome: Option<Result<Saved, DiskFault>>) -> Error {
        self.is_over = true;
        match outcome {
            Some(Err(fault)) => fault.into(),
            _ => OurFault::Bug("the saving thread ended early".to_owned()).into(),
        }
    }
}

impl Drop for Saver {
    /// What arrived before a transfer broke off is kept for the next try.
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        if let Some(sender) = self.full.take()
            && !self.batch.steps.is_empty()
        {
            let batch = std::mem::replace(&mut self.batch, Batch::new());
            // If the other thread is gone there is nobody to keep it.
            sender.try_send(batch).ok();
        }
        if !matches!(self.work.outcome(FAREWELL_TIME), Ok(Some(_))) {
            log::info!("the disk is still busy with what arrived");
        }
    }
}

/// The saving thread: writes batches until there are no more.
fn save(
    mut arrival: Arrival,
    batches: &Receiver<Batch>,
    spare: &SyncSender<Batch>,
) -> Result<Saved, DiskFault> {
    let mut failures = Vec::new();
    while let Ok(mut batch) = batches.recv() {
        let mut at = 0;
        for step in &batch.steps {
            match step {
                Step::Start { index, offset } => arrival.start(*index, *offset)?,
                Step::StartHashed(index) => arrival.start_hashed(*index)?,
                Step::Write { length } => {
                    arrival.write(&batch.bytes[at..at + length])?;
                    at += length;
                }
                Step::Finish(blake3) => {
                    // What could not be saved is told by the receipt.
                    arrival.finish(blake3)?;
                }
                Step::FinishHashed(is_right) => {
                    arrival.finish_hashed(*is_right)?;
                }
                Step::Abandon(index, reason) => {
                    failures.push((*index, *reason));
                    arrival.abandon(*index)?;
                }
            }
        }
        batch.clear();
        // At the end nobody wants it back.
        spare.send(batch).ok();
    }
    Ok(Saved { arrival, failures })
}
