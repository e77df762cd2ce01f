//! What the user can be asked, and what can be answered.

use std::net::IpAddr;

use crate::protocol::code::Code;
use crate::transfer::{Partial, TransferId};
use crate::words;
use crate::words::outcome::CLASSIC;

/// Something the user has to decide.
#[derive(Debug)]
pub(super) enum Question {
    /// Whether to save what a classic peer is sending.
    Save {
        /// The transfer that waits for the answer.
        id: TransferId,
        /// Who is sending.
        peer: IpAddr,
    },
    /// Whether to accept what another Onehop offers.
    Accept {
        /// The transfer that waits for the answer.
        id: TransferId,
        /// To be the same on the sender's screen; absent if both sides know each other.
        code: Option<Code>,
    },
    /// Whether to keep what arrived of an interrupted transfer.
    Keep(Partial),
    /// Whether the receiver's screen shows the same code.
    SameCode,
    /// Whether to send although another computer answered than was expected.
    SendToDifferent,
    /// Whether to send although nothing is encrypted or verified.
    SendClassic,
    /// Whether to know the device from now on. It is asked after a yes.
    Remember {
        /// The transfer at the receiver's.
        id: Option<TransferId>,
    },
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// The user said yes.
    Yes,
    /// The user said no.
    No,
    /// There is nobody to ask.
    Nobody,
}

impl Question {
    /// The question as it stands before the answer.
    pub(super) fn text(&self) -> String {
        let text = match self {
            Self::Save { peer, .. } => format!("{peer} is sending a file ({CLASSIC}). Save it?"),
            Self::Accept { code: None, .. } => "Save it?".to_owned(),
            Self::Accept {
                code: Some(code), ..
            } => format!("Does the sender's screen show {code}, and shall it be saved?"),
            Self::Keep(partial) => format!(
                "Keep the {} that arrived as a partial file?",
                words::bytes(partial.bytes())
            ),
            Self::SameCode => "Does the other screen show the same code?".to_owned(),
            Self::SendToDifferent => "Go on with this computer all the same?".to_owned(),
            Self::SendClassic => "Not encrypted, not verified: send anyway?".to_owned(),
            Self::Remember { .. } => "Remember this device?".to_owned(),
        };
        format!("{text} [y/N]")
    }

    /// Whether nobody needs an answer once this transfer is over.
    pub(super) fn is_about(&self, wanted: TransferId) -> bool {
        match self {
            Self::Save { id, .. } | Self::Accept { id, .. } => *id == wanted,
            Self::Remember { id } => *id == Some(wanted),
            Self::Keep(_) | Self::SameCode | Self::SendToDifferent | Self::SendClassic => false,
        }
    }
}
