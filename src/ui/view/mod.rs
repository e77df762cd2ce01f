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

use super::action::OutgoingId;
use crate::history::Ending;
use crate::messages::UserMessage;
use crate::session::{Incoming, Outgoing};

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
    /// The user has not yet said whether others may find this computer.
    pub asks_to_be_found: bool,
    /// Everything under way or over, the newest first.
    pub transfers: Vec<TransferView<'a>>,
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

/// One transfer, in whichever direction.
#[derive(Debug, Clone, Copy)]
pub enum TransferView<'a> {
    /// It comes to this computer.
    Incoming(&'a Incoming),
    /// It leaves it.
    Outgoing(OutgoingId, &'a Outgoing),
}

impl TransferView<'_> {
    /// Whether it waits for this computer's user.
    #[must_use]
    pub fn asks(&self) -> bool {
        match self {
            Self::Incoming(incoming) => incoming.asks(),
            Self::Outgoing(_, outgoing) => outgoing.question().is_some(),
        }
    }

    /// Whether its end is yet to come.
    #[must_use]
    pub fn running(&self) -> bool {
        match self {
            Self::Incoming(incoming) => incoming.running(),
            Self::Outgoing(_, outgoing) => outgoing.running(),
        }
    }

    /// Whether it is under way, or waits for its user: then it is what people look at. Somebody who
    /// has only connected is not.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Incoming(incoming) => incoming.asks() || incoming.moving(),
            Self::Outgoing(_, outgoing) => outgoing.running(),
        }
    }

    /// Whether it can be taken away without a loss.
    #[must_use]
    pub fn can_dismiss(&self) -> bool {
        match self {
            Self::Incoming(incoming) => incoming.can_dismiss(),
            Self::Outgoing(_, outgoing) => !outgoing.running(),
        }
    }

    /// Whether it is over and leaves nothing to do or to worry about.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Incoming(incoming) => {
                let is_good = incoming.ending().is_some_and(Ending::is_good);
                !incoming.running()
                    && !incoming.holds_something()
                    && (is_good || incoming.is_idle_talk())
            }
            Self::Outgoing(_, outgoing) => outgoing.ending().is_some_and(Ending::is_good),
        }
    }
}

impl View<'_> {
    /// How many transfers wait for this computer's user.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.transfers.iter().filter(|one| one.asks()).count()
    }

    /// Whether something is under way or asks: then the rest of the screen makes room.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.transfers.iter().any(TransferView::is_busy)
    }
}

/// Something to tell the user that belongs to no transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Names it among all messages of this run.
    pub number: u64,
    /// What to tell.
    pub notice: UserMessage,
}
