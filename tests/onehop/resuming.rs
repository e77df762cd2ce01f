//! Broken off, and gone on with.

use onehop::error::{Error, PeerFault};
use onehop::protocol::message::AbortReason;
use onehop::transfer::ReceiveOutcome;

use crate::common::folder::tree;
use crate::common::guard::wait_until;
use crate::common::noise::noise;
use crate::pair::Pair;

#[test]
fn a_cancelled_file_is_gone_on_with_from_where_it_was() {
    let pair = Pair::of_friends();
    let file = pair.file("big.bin", &noise(200_000_000));
    let sent = pair.send(std::slice::from_ref(&file));
    let incoming = pair.connected();
    wait_until("something arrives", || incoming.snapshot().bytes > 0);
    sent.outgoing.cancel();
    assert!(matches!(sent.failed(), Error::Cancelled));
    let outcome = pair.ended();
    let was_told = matches!(
        outcome,
        ReceiveOutcome::BrokenOff {
            cause: Error::Peer(PeerFault::Aborted {
                reason: AbortReason::Cancelled,
                ..
            }),
            bytes: 1..,
        }
    );
    assert!(was_told, "{outcome:?}");
    assert!(!pair.arrived().contains_key("big.bin"));
    let sent = pair.send(&[file]);
    let (outgoing, incoming) = (sent.outgoing.clone(), pair.connected());
    let (_, summary) = sent.delivered();
    assert!(summary.resumed_bytes > 0);
    assert_eq!(pair.arrived(), tree(pair.outbox.path()));
    for snapshot in [outgoing.snapshot(), incoming.snapshot()] {
        assert_eq!(snapshot.total_bytes, Some(200_000_000));
        assert_eq!(snapshot.bytes, 200_000_000);
        assert_eq!(snapshot.held_bytes, summary.resumed_bytes);
    }
}

#[test]
fn a_receiver_that_cancels_is_understood_and_can_go_on_later() {
    let pair = Pair::of_friends();
    for number in 0..200 {
        pair.file(&format!("many/{number}"), &noise(500_000));
    }
    let folder = pair.outbox.path().join("many");
    let sent = pair.send(std::slice::from_ref(&folder));
    let incoming = pair.connected();
    wait_until("something arrives", || incoming.snapshot().bytes > 0);
    incoming.cancel();
    assert!(matches!(
        sent.failed(),
        Error::Peer(PeerFault::Aborted {
            reason: AbortReason::Cancelled,
            ..
        })
    ));
    assert!(matches!(
        pair.ended(),
        ReceiveOutcome::BrokenOff {
            cause: Error::Cancelled,
            ..
        }
    ));
    let (_, summary) = pair.send(&[folder]).delivered();
    assert!(summary.resumed_bytes > 0);
    assert_eq!(pair.arrived(), tree(pair.outbox.path()));
}
