//! The receiver's side of one transfer, from the upgrade line to the receipt.
//!
//! ```text
//! TLS ─▶ whose key? ─▶ hello, reveal ─▶ code? ─▶ manifest ─▶ the user's yes ─▶ answer ─▶ files ─▶ receipt
//!              │ a stranger: one at a time
//!              ▼
//! ```

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::first_contact::{Attempt, FirstContacts};
use super::hello::{ANSWER_TIME, expect_message_by, farewell, fresh_nonce, introduction};
use super::lists::{Lists, Share};
use super::outcome::broken_off;
use super::trust::{Trust, canonical, is_known};
use super::work::Work;
use crate::disk::Destination;
use crate::disk::incoming::{Naming, Plan, TopLevel};
use crate::disk::space::free_bytes;
use crate::error::{DiskFault, Error, PeerFault, aborted, ours, violation};
use crate::identity::Fingerprint;
use crate::net::connection::Connection;
use crate::net::secure_stream::{Frame, SecureStream};
use crate::protocol::error::Violation;
use crate::protocol::frame::Kind;
use crate::protocol::message::{Entry, EntryKind, Extension, MAX_TEXT_BYTES, Message, Reveal};
use crate::protocol::receiver::{Event, Receiver};
use crate::protocol::sender::Identities;
use crate::transfer::control::{Acceptance, Decision};
use crate::transfer::event::{
    Events, Introduced, ListenEvent, Offered, OfferedItem, PeerDevice, ReceiveEvent,
    ReceiveOutcome, Summary,
};
use crate::transfer::handle::IncomingHandle;
use crate::transfer::listen::{Consent, Policy};
use crate::transfer::progress::Meter;
use crate::transfer::slots::{Limits, Slot};

/// How long a disk may take to tell how much is free.
const FREE_BYTES_TIME: Duration = Duration::from_secs(1);

/// What a transfer needs to begin.
pub(crate) struct Start {
    pub(crate) slot: Arc<Slot>,
    pub(crate) incoming: IncomingHandle,
    pub(crate) events: Events<ListenEvent>,
    pub(crate) policy: Arc<Mutex<Policy>>,
    pub(crate) trust: Trust,
    pub(crate) contacts: FirstContacts,
    pub(crate) lists: Lists,
    pub(crate) meter: Meter,
    /// How long to wait for what.
    pub(crate) limits: Limits,
}

/// One transfer from another Onehop.
pub(super) struct SecureReceiving {
    pub(super) stream: SecureStream,
    pub(super) machine: Receiver,
    pub(super) start: Start,
    pub(super) plan: Plan,
    pub(super) summary: Summary,
    pub(super) device: PeerDevice,
    pub(super) attempt: Option<Attempt>,
    deadline: Instant,
    /// The memory of the list.
    share: Share,
    /// Its entries, as announced, and how many of them came.
    entries: u32,
    listed: usize,
    /// The user has been shown what comes.
    is_asked: bool,
    /// How many hidden top-level items are among it.
    hidden_shown: usize,
    /// The front end knows of the yes.
    accepted_told: bool,
    /// A text that arrives instead of files.
    pub(super) text: Option<Vec<u8>>,
    /// Bytes that are here already of others.
    pub(super) held_bytes: u64,
    /// The size of the file that has begun.
    pub(super) begun_bytes: u64,
    /// Files that grew while they were sent, and the sizes that they had.
    pub(super) grown: Vec<(u32, u64)>,
}

/// Why it ends without a receipt.
pub(super) enum Stop {
    /// The user said no.
    Declined,
    /// Nobody said anything.
    Expired,
    /// Something broke, and the sender knows why.
    Told(Error),
    /// Something broke.
    Broken(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl From<DiskFault> for Stop {
    fn from(fault: DiskFault) -> Self {
        Self::Broken(fault.into())
    }
}

/// Serves a sender that has taken up the offer. `early` is what it sent after the line.
pub(crate) fn receive(connection: Connection, early: &[u8], start: Start) -> ReceiveOutcome {
    let stream = SecureStream::accept(connection, &start.trust.identity, early);
    match stream.map(|stream| meet(stream, start)) {
        Ok(Ok(mut receiving)) => match receiving.run() {
            Ok(paths) => receiving.received(paths),
            Err(stop) => receiving.stopped(stop),
        },
        Ok(Err(error)) | Err(error) => broken_off(error, 0),
    }
}

/// Both sides introduce themselves. A stranger has to be the only one.
fn meet(mut stream: SecureStream, start: Start) -> Result<SecureReceiving, Error> {
    match introduce(&mut stream, &start) {
        Ok((machine, device, attempt)) => {
            let folder = destination(&start).folder;
            let sender = *device.fingerprint.as_bytes();
            Ok(SecureReceiving {
                stream,
                machine,
                plan: Plan::new(folder, sender),
                summary: Summary::default(),
                device,
                attempt,
                deadline: Instant::now() + start.limits.decision,
                share: start.lists.share(),
                entries: 0,
                listed: 0,
                is_asked: false,
                hidden_shown: 0,
                accepted_told: false,
                start,
                text: None,
                held_bytes: 0,
                begun_bytes: 0,
                grown: Vec::new(),
            })
        }
        Err(error) => {
            if let Some(message) = farewell(&error) {
                stream.abort(&message);
            }
            Err(error)
        }
    }
}

fn introduce(
    stream: &mut SecureStream,
    start: &Start,
) -> Result<(Receiver, PeerDevice, Option<Attempt>), Error> {
    let proven = stream.proven_peer()?;
    let identities = Identities {
        sender: *proven.as_bytes(),
        receiver: *start.trust.identity.fingerprint().as_bytes(),
    };
    let mut machine = Receiver::new(identities, fresh_nonce()?);
    let trust = &start.trust;
    let verdict = trust.devices.judge(&trust.expectation_of_callers(), proven);
    let is_known = is_known(&verdict);
    if is_known {
        let admitted = start.slot.admit_known(proven);
        admitted.map_err(PeerFault::TurnedAway)?;
    }
    // The sender's user may first have to decide what to think of this computer's key.
    let message = expect_message_by(
        stream,
        &start.incoming.control,
        Instant::now() + start.limits.decision,
    )?;
    let hello = match machine.hear(message).map_err(violation)? {
        Event::Greeted(hello) => hello,
        Event::Aborted(abort) => return Err(aborted(abort)),
        _ => return Err(out_of_turn()),
    };
    if !is_known {
        let admitted = start.slot.admit_stranger();
        admitted.map_err(PeerFault::TurnedAway)?;
    }
    let attempt = if is_known && hello.remembers {
        None
    } else {
        let known = is_known.then_some(proven);
        let attempt = start.contacts.begin(known, Instant::now());
        Some(attempt.map_err(PeerFault::TurnedAway)?)
    };
    let device = trust.peer(&verdict, proven, &hello.device);
    let own = machine.hello(&introduction(trust, is_known));
    stream.queue(&own.map_err(ours)?)?;
    if machine.uses(Extension::Alive) {
        stream.expect_signs(start.limits.pace);
    }
    Ok((machine, device, attempt))
}

/// Where files go unless the user says otherwise.
fn destination(start: &Start) -> Destination {
    let policy = start.policy.lock().unwrap_or_else(PoisonError::into_inner);
    policy.destination.clone()
}

impl SecureReceiving {
    /// Everything up to the receipt. Returns the final paths.
    fn run(&mut self) -> Result<Vec<PathBuf>, Stop> {
        self.hear_totals()?;
        self.hear_manifest()?;
        let acceptance = self.decide()?;
        self.accepted(&acceptance)?;
        let started = Instant::now();
        let arrival = self.answer()?;
        let paths = self.receive_into(arrival)?;
        self.summary.elapsed = started.elapsed();
        Ok(paths)
    }

    fn hear_totals(&mut self) -> Result<(), Stop> {
        if let Some(attempt) = &mut self.attempt {
            attempt.guess_made();
        }
        let deadline = Instant::now() + ANSWER_TIME;
        let heard = loop {
            let message =
                expect_message_by(&mut self.stream, &self.start.incoming.control, deadline)?;
            match self.hear(message)? {
                Event::Alive => {}
                heard => break heard,
            }
        };
        match heard {
            Event::Introduced { totals, code } => {
                let free_bytes = self.free_bytes()?;
                self.tell(ReceiveEvent::Introduced(Introduced {
                    device: self.device.clone(),
                    code,
                    files: totals.files,
                    bytes: totals.bytes,
                    free_bytes,
                }));
                self.note_totals(&totals);
                Ok(())
            }
            _ => Err(out_of_turn().into()),
        }
    }

    /// The list may follow meanwhile.
    fn free_bytes(&mut self) -> Result<Option<u64>, Stop> {
        let interrupt = self.start.incoming.interrupt();
        let folder = self.plan.folder().to_owned();
        let work = Work::start("disk", interrupt, move |_| free_bytes(&folder))?;
        // Good to know, but not worth a wait.
        Ok(work.outcome(FREE_BYTES_TIME)?.flatten())
    }

    fn note_totals(&mut self, totals: &Reveal) {
        self.start.meter.set_total(totals.bytes);
        self.entries = totals.entries;
    }

    /// The sender's user confirms the code, then the list comes. Of a long one no more is read than
    /// there is memory for before the user's yes.
    fn hear_manifest(&mut self) -> Result<(), Stop> {
        // Others may wait for this first contact to be over.
        let attempt = self.attempt.as_ref();
        let until = attempt.map(|_| Instant::now() + self.start.limits.first_contact);
        loop {
            // Once the user has seen what comes, the rest of a long list waits for the user.
            let until = until.filter(|_| !self.is_asked);
            if until.is_some_and(|until| Instant::now() >= until) {
                return Err(Stop::Broken(PeerFault::Silent.into()));
            }
            if !self.share.has_room() && !self.may_read_on()? {
                self.rest()?;
                continue;
            }
            match self.hear_or_decide(until)? {
                Some(Event::Listed(entries)) => self.take_entries(&entries),
                Some(Event::Offered) => {
                    self.share.complete();
                    return Ok(());
                }
                Some(Event::Alive) | None => {}
                Some(_) => return Err(out_of_turn().into()),
            }
        }
    }

    fn take_entries(&mut self, entries: &[Entry]) {
        self.share.add(entries);
        for entry in entries {
            if entry.kind == EntryKind::Text {
                self.text = Some(Vec::new());
            }
            self.plan.add(entry);
        }
        self.listed += entries.len();
    }

    /// Whether the list that has come to its limit may be read to its end: after the yes, and when
    /// there is memory for it.
    fn may_read_on(&mut self) -> Result<bool, Stop> {
        if !self.is_asked && self.decided_beforehand() {
            return Ok(self.share.agree(self.entries));
        }
        self.offer(false)?;
        if self.said_yes().is_none() {
            return Ok(false);
        }
        self.tell_accepted();
        Ok(self.share.agree(self.entries))
    }

    /// The user's yes.
    fn said_yes(&self) -> Option<Acceptance> {
        match self.start.incoming.control.decision() {
            Some(Decision::Accept(acceptance)) => Some(acceptance),
            _ => None,
        }
    }

    /// Shows the user what comes, once.
    fn offer(&mut self, decided: bool) -> Result<(), Stop> {
        if std::mem::replace(&mut self.is_asked, true) {
            return Ok(());
        }
        if self.text.is_none() {
            // The user may choose another folder, and a text needs none.
            let (trust, device) = (self.start.trust.clone(), self.device.fingerprint);
            let interrupt = self.start.incoming.interrupt();
            let mut plan = self.take_plan();
            let looking = Work::start("disk", interrupt, move |_| {
                (look(&mut plan, &trust, device), plan)
            })?;
            // More of the list may follow meanwhile.
            let (looked, plan) = looking.attended(&mut self.stream)?;
            self.plan = plan;
            if let Err(fault) = looked {
                log::info!("the folder cannot be used: {fault}");
            }
        }
        self.hidden_shown = self.hidden();
        let tops = || self.plan.top_level();
        // Nobody is to overlook them among the others.
        let hidden = tops().filter(TopLevel::is_hidden);
        let ordered = hidden.chain(tops().filter(|top| !top.is_hidden()));
        let offered = Offered {
            items: ordered.take(Offered::MAX_ITEMS).map(offered_item).collect(),
            hidden: self.hidden_shown,
            more_items: tops().len().saturating_sub(Offered::MAX_ITEMS),
            complete: self.listed == usize::try_from(self.entries).unwrap_or(usize::MAX),
            renamed_inside: self.plan.renamed_inside().fold(0, |count, _| count + 1),
            is_text: self.text.is_some(),
            decided,
        };
        self.tell(ReceiveEvent::Offered(offered));
        Ok(())
    }

    /// The user's yes, or the one given beforehand.
    fn decide(&mut self) -> Result<Acceptance, Stop> {
        let decided = !self.is_asked && self.decided_beforehand() && self.hidden() == 0;
        self.offer(decided)?;
        if decided {
            let merge = destination(&self.start).merge;
            return Ok(Acceptance {
                merge,
                ..Acceptance::default()
            });
        }
        loop {
            if let Some(acceptance) = self.said_yes() {
                if self.hidden() == self.hidden_shown {
                    return Ok(acceptance);
                }
                self.ask_again()?;
            }
            match self.hear_or_decide(None)? {
                Some(Event::Alive) | None => {}
                Some(_) => return Err(out_of_turn().into()),
            }
        }
    }

    /// The rest of a long list had hidden things in it, which the yes to its beginning does not
    /// cover.
    fn ask_again(&mut self) -> Result<(), Stop> {
        self.start.incoming.control.take_back_yes();
        (self.is_asked, self.accepted_told) = (false, false);
        self.deadline = Instant::now() + self.start.limits.decision;
        self.offer(false)
    }

    /// Hidden things of the top level, as far as the list is read. No yes that was given beforehand
    /// covers any.
    fn hidden(&self) -> usize {
        self.plan.top_level().filter(TopLevel::is_hidden).count()
    }

    /// Which names are free. A text takes none.
    fn look(&mut self) -> Result<Result<(), DiskFault>, Error> {
        if self.text.is_some() {
            return Ok(Ok(()));
        }
        let (trust, device) = (self.start.trust.clone(), self.device.fingerprint);
        self.with_plan(move |plan, _| look(plan, &trust, device))
    }

    /// A stranger is always asked about.
    fn decided_beforehand(&self) -> bool {
        if self.attempt.is_some() {
            return false;
        }
        let policy = self.start.policy.lock();
        let consent = policy.unwrap_or_else(PoisonError::into_inner).consent;
        consent == Consent::SaveWithoutAsking || self.device.saves_without_asking
    }

    fn accepted(&mut self, acceptance: &Acceptance) -> Result<(), Stop> {
        if let Some(attempt) = self.attempt.take() {
            attempt.decided();
        }
        let (device, trust) = (self.device.clone(), self.start.trust.clone());
        self.share.settle();
        let (remember, peer) = (acceptance.remember, self.start.incoming.peer);
        self.working(move |_| {
            if remember {
                trust.remember(device.fingerprint, &device.name);
            }
            trust.note_caller(device.fingerprint, peer);
        })?;
        let chosen = acceptance.folder.clone();
        let folder = chosen.unwrap_or_else(|| destination(&self.start).folder);
        if folder != self.plan.folder() {
            self.plan.retarget(folder);
        }
        self.plan.set_merge(acceptance.merge);
        self.look()??;
        self.tell_accepted();
        Ok(())
    }

    fn tell_accepted(&mut self) {
        if !std::mem::replace(&mut self.accepted_told, true) {
            self.tell(ReceiveEvent::Accepted);
        }
    }

    pub(super) fn tell(&self, event: ReceiveEvent) {
        let id = self.start.incoming.id;
        self.start.events.emit(ListenEvent::Transfer(id, event));
    }

    /// Waits for the user, or after the yes for memory, while the rest of the list waits at the
    /// sender.
    fn rest(&mut self) -> Result<(), Stop> {
        if self.accepted_told || !self.is_asked {
            // Nobody is to blame for that time.
            self.deadline = Instant::now() + self.start.limits.decision;
        }
        let left = self.time_left()?;
        Ok(self.stream.rest(Instant::now() + left)?)
    }

    /// What is left of the time for the list and the user's word.
    fn time_left(&self) -> Result<Duration, Stop> {
        let control = &self.start.incoming.control;
        control.interrupt().check()?;
        if control.decision() == Some(Decision::Decline) {
            return Err(Stop::Declined);
        }
        let now = Instant::now();
        if now >= self.deadline {
            return Err(Stop::Expired);
        }
        Ok(self.deadline.saturating_duration_since(now))
    }

    /// The next message, or `None` when there was none and it is worth looking at the user, or at
    /// the clock, again.
    fn hear_or_decide(&mut self, until: Option<Instant>) -> Result<Option<Event>, Stop> {
        let left = self.time_left()?;
        let until = until.map(|until| until.saturating_duration_since(Instant::now()));
        let left = until.map_or(left, |until| until.min(left));
        match self.stream.next(Some(left))? {
            Frame::Message(message) => Ok(Some(self.hear(message)?)),
            Frame::Data(_) => Err(out_of_turn().into()),
            Frame::Quiet | Frame::Called => Ok(None),
        }
    }

    pub(super) fn hear(&mut self, message: Message) -> Result<Event, Error> {
        match self.machine.hear(message).map_err(violation)? {
            Event::Aborted(abort) => Err(aborted(abort)),
            heard => Ok(heard),
        }
    }

    /// Room for a text and no more.
    pub(super) fn take_text(text: &mut Vec<u8>, bytes: &[u8]) {
        let room = usize::try_from(MAX_TEXT_BYTES).unwrap_or(usize::MAX);
        let taken = bytes.len().min(room.saturating_sub(text.len()));
        text.extend_from_slice(&bytes[..taken]);
    }
}

/// Which names are free, and which folders this device sent before.
fn look(plan: &mut Plan, trust: &Trust, device: Fingerprint) -> Result<(), DiskFault> {
    let within = canonical(plan.folder());
    plan.look_again(|name| trust.devices.find_folder(device, name, &within))
}

fn offered_item(top: TopLevel<'_>) -> OfferedItem {
    OfferedItem {
        is_hidden: top.is_hidden(),
        existing: top.existing.cloned(),
        renamed: (top.naming != Naming::Kept).then(|| top.name.clone().into_owned()),
        naming: top.naming,
        name: top.sent_name.into_owned(),
        is_folder: top.is_folder,
        files: top.files,
        bytes: top.bytes,
    }
}

/// The machine lets nothing through that is out of turn, so this is for the compiler.
pub(super) fn out_of_turn() -> Error {
    violation(Violation::OutOfTurn {
        kind: Kind::Data,
        state: "receiving",
    })
}
