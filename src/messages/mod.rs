//! Plain words for people: sizes, speeds, outcomes and errors, the same in both programs, and all
//! that the [`window`] says besides.
//!
//! This is the one place where the engine's typed errors become sentences. Each says what
//! happened, what it means and what to do next; the system's own words are kept as details.
//!
//! In scope: text. Out of scope: where and how it is shown, and deciding anything.

pub mod contact;
pub mod diagnostics;
pub mod history;
pub mod leftovers;
pub mod nearby;
mod network;
mod no_window;
pub mod outcome;
mod quantity;
pub mod summary;
pub mod terminal;
mod user_message;
pub mod window;
pub mod without_onehop;

use std::path::Path;

pub use network::network;
pub use no_window::{NO_WINDOW, no_window};
pub use quantity::{ago, and_more, bytes, duration_left, speed};
pub use user_message::UserMessage;

use crate::protocol::greeting::harmless;

/// The last part of a path, which is what people call the file; all of it where there is none.
/// On one line and without anything hidden, whatever the name holds.
#[must_use]
pub fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let line_end = char::REPLACEMENT_CHARACTER.to_string();
    harmless(name.to_string_lossy().as_bytes()).replace('\n', &line_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_the_last_part_of_its_path() {
        assert_eq!(file_name(Path::new("folder/sample.txt")), "sample.txt");
        assert_eq!(file_name(Path::new("..")), "..");
    }

    #[test]
    fn a_name_cannot_break_its_line_or_pretend_to_be_another() {
        let odd = file_name(Path::new("a\nb\u{1b}[31m\u{202e}gpj.exe"));
        assert_eq!(odd, "a\u{fffd}b\u{fffd}[31m\u{fffd}gpj.exe");
    }
}
