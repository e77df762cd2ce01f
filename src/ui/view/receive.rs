//! What the receive screen draws.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::messages::UserMessage;
use crate::messages::diagnostics::Verdict;
use crate::net::LocalAddress;

/// What the receive screen draws.
#[derive(Debug)]
pub struct ReceiveView<'a> {
    /// The port that is listened on, if any.
    pub listening_port: Option<u16>,
    /// The port that is set.
    pub port: u16,
    /// The addresses that others can send to, the most useful first; absent if the system does not
    /// tell.
    pub addresses: Option<&'a [LocalAddress]>,
    /// The path that a classic sender's next file is saved under, if it is free; what another
    /// Onehop sends goes into its folder.
    pub saves_to: &'a Path,
    /// What a sender is greeted with.
    pub greeting: &'a str,
    /// Files are saved without a question.
    pub save_without_asking: bool,
    /// Computers on the internet are served too.
    pub any_address: bool,
    /// Why listening did not start, or ended.
    pub problem: Option<&'a UserMessage>,
    /// Whether other computers can reach this one.
    pub reach: ReachView<'a>,
    /// Peers that were turned away, the newest first.
    pub turned_away: Vec<String>,
    /// First contacts that nobody finished.
    pub unfinished: UnfinishedView,
    /// What interrupted transfers left in the folder.
    pub leftovers: &'a [LeftoverView],
    /// This device has no key, so it is neither proved nor encrypted who sends what.
    pub classic_only: bool,
}

/// First contacts that ended when their code was on the screen, and that nobody had decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedView {
    /// What is told of each, the newest first.
    pub lines: Vec<String>,
    /// Because of them, unknown computers have to wait now.
    pub others_wait: bool,
}

/// Whether other computers can reach this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachView<'a> {
    /// It is being looked into.
    pub looking: bool,
    /// What came out the last time since listening began.
    pub verdict: Option<&'a Verdict>,
}

/// A partial file or folder that waits to be resumed or discarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftoverView {
    /// Where it is.
    pub path: PathBuf,
    /// Bytes in it.
    pub bytes: u64,
    /// How long ago it was last written to, where the system tells.
    pub age: Option<Duration>,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// It is being discarded.
    pub going: bool,
}
