//! The outgoing transfer: how far it is, what the receiver says, and how it ended.

use eframe::egui::{Label, RichText, Ui};

use super::action::SendAction;
use super::diagnosis;
use super::questions::QuestionCard;
use super::theme::{Tokens, space};
use super::widgets::{
    Emphasis, Fill, Protection, Tone, button, card_ui, headline_ui, inline_headline_ui, muted,
    notice_details_ui, progress_bar_ui, protection_ui, quotation_ui, remarks_ui, small_muted,
    trailing_row_ui,
};
use crate::messages;
use crate::session::{Outgoing, OutgoingState};
use crate::transfer::SendOutcome;

/// Draws the transfer as a card, or what it asks.
#[must_use]
pub(super) fn ui(
    ui: &mut Ui,
    transfer: &Outgoing,
    question: &mut QuestionCard,
) -> Option<SendAction> {
    if let Some(asked) = transfer.question() {
        return question.ui(ui, transfer, asked);
    }
    question.close();
    card_ui(ui, Tone::Plain, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let action = contents_ui(ui, transfer);
        // That of another Onehop says nothing that the card does not say.
        if transfer.device().is_none() && !transfer.greeting().trim().is_empty() {
            ui.add_space(space::XS);
            let text = small_muted(ui, "The receiver says:");
            ui.label(text);
            quotation_ui(ui, transfer.greeting());
        }
        action
    })
    .inner
}

fn contents_ui(ui: &mut Ui, transfer: &Outgoing) -> Option<SendAction> {
    let (host, receiver) = (&transfer.to().host, transfer.receiver());
    match transfer.state() {
        OutgoingState::Connecting | OutgoingState::Greeted | OutgoingState::Asked(_) => {
            still_ui(ui, &format!("Connecting to {host}"))
        }
        OutgoingState::Diagnosing => {
            let headline = format!("No connection to {host} yet; looking for the reason");
            still_ui(ui, &headline)
        }
        OutgoingState::Listing => secure_still_ui(ui, &format!("Connected to {receiver}")),
        OutgoingState::AwaitingAnswer => {
            secure_still_ui(ui, &format!("Waiting for {receiver} to accept"))
        }
        OutgoingState::Checking => {
            secure_still_ui(ui, &format!("Checking what {receiver} has already"))
        }
        OutgoingState::Sending => sending_ui(ui, transfer),
        OutgoingState::AwaitingConfirmation => awaiting_ui(ui, transfer),
        OutgoingState::Ended(_) => ended_ui(ui, transfer),
    }
}

fn running_headline_ui(ui: &mut Ui, headline: &str, stop: &str) -> Option<SendAction> {
    let color = Tokens::of(ui).accent;
    let ((), pressed) = trailing_row_ui(
        ui,
        |ui| inline_headline_ui(ui, color, headline),
        |ui| button(ui, Emphasis::Secondary, stop).clicked(),
    );
    pressed.then_some(SendAction::Cancel)
}

/// Nothing crosses yet.
fn still_ui(ui: &mut Ui, headline: &str) -> Option<SendAction> {
    let action = running_headline_ui(ui, headline, "Cancel");
    progress_bar_ui(ui, headline, Fill::Still);
    action
}

fn secure_still_ui(ui: &mut Ui, headline: &str) -> Option<SendAction> {
    let action = still_ui(ui, headline);
    protection_ui(ui, Protection::Secure);
    action
}

fn sending_ui(ui: &mut Ui, transfer: &Outgoing) -> Option<SendAction> {
    let progress = transfer.progress();
    let headline = format!("Sending {} to {}", transfer.what(), transfer.receiver());
    let action = running_headline_ui(ui, &headline, "Cancel");
    let share = progress.share().unwrap_or(1.0);
    progress_bar_ui(ui, &headline, Fill::Share(share));
    ui.label(progress.facts());
    if let Some(resumed) = progress.resumed() {
        let text = muted(ui, resumed);
        ui.label(text);
    }
    protection_ui(ui, transfer.device().into());
    if progress.latest().stalled {
        let color = Tokens::of(ui).warning;
        let text = "Stalled: the receiver takes nothing at the moment. Someone may be deciding \
                    there.";
        ui.colored_label(color, text);
    }
    action
}

fn awaiting_ui(ui: &mut Ui, transfer: &Outgoing) -> Option<SendAction> {
    let headline = "Everything is sent; waiting for the other computer to confirm.";
    let (stop, there) = match transfer.device() {
        Some(_) => ("Cancel", "It is being saved there."),
        None => ("Stop waiting", "Someone may be deciding there."),
    };
    let action = running_headline_ui(ui, headline, stop);
    progress_bar_ui(ui, headline, Fill::Share(1.0));
    let text = format!(
        "{} of {} went to {}. {there}",
        messages::bytes(transfer.progress().latest().bytes),
        transfer.what(),
        transfer.receiver(),
    );
    let text = muted(ui, text);
    ui.add(Label::new(text).wrap());
    protection_ui(ui, transfer.device().into());
    action
}

fn ended_ui(ui: &mut Ui, transfer: &Outgoing) -> Option<SendAction> {
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
        protection_ui(ui, transfer.device().into());
    }
    end_buttons_ui(ui, !ending.is_good())
}

fn end_buttons_ui(ui: &mut Ui, retry: bool) -> Option<SendAction> {
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let again = button(ui, Emphasis::Secondary, "Send again").clicked();
        let another = !retry && button(ui, Emphasis::Secondary, "Send another").clicked();
        let dismiss = button(ui, Emphasis::Quiet, "Dismiss").clicked();
        [
            (again, SendAction::Again),
            (another, SendAction::Another),
            (dismiss, SendAction::Dismiss),
        ]
        .into_iter()
        .find_map(|(pressed, action)| pressed.then_some(action))
    })
    .inner
}
