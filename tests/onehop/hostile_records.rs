//! Peers that have no TLS to speak of: what stands between them and the frames must bear anything.

use std::io::{Read as _, Write as _};

use onehop::error::{Error, PeerFault};

use crate::common::noise::noise;
use crate::hostile_sender::broken_off;
use crate::pair::Pair;
use crate::peer::take_up;

/// The largest record without encryption.
/// Source: RFC 8446, section 5.1.
const RECORD_BYTES: u16 = 1 << 14;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const ALERT: u8 = 21;

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3], length.as_slice(), body].concat()
}

/// The receiver ends it as a fault of the handshake, and serves the next.
fn is_cut_off(bytes: &[u8]) {
    let pair = Pair::of_friends();
    let mut socket = take_up(pair.listener.port());
    // It may have had enough before all of it is written.
    socket.write_all(bytes).ok();
    socket.read_to_end(&mut Vec::new()).ok();
    let cause = broken_off(&pair);
    assert!(
        matches!(cause, Error::Peer(PeerFault::Handshake(_))),
        "{cause:?}"
    );
    pair.send(&[pair.file("good.txt", b"good")]).delivered();
}

#[test]
fn a_message_of_the_handshake_that_never_ends_is_cut_off() {
    // It says that it has 16 MiB; of those it sends one.
    let first = [1, 0xff, 0xff, 0xff];
    let piece = vec![0; usize::from(RECORD_BYTES)];
    let mut bytes = record(HANDSHAKE, &first);
    for _ in 0..64 {
        bytes.extend(record(HANDSHAKE, &piece));
    }
    is_cut_off(&bytes);
}

#[test]
fn content_before_the_handshake_is_cut_off() {
    is_cut_off(&record(APPLICATION_DATA, &noise(1000)));
}

#[test]
fn a_record_that_is_too_large_is_cut_off() {
    is_cut_off(&[HANDSHAKE, 3, 3, 0xff, 0xff]);
}

#[test]
fn what_is_no_record_at_all_is_cut_off() {
    is_cut_off(b"GET / HTTP/1.1\r\nHost: onehop\r\n\r\n");
}

#[test]
fn an_alert_in_the_middle_of_a_message_is_cut_off() {
    let mut bytes = record(HANDSHAKE, &[1, 0, 1, 0, 3, 3]);
    bytes.extend(record(ALERT, &[2, 80]));
    is_cut_off(&bytes);
}
