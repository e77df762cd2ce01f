//! What there is to say of a transfer between two Onehops besides that it is done.

use eframe::egui::Ui;

use super::widgets::lines_ui;
use crate::messages::summary::details;
use crate::transfer::Summary;

/// More remarks than these are folded away.
const SHOWN: usize = 4;

/// What was skipped, renamed or failed, each with its reason.
pub(super) fn ui(ui: &mut Ui, summary: &Summary) {
    let lines = details(summary);
    let more = format!("{} more", lines.len().saturating_sub(SHOWN));
    lines_ui(ui, "remarks", (lines.len(), SHOWN), &more, |number| {
        lines[number].clone()
    });
}
