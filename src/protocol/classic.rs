//! The classic stream: the file's bytes, then end of stream. Nothing else.
//!
//! [`Lockstep`] keeps the tutorial's unmodified `client.py` going, and [`StreamEnd::verdict`]
//! decides which end of a stream is a good one.
//!
//! # Lockstep
//!
//! `client.py` waits for something to read before each 1024 bytes it sends, but the tutorial's
//! server greets only once. A receiver that answers every full chunk with one short line keeps
//! the client going. To any other sender such lines are noise, so we answer only after the
//! stream has given itself away:
//!
//! ```text
//!            first pause at exactly 1024 or 2048 bytes
//! Watching ─────────────────────────────────────────────▶ Armed ──┐ a full chunk arrived:
//!    │                                                     │  ▲   │ answer at once
//!    │ first pause anywhere else,                          │  └───┘
//!    │ or more than 2048 bytes                             │ a byte more than was answered for
//!    ▼                                                     ▼
//! Disarmed ◀───────────────────────────────────────────────┘
//! ```
//!
//! A sender that talked before it was greeted is disarmed from the start.

use std::time::Duration;

/// What `client.py` sends between two reads.
pub const CHUNK_BYTES: u64 = 1024;
/// The silence that counts as a pause: longer than any gap within one write on a local network.
pub const PAUSE: Duration = Duration::from_millis(50);
/// The line that answers a chunk. ASCII, because `client.py` decodes each read on its own.
pub const ANSWER: &[u8] = b"Received 1024 bytes, send more\n";

/// Decides when a chunk has to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockstep {
    total_bytes: u64,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Watching,
    /// The client may send up to this many bytes in all before the next answer.
    Armed {
        allowed_bytes: u64,
    },
    Disarmed,
}

impl Default for Lockstep {
    fn default() -> Self {
        Self::new()
    }
}

impl Lockstep {
    /// No bytes yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            total_bytes: 0,
            state: State::Watching,
        }
    }

    /// Whether a pause still matters, that is whether the caller has to look out for one.
    #[must_use]
    pub fn watches_for_pause(&self) -> bool {
        self.state == State::Watching && self.total_bytes > 0
    }

    /// Whether the sender is known to wait for answers.
    #[must_use]
    pub fn is_armed(&self) -> bool {
        matches!(self.state, State::Armed { .. })
    }

    /// Bytes seen so far.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    /// The sender talked before it was greeted, so it waits for no words and gets none: any that
    /// it left unread would turn its close into a reset.
    pub fn disarm(&mut self) {
        self.state = State::Disarmed;
    }

    /// `bytes` more have arrived. Returns whether to send [`ANSWER`] now.
    #[must_use]
    pub fn on_bytes(&mut self, bytes: usize) -> bool {
        self.total_bytes += bytes as u64;
        match self.state {
            State::Watching if self.total_bytes > 2 * CHUNK_BYTES => {
                self.state = State::Disarmed;
                false
            }
            State::Armed { allowed_bytes } if self.total_bytes > allowed_bytes => {
                self.state = State::Disarmed;
                false
            }
            State::Armed { allowed_bytes } if self.total_bytes == allowed_bytes => self.answer(),
            State::Watching | State::Armed { .. } | State::Disarmed => false,
        }
    }

    /// Nothing arrived for [`PAUSE`]. Returns whether to send [`ANSWER`] now.
    #[must_use]
    pub fn on_pause(&mut self) -> bool {
        if !self.watches_for_pause() {
            return false;
        }
        // 2048: the greeting was split on the way, so the client's first two reads both had data.
        if self.total_bytes == CHUNK_BYTES || self.total_bytes == 2 * CHUNK_BYTES {
            return self.answer();
        }
        self.state = State::Disarmed;
        false
    }

    /// Each answer allows exactly one more chunk, so two are never outstanding.
    fn answer(&mut self) -> bool {
        self.state = State::Armed {
            allowed_bytes: self.total_bytes + CHUNK_BYTES,
        };
        true
    }
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamEnd {
    /// The peer ended the stream in order (FIN).
    Orderly,
    /// The peer, or its system, broke the connection (RST).
    Reset,
}

/// What the end of a stream says about the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that the sender wanted to send is here, as far as classic can tell.
    Complete,
    /// Not one byte came: an empty file, a missing one, or no sender at all.
    SentNothing,
    /// The file is cut off.
    Interrupted,
}

impl StreamEnd {
    /// Judges this end of the stream that `lockstep` watched.
    ///
    /// `client.py` closes with something unread, and so resets, in two cases: with the greeting
    /// unread when its file is empty, and with our last answer unread when the size is an exact
    /// multiple of a chunk. Any other reset cut the file off.
    #[must_use]
    pub fn verdict(self, lockstep: &Lockstep) -> Verdict {
        let bytes = lockstep.total_bytes();
        match self {
            _ if bytes == 0 => Verdict::SentNothing,
            Self::Orderly => Verdict::Complete,
            Self::Reset if lockstep.is_armed() && bytes.is_multiple_of(CHUNK_BYTES) => {
                Verdict::Complete
            }
            Self::Reset => Verdict::Interrupted,
        }
    }
}
