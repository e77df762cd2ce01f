//! One incoming transfer: waiting, asking, running, or over.

use std::mem::discriminant;

use eframe::egui::{Label, Ui};

use super::action::IncomingAction;
use super::theme::{Tokens, space};
use super::widgets::{Emphasis, Tone, button, card_ui, headline_ui, muted, trailing_row_ui};
use super::{arrived, offer, receiving};
use crate::messages::contact;
use crate::messages::window::{buttons, requests, transfers};
use crate::session::{Incoming, IncomingState};
use crate::transfer::Acceptance;

/// Draws the transfer as a card.
#[must_use]
pub(super) fn ui(
    ui: &mut Ui,
    incoming: &Incoming,
    ticks: &mut Acceptance,
    dialog_open: bool,
) -> Option<IncomingAction> {
    let tone = if incoming.asks() {
        Tone::Accent
    } else {
        Tone::Plain
    };
    // What came with one state must not press a button of the next: each has its own ids.
    let state = (
        discriminant(incoming.state()),
        incoming.outcome().map(discriminant),
    );
    card_ui(ui, tone, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.push_id(state, |ui| contents_ui(ui, incoming, ticks, dialog_open))
            .inner
    })
    .inner
}

fn contents_ui(
    ui: &mut Ui,
    incoming: &Incoming,
    ticks: &mut Acceptance,
    dialog_open: bool,
) -> Option<IncomingAction> {
    if let Some(told) = incoming.told() {
        return arrived::ui(ui, incoming, &told);
    }
    match (incoming.state(), incoming.introduced()) {
        (IncomingState::Requested, _) => request_ui(ui, incoming, dialog_open),
        (IncomingState::Receiving, _) => receiving::ui(ui, incoming),
        (IncomingState::Introduced, Some(introduced)) => {
            offer::introduced_ui(ui, incoming, introduced)
        }
        (IncomingState::Offered(offered), Some(introduced)) => {
            offer::offered_ui(ui, incoming, (introduced, offered), ticks, dialog_open)
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

fn request_ui(ui: &mut Ui, incoming: &Incoming, dialog_open: bool) -> Option<IncomingAction> {
    let peer = incoming.peer();
    headline_ui(ui, Tokens::of(ui).accent, &contact::save_question(peer));
    let latest = incoming.progress().latest();
    let arrived = requests::arrived_before_the_answer(latest.bytes, latest.complete);
    let text = muted(ui, arrived);
    ui.label(text);
    ui.add_space(space::XS);
    let peer = peer.to_string();
    ui.horizontal_wrapped(|ui| {
        let accept = named_button_ui(ui, Emphasis::Primary, buttons::ACCEPT, &peer);
        let decline = named_button_ui(ui, Emphasis::Secondary, buttons::DECLINE, &peer);
        let save_as = ui
            .add_enabled_ui(!dialog_open, |ui| {
                named_button_ui(ui, Emphasis::Secondary, requests::SAVE_AS, &peer)
            })
            .inner;
        pressed([
            (accept, IncomingAction::Accept(Acceptance::default())),
            (decline, IncomingAction::Decline),
            (save_as, IncomingAction::SaveAs),
        ])
    })
    .inner
}

/// A button whose name says which transfer it is about.
pub(super) fn named_button_ui(ui: &mut Ui, emphasis: Emphasis, label: &str, peer: &str) -> bool {
    button(ui, emphasis, label)
        .accessible_name(buttons::file_from(label, peer))
        .clicked()
}

/// What the button that was pressed stands for.
pub(super) fn pressed<const N: usize>(
    buttons: [(bool, IncomingAction); N],
) -> Option<IncomingAction> {
    buttons
        .into_iter()
        .find_map(|(pressed, action)| pressed.then_some(action))
}
