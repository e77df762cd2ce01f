use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::task::Waker;
use std::time::Duration;

use onehop::disk::Destination;
use onehop::error::{Error, OurFault, TurnedAway};
use onehop::transfer::{Consent, Limits, ListenEvent, Listener, ReceiveEvent, ReceiveOutcome};

use crate::common::guard::wait_until;
use crate::support::{Receiver, closed_in_order, finish, options};

fn receiver_for(transfers: usize, transfers_per_sender: usize) -> Receiver {
    let limits = Limits {
        transfers,
        transfers_per_sender,
        ..Limits::default()
    };
    Receiver::start(Consent::SaveWithoutAsking, limits)
}

/// A peer whose file has begun.
fn sending_peer(receiver: &Receiver) -> TcpStream {
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    let incoming = loop {
        if let ListenEvent::Connected(incoming) = receiver.next() {
            break incoming;
        }
    };
    wait_until("begun", || incoming.snapshot().bytes == 5);
    peer
}

fn turned_away(receiver: &Receiver) -> TurnedAway {
    match receiver.outcome() {
        ReceiveOutcome::TurnedAway(reason) => reason,
        outcome => panic!("expected a peer turned away, got {outcome:?}"),
    }
}

#[test]
fn one_over_the_bound_is_told_and_turned_away() {
    let receiver = receiver_for(1, 1);
    let _first = sending_peer(&receiver);
    let mut second = receiver.greeted_peer();
    second.write_all(b"hello").unwrap();
    let mut told = [0; 200];
    let length = second.read(&mut told).unwrap();
    let told = std::str::from_utf8(&told[..length]).unwrap();
    assert!(told.is_ascii() && told.contains("try again"), "{told}");
    assert!(told.ends_with("\nonehop/1 refused busy\n"), "{told}");
    assert!(!closed_in_order(&mut second), "never taken for a delivery");
    assert_eq!(turned_away(&receiver), TurnedAway::Busy);
}

#[test]
fn a_place_is_free_again_after_a_transfer() {
    let receiver = receiver_for(1, 1);
    for content in [b"one", b"two"] {
        let mut peer = receiver.greeted_peer();
        peer.write_all(content).unwrap();
        assert!(finish(peer));
        receiver.outcome();
    }
    assert_eq!(receiver.names(), ["recv (2).txt", "recv.txt"]);
}

#[test]
fn one_address_cannot_take_every_place() {
    let receiver = receiver_for(3, 2);
    let _held = [sending_peer(&receiver), sending_peer(&receiver)];
    let mut third = receiver.greeted_peer();
    third.write_all(b"hello").unwrap();
    assert!(!closed_in_order(&mut third));
    assert_eq!(turned_away(&receiver), TurnedAway::BusyWithSameSender);
}

#[test]
fn who_says_nothing_takes_no_place_from_who_sends() {
    let receiver = receiver_for(1, 1);
    let _silent: Vec<_> = (0..20).map(|_| receiver.silent_peer()).collect();
    let mut peer = receiver.silent_peer();
    peer.write_all(b"hello").unwrap();
    assert!(finish(peer));
    assert_eq!(receiver.saved(), b"hello");
}

#[test]
fn hundreds_of_silent_connections_make_room_for_each_other() {
    let receiver = Receiver::saving();
    let mut silent: Vec<_> = (0..300).map(|_| receiver.silent_peer()).collect();
    let bound = Limits::default().waiting;
    for _ in bound..silent.len() {
        let outcome = receiver.outcome();
        assert!(
            matches!(outcome, ReceiveOutcome::SentNothing),
            "{outcome:?}"
        );
    }
    // The latest are still there.
    let mut latest = silent.pop().unwrap();
    latest.write_all(b"hello").unwrap();
    assert!(finish(latest));
    assert_eq!(receiver.saved(), b"hello");
}

#[test]
fn a_silent_connection_ends_when_its_time_is_over() {
    let limits = Limits {
        decision: Duration::from_millis(200),
        ..Limits::default()
    };
    let receiver = Receiver::start(Consent::SaveWithoutAsking, limits);
    let mut peer = receiver.greeted_peer();
    assert!(matches!(receiver.outcome(), ReceiveOutcome::SentNothing));
    assert!(!closed_in_order(&mut peer));
    assert!(receiver.names().is_empty());
}

#[test]
fn stopping_frees_the_port_and_declines_the_undecided() {
    let receiver = Receiver::asking();
    let address = receiver.address();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    receiver.requested();
    let Receiver {
        listener,
        events,
        folder,
    } = receiver;
    listener.stop();
    assert!(!closed_in_order(&mut peer));
    wait_until("declined", || {
        matches!(
            events.try_recv(),
            Ok(ListenEvent::Transfer(
                _,
                ReceiveEvent::Ended(ReceiveOutcome::Declined)
            ))
        )
    });
    drop(folder);
    TcpListener::bind(address).unwrap();
}

#[test]
fn a_running_transfer_outlives_the_listener() {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello, ").unwrap();
    let incoming = receiver.connected();
    wait_until("running", || incoming.snapshot().bytes == 7);
    let Receiver {
        listener,
        events,
        folder,
    } = receiver;
    listener.stop();
    peer.write_all(b"world").unwrap();
    assert!(finish(peer));
    let saved = std::fs::read(folder.path().join("recv.txt")).unwrap();
    assert_eq!(saved, b"hello, world");
    drop(events);
}

#[test]
fn a_taken_port_is_refused_with_its_owner() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let mut options = options(Consent::Ask, Limits::default(), Destination::classic("."));
    options.port = port;
    let refused = Listener::start(options, Waker::noop().clone()).unwrap_err();
    let Error::Ours(OurFault::PortTaken {
        port: named, owner, ..
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(named, port);
    // The owner is this very test, where the system tells it.
    if let Some(owner) = owner {
        assert!(owner.contains("transfer"), "{owner}");
    }
}

#[test]
fn no_other_program_gets_a_port_that_is_served() {
    let receiver = Receiver::asking();
    let refused = TcpListener::bind(receiver.address()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::AddrInUse);
}

#[test]
fn a_port_that_is_taken_on_one_address_only_is_taken() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut options = options(Consent::Ask, Limits::default(), Destination::classic("."));
    options.port = holder.local_addr().unwrap().port();
    options.address = None;
    let refused = Listener::start(options, Waker::noop().clone()).unwrap_err();
    assert!(
        matches!(refused, Error::Ours(OurFault::PortTaken { .. })),
        "{refused:?}"
    );
}

#[test]
fn an_address_of_another_computer_is_refused() {
    let mut options = options(Consent::Ask, Limits::default(), Destination::classic("."));
    options.address = Some("192.0.2.1".parse().unwrap());
    let refused = Listener::start(options, Waker::noop().clone()).unwrap_err();
    assert!(
        matches!(refused, Error::Ours(OurFault::ForeignAddress { .. })),
        "{refused:?}"
    );
}
