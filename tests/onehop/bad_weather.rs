//! A way between the two that is slow, that splits, corrupts and cuts what goes over it.

use std::time::Duration;

use onehop::transfer::{Consent, Payload, ReceiveOutcome, SendOutcome};

use crate::common::folder::tree;
use crate::common::guard::wait_until;
use crate::common::noise::noise;
use crate::pair::{Pair, Sent};
use crate::proxy::{Mishap, Proxy, Weather};

/// Rounds of each test that cuts at random.
const ROUNDS: u64 = 12;

pub(crate) fn send_through(proxy: &Proxy, pair: &Pair, paths: &[std::path::PathBuf]) -> Sent {
    let mut options = pair.options(Payload::Paths(paths.to_vec()));
    options.port = proxy.port;
    pair.send_with(options)
}

/// A small generator of numbers, so that a failing round can be had again.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Nothing stands under a final name but what is whole.
pub(crate) fn only_whole_files(pair: &Pair) {
    let sent = tree(pair.outbox.path());
    for (name, content) in pair.arrived() {
        if !name.starts_with(".onehop-") {
            assert_eq!(Some(&content), sent.get(&name), "{name}");
        }
    }
}

#[test]
fn a_stream_in_single_bytes_arrives() {
    let pair = Pair::of_friends();
    let proxy = Proxy::to(pair.listener.port());
    proxy.set(Weather {
        piece: Some(1),
        ..Weather::default()
    });
    let files = [pair.file("a", &noise(50_000)), pair.file("b", b"")];
    send_through(&proxy, &pair, &files).delivered();
    assert_eq!(pair.arrived(), tree(pair.outbox.path()));
}

#[test]
fn a_slow_way_changes_nothing() {
    let pair = Pair::of_friends();
    let proxy = Proxy::to(pair.listener.port());
    proxy.set(Weather {
        delay: Duration::from_millis(20),
        piece: Some(30_000),
        ..Weather::default()
    });
    let files = [pair.file("a", &noise(500_000)), pair.file("b", b"b")];
    send_through(&proxy, &pair, &files).delivered();
    assert_eq!(pair.arrived(), tree(pair.outbox.path()));
}

#[test]
fn a_byte_that_changes_on_the_way_ends_it_on_both_sides_and_it_can_be_resumed() {
    let size = 3_000_000;
    // In the handshake, in the list or near it, and in the content.
    for at in [100, 1000, 3000, 100_000, 2_000_000] {
        let pair = Pair::of_friends();
        let proxy = Proxy::to(pair.listener.port());
        proxy.set(Weather {
            corrupt_at: Some(at),
            ..Weather::default()
        });
        let file = pair.file("big.bin", &noise(size));
        let sent = send_through(&proxy, &pair, std::slice::from_ref(&file));
        let outcome = sent.ended();
        assert!(
            matches!(outcome, SendOutcome::Failed { .. }),
            "{at}: {outcome:?}"
        );
        let outcome = pair.ended();
        assert!(
            matches!(outcome, ReceiveOutcome::BrokenOff { .. }),
            "{at}: {outcome:?}"
        );
        assert!(!pair.arrived().contains_key("big.bin"), "{at}");
        let (_, summary) = pair.send(&[file]).delivered();
        if at > 1_000_000 {
            assert!(summary.resumed_bytes > 0, "{at}");
        }
        assert_eq!(pair.arrived(), tree(pair.outbox.path()), "{at}");
    }
}

#[test]
fn a_stream_that_is_cut_anywhere_is_resumed_until_everything_is_there() {
    for round in 0..ROUNDS {
        let mut random = Random(0x0BAD_CAFE + round * 0x9E37_79B9);
        let pair = Pair::of_friends();
        let proxy = Proxy::to(pair.listener.port());
        pair.file("folder/big.bin", &noise(2_000_000));
        for number in 0..50_u64 {
            let size = usize::try_from(random.below(20_000)).unwrap();
            pair.file(&format!("folder/{number}/small"), &noise(size));
        }
        let file = pair.file("alone.bin", &noise(700_000));
        let paths = [pair.outbox.path().join("folder"), file];
        let mut tries = 0;
        loop {
            proxy.set(Weather {
                cut_at: (tries < 6).then(|| 1 + random.below(3_000_000)),
                cut_in_order: random.below(2) == 0,
                ..Weather::default()
            });
            let outcome = send_through(&proxy, &pair, &paths).ended();
            let received = pair.ended();
            only_whole_files(&pair);
            match outcome {
                SendOutcome::Received { summary, .. } => {
                    assert!(summary.failures.is_empty(), "{summary:?}");
                    assert!(
                        matches!(received, ReceiveOutcome::Received { .. }),
                        "round {round}: {received:?}"
                    );
                    break;
                }
                SendOutcome::Failed { .. } => {}
                outcome => panic!("round {round}: {outcome:?}"),
            }
            // Saved, and only the receipt was lost: the next try would make second copies.
            if matches!(received, ReceiveOutcome::Received { .. }) {
                break;
            }
            tries += 1;
        }
        assert_eq!(pair.arrived(), tree(pair.outbox.path()), "round {round}");
    }
}

#[test]
fn an_answer_that_is_lost_or_spoilt_on_its_way_ends_it_on_both_sides() {
    for mishap in [Mishap::Corrupt, Mishap::Cut] {
        let pair = Pair::new(Consent::Ask, |sender, receiver| {
            sender.knows(receiver);
            receiver.knows(sender);
        });
        let proxy = Proxy::to(pair.listener.port());
        let file = pair.file("a", &noise(100_000));
        let sent = send_through(&proxy, &pair, std::slice::from_ref(&file));
        let incoming = pair.connected();
        pair.introduced();
        pair.offered();
        proxy.let_happen(mishap);
        incoming.accept();
        let outcome = sent.ended();
        assert!(
            matches!(outcome, SendOutcome::Failed { bytes: 0, .. }),
            "{mishap:?}: {outcome:?}"
        );
        let outcome = pair.ended();
        assert!(
            matches!(outcome, ReceiveOutcome::BrokenOff { bytes: 0, .. }),
            "{mishap:?}: {outcome:?}"
        );
        assert!(pair.arrived().is_empty(), "{mishap:?}");
        let again = pair.send(&[file]);
        pair.connected().accept();
        again.delivered();
        assert_eq!(pair.arrived(), tree(pair.outbox.path()), "{mishap:?}");
    }
}

#[test]
fn a_receipt_that_is_lost_or_spoilt_on_its_way_is_none_and_nothing_crosses_a_second_time() {
    for mishap in [Mishap::Corrupt, Mishap::Cut] {
        let pair = Pair::of_friends();
        let proxy = Proxy::to(pair.listener.port());
        proxy.set(Weather {
            hold_at: Some(1_000_000),
            ..Weather::default()
        });
        let file = pair.file("a", &noise(2_000_000));
        let sent = send_through(&proxy, &pair, std::slice::from_ref(&file));
        // It has answered once content is there, and says nothing more until the receipt.
        let incoming = pair.connected();
        wait_until("something arrives", || incoming.snapshot().bytes > 0);
        proxy.let_happen(mishap);
        proxy.go_on();
        let outcome = sent.ended();
        assert!(
            matches!(outcome, SendOutcome::Failed { .. }),
            "{mishap:?}: {outcome:?}"
        );
        let (_, summary) = pair.saved();
        assert_eq!(summary.files, 1, "{mishap:?}");
        let (_, summary) = pair.send(&[file]).delivered();
        assert_eq!((summary.files, summary.skipped_files), (1, 1), "{mishap:?}");
        assert_eq!(pair.arrived(), tree(pair.outbox.path()), "{mishap:?}");
    }
}
