//! Frames: the envelope of every message inside the encrypted stream.
//!
//! ```text
//! ┌──────────────────────────┬──────┬────────────┐
//! │ body length, u32 big-end │ kind │ body       │
//! └──────────────────────────┴──────┴────────────┘
//!            4 bytes          1 byte  0 … maximum of the kind
//! ```
//!
//! A length is compared with its kind's named maximum before anything is allocated for it.

use std::fmt;

use super::error::Violation;

/// What stands before each body: its length and its kind.
pub const HEADER_BYTES: usize = 5;
/// The most file content in one frame.
pub const MAX_DATA_BYTES: usize = 256 * 1024;
/// The most bytes of a batch: of manifest entries, answers, hashes or receipts.
pub const MAX_BATCH_BYTES: usize = 256 * 1024;
/// The most bytes of any other message.
pub const MAX_CONTROL_BYTES: usize = 4 * 1024;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $byte:literal, $text:literal, $max:expr;)*) => {
        /// What a frame carries. The numbers are the wire's and never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $name = $byte,)* }

        impl Kind {
            /// All kinds there are.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The kind that stands for this byte.
            ///
            /// # Errors
            ///
            /// [`Violation::UnknownKind`].
            pub fn from_byte(byte: u8) -> Result<Self, Violation> {
                match byte {
                    $($byte => Ok(Self::$name),)*
                    unknown => Err(Violation::UnknownKind(unknown)),
                }
            }

            /// The most bytes its body may have.
            #[must_use]
            pub const fn max_body_bytes(self) -> usize {
                match self { $(Self::$name => $max,)* }
            }
        }

        impl fmt::Display for Kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text,)* })
            }
        }
    };
}

kinds! {
    /// Who is speaking; each side's first message.
    Hello = 1, "hello", MAX_CONTROL_BYTES;
    /// The sender's number, and how much is to be sent.
    Reveal = 2, "reveal", MAX_CONTROL_BYTES;
    /// A batch of what is to be sent.
    Manifest = 3, "manifest", MAX_BATCH_BYTES;
    /// The manifest is complete.
    ManifestEnd = 4, "manifest-end", MAX_CONTROL_BYTES;
    /// A batch of files whose hashes the receiver wants.
    WantHash = 5, "want-hash", MAX_BATCH_BYTES;
    /// A batch of the hashes that were wanted.
    Hash = 6, "hash", MAX_BATCH_BYTES;
    /// Accepted or declined, and a batch of what to do otherwise than to send in full.
    Answer = 7, "answer", MAX_BATCH_BYTES;
    /// The answer is complete: send.
    AnswerEnd = 8, "answer-end", MAX_CONTROL_BYTES;
    /// A file's content begins.
    File = 9, "file", MAX_CONTROL_BYTES;
    /// A piece of the file's content, as it is.
    Data = 10, "data", MAX_DATA_BYTES;
    /// The file's content is complete.
    End = 11, "end", MAX_CONTROL_BYTES;
    /// A file could not be sent; the rest goes on.
    Failed = 12, "failed", MAX_CONTROL_BYTES;
    /// A batch of what could not be saved.
    Receipt = 13, "receipt", MAX_BATCH_BYTES;
    /// Everything that was accepted is settled, and durable.
    ReceiptEnd = 14, "receipt-end", MAX_CONTROL_BYTES;
    /// The transfer is given up.
    Abort = 15, "abort", MAX_CONTROL_BYTES;
    /// The speaker is there.
    Alive = 16, "alive", MAX_CONTROL_BYTES;
    /// A batch of what the receiver saved under another name.
    Renamed = 17, "renamed", MAX_BATCH_BYTES;
}

/// A frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What follows.
    pub kind: Kind,
    /// How many bytes of it.
    pub body_bytes: usize,
}

impl Header {
    /// The header of a body of this kind and length.
    ///
    /// # Errors
    ///
    /// [`Violation::FrameTooLong`]: our own fault, then, since nobody may send it.
    pub fn new(kind: Kind, body_bytes: usize) -> Result<Self, Violation> {
        if body_bytes > kind.max_body_bytes() {
            let bytes = u32::try_from(body_bytes).unwrap_or(u32::MAX);
            return Err(Violation::FrameTooLong { kind, bytes });
        }
        Ok(Self { kind, body_bytes })
    }

    /// As it goes over the wire.
    #[must_use]
    pub fn encode(self) -> [u8; HEADER_BYTES] {
        let length = u32::try_from(self.body_bytes).unwrap_or(u32::MAX);
        let [a, b, c, d] = length.to_be_bytes();
        [a, b, c, d, self.kind as u8]
    }

    /// Reads what came over the wire.
    ///
    /// # Errors
    ///
    /// [`Violation::UnknownKind`] or [`Violation::FrameTooLong`].
    pub fn decode(bytes: [u8; HEADER_BYTES]) -> Result<Self, Violation> {
        let [a, b, c, d, kind] = bytes;
        let kind = Kind::from_byte(kind)?;
        let bytes = u32::from_be_bytes([a, b, c, d]);
        match usize::try_from(bytes) {
            Ok(body_bytes) if body_bytes <= kind.max_body_bytes() => Ok(Self { kind, body_bytes }),
            _ => Err(Violation::FrameTooLong { kind, bytes }),
        }
    }
}
