//! What the receive screen draws.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::messages::UserMessage;
use crate::messages::diagnostics::Verdict;
use crate::net::LocalAddress;
use crate::transfer::{Introduced, Offered, PeerDevice, Snapshot, Summary, TransferId};

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
    /// The transfers, the newest first.
    pub rows: Vec<RowView<'a>>,
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

/// One incoming transfer.
#[derive(Debug, Clone, PartialEq)]
pub struct RowView<'a> {
    /// Its name in actions.
    pub id: TransferId,
    /// The peer's address.
    pub peer: String,
    /// The Onehop at that address, once it has proved its key.
    pub device: Option<&'a PeerDevice>,
    /// How far it is, or how it ended.
    pub state: RowState<'a>,
}

/// How far an incoming transfer is, or how it ended.
#[derive(Debug, Clone, PartialEq)]
pub enum RowState<'a> {
    /// Connected; not a byte yet.
    Waiting,
    /// A classic sender waits for the user's yes or no.
    Requested(Snapshot),
    /// Another Onehop has told how much it wants to send, and not yet what.
    Introduced(&'a Introduced),
    /// It has told what, and waits for the user's yes or no.
    Offered(&'a Introduced, &'a Offered),
    /// Bytes are being written.
    Receiving {
        /// How far it is.
        snapshot: Snapshot,
        /// Its speed, once there is one.
        bytes_per_second: f64,
        /// The time the rest will take, once that can be told.
        time_left: Option<Duration>,
        /// So many bytes were here already from an earlier transfer.
        held_bytes: u64,
    },
    /// Files and folders of another Onehop stand under their final names.
    Received {
        /// The final paths of the top-level items.
        paths: &'a [PathBuf],
        /// The numbers.
        summary: &'a Summary,
    },
    /// A text came.
    Text {
        /// As it may be shown.
        shown: &'a str,
        /// As it came.
        exact: &'a str,
    },
    /// A transfer between two Onehops broke off.
    BrokenOff {
        /// What to tell.
        notice: &'a UserMessage,
        /// Bytes that had arrived and are kept.
        bytes: u64,
    },
    /// Stands under its final name.
    Saved {
        /// The final path.
        path: &'a Path,
        /// The file's size.
        bytes: u64,
        /// The time it took, where it was a transfer.
        elapsed: Option<Duration>,
    },
    /// The peer left without a byte.
    SentNothing,
    /// Broke off or was cancelled.
    Interrupted {
        /// What to tell.
        notice: &'a UserMessage,
        /// Bytes that had arrived.
        bytes: u64,
        /// What was written is there to be kept or discarded.
        partial: bool,
    },
    /// What had arrived was kept under this name.
    PartialKept {
        /// The path of what arrived.
        path: &'a Path,
        /// Its size.
        bytes: u64,
    },
    /// What had arrived was thrown away.
    PartialDiscarded,
    /// The user said no.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// Could not be saved.
    Failed(&'a UserMessage),
}
