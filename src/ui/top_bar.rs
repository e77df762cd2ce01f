//! The bar at the top: the name, the switch between the screens, and what receiving is doing.

use eframe::egui::{Align, Color32, Frame, Layout, Margin, Ui};

use super::action::Action;
use super::theme::{Tokens, space};
use super::view::{Mode, TransferView, View};
use super::widgets::{
    Emphasis, Icon, badge_ui, button, icon_button_ui, logo_ui, segmented_ui, title,
};
use crate::messages::window::history::HISTORY;
use crate::messages::window::settings::SETTINGS;
use crate::messages::window::{receive, top_bar as say};
use crate::session::Progress;

/// The height of the switch.
const HEIGHT: f32 = 38.0;
/// From this width on there is room for words.
const WORDS: f32 = 640.0;
/// From this width on there is room for the name.
const NAME: f32 = 420.0;
/// From this width on there is room for the mark.
const LOGO: f32 = 340.0;

/// A dialog that the user opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    /// The settings.
    Settings,
    /// What was transferred before.
    History,
}

/// Draws the bar, always one line. Returns the wish and the dialog that was opened.
#[must_use]
pub(super) fn ui(ui: &mut Ui, view: &View<'_>) -> (Option<Action>, Option<Opened>) {
    let room = ui.available_width();
    let margin = if room < space::NARROW { 12 } else { 24 };
    Frame::new()
        .inner_margin(Margin::symmetric(margin, 10))
        .show(ui, |ui| ui.horizontal(|ui| line_ui(ui, view, room)).inner)
        .inner
}

fn line_ui(ui: &mut Ui, view: &View<'_>, room: f32) -> (Option<Action>, Option<Opened>) {
    // As high as the switch, so that all of it stands on one line.
    ui.set_min_height(HEIGHT);
    if room >= LOGO {
        logo_ui(ui);
    }
    if room >= NAME {
        let name = title(ui, say::NAME);
        ui.label(name);
    }
    if room >= LOGO {
        ui.add_space(space::S);
    }
    let segments = [
        (Mode::Receive, say::RECEIVE, say::RECEIVE_MODE),
        (Mode::Send, &send_label(view), say::SEND_MODE),
    ];
    let action = segmented_ui(ui, &segments, view.mode).map(Action::Show);
    let right = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let is_roomy = room >= WORDS;
        let opened = dialog_buttons_ui(ui, is_roomy);
        ui.add_space(space::XS);
        state_ui(ui, view, is_roomy);
        opened
    });
    (action, right.inner)
}

/// Words where there is room for them, else pictures.
fn dialog_buttons_ui(ui: &mut Ui, is_roomy: bool) -> Option<Opened> {
    let dialogs = [
        (Opened::Settings, SETTINGS, Icon::Settings),
        (Opened::History, HISTORY, Icon::History),
    ];
    let mut opened = None;
    for (dialog, name, icon) in dialogs {
        let pressed = if is_roomy {
            button(ui, Emphasis::Quiet, name).clicked()
        } else {
            icon_button_ui(ui, icon, name).clicked()
        };
        if pressed {
            opened = Some(dialog);
        }
    }
    opened
}

/// What is on its way is seen from the other screen too.
fn send_label(view: &View<'_>) -> String {
    let sending = view.transfers.iter().filter_map(|transfer| match transfer {
        TransferView::Outgoing(_, outgoing) if outgoing.moving() => Some(outgoing.progress()),
        _ => None,
    });
    match Progress::percent_of_all(sending) {
        Some(percent) if view.mode == Mode::Receive => say::sending(percent),
        _ => say::SEND.to_owned(),
    }
}

/// What receiving is doing, or that somebody waits; where there is little room the dot stands for
/// it.
fn state_ui(ui: &mut Ui, view: &View<'_>, is_roomy: bool) {
    let (color, text) = state(&Tokens::of(ui), view);
    badge_ui(ui, color, &text, is_roomy);
}

fn state(tokens: &Tokens, view: &View<'_>) -> (Color32, String) {
    match (view.questions(), view.listening_port) {
        (questions @ 1.., _) => (tokens.warning, say::waiting_for_you(questions)),
        (0, Some(_)) if view.receive.addresses == Some(&[]) => {
            (tokens.warning, receive::NO_NETWORK.to_owned())
        }
        (0, Some(port)) => (tokens.success, say::receiving_on(port)),
        (0, None) => (tokens.control_line, receive::NOT_RECEIVING.to_owned()),
    }
}
