//! Errors as a headline, advice and details.

mod disk;
mod identity;
mod network;
mod ours;
mod peer;
#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;

use crate::error::Error;

/// What to tell the user about an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserMessage {
    /// What happened, in one sentence: "Nothing is listening on 192.168.1.102 port 9898."
    pub headline: String,
    /// What it means and what to do next, in one to three sentences.
    pub advice: String,
    /// The system's own words and the full path in question, to be unfolded and copied.
    pub details: Option<String>,
}

impl UserMessage {
    /// What broke off a file on its way in. Errors advise whoever sends; this is for the receiver.
    #[must_use]
    pub fn of_interruption(cause: &Error) -> Self {
        Self {
            advice: "The file is not complete. Ask the sender to send it again.".to_owned(),
            ..Self::from(cause)
        }
    }

    /// Why a transfer from another Onehop broke off, for the receiver, who cannot send it again.
    #[must_use]
    pub fn of_broken_off(cause: &Error) -> Self {
        peer::of_sender(cause).unwrap_or_else(|| cause.into())
    }

    /// Something that was meant for standard output could not be written there.
    #[must_use]
    pub fn of_lost_output(error: &io::Error) -> Self {
        Self {
            details: Some(error.to_string()),
            ..Self::new(
                "Could not write to standard output.",
                "The output is incomplete: the disk that it goes to may be full, or the program \
                 that reads it may have ended.",
            )
        }
    }

    /// Headline and advice on one line.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        format!("{} {}", self.headline, self.advice)
    }

    /// All of it, to be copied; `details` are its own or others that are known.
    #[must_use]
    pub fn in_full(&self, details: &str) -> String {
        format!("{}\n{}\n{details}", self.headline, self.advice)
    }

    pub(in crate::messages) fn new(headline: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            headline: headline.into(),
            advice: advice.into(),
            details: None,
        }
    }

    /// Adds what the system said, where it said anything.
    fn with_system_words(mut self, fault: &(dyn std::error::Error + 'static)) -> Self {
        self.details = system_words(fault);
        self
    }

    /// Adds what else is known.
    pub(in crate::messages) fn with_detail(mut self, detail: &str) -> Self {
        self.details = Some(detail.to_owned());
        self
    }

    /// Adds the full path, which is too long for a headline.
    pub(in crate::messages) fn with_path(mut self, path: &Path) -> Self {
        let path = path.display();
        self.details = Some(match self.details {
            Some(words) => format!("{words}: {path}"),
            None => path.to_string(),
        });
        self
    }
}

impl From<&Error> for UserMessage {
    fn from(error: &Error) -> Self {
        match error {
            Error::Cancelled => Self::new(
                "The transfer was cancelled.",
                "Not everything arrived. It can be sent again at any time.",
            ),
            Error::Ours(fault) => fault.into(),
            Error::Peer(fault) => fault.into(),
            Error::Network(fault) => fault.into(),
            Error::Disk(fault) => fault.into(),
        }
    }
}

/// The first error of the system in the chain of causes.
fn system_words(fault: &(dyn std::error::Error + 'static)) -> Option<String> {
    std::iter::successors(Some(fault), |error| error.source())
        .find(|error| error.is::<io::Error>())
        .map(ToString::to_string)
}
