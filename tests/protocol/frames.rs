//! The envelope of every message.

use onehop::protocol::error::Violation;
use onehop::protocol::frame::{HEADER_BYTES, Header, Kind};
use proptest::prelude::*;

/// Number, name and longest body of every kind, as the specification lists them.
const KINDS: [(u8, &str, usize); 17] = [
    (1, "hello", 4096),
    (2, "reveal", 4096),
    (3, "manifest", 262_144),
    (4, "manifest-end", 4096),
    (5, "want-hash", 262_144),
    (6, "hash", 262_144),
    (7, "answer", 262_144),
    (8, "answer-end", 4096),
    (9, "file", 4096),
    (10, "data", 262_144),
    (11, "end", 4096),
    (12, "failed", 4096),
    (13, "receipt", 262_144),
    (14, "receipt-end", 4096),
    (15, "abort", 4096),
    (16, "alive", 4096),
    (17, "renamed", 262_144),
];

fn header(length: u32, kind: u8) -> [u8; HEADER_BYTES] {
    let [a, b, c, d] = length.to_be_bytes();
    [a, b, c, d, kind]
}

#[test]
fn kinds_have_the_numbers_names_and_limits_of_the_specification() {
    assert_eq!(Kind::ALL.len(), KINDS.len());
    for (byte, name, longest) in KINDS {
        let kind = Kind::from_byte(byte).unwrap();
        assert_eq!(kind as u8, byte);
        assert_eq!(kind.to_string(), name);
        assert_eq!(kind.max_body_bytes(), longest);
        let row = format!("| {byte} | {name} | ");
        let row = include_str!("../../src/protocol/README.md")
            .lines()
            .find(|line| line.starts_with(&row))
            .unwrap();
        assert!(row.ends_with(&format!("| {longest} |")), "{row}");
    }
}

#[test]
fn a_header_is_a_length_and_a_kind() {
    let header = Header::new(Kind::Data, 0x0001_0203).unwrap();
    assert_eq!(header.encode(), [0, 1, 2, 3, 10]);
    assert_eq!(Header::decode([0, 1, 2, 3, 10]), Ok(header));
}

#[test]
fn the_longest_body_is_fine_and_one_byte_more_is_not() {
    for (byte, _, longest) in KINDS {
        let kind = Kind::from_byte(byte).unwrap();
        let length = u32::try_from(longest).unwrap();
        let body_bytes = longest;
        assert_eq!(
            Header::decode(header(length, byte)),
            Ok(Header { kind, body_bytes })
        );
        assert!(Header::new(kind, longest).is_ok());
        let bytes = length + 1;
        let expected = Err(Violation::FrameTooLong { kind, bytes });
        assert_eq!(Header::decode(header(bytes, byte)), expected);
        assert_eq!(Header::new(kind, longest + 1), expected);
        let bytes = u32::MAX;
        let expected = Err(Violation::FrameTooLong { kind, bytes });
        assert_eq!(Header::decode(header(bytes, byte)), expected);
    }
}

#[test]
fn unknown_kinds_are_refused_whatever_their_length() {
    for byte in [0].into_iter().chain(18..=255) {
        for length in [0, 1, u32::MAX] {
            let expected = Err(Violation::UnknownKind(byte));
            assert_eq!(Header::decode(header(length, byte)), expected);
        }
    }
}

proptest! {
    #[test]
    fn a_header_that_can_be_read_is_written_the_same(bytes in any::<[u8; HEADER_BYTES]>()) {
        if let Ok(header) = Header::decode(bytes) {
            prop_assert_eq!(header.encode(), bytes);
            prop_assert!(header.body_bytes <= header.kind.max_body_bytes());
        }
    }
}
