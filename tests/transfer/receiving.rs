use std::fs;
use std::io::{Read, Write};
use std::thread::sleep;
use std::time::Duration;

use onehop::transfer::ReceiveOutcome;

use crate::common::folder::names_in;
use crate::common::guard::wait_until;
use crate::common::noise::noise;
use crate::support::{MIB, Receiver, Sender, finish, in_background, lockstep_client, saved_path};

#[test]
fn a_streaming_sender_delivers_files_of_every_size() {
    let receiver = Receiver::saving();
    for size in [1, 18, 1023, 1024, 1025, 2047, 2048, 2049, 65_536, MIB + 1] {
        let content = noise(size);
        let mut peer = receiver.greeted_peer();
        peer.write_all(&content).unwrap();
        assert!(
            finish(peer),
            "{size}: a saved file is confirmed by an orderly close"
        );
        let path = saved_path(receiver.outcome());
        assert_eq!(fs::read(&path).unwrap(), content, "{size}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn the_tutorials_client_delivers_files_of_every_size() {
    let receiver = Receiver::saving();
    for size in [
        1,
        18,
        1023,
        1024,
        1025,
        2048,
        3072,
        10_000,
        102_400,
        MIB + 1,
    ] {
        let content = noise(size);
        lockstep_client(receiver.silent_peer(), &content);
        let path = saved_path(receiver.outcome());
        assert_eq!(fs::read(&path).unwrap(), content, "{size}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn the_tutorials_client_delivers_twenty_mebibytes() {
    let receiver = Receiver::saving();
    let content = noise(20 * MIB);
    assert_eq!(lockstep_client(receiver.silent_peer(), &content), 20 * 1024);
    assert!(receiver.saved() == content);
}

#[test]
fn the_tutorials_client_waits_for_a_person_without_losing_a_byte() {
    let receiver = Receiver::asking();
    let content = noise(10 * 1024);
    let (peer, sent) = (receiver.silent_peer(), content.clone());
    let client = in_background(move || lockstep_client(peer, &sent));
    let incoming = receiver.requested();
    // Long enough for the pause that gives the client away.
    sleep(Duration::from_millis(150));
    assert_eq!(incoming.snapshot().bytes, 1024);
    incoming.accept();
    assert_eq!(client.join().unwrap(), 10);
    assert_eq!(receiver.saved(), content);
}

#[test]
fn one_byte_at_a_time_arrives_whole() {
    let receiver = Receiver::saving();
    let content = noise(3000);
    let mut peer = receiver.greeted_peer();
    peer.set_nodelay(true).unwrap();
    for byte in content.chunks(1) {
        peer.write_all(byte).unwrap();
    }
    assert!(finish(peer));
    assert_eq!(receiver.saved(), content);
}

#[test]
fn a_sender_that_pauses_anywhere_arrives_whole() {
    let receiver = Receiver::saving();
    let content = noise(5000);
    let mut peer = receiver.greeted_peer();
    for piece in [&content[..1024], &content[1024..1500], &content[1500..]] {
        peer.write_all(piece).unwrap();
        sleep(Duration::from_millis(80));
    }
    assert!(finish(peer));
    assert_eq!(receiver.saved(), content);
}

#[test]
fn a_fast_sender_is_told_nothing_but_the_greeting() {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    peer.write_all(&noise(MIB)).unwrap();
    peer.shutdown(std::net::Shutdown::Write).unwrap();
    let mut said = Vec::new();
    peer.read_to_end(&mut said).unwrap();
    assert!(said.is_empty());
}

#[test]
fn two_transfers_at_once_do_not_mix() {
    let receiver = Receiver::saving();
    let contents = [vec![b'a'; 3 * MIB], vec![b'b'; 2 * MIB]];
    let [mut first, mut second] = [receiver.greeted_peer(), receiver.greeted_peer()];
    for (a, b) in contents[0].chunks(MIB).zip(contents[1].chunks(MIB)) {
        first.write_all(a).unwrap();
        second.write_all(b).unwrap();
    }
    first.write_all(&contents[0][2 * MIB..]).unwrap();
    assert!(finish(first) && finish(second));
    let mut saved = [receiver.outcome(), receiver.outcome()]
        .map(|outcome| fs::read(saved_path(outcome)).unwrap());
    saved.sort();
    assert!(saved == contents);
    assert_eq!(receiver.names(), ["recv (2).txt", "recv.txt"]);
}

#[test]
fn nothing_stands_under_the_final_name_before_the_end() {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    peer.write_all(&noise(MIB)).unwrap();
    let incoming = receiver.connected();
    wait_until("all bytes arrived", || {
        incoming.snapshot().bytes == MIB as u64
    });
    let names = receiver.names();
    assert_eq!(names.len(), 1);
    assert!(names[0].starts_with('.') && names[0].ends_with(".partial"));
    assert!(finish(peer));
    assert_eq!(receiver.saved().len(), MIB);
}

#[test]
fn onehop_receives_from_onehop() {
    let receiver = Receiver::saving();
    let content = noise(3 * MIB + 7);
    let sender = Sender::to(receiver.address(), &content);
    let outcome = sender.outcome();
    assert!(
        matches!(outcome, onehop::transfer::SendOutcome::Delivered { bytes, .. } if bytes == content.len() as u64),
        "{outcome:?}"
    );
    assert!(receiver.saved() == content);
}

#[test]
fn a_missing_folder_fails_the_transfer_and_resets_the_sender() {
    let receiver = Receiver::saving();
    let elsewhere = tempfile::tempdir().unwrap();
    receiver
        .listener
        .set_destination(onehop::disk::Destination::classic(
            elsewhere.path().join("missing"),
        ));
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    assert!(!finish(peer), "a failed save is never taken for a delivery");
    assert!(matches!(receiver.outcome(), ReceiveOutcome::Failed(_)));
    assert!(names_in(elsewhere.path()).is_empty());
}

#[test]
fn a_stalled_sender_is_shown_as_stalled_until_it_goes_on() {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"one").unwrap();
    let incoming = receiver.connected();
    wait_until("shown as stalled", || incoming.snapshot().stalled);
    peer.write_all(b"two").unwrap();
    wait_until("moving again", || !incoming.snapshot().stalled);
    assert!(finish(peer));
    assert_eq!(receiver.saved(), b"onetwo");
}
