//! The question before a file is opened that may run something.

use std::path::Path;

use eframe::egui::{Label, Ui};

use super::action::{Action, OpeningAnswer};
use super::theme::space;
use super::view::View;
use super::widgets::{Emphasis, button, dialog_ui, muted, title};
use crate::messages::window::{buttons, dialogs};

/// The widest it gets.
const WIDTH: f32 = 420.0;

/// Draws the question if there is one.
#[must_use]
pub(super) fn ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    let path = view.opening_question?;
    let (answer, closed) = dialog_ui(ui, "opening", WIDTH, |ui| contents_ui(ui, path));
    let answer = answer.or(closed.then_some(OpeningAnswer::Cancel));
    answer.map(Action::Opening)
}

fn contents_ui(ui: &mut Ui, path: &Path) -> Option<OpeningAnswer> {
    let headline = title(ui, dialogs::open_question(path));
    ui.add(Label::new(headline).wrap());
    let meaning = muted(ui, dialogs::MAY_RUN);
    ui.add(Label::new(meaning).wrap());
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        let show = button(ui, Emphasis::Primary, buttons::SHOW_IN_FOLDER);
        let open = button(ui, Emphasis::Secondary, dialogs::OPEN_ANYWAY);
        let cancel = button(ui, Emphasis::Secondary, buttons::CANCEL);
        // The harmless answer is the one that Enter gives.
        let answers = [&show, &open, &cancel];
        if !answers.iter().any(|answer| answer.has_focus()) {
            show.request_focus();
        }
        [
            (show, OpeningAnswer::ShowInFolder),
            (open, OpeningAnswer::Open),
            (cancel, OpeningAnswer::Cancel),
        ]
        .into_iter()
        .find_map(|(button, answer)| button.clicked().then_some(answer))
    })
    .inner
}
