//! One incoming transfer under way.

use eframe::egui::Ui;

use super::action::IncomingAction;
use super::incoming::named_button_ui;
use super::theme::Tokens;
use super::widgets::{
    Emphasis, Fill, inline_headline_ui, muted, progress_bar_ui, protection_ui, trailing_row_ui,
};
use crate::messages::window::{buttons, transfers};
use crate::session::Incoming;

/// How far it is, how fast, and what it protects.
#[must_use]
pub(super) fn ui(ui: &mut Ui, incoming: &Incoming) -> Option<IncomingAction> {
    let tokens = Tokens::of(ui);
    let sender = incoming.sender();
    let headline = transfers::receiving_from(&sender);
    let ((), cancelled) = trailing_row_ui(
        ui,
        |ui| inline_headline_ui(ui, tokens.accent, &headline),
        |ui| named_button_ui(ui, Emphasis::Secondary, buttons::CANCEL, &sender),
    );
    let progress = incoming.progress();
    let latest = progress.latest();
    // A classic sender does not say how much it has.
    let fill = match (progress.share(), latest.stalled) {
        (Some(share), _) => Fill::Share(share),
        (None, false) => Fill::Moving,
        (None, true) => Fill::Still,
    };
    progress_bar_ui(ui, &headline, fill);
    match latest.total_bytes {
        Some(total) if latest.bytes >= total => ui.label(transfers::being_saved(total)),
        _ => ui.label(progress.facts()),
    };
    if let Some(resumed) = progress.resumed() {
        let text = muted(ui, resumed);
        ui.label(text);
    }
    if latest.stalled {
        ui.colored_label(tokens.warning, transfers::NOTHING_ARRIVES);
    }
    protection_ui(ui, incoming.device().into());
    cancelled.then_some(IncomingAction::Cancel)
}
