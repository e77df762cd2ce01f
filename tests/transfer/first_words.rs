//! Who talks first: senders that wait to be greeted, senders that do not, and who says nothing.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::Shutdown;
use std::time::Duration;

use onehop::transfer::{Consent, ReceiveOutcome};

use crate::common::guard::GUARD;
use crate::common::noise::noise;
use crate::common::sockets::reset;
use crate::support::{Receiver, finish, lockstep_client, saved_path};

/// The size in reports about ends that were lost.
const FILE_BYTES: usize = 5_000_000;

#[test]
fn what_only_writes_and_closes_arrives_whole_a_hundred_times_in_a_hundred() {
    let receiver = Receiver::saving();
    let content = noise(FILE_BYTES);
    for time in 0..100 {
        let mut peer = receiver.silent_peer();
        peer.write_all(&content).unwrap();
        // Nothing is read, and the end is a plain close.
        drop(peer);
        let path = saved_path(receiver.outcome());
        assert!(fs::read(&path).unwrap() == content, "not whole: {time}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn who_talks_first_is_told_nothing() {
    let receiver = Receiver::saving();
    // A chunk and a pause are what client.py is known by.
    for size in [1, 1024, 2048, 3000] {
        let content = noise(size);
        let mut peer = receiver.silent_peer();
        peer.write_all(&content).unwrap();
        peer.set_read_timeout(Some(Duration::from_millis(300)))
            .unwrap();
        let silence = peer.read(&mut [0]).unwrap_err();
        let timed_out = [ErrorKind::WouldBlock, ErrorKind::TimedOut];
        assert!(timed_out.contains(&silence.kind()), "{size}: {silence}");
        peer.set_read_timeout(Some(GUARD)).unwrap();
        peer.shutdown(Shutdown::Write).unwrap();
        let mut said = Vec::new();
        peer.read_to_end(&mut said).unwrap();
        assert!(said.is_empty(), "{size}: {said:?}");
        let path = saved_path(receiver.outcome());
        assert!(fs::read(&path).unwrap() == content, "{size}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn who_waits_is_greeted_and_kept_in_step() {
    let receiver = Receiver::saving();
    let content = noise(10 * 1024);
    let client = receiver.silent_peer();
    assert_eq!(lockstep_client(client, &content), 10);
    assert_eq!(receiver.saved(), content);
}

#[test]
fn a_knock_is_no_file_even_without_asking() {
    let receiver = Receiver::saving();
    drop(receiver.silent_peer());
    drop(receiver.greeted_peer());
    reset(receiver.silent_peer());
    reset(receiver.greeted_peer());
    let half_closed = receiver.silent_peer();
    half_closed.shutdown(Shutdown::Write).unwrap();
    for _ in 0..5 {
        let outcome = receiver.outcome();
        assert!(
            matches!(outcome, ReceiveOutcome::SentNothing),
            "{outcome:?}"
        );
    }
    assert!(receiver.names().is_empty());
}

#[test]
fn who_wants_empty_files_gets_them() {
    for ends in [finish, |peer| {
        reset(peer);
        true
    }] {
        for greeted in [false, true] {
            let receiver = Receiver::of_empty_files(Consent::SaveWithoutAsking);
            let peer = if greeted {
                receiver.greeted_peer()
            } else {
                receiver.silent_peer()
            };
            // Windows does not show a connection that is reset before it is accepted.
            receiver.connected();
            assert!(ends(peer));
            assert_eq!(receiver.saved(), b"");
        }
    }
}

#[test]
fn an_empty_file_needs_a_yes_too() {
    let receiver = Receiver::of_empty_files(Consent::Ask);
    let peer = receiver.silent_peer();
    peer.shutdown(Shutdown::Write).unwrap();
    let incoming = receiver.requested();
    assert!(receiver.names().is_empty());
    incoming.accept();
    assert!(finish(peer));
    assert_eq!(receiver.saved(), b"");
}
