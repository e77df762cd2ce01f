//! Receiving one file from one peer.
//!
//! ```text
//!          greeting sent           first byte           yes
//! accept ───────────────▶ Silent ───────────▶ Asking ─────────▶ Saving ──▶ Saved
//!    │   a byte before the greeting               ▲
//!    └────────────────────────────────────────────┘
//!                           │                   │                 │
//!                           ▼                   ▼                 ▼
//!                      SentNothing   Declined, Expired,      Interrupted,
//!                                    Interrupted             Failed
//! ```

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::control::{Acceptance, Decision};
use super::event::{Events, ListenEvent, ReceiveEvent, ReceiveOutcome};
use super::handle::IncomingHandle;
use super::listen::{Consent, Policy};
use super::progress::Meter;
use super::protocol_detection::OnehopPolicy;
use super::slots::{Limits, Slot};
use crate::disk::Destination;
use crate::disk::incoming::SingleFile;
use crate::error::{DiskFault, Error, NetworkFault, PeerFault};
use crate::net::buffer::Buffer;
use crate::net::connection::{Connection, Input, Wake};
use crate::protocol::classic::{ANSWER, Lockstep, PAUSE, StreamEnd, Verdict};
use crate::protocol::offer::Opening;

/// Measured best for both reading the socket and writing the file.
const PIECE_BYTES: usize = 1024 * 1024;
/// What is taken from an undecided peer; the rest waits at the sender.
const MAX_UNDECIDED_BYTES: usize = 64 * 1024;
/// How often a peer that may send no more for now is looked at while the user decides.
const UNDECIDED_LOOK: Duration = Duration::from_secs(1);

/// The worker's view of one transfer.
pub(crate) struct Receiving {
    pub(super) slot: Arc<Slot>,
    pub(super) incoming: IncomingHandle,
    pub(super) connection: Connection,
    pub(super) events: Events<ListenEvent>,
    pub(super) policy: Arc<Mutex<Policy>>,
    pub(super) onehop_policy: Option<OnehopPolicy>,
    pub(super) lockstep: Lockstep,
    pub(super) meter: Meter,
    /// What was taken while the user decided.
    pub(super) undecided: Vec<u8>,
    /// An answer that client.py waits for, held back until the user said yes.
    answer_held: bool,
    pub(super) end: Option<StreamEnd>,
}

impl Receiving {
    pub(crate) fn new(
        slot: Arc<Slot>,
        connection: Connection,
        events: Events<ListenEvent>,
        policy: Arc<Mutex<Policy>>,
        onehop_policy: Option<OnehopPolicy>,
    ) -> Self {
        let incoming = slot.incoming().clone();
        let meter = Meter::new(incoming.progress.clone(), events.waker().clone());
        Self {
            slot,
            incoming,
            connection,
            events,
            policy,
            onehop_policy,
            lockstep: Lockstep::new(),
            meter,
            undecided: Vec::new(),
            answer_held: false,
            end: None,
        }
    }

    /// Works until the transfer is over. The connection is reset on return unless it was closed
    /// in order, and that happens only for a file under its final name.
    pub(crate) fn run(mut self, limits: Limits) -> ReceiveOutcome {
        if let Err(error) = self.connection.keep_alive() {
            log::warn!("no keepalive: {error}");
        }
        let deadline = Instant::now() + limits.decision;
        if let Err(stop) = self.await_head_start() {
            return self.stopped(stop, None);
        }
        let offer = match self.greet() {
            Ok(offer) => offer,
            Err(error) => return ReceiveOutcome::Failed(error),
        };
        match self.await_opening(offer.as_ref(), deadline) {
            Ok(Opening::Upgrade) => return self.receive_from_onehop(limits),
            Ok(Opening::Classic | Opening::Undecided) => {}
            Err(stop) => return self.stopped(stop, None),
        }
        // Only now is it known that this is content, and not the opening of another protocol.
        self.meter.advance(self.undecided.len());
        self.note_classic();
        if let Err(reason) = self.slot.admit_stranger() {
            return self.turn_away(reason);
        }
        match self.await_decision(deadline) {
            Ok(destination) => self.save(&destination),
            Err(stop) => self.stopped(stop, None),
        }
    }

    fn policy(&self) -> Policy {
        let policy = self.policy.lock();
        policy.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Only a peer that sends something is worth a question.
    pub(super) fn await_first_byte(&mut self, deadline: Instant) -> Result<(), Stop> {
        while self.undecided.is_empty() {
            self.check_calls()?;
            if self.end.is_some() && self.policy().empty_files {
                return Ok(());
            }
            if self.end.is_some() || Instant::now() >= deadline {
                return Err(Stop::SentNothing);
            }
            self.take_undecided(deadline)?;
        }
        Ok(())
    }

    fn await_decision(&mut self, deadline: Instant) -> Result<Destination, Stop> {
        if self.policy().consent == Consent::SaveWithoutAsking {
            self.incoming.accept();
        } else {
            self.events.emit(ListenEvent::Transfer(
                self.incoming.id,
                ReceiveEvent::Requested,
            ));
        }
        loop {
            self.check_calls()?;
            match self.incoming.control.decision() {
                Some(Decision::Accept(how)) => return Ok(self.destination(how)),
                Some(Decision::AcceptAs(path)) => {
                    let destination = Destination::file(&path);
                    return destination.ok_or(Stop::Disk(DiskFault::NameNotAllowed { path }));
                }
                Some(Decision::Decline) => return Err(Stop::Declined),
                None if Instant::now() >= deadline => return Err(Stop::Expired),
                // The others are a sender's words.
                None | Some(Decision::GoOn { .. } | Decision::Reject(_)) => {}
            }
            if self.end == Some(StreamEnd::Reset) && self.verdict() == Verdict::Interrupted {
                return Err(Stop::Interrupted(self.reset()));
            }
            if self.end.is_some() || self.undecided.len() >= MAX_UNDECIDED_BYTES {
                self.wait_for_user(deadline)?;
            } else {
                let taken = self.take_undecided(deadline)?;
                if taken > 0 {
                    self.meter.advance(taken);
                }
            }
        }
    }

    fn destination(&self, how: Acceptance) -> Destination {
        match how.folder {
            Some(folder) => Destination::classic(folder),
            None => self.policy().destination,
        }
    }

    pub(super) fn check_calls(&self) -> Result<(), Stop> {
        if self.incoming.control.cancelled() {
            return Err(Stop::Interrupted(Error::Cancelled));
        }
        if self.incoming.control.decision() == Some(Decision::Decline) {
            return Err(Stop::Declined);
        }
        Ok(())
    }

    /// Nothing more can be taken for now; only the user, or the peer's leaving, changes anything.
    fn wait_for_user(&mut self, deadline: Instant) -> Result<(), Stop> {
        let look = deadline.min(Instant::now() + UNDECIDED_LOOK);
        let until = if self.end.is_some() { deadline } else { look };
        match self.connection.wait_for_call(until) {
            Ok(Wake::TimedOut) if self.end.is_none() && self.connection.was_reset() => {
                self.end = Some(StreamEnd::Reset);
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(source) => Err(self.lost(source)),
        }
    }

    /// Takes what comes by then, and returns how many bytes that were. They are not counted here.
    pub(super) fn take_undecided(&mut self, deadline: Instant) -> Result<usize, Stop> {
        let filled = self.undecided.len();
        self.undecided.reserve_exact(MAX_UNDECIDED_BYTES - filled);
        self.undecided.resize(MAX_UNDECIDED_BYTES, 0);
        let rest = deadline.saturating_duration_since(Instant::now());
        let timeout = self.timeout().min(rest);
        let input = self
            .connection
            .read(&mut self.undecided[filled..], Some(timeout));
        let taken = match &input {
            Ok(Input::Bytes(bytes)) => *bytes,
            _ => 0,
        };
        self.undecided.truncate(filled + taken);
        match input {
            Ok(Input::Bytes(bytes)) => self.answer_held |= self.lockstep.on_bytes(bytes),
            Ok(Input::End(end)) => {
                self.end = Some(end);
                self.incoming.progress.set_complete();
                self.events.waker().wake_by_ref();
            }
            Ok(Input::Quiet) => {
                self.answer_held |= self.lockstep.on_pause();
                self.meter.tell_news();
            }
            Ok(Input::Called) => {}
            Err(source) => return Err(self.lost(source)),
        }
        Ok(taken)
    }

    /// How long nothing has to come before that means something.
    fn timeout(&self) -> Duration {
        if self.lockstep.watches_for_pause() {
            PAUSE
        } else {
            self.meter.timeout()
        }
    }

    fn save(mut self, destination: &Destination) -> ReceiveOutcome {
        let started = Instant::now();
        self.events.emit(ListenEvent::Transfer(
            self.incoming.id,
            ReceiveEvent::Accepted,
        ));
        let mut file = match SingleFile::create(destination) {
            Ok(file) => file,
            Err(fault) => return self.stopped(fault.into(), None),
        };
        if let Err(stop) = self.copy(&mut file) {
            return self.stopped(stop, Some(file));
        }
        match file.commit() {
            Ok(path) => self.saved(path, started),
            Err(fault) => self.stopped(fault.into(), None),
        }
    }

    /// The orderly close comes after the rename: it is what tells the sender "delivered".
    fn saved(self, path: PathBuf, started: Instant) -> ReceiveOutcome {
        let bytes = self.incoming.snapshot().bytes;
        if let Err(error) = self.connection.close_in_order() {
            log::warn!("the sender cannot be told that the file is saved: {error}");
        }
        let elapsed = started.elapsed();
        ReceiveOutcome::Saved {
            path,
            bytes,
            elapsed,
        }
    }

    fn copy(&mut self, file: &mut SingleFile) -> Result<(), Stop> {
        file.write(&self.undecided)?;
        self.undecided = Vec::new();
        if std::mem::take(&mut self.answer_held) {
            self.connection.say(ANSWER);
        }
        let mut buffer = match self.end {
            None => Buffer::new(PIECE_BYTES),
            Some(_) => Buffer::new(0),
        };
        while self.end.is_none() {
            self.copy_once(file, &mut buffer)?;
        }
        match self.verdict() {
            Verdict::Complete | Verdict::SentNothing => Ok(()),
            Verdict::Interrupted => Err(Stop::Interrupted(self.reset())),
        }
    }

    fn copy_once(&mut self, file: &mut SingleFile, buffer: &mut [u8]) -> Result<(), Stop> {
        match self.connection.read(buffer, Some(self.timeout())) {
            Ok(Input::Bytes(bytes)) => {
                // Counted and answered only when written: a full disk must not be confirmed.
                file.write(&buffer[..bytes])?;
                self.meter.advance(bytes);
                if self.lockstep.on_bytes(bytes) {
                    self.connection.say(ANSWER);
                }
            }
            Ok(Input::Quiet) if self.lockstep.watches_for_pause() => {
                if self.lockstep.on_pause() {
                    self.connection.say(ANSWER);
                }
                self.meter.tell_news();
            }
            Ok(Input::Quiet) => self.meter.quiet(),
            Ok(Input::End(end)) => self.end = Some(end),
            Ok(Input::Called) if self.incoming.control.cancelled() => {
                return Err(Stop::Interrupted(Error::Cancelled));
            }
            Ok(Input::Called) => {}
            Err(source) => return Err(self.lost(source)),
        }
        Ok(())
    }

    fn verdict(&self) -> Verdict {
        self.end
            .map_or(Verdict::Interrupted, |end| end.verdict(&self.lockstep))
    }

    fn reset(&self) -> Error {
        let bytes = self.incoming.snapshot().bytes;
        PeerFault::Reset {
            bytes,
            source: None,
        }
        .into()
    }

    fn lost(&self, source: io::Error) -> Stop {
        let bytes = self.incoming.snapshot().bytes;
        Stop::Interrupted(NetworkFault::Lost { bytes, source }.into())
    }

    fn stopped(&self, stop: Stop, file: Option<SingleFile>) -> ReceiveOutcome {
        match stop {
            Stop::SentNothing => ReceiveOutcome::SentNothing,
            Stop::Declined => ReceiveOutcome::Declined,
            Stop::Expired => ReceiveOutcome::Expired,
            Stop::Disk(fault) => {
                // First the room that the file took is freed, then the rest is counted.
                if let Some(Err(error)) = file.map(SingleFile::remove) {
                    log::error!("a hidden file is left: {error}");
                }
                ReceiveOutcome::Failed(fault.recounted().into())
            }
            Stop::Interrupted(cause) => ReceiveOutcome::Interrupted {
                cause,
                bytes: self.incoming.snapshot().bytes,
                partial: file.map(SingleFile::into_partial),
            },
        }
    }
}

/// Why a transfer ends without a saved file.
pub(super) enum Stop {
    SentNothing,
    Declined,
    Expired,
    /// Ours to answer for: nothing is kept, the sender still has the file.
    Disk(DiskFault),
    /// What arrived may be all there is.
    Interrupted(Error),
}

impl From<DiskFault> for Stop {
    fn from(fault: DiskFault) -> Self {
        Self::Disk(fault)
    }
}
