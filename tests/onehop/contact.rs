//! Who the other one is, and whether to believe it.

use std::task::Waker;
use std::time::{Duration, Instant};

use onehop::error::{Error, PeerFault, QuestionKind, TurnedAway};
use onehop::protocol::message::{AbortReason, Decline};
use onehop::transfer::{
    Consent, Limits, ListenEvent, Payload, Question, ReceiveEvent, ReceiveOutcome, SendEvent,
    Unfinished,
};

use crate::common::guard::{GUARD, accept};
use crate::pair::{Computer, Pair, Sent, and_remember, listen, listen_asking, listen_within};
use crate::peer::{Peer, entry, manifest, manifest_end};

#[test]
fn strangers_see_the_same_code_and_nothing_is_named_before_the_sender_confirms() {
    let pair = Pair::of_strangers();
    let sent = pair.send(&[pair.file("sample.txt", b"hello")]);
    let Question::Code { device, code } = sent.asked() else {
        panic!("no code");
    };
    assert_eq!(device.name, "desk-pc");
    assert_eq!(device.fingerprint, pair.receiver.fingerprint());
    let incoming = pair.connected();
    let introduced = pair.introduced();
    assert_eq!(introduced.code, Some(code));
    assert_eq!(introduced.device.name, "laptop");
    assert_eq!((introduced.files, introduced.bytes), (1, 5));
    assert!(
        pair.events.try_recv().is_err(),
        "told before the sender confirmed"
    );
    sent.outgoing.go_on(QuestionKind::Code, false);
    let offered = pair.offered();
    assert_eq!(offered.items[0].name, "sample.txt");
    assert!(!offered.decided);
    incoming.accept();
    let (device, summary) = sent.delivered();
    assert_eq!(device.name, "desk-pc");
    assert_eq!((summary.files, summary.bytes), (1, 5));
    let (paths, _) = pair.saved();
    assert_eq!(paths, [pair.inbox.path().join("sample.txt")]);
    assert_eq!(pair.arrived()["sample.txt"].as_deref(), Some(&b"hello"[..]));
}

#[test]
fn devices_that_remembered_each_other_need_no_code_the_next_time() {
    let pair = Pair::of_strangers();
    let file = pair.file("sample.txt", b"hello");
    let sent = pair.send(std::slice::from_ref(&file));
    assert!(matches!(sent.asked(), Question::Code { .. }));
    sent.outgoing.go_on(QuestionKind::Code, true);
    let incoming = pair.connected();
    pair.introduced();
    pair.offered();
    incoming.accept_with(and_remember());
    sent.delivered();
    pair.saved();
    let again = pair.send(&[pair.file("other.txt", b"hello")]);
    let incoming = pair.connected();
    let introduced = pair.introduced();
    assert_eq!(introduced.code, None);
    assert!(introduced.device.remembered);
    assert!(!pair.offered().decided);
    incoming.accept();
    again.delivered();
}

#[test]
fn a_code_is_needed_if_either_side_does_not_remember_the_other() {
    for sender_knows in [true, false] {
        let pair = Pair::new(Consent::SaveWithoutAsking, |sender, receiver| {
            if sender_knows {
                sender.knows(receiver);
            } else {
                receiver.knows(sender);
            }
        });
        let sent = pair.send(&[pair.file("sample.txt", b"hello")]);
        assert!(matches!(sent.asked(), Question::Code { .. }));
        pair.connected();
        assert!(pair.introduced().code.is_some());
        sent.outgoing.go_on(QuestionKind::Code, false);
        assert!(!pair.offered().decided, "a code needs a person");
    }
}

#[test]
fn a_rejected_code_ends_it_and_the_receiver_is_told() {
    let pair = Pair::of_strangers();
    let sent = pair.send(&[pair.file("sample.txt", b"hello")]);
    sent.asked();
    pair.connected();
    pair.introduced();
    sent.outgoing.reject(QuestionKind::Code);
    assert!(matches!(
        sent.failed(),
        Error::Peer(PeerFault::CodeRejected)
    ));
    let ReceiveOutcome::BrokenOff { cause, bytes: 0 } = pair.ended() else {
        panic!("not broken off");
    };
    assert!(matches!(
        cause,
        Error::Peer(PeerFault::Aborted {
            reason: AbortReason::CodeRejected,
            ..
        })
    ));
    assert!(pair.arrived().is_empty());
}

#[test]
fn a_stranger_that_breaks_off_makes_the_next_one_wait() {
    let pair = Pair::of_strangers();
    let file = pair.file("sample.txt", b"hello");
    let sent = pair.send(std::slice::from_ref(&file));
    sent.asked();
    sent.outgoing.cancel();
    sent.failed();
    pair.ended();
    let again = pair.send(&[file]);
    assert!(matches!(
        again.failed(),
        Error::Peer(PeerFault::Aborted {
            reason: AbortReason::Busy,
            ..
        })
    ));
}

#[test]
fn a_person_can_let_the_next_stranger_in_at_once() {
    let pair = Pair::of_strangers();
    let file = pair.file("sample.txt", b"hello");
    let sent = pair.send(std::slice::from_ref(&file));
    sent.asked();
    sent.outgoing.cancel();
    sent.failed();
    pair.ended();
    let too_soon = pair.send(std::slice::from_ref(&file));
    too_soon.failed();
    let outcome = pair.ended();
    assert!(
        matches!(
            outcome,
            ReceiveOutcome::TurnedAway(TurnedAway::TooSoonForFirstContact)
        ),
        "{outcome:?}"
    );
    pair.listener.allow_first_contact();
    let next = pair.send(&[file]);
    assert!(matches!(next.asked(), Question::Code { .. }));
}

#[test]
fn a_first_contact_without_a_list_ends_and_the_next_is_another_ones() {
    let mut pair = Pair::of_strangers();
    let limits = Limits {
        first_contact: Duration::from_millis(300),
        ..Limits::default()
    };
    (pair.listener, pair.events) = listen_within(limits, pair.receiver.trust(), pair.inbox.path());
    let mut peer = Peer::call(pair.listener.port(), &pair.sender.identity);
    peer.introduce(1, 1, 1);
    // Batches without an end are no list either.
    let mut empty = Vec::new();
    manifest(&[]).encode(&mut empty).unwrap();
    let started = Instant::now();
    while peer.try_say_bytes(&empty) {
        assert!(started.elapsed() < GUARD, "it has no end");
    }
    let outcome = pair.ended();
    assert!(
        matches!(
            outcome,
            ReceiveOutcome::BrokenOff {
                cause: Error::Peer(PeerFault::Silent),
                ..
            }
        ),
        "{outcome:?}"
    );
    pair.listener.allow_first_contact();
    let next = pair.send(&[pair.file("sample.txt", b"hello")]);
    assert!(matches!(next.asked(), Question::Code { .. }));
}

/// How the receiver tells that a first contact ended that nobody decided about.
fn unfinished(pair: &Pair) -> Unfinished {
    loop {
        match pair.next() {
            ListenEvent::BrokenOff { how, .. } => return how,
            ListenEvent::Transfer(_, ReceiveEvent::Ended(outcome)) => {
                panic!("ended without a word before: {outcome:?}")
            }
            _ => {}
        }
    }
}

#[test]
fn nobody_is_suspected_of_guessing_because_people_are_slow() {
    let at_once = Duration::from_millis(300);
    let in_time = Limits::default();
    let (list, word) = (
        Limits {
            first_contact: at_once,
            ..in_time
        },
        Limits {
            decision: at_once,
            ..in_time
        },
    );
    // At the sender, and at the receiver.
    for (limits, confirms) in [(list, false), (word, true)] {
        let mut pair = Pair::of_strangers();
        (pair.listener, pair.events) =
            listen_asking(limits, pair.receiver.trust(), pair.inbox.path());
        let mut peer = Peer::call(pair.listener.port(), &pair.sender.identity);
        peer.introduce(1, 1, 1);
        if confirms {
            peer.say(&manifest(&[entry(0, "a", 1)]))
                .say(&manifest_end());
        }
        assert_eq!(unfinished(&pair), Unfinished::OutOfTime, "{confirms}");
    }
    // The sender's own program may be the one that waits no longer.
    let pair = Pair::of_strangers();
    let mut options = pair.options(Payload::Paths(vec![pair.file("a", b"a")]));
    options.limits.decision = at_once;
    let sent = pair.send_with(options);
    sent.asked();
    assert_eq!(unfinished(&pair), Unfinished::OutOfTime);
}

#[test]
fn who_leaves_under_the_code_may_have_been_guessing() {
    let pair = Pair::of_strangers();
    let sent = pair.send(&[pair.file("sample.txt", b"hello")]);
    sent.asked();
    sent.outgoing.cancel();
    assert_eq!(unfinished(&pair), Unfinished::BrokenOff);
    assert!(pair.listener.first_contacts_wait());
    pair.listener.allow_first_contact();
    assert!(!pair.listener.first_contacts_wait());
}

#[test]
fn a_device_that_is_known_here_shows_its_code_while_a_stranger_shows_one() {
    let pair = Pair::new(Consent::Ask, |sender, receiver| receiver.knows(sender));
    let mut stranger = Peer::call(pair.listener.port(), &Computer::named("stranger").identity);
    stranger.introduce(1, 1, 1);
    pair.connected();
    assert!(!pair.introduced().device.remembered);
    let sent = pair.send(&[pair.file("sample.txt", b"hello")]);
    assert!(matches!(sent.asked(), Question::Code { .. }));
    pair.connected();
    assert!(pair.introduced().device.remembered);
    sent.outgoing.cancel();
    sent.failed();
}

#[test]
fn a_device_that_is_known_here_need_not_wait_since_a_stranger_broke_off() {
    let pair = Pair::new(Consent::Ask, |sender, receiver| receiver.knows(sender));
    let mut stranger = Peer::call(pair.listener.port(), &Computer::named("stranger").identity);
    stranger.introduce(1, 1, 1);
    pair.connected();
    pair.introduced();
    stranger.reset();
    assert_eq!(unfinished(&pair), Unfinished::BrokenOff);
    let sent = pair.send(&[pair.file("sample.txt", b"hello")]);
    assert!(matches!(sent.asked(), Question::Code { .. }));
}

#[test]
fn who_knows_each_other_has_more_time_for_a_list() {
    let mut pair = Pair::of_friends();
    let limits = Limits {
        first_contact: Duration::ZERO,
        ..Limits::default()
    };
    (pair.listener, pair.events) = listen_within(limits, pair.receiver.trust(), pair.inbox.path());
    pair.send(&[pair.file("sample.txt", b"hello")]).delivered();
}

#[test]
fn declining_is_told_to_the_sender_and_leaves_nothing() {
    let pair = Pair::of_strangers();
    let sent = pair.send(&[pair.file("sample.txt", b"hello")]);
    sent.asked();
    sent.outgoing.go_on(QuestionKind::Code, false);
    let incoming = pair.connected();
    pair.introduced();
    pair.offered();
    incoming.decline();
    assert!(matches!(
        sent.failed(),
        Error::Peer(PeerFault::Declined(Decline::Declined))
    ));
    assert!(matches!(pair.ended(), ReceiveOutcome::Declined));
    assert!(pair.arrived().is_empty());
}

#[test]
fn another_computer_at_a_known_address_is_not_sent_to_without_a_word() {
    let pair = Pair::of_friends();
    pair.send(&[pair.file("sample.txt", b"hello")]).delivered();
    let port = pair.listener.port();
    let impostor = Computer::named("desk-pc");
    let (expected, found) = (pair.receiver.fingerprint(), impostor.fingerprint());
    let Pair {
        sender,
        outbox,
        inbox,
        listener,
        receiver,
        ..
    } = pair;
    drop(listener);
    let Some(listening) = crate::pair::listen_on(&impostor, inbox.path(), port) else {
        // Somebody else took the port meanwhile.
        return;
    };
    let pair = Pair {
        outbox,
        ..Pair::of(sender, receiver, inbox, listening)
    };
    let sent = pair.send(&[pair.file("secret.txt", b"secret")]);
    let Question::DifferentComputer {
        expected: parties,
        found: party,
    } = sent.asked()
    else {
        panic!("no warning");
    };
    assert_eq!(parties[0].fingerprint, expected);
    assert_eq!(party.fingerprint, found);
    sent.outgoing.reject(QuestionKind::DifferentComputer);
    assert!(matches!(
        sent.failed(),
        Error::Peer(PeerFault::WrongIdentity { .. })
    ));
    assert!(!pair.arrived().contains_key("secret.txt"));
}

#[test]
fn a_trusted_fingerprint_needs_no_code_in_this_run() {
    let (sender, receiver) = (Computer::named("laptop"), Computer::named("desk-pc"));
    let inbox = tempfile::tempdir().unwrap();
    let mut trust = receiver.trust();
    trust.trusted.push(sender.fingerprint());
    let listening = crate::pair::listen_with(trust, inbox.path());
    let pair = Pair::of(sender, receiver, inbox, listening);
    let file = pair.file("sample.txt", b"hello");
    let mut options = pair.options(Payload::Paths(vec![file]));
    if let Some(trust) = &mut options.trust {
        trust.trusted.push(pair.receiver.fingerprint());
    }
    let sent = pair.send_with(options);
    loop {
        match sent.next() {
            SendEvent::Asked(question) => panic!("asked {question:?}"),
            SendEvent::Ended(_) => break,
            _ => {}
        }
    }
    assert_eq!(pair.arrived()["sample.txt"].as_deref(), Some(&b"hello"[..]));
    assert!(
        pair.sender.devices.all().is_empty(),
        "nothing is kept of it"
    );
}

#[test]
fn who_names_a_fingerprint_sends_to_no_classic_receiver_whatever_was_agreed_to_before() {
    let (sender, receiver) = (Computer::named("laptop"), Computer::named("desk-pc"));
    sender.devices.allow_classic("127.0.0.1").unwrap();
    let outbox = tempfile::tempdir().unwrap();
    let file = outbox.path().join("secret.txt");
    std::fs::write(&file, "secret").unwrap();
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut trust = sender.trust();
    trust.trusted.push(receiver.fingerprint());
    let options = onehop::transfer::SendOptions {
        host: "127.0.0.1".to_owned(),
        port: listener.local_addr().unwrap().port(),
        payload: Payload::Paths(vec![file]),
        confirmation_wait: None,
        trust: Some(trust),
        devices: None,
        picked: None,
        classic: onehop::transfer::ClassicConsent::Ask,
        limits: onehop::transfer::SendLimits::default(),
    };
    let (outgoing, events) = onehop::transfer::send(options, Waker::noop().clone()).unwrap();
    let sent = Sent { outgoing, events };
    let mut peer = accept(&listener);
    std::io::Write::write_all(&mut peer, b"\n\n|---|\n hello\n|---|\n").unwrap();
    let Question::Classic { was_onehop } = sent.asked() else {
        panic!("not asked about classic");
    };
    assert_eq!(was_onehop.unwrap().fingerprint, receiver.fingerprint());
    sent.outgoing.reject(QuestionKind::Classic);
    assert!(matches!(
        sent.failed(),
        Error::Peer(PeerFault::OnehopGone(_))
    ));
    let mut rest = Vec::new();
    // It is broken off, and not one byte of the file came.
    std::io::Read::read_to_end(&mut peer, &mut rest).ok();
    assert!(rest.is_empty());
}

#[test]
fn a_listener_greets_classic_peers_as_before() {
    use std::io::{Read as _, Write as _};
    let computer = Computer::named("desk-pc");
    let inbox = tempfile::tempdir().unwrap();
    let (listener, _events) = listen(&computer, inbox.path(), Consent::SaveWithoutAsking);
    let mut peer = std::net::TcpStream::connect(("127.0.0.1", listener.port())).unwrap();
    let mut greeting = [0; 1024];
    let bytes = peer.read(&mut greeting).unwrap();
    let text = std::str::from_utf8(&greeting[..bytes]).unwrap();
    assert!(text.starts_with("\n\n|--"), "{text}");
    assert!(text.contains("\nonehop/1 "), "{text}");
    peer.write_all(b"onehop/1 0123").unwrap();
    peer.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(peer.read(&mut greeting).unwrap(), 0);
    assert_eq!(
        std::fs::read(inbox.path().join("recv.txt")).unwrap(),
        b"onehop/1 0123"
    );
}
