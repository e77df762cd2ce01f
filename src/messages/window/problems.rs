//! What went wrong outside of any transfer.

use std::io;
use std::path::Path;

use super::super::UserMessage;
use super::super::outcome::CLASSIC;
use super::super::quantity::{count, counted};
use crate::identity::error::KeyFault;

/// The settings make no sense; `aside` is where they were put, or what they still are at.
#[must_use]
pub fn settings_not_understood(kept: Result<&Path, &Path>, words: &str) -> UserMessage {
    let advice = match kept {
        Ok(aside) => format!(
            "Onehop starts with its default settings. Your file is kept as {}.",
            aside.display()
        ),
        Err(path) => format!(
            "Onehop starts with its default settings and keeps no changes, so that yours are not \
             lost. Repair or remove {}.",
            path.display()
        ),
    };
    UserMessage::new("The settings could not be understood.", advice).with_detail(words.trim_end())
}

/// Others could have written them.
#[must_use]
pub fn settings_exposed(path: &Path) -> UserMessage {
    UserMessage::new(
        "Others may have changed the settings.",
        "So Onehop starts with its default settings and keeps no changes. If nobody changed the \
         file, make it writable for yourself only. Otherwise remove it.",
    )
    .with_path(path)
}

/// They are there and cannot be read.
#[must_use]
pub fn settings_unreadable(path: &Path, error: &io::Error) -> UserMessage {
    UserMessage::new(
        "The settings could not be read.",
        format!(
            "Onehop starts with its default settings and keeps no changes. Check who may read {}.",
            path.display()
        ),
    )
    .with_detail(&error.to_string())
}

/// They cannot be written.
#[must_use]
pub fn settings_unwritable(path: &Path, error: &io::Error) -> UserMessage {
    UserMessage::new(
        "The settings could not be saved.",
        format!(
            "They last until you close Onehop. {}",
            check_folder_of(path)
        ),
    )
    .with_detail(&error.to_string())
}

/// Part of the history makes no sense; all of it was put aside.
#[must_use]
pub fn history_not_understood(aside: &Path) -> UserMessage {
    UserMessage::new(
        "Some of the history could not be understood.",
        format!(
            "The rest is shown and kept. The file as it was is now {}.",
            aside.display()
        ),
    )
}

/// It is there and cannot be read.
#[must_use]
pub fn history_unreadable(path: &Path, error: &io::Error) -> UserMessage {
    UserMessage::new(
        "The history could not be read.",
        format!(
            "Nothing new is kept, so that the old is not lost. Check {}, or clear the history in \
             Settings.",
            path.display()
        ),
    )
    .with_detail(&error.to_string())
}

/// It cannot be written.
#[must_use]
pub fn history_unwritable(path: &Path, error: &io::Error) -> UserMessage {
    UserMessage::new(
        "The history could not be saved.",
        format!("It lasts until you close Onehop. {}", check_folder_of(path)),
    )
    .with_detail(&error.to_string())
}

fn check_folder_of(path: &Path) -> String {
    let folder = path.parent().unwrap_or(path).display();
    format!("Check that {folder} can be written to and is not full.")
}

/// What is wrong with the key, and what follows from it.
#[must_use]
pub fn without_a_key(fault: &KeyFault) -> UserMessage {
    let notice = UserMessage::from(fault);
    UserMessage {
        advice: format!(
            "{} Until then, only classic transfers are possible: {CLASSIC}.",
            notice.advice
        ),
        ..notice
    }
}

/// A saved file does not open: in the system's words, or none if it is not there.
#[must_use]
pub fn cannot_open(path: &Path, words: Option<String>) -> UserMessage {
    let (headline, meaning) = match words {
        Some(_) => (
            "The file could not be opened.",
            "It is saved, but this system could not start a program for it. Open it from your \
             file manager:",
        ),
        None => (
            "The file is no longer there.",
            "It was saved, but has since been moved, renamed or removed. It was here:",
        ),
    };
    UserMessage {
        details: words,
        ..UserMessage::new(headline, format!("{meaning} {}", path.display()))
    }
}

/// So many of the chosen files cannot be sent, each with its own headline.
#[must_use]
pub fn cannot_be_sent(files: usize, headlines: &[String]) -> UserMessage {
    UserMessage::new(
        format!(
            "{} of the chosen files cannot be sent.",
            count(files as u64)
        ),
        "The details name them. The others are in the list.",
    )
    .with_detail(&headlines.join("\n"))
}

/// A line that is said for the same reason again and again.
#[must_use]
pub fn repeated(line: String, times: u32) -> String {
    match times {
        0 | 1 => line,
        times => format!("{line} ({})", counted(times.into(), "time", "times")),
    }
}
