//! One incoming transfer under way.

use eframe::egui::Ui;

use super::action::IncomingAction;
use super::moving::{self, Moving};
use crate::messages::window::{buttons, transfers};
use crate::session::Incoming;

/// How far it is, how fast, and what it protects.
#[must_use]
pub(super) fn ui(ui: &mut Ui, incoming: &Incoming, compact: bool) -> Option<IncomingAction> {
    let sender = incoming.sender();
    let headline = transfers::receiving(incoming.what(), &sender);
    let latest = incoming.progress().latest();
    let is_here = latest
        .total_bytes
        .is_some_and(|total| latest.bytes >= total);
    let moving = Moving {
        headline: &headline,
        stop: (
            buttons::CANCEL,
            &buttons::file_from(buttons::CANCEL, &sender),
        ),
        progress: incoming.progress(),
        state: is_here.then(|| transfers::being_saved(latest.bytes)),
        stalled: transfers::NOTHING_ARRIVES,
        protection: incoming.device().into(),
        compact,
    };
    moving::ui(ui, &moving).then_some(IncomingAction::Cancel)
}
