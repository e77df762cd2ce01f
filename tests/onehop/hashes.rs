//! What a receiver asks of files that it has already, in full or in part.

use onehop::protocol::message::{Empty, Hex32, Message, Totals};
use onehop::transfer::SendEvent;

use crate::common::noise::noise;
use crate::hostile_receiver::{Lured, answer, end_of_receipt, resume, skip, want};
use crate::hostile_sender::{broken_off, call};
use crate::pair::{Pair, Sent};
use crate::peer::{entry, start};

#[test]
fn more_hashes_than_fit_into_one_answer_are_told_in_several() {
    let lured = Lured::new();
    let names: Vec<String> = (0..3000).map(|number| number.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (sent, mut peer) = lured.send(&names, b"content");
    peer.hear_offer().say(&want((0..3000).collect()));
    let mut told = 0;
    while told < 3000 {
        let Message::Hash(batch) = peer.message() else {
            panic!("no hashes");
        };
        let hash = Some(Hex32(*blake3::hash(b"content").as_bytes()));
        assert!(batch.items.iter().all(|item| item.blake3 == hash));
        told += batch.items.len();
    }
    peer.say(&answer((0..3000).map(skip).collect()));
    peer.say(&Message::AnswerEnd(Empty {}));
    let (files, bytes) = (3000, 3000 * 7);
    peer.say(&Message::ReceiptEnd(Totals { files, bytes }));
    sent.delivered();
}

#[test]
fn a_file_that_is_not_what_was_announced_has_no_hash() {
    for content in [&b""[..], b"content", &noise(100_000)] {
        let lured = Lured::new();
        let (sent, mut peer) = lured.send(&["a"], content);
        peer.hear_offer();
        lured.pair.file("a", &[b"more and ", content].concat());
        peer.say(&want(vec![0]));
        let Message::Hash(batch) = peer.message() else {
            panic!("no hash");
        };
        assert_eq!(batch.items[0].blake3, None);
        peer.say(&answer(vec![skip(0)]));
        peer.say(&Message::AnswerEnd(Empty {}));
        peer.say(&end_of_receipt(1, content.len() as u64));
        sent.delivered();
    }
}

/// What the sender tells its user until the yes is complete.
fn told_until_accepted(sent: &Sent) -> Vec<&'static str> {
    let mut told = Vec::new();
    loop {
        match sent.next() {
            SendEvent::AwaitingAnswer => told.push("waiting"),
            SendEvent::Checking => told.push("checking"),
            SendEvent::Accepted { .. } => return told,
            SendEvent::Ended(outcome) => panic!("{outcome:?}"),
            _ => {}
        }
    }
}

#[test]
fn nobody_is_waited_for_once_the_yes_is_said_whichever_side_hashes() {
    for sender_hashes in [true, false] {
        let lured = Lured::new();
        let (sent, mut peer) = lured.send(&["a"], b"content");
        peer.hear_offer();
        if sender_hashes {
            peer.say(&want(vec![0]));
            assert!(matches!(peer.message(), Message::Hash(_)));
        } else {
            peer.say(&answer(Vec::new()));
        }
        peer.say(&Message::AnswerEnd(Empty {}));
        assert_eq!(told_until_accepted(&sent), ["waiting", "checking"]);
        while !matches!(peer.message(), Message::End(_)) {}
        peer.say(&end_of_receipt(1, 7));
        sent.delivered();
    }
}

#[test]
fn a_receiver_says_its_yes_before_it_reads_what_it_holds() {
    let pair = Pair::of_friends();
    let (first, second) = (&noise(2_000_000)[..], &noise(2_000_000)[..1_000_000]);
    let mut peer = call(&pair);
    peer.be_accepted(&[entry(0, "a", first.len() as u64)]);
    peer.say(&start(0, 0));
    for piece in second.chunks(100_000) {
        peer.say_data(piece);
    }
    peer.half_close();
    assert_eq!(peer.last_words(), None);
    broken_off(&pair);
    let mut peer = call(&pair);
    peer.offer(&[entry(0, "a", first.len() as u64)]);
    assert_eq!(peer.message(), answer(Vec::new()));
    let Message::Answer(held) = peer.message() else {
        panic!("nothing is held");
    };
    assert_eq!(held.items.len(), 1);
    assert_eq!(peer.message(), Message::AnswerEnd(Empty {}));
    peer.reset();
}

#[test]
fn a_held_prefix_that_is_another_file_is_sent_anew() {
    let lured = Lured::new();
    let (sent, mut peer) = lured.send(&["a"], b"content");
    peer.hear_offer().say(&answer(vec![resume(0, 3)]));
    peer.say(&Message::AnswerEnd(Empty {}));
    let Message::File(file) = peer.message() else {
        panic!("no file");
    };
    assert_eq!(file.offset, 0);
    while !matches!(peer.message(), Message::End(_)) {}
    peer.say(&end_of_receipt(1, 7));
    sent.delivered();
}
