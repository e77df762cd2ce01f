//! The fuzz targets' harness under arbitrary bytes, and under bytes that are almost right.

use std::collections::BTreeSet;

use onehop::protocol::error::Violation;
use onehop::protocol::frame::{Header, Kind};
use onehop::protocol::message::{Batch, FileHash, FileStart, Message};
use proptest::prelude::*;

use crate::conversation::{
    FIRST, FIRST_BYTES, HASH, SECOND, SECOND_BYTES, entries, kinds, manifest, sample,
};
use crate::hearing::{self, Stage};
use crate::{harness, receiver_stages, sender_stages};

/// A frame of each kind that is right in the small transfer, in the order of a whole one.
fn conversation() -> Vec<(Kind, Vec<u8>)> {
    let content = |index, bytes: u64| {
        let start = FileStart { index, offset: 0 };
        let bytes = usize::try_from(bytes).unwrap();
        let header = Header::new(Kind::Data, bytes).unwrap().encode();
        [
            framed(&Message::File(start)),
            (Kind::Data, [&header[..], &vec![7; bytes]].concat()),
            framed(&sample(Kind::End)),
        ]
    };
    let hash = |index| {
        let blake3 = Some(HASH);
        let items = vec![FileHash { index, blake3 }];
        framed(&Message::Hash(Batch { items }))
    };
    let plain =
        |kinds: &[Kind]| -> Vec<_> { kinds.iter().map(|kind| framed(&sample(*kind))).collect() };
    [
        plain(&[Kind::Hello, Kind::Reveal]),
        vec![framed(&manifest(entries()))],
        plain(&[Kind::ManifestEnd, Kind::WantHash]),
        vec![hash(FIRST), hash(SECOND)],
        plain(&[Kind::Answer, Kind::AnswerEnd]),
        content(FIRST, FIRST_BYTES).into(),
        content(SECOND, SECOND_BYTES).into(),
        plain(&[
            Kind::Failed,
            Kind::Alive,
            Kind::Renamed,
            Kind::Receipt,
            Kind::ReceiptEnd,
            Kind::Abort,
        ]),
    ]
    .concat()
}

fn framed(message: &Message) -> (Kind, Vec<u8>) {
    let mut frame = Vec::new();
    message.encode(&mut frame).unwrap();
    (message.kind(), frame)
}

fn joined(frames: impl IntoIterator<Item = (Kind, Vec<u8>)>) -> Vec<u8> {
    frames.into_iter().flat_map(|(_, frame)| frame).collect()
}

/// Some of these frames in any order, none of them or more than one.
fn in_any_order() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(conversation()), 1..30).prop_map(joined)
}

/// What `stage` does not refuse of this one frame.
fn heard_alone(stage: Stage, frame: &[u8]) -> Vec<Kind> {
    hearing::frames(&[&[stage.byte(false)], frame].concat())
}

/// One message's kind and body.
fn message() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(kinds().collect::<Vec<_>>()).prop_map(|kind| {
        let mut frame = Vec::new();
        sample(kind).encode(&mut frame).unwrap();
        frame.drain(..4);
        frame
    })
}

/// Bytes with a few others in places.
fn spoilt(bytes: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (bytes, edits).prop_map(|(mut bytes, edits)| {
        for (place, byte) in edits {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes
    })
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..2000)
}

proptest! {
    #[test]
    fn any_greeting_is_read(bytes in any_bytes()) {
        harness::greeting(&bytes);
    }

    #[test]
    fn any_frames_are_heard(bytes in any_bytes()) {
        hearing::frames(&bytes);
    }

    #[test]
    fn almost_right_frames_are_heard_in_any_state(
        stage in any::<u8>(),
        bytes in spoilt(Just(joined(conversation()))),
    ) {
        hearing::frames(&[&[stage], &bytes[..]].concat());
    }

    #[test]
    fn frames_in_any_order_are_heard_in_any_state(
        stage in any::<u8>(),
        bytes in spoilt(in_any_order()),
    ) {
        hearing::frames(&[&[stage], &bytes[..]].concat());
    }

    #[test]
    fn any_message_is_read(kind in 0_u8..19, body in any_bytes()) {
        harness::messages(&[&[kind], &body[..]].concat());
    }

    #[test]
    fn almost_right_messages_are_read(bytes in spoilt(message())) {
        harness::messages(&bytes);
    }
}

/// What each side hears in the course of a transfer.
const SENDER_HEARS: [Kind; 9] = [
    Kind::Hello,
    Kind::WantHash,
    Kind::Answer,
    Kind::AnswerEnd,
    Kind::Alive,
    Kind::Renamed,
    Kind::Receipt,
    Kind::ReceiptEnd,
    Kind::Abort,
];
const RECEIVER_HEARS: [Kind; 11] = [
    Kind::Hello,
    Kind::Reveal,
    Kind::Manifest,
    Kind::ManifestEnd,
    Kind::Hash,
    Kind::File,
    Kind::Data,
    Kind::End,
    Kind::Failed,
    Kind::Alive,
    Kind::Abort,
];

fn numbers(kinds: impl IntoIterator<Item = Kind>) -> BTreeSet<u8> {
    kinds.into_iter().map(|kind| kind as u8).collect()
}

#[test]
fn each_kind_of_frame_is_taken_by_the_harness_somewhere() {
    let (mut by_sender, mut by_receiver) = (Vec::new(), Vec::new());
    for stage in Stage::all() {
        for (_, frame) in conversation() {
            let heard = heard_alone(stage, &frame);
            match stage {
                Stage::Sender(_) => by_sender.extend(heard),
                Stage::Receiver(_) => by_receiver.extend(heard),
            }
        }
    }
    assert_eq!(numbers(by_sender.clone()), numbers(SENDER_HEARS));
    assert_eq!(numbers(by_receiver.clone()), numbers(RECEIVER_HEARS));
    let by_both = by_sender.into_iter().chain(by_receiver);
    assert_eq!(numbers(by_both), numbers(Kind::ALL.iter().copied()));
}

#[test]
fn the_harness_reaches_every_state_that_the_machines_have_a_name_for() {
    let (mut of_sender, mut of_receiver) = (BTreeSet::new(), BTreeSet::new());
    for stage in Stage::all() {
        // Nobody says these to them, and so they tell where they are.
        let (result, states) = match stage {
            Stage::Sender(state) => {
                let mut sender = sender_stages::sender_in(state);
                (
                    sender.hear(sample(Kind::Reveal)).map(|_| ()),
                    &mut of_sender,
                )
            }
            Stage::Receiver(state) => {
                let mut receiver = receiver_stages::receiver_in(state);
                let heard = receiver.hear(sample(Kind::ReceiptEnd));
                (heard.map(|_| ()), &mut of_receiver)
            }
        };
        let Err(Violation::OutOfTurn { state, .. }) = result else {
            panic!("{stage:?}: {result:?}");
        };
        states.insert(state);
    }
    let sender = include_str!("../../src/protocol/sender.rs");
    let receiver = include_str!("../../src/protocol/receiver.rs");
    assert_eq!(of_sender, names_of_states(sender));
    assert_eq!(of_receiver, names_of_states(receiver));
}

/// All that `State::doing` may say.
fn names_of_states(source: &str) -> BTreeSet<&str> {
    let (_, doing) = source.split_once("fn doing(self)").unwrap();
    doing.split('"').skip(1).step_by(2).collect()
}

#[test]
fn each_stage_has_bytes_that_stand_for_it() {
    let all: Vec<Stage> = Stage::all().collect();
    for owner_acts in [false, true] {
        for stage in &all {
            assert_eq!(Stage::of(stage.byte(owner_acts)), (*stage, owner_acts));
        }
    }
}

#[test]
fn an_owner_who_does_its_part_gets_through_a_whole_transfer() {
    let sender = Stage::Sender(sender_stages::State::Reply);
    let receiver = Stage::Receiver(receiver_stages::State::Hello);
    for (stage, hears) in [(sender, &SENDER_HEARS[..]), (receiver, &RECEIVER_HEARS[..])] {
        let mut bytes = vec![stage.byte(true)];
        bytes.extend(joined(conversation()));
        let heard = hearing::frames(&bytes);
        let all_but_failed = hears.iter().copied().filter(|kind| *kind != Kind::Failed);
        assert_eq!(numbers(heard), numbers(all_but_failed), "{stage:?}");
    }
}
