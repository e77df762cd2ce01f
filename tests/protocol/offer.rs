//! The line by which two Onehops recognise each other.

use std::time::Duration;

use onehop::protocol::greeting::{GreetingReader, MAX_GREETING_BYTES, banner, greeting};
use onehop::protocol::offer::{OFFER_BYTES, Offer, Opening, Refusal};
use proptest::prelude::*;

const OFFER: Offer = Offer([
    0x00, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x01, 0x02, 0x03, 0x0a, 0xfe, 0xff, 0x10,
]);
const LINE: &[u8] = b"onehop/1 00123456789abcdef00102030afeff10\n";

#[test]
fn the_line_is_the_one_of_the_specification() {
    assert_eq!(OFFER.to_string().as_bytes(), LINE);
    assert_eq!(LINE.len(), OFFER_BYTES);
}

#[test]
fn a_greeting_is_the_banner_with_the_line_behind_it() {
    let ip = "192.168.1.101".parse().unwrap();
    let said = greeting(ip, &OFFER);
    assert_eq!(said.as_bytes(), [banner(ip).as_bytes(), LINE].concat());
    let longest = greeting(
        "2001:db8:1111:2222:3333:4444:5555:6666".parse().unwrap(),
        &OFFER,
    );
    assert!(longest.is_ascii() && longest.len() < MAX_GREETING_BYTES);
}

#[test]
fn the_offer_is_read_back_at_every_split() {
    let said = greeting("10.0.0.1".parse().unwrap(), &OFFER);
    for split in 0..=said.len() {
        let mut reader = GreetingReader::new();
        let (head, tail) = said.as_bytes().split_at(split);
        reader.push(head);
        assert_eq!(
            reader.timeout().is_none(),
            split == said.len(),
            "at {split}"
        );
        reader.push(tail);
        assert_eq!(reader.timeout(), None, "at {split}");
        assert_eq!(reader.finish().offer, Some(OFFER), "at {split}");
    }
}

#[test]
fn the_line_is_undecided_until_it_is_complete() {
    for length in 0..LINE.len() {
        assert_eq!(
            OFFER.opening(&LINE[..length]),
            Opening::Undecided,
            "{length}"
        );
    }
    assert_eq!(OFFER.opening(LINE), Opening::Upgrade);
}

#[test]
fn what_follows_the_line_does_not_matter() {
    for rest in [&b"\x16\x03\x01"[..], b"\n", b"onehop/1 ", LINE] {
        assert_eq!(OFFER.opening(&[LINE, rest].concat()), Opening::Upgrade);
    }
}

#[test]
fn one_wrong_byte_makes_the_stream_classic_at_once() {
    for place in 0..LINE.len() {
        let mut line = LINE.to_vec();
        line[place] ^= 0x20;
        assert_eq!(OFFER.opening(&line), Opening::Classic, "{place}");
        assert_eq!(OFFER.opening(&line[..=place]), Opening::Classic, "{place}");
    }
}

#[test]
fn the_line_of_another_connection_is_a_classic_file() {
    let other = Offer([7; 16]).to_string();
    assert_eq!(OFFER.opening(other.as_bytes()), Opening::Classic);
}

#[test]
fn a_line_that_ends_otherwise_is_a_classic_file() {
    let crlf = [&LINE[..LINE.len() - 1], b"\r\n"].concat();
    assert_eq!(OFFER.opening(&crlf), Opening::Classic);
}

proptest! {
    #[test]
    fn every_offer_is_read_as_it_was_made(number in any::<[u8; 16]>()) {
        let line = Offer(number).to_string();
        prop_assert_eq!(line.len(), OFFER_BYTES);
        let mut reader = GreetingReader::new();
        reader.push(line.as_bytes());
        prop_assert_eq!(reader.finish().offer, Some(Offer(number)));
    }

    #[test]
    fn only_the_line_itself_is_an_upgrade(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let expected = if bytes.starts_with(LINE) {
            Opening::Upgrade
        } else if LINE.starts_with(&bytes) {
            Opening::Undecided
        } else {
            Opening::Classic
        };
        prop_assert_eq!(OFFER.opening(&bytes), expected);
    }
}

fn read(bytes: &[u8]) -> GreetingReader {
    let mut reader = GreetingReader::new();
    reader.push(bytes);
    reader
}

#[test]
fn a_refusal_is_recognised_and_its_sentence_is_shown() {
    for refusal in Refusal::ALL {
        let said = format!("Busy, please try again later.\n{refusal}");
        let reader = read(said.as_bytes());
        assert_eq!(reader.timeout(), None);
        let greeting = reader.finish();
        assert_eq!(greeting.refusal, Some(refusal));
        assert_eq!(greeting.offer, None);
        assert_eq!(greeting.message, "Busy, please try again later.\n");
    }
}

#[test]
fn a_refusal_is_waited_for_at_every_split() {
    let sentence = "Not now.\n";
    for refusal in Refusal::ALL {
        let said = format!("{sentence}{refusal}");
        for split in sentence.len() + 1..said.len() {
            let patience = read(&said.as_bytes()[..split]).timeout();
            assert_eq!(patience, Some(Duration::from_secs(1)), "at {split}");
        }
    }
}

#[test]
fn refusals_of_a_later_version_are_refusals_too() {
    let greeting = read(b"onehop/1 refused on-holiday\n").finish();
    assert_eq!(greeting.refusal, Some(Refusal::Other));
}

#[test]
fn what_is_almost_a_refusal_is_text() {
    for line in [
        "onehop/1 refused busy",
        "onehop/1 refused \n",
        "onehop/1 refused Busy\n",
        "onehop/1 refused busy now\n",
        "onehop/2 refused busy\n",
        "onehop/1 refused busy\nand more",
        &format!("onehop/1 refused {}\n", "a".repeat(33)),
    ] {
        let greeting = read(line.as_bytes()).finish();
        assert_eq!(greeting.refusal, None, "{line}");
        assert_eq!(greeting.message, line);
    }
}
