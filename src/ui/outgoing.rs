//! The outgoing transfer: how far it is, what the receiver says, and how it ended.

use eframe::egui::{Label, RichText, Ui};

use super::action::OutgoingAction;
use super::diagnosis;
use super::moving::{self, Moving};
use super::questions::QuestionCard;
use super::theme::{Tokens, space};
use super::widgets::{
    Emphasis, Fill, Protection, Tone, button, card_ui, headline_ui, inline_headline_ui, muted,
    notice_details_ui, progress_bar_ui, protection_ui, quotation_ui, remarks_ui, small_muted,
    trailing_row_ui,
};
use crate::messages::window::{buttons, transfers};
use crate::session::{Outgoing, OutgoingState};
use crate::transfer::SendOutcome;

/// Draws the transfer as a card, or what it asks.
#[must_use]
pub(super) fn ui(
    ui: &mut Ui,
    transfer: &Outgoing,
    question: &mut QuestionCard,
    compact: bool,
) -> Option<OutgoingAction> {
    if let Some(asked) = transfer.question() {
        return question.ui(ui, transfer, asked);
    }
    question.close();
    card_ui(ui, Tone::Plain, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let action = contents_ui(ui, transfer, compact);
        // That of another Onehop says nothing that the card does not say.
        if transfer.device().is_none() && !compact && !transfer.greeting().trim().is_empty() {
            ui.add_space(space::XS);
            let text = small_muted(ui, transfers::RECEIVER_SAYS);
            ui.label(text);
            quotation_ui(ui, transfer.greeting());
        }
        action
    })
    .inner
}

fn contents_ui(ui: &mut Ui, transfer: &Outgoing, compact: bool) -> Option<OutgoingAction> {
    let (host, receiver) = (&transfer.to().host, transfer.receiver());
    match transfer.state() {
        OutgoingState::Connecting | OutgoingState::Greeted | OutgoingState::Asked(_) => {
            still_ui(ui, &transfers::connecting(host))
        }
        OutgoingState::Diagnosing => still_ui(ui, &transfers::diagnosing(host)),
        OutgoingState::Listing => secure_still_ui(ui, &transfers::connected(receiver)),
        OutgoingState::AwaitingAnswer => secure_still_ui(ui, &transfers::awaiting_answer(receiver)),
        OutgoingState::Checking => secure_still_ui(ui, &transfers::checking(receiver)),
        OutgoingState::Sending => sending_ui(ui, transfer, compact),
        OutgoingState::AwaitingConfirmation => awaiting_ui(ui, transfer),
        OutgoingState::Ended(_) => ended_ui(ui, transfer),
    }
}

fn running_headline_ui(ui: &mut Ui, headline: &str, stop: &str) -> Option<OutgoingAction> {
    let color = Tokens::of(ui).accent;
    let ((), pressed) = trailing_row_ui(
        ui,
        |ui| inline_headline_ui(ui, color, headline),
        |ui| button(ui, Emphasis::Secondary, stop).clicked(),
    );
    pressed.then_some(OutgoingAction::Cancel)
}

/// Nothing crosses yet.
fn still_ui(ui: &mut Ui, headline: &str) -> Option<OutgoingAction> {
    let action = running_headline_ui(ui, headline, buttons::CANCEL);
    progress_bar_ui(ui, headline, Fill::Still);
    action
}

fn secure_still_ui(ui: &mut Ui, headline: &str) -> Option<OutgoingAction> {
    let action = still_ui(ui, headline);
    protection_ui(ui, Protection::Confirmed);
    action
}

fn sending_ui(ui: &mut Ui, transfer: &Outgoing, compact: bool) -> Option<OutgoingAction> {
    let receiver = transfer.receiver();
    let headline = transfers::sending(transfer.what(), receiver);
    let moving = Moving {
        headline: &headline,
        stop: (buttons::CANCEL, &buttons::to(buttons::CANCEL, receiver)),
        progress: transfer.progress(),
        state: None,
        stalled: transfers::NOTHING_IS_TAKEN,
        protection: transfer.device().into(),
        compact,
    };
    moving::ui(ui, &moving).then_some(OutgoingAction::Cancel)
}

fn awaiting_ui(ui: &mut Ui, transfer: &Outgoing) -> Option<OutgoingAction> {
    let headline = transfers::EVERYTHING_IS_SENT;
    let is_secure = transfer.device().is_some();
    let stop = if is_secure {
        buttons::CANCEL
    } else {
        transfers::STOP_WAITING
    };
    let action = running_headline_ui(ui, headline, stop);
    progress_bar_ui(ui, headline, Fill::Share(1.0));
    let sent = transfer.progress().latest().bytes;
    let (what, receiver) = (transfer.what(), transfer.receiver());
    let text = transfers::awaiting_confirmation(sent, what, receiver, is_secure);
    let text = muted(ui, text);
    ui.add(Label::new(text).wrap());
    protection_ui(ui, transfer.device().into());
    action
}

fn ended_ui(ui: &mut Ui, transfer: &Outgoing) -> Option<OutgoingAction> {
    let (told, ending) = (transfer.told()?, transfer.ending()?);
    headline_ui(ui, Tokens::of(ui).ending(Some(ending)), &told.headline);
    if let Some(diagnosis) = transfer.diagnosis() {
        diagnosis::ui(ui, &told, diagnosis);
    } else {
        let advice = if ending.is_good() {
            muted(ui, &told.advice)
        } else {
            RichText::new(&told.advice)
        };
        if !told.advice.is_empty() {
            ui.add(Label::new(advice).wrap());
        }
        remarks_ui(ui, &transfer.remarks());
        notice_details_ui(ui, &told);
    }
    if !matches!(transfer.outcome(), Some(SendOutcome::Failed { .. })) {
        let protection = match transfer.device() {
            Some(_) => Protection::Secure,
            None => Protection::Classic,
        };
        protection_ui(ui, protection);
    }
    end_buttons_ui(ui, !ending.is_good())
}

fn end_buttons_ui(ui: &mut Ui, retry: bool) -> Option<OutgoingAction> {
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let again = if retry {
            transfers::TRY_AGAIN
        } else {
            buttons::SEND_AGAIN
        };
        let again = button(ui, Emphasis::Secondary, again).clicked();
        let dismiss = button(ui, Emphasis::Quiet, buttons::DISMISS).clicked();
        match (again, dismiss) {
            (true, _) => Some(OutgoingAction::Again),
            (_, true) => Some(OutgoingAction::Dismiss),
            _ => None,
        }
    })
    .inner
}
