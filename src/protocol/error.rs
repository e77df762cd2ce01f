//! What a peer of onehop/1 can do wrong, one variant for each fault.

use super::frame::Kind;

/// What is kept of a parser's words.
const MAX_DETAIL_CHARS: usize = 200;

/// The peer did not keep to the protocol. The connection ends with an `abort` that names it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A frame of a kind that this version does not know.
    #[error("unknown kind of frame: {0}")]
    UnknownKind(u8),
    /// A frame longer than its kind may be.
    #[error("a {kind} frame of {bytes} bytes")]
    FrameTooLong {
        /// The frame's kind.
        kind: Kind,
        /// The length that was announced.
        bytes: u32,
    },
    /// A frame's body is not what its kind demands.
    #[error("a {kind} frame that cannot be read: {detail}")]
    Malformed {
        /// The frame's kind.
        kind: Kind,
        /// What the parser says.
        detail: String,
    },
    /// A message that its sender may not send in this state.
    #[error("a {kind} frame while {state}")]
    OutOfTurn {
        /// The message's kind.
        kind: Kind,
        /// The state, as in "waiting for the manifest".
        state: &'static str,
    },
    /// A protocol version that this program does not speak.
    #[error("version {0} of the protocol")]
    UnknownVersion(u32),
    /// The sender revealed another number than the one it had committed to.
    #[error("a number that was not committed to")]
    BrokenCommitment,
    /// The manifest and the totals told before it disagree.
    #[error("another manifest than the totals say")]
    WrongTotals,
    /// A manifest entry that makes no sense: its place, its path or its size.
    #[error("manifest entry {index}: {detail}")]
    BadEntry {
        /// The entry's place in the manifest.
        index: u32,
        /// What is wrong with it.
        detail: &'static str,
    },
    /// A message about a file that is not meant.
    #[error("a {kind} frame about file {index}")]
    WrongFile {
        /// The message's kind.
        kind: Kind,
        /// The file it names.
        index: u32,
    },
    /// More or fewer bytes than the manifest announced for a file.
    #[error("file {index} is not as long as announced")]
    WrongSize {
        /// The file's index.
        index: u32,
    },
    /// A receipt that does not fit what was sent.
    #[error("a receipt that does not add up")]
    WrongReceipt,
}

impl Violation {
    /// A body that `error` makes nothing of. It may repeat what the peer wrote, as long and as odd
    /// as that is.
    pub(super) fn malformed(kind: Kind, error: &impl std::fmt::Display) -> Self {
        let detail = error.to_string();
        let harmless = detail.chars().filter(|character| !character.is_control());
        let detail = harmless.take(MAX_DETAIL_CHARS).collect();
        Self::Malformed { kind, detail }
    }
}
