//! Whether other computers can reach this one, in one line, and what to do if not.

use eframe::egui::{Label, RichText, Ui};

use super::action::ReceiveAction;
use super::diagnosis::{advice_ui, seen_ui};
use super::theme::{Tokens, size, space};
use super::view::ReachView;
use super::widgets::{
    Emphasis, collapsible_ui, field_row_ui, heading, small_button, trailing_row_ui,
};
use crate::messages::diagnostics::Verdict;
use crate::messages::window::receive;

/// The row of the status card, with a button to look once more.
#[must_use]
pub(super) fn ui(ui: &mut Ui, view: ReachView<'_>) -> Option<ReceiveAction> {
    let pressed = field_row_ui(ui, receive::REACHABILITY, |ui, _| {
        let ((), pressed) = trailing_row_ui(
            ui,
            |ui| line_ui(ui, view),
            |ui| {
                ui.add_enabled_ui(!view.looking, |ui| {
                    small_button(ui, Emphasis::Secondary, receive::CHECK)
                        .accessible_name(receive::CHECK_REACHABILITY)
                        .clicked()
                })
                .inner
            },
        );
        if let Some(verdict) = view.verdict {
            details_ui(ui, verdict);
        }
        pressed
    });
    pressed.then_some(ReceiveAction::Check)
}

fn line_ui(ui: &mut Ui, view: ReachView<'_>) {
    let tokens = Tokens::of(ui);
    let (color, line) = match view.verdict {
        // What was found stays until there is something newer.
        Some(verdict) if verdict.good => (tokens.text, verdict.line.as_str()),
        Some(verdict) => (tokens.warning, verdict.line.as_str()),
        None => (tokens.text, receive::CHECKING),
    };
    ui.add(Label::new(RichText::new(line).color(color)).wrap());
}

fn details_ui(ui: &mut Ui, verdict: &Verdict) {
    ui.spacing_mut().interact_size.y = space::SMALL_CONTROL;
    ui.spacing_mut().item_spacing.y = space::XS;
    if !verdict.advice.is_empty() {
        let text = RichText::new(receive::WHAT_TO_DO).size(size::SMALL);
        collapsible_ui(ui, text, "reach-advice", |ui| {
            for advice in &verdict.advice {
                let headline = heading(ui, &advice.headline);
                ui.add(Label::new(headline).wrap());
                advice_ui(ui, advice);
            }
        });
    }
    seen_ui(ui, &verdict.line, &verdict.seen);
}
