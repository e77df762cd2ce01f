//! Lists that are longer than a receiver wants to remember before its user has said yes.

use std::net::Shutdown;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use onehop::error::{Error, PeerFault};
use onehop::protocol::message::{Entry, Message};
use onehop::transfer::{Consent, Limits, ListenEvent, Offered, ReceiveEvent, ReceiveOutcome};

use crate::hostile_sender::{broken_off, call};
#[cfg(target_os = "linux")]
use crate::pair::Computer;
use crate::pair::{Pair, listen_asking, listen_within};
use crate::peer::{Peer, entry, manifest, manifest_end};

/// With names as long as names can be, several times as many as go into the memory of one list.
const ENTRIES: u32 = 12_000;
const BATCH: u32 = 500;
/// The memory for one list before the yes.
const LIST: u64 = 2 << 20;

/// A file with a long name.
fn file(index: u32) -> Entry {
    entry(index, &format!("{index:0>250}"), 1)
}

/// Tells its list as far as somebody listens, on a thread of its own.
fn tell(peer: Peer) -> JoinHandle<Peer> {
    tell_files(peer, file)
}

/// The same, of files that are called otherwise.
fn tell_files(mut peer: Peer, file: fn(u32) -> Entry) -> JoinHandle<Peer> {
    let telling = move || {
        peer.introduce(ENTRIES, ENTRIES, ENTRIES.into());
        for start in (0..ENTRIES).step_by(BATCH as usize) {
            let batch: Vec<Entry> = (start..start + BATCH).map(file).collect();
            let mut frame = Vec::new();
            manifest(&batch).encode(&mut frame).unwrap();
            if !peer.try_say_bytes(&frame) {
                return peer;
            }
        }
        peer.say(&manifest_end());
        peer
    };
    let thread = thread::Builder::new().name("telling".to_owned());
    thread.spawn(telling).unwrap()
}

/// A receiver with little memory for a list.
fn receiving(mut pair: Pair, consent: Consent) -> Pair {
    let listen = match consent {
        Consent::Ask => listen_asking,
        Consent::SaveWithoutAsking => listen_within,
    };
    let limits = Limits {
        list: LIST,
        ..Limits::default()
    };
    (pair.listener, pair.events) = listen(limits, pair.receiver.trust(), pair.inbox.path());
    pair
}

fn asked(pair: &Pair) -> Offered {
    pair.introduced();
    pair.offered()
}

#[test]
fn a_long_list_is_read_to_its_end_after_the_yes() {
    let pair = receiving(Pair::of_strangers(), Consent::Ask);
    let teller = tell(call(&pair));
    let incoming = pair.connected();
    let offered = asked(&pair);
    assert!(!offered.complete);
    assert_eq!(offered.items.len(), Offered::MAX_ITEMS);
    assert!(offered.more_items < ENTRIES as usize - Offered::MAX_ITEMS);
    incoming.accept();
    let mut peer = teller.join().unwrap();
    while !matches!(peer.message(), Message::AnswerEnd(_)) {}
    peer.reset();
}

/// Some of the last ones are hidden.
fn hidden_at_the_end(index: u32) -> Entry {
    match index.checked_sub(ENTRIES - 3) {
        Some(number) => entry(index, &format!(".hidden {number}"), 1),
        None => file(index),
    }
}

#[test]
fn a_yes_to_the_beginning_of_a_long_list_does_not_cover_what_is_hidden_in_the_rest() {
    let pair = receiving(Pair::of_strangers(), Consent::Ask);
    let teller = tell_files(call(&pair), hidden_at_the_end);
    let incoming = pair.connected();
    let offered = asked(&pair);
    assert_eq!((offered.complete, offered.hidden), (false, 0));
    incoming.accept();
    assert!(matches!(
        pair.next(),
        ListenEvent::Transfer(_, ReceiveEvent::Accepted)
    ));
    let offered = pair.offered();
    assert_eq!((offered.complete, offered.hidden), (true, 3));
    assert!(!offered.decided);
    let names = offered.items[..4].iter().map(|item| &*item.name);
    let names: Vec<&str> = names.collect();
    assert_eq!(names[..3], [".hidden 0", ".hidden 1", ".hidden 2"]);
    assert_eq!(names[3], file(0).path[0]);
    assert!(pair.arrived().is_empty());
    incoming.accept();
    assert!(matches!(
        pair.next(),
        ListenEvent::Transfer(_, ReceiveEvent::Accepted)
    ));
    let mut peer = teller.join().unwrap();
    while !matches!(peer.message(), Message::AnswerEnd(_)) {}
    peer.reset();
}

#[test]
fn a_no_to_what_is_hidden_in_the_rest_of_a_long_list_counts_after_the_yes() {
    let pair = receiving(Pair::of_strangers(), Consent::Ask);
    let teller = tell_files(call(&pair), hidden_at_the_end);
    let incoming = pair.connected();
    asked(&pair);
    incoming.accept();
    assert!(matches!(
        pair.next(),
        ListenEvent::Transfer(_, ReceiveEvent::Accepted)
    ));
    assert_eq!(pair.offered().hidden, 3);
    incoming.decline();
    assert!(matches!(pair.ended(), ReceiveOutcome::Declined));
    assert!(pair.arrived().is_empty());
    teller.join().unwrap();
}

#[test]
fn a_no_before_the_list_is_complete_is_told() {
    let pair = receiving(Pair::of_strangers(), Consent::Ask);
    let teller = tell(call(&pair));
    let incoming = pair.connected();
    assert!(!asked(&pair).complete);
    incoming.decline();
    assert!(matches!(pair.ended(), ReceiveOutcome::Declined));
    teller.join().unwrap();
}

#[test]
fn a_sender_that_leaves_before_its_list_is_read_is_noticed() {
    let pair = receiving(Pair::of_strangers(), Consent::Ask);
    let peer = call(&pair);
    let socket = peer.socket();
    let teller = tell(peer);
    pair.connected();
    assert!(!asked(&pair).complete);
    // The rest goes unheard, and its end is a reset.
    let linger = socket2::SockRef::from(&socket).set_linger(Some(Duration::ZERO));
    linger.unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    drop((socket, teller.join().unwrap()));
    let cause = broken_off(&pair);
    assert!(
        matches!(cause, Error::Peer(PeerFault::Reset { .. })),
        "{cause:?}"
    );
}

#[test]
fn a_known_device_that_saves_without_asking_is_not_held_up() {
    let pair = receiving(Pair::of_friends(), Consent::SaveWithoutAsking);
    let teller = tell(call(&pair));
    let mut peer = teller.join().unwrap();
    while !matches!(peer.message(), Message::AnswerEnd(_)) {}
    peer.reset();
    broken_off(&pair);
}

#[test]
fn a_list_that_has_no_room_beside_another_is_read_once_that_one_is_gone() {
    let mut pair = Pair::of_friends();
    // One such list is more than all may take together.
    let limits = Limits {
        list: 256 << 10,
        ..Limits::default()
    };
    (pair.listener, pair.events) = listen_within(limits, pair.receiver.trust(), pair.inbox.path());
    let mut first = tell(call(&pair)).join().unwrap();
    while !matches!(first.message(), Message::AnswerEnd(_)) {}
    let second = tell(call(&pair));
    first.reset();
    let mut second = second.join().unwrap();
    while !matches!(second.message(), Message::AnswerEnd(_)) {}
    second.reset();
}

/// The most memory that a process has had, in MiB.
#[cfg(target_os = "linux")]
fn most_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().trim_end_matches(" kB").parse::<u64>();
    kibibytes.unwrap() / 1024
}

/// What a receiver needs for its buffers and for a batch of the list, in MiB, generously.
#[cfg(target_os = "linux")]
const TRANSFER_MEMORY: u64 = 8;

#[cfg(target_os = "linux")]
#[test]
fn the_list_of_a_stranger_takes_little_memory_before_the_yes() {
    let pair = Pair::new(Consent::Ask, |_, _| {});
    let (mut receiver, port) = crate::kill::asking(&pair, LIST);
    let before = most_memory(receiver.child.id());
    let peer = Peer::call(port, &Computer::named("stranger").identity);
    let _teller = tell(peer);
    assert_eq!(receiver.says().unwrap(), "asks, complete: false");
    let grown = most_memory(receiver.child.id()) - before;
    assert!(grown < (LIST >> 20) + TRANSFER_MEMORY, "{grown} MiB");
}

#[cfg(target_os = "linux")]
#[test]
fn all_lists_together_take_little_memory_before_the_yes() {
    let senders: Vec<Computer> = (0..6).map(|_| Computer::named("laptop")).collect();
    let pair = Pair::new(Consent::Ask, |_, receiver| {
        for sender in &senders {
            receiver.knows(sender);
        }
    });
    let (mut receiver, port) = crate::kill::asking(&pair, LIST);
    let before = most_memory(receiver.child.id());
    let tellers: Vec<_> = senders
        .iter()
        .map(|sender| tell(Peer::call(port, &sender.identity)))
        .collect();
    for _ in &tellers {
        assert_eq!(receiver.says().unwrap(), "asks, complete: false");
    }
    let grown = most_memory(receiver.child.id()) - before;
    let most = 4 * (LIST >> 20) + TRANSFER_MEMORY * tellers.len() as u64;
    assert!(grown < most, "{grown} MiB");
}
