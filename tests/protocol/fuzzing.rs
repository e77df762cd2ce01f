//! The fuzz targets' harness under arbitrary bytes, and under bytes that are almost right.

use onehop::protocol::frame::Kind;
use proptest::prelude::*;

use crate::conversation::{kinds, sample};
use crate::harness;

/// The frames of a whole conversation, of both sides.
fn conversation() -> Vec<u8> {
    let mut bytes = Vec::new();
    for kind in kinds() {
        sample(kind).encode(&mut bytes).unwrap();
        if kind == Kind::File {
            bytes.extend_from_slice(&[0, 0, 0, 4, Kind::Data as u8, 1, 2, 3, 4]);
        }
    }
    bytes
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
    fn any_frames_are_read(bytes in any_bytes()) {
        harness::frames(&bytes);
    }

    #[test]
    fn almost_right_frames_are_read(bytes in spoilt(Just(conversation()))) {
        harness::frames(&bytes);
    }

    #[test]
    fn any_message_is_read(kind in 0_u8..17, body in any_bytes()) {
        harness::messages(&[&[kind], &body[..]].concat());
    }

    #[test]
    fn almost_right_messages_are_read(bytes in spoilt(message())) {
        harness::messages(&bytes);
    }
}
