//! One incoming transfer: waiting, asking, running, or over.

use std::mem::discriminant;

use eframe::egui::{Label, Response, Ui};

use super::action::IncomingAction;
use super::theme::{Tokens, space};
use super::widgets::{
    Emphasis, Tone, button, card_ui, escaped_ui, focus_if_new_ui, headline_ui, muted,
    trailing_row_ui,
};
use super::{arrived, offer, receiving};
use crate::messages::contact;
use crate::messages::window::{buttons, requests, transfers};
use crate::session::{Incoming, IncomingState};
use crate::transfer::Acceptance;

/// How a row is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawing {
    /// On a line, among many.
    pub(super) compact: bool,
    /// It asks, and has not been seen before.
    pub(super) is_new: bool,
    /// A native dialog is open.
    pub(super) dialog_open: bool,
}

/// Draws the transfer as a card.
#[must_use]
pub(super) fn ui(
    ui: &mut Ui,
    incoming: &Incoming,
    ticks: &mut Acceptance,
    drawing: Drawing,
) -> Option<IncomingAction> {
    let tone = match (incoming.asks(), incoming.device()) {
        (true, Some(_)) => Tone::Accent,
        // Nobody knows who it is, and anybody may read along.
        (true, None) => Tone::Warning,
        (false, _) => Tone::Plain,
    };
    // What came with one state must not press a button of the next: each has its own ids.
    let state = (
        discriminant(incoming.state()),
        incoming.outcome().map(discriminant),
    );
    card_ui(ui, tone, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.push_id(state, |ui| contents_ui(ui, incoming, ticks, drawing))
            .inner
    })
    .inner
}

fn contents_ui(
    ui: &mut Ui,
    incoming: &Incoming,
    ticks: &mut Acceptance,
    drawing: Drawing,
) -> Option<IncomingAction> {
    if let Some(told) = incoming.told() {
        return arrived::ui(ui, incoming, &told);
    }
    match (incoming.state(), incoming.introduced()) {
        (IncomingState::Requested, _) => request_ui(ui, incoming, drawing),
        (IncomingState::Receiving, _) => receiving::ui(ui, incoming, drawing.compact),
        (IncomingState::Introduced, Some(introduced)) => {
            offer::introduced_ui(ui, incoming, introduced)
        }
        (IncomingState::Offered(offered), Some(introduced)) => {
            offer::offered_ui(ui, incoming, (introduced, offered), ticks, drawing)
        }
        _ => waiting_ui(ui, &incoming.sender()),
    }
}

fn waiting_ui(ui: &mut Ui, peer: &str) -> Option<IncomingAction> {
    let ((), pressed) = trailing_row_ui(
        ui,
        |ui| {
            let text = muted(ui, transfers::connected_silently(peer));
            ui.add(Label::new(text).wrap());
        },
        |ui| named_button_ui(ui, Emphasis::Secondary, transfers::DISCONNECT, peer),
    );
    pressed.then_some(IncomingAction::Cancel)
}

fn request_ui(ui: &mut Ui, incoming: &Incoming, drawing: Drawing) -> Option<IncomingAction> {
    let peer = incoming.peer();
    headline_ui(ui, Tokens::of(ui).warning, &contact::save_question(peer));
    let latest = incoming.progress().latest();
    let arrived = requests::arrived_before_the_answer(latest.bytes, latest.complete);
    let text = muted(ui, arrived);
    ui.label(text);
    ui.add_space(space::XS);
    let peer = peer.to_string();
    ui.horizontal_wrapped(|ui| {
        let accept = named_button(ui, Emphasis::Primary, buttons::ACCEPT, &peer);
        let decline = named_button(ui, Emphasis::Secondary, buttons::DECLINE, &peer);
        let save_as = ui
            .add_enabled_ui(!drawing.dialog_open, |ui| {
                named_button(ui, Emphasis::Secondary, requests::SAVE_AS, &peer)
            })
            .inner;
        focus_if_new_ui(ui, &accept, drawing.is_new);
        let escaped = escaped_ui(ui, &[&accept, &decline, &save_as]);
        pressed([
            (
                accept.clicked(),
                IncomingAction::Accept(Acceptance::default()),
            ),
            (decline.clicked() || escaped, IncomingAction::Decline),
            (save_as.clicked(), IncomingAction::SaveAs),
        ])
    })
    .inner
}

/// A button whose name says which transfer it is about.
fn named_button(ui: &mut Ui, emphasis: Emphasis, label: &str, peer: &str) -> Response {
    button(ui, emphasis, label).accessible_name(buttons::file_from(label, peer))
}

/// The same where only the press is of interest.
pub(super) fn named_button_ui(ui: &mut Ui, emphasis: Emphasis, label: &str, peer: &str) -> bool {
    named_button(ui, emphasis, label, peer).clicked()
}

/// What the button that was pressed stands for.
pub(super) fn pressed<const N: usize>(
    buttons: [(bool, IncomingAction); N],
) -> Option<IncomingAction> {
    buttons
        .into_iter()
        .find_map(|(pressed, action)| pressed.then_some(action))
}
