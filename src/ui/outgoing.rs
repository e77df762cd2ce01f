//! The outgoing transfer: how far it is, what the receiver says, and how it ended.

use std::time::Duration;

use eframe::egui::{Label, Ui};

use super::action::SendAction;
use super::questions::QuestionCard;
use super::theme::{Tokens, space};
use super::view::{OutgoingView, StageView};
use super::widgets::{
    Emphasis, Fill, Protection, Tone, button, card_ui, headline_ui, inline_headline_ui, muted,
    notice_details_ui, progress_bar_ui, protection_ui, quotation_ui, small_muted, trailing_row_ui,
};
use super::{diagnosis, summary};
use crate::messages::contact::amount;
use crate::messages::summary::is_incomplete;
use crate::messages::{self, UserMessage, outcome};
use crate::transfer::{Snapshot, Summary};

/// Draws the transfer as a card, or what it asks.
#[must_use]
pub(super) fn ui(
    ui: &mut Ui,
    transfer: &OutgoingView<'_>,
    question: &mut QuestionCard,
) -> Option<SendAction> {
    if let StageView::Asked(asked) = transfer.stage {
        return question.ui(ui, transfer, asked);
    }
    question.close();
    card_ui(ui, Tone::Plain, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let action = stage_ui(ui, transfer);
        // That of another Onehop says nothing that the card does not say.
        if transfer.device.is_none() && !transfer.greeting.trim().is_empty() {
            ui.add_space(space::XS);
            let text = small_muted(ui, "The receiver says:");
            ui.label(text);
            quotation_ui(ui, transfer.greeting);
        }
        action
    })
    .inner
}

/// Whom it goes to: by the name of the other Onehop, where there is one.
fn receiver<'a>(transfer: &OutgoingView<'a>) -> &'a str {
    transfer
        .device
        .map_or(transfer.host, |device| device.name.as_str())
}

fn protection(transfer: &OutgoingView<'_>) -> Protection {
    match transfer.device {
        Some(_) => Protection::Secure,
        None => Protection::Classic,
    }
}

fn stage_ui(ui: &mut Ui, transfer: &OutgoingView<'_>) -> Option<SendAction> {
    match &transfer.stage {
        StageView::Connecting | StageView::Asked(_) => {
            still_ui(ui, &format!("Connecting to {}", transfer.host))
        }
        StageView::Diagnosing => still_ui(
            ui,
            &format!(
                "No connection to {} yet; looking for the reason",
                transfer.host
            ),
        ),
        StageView::Listing => secure_still_ui(ui, &format!("Connected to {}", receiver(transfer))),
        StageView::AwaitingAnswer => {
            let headline = format!("Waiting for {} to accept", receiver(transfer));
            secure_still_ui(ui, &headline)
        }
        StageView::Checking => {
            let headline = format!("Checking what {} has already", receiver(transfer));
            secure_still_ui(ui, &headline)
        }
        StageView::Sending {
            snapshot,
            bytes_per_second,
            time_left,
            held_bytes,
        } => {
            let facts = facts(snapshot, *bytes_per_second, *time_left);
            sending_ui(ui, transfer, snapshot, &facts, *held_bytes)
        }
        StageView::AwaitingConfirmation(snapshot) => awaiting_ui(ui, transfer, snapshot),
        StageView::Received(summary) => {
            received_ui(ui, transfer, summary);
            end_buttons_ui(ui, is_incomplete(summary))
        }
        StageView::Delivered { bytes, grew } => {
            delivered_ui(ui, transfer, *bytes, *grew);
            end_buttons_ui(ui, false)
        }
        StageView::Unconfirmed { bytes, grew } => {
            unconfirmed_ui(ui, transfer, *bytes, *grew);
            end_buttons_ui(ui, true)
        }
        StageView::Failed { notice, bytes } => {
            failed_ui(ui, transfer, notice, *bytes);
            end_buttons_ui(ui, true)
        }
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

fn sending_ui(
    ui: &mut Ui,
    transfer: &OutgoingView<'_>,
    snapshot: &Snapshot,
    facts: &str,
    held_bytes: u64,
) -> Option<SendAction> {
    let headline = format!("Sending {} to {}", transfer.what, receiver(transfer));
    let action = running_headline_ui(ui, &headline, "Cancel");
    progress_bar_ui(ui, &headline, Fill::Share(share(snapshot)));
    ui.label(facts);
    if let Some(resumed) = resumed(snapshot, held_bytes) {
        let text = muted(ui, resumed);
        ui.label(text);
    }
    protection_ui(ui, protection(transfer));
    if snapshot.stalled {
        let color = Tokens::of(ui).warning;
        let text = "Stalled: the receiver takes nothing at the moment. Someone may be deciding \
                    there.";
        ui.colored_label(color, text);
    }
    action
}

/// Where it goes on, if it was interrupted earlier.
pub(super) fn resumed(snapshot: &Snapshot, held_bytes: u64) -> Option<String> {
    let held = Snapshot {
        bytes: held_bytes,
        ..*snapshot
    };
    (held_bytes > 0).then(|| {
        format!(
            "Resuming at {} %, where an earlier transfer was interrupted.",
            percent(&held)
        )
    })
}

pub(super) fn facts(
    snapshot: &Snapshot,
    bytes_per_second: f64,
    time_left: Option<Duration>,
) -> String {
    let mut facts = vec![
        format!("{} %", percent(snapshot)),
        match snapshot.total_bytes {
            Some(total) => format!(
                "{} of {}",
                messages::bytes(snapshot.bytes),
                messages::bytes(total)
            ),
            None => messages::bytes(snapshot.bytes),
        },
    ];
    if bytes_per_second > 0.0 && !snapshot.stalled {
        facts.push(messages::speed(bytes_per_second));
        facts.extend(time_left.map(messages::duration_left));
    }
    facts.join("  •  ")
}

/// Rounded down: 100 % stands for everything.
pub(super) fn percent(snapshot: &Snapshot) -> u64 {
    let total = u128::from(snapshot.total_bytes.unwrap_or(0));
    let percent = (u128::from(snapshot.bytes) * 100).checked_div(total);
    percent.map_or(100, |percent| u64::try_from(percent).unwrap_or(100))
}

pub(super) fn share(snapshot: &Snapshot) -> f32 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a bar has a few hundred pixels"
    )]
    match snapshot.total_bytes {
        None | Some(0) => 1.0,
        Some(total) => (snapshot.bytes as f64 / total as f64) as f32,
    }
}

fn awaiting_ui(
    ui: &mut Ui,
    transfer: &OutgoingView<'_>,
    snapshot: &Snapshot,
) -> Option<SendAction> {
    let headline = "Everything is sent; waiting for the other computer to confirm.";
    let stop = match transfer.device {
        Some(_) => "Cancel",
        None => "Stop waiting",
    };
    let action = running_headline_ui(ui, headline, stop);
    progress_bar_ui(ui, headline, Fill::Share(1.0));
    let text = format!(
        "{} of {} went to {}. {}",
        messages::bytes(snapshot.bytes),
        transfer.what,
        receiver(transfer),
        match transfer.device {
            Some(_) => "It is being saved there.",
            None => "Someone may be deciding there.",
        }
    );
    let text = muted(ui, text);
    ui.add(Label::new(text).wrap());
    protection_ui(ui, protection(transfer));
    action
}

/// The receipt says that all of it is durable and was compared with its hashes.
fn received_ui(ui: &mut Ui, transfer: &OutgoingView<'_>, summary: &Summary) {
    let tokens = Tokens::of(ui);
    let (color, verdict) = if is_incomplete(summary) {
        (tokens.warning, "Not all was delivered, only")
    } else {
        (tokens.success, "Delivered, verified:")
    };
    let what = match summary.files {
        // A text, or folders with nothing in them.
        0 if !is_incomplete(summary) => transfer.what.to_owned(),
        files => amount(files, summary.bytes),
    };
    let headline = format!("{verdict} {what} to {}", receiver(transfer));
    headline_ui(ui, color, &headline);
    summary::ui(ui, summary);
    protection_ui(ui, Protection::Secure);
}

/// No speed here: the time until the receiver closed may hold a person's decision.
fn delivered_ui(ui: &mut Ui, transfer: &OutgoingView<'_>, bytes: u64, grew: bool) {
    let headline = format!("Delivered {} to {}", transfer.what, transfer.host);
    headline_ui(ui, Tokens::of(ui).success, &headline);
    let text = muted(ui, messages::bytes(bytes));
    ui.label(text);
    grew_ui(ui, bytes, grew);
    protection_ui(ui, Protection::Classic);
}

/// What arrived is not all that the file is by now.
fn grew_ui(ui: &mut Ui, bytes: u64, grew: bool) {
    if grew {
        ui.add(Label::new(outcome::first_bytes(bytes)).wrap());
    }
}

fn unconfirmed_ui(ui: &mut Ui, transfer: &OutgoingView<'_>, bytes: u64, grew: bool) {
    let headline = format!("Sent {}, not confirmed", transfer.what);
    headline_ui(ui, Tokens::of(ui).warning, &headline);
    let text = format!(
        "All {} went to {}, but it has not said that they were saved. Ask there before you rely \
         on it.",
        messages::bytes(bytes),
        transfer.host,
    );
    let text = muted(ui, text);
    ui.add(Label::new(text).wrap());
    grew_ui(ui, bytes, grew);
    protection_ui(ui, Protection::Classic);
}

fn failed_ui(ui: &mut Ui, transfer: &OutgoingView<'_>, notice: &UserMessage, bytes: u64) {
    headline_ui(ui, Tokens::of(ui).danger, &notice.headline);
    if let Some(diagnosis) = transfer.diagnosis {
        diagnosis::ui(ui, notice, diagnosis);
        return;
    }
    ui.add(Label::new(notice.advice.as_str()).wrap());
    let sent = messages::bytes(bytes);
    let told = notice.headline.contains(&sent) || notice.advice.contains(&sent);
    if bytes > 0 && !told {
        let text = muted(ui, format!("{sent} of {} had been sent.", transfer.what));
        ui.label(text);
    }
    notice_details_ui(ui, notice);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(bytes: u64, total_bytes: u64) -> Snapshot {
        Snapshot {
            bytes,
            held_bytes: 0,
            total_bytes: Some(total_bytes),
            stalled: false,
            complete: false,
        }
    }

    #[test]
    fn a_hundred_per_cent_means_everything() {
        assert_eq!(percent(&snapshot(999, 1_000)), 99);
        assert_eq!(percent(&snapshot(1_000, 1_000)), 100);
        assert_eq!(percent(&snapshot(0, 0)), 100);
        assert_eq!(percent(&snapshot(u64::MAX - 1, u64::MAX)), 99);
    }

    #[test]
    fn speed_and_time_left_come_once_they_are_known() {
        let half = snapshot(500, 1_000);
        assert_eq!(facts(&half, 0.0, None), "50 %  •  500 B of 1.0 kB");
        assert_eq!(
            facts(&half, 100.0, Some(Duration::from_secs(5))),
            "50 %  •  500 B of 1.0 kB  •  100 B/s  •  5 s left"
        );
    }
}
