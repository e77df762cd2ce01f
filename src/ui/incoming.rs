//! One incoming transfer: waiting, asking, running, or over.

use std::path::Path;
use std::time::Duration;

use eframe::egui::{Color32, Label, Ui};

use super::action::{AcceptOptions, IncomingAction};
use super::theme::{Tokens, space};
use super::view::{RowState, RowView};
use super::widgets::{
    Emphasis, Tone, button, card_ui, headline_ui, inline_headline_ui, muted, notice_details_ui,
    small_button, small_muted, trailing_line_ui, trailing_row_ui,
};
use super::{arrived, offer, receiving};
use crate::messages::outcome::CLASSIC;
use crate::messages::{self, UserMessage};
use crate::transfer::Snapshot;

/// Whether nothing more happens in this row unless the user clears it.
pub(super) fn over(state: &RowState<'_>) -> bool {
    !matches!(
        state,
        RowState::Waiting
            | RowState::Requested(_)
            | RowState::Introduced(_)
            | RowState::Offered(..)
            | RowState::Receiving { .. }
            | RowState::Interrupted { partial: true, .. }
    )
}

/// Whether somebody has to look at it.
pub(super) fn asks(state: &RowState<'_>) -> bool {
    match state {
        RowState::Requested(_) => true,
        RowState::Introduced(introduced) => introduced.code.is_some(),
        RowState::Offered(_, offered) => !offered.decided,
        _ => false,
    }
}

/// Draws the row as a card.
#[must_use]
pub(super) fn ui(
    ui: &mut Ui,
    row: &RowView<'_>,
    ticks: &mut AcceptOptions,
    dialog_open: bool,
) -> Option<IncomingAction> {
    let tone = if asks(&row.state) {
        Tone::Accent
    } else {
        Tone::Plain
    };
    card_ui(ui, tone, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        // What came with one state must not press a button of the next: each has its own ids.
        ui.push_id(std::mem::discriminant(&row.state), |ui| {
            contents_ui(ui, row, ticks, dialog_open)
        })
        .inner
    })
    .inner
}

/// Who is at the other end: the name of the other Onehop, or the address.
pub(super) fn sender<'a>(row: &'a RowView<'_>) -> &'a str {
    match row.device {
        Some(device) => &device.name,
        None => &row.peer,
    }
}

fn contents_ui(
    ui: &mut Ui,
    row: &RowView<'_>,
    ticks: &mut AcceptOptions,
    dialog_open: bool,
) -> Option<IncomingAction> {
    let peer = sender(row);
    match &row.state {
        RowState::Waiting => waiting_ui(ui, peer),
        RowState::Requested(snapshot) => request_ui(ui, peer, snapshot, dialog_open),
        RowState::Introduced(introduced) => offer::introduced_ui(ui, row, introduced),
        RowState::Offered(introduced, offered) => {
            offer::offered_ui(ui, row, (introduced, offered), ticks, dialog_open)
        }
        RowState::Receiving { .. } => receiving::ui(ui, row),
        RowState::Received { paths, summary } => arrived::received_ui(ui, peer, paths, summary),
        RowState::Text { shown, exact } => arrived::text_ui(ui, peer, shown, exact),
        RowState::BrokenOff { notice, bytes } => arrived::broken_off_ui(ui, peer, notice, *bytes),
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
            &format!("Declined the {} from {peer}.", sent_thing(row)),
            "Nothing was saved. The sender is told so.",
        ),
        RowState::Expired => quiet_end_ui(
            ui,
            &format!("Nobody answered the request from {peer} in time."),
            "Nothing was saved. Ask the sender to send it again.",
        ),
        RowState::Failed(notice) => {
            let headline = format!("The {} from {peer} was not saved.", sent_thing(row));
            failed_ui(ui, &headline, notice)
        }
    }
}

/// A classic sender has one file; of another Onehop it may be anything.
fn sent_thing(row: &RowView<'_>) -> &'static str {
    match row.device {
        Some(_) => "transfer",
        None => "file",
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
    let bytes = messages::bytes(snapshot.bytes);
    if snapshot.complete {
        format!("The sender has ended after {bytes}.")
    } else {
        format!("{bytes} or more. The rest waits for your answer.")
    }
}

fn saved_ui(
    ui: &mut Ui,
    peer: &str,
    path: &Path,
    bytes: u64,
    elapsed: Option<Duration>,
) -> Option<IncomingAction> {
    let name = messages::file_name(path);
    let headline = format!("Saved {name}");
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).success, &headline);
    let facts = if bytes == 0 {
        format!("Empty, since {peer} sent nothing; {CLASSIC}")
    } else {
        let pace = elapsed.map_or_else(String::new, |elapsed| pace(bytes, elapsed));
        format!("{}{pace} from {peer}, {CLASSIC}", messages::bytes(bytes))
    };
    let facts = muted(ui, facts);
    ui.add(Label::new(facts).wrap());
    dismissed.or(path_and_buttons_ui(ui, path, &name))
}

/// Such as " at 112 MB/s", where the transfer took long enough for a speed to say something.
pub(super) fn pace(bytes: u64, elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(1) {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a speed needs no 53 bits")]
    let speed = bytes as f64 / elapsed.as_secs_f64();
    format!(" at {}", messages::speed(speed))
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
            (open.clicked(), IncomingAction::Open(0)),
            (show.clicked(), IncomingAction::ShowInFolder(0)),
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
    notice: &UserMessage,
    bytes: u64,
    partial: bool,
) -> Option<IncomingAction> {
    let color = Tokens::of(ui).warning;
    let headline = match bytes {
        0 => format!("Interrupted: nothing arrived from {peer}."),
        _ => format!(
            "Interrupted: {} arrived from {peer}.",
            messages::bytes(bytes)
        ),
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
    let name = messages::file_name(path);
    let headline = format!("Kept the incomplete file as {name}");
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).warning, &headline);
    let facts = format!(
        "{} from {peer}. It is not the whole file.",
        messages::bytes(bytes)
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

fn failed_ui(ui: &mut Ui, headline: &str, notice: &UserMessage) -> Option<IncomingAction> {
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).danger, headline);
    let text = muted(ui, format!("{} {}", notice.headline, notice.advice));
    ui.add(Label::new(text).wrap());
    notice_details_ui(ui, notice);
    dismissed
}

/// The headline of a row that is over and can be taken away.
pub(super) fn ended_headline_ui(
    ui: &mut Ui,
    color: Color32,
    headline: &str,
) -> Option<IncomingAction> {
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
pub(super) fn named_button_ui(ui: &mut Ui, emphasis: Emphasis, label: &str, peer: &str) -> bool {
    button(ui, emphasis, label)
        .accessible_name(format!("{label}: file from {peer}"))
        .clicked()
}

fn pressed<const N: usize>(buttons: [(bool, IncomingAction); N]) -> Option<IncomingAction> {
    buttons
        .into_iter()
        .find_map(|(pressed, action)| pressed.then_some(action))
}
