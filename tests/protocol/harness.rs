//! What must hold for any bytes whatever. The fuzz targets call these, and so do the property
//! tests beside them.
#![expect(
    unreachable_pub,
    reason = "the fuzz targets include this file as a module of their own"
)]

use onehop::protocol::frame::{HEADER_BYTES, Header, Kind};
use onehop::protocol::greeting::{GreetingReader, MAX_GREETING_BYTES, harmless};
use onehop::protocol::message::{Hex32, Message, Reveal};
use onehop::protocol::offer::{Offer, Opening};
use onehop::protocol::receiver::Receiver;
use onehop::protocol::sender::{Identities, Introduction, Sender};

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
    assert_eq!(in_pieces.patience(), at_once.patience());
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

/// Reads the bytes as frames and lets both sides hear them, in any state they get into.
pub fn frames(mut bytes: &[u8]) {
    let mut receiver = Receiver::new(IDENTITIES, NONCE);
    let Ok((mut sender, _)) = Sender::new(&introduction(), IDENTITIES, TOTALS) else {
        return;
    };
    while let Some((header, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() {
        let Ok(header) = Header::decode(*header) else {
            return;
        };
        assert_eq!(Header::decode(header.encode()), Ok(header));
        let Some((body, rest)) = rest.split_at_checked(header.body_bytes) else {
            return;
        };
        bytes = rest;
        if header.kind == Kind::Data {
            receiver.data(body.len()).ok();
            sender.data(body.len()).ok();
        } else if let Ok(message) = Message::decode(header.kind, body) {
            receiver.hear(message.clone()).ok();
            sender.hear(message).ok();
        }
        // What their owners may do meanwhile.
        receiver.hello(&introduction()).ok();
        if !receiver.awaits_hashes() {
            receiver.answer_end().ok();
        }
        sender.confirmed().ok();
        sender.turn();
    }
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

const NONCE: Hex32 = Hex32([7; 32]);
const IDENTITIES: Identities = Identities {
    sender: [1; 32],
    receiver: [2; 32],
};
const TOTALS: Reveal = Reveal {
    nonce: NONCE,
    entries: 2,
    files: 1,
    bytes: 3,
};

fn introduction() -> Introduction {
    Introduction {
        app: String::new(),
        device: String::new(),
        os: String::new(),
        remembers: false,
    }
}
