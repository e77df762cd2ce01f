//! A receiver and a sender of ours on one side, scripted peers on the other.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc;
use std::task::Waker;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use onehop::disk::Destination;
use onehop::error::Error;
use onehop::net::AccessPolicy;
use onehop::protocol::greeting::banner;
use onehop::transfer::{
    ClassicConsent, Consent, IncomingHandle, Limits, ListenEvent, ListenOptions, Listener,
    OutgoingHandle, Payload, ReceiveEvent, ReceiveOutcome, SendEvent, SendLimits, SendOptions,
    SendOutcome, TransferId, send,
};
use tempfile::TempDir;

use crate::common::folder::names_in;
use crate::common::guard::{GUARD, accept};
pub(crate) const MIB: usize = 1024 * 1024;

/// A real listener in a folder of its own.
pub(crate) struct Receiver {
    pub(crate) folder: TempDir,
    pub(crate) listener: Listener,
    pub(crate) events: mpsc::Receiver<ListenEvent>,
}

impl Receiver {
    pub(crate) fn asking() -> Self {
        Self::start(Consent::Ask, Limits::default())
    }

    pub(crate) fn saving() -> Self {
        Self::start(Consent::SaveWithoutAsking, Limits::default())
    }

    pub(crate) fn start(consent: Consent, limits: Limits) -> Self {
        Self::start_with(consent, limits, false)
    }

    /// Takes a peer that leaves without a byte for the sender of an empty file.
    pub(crate) fn of_empty_files(consent: Consent) -> Self {
        Self::start_with(consent, Limits::default(), true)
    }

    fn start_with(consent: Consent, limits: Limits, empty_files: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let destination = Destination::classic(folder.path());
        let options = ListenOptions {
            empty_files,
            ..options(consent, limits, destination)
        };
        let (listener, events) = Listener::start(options, Waker::noop().clone()).unwrap();
        Self {
            folder,
            listener,
            events,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.listener.port()).into()
    }

    /// A peer that has read its greeting.
    pub(crate) fn greeted_peer(&self) -> TcpStream {
        let mut stream = self.silent_peer();
        let expected = banner(Ipv4Addr::LOCALHOST.into());
        let mut greeting = vec![0; expected.len()];
        stream.read_exact(&mut greeting).unwrap();
        assert_eq!(greeting, expected.as_bytes());
        stream
    }

    /// A peer that only connected.
    pub(crate) fn silent_peer(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(GUARD)).unwrap();
        stream
    }

    /// The next event that is not about this computer's addresses.
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
            ListenEvent::Connected(incoming) => incoming,
            event => panic!("expected a connection, got {event:?}"),
        }
    }

    pub(crate) fn requested(&self) -> IncomingHandle {
        let incoming = self.connected();
        match self.next() {
            ListenEvent::Transfer(id, ReceiveEvent::Requested) if id == incoming.id() => incoming,
            event => panic!("expected a request, got {event:?}"),
        }
    }

    /// The end of any transfer.
    pub(crate) fn ended(&self) -> (TransferId, ReceiveOutcome) {
        loop {
            if let ListenEvent::Transfer(id, ReceiveEvent::Ended(outcome)) = self.next() {
                return (id, outcome);
            }
        }
    }

    pub(crate) fn outcome(&self) -> ReceiveOutcome {
        self.ended().1
    }

    /// The content of the file that was saved, and that it is the only thing in the folder.
    pub(crate) fn saved(&self) -> Vec<u8> {
        let path = saved_path(self.outcome());
        assert_eq!(self.names(), [path.file_name().unwrap().to_str().unwrap()]);
        fs::read(path).unwrap()
    }

    /// Everything in the folder, hidden files too.
    pub(crate) fn names(&self) -> Vec<String> {
        names_in(self.folder.path())
    }
}

pub(crate) fn options(consent: Consent, limits: Limits, destination: Destination) -> ListenOptions {
    ListenOptions {
        port: 0,
        address: Some(Ipv4Addr::LOCALHOST.into()),
        access: AccessPolicy::AttachedNetworks,
        consent,
        empty_files: false,
        destination,
        limits,
        trust: None,
    }
}

pub(crate) fn saved_path(outcome: ReceiveOutcome) -> PathBuf {
    match outcome {
        ReceiveOutcome::Saved { path, .. } => path,
        outcome => panic!("expected a saved file, got {outcome:?}"),
    }
}

/// Plays another peer beside the test.
pub(crate) fn in_background<T: Send + 'static>(
    play: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    Builder::new().name("peer".into()).spawn(play).unwrap()
}

/// Ends its side and waits for the receiver's close; whether that was in order.
pub(crate) fn finish(mut stream: TcpStream) -> bool {
    match stream.shutdown(Shutdown::Write) {
        // The reset was there first: only that takes the connection away before its end is sent.
        Err(error) if error.kind() == ErrorKind::NotConnected => return false,
        outcome => outcome.unwrap(),
    }
    closed_in_order(&mut stream)
}

/// Reads to the end; whether that was in order.
pub(crate) fn closed_in_order(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
        Err(error) => panic!("neither closed nor reset: {error}"),
    }
}

/// A sender as the protocol describes the tutorial's client: one read before each chunk of 1024
/// bytes, then a close without a word. Returns how many reads it needed.
pub(crate) fn lockstep_client(mut stream: TcpStream, content: &[u8]) -> usize {
    let mut buffer = [0; 1024];
    let mut reads = 0;
    for chunk in content.chunks(1024) {
        assert_ne!(stream.read(&mut buffer).unwrap(), 0, "closed in mid-file");
        stream.write_all(chunk).unwrap();
        reads += 1;
    }
    reads
}

/// A sender of ours with a file of its own.
pub(crate) struct Sender {
    pub(crate) file: PathBuf,
    pub(crate) outgoing: OutgoingHandle,
    pub(crate) events: mpsc::Receiver<SendEvent>,
    _folder: Option<TempDir>,
}

impl Sender {
    pub(crate) fn to(address: SocketAddr, content: &[u8]) -> Self {
        Self::waiting(address, content, Some(GUARD))
    }

    pub(crate) fn waiting(address: SocketAddr, content: &[u8], wait: Option<Duration>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sample.txt");
        fs::write(&file, content).unwrap();
        Self {
            _folder: Some(folder),
            ..Self::sending(address, file, wait)
        }
    }

    /// Sends a file that is there already.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(address: SocketAddr, file: PathBuf) -> Self {
        Self::sending(address, file, Some(GUARD))
    }

    fn sending(address: SocketAddr, file: PathBuf, wait: Option<Duration>) -> Self {
        let options = SendOptions {
            host: address.ip().to_string(),
            port: address.port(),
            payload: Payload::Paths(vec![file.clone()]),
            confirmation_wait: wait,
            trust: None,
            devices: None,
            picked: None,
            classic: ClassicConsent::Allowed,
            limits: SendLimits::default(),
        };
        let (outgoing, events) = send(options, Waker::noop().clone()).unwrap();
        Self {
            file,
            outgoing,
            events,
            _folder: None,
        }
    }

    pub(crate) fn next(&self) -> SendEvent {
        self.events.recv_timeout(GUARD).unwrap()
    }

    /// Skips events until the receiver's greeting has been read.
    pub(crate) fn greeting(&self) -> String {
        loop {
            match self.next() {
                SendEvent::Greeted(message) => return message,
                SendEvent::Connected { .. } => {}
                event => panic!("expected a greeting, got {event:?}"),
            }
        }
    }

    /// Skips events until everything was sent.
    pub(crate) fn all_sent(&self) {
        loop {
            match self.next() {
                SendEvent::AwaitingConfirmation => return,
                SendEvent::Ended(outcome) => panic!("ended before all was sent: {outcome:?}"),
                _ => {}
            }
        }
    }

    pub(crate) fn outcome(&self) -> SendOutcome {
        loop {
            if let SendEvent::Ended(outcome) = self.next() {
                return outcome;
            }
        }
    }

    /// The error and the bytes that had been sent.
    pub(crate) fn failure(&self) -> (Error, u64) {
        match self.outcome() {
            SendOutcome::Failed { error, bytes } => (error, bytes),
            outcome => panic!("expected a failure, got {outcome:?}"),
        }
    }
}

/// A receiver played by the test: accepts one connection and runs `script` on it.
pub(crate) struct ScriptedReceiver<T> {
    pub(crate) address: SocketAddr,
    thread: JoinHandle<T>,
}

impl<T: Send + 'static> ScriptedReceiver<T> {
    pub(crate) fn start(script: impl FnOnce(TcpStream) -> T + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let thread = in_background(move || script(accept(&listener)));
        Self { address, thread }
    }

    pub(crate) fn result(self) -> T {
        self.thread.join().unwrap()
    }
}

/// What the tutorial's server does: greets once, reads to the end of stream, closes.
pub(crate) fn tutorial_server() -> ScriptedReceiver<Vec<u8>> {
    ScriptedReceiver::start(|mut stream| {
        let greeting = banner(Ipv4Addr::LOCALHOST.into());
        stream.write_all(greeting.as_bytes()).unwrap();
        let mut content = Vec::new();
        stream.read_to_end(&mut content).unwrap();
        content
    })
}
