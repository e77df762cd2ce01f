//! Signs of life: who gives them, who waits for them, and who does without.

use std::thread::sleep;
use std::time::{Duration, Instant};

use onehop::error::{Error, NetworkFault, OurFault, PeerFault, QuestionKind};
use onehop::net::Pace;
use onehop::protocol::message::{Abort, AbortReason, Empty, Extension, Hello, Message};
use onehop::transfer::{Consent, Limits, Payload, SendLimits};

use crate::hostile_sender::{broken_off, call};
use crate::pair::{Pair, Sent, listen_asking};
use crate::peer::{
    Host, Peer, entry, manifest, manifest_end, receiver_hello, reveal, sender_hello,
};

const ALIVE: Message = Message::Alive(Empty {});

/// Signs that come soon, and a peer that is lost late.
const QUICK: Pace = Pace {
    sign: Duration::from_millis(100),
    loss: Duration::from_hours(1),
};

/// Signs that are soon missed.
const STRICT: Pace = Pace {
    sign: Duration::from_millis(500),
    loss: Duration::from_secs(2),
};

/// A receiver that asks, at this pace.
fn receiving(pace: Pace) -> Pair {
    let mut pair = Pair::new(Consent::Ask, |sender, receiver| receiver.knows(sender));
    let limits = Limits {
        pace,
        ..Limits::default()
    };
    (pair.listener, pair.events) = listen_asking(limits, pair.receiver.trust(), pair.inbox.path());
    pair
}

/// As a sender does that knows the sign or not, up to the end of the manifest.
fn offer(peer: &mut Peer, extensions: Vec<Extension>) {
    peer.say(&Message::Hello(Hello {
        extensions,
        ..sender_hello()
    }));
    assert!(matches!(peer.message(), Message::Hello(_)));
    peer.say(&reveal(1, 1, 1));
    peer.say(&manifest(&[entry(0, "a", 1)]))
        .say(&manifest_end());
}

/// A sender at this pace, and the receiver that it meets.
fn sending(pair: &Pair, host: &Host, pace: Pace) -> (Sent, Peer) {
    pair.sender.knows(&pair.receiver);
    let mut options = pair.options(Payload::Paths(vec![pair.file("a", b"a")]));
    options.port = host.port();
    options.limits = SendLimits {
        pace,
        ..SendLimits::default()
    };
    let sent = pair.send_with(options);
    (sent, host.accept(&pair.receiver.identity))
}

/// As a receiver does that knows the sign, up to the end of the manifest.
fn hear_offer(peer: &mut Peer) {
    assert!(matches!(peer.message(), Message::Hello(_)));
    peer.say(&Message::Hello(Hello {
        extensions: vec![Extension::Alive],
        ..receiver_hello()
    }));
    while !matches!(peer.message(), Message::ManifestEnd(_)) {}
}

#[test]
fn a_receiver_whose_user_thinks_about_it_gives_signs() {
    let pair = receiving(QUICK);
    let mut peer = call(&pair);
    let incoming = pair.connected();
    offer(&mut peer, vec![Extension::Alive]);
    for _ in 0..5 {
        assert_eq!(peer.message(), ALIVE);
    }
    incoming.accept();
    while peer.message() == ALIVE {}
    peer.file(0, b"a");
    while matches!(peer.message(), Message::Alive(_)) {}
    pair.saved();
}

#[test]
fn a_sender_that_waits_for_the_answer_gives_signs_and_takes_them() {
    let (pair, host) = (Pair::of_friends(), Host::new());
    let (sent, mut peer) = sending(&pair, &host, QUICK);
    hear_offer(&mut peer);
    for _ in 0..5 {
        assert_eq!(peer.message(), ALIVE);
        peer.say(&ALIVE);
    }
    peer.say(&Message::AnswerEnd(Empty {})).say(&ALIVE);
    while !matches!(peer.message(), Message::End(_)) {}
    for _ in 0..5 {
        peer.say(&ALIVE);
        assert_eq!(peer.message(), ALIVE);
    }
    peer.say(&Message::ReceiptEnd(onehop::protocol::message::Totals {
        files: 1,
        bytes: 1,
    }));
    sent.delivered();
}

#[test]
fn whoever_does_not_know_the_sign_is_given_none_and_is_not_missed() {
    let pair = receiving(STRICT);
    let mut peer = call(&pair);
    let incoming = pair.connected();
    offer(&mut peer, Vec::new());
    sleep(2 * STRICT.loss);
    incoming.accept();
    assert_eq!(peer.message(), Message::AnswerEnd(Empty {}));
    peer.file(0, b"a");
    assert!(matches!(peer.message(), Message::ReceiptEnd(_)));
    pair.saved();
}

#[test]
fn a_sender_without_a_sign_is_lost() {
    let pair = receiving(STRICT);
    let mut peer = call(&pair);
    offer(&mut peer, vec![Extension::Alive]);
    let cause = broken_off(&pair);
    assert!(
        matches!(cause, Error::Network(NetworkFault::Lost { .. })),
        "{cause:?}"
    );
}

#[test]
fn a_receiver_without_a_sign_is_lost() {
    let (pair, host) = (Pair::of_friends(), Host::new());
    let (sent, mut peer) = sending(&pair, &host, STRICT);
    hear_offer(&mut peer);
    let error = sent.failed();
    assert!(
        matches!(error, Error::Network(NetworkFault::Lost { .. })),
        "{error:?}"
    );
}

#[test]
fn a_sender_that_gives_signs_is_not_lost() {
    let pair = receiving(STRICT);
    let mut peer = call(&pair);
    let incoming = pair.connected();
    offer(&mut peer, vec![Extension::Alive]);
    let until = Instant::now() + 2 * STRICT.loss;
    while Instant::now() < until {
        peer.say(&ALIVE);
        sleep(STRICT.sign / 2);
    }
    incoming.accept();
    while peer.message() == ALIVE {}
    peer.file(0, b"a");
    pair.saved();
}

#[test]
fn a_receiver_that_waits_no_longer_for_an_answer_here_is_not_blamed_for_it() {
    let (pair, host) = (Pair::of_strangers(), Host::new());
    for is_other_computer in [false, true] {
        let mut options = pair.options(Payload::Paths(vec![pair.file("a", b"a")]));
        options.port = host.port();
        options.picked = is_other_computer.then(|| pair.sender.fingerprint());
        let sent = pair.send_with(options);
        let mut peer = host.accept(&pair.receiver.identity);
        if !is_other_computer {
            peer.welcome();
        }
        let asked = sent.asked().kind();
        peer.say(&Message::Abort(Abort {
            reason: AbortReason::Expired,
            detail: String::new(),
        }));
        // Who hears it says nothing more.
        assert_eq!(peer.last_words(), None);
        match sent.failed() {
            Error::Peer(PeerFault::OutOfPatience { question }) => assert_eq!(question, asked),
            error => panic!("{error:?}"),
        }
    }
}

#[test]
fn a_question_that_nobody_answers_expires_and_is_no_rejection() {
    let (pair, host) = (Pair::of_strangers(), Host::new());
    for is_other_computer in [false, true] {
        let mut options = pair.options(Payload::Paths(vec![pair.file("a", b"a")]));
        options.port = host.port();
        options.limits.decision = Duration::from_millis(300);
        options.picked = is_other_computer.then(|| pair.sender.fingerprint());
        let sent = pair.send_with(options);
        let mut peer = host.accept(&pair.receiver.identity);
        if !is_other_computer {
            peer.welcome();
        }
        assert_eq!(peer.last_words(), Some(AbortReason::Expired));
        let expected = if is_other_computer {
            QuestionKind::DifferentComputer
        } else {
            QuestionKind::Code
        };
        sent.asked();
        match sent.failed() {
            Error::Ours(OurFault::NotAnswered { question }) => assert_eq!(question, expected),
            error => panic!("{error:?}"),
        }
    }
}
