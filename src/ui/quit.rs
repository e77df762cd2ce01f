//! The question before transfers are stopped by closing the window.

use eframe::egui::{Label, Ui};

use super::action::Action;
use super::theme::space;
use super::view::View;
use super::widgets::{Emphasis, button, dialog_ui, muted, title};
use crate::messages::window::dialogs;

/// The widest it gets.
const WIDTH: f32 = 400.0;

/// Draws the question if there is one.
#[must_use]
pub(super) fn ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    let transfers = view.quit_question?;
    let (action, closed) = dialog_ui(ui, "quit", WIDTH, |ui| contents_ui(ui, transfers));
    action.or(closed.then_some(Action::StayOpen))
}

fn contents_ui(ui: &mut Ui, transfers: usize) -> Option<Action> {
    let headline = title(ui, dialogs::quit_question(transfers));
    ui.label(headline);
    let meaning = muted(ui, dialogs::QUIT_MEANING);
    ui.add(Label::new(meaning).wrap());
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        let stay = button(ui, Emphasis::Primary, dialogs::KEEP_GOING);
        // The harmless answer is the one that Enter gives.
        if ui.memory(|memory| memory.focused().is_none()) {
            stay.request_focus();
        }
        let quit = button(ui, Emphasis::Secondary, dialogs::STOP_AND_QUIT).clicked();
        if quit {
            return Some(Action::Quit);
        }
        stay.clicked().then_some(Action::StayOpen)
    })
    .inner
}
