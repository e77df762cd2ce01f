//! What the history dialog draws.

use std::path::Path;
use std::time::SystemTime;

use crate::history::History;

/// What the history dialog draws.
#[derive(Debug)]
pub struct HistoryView<'a> {
    /// The transfers.
    pub history: &'a History,
    /// Whether new ones are remembered.
    pub is_kept: bool,
    /// The file that keeps them, if they are kept.
    pub file: Option<&'a Path>,
    /// The time of this pass.
    pub now: SystemTime,
}
