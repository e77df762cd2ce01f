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
mod first_use;
mod fold;
mod fonts;
mod help;
mod history;
mod incoming;
mod leftovers;
mod moving;
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

use eframe::egui::{Align, CentralPanel, Frame, Id, Panel, Ui, vec2};

pub use action::{
    Action, DeviceAction, HistoryAction, IncomingAction, OpeningAnswer, OutgoingAction, OutgoingId,
    ReceiveAction, SendAction, To,
};
pub use view::{
    ChosenItem, HistoryView, LeftoverView, Message, Mode, NearbyView, ReachView, ReceiveView,
    SendView, SettingsView, ThemeChoice, TransferView, UnfinishedView, View,
};

use self::history::HistoryDialog;
use self::receive::ReceiveScreen;
use self::send::SendScreen;
use self::settings::SettingsDialog;
use self::theme::{Tokens, space};
use self::top_bar::Opened;
use self::transfers::TransferList;
use self::widgets::page_ui;

/// All screens, with what they remember between two passes.
#[derive(Debug, Default)]
pub struct Screens {
    transfers: TransferList,
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
        let screen_action = page.show(ui, |ui| self.page_ui(ui, view));
        action = action.or(screen_action.inner);
        action = action.or(self.settings.ui(ui, view));
        action = action.or(self.history.ui(ui, &view.history));
        action = action.or(opening::ui(ui, view));
        action.or(quit::ui(ui, view))
    }

    /// Puts a text into the form that sends one.
    pub fn write_message(&mut self, text: &str) {
        self.send.write_message(text);
    }

    /// What happens is on top, above the form. Where there is room it stands beside it.
    fn page_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        let is_wide = ui.available_width() >= space::TWO_COLUMNS && !view.transfers.is_empty();
        let (id, widest) = match (view.mode, is_wide) {
            (Mode::Receive, false) => ("receive", space::COLUMN),
            (Mode::Receive, true) => ("receive-wide", 2.0 * space::COLUMN),
            (Mode::Send, false) => ("send", space::COLUMN),
            (Mode::Send, true) => ("send-wide", 2.0 * space::COLUMN),
        };
        page_ui(ui, id, widest, |ui| {
            let mut action = messages_ui(ui, view.messages);
            action = action.or(first_use::ui(ui, view));
            if !is_wide {
                action = action.or(self.transfers.ui(ui, view));
                return action.or(self.screen_ui(ui, view, view.is_busy()));
            }
            let width = (ui.available_width() - space::XL) / 2.0;
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::XL;
                let screen = column_ui(ui, width, |ui| self.screen_ui(ui, view, false));
                action = action.take().or(screen);
                let transfers = column_ui(ui, width, |ui| self.transfers.ui(ui, view));
                action = action.take().or(transfers);
            });
            action
        })
    }

    fn screen_ui(&mut self, ui: &mut Ui, view: &View<'_>, busy: bool) -> Option<Action> {
        match view.mode {
            Mode::Receive => self.receive.ui(ui, view, busy),
            Mode::Send => self.send.ui(ui, view, busy),
        }
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

fn column_ui<R>(ui: &mut Ui, width: f32, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    let column = ui.allocate_ui(vec2(width, 0.0), |ui| {
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.x = space::S;
            add_contents(ui)
        })
        .inner
    });
    column.inner
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
