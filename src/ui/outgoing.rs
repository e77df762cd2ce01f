//! The outgoing transfer: how far it is, what the receiver says, and how it ended.

use std::time::Duration;

use eframe::egui::{Label, Ui};

use super::action::SendAction;
use super::theme::{Tokens, space};
use super::view::{OutgoingView, StageView};
use super::widgets::{
    Emphasis, Fill, Tone, button, card_ui, headline_ui, inline_headline_ui, muted,
    notice_details_ui, progress_bar_ui, quotation_ui, small_muted, trailing_row_ui,
};
use crate::transfer::Snapshot;
use crate::words::outcome::CLASSIC;
use crate::words::{self, Notice};

/// Draws the transfer as a card.
#[must_use]
pub(super) fn ui(
    ui: &mut Ui,
    transfer: &OutgoingView<'_>,
    file_chosen: bool,
) -> Option<SendAction> {
    card_ui(ui, Tone::Plain, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let action = stage_ui(ui, transfer, file_chosen);
        if !transfer.greeting.trim().is_empty() {
            ui.add_space(space::XS);
            let text = small_muted(ui, "The receiver says:");
            ui.label(text);
            quotation_ui(ui, transfer.greeting);
        }
        action
    })
    .inner
}

fn stage_ui(ui: &mut Ui, transfer: &OutgoingView<'_>, file_chosen: bool) -> Option<SendAction> {
    match &transfer.stage {
        StageView::Connecting => connecting_ui(ui, transfer),
        StageView::Sending {
            snapshot,
            bytes_per_second,
            time_left,
        } => sending_ui(ui, transfer, snapshot, *bytes_per_second, *time_left),
        StageView::AwaitingConfirmation(snapshot) => awaiting_ui(ui, transfer, snapshot),
        StageView::Delivered { bytes } => {
            delivered_ui(ui, transfer, *bytes);
            end_buttons_ui(ui, file_chosen, false)
        }
        StageView::Unconfirmed { bytes } => {
            unconfirmed_ui(ui, transfer, *bytes);
            end_buttons_ui(ui, file_chosen, true)
        }
        StageView::Failed { notice, bytes } => {
            failed_ui(ui, transfer, notice, *bytes);
            end_buttons_ui(ui, file_chosen, true)
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

fn connecting_ui(ui: &mut Ui, transfer: &OutgoingView<'_>) -> Option<SendAction> {
    let headline = format!("Connecting to {}", transfer.host);
    let action = running_headline_ui(ui, &headline, "Cancel");
    progress_bar_ui(ui, &headline, Fill::Still);
    action
}

fn sending_ui(
    ui: &mut Ui,
    transfer: &OutgoingView<'_>,
    snapshot: &Snapshot,
    bytes_per_second: f64,
    time_left: Option<Duration>,
) -> Option<SendAction> {
    let headline = format!("Sending {} to {}", transfer.file_name, transfer.host);
    let action = running_headline_ui(ui, &headline, "Cancel");
    progress_bar_ui(ui, &headline, Fill::Share(share(snapshot)));
    ui.label(facts(snapshot, bytes_per_second, time_left));
    if snapshot.stalled {
        let color = Tokens::of(ui).warning;
        let text = "Stalled: the receiver takes nothing at the moment. Someone may be deciding \
                    there.";
        ui.colored_label(color, text);
    }
    action
}

fn facts(snapshot: &Snapshot, bytes_per_second: f64, time_left: Option<Duration>) -> String {
    let mut facts = vec![
        format!("{} %", percent(snapshot)),
        match snapshot.total_bytes {
            Some(total) => format!(
                "{} of {}",
                words::bytes(snapshot.bytes),
                words::bytes(total)
            ),
            None => words::bytes(snapshot.bytes),
        },
    ];
    if bytes_per_second > 0.0 && !snapshot.stalled {
        facts.push(words::speed(bytes_per_second));
        facts.extend(time_left.map(words::duration_left));
    }
    facts.join("  •  ")
}

/// Rounded down: 100 % stands for everything.
pub(super) fn percent(snapshot: &Snapshot) -> u64 {
    let total = u128::from(snapshot.total_bytes.unwrap_or(0));
    let percent = (u128::from(snapshot.bytes) * 100).checked_div(total);
    percent.map_or(100, |percent| u64::try_from(percent).unwrap_or(100))
}

fn share(snapshot: &Snapshot) -> f32 {
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
    let action = running_headline_ui(ui, headline, "Stop waiting");
    progress_bar_ui(ui, headline, Fill::Share(1.0));
    let text = format!(
        "{} of {} went to {}. Someone may be deciding there.",
        words::bytes(snapshot.bytes),
        transfer.file_name,
        transfer.host
    );
    let text = muted(ui, text);
    ui.add(Label::new(text).wrap());
    action
}

/// No speed here: the time until the receiver closed may hold a person's decision.
fn delivered_ui(ui: &mut Ui, transfer: &OutgoingView<'_>, bytes: u64) {
    let headline = format!("Delivered {} to {}", transfer.file_name, transfer.host);
    headline_ui(ui, Tokens::of(ui).success, &headline);
    let text = muted(ui, format!("{}, {CLASSIC}", words::bytes(bytes)));
    ui.add(Label::new(text).wrap());
}

fn unconfirmed_ui(ui: &mut Ui, transfer: &OutgoingView<'_>, bytes: u64) {
    let headline = format!("Sent {}, not confirmed", transfer.file_name);
    headline_ui(ui, Tokens::of(ui).warning, &headline);
    let text = format!(
        "All {} went to {}, but it has not said that they were saved. Ask there before you rely \
         on it. {}.",
        words::bytes(bytes),
        transfer.host,
        "Not encrypted, not verified"
    );
    let text = muted(ui, text);
    ui.add(Label::new(text).wrap());
}

fn failed_ui(ui: &mut Ui, transfer: &OutgoingView<'_>, notice: &Notice, bytes: u64) {
    headline_ui(ui, Tokens::of(ui).danger, &notice.headline);
    ui.add(Label::new(notice.advice.as_str()).wrap());
    let sent = words::bytes(bytes);
    let told = notice.headline.contains(&sent) || notice.advice.contains(&sent);
    if bytes > 0 && !told {
        let text = muted(
            ui,
            format!("{sent} of {} had been sent.", transfer.file_name),
        );
        ui.label(text);
    }
    notice_details_ui(ui, notice);
}

fn end_buttons_ui(ui: &mut Ui, file_chosen: bool, retry: bool) -> Option<SendAction> {
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let again = file_chosen && button(ui, Emphasis::Secondary, "Send again").clicked();
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
