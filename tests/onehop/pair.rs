//! A sender and a receiver, each with a key and a folder of its own.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::task::Waker;

use onehop::disk::Destination;
use onehop::error::Error;
use onehop::identity::{Devices, Fingerprint, Identity};
use onehop::net::AccessPolicy;
use onehop::transfer::{
    Acceptance, ClassicConsent, Consent, IncomingHandle, Introduced, Limits, ListenEvent,
    ListenOptions, Listener, Offered, OutgoingHandle, Payload, PeerDevice, Question, ReceiveEvent,
    ReceiveOutcome, SendEvent, SendLimits, SendOptions, SendOutcome, Summary, TransferId, Trust,
    send,
};
use tempfile::TempDir;

use crate::common::folder::tree;
use crate::common::guard::GUARD;

/// Where a device keeps its key and its book.
enum Config {
    Own(TempDir),
    Elsewhere(PathBuf),
}

/// One device with its key and what it knows, for as long as a test lasts.
pub(crate) struct Computer {
    pub(crate) identity: Arc<Identity>,
    pub(crate) devices: Arc<Devices>,
    config: Config,
}

impl Computer {
    pub(crate) fn named(name: &str) -> Self {
        let computer = Self::with(Config::Own(tempfile::tempdir().unwrap()));
        computer.devices.set_name(name).unwrap();
        assert!(computer.key_file().is_file());
        computer
    }

    /// One that is there already, in another process perhaps.
    pub(crate) fn at(config: &Path) -> Self {
        Self::with(Config::Elsewhere(config.to_owned()))
    }

    fn with(config: Config) -> Self {
        let folder = config.folder();
        let (devices, fault) = Devices::open(Some(folder));
        assert!(fault.is_none(), "{fault:?}");
        Self {
            identity: Arc::new(Identity::open(folder).unwrap()),
            devices: Arc::new(devices),
            config,
        }
    }

    pub(crate) fn config(&self) -> &Path {
        self.config.folder()
    }

    /// Sends to a receiver on this computer.
    pub(crate) fn send_to(&self, port: u16, paths: Vec<PathBuf>) -> Sent {
        self.send_within(SendLimits::default(), port, paths)
    }

    /// As [`Self::send_to`], with bounds of its own.
    pub(crate) fn send_within(&self, limits: SendLimits, port: u16, paths: Vec<PathBuf>) -> Sent {
        let options = SendOptions {
            host: Ipv4Addr::LOCALHOST.to_string(),
            port,
            payload: Payload::Paths(paths),
            confirmation_wait: Some(GUARD),
            trust: Some(self.trust()),
            devices: None,
            picked: None,
            classic: ClassicConsent::Ask,
            limits,
        };
        let (outgoing, events) = send(options, Waker::noop().clone()).unwrap();
        Sent { outgoing, events }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.identity.fingerprint()
    }

    /// Where its key and its certificate are kept.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.config().join("identity.pem")
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust {
            identity: self.identity.clone(),
            devices: self.devices.clone(),
            trusted: Vec::new(),
        }
    }

    pub(crate) fn knows(&self, other: &Self) {
        let (fingerprint, name) = (other.fingerprint(), other.devices.name());
        let now = std::time::SystemTime::now();
        self.devices.remember(fingerprint, &name, now).unwrap();
    }
}

impl Config {
    fn folder(&self) -> &Path {
        match self {
            Self::Own(folder) => folder.path(),
            Self::Elsewhere(folder) => folder,
        }
    }
}

/// Two devices and a folder each: what is sent from, what is saved in.
pub(crate) struct Pair {
    pub(crate) sender: Computer,
    pub(crate) receiver: Computer,
    pub(crate) outbox: TempDir,
    pub(crate) inbox: TempDir,
    pub(crate) listener: Listener,
    pub(crate) events: mpsc::Receiver<ListenEvent>,
    /// The transfer whose end is the next one, once a test has been told of it.
    pub(crate) expected: Cell<Option<TransferId>>,
}

impl Pair {
    /// Two that have never met.
    pub(crate) fn of_strangers() -> Self {
        Self::new(Consent::Ask, |_, _| {})
    }

    /// Two that know each other, where everything is saved without a question.
    pub(crate) fn of_friends() -> Self {
        Self::new(Consent::SaveWithoutAsking, |sender, receiver| {
            sender.knows(receiver);
            receiver.knows(sender);
        })
    }

    pub(crate) fn new(consent: Consent, prepare: impl FnOnce(&Computer, &Computer)) -> Self {
        let (sender, receiver) = (Computer::named("laptop"), Computer::named("desk-pc"));
        prepare(&sender, &receiver);
        let inbox = tempfile::tempdir().unwrap();
        let listening = listen(&receiver, inbox.path(), consent);
        Self::of(sender, receiver, inbox, listening)
    }

    /// These two, of which the receiver listens already.
    pub(crate) fn of(
        sender: Computer,
        receiver: Computer,
        inbox: TempDir,
        (listener, events): (Listener, mpsc::Receiver<ListenEvent>),
    ) -> Self {
        Self {
            sender,
            receiver,
            outbox: tempfile::tempdir().unwrap(),
            inbox,
            listener,
            events,
            expected: Cell::new(None),
        }
    }

    /// A file to be sent.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.outbox.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn send(&self, paths: &[PathBuf]) -> Sent {
        self.send_payload(Payload::Paths(paths.to_vec()))
    }

    pub(crate) fn send_payload(&self, payload: Payload) -> Sent {
        self.send_with(self.options(payload))
    }

    pub(crate) fn options(&self, payload: Payload) -> SendOptions {
        SendOptions {
            host: Ipv4Addr::LOCALHOST.to_string(),
            port: self.listener.port(),
            payload,
            confirmation_wait: Some(GUARD),
            trust: Some(self.sender.trust()),
            devices: None,
            picked: None,
            classic: ClassicConsent::Ask,
            limits: SendLimits::default(),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as a sentence")]
    pub(crate) fn send_with(&self, options: SendOptions) -> Sent {
        let (outgoing, events) = send(options, Waker::noop().clone()).unwrap();
        Sent { outgoing, events }
    }

    /// The next event of the receiver's that is about a transfer.
    pub(crate) fn next(&self) -> ListenEvent {
        loop {
            match self.events.recv_timeout(GUARD).unwrap() {
                ListenEvent::AddressesChanged(_) => {}
                event => return event,
            }
        }
    }

    pub(crate) fn connected(&self) -> IncomingHandle {
        match self.next() {
            ListenEvent::Connected(incoming) => {
                self.expected.set(Some(incoming.id()));
                incoming
            }
            event => panic!("expected a connection, got {event:?}"),
        }
    }

    pub(crate) fn introduced(&self) -> Introduced {
        match self.next() {
            ListenEvent::Transfer(_, ReceiveEvent::Introduced(introduced)) => introduced,
            event => panic!("expected an introduction, got {event:?}"),
        }
    }

    pub(crate) fn offered(&self) -> Offered {
        match self.next() {
            ListenEvent::Transfer(_, ReceiveEvent::Offered(offered)) => offered,
            event => panic!("expected an offer, got {event:?}"),
        }
    }

    /// How the next transfer ends, whatever else is told before. It has to be the one that was
    /// [`Self::connected`] last, if one was.
    #[track_caller]
    pub(crate) fn ended(&self) -> ReceiveOutcome {
        let expected = self.expected.take();
        let mut told = Vec::new();
        loop {
            match self.next() {
                ListenEvent::Transfer(id, ReceiveEvent::Ended(outcome)) => {
                    assert!(
                        expected.is_none_or(|expected| expected == id),
                        "expected the end of {expected:?}, got that of {id:?}: {outcome:?}, after {told:#?}"
                    );
                    return outcome;
                }
                event => told.push(event),
            }
        }
    }

    pub(crate) fn saved(&self) -> (Vec<PathBuf>, Summary) {
        match self.ended() {
            ReceiveOutcome::Received { paths, summary, .. } => (paths, *summary),
            outcome => panic!("expected files, got {outcome:?}"),
        }
    }

    /// What stands in the receiver's folder: files with their content, folders with `None`.
    pub(crate) fn arrived(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        tree(self.inbox.path())
    }
}

/// A receiver of this computer's.
pub(crate) fn listen(
    computer: &Computer,
    folder: &Path,
    consent: Consent,
) -> (Listener, mpsc::Receiver<ListenEvent>) {
    let options = options(computer.trust(), folder, consent);
    Listener::start(options, Waker::noop().clone()).unwrap()
}

/// A receiver that saves without a question, with more trust than its book says.
pub(crate) fn listen_with(trust: Trust, folder: &Path) -> (Listener, mpsc::Receiver<ListenEvent>) {
    let options = options(trust, folder, Consent::SaveWithoutAsking);
    Listener::start(options, Waker::noop().clone()).unwrap()
}

/// A receiver that saves without a question, with bounds of its own.
pub(crate) fn listen_within(
    limits: Limits,
    trust: Trust,
    folder: &Path,
) -> (Listener, mpsc::Receiver<ListenEvent>) {
    let mut options = options(trust, folder, Consent::SaveWithoutAsking);
    options.limits = limits;
    Listener::start(options, Waker::noop().clone()).unwrap()
}

/// A receiver that asks, with bounds of its own.
pub(crate) fn listen_asking(
    limits: Limits,
    trust: Trust,
    folder: &Path,
) -> (Listener, mpsc::Receiver<ListenEvent>) {
    let mut options = options(trust, folder, Consent::Ask);
    options.limits = limits;
    Listener::start(options, Waker::noop().clone()).unwrap()
}

/// A receiver on a port that was somebody else's, if it is free.
pub(crate) fn listen_on(
    computer: &Computer,
    folder: &Path,
    port: u16,
) -> Option<(Listener, mpsc::Receiver<ListenEvent>)> {
    let mut options = options(computer.trust(), folder, Consent::Ask);
    options.port = port;
    Listener::start(options, Waker::noop().clone()).ok()
}

fn options(trust: Trust, folder: &Path, consent: Consent) -> ListenOptions {
    ListenOptions {
        port: 0,
        address: Some(Ipv4Addr::LOCALHOST.into()),
        access: AccessPolicy::AttachedNetworks,
        consent,
        empty_files: false,
        destination: Destination::classic(folder),
        limits: Limits::default(),
        trust: Some(trust),
    }
}

/// A transfer under way, as its sender sees it.
pub(crate) struct Sent {
    pub(crate) outgoing: OutgoingHandle,
    pub(crate) events: mpsc::Receiver<SendEvent>,
}

impl Sent {
    pub(crate) fn next(&self) -> SendEvent {
        self.events.recv_timeout(GUARD).unwrap()
    }

    /// The next question, whatever else is told before.
    pub(crate) fn asked(&self) -> Question {
        loop {
            match self.next() {
                SendEvent::Asked(question) => return question,
                SendEvent::Ended(outcome) => panic!("expected a question, got {outcome:?}"),
                _ => {}
            }
        }
    }

    pub(crate) fn ended(&self) -> SendOutcome {
        loop {
            match self.next() {
                SendEvent::Ended(outcome) => return outcome,
                SendEvent::Asked(question) => panic!("expected no question, got {question:?}"),
                _ => {}
            }
        }
    }

    pub(crate) fn delivered(&self) -> (PeerDevice, Summary) {
        match self.ended() {
            SendOutcome::Received { device, summary } => (device, summary),
            outcome => panic!("expected a receipt, got {outcome:?}"),
        }
    }

    pub(crate) fn failed(&self) -> Error {
        match self.ended() {
            SendOutcome::Failed { error, .. } => error,
            outcome => panic!("expected a failure, got {outcome:?}"),
        }
    }
}

/// A yes that remembers.
pub(crate) fn and_remember() -> Acceptance {
    Acceptance {
        remember: true,
        ..Acceptance::default()
    }
}
