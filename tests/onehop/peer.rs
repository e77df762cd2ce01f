//! A peer of the tests' own: it speaks the wire by hand, and so can break every rule.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;

use onehop::identity::{Identity, peer_name};
use onehop::protocol::code::commitment;
use onehop::protocol::frame::{HEADER_BYTES, Header, Kind};
use onehop::protocol::greeting::greeting;
use onehop::protocol::message::{
    AbortReason, Batch, Empty, Entry, EntryKind, FileEnd, FileStart, Hello, Hex32, Message, Reveal,
    VERSION,
};
use onehop::protocol::offer::{OFFER_BYTES, Offer};
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection};

use crate::common::guard::{GUARD, accept};

/// What the peer has chosen as its number.
pub(crate) const NONCE: Hex32 = Hex32([7; 32]);

/// One end of an encrypted connection.
pub(crate) struct Peer {
    socket: TcpStream,
    tls: rustls::Connection,
    received: Vec<u8>,
}

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Came {
    Message(Message),
    Data(Vec<u8>),
    /// The connection is over, however.
    Nothing,
}

/// A place where a sender can be awaited.
pub(crate) struct Host(TcpListener);

impl Host {
    pub(crate) fn new() -> Self {
        Self(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap())
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    /// Greets the next sender as a Onehop does and lets it take up the offer.
    pub(crate) fn greet(&self) -> TcpStream {
        let mut socket = accept(&self.0);
        let from = socket.peer_addr().unwrap();
        let offer = Offer([3; 16]);
        socket
            .write_all(greeting(from.ip(), &offer).as_bytes())
            .unwrap();
        let mut line = [0; OFFER_BYTES];
        socket.read_exact(&mut line).unwrap();
        assert_eq!(line, offer.to_string().as_bytes());
        socket
    }

    pub(crate) fn accept(&self, identity: &Identity) -> Peer {
        let tls = Peer::serve(self.greet(), identity.server_config());
        tls.unwrap()
    }
}

/// Takes up the offer of the receiver on this port.
pub(crate) fn take_up(port: u16) -> TcpStream {
    let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    socket.set_read_timeout(Some(GUARD)).unwrap();
    let mut greeted = Vec::new();
    while !greeted.ends_with(b"\n") || !greeted.windows(9).any(|at| at == b"onehop/1 ") {
        let mut buffer = [0; 1024];
        let bytes = socket.read(&mut buffer).unwrap();
        assert!(bytes > 0, "no offer");
        greeted.extend_from_slice(&buffer[..bytes]);
    }
    let line = &greeted[greeted.len() - OFFER_BYTES..];
    socket.write_all(line).unwrap();
    socket
}

impl Peer {
    pub(crate) fn call(port: u16, identity: &Identity) -> Self {
        let tls = Self::call_on(take_up(port), identity.client_config());
        tls.unwrap()
    }

    pub(crate) fn call_on(socket: TcpStream, tls: Arc<ClientConfig>) -> Option<Self> {
        let tls = ClientConnection::new(tls, peer_name()).unwrap();
        Self::shake_hands(socket, tls.into())
    }

    pub(crate) fn serve(socket: TcpStream, tls: Arc<ServerConfig>) -> Option<Self> {
        let tls = ServerConnection::new(tls).unwrap();
        Self::shake_hands(socket, tls.into())
    }

    fn shake_hands(socket: TcpStream, tls: rustls::Connection) -> Option<Self> {
        let mut peer = Self {
            socket,
            tls,
            received: Vec::new(),
        };
        while peer.tls.is_handshaking() {
            peer.tls.complete_io(&mut peer.socket).ok()?;
        }
        Some(peer)
    }

    /// The certificate that the other side showed.
    pub(crate) fn certificate(&self) -> Vec<u8> {
        self.tls.peer_certificates().unwrap()[0].to_vec()
    }

    pub(crate) fn say(&mut self, message: &Message) -> &mut Self {
        let mut frame = Vec::new();
        message.encode(&mut frame).unwrap();
        self.say_bytes(&frame)
    }

    /// A frame of any kind and any length that is said to be.
    pub(crate) fn say_frame(&mut self, kind: u8, length: usize, body: &[u8]) -> &mut Self {
        let mut frame = u32::try_from(length).unwrap().to_be_bytes().to_vec();
        frame.push(kind);
        frame.extend_from_slice(body);
        self.say_bytes(&frame)
    }

    pub(crate) fn say_data(&mut self, bytes: &[u8]) -> &mut Self {
        self.say_frame(Kind::Data as u8, bytes.len(), bytes)
    }

    /// Whoever has broken the connection does not hear it.
    pub(crate) fn say_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.try_say_bytes(bytes);
        self
    }

    /// Whether the other side still takes anything.
    pub(crate) fn try_say_bytes(&mut self, bytes: &[u8]) -> bool {
        for piece in bytes.chunks(16 * 1024) {
            self.tls.writer().write_all(piece).unwrap();
            while self.tls.wants_write() {
                if self.tls.write_tls(&mut self.socket).is_err() {
                    return false;
                }
            }
        }
        true
    }

    pub(crate) fn hear(&mut self) -> Came {
        loop {
            if let Some(header) = self.received.first_chunk::<HEADER_BYTES>() {
                let header = Header::decode(*header).unwrap();
                let end = HEADER_BYTES + header.body_bytes;
                if self.received.len() >= end {
                    let frame: Vec<u8> = self.received.drain(..end).collect();
                    let body = &frame[HEADER_BYTES..];
                    return match header.kind {
                        Kind::Data => Came::Data(body.to_vec()),
                        kind => Came::Message(Message::decode(kind, body).unwrap()),
                    };
                }
            }
            let mut buffer = vec![0; 64 * 1024];
            match self.tls.reader().read(&mut buffer) {
                Ok(0) => return Came::Nothing,
                Ok(bytes) => self.received.extend_from_slice(&buffer[..bytes]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    match self.tls.read_tls(&mut self.socket) {
                        Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("silence"),
                        Err(_) => return Came::Nothing,
                        Ok(_) => {}
                    }
                    if self.tls.process_new_packets().is_err() {
                        return Came::Nothing;
                    }
                }
                Err(_) => return Came::Nothing,
            }
        }
    }

    /// The next message that is no content.
    pub(crate) fn message(&mut self) -> Message {
        loop {
            match self.hear() {
                Came::Message(message) => return message,
                Came::Data(_) => {}
                Came::Nothing => panic!("it is over"),
            }
        }
    }

    /// Hears everything up to the end: the reason, if one was told.
    pub(crate) fn last_words(&mut self) -> Option<AbortReason> {
        loop {
            match self.hear() {
                Came::Message(Message::Abort(abort)) => return Some(abort.reason),
                Came::Nothing => return None,
                _ => {}
            }
        }
    }

    /// Ends this side in order, and goes on listening.
    pub(crate) fn half_close(&mut self) {
        self.tls.send_close_notify();
        while self.tls.wants_write() && self.tls.write_tls(&mut self.socket).is_ok() {}
        self.socket.shutdown(Shutdown::Write).ok();
    }

    /// Another handle of its socket.
    pub(crate) fn socket(&self) -> TcpStream {
        self.socket.try_clone().unwrap()
    }

    /// Breaks the connection.
    pub(crate) fn reset(self) {
        let socket = socket2::SockRef::from(&self.socket);
        socket.set_linger(Some(std::time::Duration::ZERO)).unwrap();
    }

    /// As a sender does, up to its number and its totals; hears the receiver's hello.
    pub(crate) fn introduce(&mut self, entries: u32, files: u32, bytes: u64) -> &mut Self {
        self.say(&Message::Hello(sender_hello()));
        assert!(matches!(self.message(), Message::Hello(_)));
        self.say(&reveal(entries, files, bytes))
    }

    /// As a sender does, up to the end of the manifest.
    pub(crate) fn offer(&mut self, entries: &[Entry]) -> &mut Self {
        let files = entries.iter().filter(|entry| entry.kind == EntryKind::File);
        let files = u32::try_from(files.count()).unwrap();
        let bytes = entries.iter().map(|entry| entry.size).sum();
        let count = u32::try_from(entries.len()).unwrap();
        self.introduce(count, files, bytes);
        self.say(&manifest(entries)).say(&manifest_end())
    }

    /// As a sender does, up to the answer.
    pub(crate) fn be_accepted(&mut self, entries: &[Entry]) -> &mut Self {
        self.offer(entries);
        while !matches!(self.message(), Message::AnswerEnd(_)) {}
        self
    }

    pub(crate) fn file(&mut self, index: u32, content: &[u8]) -> &mut Self {
        self.say(&start(index, 0)).say_data(content);
        self.say(&end(Hex32(*blake3::hash(content).as_bytes())))
    }

    /// As a receiver does, up to the sender's number; `remembers` saves a code.
    pub(crate) fn welcome(&mut self) -> &mut Self {
        assert!(matches!(self.message(), Message::Hello(_)));
        self.say(&Message::Hello(receiver_hello()));
        assert!(matches!(self.message(), Message::Reveal(_)));
        self
    }

    /// As a receiver does, up to the end of the manifest.
    pub(crate) fn hear_offer(&mut self) -> &mut Self {
        self.welcome();
        while !matches!(self.message(), Message::ManifestEnd(_)) {}
        self
    }

    /// As a receiver does, up to the first content.
    pub(crate) fn accept_all(&mut self) -> &mut Self {
        self.hear_offer();
        self.say(&Message::AnswerEnd(Empty {}))
    }
}

pub(crate) fn sender_hello() -> Hello {
    Hello {
        version: VERSION,
        app: "test".to_owned(),
        device: "laptop".to_owned(),
        os: "test".to_owned(),
        remembers: true,
        extensions: Vec::new(),
        commit: Some(commitment(&NONCE)),
        nonce: None,
    }
}

pub(crate) fn receiver_hello() -> Hello {
    Hello {
        device: "desk-pc".to_owned(),
        commit: None,
        nonce: Some(NONCE),
        ..sender_hello()
    }
}

pub(crate) fn reveal(entries: u32, files: u32, bytes: u64) -> Message {
    Message::Reveal(Reveal {
        nonce: NONCE,
        entries,
        files,
        bytes,
    })
}

pub(crate) fn entry(index: u32, name: &str, size: u64) -> Entry {
    Entry {
        index,
        path: vec![name.to_owned()],
        kind: EntryKind::File,
        size,
        mtime_ns: None,
        executable: false,
        mode: None,
        target: None,
    }
}

pub(crate) fn manifest(entries: &[Entry]) -> Message {
    Message::Manifest(Batch {
        items: entries.to_vec(),
    })
}

pub(crate) fn manifest_end() -> Message {
    Message::ManifestEnd(Empty {})
}

pub(crate) fn start(index: u32, offset: u64) -> Message {
    Message::File(FileStart { index, offset })
}

pub(crate) fn end(blake3: Hex32) -> Message {
    Message::End(FileEnd {
        blake3,
        grew: false,
    })
}
