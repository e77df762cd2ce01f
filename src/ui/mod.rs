//! The window's screens. They draw a [`View`] and return the [`Action`] that the user asked for.
//!
//! In scope: layout, and what is only of interest while drawing, such as drafts in text fields. Out
//! of scope: sockets, files, threads, settings; a screen starts no work. What a transfer is and can
//! be asked, [`crate::session`] tells, every sentence [`crate::messages`]; the look comes from
//! [`theme`] alone.

mod action;
mod arrived;
mod chosen;
mod devices;
mod diagnosis;
mod fonts;
mod help;
mod history;
mod incoming;
mod leftovers;
mod nearby;
mod offer;
mod opening;
mod outgoing;
mod preferences;
mod questions;
mod quit;
mod reach;
mod receive;
mod receiving;
mod send;
mod settings;
mod status;
pub mod theme;
mod top_bar;
mod transfers;
mod view;
mod widgets;

use eframe::egui::{Align, CentralPanel, Frame, Id, Panel, Ui};

pub use action::{
    Action, DeviceAction, HistoryAction, IncomingAction, OpeningAnswer, ReceiveAction, SendAction,
};
pub use view::{
    ChosenItem, HistoryView, LeftoverView, Message, Mode, NearbyView, ReachView, ReceiveView,
    SendView, SettingsView, ThemeChoice, UnfinishedView, View,
};

use self::history::HistoryDialog;
use self::receive::ReceiveScreen;
use self::send::SendScreen;
use self::settings::SettingsDialog;
use self::theme::Tokens;
use self::top_bar::Opened;

/// All screens, with what they remember between two passes.
#[derive(Debug, Default)]
pub struct Screens {
    receive: ReceiveScreen,
    send: SendScreen,
    settings: SettingsDialog,
    history: HistoryDialog,
}

impl Screens {
    /// Draws `view` over the whole of `ui`.
    #[must_use]
    pub fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        let tokens = Tokens::of(ui);
        let bar = Frame::new().fill(tokens.card);
        let mut action = Panel::top("top-bar")
            .frame(bar)
            .resizable(false)
            .show_separator_line(true)
            .show(ui, |ui| self.top_bar_ui(ui, view))
            .inner;
        let page = CentralPanel::default().frame(Frame::new().fill(tokens.window));
        let screen_action = page.show(ui, |ui| match view.mode {
            Mode::Receive => self.receive.ui(ui, view),
            Mode::Send => self.send.ui(ui, view),
        });
        action = action.or(screen_action.inner);
        action = action.or(self.settings.ui(ui, view));
        action = action.or(self.history.ui(ui, &view.history));
        action = action.or(opening::ui(ui, view));
        action.or(quit::ui(ui, view))
    }

    fn top_bar_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        let (action, opened) = top_bar::ui(ui, view);
        match opened {
            Some(Opened::Settings) => self.settings.open(),
            Some(Opened::History) => self.history.open(),
            None => {}
        }
        action
    }
}

/// What went wrong outside any transfer, above the page's cards. A new message comes into view, on
/// whichever page it is seen first.
fn messages_ui(ui: &mut Ui, messages: &[Message]) -> Option<Action> {
    let mut action = None;
    for message in messages {
        let drawn = ui.push_id(("message", message.number), |ui| {
            widgets::notice_card_ui(ui, &message.notice)
        });
        if is_new(ui, message) {
            drawn.response.scroll_to_me(Some(Align::Center));
        }
        action = action.or(drawn
            .inner
            .then_some(Action::DismissMessage(message.number)));
    }
    action
}

/// Whether this is the first time that this message is drawn.
fn is_new(ui: &Ui, message: &Message) -> bool {
    ui.data_mut(|data| {
        let newest = data.get_temp_mut_or_default::<u64>(Id::unique("newest-message"));
        let is_new = *newest < message.number;
        *newest = message.number.max(*newest);
        is_new
    })
}
