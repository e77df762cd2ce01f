//! The one question of the first start.

use eframe::egui::{Label, Ui};

use super::action::Action;
use super::theme::{Tokens, space};
use super::view::View;
use super::widgets::{Emphasis, Tone, button, card_ui, headline_ui};
use crate::messages::window::first_use as say;

/// Draws the question, as long as it has no answer.
#[must_use]
pub(super) fn ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    if !view.asks_to_be_found {
        return None;
    }
    card_ui(ui, Tone::Accent, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        headline_ui(
            ui,
            Tokens::of(ui).accent,
            say::MAY_OTHERS_FIND_THIS_COMPUTER,
        );
        ui.add(Label::new(say::NOTHING_WITHOUT_A_YES).wrap());
        ui.horizontal_wrapped(|ui| {
            let yes = button(ui, Emphasis::Primary, say::YES).clicked();
            let no = button(ui, Emphasis::Secondary, say::NOT_NOW).clicked();
            (yes || no).then_some(Action::BeFound(yes))
        })
        .inner
    })
    .inner
}
