//! The receiver's answer, the files that come, and the receipt.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::receive::{SecureReceiving, Stop, out_of_turn};
use super::saver::{Saved, Saver};
use super::work::Work;
use crate::disk::incoming::{Arrival, Outcome, Plan};
use crate::disk::retry::CANCEL_INTERVAL;
use crate::error::{DiskFault, Error, PeerFault, ours, violation};
use crate::net::secure_stream::Frame;
use crate::protocol::frame::MAX_BATCH_BYTES;
use crate::protocol::message::{
    Decline, Exception, Extension, FileHash, MAX_BATCH_ITEMS, Reason, Renamed, Totals, Treatment,
};
use crate::protocol::receiver::Event;
use crate::transfer::event::{ReceiveEvent, WhoseDisk};

/// How long a cancel waits for what is being made durable,
const SYNC_TIME: Duration = Duration::from_secs(2);
/// and for what is being given its final name: what stands then is to be told. Only a disk that does
/// not answer takes longer.
const NAMING_TIME: Duration = Duration::from_mins(1);

/// A transfer to which the user said yes, and what there is for it.
struct Begun {
    arrival: Arrival,
    /// Files of which some is here already.
    held: Vec<Exception>,
    free_bytes: Option<u64>,
    reserve_bytes: u64,
}

/// What stands around a name that is told, generously.
const RENAMED_OVERHEAD_BYTES: usize = 40;

impl SecureReceiving {
    /// Finds out what is here already, then says what to send. A text needs no place on the disk.
    pub(super) fn answer(&mut self) -> Result<Option<Arrival>, Stop> {
        let mut arrival = None;
        if self.text.is_none() {
            self.look_for_identical()?;
            let mut exceptions = self.settled_exceptions();
            let Begun {
                arrival: begun,
                held,
                free_bytes,
                reserve_bytes,
            } = self.begin()?;
            self.add_held(&held, &mut exceptions);
            self.check_space(&begun, free_bytes, reserve_bytes)?;
            for batch in exceptions.chunks(MAX_BATCH_ITEMS) {
                let message = self.machine.accept(batch.to_vec()).map_err(ours)?;
                self.stream.queue(&message)?;
            }
            arrival = Some(begun);
        }
        let end = self.machine.answer_end().map_err(ours)?;
        self.stream.queue(&end)?;
        self.stream.flush()?;
        Ok(arrival)
    }

    /// Files of the same size may be the same: the sender tells their hashes.
    fn look_for_identical(&mut self) -> Result<(), Stop> {
        let mut candidates = self.with_plan(|plan, _| plan.identical_candidates())?;
        candidates.reverse();
        loop {
            let batch = self.next_batch(&mut candidates);
            if batch.is_empty() {
                break;
            }
            let mut hashes = Vec::with_capacity(batch.len());
            let message = self.machine.want_hashes(batch).map_err(ours)?;
            self.stream.queue(&message)?;
            while self.machine.awaits_hashes() {
                hashes.extend(self.hear_hashes()?);
            }
            // All of them are here: while files are read, only an abort may come.
            self.with_plan(move |plan, is_unwanted| {
                for FileHash { index, blake3 } in hashes {
                    if is_unwanted() {
                        break;
                    }
                    plan.compare(index, blake3.as_ref(), is_unwanted);
                }
            })?;
        }
        self.plan.settle_identical();
        Ok(())
    }

    /// The next files whose hashes may still make a difference.
    fn next_batch(&self, candidates: &mut Vec<u32>) -> Vec<u32> {
        let next = std::iter::from_fn(|| candidates.pop());
        next.filter(|index| self.plan.may_be_identical(*index))
            .take(MAX_BATCH_ITEMS)
            .collect()
    }

    fn hear_hashes(&mut self) -> Result<Vec<FileHash>, Stop> {
        let message = match self.stream.next(None)? {
            Frame::Message(message) => message,
            Frame::Data(_) => return Err(out_of_turn().into()),
            Frame::Quiet | Frame::Called => {
                return Ok(self.stream.interrupt().check().map(|()| Vec::new())?);
            }
        };
        match self.hear(message)? {
            Event::Hashes(hashes) => Ok(hashes),
            Event::Alive => Ok(Vec::new()),
            _ => Err(out_of_turn().into()),
        }
    }

    /// What is here, and what cannot be here, in the order of the manifest.
    fn settled_exceptions(&mut self) -> Vec<Exception> {
        let skipped = self.plan.skipped().map(|index| Exception {
            index,
            treatment: Treatment::Skip,
        });
        let refused: Vec<(u32, Reason)> = self.plan.refused().collect();
        let refusals = refused.iter().map(|(index, reason)| Exception {
            index: *index,
            treatment: Treatment::Refuse { reason: *reason },
        });
        let mut exceptions: Vec<Exception> = skipped.collect();
        self.summary.skipped_files = u32::try_from(exceptions.len()).unwrap_or(u32::MAX);
        exceptions.extend(refusals);
        exceptions.sort_unstable_by_key(|exception| exception.index);
        for (index, reason) in refused {
            let name = || self.plan.sent_path(index).join("/");
            self.summary.fail(name, reason);
        }
        exceptions
    }

    /// Takes possession of the folder, and of what an interrupted transfer left there.
    fn begin(&mut self) -> Result<Begun, Stop> {
        let plan = self.take_plan();
        let begun = self.working(move |_| {
            let arrival = plan.begin()?;
            let maybe_held = arrival.maybe_held();
            Ok((arrival, maybe_held))
        })?;
        let (mut arrival, maybe_held) = begun.map_err(|fault: DiskFault| fault)?;
        if !maybe_held.is_empty() {
            self.tell_yes()?;
        }
        let begun = self.working(move |is_unwanted| {
            let mut held = Vec::new();
            for index in maybe_held {
                if is_unwanted() {
                    break;
                }
                if let Some((offset, blake3)) = arrival.hash_held(index, is_unwanted) {
                    let treatment = Treatment::Resume { offset, blake3 };
                    held.push(Exception { index, treatment });
                }
            }
            Begun {
                free_bytes: arrival.free_bytes(),
                reserve_bytes: arrival.reserve_bytes(),
                arrival,
                held,
            }
        })?;
        Ok(begun)
    }

    /// To read what is held may take long, and nobody is to wait meanwhile for a yes that is said.
    /// From here on a no is an abort.
    fn tell_yes(&mut self) -> Result<(), Error> {
        let yes = self.machine.accept(Vec::new()).map_err(ours)?;
        self.stream.queue(&yes)?;
        self.stream.flush()
    }

    /// What is held goes on from there, if the sender still has the same.
    fn add_held(&mut self, held: &[Exception], exceptions: &mut Vec<Exception>) {
        let bytes = held.iter().map(|exception| match exception.treatment {
            Treatment::Resume { offset, .. } => offset,
            Treatment::Skip | Treatment::Refuse { .. } => 0,
        });
        self.held_bytes = bytes.sum();
        exceptions.extend_from_slice(held);
        exceptions.sort_unstable_by_key(|exception| exception.index);
        if self.held_bytes > 0 {
            self.tell(ReceiveEvent::Resuming(self.held_bytes));
        }
    }

    /// Better told now than when the disk is full.
    fn check_space(
        &mut self,
        arrival: &Arrival,
        free_bytes: Option<u64>,
        reserve_bytes: u64,
    ) -> Result<(), Stop> {
        let wanted = arrival.wanted_bytes();
        self.start.meter.set_total(wanted);
        self.start.meter.hold(self.held_bytes);
        let needed = wanted.saturating_sub(self.held_bytes);
        match free_bytes {
            // What would be given up in the middle is not begun.
            Some(free_bytes) if needed > 0 && free_bytes < needed.saturating_add(reserve_bytes) => {
                let full = Error::Disk(DiskFault::Full {
                    folder: arrival.folder().to_owned(),
                    free_bytes: Some(free_bytes),
                });
                let Ok(no) = self.machine.decline(Decline::NoSpace) else {
                    // The yes has been said.
                    return Err(full.into());
                };
                self.stream.queue(&no)?;
                self.stream.flush()?;
                Err(Stop::Told(full))
            }
            _ => Ok(()),
        }
    }

    /// Takes all that comes, makes it durable, and says so.
    pub(super) fn receive_into(&mut self, arrival: Option<Arrival>) -> Result<Vec<PathBuf>, Stop> {
        let Some(arrival) = arrival else {
            self.receive_files(None)?;
            let told = self.end_receipt(Totals::default());
            told.unwrap_or_else(|error| untold(&error));
            return Ok(Vec::new());
        };
        let interrupt = self.start.incoming.interrupt();
        let mut saver = Saver::start(arrival, interrupt)?;
        self.receive_files(Some(&mut saver))?;
        let Saved { arrival, failures } = saver.end(&mut self.stream)?;
        for (index, reason) in failures {
            let name = || arrival.sent_path(index).join("/");
            self.summary.fail(name, reason);
        }
        for (index, bytes) in &self.grown {
            let name = || arrival.sent_path(*index).join("/");
            self.summary.grew(name, *bytes);
        }
        let outcome = self.commit(arrival)?;
        Ok(self.give_receipt(&outcome))
    }

    /// Whatever becomes of the sender meanwhile, what is complete gets its final name. A cancel
    /// prevents that before the first has it, and not any more after that.
    fn commit(&mut self, arrival: Arrival) -> Result<Outcome, Stop> {
        let interrupt = self.start.incoming.interrupt();
        // Whether names are given: whoever comes first decides, this thread or the one that does it.
        let is_naming = Arc::new(OnceLock::new());
        let decided = is_naming.clone();
        let work = Work::start("saving", interrupt, move |_| {
            let durable = arrival.make_durable()?;
            let may_name = *decided.get_or_init(|| true);
            may_name.then(|| durable.give_names()).transpose()
        })?;
        let mut cancelled_at = None;
        let mut is_connected = true;
        loop {
            if let Some(outcome) = work.outcome(CANCEL_INTERVAL)? {
                let outcome = outcome.map_err(|fault: DiskFault| fault)?;
                return Ok(outcome.ok_or(Error::Cancelled)?);
            }
            if self.stream.interrupt().check().is_err() {
                let waited = cancelled_at.get_or_insert_with(Instant::now).elapsed();
                if waited > SYNC_TIME && !*is_naming.get_or_init(|| false) || waited > NAMING_TIME {
                    return Err(Error::Cancelled.into());
                }
            }
            if is_connected && let Err(error) = self.stream.attend() {
                log::warn!("the sender is gone while everything is made durable: {error}");
                is_connected = false;
            }
        }
    }

    /// All that comes, until every file is settled.
    fn receive_files(&mut self, mut saver: Option<&mut Saver>) -> Result<(), Stop> {
        while !self.machine.all_settled() {
            let timeout = self.start.meter.timeout();
            match self.stream.next(Some(timeout))? {
                Frame::Data(bytes) => {
                    let length = bytes.len();
                    self.machine.data(length).map_err(violation)?;
                    match (&mut saver, &mut self.text) {
                        (Some(saver), _) => saver.write(&mut self.stream)?,
                        (None, Some(text)) => Self::take_text(text, bytes),
                        (None, None) => {}
                    }
                    self.start.meter.advance(length);
                }
                Frame::Message(message) => {
                    let heard = self.hear(message)?;
                    match &mut saver {
                        _ if heard == Event::Alive => {}
                        Some(saver) => self.take_file(&heard, saver)?,
                        None => self.check_text(&heard)?,
                    }
                }
                Frame::Quiet => {
                    if let Some(saver) = &mut saver {
                        saver.hand_over(&mut self.stream)?;
                    }
                    self.start.meter.quiet();
                }
                Frame::Called => self.stream.interrupt().check()?,
            }
        }
        Ok(())
    }

    /// A text is all there, or there is none.
    fn check_text(&self, heard: &Event) -> Result<(), Error> {
        let text = self.text.as_deref().unwrap_or_default();
        match heard {
            Event::FileEnded { blake3, .. } if *blake3::hash(text).as_bytes() == blake3.0 => Ok(()),
            Event::FileStarted { .. } => Ok(()),
            _ => Err(PeerFault::Damaged.into()),
        }
    }

    fn take_file(&mut self, heard: &Event, saver: &mut Saver) -> Result<(), Stop> {
        match heard {
            Event::FileStarted {
                index,
                offset,
                left,
                released,
            } => {
                self.summary.resumed_bytes += offset;
                self.start.meter.release(*released);
                self.begun_bytes = offset + left;
                saver.begin((*index, *offset, *left), &mut self.stream)?;
            }
            Event::FileEnded {
                index,
                blake3,
                grew,
            } => {
                if *grew {
                    self.grown.push((*index, self.begun_bytes));
                }
                saver.finish(blake3, &mut self.stream)?;
            }
            Event::FileFailed {
                index,
                reason,
                left,
            } => {
                self.start.meter.drop_rest(*left);
                saver.abandon(*index, *reason, &mut self.stream)?;
            }
            _ => return Err(out_of_turn().into()),
        }
        Ok(())
    }

    /// Everything that can be is durable under its final name: only now this is said. Whether the
    /// sender still hears it makes no difference here.
    fn give_receipt(&mut self, outcome: &Outcome) -> Vec<PathBuf> {
        for failure in &outcome.failures {
            let name = || outcome.sent_path(failure.index).join("/");
            self.summary.fail(name, failure.reason);
            if let Some(cause) = failure.cause {
                self.summary.note_cause(name, WhoseDisk::Ours, cause);
            }
        }
        for index in outcome.renamed.iter().copied() {
            let saved_name = outcome.saved_name(index).to_owned();
            let both = || (outcome.sent_path(index).join("/"), saved_name);
            self.summary.save_as(both);
        }
        self.summary.files = outcome.totals.files;
        self.summary.bytes = outcome.totals.bytes;
        let told = self.list_renamed(outcome);
        let told = told.and_then(|()| self.list_failures(outcome));
        let told = told.and_then(|()| self.end_receipt(outcome.totals));
        told.unwrap_or_else(|error| untold(&error));
        let device = self.device.fingerprint;
        let saved = outcome.saved.iter().map(|item| {
            let path = outcome.folder.join(&item.name);
            if item.is_folder {
                let sent_name = outcome.sent_name(item.index);
                self.start.trust.note_folder(device, &sent_name, &path);
            }
            path
        });
        saved.collect()
    }

    /// The sender's user is told too, if its program understands that.
    fn list_renamed(&mut self, outcome: &Outcome) -> Result<(), Error> {
        if !self.machine.uses(Extension::Names) {
            return Ok(());
        }
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for (place, index) in outcome.renamed.iter().copied().enumerate() {
            let name = outcome.saved_name(index).to_owned();
            bytes += RENAMED_OVERHEAD_BYTES + 6 * name.len();
            batch.push(Renamed { index, name });
            if bytes >= MAX_BATCH_BYTES / 2 || place + 1 == outcome.renamed.len() {
                let message = self.machine.renamed(std::mem::take(&mut batch));
                self.stream.queue(&message.map_err(ours)?)?;
                bytes = 0;
            }
        }
        Ok(())
    }

    fn list_failures(&mut self, outcome: &Outcome) -> Result<(), Error> {
        for batch in outcome.failures.chunks(MAX_BATCH_ITEMS) {
            let message = self.machine.receipt(batch.to_vec()).map_err(ours)?;
            self.stream.queue(&message)?;
        }
        Ok(())
    }

    fn end_receipt(&mut self, totals: Totals) -> Result<(), Error> {
        let end = self.machine.receipt_end(totals).map_err(ours)?;
        self.stream.queue(&end)?;
        self.stream.flush()
    }

    /// As [`Self::working`], with the plan.
    pub(super) fn with_plan<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Plan, &dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let mut plan = self.take_plan();
        let (plan, outcome) = self.working(move |is_unwanted| {
            let outcome = work(&mut plan, is_unwanted);
            (plan, outcome)
        })?;
        self.plan = plan;
        Ok(outcome)
    }

    pub(super) fn take_plan(&mut self) -> Plan {
        std::mem::replace(&mut self.plan, Plan::new(PathBuf::new(), [0; 32]))
    }

    /// Has the disk do something, however long that takes. The sender may only give up meanwhile.
    pub(super) fn working<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let interrupt = self.start.incoming.interrupt();
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

    /// Whether the sender has given up: it may say nothing else now but that it is alive.
    fn listen_in(&mut self) -> Result<(), Error> {
        self.stream.interrupt().check()?;
        while let Some(message) = self.stream.glance()? {
            match self.hear(message)? {
                Event::Alive => {}
                _ => return Err(out_of_turn()),
            }
        }
        Ok(())
    }
}

/// It is saved all the same.
fn untold(error: &Error) {
    log::warn!("the sender cannot be told that everything is saved: {error}");
}
