//! Senders that break the rules. Each has a key that the receiver trusts, so that nothing but the
//! receiver's own care stops it.

use onehop::error::{Error, PeerFault};
use onehop::protocol::message::{
    AbortReason, Answer, Batch, Decline, Empty, Entry, EntryKind, Failure, FileHash, Hex32,
    Message, Reason, Totals,
};
use onehop::transfer::{Consent, ReceiveOutcome};

use crate::pair::Pair;
use crate::peer::{
    Peer, end, entry, manifest, manifest_end, receiver_hello, reveal, sender_hello, start,
};

pub(crate) fn call(pair: &Pair) -> Peer {
    Peer::call(pair.listener.port(), &pair.sender.identity)
}

pub(crate) fn broken_off(pair: &Pair) -> Error {
    match pair.ended() {
        ReceiveOutcome::BrokenOff { cause, .. } => cause,
        outcome => panic!("expected a break, got {outcome:?}"),
    }
}

/// The receiver says why it breaks off, keeps nothing under its final name, and serves the next.
fn is_told_off(misbehave: impl Fn(&mut Peer)) {
    let pair = Pair::of_friends();
    let mut peer = call(&pair);
    misbehave(&mut peer);
    assert_eq!(peer.last_words(), Some(AbortReason::Protocol));
    let cause = broken_off(&pair);
    assert!(
        matches!(cause, Error::Peer(PeerFault::Violation(_))),
        "{cause:?}"
    );
    assert!(
        pair.arrived()
            .keys()
            .all(|name| name.starts_with(".onehop-"))
    );
    pair.send(&[pair.file("good.txt", b"good")]).delivered();
}

#[test]
fn more_entries_than_told_are_refused() {
    is_told_off(|peer| {
        peer.introduce(1, 1, 2);
        peer.say(&manifest(&[entry(0, "a", 1), entry(1, "b", 1)]));
    });
}

#[test]
fn fewer_entries_than_told_are_refused() {
    is_told_off(|peer| {
        peer.introduce(2, 2, 2);
        peer.say(&manifest(&[entry(0, "a", 2)]))
            .say(&manifest_end());
    });
}

#[test]
fn more_bytes_than_told_are_refused() {
    is_told_off(|peer| {
        peer.introduce(1, 1, 1);
        peer.say(&manifest(&[entry(0, "a", 2)]));
    });
}

#[test]
fn sizes_that_no_number_can_hold_together_are_refused() {
    is_told_off(|peer| {
        peer.introduce(2, 2, u64::MAX);
        peer.say(&manifest(&[
            entry(0, "a", u64::MAX),
            entry(1, "b", u64::MAX),
        ]));
        peer.say(&manifest_end());
    });
}

#[test]
fn totals_beyond_all_measure_are_refused() {
    is_told_off(|peer| {
        peer.introduce(u32::MAX, 1, 1);
    });
}

#[test]
fn entries_out_of_order_are_refused() {
    is_told_off(|peer| {
        peer.introduce(2, 2, 2);
        peer.say(&manifest(&[entry(1, "a", 1), entry(0, "b", 1)]));
    });
}

#[test]
fn a_text_among_files_is_refused() {
    is_told_off(|peer| {
        peer.introduce(2, 1, 2);
        let text = Entry {
            kind: EntryKind::Text,
            path: Vec::new(),
            ..entry(0, "", 1)
        };
        peer.say(&manifest(&[text]));
    });
}

#[test]
fn content_before_the_manifest_is_refused() {
    is_told_off(|peer| {
        peer.introduce(1, 1, 1);
        peer.say_data(b"x");
    });
}

#[test]
fn content_before_its_file_is_refused() {
    is_told_off(|peer| {
        peer.be_accepted(&[entry(0, "a", 1)]).say_data(b"x");
    });
}

#[test]
fn a_file_without_an_answer_is_refused() {
    let pair = Pair::new(Consent::Ask, |sender, receiver| receiver.knows(sender));
    let mut peer = call(&pair);
    peer.offer(&[entry(0, "a", 1)]).say(&start(0, 0));
    assert_eq!(peer.last_words(), Some(AbortReason::Protocol));
    broken_off(&pair);
    assert!(pair.arrived().is_empty());
}

#[test]
fn more_content_than_announced_is_refused() {
    is_told_off(|peer| {
        peer.be_accepted(&[entry(0, "a", 1)]);
        peer.say(&start(0, 0)).say_data(b"xy");
    });
}

#[test]
fn less_content_than_announced_is_refused() {
    is_told_off(|peer| {
        peer.be_accepted(&[entry(0, "a", 2)]);
        peer.say(&start(0, 0))
            .say_data(b"x")
            .say(&end(Hex32([0; 32])));
    });
}

#[test]
fn a_file_whose_turn_it_is_not_is_refused() {
    is_told_off(|peer| {
        peer.be_accepted(&[entry(0, "a", 1), entry(1, "b", 1)]);
        peer.say(&start(1, 0));
    });
}

#[test]
fn an_offset_that_nobody_asked_for_is_refused() {
    is_told_off(|peer| {
        peer.be_accepted(&[entry(0, "a", 2)]).say(&start(0, 1));
    });
}

#[test]
fn a_header_of_a_huge_frame_is_refused_before_its_body_comes() {
    is_told_off(|peer| {
        peer.say_frame(1, u32::MAX as usize, b"{");
    });
    is_told_off(|peer| {
        peer.be_accepted(&[entry(0, "a", 1)]);
        peer.say_frame(10, 256 * 1024 + 1, b"x");
    });
}

#[test]
fn a_frame_of_an_unknown_kind_is_refused() {
    for kind in [0, 16, 255] {
        is_told_off(|peer| {
            peer.say_frame(kind, 2, b"{}");
        });
    }
}

#[test]
fn a_body_that_cannot_be_read_is_refused_and_not_repeated() {
    is_told_off(|peer| {
        peer.say_frame(1, 9, b"{\"version");
    });
    is_told_off(|peer| {
        peer.introduce(1, 1, 1);
        let kind = "\u{202e}x".repeat(40_000);
        let body = format!(r#"{{"items":[{{"index":0,"path":["a"],"kind":"{kind}"}}]}}"#);
        peer.say_frame(3, body.len(), body.as_bytes());
    });
}

#[test]
fn a_second_hello_is_refused() {
    is_told_off(|peer| {
        let hello = Message::Hello(sender_hello());
        peer.say(&hello).say(&hello);
    });
}

#[test]
fn a_hello_without_a_commitment_is_refused() {
    is_told_off(|peer| {
        peer.say(&Message::Hello(receiver_hello()));
    });
}

#[test]
fn another_number_than_the_one_committed_to_is_refused() {
    is_told_off(|peer| {
        let mut hello = sender_hello();
        hello.commit = Some(Hex32([1; 32]));
        peer.say(&Message::Hello(hello)).say(&reveal(1, 1, 1));
    });
}

#[test]
fn another_version_is_refused() {
    is_told_off(|peer| {
        let mut hello = sender_hello();
        hello.version = 2;
        peer.say(&Message::Hello(hello));
    });
}

#[test]
fn what_only_a_receiver_may_say_is_refused_in_every_state() {
    let words = [
        Message::AnswerEnd(Empty {}),
        Message::WantHash(Batch { items: vec![0] }),
        Message::ReceiptEnd(Totals::default()),
        Message::Answer(Answer {
            accepted: false,
            reason: Some(Decline::Declined),
            items: Vec::new(),
        }),
    ];
    for word in words {
        is_told_off(|peer| {
            peer.say(&word);
        });
        is_told_off(|peer| {
            peer.introduce(1, 1, 1).say(&word);
        });
        is_told_off(|peer| {
            peer.be_accepted(&[entry(0, "a", 1)]).say(&word);
        });
    }
}

#[test]
fn a_hash_that_nobody_wanted_is_refused() {
    is_told_off(|peer| {
        let hash = FileHash {
            index: 0,
            blake3: None,
        };
        peer.be_accepted(&[entry(0, "a", 1)]);
        peer.say(&Message::Hash(Batch { items: vec![hash] }));
    });
}

#[test]
fn a_file_that_is_not_what_its_hash_says_is_damaged_and_the_others_are_saved() {
    // Small and large files are hashed in different places.
    for bad in [b"bad".to_vec(), vec![7; 100_000]] {
        let pair = Pair::of_friends();
        let mut peer = call(&pair);
        peer.be_accepted(&[entry(0, "bad", bad.len() as u64), entry(1, "good", 4)]);
        peer.say(&start(0, 0))
            .say_data(&bad)
            .say(&end(Hex32([0; 32])));
        peer.file(1, b"good");
        let failure = Failure {
            index: 0,
            reason: Reason::Damaged,
            cause: None,
        };
        let items = vec![failure];
        assert_eq!(peer.message(), Message::Receipt(Batch { items }));
        let totals = Totals { files: 1, bytes: 4 };
        assert_eq!(peer.message(), Message::ReceiptEnd(totals));
        let (_, summary) = pair.saved();
        assert_eq!(summary.failures, [("bad".to_owned(), Reason::Damaged)]);
        let arrived = pair.arrived();
        assert_eq!(arrived["good"].as_deref(), Some(&b"good"[..]));
        assert_eq!(arrived.len(), 1, "nothing is left of the damaged one");
    }
}

#[test]
fn a_small_file_may_come_byte_by_byte_and_the_next_one_be_given_up_in_its_middle() {
    let pair = Pair::of_friends();
    let mut peer = call(&pair);
    let names = ["in pieces", "given up", "after it"];
    let entries: Vec<Entry> = (0..)
        .zip(names)
        .map(|(at, name)| entry(at, name, 3))
        .collect();
    peer.be_accepted(&entries).say(&start(0, 0));
    for byte in b"abc" {
        peer.say_data(&[*byte]);
    }
    peer.say(&end(Hex32(*blake3::hash(b"abc").as_bytes())))
        .say(&start(1, 0))
        .say_data(b"x");
    let (index, reason) = (1, Reason::Changed);
    peer.say(&Message::Failed(Failure {
        index,
        reason,
        cause: None,
    }));
    peer.file(2, b"def");
    let totals = Totals { files: 2, bytes: 6 };
    assert_eq!(peer.message(), Message::ReceiptEnd(totals));
    let (_, summary) = pair.saved();
    assert_eq!(summary.failures, [("given up".to_owned(), reason)]);
    let arrived = pair.arrived();
    assert_eq!(arrived["in pieces"].as_deref(), Some(&b"abc"[..]));
    assert_eq!(arrived["after it"].as_deref(), Some(&b"def"[..]));
    assert_eq!(arrived.len(), 2);
}

#[test]
fn a_text_that_is_damaged_or_fails_is_not_shown() {
    for fails in [false, true] {
        let pair = Pair::of_friends();
        let text = Entry {
            kind: EntryKind::Text,
            path: Vec::new(),
            ..entry(0, "", 4)
        };
        let mut peer = call(&pair);
        peer.be_accepted(&[text])
            .say(&start(0, 0))
            .say_data(b"text");
        if fails {
            let (index, reason) = (0, Reason::Vanished);
            peer.say(&Message::Failed(Failure {
                index,
                reason,
                cause: None,
            }));
        } else {
            peer.say(&end(Hex32([0; 32])));
        }
        assert!(peer.last_words().is_some());
        let cause = broken_off(&pair);
        assert!(
            matches!(
                cause,
                Error::Peer(PeerFault::Damaged | PeerFault::Violation(_))
            ),
            "{cause:?}"
        );
    }
}
