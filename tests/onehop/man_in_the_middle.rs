//! Somebody between two computers, with keys of his own.

use std::sync::Arc;

use onehop::error::{Error, PeerFault, QuestionKind};
use onehop::protocol::code::commitment;
use onehop::protocol::message::{Abort, AbortReason, Hex32, Message};
use onehop::transfer::{Payload, Question, ReceiveOutcome};
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::pair::{Computer, Pair, Sent};
use crate::peer::{Came, Host, NONCE, Peer, take_up};

/// Towards the sender he is the receiver, towards the receiver the sender.
struct Middle {
    pair: Pair,
    sent: Sent,
    to_sender: Peer,
    to_receiver: Peer,
}

impl Middle {
    fn between_strangers() -> Self {
        let pair = Pair::of_strangers();
        let (host, middle) = (Host::new(), Computer::named("laptop"));
        let mut options = pair.options(Payload::Paths(vec![pair.file("secret.txt", b"secret")]));
        options.port = host.port();
        let sent = pair.send_with(options);
        Self {
            to_sender: host.accept(&middle.identity),
            to_receiver: Peer::call(pair.listener.port(), &middle.identity),
            pair,
            sent,
        }
    }

    /// The hellos and the sender's number go through him, changed as he likes.
    fn introduce(&mut self, meddle: impl Fn(&mut Message)) {
        for from_sender in [true, false, true] {
            let (mut from, mut to) = (&mut self.to_sender, &mut self.to_receiver);
            if !from_sender {
                std::mem::swap(&mut from, &mut to);
            }
            let mut message = from.message();
            meddle(&mut message);
            to.say(&message);
        }
    }

    /// Two different codes; once the sender's user sees that, all that comes is a no.
    fn end_found_out(mut self) {
        let Question::Code { code, .. } = self.sent.asked() else {
            panic!("no code");
        };
        let incoming = self.pair.connected();
        let introduced = self.pair.introduced();
        // The same by chance once in a million runs.
        assert_ne!(introduced.code, Some(code));
        assert!(introduced.code.is_some());
        self.sent.outgoing.reject(QuestionKind::Code);
        // Heard before the reset that follows, which on Windows takes unread words away.
        let Came::Message(Message::Abort(abort)) = self.to_sender.hear() else {
            panic!("something else than a no came through");
        };
        assert_eq!(abort.reason, AbortReason::CodeRejected);
        assert!(matches!(
            self.sent.failed(),
            Error::Peer(PeerFault::CodeRejected)
        ));
        assert_eq!(self.to_sender.hear(), Came::Nothing);
        incoming.cancel();
        assert!(matches!(
            self.pair.ended(),
            ReceiveOutcome::BrokenOff {
                cause: Error::Cancelled,
                ..
            }
        ));
        assert!(self.pair.arrived().is_empty());
    }
}

#[test]
fn one_who_passes_everything_on_is_seen_by_the_codes_and_gets_neither_names_nor_content() {
    let mut middle = Middle::between_strangers();
    middle.introduce(|_| {});
    middle.end_found_out();
}

#[test]
fn one_who_chooses_the_numbers_himself_is_seen_too() {
    let mut middle = Middle::between_strangers();
    middle.introduce(|message| match message {
        Message::Hello(hello) => {
            hello.commit = hello.commit.map(|_| commitment(&NONCE));
            hello.nonce = hello.nonce.map(|_| Hex32([9; 32]));
        }
        Message::Reveal(reveal) => reveal.nonce = NONCE,
        _ => panic!("something else came through"),
    });
    middle.end_found_out();
}

#[test]
fn one_who_claims_to_be_remembered_is_asked_for_a_code_all_the_same() {
    let mut middle = Middle::between_strangers();
    middle.introduce(|message| {
        if let Message::Hello(hello) = message {
            hello.remembers = true;
        }
    });
    middle.end_found_out();
}

#[test]
fn one_who_learns_the_number_and_lies_about_his_own_is_a_broken_off_attempt() {
    let mut middle = Middle::between_strangers();
    middle.introduce(|message| {
        if let Message::Reveal(reveal) = message {
            reveal.nonce = Hex32([1; 32]);
        }
    });
    assert_eq!(middle.to_receiver.last_words(), Some(AbortReason::Protocol));
    // The next stranger has to wait.
    let stranger = Computer::named("another");
    let mut peer = Peer::call(middle.pair.listener.port(), &stranger.identity);
    peer.say(&Message::Hello(crate::peer::sender_hello()));
    assert_eq!(peer.last_words(), Some(AbortReason::Busy));
}

#[test]
fn breaking_off_right_behind_the_receivers_number_is_an_attempt_too() {
    let pair = Pair::of_strangers();
    let mut peer = Peer::call(pair.listener.port(), &pair.sender.identity);
    peer.say(&Message::Hello(crate::peer::sender_hello()));
    peer.message();
    peer.reset();
    pair.ended();
    let sent = pair.send(&[pair.file("sample.txt", b"hello")]);
    assert!(matches!(
        sent.failed(),
        Error::Peer(PeerFault::Aborted {
            reason: AbortReason::Busy,
            ..
        })
    ));
}

/// A sender that means another device than the one that answers.
fn misdirected(pair: &Pair, host: &Host) -> (Sent, Peer) {
    let mut options = pair.options(Payload::Paths(vec![pair.file("secret.txt", b"secret")]));
    options.port = host.port();
    options.picked = Some(pair.receiver.fingerprint());
    let sent = pair.send_with(options);
    let peer = host.accept(&Computer::named("desk-pc").identity);
    assert!(matches!(sent.asked(), Question::DifferentComputer { .. }));
    (sent, peer)
}

#[test]
fn one_who_gives_up_while_the_sender_is_warned_of_him_is_understood() {
    let (pair, host) = (Pair::of_friends(), Host::new());
    let (sent, mut peer) = misdirected(&pair, &host);
    let (reason, detail) = (AbortReason::Cancelled, String::new());
    peer.say(&Message::Abort(Abort { reason, detail }));
    let error = sent.failed();
    assert!(
        matches!(error, Error::Peer(PeerFault::Aborted { .. })),
        "{error:?}"
    );
}

#[test]
fn going_on_in_spite_of_the_warning_leads_to_the_code() {
    // Several times: the user's word may come before or after the sender waits for it.
    for _ in 0..20 {
        let (pair, host) = (Pair::of_friends(), Host::new());
        let (sent, mut peer) = misdirected(&pair, &host);
        sent.outgoing.go_on(QuestionKind::DifferentComputer, false);
        peer.welcome();
        assert!(matches!(sent.asked(), Question::Code { .. }));
        sent.outgoing.reject(QuestionKind::Code);
        assert_eq!(peer.last_words(), Some(AbortReason::CodeRejected));
    }
}

/// The certificate of somebody else, and a key that does not belong to it.
#[derive(Debug)]
struct Stolen(Arc<CertifiedKey>);

impl Stolen {
    fn certificate(certificate: Vec<u8>) -> Arc<Self> {
        let key = rcgen::KeyPair::generate().unwrap().serialize_der();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
        let key = any_supported_type(&key).unwrap();
        let chain = vec![CertificateDer::from(certificate)];
        Arc::new(Self(Arc::new(CertifiedKey::new(chain, key))))
    }
}

impl ResolvesServerCert for Stolen {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

impl ResolvesClientCert for Stolen {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[test]
fn the_right_certificate_with_the_wrong_key_is_no_receiver() {
    let pair = Pair::of_friends();
    let certificate = Peer::call(pair.listener.port(), &pair.sender.identity).certificate();
    let host = Host::new();
    let mut options = pair.options(Payload::Paths(vec![pair.file("secret.txt", b"secret")]));
    options.port = host.port();
    let sent = pair.send_with(options);
    let mut tls = (*Computer::named("thief").identity.server_config()).clone();
    tls.cert_resolver = Stolen::certificate(certificate);
    assert!(Peer::serve(host.greet(), Arc::new(tls)).is_none());
    let error = sent.failed();
    assert!(
        matches!(error, Error::Peer(PeerFault::Handshake(_))),
        "{error:?}"
    );
}

#[test]
fn the_right_certificate_with_the_wrong_key_is_no_sender() {
    let pair = Pair::of_friends();
    let host = Host::new();
    let mut options = pair.options(Payload::Paths(vec![pair.file("any.txt", b"any")]));
    options.port = host.port();
    let sent = pair.send_with(options);
    let certificate = host.accept(&pair.receiver.identity).certificate();
    sent.failed();
    let mut tls = (*Computer::named("thief").identity.client_config()).clone();
    tls.client_auth_cert_resolver = Stolen::certificate(certificate);
    // A client is through with the handshake before the server has looked at its proof.
    if let Some(mut thief) = Peer::call_on(take_up(pair.listener.port()), Arc::new(tls)) {
        thief.say(&Message::Hello(crate::peer::sender_hello()));
        assert_eq!(thief.hear(), Came::Nothing);
    }
    let outcome = pair.ended();
    assert!(
        matches!(
            outcome,
            ReceiveOutcome::BrokenOff {
                cause: Error::Peer(PeerFault::Handshake(_)),
                ..
            }
        ),
        "{outcome:?}"
    );
    pair.send(&[pair.file("good.txt", b"good")]).delivered();
}
