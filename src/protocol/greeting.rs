//! The greeting: the first thing a receiver says, and how a sender reads it.
//!
//! The bytes of the banner come from the tutorial's `server.py` and are fixed for ever. A sender
//! cannot know how long the greeting of an unknown program is, so [`GreetingReader`] tells it how
//! much longer to be patient after each piece:
//!
//! ```text
//!             bytes        complete offer or refusal line, 1024 bytes
//! Waiting ───────────▶ Reading ──────────────────────────────────▶ done
//!    │ 2 s               │ 50 ms after a complete banner
//!    │                   │ 1 s after a piece of a banner or of one of these lines
//!    ▼                   │ 250 ms after anything else
//!  done                  ▼
//!  (greets nobody)      done            in all at most 3 s; end of stream ends it too
//! ```

use std::net::IpAddr;
use std::time::Duration;

use super::offer::{self, Offer, Parse, Refusal, beginning_of, parse_refusal};

/// The most bytes a greeting may have: `client.py` reads it with one `recv(1024)`.
pub const MAX_GREETING_BYTES: usize = 1024;
/// The longest that reading a greeting may take in all.
pub const MAX_GREETING_TIME: Duration = Duration::from_secs(3);

/// How long a peer may stay silent before it is taken for one that greets nobody.
const PATIENCE_FOR_FIRST_BYTE: Duration = Duration::from_secs(2);
/// After a complete banner only an offer line may follow, and that comes in the same write.
const PATIENCE_AFTER_BANNER: Duration = Duration::from_millis(50);
/// After the beginning of a banner or an offer line the rest is surely on its way.
const PATIENCE_WITHIN_GREETING: Duration = Duration::from_secs(1);
/// After any other text it cannot be known.
const PATIENCE_AFTER_OTHER_TEXT: Duration = Duration::from_millis(250);

const BANNER_START: &str = "\n\n|---------------------------------|\n Hi Client[IP address: ";
const BANNER_END: &str =
    "], \n **Welcome to Server** \n -Server\n|---------------------------------|\n \n\n";
/// The longest text of an IPv6 address without scope.
const MAX_ADDRESS_BYTES: usize = 45;

/// The tutorial's banner, with the offer that a receiver of onehop/1 adds to it in the same write.
#[must_use]
pub fn greeting(ip: IpAddr, offer: &Offer) -> String {
    format!("{}{offer}", banner(ip))
}

/// The tutorial's banner for a peer at `ip`, byte for byte; an IPv4-mapped address is shown as
/// IPv4.
#[must_use]
pub fn banner(ip: IpAddr) -> String {
    format!("{BANNER_START}{}{BANNER_END}", ip.to_canonical())
}

/// What the receiver said before any data crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// The text for people, made harmless for display and without an offer or refusal line.
    pub message: String,
    /// The receiver's offer of onehop/1. What it is sent as classic is still accepted.
    pub offer: Option<Offer>,
    /// The receiver is a Onehop that takes nothing from this sender for now.
    pub refusal: Option<Refusal>,
}

/// Reads a greeting piece by piece. It has no clock: the caller asks [`Self::timeout`] how long
/// to wait for the next piece and stops when that time has passed without one.
#[derive(Debug, Default)]
pub struct GreetingReader {
    bytes: Vec<u8>,
}

impl GreetingReader {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many more bytes may be read; the caller must not take more than this from the stream.
    #[must_use]
    pub fn room(&self) -> usize {
        MAX_GREETING_BYTES - self.bytes.len()
    }

    /// Takes the next bytes from the stream. Bytes beyond [`Self::room`] are ignored.
    pub fn push(&mut self, bytes: &[u8]) {
        let taken = bytes.len().min(self.room());
        self.bytes.extend_from_slice(&bytes[..taken]);
    }

    /// How long the peer may stay silent from now on before its greeting counts as complete;
    /// `None` when it is complete already.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        if self.bytes.is_empty() {
            return Some(PATIENCE_FOR_FIRST_BYTE);
        }
        if self.room() == 0 {
            return None;
        }
        match parse_banner(&self.bytes) {
            Parse::Complete(banner_bytes) => match offer::parse(&self.bytes[banner_bytes..]) {
                Parse::Complete(_) => None,
                Parse::Beginning => Some(PATIENCE_WITHIN_GREETING),
                Parse::Nothing | Parse::Other => Some(PATIENCE_AFTER_BANNER),
            },
            Parse::Beginning | Parse::Nothing => Some(PATIENCE_WITHIN_GREETING),
            Parse::Other => {
                let line = last_line(&self.bytes);
                match (offer::parse(line), parse_refusal(line)) {
                    (Parse::Complete(_), _) | (_, Parse::Complete(_)) => None,
                    (Parse::Beginning, _) | (_, Parse::Beginning) => Some(PATIENCE_WITHIN_GREETING),
                    _ => Some(PATIENCE_AFTER_OTHER_TEXT),
                }
            }
        }
    }

    /// The greeting as read so far.
    #[must_use]
    pub fn finish(self) -> Greeting {
        let line = last_line(&self.bytes);
        let offer = offer::parse(line).complete();
        let refusal = parse_refusal(line).complete();
        let is_ours = offer.is_some() || refusal.is_some();
        let text_bytes = self.bytes.len() - if is_ours { line.len() } else { 0 };
        Greeting {
            message: harmless(&self.bytes[..text_bytes]),
            offer,
            refusal,
        }
    }
}

/// How far a banner is there, and after how many bytes it is complete.
fn parse_banner(bytes: &[u8]) -> Parse<usize> {
    let Some(rest) = bytes.strip_prefix(BANNER_START.as_bytes()) else {
        return beginning_of(BANNER_START, bytes);
    };
    let address_bytes = rest
        .iter()
        .take(MAX_ADDRESS_BYTES + 1)
        .take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        .count();
    if address_bytes > MAX_ADDRESS_BYTES {
        return Parse::Other;
    }
    let end = &rest[address_bytes..];
    if end.starts_with(BANNER_END.as_bytes()) {
        return Parse::Complete(BANNER_START.len() + address_bytes + BANNER_END.len());
    }
    match beginning_of(BANNER_END, end) {
        Parse::Nothing => Parse::Beginning,
        parse => parse,
    }
}

/// The bytes after the last line end that is not the very last byte.
fn last_line(bytes: &[u8]) -> &[u8] {
    let without_last = bytes.len().saturating_sub(1);
    let start = bytes[..without_last]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    &bytes[start..]
}

/// Text from a stranger as it may be shown: line ends are kept, every other control character and
/// every character that changes the direction of text becomes a visible replacement.
#[must_use]
pub fn harmless(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    text.chars()
        .map(|character| match character {
            '\n' => '\n',
            '\t' => ' ',
            hidden if hidden.is_control() || is_invisible_format(hidden) => {
                char::REPLACEMENT_CHARACTER
            }
            shown => shown,
        })
        .collect()
}

/// Bidirectional controls, zero-width characters and line separators: nothing to see, but they
/// can make a text look like another one.
fn is_invisible_format(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{E0000}'..='\u{E007F}'
    )
}
