//! What became of what came: files and folders, a text, less than was meant, or nothing.

use std::path::{Path, PathBuf};

use eframe::egui::{Color32, CornerRadius, Frame, Label, Margin, ScrollArea, Ui};

use super::action::IncomingAction;
use super::incoming::{named_button_ui, pressed};
use super::theme::{Tokens, radius, space};
use super::widgets::{
    Emphasis, Protection, button, copy_button_ui, headline_ui, inline_headline_ui, long_list_ui,
    middle_elided_ui, muted, notice_details_ui, protection_ui, remarks_ui, small_button,
    small_muted, trailing_line_ui,
};
use crate::messages::contact::shown;
use crate::messages::window::{buttons, transfers};
use crate::messages::{self, UserMessage};
use crate::protocol::greeting::harmless;
use crate::session::Incoming;

/// A list longer than this scrolls.
const SHOWN: usize = 5;
/// A text higher than this scrolls.
const TEXT_HEIGHT: f32 = 180.0;

/// What is said of it, what there is of it, and what can be done with that.
#[must_use]
pub(super) fn ui(ui: &mut Ui, incoming: &Incoming, told: &UserMessage) -> Option<IncomingAction> {
    let (sender, is_secure) = (incoming.sender(), incoming.device().is_some());
    let color = Tokens::of(ui).ending(incoming.ending());
    let dismissed = if incoming.can_dismiss() {
        ended_headline_ui(ui, color, &told.headline)
    } else {
        headline_ui(ui, color, &told.headline);
        None
    };
    if let Some(text) = incoming.text() {
        text_ui(ui, &sender, text);
    } else {
        let meaning = muted(ui, &told.advice);
        ui.add(Label::new(meaning).wrap());
    }
    remarks_ui(ui, &incoming.remarks());
    notice_details_ui(ui, told);
    let action = paths_ui(ui, incoming.paths(), is_secure);
    if is_secure && !incoming.paths().is_empty() {
        protection_ui(ui, Protection::Secure);
    }
    let action = action.or(answers_ui(ui, incoming, &sender));
    dismissed.or(action)
}

/// The headline of a row that is over and can be taken away.
fn ended_headline_ui(ui: &mut Ui, color: Color32, headline: &str) -> Option<IncomingAction> {
    let ((), dismissed) = trailing_line_ui(
        ui,
        |ui| inline_headline_ui(ui, color, headline),
        |ui| {
            small_button(ui, Emphasis::Quiet, buttons::DISMISS)
                .accessible_name(buttons::about(buttons::DISMISS, headline))
                .clicked()
        },
    );
    dismissed.then_some(IncomingAction::Dismiss)
}

fn answers_ui(ui: &mut Ui, incoming: &Incoming, sender: &str) -> Option<IncomingAction> {
    if incoming.can_save_empty() {
        ui.add_space(space::XS);
        let save = button(ui, Emphasis::Secondary, transfers::SAVE_EMPTY).clicked();
        return save.then_some(IncomingAction::SaveEmpty);
    }
    incoming.partial()?;
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let keep = named_button_ui(
            ui,
            Emphasis::Secondary,
            transfers::KEEP_WHAT_ARRIVED,
            sender,
        );
        let discard = named_button_ui(ui, Emphasis::Secondary, buttons::DISCARD, sender);
        pressed([
            (keep, IncomingAction::KeepPartial),
            (discard, IncomingAction::DiscardPartial),
        ])
    })
    .inner
}

fn paths_ui(ui: &mut Ui, paths: &[PathBuf], is_secure: bool) -> Option<IncomingAction> {
    match paths {
        [path] if !is_secure => path_and_buttons_ui(ui, path),
        paths => path_list_ui(ui, paths),
    }
}

fn path_and_buttons_ui(ui: &mut Ui, path: &Path) -> Option<IncomingAction> {
    let name = messages::file_name(path);
    let text = small_muted(ui, path.display().to_string());
    ui.add(Label::new(text).wrap());
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let open =
            button(ui, Emphasis::Secondary, buttons::OPEN).accessible_name(buttons::open(&name));
        let show = button(ui, Emphasis::Secondary, buttons::SHOW_IN_FOLDER)
            .accessible_name(buttons::show_in_folder(&name));
        pressed([
            (open.clicked(), IncomingAction::Open(0)),
            (show.clicked(), IncomingAction::ShowInFolder(0)),
        ])
    })
    .inner
}

fn path_list_ui(ui: &mut Ui, paths: &[PathBuf]) -> Option<IncomingAction> {
    if let Some(folder) = paths.first().and_then(|path| path.parent()) {
        let text = small_muted(ui, transfers::in_folder(&folder.display().to_string()));
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
            middle_elided_ui(ui, &name, &shown(&path.display().to_string()));
        },
        |ui| {
            let show = small_button(ui, Emphasis::Secondary, buttons::SHOW_IN_FOLDER)
                .accessible_name(buttons::show_in_folder(&name))
                .clicked();
            let open = small_button(ui, Emphasis::Secondary, buttons::OPEN)
                .accessible_name(buttons::open(&name))
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
fn text_ui(ui: &mut Ui, sender: &str, text: &str) {
    Frame::new()
        .fill(Tokens::of(ui).inset)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ScrollArea::vertical()
                .max_height(TEXT_HEIGHT)
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    ui.add(Label::new(harmless(text.as_bytes())).wrap())
                });
        });
    trailing_line_ui(
        ui,
        |ui| protection_ui(ui, Protection::Secure),
        |ui| copy_button_ui(ui, &transfers::copy_message(sender), text),
    );
}
