//! Sending one file.

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::task::Waker;
use std::time::{Duration, Instant};

use super::control::{Control, Decision};
use super::event::{Events, Question, SendEvent, SendOutcome};
use super::handle::OutgoingHandle;
use super::onehop::{self, GatheredPayload, Trust};
use super::progress::{Meter, Progress};
use crate::diagnostics::{Diagnosis, FailedConnection, Failure, gather};
use crate::disk::outgoing::SingleFile;
use crate::error::{Error, NetworkFault, OurFault, PeerFault, QuestionKind};
use crate::identity::{Classic, DeviceIdentity, Devices, Fingerprint};
use crate::net::Pace;
use crate::net::buffer::Buffer;
use crate::net::connect::{Unconnected, connect};
use crate::net::connection::{Connection, Input, Output, Readiness, Wake, is_reset};
use crate::net::peer_address::PeerAddress;
use crate::protocol::classic::StreamEnd;
use crate::protocol::greeting::{Greeting, GreetingReader, MAX_GREETING_BYTES, MAX_GREETING_TIME};
use crate::protocol::offer::Offer;
use crate::worker;

/// Measured best for both reading the file and writing the socket.
const PIECE_BYTES: usize = 1024 * 1024;
/// What a file that claims to be empty is read in.
const SMALL_PIECE_BYTES: usize = 4096;
/// How long a Onehop of an older version takes to break off after it said in words alone that it
/// is busy: a second, and some timeout.
const CLOSING_TIME: Duration = Duration::from_secs(3);
/// How long a reset may still come in from a receiver that cannot confirm by closing.
const LATE_RESET: Duration = Duration::from_secs(1);

/// What to send, and to whom.
#[derive(Debug, Clone)]
pub struct SendOptions {
    /// A host name or address, as [`parse_target`](crate::net::parse_target) gives it.
    pub host: String,
    /// The receiver's port.
    pub port: u16,
    /// What to send.
    pub payload: Payload,
    /// How long to wait for a classic receiver's close after everything was sent; for ever, that
    /// is until a cancel, if absent.
    pub confirmation_wait: Option<Duration>,
    /// Keys and known devices; without them nothing is sent to a Onehop.
    pub trust: Option<Trust>,
    /// The known devices alone, where there is no key: nothing is to go unencrypted to them.
    pub devices: Option<Arc<Devices>>,
    /// The device that is meant, where the user picked one.
    pub picked: Option<Fingerprint>,
    /// Whether a classic transfer is fine.
    pub classic: ClassicConsent,
    /// How long to wait for what.
    pub limits: SendLimits,
}

/// How long a sender waits.
#[derive(Debug, Clone, Copy)]
pub struct SendLimits {
    /// How long the user may take to answer a question.
    pub decision: Duration,
    /// How another Onehop and this one show each other that they are there.
    pub pace: Pace,
}

impl Default for SendLimits {
    fn default() -> Self {
        Self {
            decision: Duration::from_mins(10),
            pace: Pace::default(),
        }
    }
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// These files and folders. A classic receiver takes one file alone.
    Paths(Vec<PathBuf>),
    /// A text, which only another Onehop takes.
    Text(String),
}

/// Whether the user is fine with a transfer that is neither encrypted nor verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClassicConsent {
    /// Ask, unless this host is known for it.
    #[default]
    Ask,
    /// Yes, unless a Onehop is known there: then ask all the same.
    Allowed,
    /// Yes, also where a Onehop is known and somebody may stand in its place to read the file.
    EvenToKnownDevice,
}

/// Starts to send on a thread of its own. Whatever goes wrong with the file, the network or the
/// receiver comes as [`SendEvent::Ended`].
///
/// # Errors
///
/// [`OurFault::System`] if the thread could not be started.
pub fn send(
    options: SendOptions,
    waker: Waker,
) -> Result<(OutgoingHandle, mpsc::Receiver<SendEvent>), Error> {
    let readiness = Readiness::new().map_err(|source| OurFault::System {
        doing: "preparing to wait for the network",
        source,
    })?;
    let outgoing = OutgoingHandle {
        control: Arc::new(Control::new(&readiness)),
        progress: Arc::new(Progress::new()),
    };
    let (events, receiver) = Events::channel(waker);
    let mut sending = Sending {
        control: outgoing.control.clone(),
        progress: outgoing.progress.clone(),
        events: events.clone(),
        options,
    };
    worker::spawn(
        "send",
        move || {
            let outcome = sending.run(readiness);
            sending.events.emit(SendEvent::Ended(outcome));
        },
        move |bug| {
            let error = Error::Ours(OurFault::Bug(bug));
            events.emit(SendEvent::Ended(SendOutcome::Failed { error, bytes: 0 }));
        },
    )?;
    Ok((outgoing, receiver))
}

/// The worker's view of one transfer.
struct Sending {
    options: SendOptions,
    control: Arc<Control>,
    progress: Arc<Progress>,
    events: Events<SendEvent>,
}

impl Sending {
    fn run(&mut self, readiness: Readiness) -> SendOutcome {
        match self.transfer(readiness) {
            Ok(outcome) => outcome,
            Err(error) => SendOutcome::Failed {
                error,
                bytes: self.progress.snapshot().bytes,
            },
        }
    }

    fn transfer(&mut self, readiness: Readiness) -> Result<SendOutcome, Error> {
        // First the files: a receiver such as server.py serves one connection and then exits.
        let control = self.control.clone();
        let payload = GatheredPayload::gather(&self.options.payload, &|| control.cancelled())?;
        let source = match payload.only_file() {
            Ok(path) => Ok(SingleFile::open(&path)?),
            Err(why) if self.is_classic_alone() => return Err(why),
            Err(why) => Err(why),
        };
        self.progress.set_total(payload.bytes());
        let (mut connection, peer) = self.connect(readiness)?;
        let answered = peer.clone();
        self.events.emit(SendEvent::Connected { peer: answered });
        let connected = Instant::now();
        let (greeting, is_broken) = self.read_greeting(&mut connection)?;
        self.events.emit(SendEvent::Greeted(greeting.message));
        if let Some(refusal) = greeting.refusal {
            return Err(PeerFault::NotNow(refusal).into());
        }
        if let Some(offer) = &greeting.offer {
            payload.check_any()?;
            // It would take the file in the clear as well.
            let trust = self.options.trust.as_ref().ok_or(OurFault::NoKey)?;
            return self.send_to_onehop(connection, offer, payload, trust);
        }
        let classic = self.classic_at(&peer);
        if is_broken && !matches!(classic, Classic::WasOnehop(_)) {
            let error = reset(0, None);
            if let Some(failed_connection) =
                self.failed_connection(&error, Some(peer), connected.elapsed())
            {
                self.examine(failed_connection, None);
            }
            return Err(error);
        }
        self.send_classic(connection, source, classic)
    }

    fn send_to_onehop(
        &self,
        connection: Connection,
        offer: &Offer,
        payload: GatheredPayload,
        trust: &Trust,
    ) -> Result<SendOutcome, Error> {
        let mut meter = Meter::new(self.progress.clone(), self.events.waker().clone());
        let start = onehop::send::Start {
            control: &self.control,
            payload,
            trust,
            target: (&self.options.host, self.options.port),
            picked: self.options.picked,
            limits: self.options.limits,
            events: &self.events,
            meter: &mut meter,
        };
        onehop::send::send(connection, offer, start)
    }

    fn send_classic(
        &mut self,
        mut connection: Connection,
        source: Result<SingleFile, Error>,
        classic: Classic,
    ) -> Result<SendOutcome, Error> {
        let mut source = match classic {
            Classic::WasOnehop(device) => {
                self.ask_although_known(&mut connection, device)?;
                source?
            }
            classic => {
                let source = source?;
                self.ask_for_classic(&mut connection, &classic)?;
                source
            }
        };
        let started = Instant::now();
        self.stream(&mut source, &mut connection)?;
        let grew = source.check_end()?;
        let bytes = self.progress.snapshot().bytes;
        connection.end_in_order().map_err(|source| {
            if is_reset(&source) {
                PeerFault::NotSaved { bytes }.into()
            } else {
                self.lost(source)
            }
        })?;
        self.events.emit(SendEvent::AwaitingConfirmation);
        Ok(match self.await_close(&mut connection)? {
            Closed::InOrder => SendOutcome::Delivered {
                bytes,
                grew,
                elapsed: started.elapsed(),
            },
            Closed::Unknown => SendOutcome::Unconfirmed { bytes, grew },
        })
    }

    /// What is known of the host, and of the address that answered, where it offers only classic.
    fn classic_at(&self, peer: &PeerAddress) -> Classic {
        let host = (self.options.host.as_str(), Some(peer.ip));
        let trusted = self.options.trust.as_ref().map(|trust| &*trust.trusted);
        let meant = self
            .options
            .picked
            .or(trusted.unwrap_or_default().first().copied());
        self.devices().map_or(Classic::Ask, |devices| {
            onehop::classic_at(devices, meant, host)
        })
    }

    fn devices(&self) -> Option<&Arc<Devices>> {
        let trust = self.options.trust.as_ref();
        trust
            .map(|trust| &trust.devices)
            .or(self.options.devices.as_ref())
    }

    /// Whether nothing else than a classic transfer was asked for.
    fn is_classic_alone(&self) -> bool {
        self.devices().is_none()
    }

    /// Before any byte of the file leaves: is it fine that it is neither encrypted nor verified?
    fn ask_for_classic(&self, connection: &mut Connection, classic: &Classic) -> Result<(), Error> {
        let is_agreed = match classic {
            Classic::Allowed => true,
            Classic::Unsure => self.options.classic == ClassicConsent::EvenToKnownDevice,
            _ => self.options.classic != ClassicConsent::Ask,
        };
        if is_agreed {
            return Ok(());
        }
        match self.ask(connection, Question::Classic { was_onehop: None })? {
            Some(Decision::GoOn { remember, .. }) => {
                if let (true, Some(devices)) = (remember, self.devices()) {
                    onehop::allow_classic(devices, &self.options.host);
                }
                Ok(())
            }
            Some(_) => Err(PeerFault::ClassicNotAllowed.into()),
            None => Err(not_answered()),
        }
    }

    /// Where there was a Onehop, no agreement of before counts, and none is kept. A Onehop of an
    /// older version that is busy cannot be told from a classic program by what it says, but by
    /// what it does: it closes, and whoever wants to read the file stays.
    fn ask_although_known(
        &self,
        connection: &mut Connection,
        device: DeviceIdentity,
    ) -> Result<(), Error> {
        if self.options.classic == ClassicConsent::EvenToKnownDevice {
            return Ok(());
        }
        if self.closes_by_itself(connection)? {
            return Err(PeerFault::ClosedUnused(Box::new(device)).into());
        }
        let was_onehop = Some(device.clone());
        match self.ask(connection, Question::Classic { was_onehop })? {
            Some(Decision::GoOn { .. }) => Ok(()),
            Some(_) => Err(PeerFault::OnehopGone(Box::new(device)).into()),
            None => Err(not_answered()),
        }
    }

    fn closes_by_itself(&self, connection: &mut Connection) -> Result<bool, Error> {
        let deadline = Instant::now() + CLOSING_TIME;
        let mut scratch = [0; 1024];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            match connection.read(&mut scratch, Some(left)) {
                Ok(Input::Bytes(_)) => {}
                Ok(Input::Quiet) => return Ok(false),
                Ok(Input::End(_)) => return Ok(true),
                Ok(Input::Called) => connection.interrupt().check()?,
                Err(source) => return Err(self.lost(source)),
            }
        }
    }

    /// What the user says; nothing if nobody answers in time.
    fn ask(
        &self,
        connection: &mut Connection,
        question: Question,
    ) -> Result<Option<Decision>, Error> {
        self.control.ask(question.kind());
        self.events.emit(SendEvent::Asked(question));
        let deadline = Instant::now() + self.options.limits.decision;
        loop {
            connection.interrupt().check()?;
            if let Some(decision) = self.control.take_answer() {
                return Ok(Some(decision));
            }
            match connection.wait_for_call(deadline) {
                Ok(Wake::TimedOut) => return Ok(None),
                Ok(_) => {}
                Err(source) => return Err(self.lost(source)),
            }
        }
    }

    fn connect(&self, readiness: Readiness) -> Result<(Connection, PeerAddress), Error> {
        let (host, port) = (&self.options.host, self.options.port);
        let (connection, peer) =
            connect(readiness, host, port).map_err(|unconnected| self.diagnose(*unconnected))?;
        if let Err(error) = connection.keep_alive() {
            log::warn!("no keepalive: {error}");
        }
        Ok((connection, peer))
    }

    /// Finds out why there is no connection, tells it, and gives the error back.
    fn diagnose(&self, unconnected: Unconnected) -> Error {
        let Unconnected {
            error,
            readiness,
            address,
            elapsed,
        } = unconnected;
        if let Some(failed_connection) = self.failed_connection(&error, address, elapsed) {
            self.examine(failed_connection, Some(readiness));
        }
        error
    }

    fn failed_connection(
        &self,
        error: &Error,
        address: Option<PeerAddress>,
        elapsed: Duration,
    ) -> Option<FailedConnection> {
        Some(FailedConnection {
            host: self.options.host.clone(),
            port: self.options.port,
            failure: Failure::of(error)?,
            address,
            elapsed,
        })
    }

    fn examine(&self, failed_connection: FailedConnection, readiness: Option<Readiness>) {
        self.events.emit(SendEvent::Diagnosing);
        if let Some(evidence) = gather(failed_connection, self.control.interrupt(), readiness) {
            let diagnosis = Box::new(Diagnosis::of(evidence));
            self.events.emit(SendEvent::Diagnosed(diagnosis));
        }
    }

    /// What the receiver says first, and whether it broke the connection right after that.
    fn read_greeting(&self, connection: &mut Connection) -> Result<(Greeting, bool), Error> {
        let mut reader = GreetingReader::new();
        let mut buffer = [0; MAX_GREETING_BYTES];
        let mut is_broken = false;
        let deadline = Instant::now() + MAX_GREETING_TIME;
        while let Some(timeout) = reader.timeout() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let room = &mut buffer[..reader.room()];
            match connection.read(room, Some(timeout.min(left))) {
                Ok(Input::Bytes(bytes)) => reader.push(&buffer[..bytes]),
                Ok(Input::Quiet) => break,
                Ok(Input::End(end)) => {
                    is_broken = end == StreamEnd::Reset;
                    break;
                }
                Ok(Input::Called) => connection.interrupt().check()?,
                Err(source) => return Err(self.lost(source)),
            }
        }
        Ok((reader.finish(), is_broken))
    }

    fn stream(&self, source: &mut SingleFile, connection: &mut Connection) -> Result<(), Error> {
        let size = match source.size_bytes() {
            // There may be something in it all the same.
            0 => SMALL_PIECE_BYTES,
            size => usize::try_from(size).unwrap_or(PIECE_BYTES),
        };
        let mut buffer = Buffer::new(size.min(PIECE_BYTES));
        let mut meter = Meter::new(self.progress.clone(), self.events.waker().clone());
        loop {
            let bytes = source.read(&mut buffer)?;
            if bytes == 0 {
                return Ok(());
            }
            self.write_all(&buffer[..bytes], connection, &mut meter)?;
        }
    }

    fn write_all(
        &self,
        mut bytes: &[u8],
        connection: &mut Connection,
        meter: &mut Meter,
    ) -> Result<(), Error> {
        while !bytes.is_empty() {
            match connection.write(bytes, meter.timeout()) {
                Ok(Output::Bytes(written)) => {
                    bytes = &bytes[written..];
                    meter.advance(written);
                }
                Ok(Output::Quiet) => meter.quiet(),
                Ok(Output::Called) => connection.interrupt().check()?,
                Err(source) if is_reset(&source) => {
                    return Err(reset(self.progress.snapshot().bytes, Some(source)));
                }
                Err(source) => return Err(self.lost(source)),
            }
        }
        Ok(())
    }

    fn await_close(&self, connection: &mut Connection) -> Result<Closed, Error> {
        let bytes = self.progress.snapshot().bytes;
        if connection.peer_ended() {
            return self.await_late_reset(connection, bytes);
        }
        let deadline = self
            .options
            .confirmation_wait
            .map(|wait| Instant::now() + wait);
        let mut scratch = [0; 4096];
        loop {
            let timeout = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            match connection.read(&mut scratch, timeout) {
                Ok(Input::Bytes(_)) => {}
                Ok(Input::End(StreamEnd::Orderly)) => return Ok(Closed::InOrder),
                Ok(Input::End(StreamEnd::Reset)) => {
                    return Err(PeerFault::NotSaved { bytes }.into());
                }
                Ok(Input::Called) if !connection.interrupt().cancelled() => {}
                Ok(Input::Quiet | Input::Called) => return Ok(Closed::Unknown),
                Err(source) => return Err(self.lost(source)),
            }
        }
    }

    /// The receiver ended its side before we ended ours, so its close tells nothing. A reset
    /// still would.
    fn await_late_reset(&self, connection: &mut Connection, bytes: u64) -> Result<Closed, Error> {
        connection
            .wait_for_call(Instant::now() + LATE_RESET)
            .map_err(|source| self.lost(source))?;
        if connection.was_reset() {
            return Err(PeerFault::NotSaved { bytes }.into());
        }
        Ok(Closed::Unknown)
    }

    fn lost(&self, source: std::io::Error) -> Error {
        let bytes = self.progress.snapshot().bytes;
        NetworkFault::Lost { bytes, source }.into()
    }
}

/// How a classic receiver took the end of the stream.
enum Closed {
    /// It closed in order.
    InOrder,
    /// The wait was given up, or its close tells nothing.
    Unknown,
}

fn reset(bytes: u64, source: Option<std::io::Error>) -> Error {
    PeerFault::Reset { bytes, source }.into()
}

fn not_answered() -> Error {
    let question = QuestionKind::Classic;
    OurFault::NotAnswered { question }.into()
}
