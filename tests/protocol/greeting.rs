use std::net::IpAddr;
use std::time::Duration;

use onehop::protocol::greeting::{Greeting, GreetingReader, MAX_GREETING_BYTES, banner, harmless};
use proptest::prelude::*;

const OFFER: &str = "onehop/1 0123456789abcdef0123456789abcdef\n";
const AFTER_BANNER: Option<Duration> = Some(Duration::from_millis(50));
const WITHIN_GREETING: Option<Duration> = Some(Duration::from_secs(1));
const AFTER_OTHER_TEXT: Option<Duration> = Some(Duration::from_millis(250));
const FIRST_BYTE: Option<Duration> = Some(Duration::from_secs(2));

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn reader_of(pieces: &[&[u8]]) -> GreetingReader {
    let mut reader = GreetingReader::new();
    for piece in pieces {
        reader.push(piece);
    }
    reader
}

fn patience_after(bytes: &[u8]) -> Option<Duration> {
    reader_of(&[bytes]).timeout()
}

fn greeting_of(bytes: &[u8]) -> Greeting {
    reader_of(&[bytes]).finish()
}

#[test]
fn the_banner_is_the_tutorials_byte_for_byte() {
    let expected = b"\x0a\x0a|---------------------------------|\x0a \
        Hi Client[IP address: 192.168.1.101], \x0a \
        **Welcome to Server** \x0a \
        -Server\x0a\
        |---------------------------------|\x0a \x0a\x0a";
    assert_eq!(banner(ip("192.168.1.101")).as_bytes(), expected);
}

#[test]
fn an_ipv4_mapped_address_is_greeted_as_ipv4() {
    assert_eq!(banner(ip("::ffff:10.0.0.4")), banner(ip("10.0.0.4")));
}

#[test]
fn the_longest_greeting_is_ascii_and_fits_one_read_of_the_tutorials_client() {
    let longest = banner(ip("2001:db8:1111:2222:3333:4444:5555:6666")) + OFFER;
    assert!(longest.is_ascii());
    assert!(longest.len() < MAX_GREETING_BYTES);
}

#[test]
fn a_banner_is_waited_for_at_every_split() {
    for peer in [
        "127.0.0.1",
        "fe80::1",
        "2001:db8:1111:2222:3333:4444:5555:6666",
    ] {
        let banner = banner(ip(peer));
        for split in 1..banner.len() {
            let (head, tail) = banner.as_bytes().split_at(split);
            let mut reader = reader_of(&[head]);
            assert_eq!(reader.timeout(), WITHIN_GREETING, "{peer} at {split}");
            reader.push(tail);
            assert_eq!(reader.timeout(), AFTER_BANNER, "{peer} at {split}");
            assert_eq!(reader.finish().message, banner);
        }
    }
}

#[test]
fn an_offer_after_a_banner_is_waited_for_at_every_split() {
    let whole = banner(ip("10.0.0.1")) + OFFER;
    let banner_bytes = whole.len() - OFFER.len();
    for split in banner_bytes + 1..whole.len() {
        assert_eq!(
            patience_after(&whole.as_bytes()[..split]),
            WITHIN_GREETING,
            "at {split}"
        );
    }
    assert_eq!(patience_after(whole.as_bytes()), None);
}

#[test]
fn an_offer_is_recognised_and_not_shown() {
    let banner = banner(ip("10.0.0.1"));
    let greeting = greeting_of((banner.clone() + OFFER).as_bytes());
    assert!(greeting.offer.is_some());
    assert_eq!(greeting.message, banner);
}

#[test]
fn an_offer_needs_no_banner() {
    assert_eq!(patience_after(OFFER.as_bytes()), None);
    let greeting = greeting_of(OFFER.as_bytes());
    assert!(greeting.offer.is_some());
    assert_eq!(greeting.message, "");
}

#[test]
fn only_lower_case_hex_of_the_right_length_is_an_offer() {
    for line in [
        "onehop/1 0123456789ABCDEF0123456789abcdef\n",
        "onehop/1 0123456789abcdef0123456789abcde\n",
        "onehop/1 0123456789abcdef0123456789abcdef0\n",
        "onehop/2 0123456789abcdef0123456789abcdef\n",
        "onehop/1 0123456789abcdef0123456789abcdeg\n",
    ] {
        assert!(greeting_of(line.as_bytes()).offer.is_none(), "{line}");
    }
}

#[test]
fn silence_is_given_two_seconds_and_other_text_a_quarter() {
    assert_eq!(patience_after(b""), FIRST_BYTE);
    assert_eq!(patience_after(b"220 ready\r\n"), AFTER_OTHER_TEXT);
    assert_eq!(patience_after(b"\n\n|--x"), AFTER_OTHER_TEXT);
}

#[test]
fn a_banner_with_something_else_in_place_of_an_address_is_other_text() {
    let odd = banner(ip("10.0.0.1")).replace("10.0.0.1", "somewhere");
    assert_eq!(patience_after(odd.as_bytes()), AFTER_OTHER_TEXT);
}

#[test]
fn text_after_a_banner_changes_nothing() {
    let text = banner(ip("10.0.0.1")) + "and more";
    assert_eq!(patience_after(text.as_bytes()), AFTER_BANNER);
}

#[test]
fn no_more_than_1024_bytes_are_taken() {
    let mut reader = reader_of(&[&[b'x'; 1000]]);
    assert_eq!(reader.room(), 24);
    reader.push(&[b'y'; 100]);
    assert_eq!(reader.room(), 0);
    assert_eq!(reader.timeout(), None);
    assert_eq!(reader.finish().message.len(), MAX_GREETING_BYTES);
}

#[test]
fn what_a_stranger_says_cannot_drive_the_display() {
    let shown = harmless(b"a\x1b[2Jb\0c\xffd\te\r\nf\rg");
    assert_eq!(shown, "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d e\nf\u{fffd}g");
    let reversed = harmless("abc\u{202e}txt.exe\u{200b}".as_bytes());
    assert_eq!(reversed, "abc\u{fffd}txt.exe\u{fffd}");
    assert_eq!(harmless("写真 é".as_bytes()), "写真 é");
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_read_the_same(
        bytes in prop::collection::vec(any::<u8>(), 0..1500),
        piece in 1_usize..200,
    ) {
        let pieces: Vec<&[u8]> = bytes.chunks(piece).collect();
        let in_pieces = reader_of(&pieces);
        let at_once = reader_of(&[&bytes]);
        prop_assert_eq!(in_pieces.timeout(), at_once.timeout());
        prop_assert_eq!(in_pieces.finish(), at_once.finish());
    }

    #[test]
    fn any_text_is_shown_without_control_characters(text in any::<String>()) {
        let shown = harmless(text.as_bytes());
        prop_assert!(shown.chars().all(|c| c == '\n' || !c.is_control()));
    }
}
