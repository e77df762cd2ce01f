//! One incoming transfer: waiting, asking, running, or over.

use std::path::Path;
use std::time::Duration;

use eframe::egui::{Color32, Label, Ui};

use super::action::IncomingAction;
use super::theme::{Tokens, space};
use super::view::{RowState, RowView};
use super::widgets::{
    Emphasis, Fill, Tone, button, card_ui, headline_ui, inline_headline_ui, muted,
    notice_details_ui, progress_bar_ui, small_button, small_muted, text_row_ui, trailing_line_ui,
    trailing_row_ui,
};
use crate::transfer::Snapshot;
use crate::words::outcome::CLASSIC;
use crate::words::{self, Notice};

/// Whether nothing more happens in this row unless the user clears it.
pub(super) fn over(state: &RowState<'_>) -> bool {
    !matches!(
        state,
        RowState::Waiting
            | RowState::Requested(_)
            | RowState::Receiving { .. }
            | RowState::Interrupted { partial: true, .. }
    )
}

/// Draws the row as a card.
#[must_use]
pub(super) fn ui(ui: &mut Ui, row: &RowView<'_>, dialog_open: bool) -> Option<IncomingAction> {
    let tone = match row.state {
        RowState::Requested(_) => Tone::Accent,
        _ => Tone::Plain,
    };
    card_ui(ui, tone, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        contents_ui(ui, row, dialog_open)
    })
    .inner
}

fn contents_ui(ui: &mut Ui, row: &RowView<'_>, dialog_open: bool) -> Option<IncomingAction> {
    let peer = row.peer.as_str();
    match &row.state {
        RowState::Waiting => waiting_ui(ui, peer),
        RowState::Requested(snapshot) => request_ui(ui, peer, snapshot, dialog_open),
        RowState::Receiving {
            snapshot,
            bytes_per_second,
        } => receiving_ui(ui, peer, snapshot, *bytes_per_second),
        RowState::Saved {
            path,
            bytes,
            elapsed,
        } => saved_ui(ui, peer, path, *bytes, *elapsed),
        RowState::SentNothing => sent_nothing_ui(ui, peer),
        RowState::Interrupted {
            notice,
            bytes,
            partial,
        } => interrupted_ui(ui, peer, notice, *bytes, *partial),
        RowState::PartialKept { path, bytes } => partial_kept_ui(ui, peer, path, *bytes),
        RowState::PartialDiscarded => quiet_end_ui(
            ui,
            &format!("Discarded the incomplete file from {peer}."),
            "Nothing of it is left.",
        ),
        RowState::Declined => quiet_end_ui(
            ui,
            &format!("Declined the file from {peer}."),
            "Nothing was saved. The sender is told so.",
        ),
        RowState::Expired => quiet_end_ui(
            ui,
            &format!("Nobody answered the request from {peer} in time."),
            "Nothing was saved. Ask the sender to send the file again.",
        ),
        RowState::Failed(notice) => failed_ui(ui, peer, notice),
    }
}

fn waiting_ui(ui: &mut Ui, peer: &str) -> Option<IncomingAction> {
    let ((), pressed) = trailing_row_ui(
        ui,
        |ui| {
            let text = muted(ui, format!("{peer} connected and has sent nothing yet."));
            ui.add(Label::new(text).wrap());
        },
        |ui| named_button_ui(ui, Emphasis::Secondary, "Disconnect", peer),
    );
    pressed.then_some(IncomingAction::Cancel)
}

fn request_ui(
    ui: &mut Ui,
    peer: &str,
    snapshot: &Snapshot,
    dialog_open: bool,
) -> Option<IncomingAction> {
    let question = format!("{peer} is sending a file ({CLASSIC}). Save it?");
    headline_ui(ui, Tokens::of(ui).accent, &question);
    let text = muted(ui, arrived_before_the_answer(snapshot));
    ui.label(text);
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let accept = named_button_ui(ui, Emphasis::Primary, "Accept", peer);
        let decline = named_button_ui(ui, Emphasis::Secondary, "Decline", peer);
        let save_as = ui
            .add_enabled_ui(!dialog_open, |ui| {
                named_button_ui(ui, Emphasis::Secondary, "Save as…", peer)
            })
            .inner;
        pressed([
            (accept, IncomingAction::Accept),
            (decline, IncomingAction::Decline),
            (save_as, IncomingAction::SaveAs),
        ])
    })
    .inner
}

fn arrived_before_the_answer(snapshot: &Snapshot) -> String {
    let bytes = words::bytes(snapshot.bytes);
    if snapshot.complete {
        format!("The sender has ended after {bytes}.")
    } else {
        format!("{bytes} or more. The rest waits for your answer.")
    }
}

fn receiving_ui(
    ui: &mut Ui,
    peer: &str,
    snapshot: &Snapshot,
    bytes_per_second: f64,
) -> Option<IncomingAction> {
    let tokens = Tokens::of(ui);
    let ((), cancelled) = trailing_row_ui(
        ui,
        |ui| inline_headline_ui(ui, tokens.accent, &format!("Receiving from {peer}")),
        |ui| named_button_ui(ui, Emphasis::Secondary, "Cancel", peer),
    );
    let fill = if snapshot.stalled {
        Fill::Still
    } else {
        Fill::Moving
    };
    progress_bar_ui(ui, &format!("Receiving from {peer}"), fill);
    let mut facts = words::bytes(snapshot.bytes);
    if bytes_per_second > 0.0 && !snapshot.stalled {
        facts = format!("{facts}  •  {}", words::speed(bytes_per_second));
    }
    text_row_ui(ui, |ui| {
        ui.label(facts);
        let quiet = small_muted(ui, CLASSIC);
        ui.label(quiet);
    });
    if snapshot.stalled {
        ui.colored_label(tokens.warning, "Stalled: nothing has arrived for a while.");
    }
    cancelled.then_some(IncomingAction::Cancel)
}

fn saved_ui(
    ui: &mut Ui,
    peer: &str,
    path: &Path,
    bytes: u64,
    elapsed: Option<Duration>,
) -> Option<IncomingAction> {
    let name = words::file_name(path);
    let headline = format!("Saved {name}");
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).success, &headline);
    let facts = if bytes == 0 {
        format!("Empty, since {peer} sent nothing; {CLASSIC}")
    } else {
        let pace = elapsed.map_or_else(String::new, |elapsed| pace(bytes, elapsed));
        format!("{}{pace} from {peer}, {CLASSIC}", words::bytes(bytes))
    };
    let facts = muted(ui, facts);
    ui.add(Label::new(facts).wrap());
    dismissed.or(path_and_buttons_ui(ui, path, &name))
}

/// Such as " at 112 MB/s", where the transfer took long enough for a speed to say something.
fn pace(bytes: u64, elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(1) {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a speed needs no 53 bits")]
    let speed = bytes as f64 / elapsed.as_secs_f64();
    format!(" at {}", words::speed(speed))
}

fn path_and_buttons_ui(ui: &mut Ui, path: &Path, name: &str) -> Option<IncomingAction> {
    let text = small_muted(ui, path.display().to_string());
    ui.add(Label::new(text).wrap());
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let open = button(ui, Emphasis::Secondary, "Open").accessible_name(format!("Open {name}"));
        let show = button(ui, Emphasis::Secondary, "Show in folder")
            .accessible_name(format!("Show {name} in its folder"));
        pressed([
            (open.clicked(), IncomingAction::Open),
            (show.clicked(), IncomingAction::ShowInFolder),
        ])
    })
    .inner
}

fn sent_nothing_ui(ui: &mut Ui, peer: &str) -> Option<IncomingAction> {
    let headline = format!("{peer} sent nothing.");
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).control_line, &headline);
    let text = muted(
        ui,
        "An empty file, a missing one, or only a look at the port: they look alike.",
    );
    ui.add(Label::new(text).wrap());
    ui.add_space(space::XS);
    let save = button(ui, Emphasis::Secondary, "Save an empty recv.txt").clicked();
    dismissed.or(save.then_some(IncomingAction::SaveEmpty))
}

fn interrupted_ui(
    ui: &mut Ui,
    peer: &str,
    notice: &Notice,
    bytes: u64,
    partial: bool,
) -> Option<IncomingAction> {
    let color = Tokens::of(ui).warning;
    let headline = match bytes {
        0 => format!("Interrupted: nothing arrived from {peer}."),
        _ => format!("Interrupted: {} arrived from {peer}.", words::bytes(bytes)),
    };
    let dismissed = if partial {
        headline_ui(ui, color, &headline);
        None
    } else {
        ended_headline_ui(ui, color, &headline)
    };
    let text = muted(ui, format!("{} {}", notice.headline, notice.advice));
    ui.add(Label::new(text).wrap());
    notice_details_ui(ui, notice);
    if partial {
        return partial_buttons_ui(ui, peer);
    }
    dismissed
}

fn partial_buttons_ui(ui: &mut Ui, peer: &str) -> Option<IncomingAction> {
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let keep = named_button_ui(ui, Emphasis::Secondary, "Keep what arrived", peer);
        let discard = named_button_ui(ui, Emphasis::Secondary, "Discard", peer);
        pressed([
            (keep, IncomingAction::KeepPartial),
            (discard, IncomingAction::DiscardPartial),
        ])
    })
    .inner
}

fn partial_kept_ui(ui: &mut Ui, peer: &str, path: &Path, bytes: u64) -> Option<IncomingAction> {
    let name = words::file_name(path);
    let headline = format!("Kept the incomplete file as {name}");
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).warning, &headline);
    let facts = format!(
        "{} from {peer}. It is not the whole file.",
        words::bytes(bytes)
    );
    let facts = muted(ui, facts);
    ui.add(Label::new(facts).wrap());
    dismissed.or(path_and_buttons_ui(ui, path, &name))
}

fn quiet_end_ui(ui: &mut Ui, headline: &str, meaning: &str) -> Option<IncomingAction> {
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).control_line, headline);
    let text = muted(ui, meaning);
    ui.add(Label::new(text).wrap());
    dismissed
}

fn failed_ui(ui: &mut Ui, peer: &str, notice: &Notice) -> Option<IncomingAction> {
    let headline = format!("The file from {peer} was not saved.");
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).danger, &headline);
    let text = muted(ui, format!("{} {}", notice.headline, notice.advice));
    ui.add(Label::new(text).wrap());
    notice_details_ui(ui, notice);
    dismissed
}

/// The headline of a row that is over and can be taken away.
fn ended_headline_ui(ui: &mut Ui, color: Color32, headline: &str) -> Option<IncomingAction> {
    let ((), dismissed) = trailing_line_ui(
        ui,
        |ui| inline_headline_ui(ui, color, headline),
        |ui| {
            small_button(ui, Emphasis::Quiet, "Dismiss")
                .accessible_name(format!("Dismiss: {headline}"))
                .clicked()
        },
    );
    dismissed.then_some(IncomingAction::Dismiss)
}

/// A button whose name says which transfer it is about.
fn named_button_ui(ui: &mut Ui, emphasis: Emphasis, label: &str, peer: &str) -> bool {
    button(ui, emphasis, label)
        .accessible_name(format!("{label}: file from {peer}"))
        .clicked()
}

fn pressed<const N: usize>(buttons: [(bool, IncomingAction); N]) -> Option<IncomingAction> {
    buttons
        .into_iter()
        .find_map(|(pressed, action)| pressed.then_some(action))
}
