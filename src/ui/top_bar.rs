//! The bar at the top: the name, the switch between the screens, and what receiving is doing.

use eframe::egui::{Align, Color32, Frame, Layout, Margin, Ui};

use super::action::Action;
use super::theme::{Tokens, space};
use super::view::{Mode, View};
use super::widgets::{Emphasis, badge_ui, button, logo_ui, segmented_ui, title, trailing_line_ui};
use crate::messages::window::history::HISTORY;
use crate::messages::window::settings::SETTINGS;
use crate::messages::window::{receive, top_bar as say};

/// The height of the switch.
const HEIGHT: f32 = 38.0;
/// From this width on the state of receiving has room beside the switch.
const ONE_LINE: f32 = 620.0;
/// Below this width the mark stands for the name.
const NAME: f32 = 400.0;

/// A dialog that the user opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    /// The settings.
    Settings,
    /// What was transferred before.
    History,
}

/// Draws the bar. Returns the wish and the dialog that was opened.
#[must_use]
pub(super) fn ui(ui: &mut Ui, view: &View<'_>) -> (Option<Action>, Option<Opened>) {
    let room = ui.available_width();
    let margin = if room < space::NARROW { 12 } else { 24 };
    Frame::new()
        .inner_margin(Margin::symmetric(margin, 10))
        .show(ui, |ui| {
            let (action, opened) = ui.horizontal(|ui| line_ui(ui, view, room)).inner;
            if room >= ONE_LINE {
                return (action, opened);
            }
            let (state_action, history) =
                trailing_line_ui(ui, |ui| state_ui(ui, view), history_button_ui);
            (action.or(state_action), opened.or(history))
        })
        .inner
}

fn line_ui(ui: &mut Ui, view: &View<'_>, room: f32) -> (Option<Action>, Option<Opened>) {
    // As high as the switch, so that all of it stands on one line.
    ui.set_min_height(HEIGHT);
    logo_ui(ui);
    if room >= NAME {
        let name = title(ui, say::NAME);
        ui.label(name);
    }
    ui.add_space(space::S);
    let segments = [
        (Mode::Receive, say::RECEIVE, say::RECEIVE_MODE),
        (Mode::Send, &send_label(view), say::SEND_MODE),
    ];
    let action = segmented_ui(ui, &segments, view.mode).map(Action::Show);
    let right = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let settings = button(ui, Emphasis::Quiet, SETTINGS).clicked();
        let opened = settings.then_some(Opened::Settings);
        if room < ONE_LINE {
            return (None, opened);
        }
        let history = history_button_ui(ui);
        ui.add_space(space::S);
        (state_ui(ui, view), opened.or(history))
    });
    let (state_action, opened) = right.inner;
    (action.or(state_action), opened)
}

fn history_button_ui(ui: &mut Ui) -> Option<Opened> {
    let pressed = button(ui, Emphasis::Quiet, HISTORY).clicked();
    pressed.then_some(Opened::History)
}

/// A file on its way is seen from the other screen too.
fn send_label(view: &View<'_>) -> String {
    let moving = view.send.transfer.filter(|transfer| transfer.moving());
    let percent = moving.and_then(|transfer| transfer.progress().percent());
    match percent {
        Some(percent) if view.mode == Mode::Receive => say::sending(percent),
        _ => say::SEND.to_owned(),
    }
}

/// Requests can be pressed where they cannot be seen.
fn state_ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    let (color, text) = state(&Tokens::of(ui), view);
    let unseen = view.requests > 0 && view.mode == Mode::Send;
    let pressed = badge_ui(ui, color, &text, unseen);
    pressed.then_some(Action::Show(Mode::Receive))
}

fn state(tokens: &Tokens, view: &View<'_>) -> (Color32, String) {
    match (view.requests, view.listening_port) {
        (requests @ 1.., _) => (tokens.warning, say::requests_waiting(requests)),
        (0, Some(_)) if view.receive.addresses == Some(&[]) => {
            (tokens.warning, receive::NO_NETWORK.to_owned())
        }
        (0, Some(port)) => (tokens.success, say::receiving_on(port)),
        (0, None) => (tokens.control_line, receive::NOT_RECEIVING.to_owned()),
    }
}
