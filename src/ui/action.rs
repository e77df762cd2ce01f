//! What the user asked for; the app performs it after drawing.

use crate::transfer::TransferId;

use super::view::{Mode, ThemeChoice};

/// One wish of the user.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Show the other screen.
    Show(Mode),
    /// Something about receiving as a whole.
    Receive(ReceiveAction),
    /// Something about one incoming transfer.
    Incoming(TransferId, IncomingAction),
    /// Something about sending.
    Send(SendAction),
    /// Show another theme.
    ChooseTheme(ThemeChoice),
    /// Take away the message with this number.
    DismissMessage(u64),
    /// Stop all transfers and close the window.
    Quit,
    /// Close the question about quitting and go on.
    StayOpen,
}

/// Wishes about receiving as a whole.
#[derive(Debug, Clone, PartialEq)]
pub enum ReceiveAction {
    /// Listen on the port that was typed.
    Start(String),
    /// Stop listening.
    Stop,
    /// Choose another folder to save in.
    ChangeFolder,
    /// Save without asking, or ask again.
    SaveWithoutAsking(bool),
    /// Serve any address, or the attached networks only.
    ServeAnyAddress(bool),
    /// Take away the rows that are over.
    ClearFinished,
}

/// Wishes about one incoming transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncomingAction {
    /// Save it in the chosen folder.
    Accept,
    /// Ask for another name or folder, then save it there.
    SaveAs,
    /// Refuse it.
    Decline,
    /// Stop it.
    Cancel,
    /// Open the saved file.
    Open,
    /// Show the saved file in the file manager.
    ShowInFolder,
    /// Write the empty file that the peer may have meant.
    SaveEmpty,
    /// Keep what arrived of an interrupted transfer.
    KeepPartial,
    /// Throw away what arrived of an interrupted transfer.
    DiscardPartial,
    /// Take the row away.
    Dismiss,
}

/// Wishes about sending.
#[derive(Debug, Clone, PartialEq)]
pub enum SendAction {
    /// Ask for a file.
    ChooseFile,
    /// Take away the chosen file.
    RemoveFile,
    /// Send the chosen file.
    Start {
        /// The receiver as typed.
        host: String,
        /// The port as typed.
        port: String,
    },
    /// Stop the transfer, or the wait for the receiver's close.
    Cancel,
    /// Send the same file to the same receiver once more.
    Again,
    /// Take away the outcome and the file, to send another one.
    Another,
    /// Take away the outcome.
    Dismiss,
}
