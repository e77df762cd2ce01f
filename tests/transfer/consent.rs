use std::fs;
use std::io::Write;
use std::time::Duration;

use onehop::disk::{Destination, save_empty};
use onehop::error::{Error, PeerFault};
use onehop::transfer::{Consent, Limits, ListenEvent, ReceiveEvent, ReceiveOutcome, SendOutcome};

use crate::common::guard::wait_until;
use crate::common::noise::noise;
use crate::common::sockets::reset;
use crate::support::{MIB, Receiver, Sender, closed_in_order, finish, saved_path};

#[test]
fn nothing_is_written_before_a_yes() {
    let receiver = Receiver::asking();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    let incoming = receiver.requested();
    assert!(receiver.names().is_empty());
    incoming.accept();
    assert!(finish(peer));
    assert_eq!(receiver.saved(), b"hello");
}

#[test]
fn a_small_file_whose_sender_has_left_can_still_be_accepted() {
    let receiver = Receiver::asking();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    drop(peer);
    let incoming = receiver.requested();
    wait_until("all of it is here", || incoming.snapshot().complete);
    incoming.accept();
    assert_eq!(receiver.saved(), b"hello");
}

#[test]
fn an_undecided_sender_is_held_back() {
    let receiver = Receiver::asking();
    let content = noise(64 * MIB);
    let sender = Sender::to(receiver.address(), &content);
    let incoming = receiver.requested();
    wait_until("the sender has filled what there is", || {
        let snapshot = sender.outgoing.snapshot();
        snapshot.bytes > 0 && snapshot.stalled
    });
    assert!(incoming.snapshot().bytes < MIB as u64);
    assert!(sender.outgoing.snapshot().bytes < content.len() as u64);
    incoming.accept();
    assert!(matches!(sender.outcome(), SendOutcome::Delivered { .. }));
    assert!(receiver.saved() == content);
}

#[test]
fn a_declined_sender_is_reset_and_nothing_is_written() {
    let receiver = Receiver::asking();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    receiver.requested().decline();
    assert!(matches!(receiver.outcome(), ReceiveOutcome::Declined));
    assert!(!closed_in_order(&mut peer));
    assert!(receiver.names().is_empty());
}

#[test]
fn our_sender_never_takes_a_decline_for_a_delivery() {
    let receiver = Receiver::asking();
    let sender = Sender::to(receiver.address(), b"hello");
    sender.all_sent();
    receiver.requested().decline();
    let (error, bytes) = sender.failure();
    assert!(
        matches!(error, Error::Peer(PeerFault::NotSaved { bytes: 5 })),
        "{error:?}"
    );
    assert_eq!(bytes, 5);
}

#[test]
fn the_first_decision_counts() {
    let receiver = Receiver::asking();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    let incoming = receiver.requested();
    incoming.accept();
    incoming.decline();
    assert!(finish(peer));
    assert_eq!(receiver.saved(), b"hello");
}

#[test]
fn a_file_can_be_saved_elsewhere_under_another_name() {
    let receiver = Receiver::asking();
    let elsewhere = tempfile::tempdir().unwrap();
    let wanted = elsewhere.path().join("写真 notes.md");
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    receiver.requested().accept_as(wanted.clone());
    assert!(finish(peer));
    assert_eq!(saved_path(receiver.outcome()), wanted);
    assert_eq!(fs::read(wanted).unwrap(), b"hello");
    assert!(receiver.names().is_empty());
}

#[test]
fn an_undecided_request_expires() {
    let limits = Limits {
        decision: Duration::from_millis(200),
        ..Limits::default()
    };
    let receiver = Receiver::start(Consent::Ask, limits);
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    receiver.requested();
    assert!(matches!(receiver.outcome(), ReceiveOutcome::Expired));
    assert!(!closed_in_order(&mut peer));
    assert!(receiver.names().is_empty());
}

#[test]
fn a_peer_that_leaves_without_a_byte_never_prompts() {
    let receiver = Receiver::asking();
    drop(receiver.greeted_peer());
    receiver.connected();
    let outcome = receiver.next();
    assert!(
        matches!(
            outcome,
            ListenEvent::Transfer(_, ReceiveEvent::Ended(ReceiveOutcome::SentNothing))
        ),
        "{outcome:?}"
    );
    assert!(receiver.names().is_empty());
}

#[test]
fn a_port_scan_never_prompts() {
    let receiver = Receiver::asking();
    reset(receiver.silent_peer());
    let mut next = receiver.silent_peer();
    next.write_all(b"hello").unwrap();
    // Windows may forget a scanner before anyone has seen it. Whatever was seen of it comes first
    // or has no words of its own; the one request is of the peer that sent something.
    let mut connected = Vec::new();
    loop {
        match receiver.next() {
            ListenEvent::Connected(incoming) => connected.push(incoming.id()),
            ListenEvent::Transfer(_, ReceiveEvent::Ended(ReceiveOutcome::SentNothing)) => {}
            ListenEvent::Transfer(id, ReceiveEvent::Requested) => {
                break assert_eq!(connected.last(), Some(&id));
            }
            event => panic!("{event:?}"),
        }
    }
}

#[test]
fn an_empty_file_can_be_saved_later() {
    let receiver = Receiver::asking();
    drop(receiver.greeted_peer());
    assert!(matches!(receiver.outcome(), ReceiveOutcome::SentNothing));
    let path = save_empty(&Destination::classic(receiver.folder.path())).unwrap();
    assert_eq!(fs::read(path).unwrap(), b"");
    assert_eq!(receiver.names(), ["recv.txt"]);
}

#[test]
fn a_sender_of_an_empty_file_that_nobody_saved_is_not_told_delivered() {
    let receiver = Receiver::asking();
    let sender = Sender::to(receiver.address(), b"");
    let (error, _) = sender.failure();
    assert!(
        matches!(error, Error::Peer(PeerFault::NotSaved { bytes: 0 })),
        "{error:?}"
    );
}

#[test]
fn a_sender_that_breaks_off_withdraws_its_request() {
    let receiver = Receiver::asking();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    receiver.requested();
    reset(peer);
    let outcome = receiver.outcome();
    assert!(
        matches!(
            outcome,
            ReceiveOutcome::Interrupted {
                bytes: 5,
                partial: None,
                ..
            }
        ),
        "{outcome:?}"
    );
}

#[test]
fn a_big_sender_that_breaks_off_withdraws_its_request_too() {
    let receiver = Receiver::asking();
    let sender = Sender::to(receiver.address(), &noise(64 * MIB));
    receiver.requested();
    sender.outgoing.cancel();
    assert!(matches!(
        receiver.outcome(),
        ReceiveOutcome::Interrupted { .. }
    ));
}

#[test]
fn consent_given_while_a_peer_is_connected_covers_it() {
    let receiver = Receiver::asking();
    let mut peer = receiver.greeted_peer();
    receiver.connected();
    receiver.listener.set_consent(Consent::SaveWithoutAsking);
    peer.write_all(b"hello").unwrap();
    assert!(finish(peer));
    assert_eq!(receiver.saved(), b"hello");
}
