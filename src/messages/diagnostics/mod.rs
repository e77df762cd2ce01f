//! What the connection doctor found, and what to do about it.

mod causes;
mod firewalls;
mod reach;
mod seen;
#[cfg(test)]
mod tests;

pub use causes::advice;
pub use reach::{ADDRESSES_UNKNOWN, Verdict, on_one_link_only, verdict};
pub use seen::seen;

use crate::diagnostics::Weight;

/// One thing that may be wrong, what that means, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What it is: "Onehop is not receiving there."
    pub headline: String,
    /// What that means.
    pub meaning: String,
    /// What to do, in this order or whichever applies.
    pub steps: Vec<Step>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What, in a sentence.
    pub text: String,
    /// A command that does it, to be copied.
    pub command: Option<String>,
}

impl Advice {
    fn new(headline: impl Into<String>, meaning: impl Into<String>) -> Self {
        Self {
            headline: headline.into(),
            meaning: meaning.into(),
            steps: Vec::new(),
        }
    }

    fn step(mut self, text: impl Into<String>) -> Self {
        self.steps.push(Step {
            text: text.into(),
            command: None,
        });
        self
    }

    fn command(mut self, text: impl Into<String>, command: impl Into<String>) -> Self {
        self.steps.push(Step {
            text: text.into(),
            command: Some(command.into()),
        });
        self
    }

    fn steps(mut self, steps: Vec<Step>) -> Self {
        self.steps.extend(steps);
        self
    }
}

/// Unfolds the causes that are less likely than the first.
pub const OTHER_CAUSES: &str = "Other possible causes";

/// How far the evidence carries, in a word.
#[must_use]
pub fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Certain => "certain",
        Weight::Likely => "likely",
        Weight::Possible => "possible",
    }
}
