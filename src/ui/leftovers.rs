//! What interrupted transfers left in the folder to save in.

use eframe::egui::{Label, Ui};

use super::action::{Action, ReceiveAction};
use super::theme::space;
use super::view::LeftoverView;
use super::widgets::{
    Emphasis, Tone, card_ui, heading, long_list_ui, middle_elided_ui, small_button, small_muted,
    trailing_line_ui,
};
use crate::messages::contact::shown;
use crate::messages::leftovers::{MEANING, leftover};
use crate::messages::window::{buttons, transfers};

/// Draws the list, if there is anything to list.
#[must_use]
pub(super) fn ui(ui: &mut Ui, leftovers: &[LeftoverView]) -> Option<Action> {
    if leftovers.is_empty() {
        return None;
    }
    card_ui(ui, Tone::Plain, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        let headline = heading(ui, transfers::INTERRUPTED_EARLIER);
        ui.label(headline);
        let meaning = small_muted(ui, MEANING);
        ui.add(Label::new(meaning).wrap());
        let rows = (leftovers.len(), space::SMALL_CONTROL);
        let discarded = long_list_ui(ui, "leftovers", rows, |ui, range| {
            let mut discarded = None;
            for leftover in &leftovers[range] {
                if row_ui(ui, leftover) {
                    discarded = Some(leftover.path.clone());
                }
            }
            discarded
        });
        discarded.map(|path| Action::Receive(ReceiveAction::DiscardLeftover(path)))
    })
    .inner
}

fn row_ui(ui: &mut Ui, view: &LeftoverView) -> bool {
    let facts = leftover(view.is_folder, view.bytes, view.age);
    let ((), pressed) = trailing_line_ui(
        ui,
        |ui| {
            middle_elided_ui(ui, &facts, &shown(&view.path.display().to_string()));
        },
        |ui| {
            ui.add_enabled_ui(!view.going, |ui| {
                small_button(ui, Emphasis::Secondary, buttons::DISCARD)
                    .accessible_name(buttons::discard(&facts))
                    .clicked()
            })
            .inner
        },
    );
    pressed
}
