//! Plain words for people: sizes, speeds, outcomes and errors, the same in both programs.
//!
//! This is the one place where the engine's typed errors become sentences. Each says what
//! happened, what it means and what to do next; the system's own words are kept as details.
//!
//! In scope: text. Out of scope: where and how it is shown, and deciding anything.

mod notice;
pub mod outcome;
mod quantity;

use std::path::Path;

pub use notice::Notice;
pub use quantity::{bytes, duration_left, speed};

/// The last part of a path, which is what people call the file; all of it where there is none.
fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
