//! One incoming transfer under way.

use eframe::egui::Ui;

use super::action::IncomingAction;
use super::incoming::{named_button_ui, sender};
use super::outgoing::{facts, resumed, share};
use super::theme::Tokens;
use super::view::{RowState, RowView};
use super::widgets::{
    Emphasis, Fill, Protection, inline_headline_ui, muted, progress_bar_ui, protection_ui,
    trailing_row_ui,
};
use crate::messages;
use crate::transfer::Snapshot;

/// How far it is, how fast, and what it protects.
#[must_use]
pub(super) fn ui(ui: &mut Ui, row: &RowView<'_>) -> Option<IncomingAction> {
    let RowState::Receiving {
        snapshot,
        bytes_per_second,
        time_left,
        held_bytes,
    } = &row.state
    else {
        return None;
    };
    let tokens = Tokens::of(ui);
    let headline = format!("Receiving from {}", sender(row));
    let ((), cancelled) = trailing_row_ui(
        ui,
        |ui| inline_headline_ui(ui, tokens.accent, &headline),
        |ui| named_button_ui(ui, Emphasis::Secondary, "Cancel", sender(row)),
    );
    // A classic sender does not say how much it has.
    let fill = match (snapshot.total_bytes, snapshot.stalled) {
        (Some(_), _) => Fill::Share(share(snapshot)),
        (None, false) => Fill::Moving,
        (None, true) => Fill::Still,
    };
    progress_bar_ui(ui, &headline, fill);
    match snapshot.total_bytes {
        Some(total) if snapshot.bytes >= total => {
            let total = messages::bytes(total);
            ui.label(format!("All {total} are here and are being saved."))
        }
        Some(_) => ui.label(facts(snapshot, *bytes_per_second, *time_left)),
        None => ui.label(arriving(snapshot, *bytes_per_second)),
    };
    if let Some(resumed) = resumed(snapshot, *held_bytes) {
        let text = muted(ui, resumed);
        ui.label(text);
    }
    if snapshot.stalled {
        ui.colored_label(tokens.warning, "Stalled: nothing has arrived for a while.");
    }
    protection_ui(ui, protection(row));
    cancelled.then_some(IncomingAction::Cancel)
}

fn protection(row: &RowView<'_>) -> Protection {
    match row.device {
        Some(_) => Protection::Secure,
        None => Protection::Classic,
    }
}

fn arriving(snapshot: &Snapshot, bytes_per_second: f64) -> String {
    let facts = messages::bytes(snapshot.bytes);
    if bytes_per_second > 0.0 && !snapshot.stalled {
        return format!("{facts}  •  {}", messages::speed(bytes_per_second));
    }
    facts
}
