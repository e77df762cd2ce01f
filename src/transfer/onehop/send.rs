//! The sender's side of one transfer, from the offer to the receipt.
//!
//! ```text
//! upgrade line, TLS ─▶ whose key? ─▶ hello, reveal ─▶ code? ─▶ manifest ─▶ answer ─▶ files ─▶ receipt
//!                         │ another than expected        │ asks the user
//!                         ▼ asks the user                ▼
//! ```

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::handshake::meet;
use super::hello::farewell;
use super::payload::GatheredPayload;
use super::trust::Trust;
use super::work::Work;
use crate::disk::retry::CANCEL_INTERVAL;
use crate::error::{Error, NetworkFault, PeerFault, aborted, ours, violation};
use crate::identity::{Address, Fingerprint};
use crate::net::connection::{Connection, Output};
use crate::net::secure_stream::{Frame, SecureStream};
use crate::protocol::error::Violation;
use crate::protocol::frame::{Kind, MAX_BATCH_BYTES};
use crate::protocol::message::{
    Entry, Exception, Extension, FileHash, MAX_BATCH_ITEMS, Message, Renamed,
};
use crate::protocol::offer::Offer;
use crate::protocol::sender::{Event, Sender};
use crate::transfer::control::Control;
use crate::transfer::event::{Events, PeerDevice, SendEvent, SendOutcome, Summary, WhoseDisk};
use crate::transfer::progress::Meter;
use crate::transfer::send::SendLimits;

/// Until then a batch of the manifest takes another entry.
const FULL_BATCH_BYTES: usize = MAX_BATCH_BYTES / 2;
/// What stands around a path in a manifest entry, generously.
const ENTRY_OVERHEAD_BYTES: usize = 160;

/// One transfer to another Onehop.
pub(crate) struct SecureSending<'a> {
    pub(super) stream: SecureStream,
    pub(super) machine: Sender,
    pub(super) payload: Arc<GatheredPayload>,
    pub(super) events: &'a Events<SendEvent>,
    pub(super) meter: &'a mut Meter,
    pub(super) summary: Summary,
    /// What the receiver said before it was waited for.
    early: VecDeque<Event>,
    trust: &'a Trust,
    target: (&'a str, u16),
    device: PeerDevice,
}

/// What a transfer needs to begin.
pub(crate) struct Start<'a> {
    /// What to send.
    pub(crate) payload: GatheredPayload,
    /// Keys, known devices.
    pub(crate) trust: &'a Trust,
    /// The address or name, as typed, and the port.
    pub(crate) target: (&'a str, u16),
    /// The device that is meant, where the user picked one.
    pub(crate) picked: Option<Fingerprint>,
    /// Where the user's answers are.
    pub(crate) control: &'a Control,
    /// How long to wait for what.
    pub(crate) limits: SendLimits,
    /// Where events go.
    pub(crate) events: &'a Events<SendEvent>,
    /// Where progress goes.
    pub(crate) meter: &'a mut Meter,
}

/// Takes up the offer on this connection and sends everything.
pub(crate) fn send(
    mut connection: Connection,
    offer: &Offer,
    mut start: Start<'_>,
) -> Result<SendOutcome, Error> {
    take_up(&mut connection, offer)?;
    let mut stream = SecureStream::connect(connection, &start.trust.identity)?;
    let (machine, device) = match meet(&mut stream, &mut start) {
        Ok(met) => met,
        Err(error) => return Err(give_up(stream, error)),
    };
    let mut sending = SecureSending {
        stream,
        machine,
        payload: Arc::new(start.payload),
        events: start.events,
        meter: start.meter,
        summary: Summary::default(),
        early: VecDeque::new(),
        trust: start.trust,
        target: start.target,
        device,
    };
    match sending.run() {
        Ok(()) => {
            sending.stream.close();
            Ok(SendOutcome::Received {
                device: sending.device,
                summary: sending.summary,
            })
        }
        Err(error) => Err(give_up(sending.stream, error)),
    }
}

/// Tells the peer why it is over, unless it is the peer who said so.
fn give_up(stream: SecureStream, error: Error) -> Error {
    if let Some(message) = farewell(&error) {
        stream.abort(&message);
    }
    error
}

/// The line that turns the connection into onehop/1.
fn take_up(connection: &mut Connection, offer: &Offer) -> Result<(), Error> {
    let line = offer.to_string();
    match connection.write(line.as_bytes(), Duration::ZERO) {
        Ok(Output::Bytes(bytes)) if bytes == line.len() => Ok(()),
        Ok(_) => Err(PeerFault::Silent.into()),
        Err(source) => Err(NetworkFault::Lost { bytes: 0, source }.into()),
    }
}

impl SecureSending<'_> {
    fn run(&mut self) -> Result<(), Error> {
        self.payload.note_names(&mut self.summary);
        self.list()?;
        let exceptions = self.await_answer()?;
        self.note_seen()?;
        let started = Instant::now();
        self.send_files(exceptions)?;
        self.await_receipt().map_err(unconfirmed)?;
        self.summary.elapsed = started.elapsed();
        Ok(())
    }

    fn note_seen(&mut self) -> Result<(), Error> {
        let (host, port) = self.target;
        let at = Address {
            host: host.to_owned(),
            ip: self.stream.peer_ip(),
            port,
        };
        let (trust, fingerprint) = (self.trust.clone(), self.device.fingerprint);
        self.working(move |_| trust.note_seen(fingerprint, Some(&at)))
    }

    /// The manifest, in batches made on the way.
    fn list(&mut self) -> Result<(), Error> {
        let mut batch: Vec<Entry> = Vec::new();
        let mut bytes = 0;
        let tells_modes = self.machine.uses(Extension::Modes);
        let payload = self.payload.clone();
        for mut entry in (0..payload.entries()).map_while(|index| payload.entry(index)) {
            entry.mode = entry.mode.filter(|_| tells_modes);
            // Each byte of a name may take up to six in JSON.
            bytes += ENTRY_OVERHEAD_BYTES
                + entry
                    .path
                    .iter()
                    .map(|name| 6 * name.len() + 4)
                    .sum::<usize>();
            batch.push(entry);
            if bytes >= FULL_BATCH_BYTES {
                self.queue_batch(std::mem::take(&mut batch))?;
                bytes = 0;
            }
        }
        if !batch.is_empty() {
            self.queue_batch(batch)?;
        }
        let end = self.machine.manifest_end().map_err(ours)?;
        self.stream.queue(&end)?;
        self.stream.flush()
    }

    fn queue_batch(&mut self, batch: Vec<Entry>) -> Result<(), Error> {
        let message = self.machine.manifest(batch).map_err(ours)?;
        self.stream.queue(&message)?;
        self.listen_in()
    }

    /// The receiver, or its user, decides. Returns what is not wanted in full.
    fn await_answer(&mut self) -> Result<Vec<Exception>, Error> {
        self.events.emit(SendEvent::AwaitingAnswer);
        let mut all = Vec::new();
        loop {
            match self.hear_next()? {
                Event::HashesWanted(indices) => {
                    self.events.emit(SendEvent::Checking);
                    self.tell_hashes(indices)?;
                }
                Event::Excepted(exceptions) => {
                    // A yes from a receiver that reads what it has already.
                    if exceptions.is_empty() {
                        self.events.emit(SendEvent::Checking);
                    }
                    self.take_exceptions(&exceptions);
                    all.extend(exceptions);
                }
                Event::Accepted => {
                    self.accepted(&all);
                    return Ok(all);
                }
                Event::Declined(reason) => return Err(PeerFault::Declined(reason).into()),
                _ => return Err(out_of_turn()),
            }
        }
    }

    fn tell_hashes(&mut self, indices: Vec<u32>) -> Result<(), Error> {
        let payload = self.payload.clone();
        let hashes = self.working(move |is_unwanted| {
            let hash = |index| FileHash {
                index,
                blake3: payload.hash(index, is_unwanted),
            };
            indices.into_iter().map(hash).collect::<Vec<_>>()
        })?;
        for batch in hashes.chunks(MAX_BATCH_ITEMS) {
            let message = self.machine.hashes(batch.to_vec()).map_err(ours)?;
            self.stream.queue(&message)?;
        }
        self.stream.flush()
    }

    /// Has the disk do something, however long that takes, while the receiver may give up.
    fn working<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let interrupt = self.stream.interrupt().clone();
        let work = Work::start("disk", interrupt, work)?;
        loop {
            let outcome = work.outcome(CANCEL_INTERVAL)?;
            self.stream.attend()?;
            self.listen_in()?;
            if let Some(outcome) = outcome {
                return Ok(outcome);
            }
        }
    }

    fn await_receipt(&mut self) -> Result<(), Error> {
        self.events.emit(SendEvent::AwaitingConfirmation);
        loop {
            match self.hear_next()? {
                Event::Renamed(renamed) => {
                    for Renamed { index, name } in renamed {
                        self.summary.save_as(|| (self.payload.name(index), name));
                    }
                }
                Event::NotSaved(failures) => {
                    for failure in failures {
                        let name = || self.payload.name(failure.index);
                        self.summary.fail(name, failure.reason);
                        if let Some(cause) = failure.cause {
                            self.summary
                                .note_cause(name, WhoseDisk::TheReceivers, cause);
                        }
                    }
                }
                Event::Received(totals) => {
                    self.summary.files = totals.files;
                    self.summary.bytes = totals.bytes;
                    return Ok(());
                }
                _ => return Err(out_of_turn()),
            }
        }
    }

    /// Waits for the receiver, or for its user, as long as that takes.
    fn hear_next(&mut self) -> Result<Event, Error> {
        if let Some(heard) = self.early.pop_front() {
            return Ok(heard);
        }
        loop {
            match self.stream.next(None)? {
                Frame::Message(message) => match self.hear(message)? {
                    Event::Alive => {}
                    heard => return Ok(heard),
                },
                Frame::Data(_) => return Err(out_of_turn()),
                Frame::Quiet => {}
                Frame::Called => self.stream.interrupt().check()?,
            }
        }
    }

    fn hear(&mut self, message: Message) -> Result<Event, Error> {
        match self.machine.hear(message).map_err(violation)? {
            Event::Aborted(abort) => Err(aborted(abort)),
            heard => Ok(heard),
        }
    }

    /// Whether the receiver has given up meanwhile. What else it says, and may say, is kept: it
    /// can be quicker than this side notices that everything is sent.
    pub(super) fn listen_in(&mut self) -> Result<(), Error> {
        self.stream.interrupt().check()?;
        // After its last word the receiver ends the connection, and that is no break.
        while !matches!(self.early.back(), Some(Event::Received(_)))
            && let Some(message) = self.stream.glance()?
        {
            match self.hear(message)? {
                Event::Alive => {}
                heard => self.early.push_back(heard),
            }
        }
        Ok(())
    }
}

/// Without a word of the receiver nobody here can know what it has saved.
fn unconfirmed(error: Error) -> Error {
    match error {
        Error::Cancelled
        | Error::Network(_)
        | Error::Peer(PeerFault::Reset { .. } | PeerFault::Silent) => {
            PeerFault::Unconfirmed(Box::new(error)).into()
        }
        told => told,
    }
}

/// The machine lets nothing through that is out of turn, so this is for the compiler.
pub(super) fn out_of_turn() -> Error {
    violation(Violation::OutOfTurn {
        kind: Kind::Data,
        state: "waiting",
    })
}
