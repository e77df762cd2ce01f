//! What must hold for any bytes whatever. The fuzz targets call these, and so do the property
//! tests beside them.
#![expect(
    unreachable_pub,
    reason = "the fuzz targets include this file as a module of their own"
)]

use onehop::protocol::frame::{HEADER_BYTES, Kind};
use onehop::protocol::greeting::{GreetingReader, MAX_GREETING_BYTES, harmless};
use onehop::protocol::message::Message;
use onehop::protocol::offer::{Offer, Opening};

/// Reads the bytes as a greeting, in pieces whose length the first byte says, and as what a
/// sender says first.
pub fn greeting(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let mut in_pieces = GreetingReader::new();
    for piece in bytes.chunks(usize::from(*first).max(1)) {
        in_pieces.push(piece);
        assert!(in_pieces.room() <= MAX_GREETING_BYTES);
    }
    let mut at_once = GreetingReader::new();
    at_once.push(bytes);
    assert_eq!(in_pieces.timeout(), at_once.timeout());
    let greeting = in_pieces.finish();
    assert_eq!(greeting, at_once.finish());
    assert_eq!(harmless(greeting.message.as_bytes()), greeting.message);
    if let Some(offer) = greeting.offer {
        let taken = &bytes[..bytes.len().min(MAX_GREETING_BYTES)];
        assert!(taken.ends_with(offer.to_string().as_bytes()));
    }
    let offer = Offer([*first; 16]);
    let is_line = bytes.starts_with(offer.to_string().as_bytes());
    assert_eq!(offer.opening(bytes) == Opening::Upgrade, is_line);
}

/// Reads the bytes as the body of a message whose kind the first byte says. What can be read is
/// the same when it is written and read again.
pub fn messages(bytes: &[u8]) {
    let Some((kind, body)) = bytes.split_first() else {
        return;
    };
    let Ok(kind) = Kind::from_byte(*kind) else {
        return;
    };
    let Ok(message) = Message::decode(kind, body) else {
        return;
    };
    assert_eq!(message.kind(), kind);
    let mut frame = Vec::new();
    // Some texts are longer when written in the usual way, and then too long.
    if message.encode(&mut frame).is_ok() {
        let again = Message::decode(kind, &frame[HEADER_BYTES..]);
        assert_eq!(again, Ok(message));
    }
}
