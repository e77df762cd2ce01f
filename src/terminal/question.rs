//! What the user can be asked, and what can be answered.

use std::net::IpAddr;

use crate::disk::Partial;
use crate::messages::{contact, terminal};
use crate::protocol::code::Code;
use crate::session::queue::SendId;
use crate::transfer::TransferId;

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
    /// While the sender compares the code there is nothing to say but no.
    Unconfirmed {
        /// The transfer that waits.
        id: TransferId,
    },
    /// Whether the next unknown computer need not wait, although one broke off.
    AllowNext,
    /// Whether to keep what arrived of an interrupted transfer.
    Keep(Partial),
    /// Whether to know the sender from now on. It is asked after a yes.
    Remember {
        /// The transfer that waits for the answer.
        id: TransferId,
    },
    /// What only a sender is asked.
    Sending {
        /// The send that waits for the answer.
        id: SendId,
        /// The receiver, where there are several.
        whom: Option<String>,
        /// What is asked.
        asks: Asks,
    },
}

/// What a sender is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Whether the receiver's screen shows the same code.
    SameCode(Code),
    /// Whether to send although another computer answered than was expected.
    SendToDifferent,
    /// Whether to send although nothing is encrypted or verified.
    SendClassic,
    /// Whether to know the receiver from now on. It is asked after a yes.
    Remember,
}

impl Asks {
    fn text(self, whom: Option<&str>) -> String {
        let text = match (self, whom) {
            // Another one's code may stand between the question and its own.
            (Self::SameCode(code), Some(whom)) => return terminal::same_code_of(whom, code),
            (Self::SameCode(_), None) => terminal::SAME_CODE,
            (Self::SendToDifferent, _) => terminal::SEND_TO_DIFFERENT,
            (Self::SendClassic, _) => terminal::SEND_CLASSIC,
            (Self::Remember, _) => terminal::REMEMBER,
        };
        whom.map_or_else(|| text.to_owned(), |whom| terminal::about(whom, text))
    }
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
            Self::Save { peer, .. } => contact::save_question(*peer),
            Self::Accept { code: None, .. } => terminal::SAVE.to_owned(),
            Self::Accept {
                code: Some(code), ..
            } => terminal::save_with_code(*code),
            Self::Unconfirmed { .. } => return terminal::DECLINE.to_owned(),
            Self::AllowNext => terminal::ALLOW_NEXT.to_owned(),
            Self::Keep(partial) => terminal::keep(partial.bytes()),
            Self::Remember { .. } => terminal::REMEMBER.to_owned(),
            Self::Sending { whom, asks, .. } => asks.text(whom.as_deref()),
        };
        terminal::yes_or_no(&text)
    }

    /// Whether everything goes on without an answer, so that other questions go first.
    pub(super) fn can_wait(&self) -> bool {
        matches!(self, Self::Unconfirmed { .. } | Self::AllowNext)
    }

    /// What a line that was typed means. An empty one is the careful answer.
    ///
    /// # Errors
    ///
    /// What to type instead.
    pub(super) fn reply(&self, line: &str) -> Result<Reply, &'static str> {
        match (self, line.trim().to_lowercase().as_str()) {
            (_, "n" | "no") => Ok(Reply::No),
            (Self::Unconfirmed { .. }, _) => Err(terminal::NOT_CONFIRMED),
            (_, "") => Ok(Reply::No),
            (_, "y" | "yes") => Ok(Reply::Yes),
            _ => Err(terminal::YES_OR_NO),
        }
    }

    /// Whether nobody needs an answer once this transfer is over.
    pub(super) fn is_about(&self, wanted: TransferId) -> bool {
        match self {
            Self::Save { id, .. }
            | Self::Accept { id, .. }
            | Self::Unconfirmed { id }
            | Self::Remember { id } => *id == wanted,
            Self::AllowNext | Self::Keep(_) | Self::Sending { .. } => false,
        }
    }

    /// Whether nobody needs an answer once this send is over.
    pub(super) fn is_of(&self, wanted: SendId) -> bool {
        matches!(self, Self::Sending { id, .. } if *id == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        let question = Question::AllowNext;
        for line in ["y", "Y", "yes", " YES "] {
            assert_eq!(question.reply(line), Ok(Reply::Yes), "{line}");
        }
        for line in ["", "  ", "n", "No"] {
            assert_eq!(question.reply(line), Ok(Reply::No), "{line}");
        }
        for line in ["ye", "yy", "1", "ok", "j"] {
            assert!(question.reply(line).is_err(), "{line}");
        }
    }

    #[test]
    fn before_the_sender_has_confirmed_only_a_clear_no_counts() {
        let unconfirmed = Question::Unconfirmed { id: TransferId(1) };
        for line in ["n", " NO "] {
            assert_eq!(unconfirmed.reply(line), Ok(Reply::No), "{line}");
        }
        for line in ["", "y", "yes", "maybe"] {
            assert!(unconfirmed.reply(line).is_err(), "{line}");
        }
    }
}
