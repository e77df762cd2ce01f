//! The history dialog.

/// Its headline, and the button that opens it.
pub const HISTORY: &str = "History";
/// The name of the field to search in.
pub const SEARCH: &str = "Search the history";
/// What to type there.
pub const SEARCH_HINT: &str = "Search by file or computer";

/// Why nothing is listed: nothing matches, nothing has been, or nothing is kept.
#[must_use]
pub fn nothing(is_empty: bool, is_kept: bool) -> &'static str {
    match (is_empty, is_kept) {
        (false, _) => "Nothing matches.",
        (true, true) => "Nothing yet. Finished transfers appear here.",
        (true, false) => "History is off. Turn it on in Settings.",
    }
}
