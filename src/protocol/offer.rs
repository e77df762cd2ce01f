//! The offer line: how two Onehops recognise each other in a classic greeting. And the refusal
//! line, by which a receiver that turns somebody away is still recognised as a Onehop.
//!
//! The receiver ends its greeting with an offer line, the sender answers with the same one. Its
//! number is fresh for each connection, so no classic file can begin with it by chance or by
//! malice.

use std::fmt;

const START: &str = "onehop/1 ";
const NONCE_BYTES: usize = 16;
const NONCE_HEX_DIGITS: usize = 2 * NONCE_BYTES;
/// The length of the line, its end included.
pub const OFFER_BYTES: usize = START.len() + NONCE_HEX_DIGITS + 1;

/// An offer of onehop/1 with the number that makes it unmistakable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer(pub [u8; NONCE_BYTES]);

impl fmt::Display for Offer {
    /// The line as it goes over the wire, with its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(START)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("\n")
    }
}

const REFUSAL_START: &str = "onehop/1 refused ";
/// The longest reason that a refusal line may name.
const MAX_REASON_BYTES: usize = 32;

/// Why a Onehop serves nobody, or not this sender, for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It has as much to do as it may.
    Busy,
    /// It does not serve the network that the sender is on.
    NotServed,
    /// Its user does not want this sender.
    Declined,
    /// Another reason, from a later version.
    Other,
}

impl Refusal {
    /// All that have a word of their own.
    pub const ALL: [Self; 3] = [Self::Busy, Self::NotServed, Self::Declined];

    fn word(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::NotServed => "not-served",
            Self::Declined => "declined",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Refusal {
    /// The line as it goes over the wire, with its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{REFUSAL_START}{}", self.word())
    }
}

/// Reads a refusal line. As an offer, it is the last thing that is said.
pub(super) fn parse_refusal(bytes: &[u8]) -> Parse<Refusal> {
    let Some(rest) = bytes.strip_prefix(REFUSAL_START.as_bytes()) else {
        return beginning_of(REFUSAL_START, bytes);
    };
    let is_letter = |byte: &&u8| byte.is_ascii_lowercase() || **byte == b'-';
    let letters = rest.iter().take_while(is_letter).count();
    let (word, end) = rest.split_at(letters);
    match end {
        _ if letters > MAX_REASON_BYTES => Parse::Other,
        [] => Parse::Beginning,
        [b'\n'] if letters > 0 => {
            let mut known = Refusal::ALL.into_iter();
            let known = known.find(|known| known.word().as_bytes() == word);
            Parse::Complete(known.unwrap_or(Refusal::Other))
        }
        _ => Parse::Other,
    }
}

/// What the first bytes from a sender are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Fewer bytes than the line has, and all of them are its.
    Undecided,
    /// The line: what follows is onehop/1.
    Upgrade,
    /// Anything else: the sender is classic, and these bytes are its file's.
    Classic,
}

impl Offer {
    /// Whether a stream that begins with `bytes` takes up this offer.
    #[must_use]
    pub fn opening(&self, bytes: &[u8]) -> Opening {
        let line = self.to_string();
        let line = line.as_bytes();
        if bytes.starts_with(line) {
            Opening::Upgrade
        } else if line.starts_with(bytes) {
            Opening::Undecided
        } else {
            Opening::Classic
        }
    }
}

/// What a parser makes of the bytes so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parse<T> {
    /// No bytes at all.
    Nothing,
    /// All bytes fit; more must follow.
    Beginning,
    /// Complete.
    Complete(T),
    /// The bytes are something else.
    Other,
}

impl<T> Parse<T> {
    pub(super) fn complete(self) -> Option<T> {
        match self {
            Self::Complete(whole) => Some(whole),
            Self::Nothing | Self::Beginning | Self::Other => None,
        }
    }
}

/// Reads an offer line. It is the last thing of a greeting, so it must end where the bytes end.
pub(super) fn parse(bytes: &[u8]) -> Parse<Offer> {
    let Some(rest) = bytes.strip_prefix(START.as_bytes()) else {
        return beginning_of(START, bytes);
    };
    let (digits, end) = rest.split_at(rest.len().min(NONCE_HEX_DIGITS));
    let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    match end {
        _ if !digits.iter().all(is_hex) => Parse::Other,
        [] => Parse::Beginning,
        [b'\n'] => nonce(digits).map_or(Parse::Other, |nonce| Parse::Complete(Offer(nonce))),
        _ => Parse::Other,
    }
}

/// How `bytes` relate to a text that is expected, unless they go beyond it.
pub(super) fn beginning_of<T>(whole: &str, bytes: &[u8]) -> Parse<T> {
    if bytes.is_empty() {
        Parse::Nothing
    } else if whole.as_bytes().starts_with(bytes) {
        Parse::Beginning
    } else {
        Parse::Other
    }
}

fn nonce(digits: &[u8]) -> Option<[u8; NONCE_BYTES]> {
    let mut nonce = [0; NONCE_BYTES];
    for (byte, pair) in nonce.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(nonce)
}
