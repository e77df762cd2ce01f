//! What the user sees: lines, one question at a time, and progress bars below them.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};

use super::Exit;
use crate::messages::{UserMessage, terminal};
use crate::protocol::greeting::harmless;

/// Advice is broken into lines of this many characters: terminals would break inside a word.
const LINE_CHARS: usize = 76;

/// The user's terminal, or whatever stderr and stdout lead to instead.
///
/// Bars are drawn only on a terminal. They vanish while a question is open, since they would
/// draw over what the user types.
#[derive(Debug)]
pub(super) struct Screen {
    bars: MultiProgress,
    question: RefCell<Option<String>>,
    /// Something for stdout did not get there.
    unprinted: Cell<bool>,
}

impl Screen {
    pub(super) fn new() -> Self {
        Self {
            bars: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            question: RefCell::new(None),
            unprinted: Cell::new(false),
        }
    }

    /// Whether there is someone who can be asked.
    pub(super) fn interactive() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether bars can be seen at all.
    pub(super) fn draws_bars() -> bool {
        io::stderr().is_terminal()
    }

    /// One or more lines for the user.
    pub(super) fn say(&self, text: &str) {
        match self.question.borrow().as_deref() {
            Some(question) => to_stderr(&format!("\n{text}\n{question} ")),
            None => self.bars.suspend(|| to_stderr(&format!("{text}\n"))),
        }
    }

    /// An error: what happened, what to do, and what the system said.
    pub(super) fn notice(&self, notice: &UserMessage) {
        self.say(&format!("{}\n{}", notice.headline, advice(notice)));
    }

    /// The final path of a saved file, alone on its line.
    pub(super) fn saved_path(&self, path: &Path) {
        // The exact bytes where the name is no valid text: a script has to find the file.
        self.to_stdout(path.as_os_str().as_encoded_bytes(), b"\n");
    }

    /// Something that a script can use: the text as it is, and a line end where it has none.
    /// Whether it got to stdout; if not, the user has been told.
    pub(super) fn print(&self, text: &str) -> bool {
        let end: &[u8] = if text.ends_with('\n') { b"" } else { b"\n" };
        self.to_stdout(text.as_bytes(), end)
    }

    fn to_stdout(&self, bytes: &[u8], end: &[u8]) -> bool {
        let print = || {
            let mut stdout = io::stdout().lock();
            stdout.write_all(bytes)?;
            stdout.write_all(end)?;
            stdout.flush()
        };
        match self.bars.suspend(print) {
            Ok(()) => true,
            Err(error) => {
                self.output_lost(&error);
                false
            }
        }
    }

    /// Something for stdout did not get there, which the user is told and [`Self::checked`] knows.
    pub(super) fn output_lost(&self, error: &io::Error) {
        if !self.unprinted.replace(true) {
            self.notice(&UserMessage::of_lost_output(error));
        }
    }

    /// How a command ends that would have ended like this: it has failed whoever reads stdout if
    /// something did not get there.
    pub(super) fn checked(&self, exit: Exit) -> Exit {
        match exit {
            Exit::Done if self.unprinted.get() => Exit::Failed,
            exit => exit,
        }
    }

    /// Puts a question at the end of the screen and leaves the cursor behind it.
    pub(super) fn ask(&self, question: &str) {
        self.bars.clear().ok();
        self.bars.set_draw_target(ProgressDrawTarget::hidden());
        to_stderr(&format!("{question} "));
        self.question.replace(Some(question.to_owned()));
    }

    /// The question was answered: the user's Enter has ended its line.
    pub(super) fn answered(&self) {
        if self.question.take().is_some() {
            self.bars.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// The question is no longer needed. Its line is ended with the reason.
    pub(super) fn withdrawn(&self) {
        if self.question.borrow().is_some() {
            to_stderr("\n");
        }
        self.answered();
    }

    /// Ctrl-C was pressed: terminals show it as `^C`, and the next line must not begin there.
    /// Bars draw over it anyway.
    pub(super) fn end_line_of_interrupt(&self) {
        if Self::draws_bars() && self.question.borrow().is_none() {
            to_stderr("\n");
        }
    }

    /// A new bar below the others.
    pub(super) fn add(&self, bar: ProgressBar) -> ProgressBar {
        self.bars.add(bar)
    }

    /// Takes a bar away; nothing of it stays on the screen.
    pub(super) fn remove(&self, bar: &ProgressBar) {
        bar.finish_and_clear();
        self.bars.remove(bar);
    }
}

/// The advice and the details of a notice, indented.
pub(super) fn advice(notice: &UserMessage) -> String {
    let mut text = indented(&wrapped(&notice.advice, LINE_CHARS));
    if let Some(details) = &notice.details {
        text.push('\n');
        text.push_str(&indented(&terminal::details(details)));
    }
    text
}

/// Sentences with an indent, broken between words; lines of `text` stay apart.
pub(super) fn paragraph(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| indented(&wrapped(line, LINE_CHARS)))
        .collect();
    lines.join("\n")
}

/// The words of `text` in lines of at most `chars` characters, unless one word has more.
fn wrapped(text: &str, chars: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let word_chars = word.chars().count();
        if column > 0 && column + 1 + word_chars > chars {
            lines.push('\n');
            column = 0;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += word_chars;
    }
    lines
}

/// Each line with two spaces before it; blank lines around the text are dropped.
pub(super) fn indented(text: &str) -> String {
    let lines: Vec<String> = text
        .trim_matches('\n')
        .lines()
        .map(|line| format!("  {line}").trim_end().to_owned())
        .collect();
    lines.join("\n").trim_end().to_owned()
}

/// A closed stderr has no reader who could miss anything.
/// A path may hold anything, also what a terminal takes for a command.
fn to_stderr(text: &str) {
    let mut stderr = io::stderr().lock();
    stderr
        .write_all(harmless(text.as_bytes()).as_bytes())
        .and_then(|()| stderr.flush())
        .ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_indented_and_details_are_marked() {
        let notice = UserMessage {
            headline: "It broke.".to_owned(),
            advice: "Mend it.".to_owned(),
            details: Some("error 5".to_owned()),
        };
        assert_eq!(advice(&notice), "  Mend it.\n  Details: error 5");
    }

    #[test]
    fn long_text_breaks_between_words() {
        assert_eq!(wrapped("one two  three", 7), "one two\nthree");
        assert_eq!(wrapped("one two three", 13), "one two three");
        assert_eq!(wrapped("unbreakable a b", 4), "unbreakable\na b");
        assert_eq!(wrapped("", 4), "");
    }

    #[test]
    fn a_greeting_keeps_its_inner_lines_and_loses_the_blank_ones_around() {
        assert_eq!(indented("\n\n| a\n\n| b \n \n\n"), "  | a\n\n  | b");
    }
}
