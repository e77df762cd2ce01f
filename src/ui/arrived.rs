//! What came from another Onehop: files and folders, a text, or less than was meant.

use std::path::{Path, PathBuf};

use eframe::egui::{CornerRadius, Frame, Label, Margin, ScrollArea, Ui};

use super::action::IncomingAction;
use super::incoming::{ended_headline_ui, pace};
use super::summary;
use super::theme::{Tokens, radius, space};
use super::widgets::{
    Emphasis, Protection, copy_button_ui, long_list_ui, muted, notice_details_ui, protection_ui,
    small_button, small_muted, trailing_line_ui,
};
use crate::messages::contact::{amount, shown};
use crate::messages::summary::is_incomplete;
use crate::messages::{self, UserMessage};
use crate::transfer::Summary;

/// A list longer than this scrolls.
const SHOWN: usize = 5;
/// A text higher than this scrolls.
const TEXT_HEIGHT: f32 = 180.0;

/// Files and folders that stand under their final names.
#[must_use]
pub(super) fn received_ui(
    ui: &mut Ui,
    sender: &str,
    paths: &[PathBuf],
    summary: &Summary,
) -> Option<IncomingAction> {
    let tokens = Tokens::of(ui);
    let what = match paths {
        [] => amount(summary.files, summary.bytes),
        [one] => messages::file_name(one),
        all => format!("{} files and folders", all.len()),
    };
    let (color, headline) = if is_incomplete(summary) {
        (
            tokens.warning,
            format!("Not all was saved from {sender}, only {what}"),
        )
    } else {
        (tokens.success, format!("Saved {what} from {sender}"))
    };
    let dismissed = ended_headline_ui(ui, color, &headline);
    let moved = summary.bytes.saturating_sub(summary.resumed_bytes);
    let pace = pace(moved, summary.elapsed);
    let facts = format!("{}{pace}", amount(summary.files, summary.bytes));
    let facts = muted(ui, facts);
    ui.label(facts);
    summary::ui(ui, summary);
    let action = paths_ui(ui, paths);
    protection_ui(ui, Protection::Secure);
    dismissed.or(action)
}

fn paths_ui(ui: &mut Ui, paths: &[PathBuf]) -> Option<IncomingAction> {
    if let Some(folder) = paths.first().and_then(|path| path.parent()) {
        let text = small_muted(ui, format!("In {}", folder.display()));
        ui.add(Label::new(text).wrap());
    }
    let mut action = None;
    if paths.len() <= SHOWN {
        for (number, path) in paths.iter().enumerate() {
            action = action.or(path_ui(ui, number, path));
        }
        return action;
    }
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        let rows = (paths.len(), space::SMALL_CONTROL);
        long_list_ui(ui, "paths", rows, |ui, range| {
            for number in range {
                action = action.take().or(path_ui(ui, number, &paths[number]));
            }
        });
    });
    action
}

fn path_ui(ui: &mut Ui, number: usize, path: &Path) -> Option<IncomingAction> {
    let name = messages::file_name(path);
    let ((), action) = trailing_line_ui(
        ui,
        |ui| {
            ui.add(Label::new(&name).truncate())
                .on_hover_text(shown(&path.display().to_string()));
        },
        |ui| {
            let show = small_button(ui, Emphasis::Secondary, "Show in folder")
                .accessible_name(format!("Show {name} in its folder"))
                .clicked();
            let open = small_button(ui, Emphasis::Secondary, "Open")
                .accessible_name(format!("Open {name}"))
                .clicked();
            match (open, show) {
                (true, _) => Some(IncomingAction::Open(number)),
                (_, true) => Some(IncomingAction::ShowInFolder(number)),
                _ => None,
            }
        },
    );
    action
}

/// A text, which is nowhere but here: as it may be shown, and as it is copied.
#[must_use]
pub(super) fn text_ui(
    ui: &mut Ui,
    sender: &str,
    shown: &str,
    exact: &str,
) -> Option<IncomingAction> {
    let headline = format!("A text from {sender}");
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).success, &headline);
    Frame::new()
        .fill(Tokens::of(ui).inset)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ScrollArea::vertical()
                .max_height(TEXT_HEIGHT)
                .auto_shrink([false, true])
                .show(ui, |ui| ui.add(Label::new(shown).wrap()));
        });
    trailing_line_ui(
        ui,
        |ui| protection_ui(ui, Protection::Secure),
        |ui| copy_button_ui(ui, &format!("Copy the text from {sender}"), exact),
    );
    dismissed
}

/// What broke it, and that what arrived is not lost.
#[must_use]
pub(super) fn broken_off_ui(
    ui: &mut Ui,
    sender: &str,
    notice: &UserMessage,
    bytes: u64,
) -> Option<IncomingAction> {
    let (headline, meaning) = match bytes {
        0 => (
            format!("Broken off: nothing arrived from {sender}."),
            notice.headline.clone(),
        ),
        _ => (
            format!(
                "Broken off: {} arrived from {sender}.",
                messages::bytes(bytes)
            ),
            format!(
                "{} What arrived is kept; sending the same again goes on from there.",
                notice.headline
            ),
        ),
    };
    let dismissed = ended_headline_ui(ui, Tokens::of(ui).warning, &headline);
    let meaning = muted(ui, meaning);
    ui.add(Label::new(meaning).wrap());
    notice_details_ui(ui, notice);
    dismissed
}
