//! What the screens draw: plain data, made afresh by the app for each pass.

use std::path::Path;
use std::time::Duration;

use crate::transfer::{LocalAddress, Snapshot, TransferId};
use crate::words::Notice;

/// Which of the two screens is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Files come in.
    #[default]
    Receive,
    /// A file goes out.
    Send,
}

/// Which theme the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Everything that one pass draws.
#[derive(Debug)]
pub struct View<'a> {
    /// The screen to show.
    pub mode: Mode,
    /// The port that is listened on, if any.
    pub listening_port: Option<u16>,
    /// Requests that wait for a yes or no.
    pub requests: usize,
    /// What went wrong outside any transfer, the oldest first.
    pub messages: &'a [Message],
    /// The receive screen.
    pub receive: ReceiveView<'a>,
    /// The send screen.
    pub send: SendView<'a>,
    /// The settings dialog.
    pub settings: SettingsView<'a>,
    /// The transfers that quitting would stop, if that has to be asked.
    pub quit_question: Option<usize>,
    /// A native dialog is open, so no second one can be.
    pub dialog_open: bool,
}

/// Something to tell the user that belongs to no transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Names it among all messages of this run.
    pub number: u64,
    /// What to tell.
    pub notice: Notice,
}

/// What the receive screen draws.
#[derive(Debug)]
pub struct ReceiveView<'a> {
    /// The port that is listened on, if any.
    pub listening_port: Option<u16>,
    /// The port that is set.
    pub port: u16,
    /// The addresses that others can send to, the most useful first.
    pub addresses: &'a [LocalAddress],
    /// The path that the next file is saved under, if it is free.
    pub saves_to: &'a Path,
    /// What a sender is greeted with.
    pub greeting: &'a str,
    /// Files are saved without a question.
    pub save_without_asking: bool,
    /// Computers outside the attached networks are served.
    pub any_address: bool,
    /// Why listening did not start, or ended.
    pub problem: Option<&'a Notice>,
    /// The transfers, the newest first.
    pub rows: Vec<RowView<'a>>,
    /// Peers that were turned away, the newest first.
    pub turned_away: Vec<String>,
}

/// One incoming transfer.
#[derive(Debug, Clone, PartialEq)]
pub struct RowView<'a> {
    /// Its name in actions.
    pub id: TransferId,
    /// The peer's address.
    pub peer: String,
    /// How far it is, or how it ended.
    pub state: RowState<'a>,
}

/// How far an incoming transfer is, or how it ended.
#[derive(Debug, Clone, PartialEq)]
pub enum RowState<'a> {
    /// Connected; not a byte yet.
    Waiting,
    /// Waits for the user's yes or no.
    Requested(Snapshot),
    /// Bytes are being written.
    Receiving {
        /// How far it is.
        snapshot: Snapshot,
        /// Its speed, once there is one.
        bytes_per_second: f64,
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
        notice: &'a Notice,
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
    Failed(&'a Notice),
}

/// What the send screen draws.
#[derive(Debug)]
pub struct SendView<'a> {
    /// Receivers used before, the last one first.
    pub recent: &'a [Receiver],
    /// The file that is to be sent.
    pub file: Option<ChosenFile<'a>>,
    /// Why the last choice was not taken, or sending did not start.
    pub problem: Option<&'a Notice>,
    /// The transfer that runs or has ended.
    pub transfer: Option<OutgoingView<'a>>,
}

/// A receiver that was used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Its address or name.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// The file that is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Its size when it was chosen.
    pub bytes: u64,
}

/// The outgoing transfer.
#[derive(Debug)]
pub struct OutgoingView<'a> {
    /// The receiver, as typed.
    pub host: &'a str,
    /// The file's name.
    pub file_name: String,
    /// What the receiver said; empty if it said nothing.
    pub greeting: &'a str,
    /// How far it is, or how it ended.
    pub stage: StageView<'a>,
}

/// How far the outgoing transfer is, or how it ended.
#[derive(Debug, Clone, PartialEq)]
pub enum StageView<'a> {
    /// Looking up the name, connecting, reading the greeting.
    Connecting,
    /// Bytes are crossing.
    Sending {
        /// How far it is.
        snapshot: Snapshot,
        /// Its speed, 0 until there is one.
        bytes_per_second: f64,
        /// The time the rest will take, once that can be told.
        time_left: Option<Duration>,
    },
    /// Everything is sent; the receiver has not closed yet.
    AwaitingConfirmation(Snapshot),
    /// The receiver closed in order.
    Delivered {
        /// The file's size.
        bytes: u64,
    },
    /// The wait for the receiver's close was given up.
    Unconfirmed {
        /// The file's size.
        bytes: u64,
    },
    /// It did not work.
    Failed {
        /// What to tell.
        notice: &'a Notice,
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
            Self::Connecting | Self::Sending { .. } | Self::AwaitingConfirmation(_)
        )
    }
}

/// What the settings dialog draws, apart from what the receive screen has.
#[derive(Debug)]
pub struct SettingsView<'a> {
    /// The chosen theme.
    pub theme: ThemeChoice,
    /// The file that keeps the settings, if they are kept.
    pub file: Option<&'a Path>,
}
