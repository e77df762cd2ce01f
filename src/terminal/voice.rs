//! What is said of one receiver, so that nobody takes it for another's.

use super::screen::{Screen, advice};
use crate::messages::{UserMessage, terminal};

/// Speaks of one receiver: where there are several, each line says of which.
#[derive(Debug)]
pub(super) struct Voice<'a> {
    pub(super) screen: &'a Screen,
    /// The receiver, where there are several.
    pub(super) whom: Option<String>,
}

impl Voice<'_> {
    /// One or more lines for the user.
    pub(super) fn say(&self, text: &str) {
        match &self.whom {
            Some(whom) => self.screen.say(&marked(whom, text)),
            None => self.screen.say(text),
        }
    }

    /// As [`Screen::notice`].
    pub(super) fn notice(&self, notice: &UserMessage) {
        self.say(&format!("{}\n{}", notice.headline, advice(notice)));
    }
}

/// What is indented belongs to the line above it, unless that was said before, perhaps of another.
fn marked(whom: &str, text: &str) -> String {
    let mark = |(number, line): (usize, &str)| {
        if line.is_empty() || (number > 0 && line.starts_with(' ')) {
            line.to_owned()
        } else {
            terminal::about(whom, line.trim_start())
        }
    };
    let lines = text.lines().enumerate().map(mark);
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_says_of_whom_it_is_unless_it_belongs_to_the_one_above() {
        assert_eq!(
            marked("desk", "It broke.\n  Mend it.\n\n1. A cause"),
            "desk: It broke.\n  Mend it.\n\ndesk: 1. A cause"
        );
        assert_eq!(
            marked("desk", "  Careful: it\n  is gone."),
            "desk: Careful: it\n  is gone."
        );
    }
}
