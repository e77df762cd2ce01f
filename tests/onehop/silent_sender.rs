//! Senders that stop, fall silent, chatter or vanish, in every phase.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use onehop::error::{Error, PeerFault, TurnedAway};
use onehop::protocol::message::{Abort, AbortReason, Message};
use onehop::transfer::{Consent, Limits, ListenEvent, ReceiveEvent, ReceiveOutcome};

use socket2::{Domain, SockAddr, Socket, Type};

use crate::common::guard::GUARD;
use crate::common::noise::noise;
use crate::hostile_sender::{broken_off, call};
use crate::pair::{Pair, listen_within};
use crate::peer::{Came, Peer, entry, manifest, sender_hello, start, take_up};

/// Ends in each phase: says so first, or breaks off without a word.
#[test]
fn an_end_in_any_phase_is_understood_and_keeps_nothing_that_looks_complete() {
    let phases: [fn(&mut Peer); 5] = [
        |_| {},
        |peer| {
            peer.say(&Message::Hello(sender_hello()));
        },
        |peer| {
            peer.introduce(1, 1, 8);
        },
        |peer| {
            peer.be_accepted(&[entry(0, "a", 8)]);
        },
        |peer| {
            peer.be_accepted(&[entry(0, "a", 8)]);
            peer.say(&start(0, 0)).say_data(b"half");
        },
    ];
    for phase in phases {
        for is_told in [true, false] {
            let pair = Pair::of_friends();
            let mut peer = call(&pair);
            phase(&mut peer);
            if is_told {
                let (reason, detail) = (AbortReason::DiskFull, "\u{7}why".to_owned());
                peer.say(&Message::Abort(Abort { reason, detail }));
                assert_eq!(peer.last_words(), None);
            } else {
                peer.half_close();
                assert_eq!(peer.last_words(), None);
            }
            match broken_off(&pair) {
                Error::Peer(PeerFault::Aborted { reason, detail }) if is_told => {
                    assert_eq!(reason, AbortReason::DiskFull);
                    assert!(!detail.contains('\u{7}'));
                }
                Error::Peer(PeerFault::Reset { .. }) if !is_told => {}
                cause => panic!("{cause:?}"),
            }
            assert!(!pair.arrived().contains_key("a"));
        }
    }
}

#[test]
fn a_stop_by_the_receiver_is_told_in_any_phase_to_a_sender_that_is_silent() {
    let phases: [fn(&mut Peer); 4] = [
        |peer| {
            peer.say(&Message::Hello(sender_hello()));
            peer.message();
        },
        |peer| {
            peer.introduce(1, 1, 8);
        },
        |peer| {
            peer.be_accepted(&[entry(0, "a", 8)]);
        },
        |peer| {
            peer.be_accepted(&[entry(0, "a", 8)]);
            peer.say(&start(0, 0)).say_data(b"half");
        },
    ];
    for phase in phases {
        let pair = Pair::of_friends();
        let mut peer = call(&pair);
        let incoming = pair.connected();
        phase(&mut peer);
        incoming.cancel();
        assert_eq!(peer.last_words(), Some(AbortReason::Cancelled));
        assert!(matches!(broken_off(&pair), Error::Cancelled));
    }
}

#[test]
fn a_sender_that_falls_silent_before_the_list_does_not_stay_for_ever() {
    type Phase = fn(&mut Peer);
    let phases: [(Phase, bool); 3] = [
        (|_| {}, false),
        (
            |peer| {
                peer.say(&Message::Hello(sender_hello()));
            },
            false,
        ),
        (
            |peer| {
                peer.introduce(1, 1, 1);
            },
            true,
        ),
    ];
    for (phase, expires) in phases {
        let mut pair = Pair::of_friends();
        let limits = Limits {
            decision: Duration::from_millis(300),
            ..Limits::default()
        };
        (pair.listener, pair.events) =
            listen_within(limits, pair.receiver.trust(), pair.inbox.path());
        let mut peer = call(&pair);
        phase(&mut peer);
        assert_eq!(peer.last_words(), Some(AbortReason::Expired));
        match pair.ended() {
            ReceiveOutcome::Expired if expires => {}
            ReceiveOutcome::BrokenOff {
                cause: Error::Peer(PeerFault::Silent),
                ..
            } if !expires => {}
            outcome => panic!("{outcome:?}"),
        }
    }
}

#[test]
fn a_sender_that_chatters_and_says_nothing_does_not_stay_for_ever() {
    let mut pair = Pair::of_friends();
    let limits = Limits {
        decision: Duration::from_millis(300),
        ..Limits::default()
    };
    (pair.listener, pair.events) = listen_within(limits, pair.receiver.trust(), pair.inbox.path());
    let mut peer = call(&pair);
    peer.introduce(1, 1, 1);
    let mut empty = Vec::new();
    for _ in 0..1000 {
        manifest(&[]).encode(&mut empty).unwrap();
    }
    let started = Instant::now();
    while peer.try_say_bytes(&empty) {
        assert!(started.elapsed() < GUARD, "it listens for ever");
    }
    assert!(matches!(pair.ended(), ReceiveOutcome::Expired));
}

#[test]
fn a_yes_that_comes_early_is_no_stop() {
    let pair = Pair::new(Consent::Ask, |sender, receiver| receiver.knows(sender));
    let mut peer = call(&pair);
    pair.connected().accept();
    peer.be_accepted(&[entry(0, "a", 1)]).file(0, b"a");
    pair.saved();
}

#[test]
fn what_is_saved_is_told_so_even_if_the_sender_is_gone() {
    let pair = Pair::of_friends();
    let mut peer = call(&pair);
    peer.be_accepted(&[entry(0, "a", 1)]).file(0, b"a");
    peer.reset();
    let outcome = pair.ended();
    let is_there = pair.arrived().contains_key("a");
    // The reset may overtake the content.
    assert_eq!(
        is_there,
        matches!(outcome, ReceiveOutcome::Received { .. }),
        "{outcome:?}"
    );
}

#[test]
fn a_sender_that_never_reads_cannot_keep_the_receiver_from_ending() {
    let pair = Pair::of_friends();
    let mut peer = call(&pair);
    let incoming = pair.connected();
    peer.be_accepted(&[entry(0, "a", 100_000_000)])
        .say(&start(0, 0));
    let piece = noise(100_000);
    for _ in 0..10 {
        peer.say_data(&piece);
    }
    incoming.cancel();
    assert!(matches!(broken_off(&pair), Error::Cancelled));
    assert_ne!(peer.hear(), Came::Data(Vec::new()));
}

/// What strangers can hold open without ever getting to a file.
fn hold_open(port: u16, kind: usize) -> TcpStream {
    let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    match kind % 4 {
        // Says nothing at all.
        0 => connect(),
        // Takes up the offer and never begins TLS.
        1 => take_up(port),
        // Begins an offer line.
        2 => {
            let mut socket = connect();
            socket.write_all(b"onehop/1 0123").unwrap();
            socket
        }
        // Begins a file.
        _ => {
            let mut socket = connect();
            socket.write_all(b"a").unwrap();
            socket
        }
    }
}

#[test]
fn whatever_strangers_hold_open_a_known_device_gets_in() {
    let pair = Pair::of_friends();
    let _held: Vec<TcpStream> = (0..300)
        .map(|kind| hold_open(pair.listener.port(), kind))
        .collect();
    for _ in 0..3 {
        pair.send(&[pair.file("good.txt", b"good")]).delivered();
    }
}

/// Connects from another address of this computer than everybody else here.
fn connect_from_elsewhere(port: u16) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let at = |ip: [u8; 4], port| SockAddr::from(SocketAddr::from((ip, port)));
    socket.bind(&at([127, 0, 0, 2], 0))?;
    socket.connect(&at([127, 0, 0, 1], port))?;
    Ok(socket)
}

#[test]
fn a_known_device_gets_in_also_while_strangers_keep_calling() {
    let pair = Pair::of_friends();
    let port = pair.listener.port();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let caller = thread::Builder::new().name("caller".to_owned());
        let keep_calling = || {
            let (mut held, started) = (VecDeque::new(), Instant::now());
            while !over.load(Ordering::Relaxed) && started.elapsed() < GUARD {
                held.extend(connect_from_elsewhere(port));
                if held.len() > 100 {
                    held.pop_front();
                }
                thread::sleep(Duration::from_millis(1));
            }
        };
        caller.spawn_scoped(scope, keep_calling).unwrap();
        for _ in 0..3 {
            pair.send(&[pair.file("good.txt", b"good")]).delivered();
        }
        over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn an_unknown_onehop_is_told_that_there_is_no_room() {
    let mut pair = Pair::of_strangers();
    let limits = Limits {
        transfers: 1,
        ..Limits::default()
    };
    (pair.listener, pair.events) = listen_within(limits, pair.receiver.trust(), pair.inbox.path());
    let _held = hold_open(pair.listener.port(), 3);
    while !matches!(
        pair.next(),
        ListenEvent::Transfer(_, ReceiveEvent::Accepted)
    ) {}
    let mut peer = call(&pair);
    peer.say(&Message::Hello(sender_hello()));
    assert_eq!(peer.last_words(), Some(AbortReason::Busy));
    let outcome = pair.ended();
    let busy = ReceiveOutcome::TurnedAway(TurnedAway::Busy);
    assert_eq!(format!("{outcome:?}"), format!("{busy:?}"));
}
