//! What the screens draw: plain data, made afresh by the app for each pass, and transfers as they
//! are.

mod history;
mod receive;
mod send;
mod settings;

pub use self::history::HistoryView;
pub use self::receive::{LeftoverView, ReachView, ReceiveView, UnfinishedView};
pub use self::send::{ChosenItem, NearbyView, SendView};
pub use self::settings::SettingsView;

use std::path::Path;

use crate::messages::UserMessage;

/// Which of the two screens is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Files come in.
    #[default]
    Receive,
    /// Files go out.
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
    /// What was transferred before.
    pub history: HistoryView<'a>,
    /// The transfers that quitting would stop, if that has to be asked.
    pub quit_question: Option<usize>,
    /// The file that may run something when it is opened, if that has to be asked.
    pub opening_question: Option<&'a Path>,
    /// A native dialog is open, so no second one can be.
    pub dialog_open: bool,
}

/// Something to tell the user that belongs to no transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Names it among all messages of this run.
    pub number: u64,
    /// What to tell.
    pub notice: UserMessage,
}
