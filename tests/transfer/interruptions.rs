use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;

use onehop::error::{DiskFault, Error, PeerFault};
use onehop::transfer::{ReceiveOutcome, SendOutcome};

use crate::common::guard::wait_until;
use crate::common::noise::noise;
use crate::common::sockets::reset;
use crate::support::{MIB, Receiver, ScriptedReceiver, Sender, closed_in_order, saved_path};

/// Sends so many bytes, waits until they have arrived, then breaks off.
fn interrupted_after(size: usize) -> (Receiver, ReceiveOutcome) {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    peer.write_all(&noise(size)).unwrap();
    let incoming = receiver.connected();
    wait_until("all bytes arrived", || {
        incoming.snapshot().bytes == size as u64
    });
    reset(peer);
    let outcome = receiver.outcome();
    (receiver, outcome)
}

#[test]
fn a_reset_at_every_interesting_point_is_an_interruption() {
    for size in [1, 18, 1023, 1025, 2047, 2049, 3072, MIB, MIB + 1] {
        let (receiver, outcome) = interrupted_after(size);
        let ReceiveOutcome::Interrupted {
            cause,
            bytes,
            partial,
        } = outcome
        else {
            panic!("{size}: {outcome:?}");
        };
        assert!(
            matches!(cause, Error::Peer(PeerFault::Reset { .. })),
            "{cause:?}"
        );
        assert_eq!(bytes, size as u64);
        partial.unwrap().discard().unwrap();
        assert!(receiver.names().is_empty(), "{size}");
    }
}

#[test]
fn what_arrived_can_be_kept_under_a_name_that_says_it_is_partial() {
    let (receiver, outcome) = interrupted_after(5000);
    let ReceiveOutcome::Interrupted { partial, .. } = outcome else {
        panic!("{outcome:?}");
    };
    let path = partial.unwrap().keep().unwrap();
    assert_eq!(receiver.names(), ["recv (partial).txt"]);
    assert_eq!(fs::read(path).unwrap(), noise(5000));
}

#[test]
fn the_tutorials_client_killed_in_mid_chunk_is_an_interruption() {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    let mut answer = [0; 1024];
    for _ in 0..3 {
        peer.write_all(&noise(1024)).unwrap();
        assert_ne!(peer.read(&mut answer).unwrap(), 0);
    }
    peer.write_all(&noise(500)).unwrap();
    let incoming = receiver.connected();
    wait_until("all bytes arrived", || {
        incoming.snapshot().bytes == 3 * 1024 + 500
    });
    reset(peer);
    assert!(matches!(
        receiver.outcome(),
        ReceiveOutcome::Interrupted { bytes: 3572, .. }
    ));
}

#[test]
fn cancelling_at_the_receiver_resets_the_sender() {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    peer.write_all(&noise(MIB)).unwrap();
    let incoming = receiver.connected();
    wait_until("all bytes arrived", || {
        incoming.snapshot().bytes == MIB as u64
    });
    incoming.cancel();
    let outcome = receiver.outcome();
    let ReceiveOutcome::Interrupted {
        cause: Error::Cancelled,
        partial,
        ..
    } = outcome
    else {
        panic!("{outcome:?}");
    };
    assert!(!closed_in_order(&mut peer));
    partial.unwrap().discard().unwrap();
    assert!(receiver.names().is_empty());
}

#[test]
fn cancelling_a_stalled_transfer_takes_effect() {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    let incoming = receiver.connected();
    wait_until("all bytes arrived", || incoming.snapshot().bytes == 5);
    incoming.cancel();
    let outcome = receiver.outcome();
    assert!(
        matches!(
            outcome,
            ReceiveOutcome::Interrupted {
                cause: Error::Cancelled,
                ..
            }
        ),
        "{outcome:?}"
    );
}

#[test]
fn cancelling_an_undecided_request_writes_nothing() {
    let receiver = Receiver::asking();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    receiver.requested().cancel();
    let outcome = receiver.outcome();
    assert!(
        matches!(
            outcome,
            ReceiveOutcome::Interrupted {
                cause: Error::Cancelled,
                partial: None,
                ..
            }
        ),
        "{outcome:?}"
    );
    assert!(receiver.names().is_empty());
}

#[test]
fn cancelling_at_the_sender_is_an_interruption_at_the_receiver() {
    let receiver = Receiver::asking();
    let sender = Sender::to(receiver.address(), &noise(64 * MIB));
    let incoming = receiver.requested();
    incoming.accept();
    sender.outgoing.cancel();
    let (error, _) = sender.failure();
    assert!(matches!(error, Error::Cancelled), "{error:?}");
    let outcome = receiver.outcome();
    assert!(
        matches!(outcome, ReceiveOutcome::Interrupted { .. }),
        "{outcome:?}"
    );
}

#[test]
fn a_receiver_that_breaks_off_in_mid_file_fails_the_sender() {
    let peer = ScriptedReceiver::start(|mut stream| {
        stream.read_exact(&mut vec![0; 100_000]).unwrap();
        reset(stream);
    });
    let sender = Sender::to(peer.address, &noise(64 * MIB));
    let (error, bytes) = sender.failure();
    assert!(
        matches!(error, Error::Peer(PeerFault::Reset { .. })),
        "{error:?}"
    );
    assert!(bytes < 64 * MIB as u64);
    peer.result();
}

#[test]
fn a_file_that_grows_while_being_sent_arrives_as_it_was_and_that_is_told() {
    let receiver = Receiver::asking();
    let content = noise(64 * MIB);
    let sender = Sender::to(receiver.address(), &content);
    let incoming = receiver.requested();
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(&sender.file)
        .unwrap();
    file.write_all(b"more").unwrap();
    incoming.accept();
    let outcome = sender.outcome();
    assert!(
        matches!(outcome, SendOutcome::Delivered { bytes, grew: true, .. } if bytes == content.len() as u64),
        "{outcome:?}"
    );
    assert!(fs::read(saved_path(receiver.outcome())).unwrap() == content);
}

#[test]
fn a_file_that_is_rewritten_while_being_sent_fails_and_is_never_complete_at_the_receiver() {
    let receiver = Receiver::asking();
    let sender = Sender::to(receiver.address(), &noise(64 * MIB));
    let incoming = receiver.requested();
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(&sender.file)
        .unwrap();
    file.write_all(b"another beginning").unwrap();
    file.set_len(65 * MIB as u64).unwrap();
    incoming.accept();
    let (error, _) = sender.failure();
    assert!(
        matches!(error, Error::Disk(DiskFault::Changed { .. })),
        "{error:?}"
    );
    let outcome = receiver.outcome();
    assert!(
        matches!(outcome, ReceiveOutcome::Interrupted { .. }),
        "{outcome:?}"
    );
}

#[test]
fn a_file_that_shrinks_while_being_sent_fails_and_is_never_complete_at_the_receiver() {
    let receiver = Receiver::asking();
    let sender = Sender::to(receiver.address(), &noise(64 * MIB));
    let incoming = receiver.requested();
    wait_until("held back", || sender.outgoing.snapshot().stalled);
    let file = fs::OpenOptions::new()
        .write(true)
        .open(&sender.file)
        .unwrap();
    file.set_len(60 * MIB as u64).unwrap();
    incoming.accept();
    let (error, _) = sender.failure();
    assert!(
        matches!(error, Error::Disk(DiskFault::Shrank { .. })),
        "{error:?}"
    );
    let outcome = receiver.outcome();
    assert!(
        matches!(outcome, ReceiveOutcome::Interrupted { .. }),
        "{outcome:?}"
    );
}

#[test]
fn a_half_closed_sender_that_is_still_there_gets_its_confirmation() {
    let receiver = Receiver::asking();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    peer.shutdown(Shutdown::Write).unwrap();
    receiver.requested().accept();
    assert!(closed_in_order(&mut peer));
}

#[cfg(unix)]
#[test]
fn a_folder_that_disappears_meanwhile_is_named_as_missing() {
    let receiver = Receiver::saving();
    let mut peer = receiver.greeted_peer();
    peer.write_all(b"hello").unwrap();
    let incoming = receiver.connected();
    wait_until("all bytes arrived", || incoming.snapshot().bytes == 5);
    wait_until("the hidden file is there", || !receiver.names().is_empty());
    fs::remove_dir_all(receiver.folder.path()).unwrap();
    peer.shutdown(Shutdown::Write).unwrap();
    let outcome = receiver.outcome();
    assert!(
        matches!(
            outcome,
            ReceiveOutcome::Failed(Error::Disk(DiskFault::FolderMissing { .. }))
        ),
        "{outcome:?}"
    );
    assert!(!closed_in_order(&mut peer));
}
