//! What the user asked for; the app performs it after drawing.

use std::path::PathBuf;

use crate::identity::Fingerprint;
use crate::transfer::{Acceptance, TransferId};

use super::view::{Mode, ThemeChoice};

/// One wish of the user.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Show the other screen.
    Show(Mode),
    /// The answer to whether others may find this computer and offer it files.
    BeFound(bool),
    /// Something about receiving as a whole.
    Receive(ReceiveAction),
    /// Something about one incoming transfer.
    Incoming(TransferId, IncomingAction),
    /// Something about what is to be sent.
    Send(SendAction),
    /// Something about one outgoing transfer.
    Outgoing(OutgoingId, OutgoingAction),
    /// Take away the transfers that are over.
    ClearFinished,
    /// Something about this device, or one that is known.
    Device(DeviceAction),
    /// Something about what was transferred before.
    History(HistoryAction),
    /// The answer to whether a file that may run something is opened.
    Opening(OpeningAnswer),
    /// Show notifications of the desktop, or none.
    Notify(bool),
    /// Show another theme.
    ChooseTheme(ThemeChoice),
    /// Take away the message with this number.
    DismissMessage(u64),
    /// Stop all transfers and close the window.
    Quit,
    /// Close the question about quitting and go on.
    StayOpen,
}

/// What to do with a file that may run something when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningAnswer {
    /// Show it in the file manager instead.
    ShowInFolder,
    /// Open it all the same.
    Open,
    /// Do nothing.
    Cancel,
}

/// Wishes about receiving as a whole.
#[derive(Debug, Clone, PartialEq)]
pub enum ReceiveAction {
    /// Listen on the port that was typed.
    Start(String),
    /// Stop listening.
    Stop,
    /// Look once more whether other computers can reach this one.
    Check,
    /// Choose another folder to save in.
    ChangeFolder,
    /// Save without asking, or ask again.
    SaveWithoutAsking(bool),
    /// Serve the internet too, or local networks only.
    ServeAnyAddress(bool),
    /// Tell others on the network that this computer receives, or do not.
    Announce(bool),
    /// The next unknown computer need not wait, although one broke off.
    AllowFirstContact,
    /// Throw away what an interrupted transfer left.
    DiscardLeftover(PathBuf),
}

/// Wishes about one incoming transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncomingAction {
    /// Save it in the chosen folder.
    Accept(Acceptance),
    /// Ask for another folder, then save it there.
    SaveTo(Acceptance),
    /// Ask for another name or folder, then save it there.
    SaveAs,
    /// Refuse it.
    Decline,
    /// Stop it.
    Cancel,
    /// Open the saved file or folder with this number.
    Open(usize),
    /// Show the saved file or folder with this number in the file manager.
    ShowInFolder(usize),
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
    /// Ask for files.
    ChooseFiles,
    /// Ask for a folder.
    ChooseFolder,
    /// Take this one of the chosen files and folders out of the list.
    Remove(usize),
    /// Take all of them out.
    RemoveAll,
    /// Send what is chosen, or a text.
    Start {
        /// Each gets it.
        to: Vec<To>,
        /// The text to send instead of files.
        text: Option<String>,
    },
}

/// A receiver as it stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct To {
    /// Its address or name, as typed.
    pub host: String,
    /// The port as typed.
    pub port: String,
    /// The remembered device that was picked from the list, and has to be there.
    pub picked: Option<Fingerprint>,
}

/// Names one outgoing transfer in views and actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutgoingId(pub u64);

/// Wishes about one outgoing transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutgoingAction {
    /// Yes to what was asked; `remember` not to be asked again.
    GoOn {
        /// Know the device, or that classic is fine for this host.
        remember: bool,
    },
    /// No: the codes differ, or it is the wrong computer.
    Reject,
    /// Stop it, or the wait for the receiver's close.
    Cancel,
    /// Send the same to the same receiver once more.
    Again,
    /// Take the row away.
    Dismiss,
}

/// Wishes about what was transferred before; transfers go by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryAction {
    /// Open what it was.
    Open(u64),
    /// Show it in the file manager.
    ShowInFolder(u64),
    /// Send the same to the same receiver once more.
    SendAgain(u64),
    /// Forget all of them.
    Clear,
    /// Remember new ones, or do not.
    Keep(bool),
}

/// Wishes about this device and those that are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceAction {
    /// Give this device a name.
    SetOwnName(String),
    /// Call a device something else.
    Rename(Fingerprint, String),
    /// Forget a device.
    Forget(Fingerprint),
    /// Save what a device sends without a question, or ask again.
    SaveWithoutAsking(Fingerprint, bool),
    /// Ask again before anything goes to this host without encryption.
    AskBeforeClassic(String),
    /// Look whether another Onehop, such as the one in the terminal, has learnt something.
    Refresh,
}
