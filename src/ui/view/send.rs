//! What the send screen draws.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::diagnostics::Diagnosis;
use crate::discovery::Neighbour;
use crate::error::WhySkipped;
use crate::messages::UserMessage;
use crate::transfer::{PeerDevice, Question, Snapshot, Summary};

/// What the send screen draws.
#[derive(Debug)]
pub struct SendView<'a> {
    /// Receivers used before, the last one first.
    pub recent: &'a [Receiver],
    /// What is to be sent.
    pub chosen: &'a [ChosenItem],
    /// How often something was added to it: then it is what the user wants to see.
    pub choices: u64,
    /// The files among it, those in folders included.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// More was chosen and is being looked at.
    pub gathering: bool,
    /// Files that are dropped on the window do not get to it.
    pub drops_are_lost: bool,
    /// Why the last choice was not taken, or sending did not start.
    pub problem: Option<&'a UserMessage>,
    /// Who is nearby, if anybody is looked for.
    pub nearby: Option<NearbyView<'a>>,
    /// The transfer that runs or has ended.
    pub transfer: Option<OutgoingView<'a>>,
}

/// Who is nearby, and who is remembered.
#[derive(Debug)]
pub struct NearbyView<'a> {
    /// Who is nearby, remembered ones first; then who is remembered and away.
    pub neighbours: Vec<Neighbour>,
    /// Whoever is there has had time to answer.
    pub looked: bool,
    /// Why nobody can be looked for, in the system's words.
    pub failed: Option<&'a str>,
}

/// A receiver that was used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Its address or name.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// A file or folder that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenItem {
    /// Where it is.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// The files in it, or 1.
    pub files: u32,
    /// Their bytes when it was chosen.
    pub bytes: u64,
    /// What is in it and will not be sent: how many things for each reason.
    pub skipped: BTreeMap<WhySkipped, usize>,
}

/// The outgoing transfer.
#[derive(Debug)]
pub struct OutgoingView<'a> {
    /// The receiver, as typed.
    pub host: &'a str,
    /// What is sent, such as the file's name or "3 files and folders".
    pub what: &'a str,
    /// The other Onehop, once it has proved its key; a receiver without one is classic.
    pub device: Option<&'a PeerDevice>,
    /// What the receiver said; empty if it said nothing.
    pub greeting: &'a str,
    /// Why no connection came about, if that is the matter.
    pub diagnosis: Option<&'a Diagnosis>,
    /// How far it is, or how it ended.
    pub stage: StageView<'a>,
}

/// How far the outgoing transfer is, or how it ended.
#[derive(Debug, Clone, PartialEq)]
pub enum StageView<'a> {
    /// Looking up the name, connecting, reading the greeting.
    Connecting,
    /// There is no connection, and why is being looked for.
    Diagnosing,
    /// The user is asked.
    Asked(&'a Question),
    /// The user has answered, or did not need to: the receiver is told what there is.
    Listing,
    /// The receiver's user is asked.
    AwaitingAnswer,
    /// They have accepted, and both sides compare what is there already.
    Checking,
    /// Bytes are crossing.
    Sending {
        /// How far it is.
        snapshot: Snapshot,
        /// Its speed, 0 until there is one.
        bytes_per_second: f64,
        /// The time the rest will take, once that can be told.
        time_left: Option<Duration>,
        /// So many bytes were at the receiver's already from an earlier transfer.
        held_bytes: u64,
    },
    /// Everything is sent; the receiver has not confirmed yet.
    AwaitingConfirmation(Snapshot),
    /// The other Onehop has everything that the summary says, compared and durable.
    Received(&'a Summary),
    /// The classic receiver closed in order.
    Delivered {
        /// The file's size.
        bytes: u64,
        /// It grew meanwhile: this is what it was at the start.
        grew: bool,
    },
    /// The wait for the receiver's close was given up.
    Unconfirmed {
        /// The file's size.
        bytes: u64,
        /// It grew meanwhile: this is what it was at the start.
        grew: bool,
    },
    /// It did not work.
    Failed {
        /// What to tell.
        notice: &'a UserMessage,
        /// Bytes that had been sent.
        bytes: u64,
    },
}

impl StageView<'_> {
    /// Whether the transfer still runs.
    #[must_use]
    pub fn running(&self) -> bool {
        matches!(
            self,
            Self::Connecting
                | Self::Diagnosing
                | Self::Asked(_)
                | Self::Listing
                | Self::AwaitingAnswer
                | Self::Checking
                | Self::Sending { .. }
                | Self::AwaitingConfirmation(_)
        )
    }
}
