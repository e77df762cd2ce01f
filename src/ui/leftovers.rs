//! What interrupted transfers left in the folder to save in.

use eframe::egui::{Label, Ui};

use super::action::{Action, ReceiveAction};
use super::theme::space;
use super::view::LeftoverView;
use super::widgets::{
    Emphasis, Tone, card_ui, heading, long_list_ui, small_button, small_muted, trailing_line_ui,
};
use crate::words::{ago, bytes};

/// Draws the list, if there is anything to list.
#[must_use]
pub(super) fn ui(ui: &mut Ui, leftovers: &[LeftoverView]) -> Option<Action> {
    if leftovers.is_empty() {
        return None;
    }
    card_ui(ui, Tone::Plain, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        let headline = heading(ui, "Interrupted earlier");
        ui.label(headline);
        let meaning = small_muted(
            ui,
            "Sending the same again goes on from there. What nobody will send again can go.",
        );
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

fn row_ui(ui: &mut Ui, leftover: &LeftoverView) -> bool {
    let facts = facts(leftover);
    let ((), pressed) = trailing_line_ui(
        ui,
        |ui| {
            ui.add(Label::new(&facts).truncate())
                .on_hover_text(leftover.path.display().to_string());
        },
        |ui| {
            ui.add_enabled_ui(!leftover.going, |ui| {
                small_button(ui, Emphasis::Secondary, "Discard")
                    .accessible_name(format!("Discard {facts}"))
                    .clicked()
            })
            .inner
        },
    );
    pressed
}

/// Its final name is known only when it comes again.
fn facts(leftover: &LeftoverView) -> String {
    let what = if leftover.is_folder {
        "Part of a folder"
    } else {
        "Part of a file"
    };
    let age = leftover
        .age
        .map_or_else(String::new, |age| format!(", {}", ago(age)));
    format!("{what}, {}{age}", bytes(leftover.bytes))
}
