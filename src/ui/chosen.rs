//! The files and folders that are to be sent.

use std::collections::BTreeMap;

use eframe::egui::{CornerRadius, Frame, Label, Margin, Ui, ViewportCommand};

use super::action::SendAction;
use super::theme::{Tokens, radius, space};
use super::view::{ChosenItem, SendView, View};
use super::widgets::{
    Emphasis, button, drop_zone_ui, long_list_ui, middle_elided_ui, muted, small_button,
    small_muted, trailing_line_ui,
};
use crate::messages::contact::{amount, shown};
use crate::messages::window::{buttons, send};
use crate::messages::{self, summary};

/// The height of one line of text.
const LINE_HEIGHT: f32 = 18.0;
/// The height of the buttons that choose and the line below them.
const NOTHING_HEIGHT: f32 = space::CONTROL + space::S + LINE_HEIGHT;

/// The list, or the place to drop files on.
pub(super) fn ui(ui: &mut Ui, view: &View<'_>) -> Option<SendAction> {
    let hovered = ui.input(|input| !input.raw.hovered_files.is_empty());
    let form = &view.send;
    if hovered {
        return drop_zone_ui(ui, hovered, LINE_HEIGHT, drop_hint_ui);
    }
    if form.chosen.is_empty() {
        let height = NOTHING_HEIGHT;
        return drop_zone_ui(ui, hovered, height, |ui| nothing_chosen_ui(ui, view));
    }
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let action = total_ui(ui, form);
        let action = action.or(list_ui(ui, form.chosen));
        action.or(ui
            .horizontal_wrapped(|ui| choose_ui(ui, view.dialog_open))
            .inner)
    })
    .inner
}

fn drop_hint_ui(ui: &mut Ui) -> Option<SendAction> {
    ui.vertical_centered(|ui| {
        ui.colored_label(Tokens::of(ui).accent, send::DROP_TO_ADD);
    });
    None
}

fn nothing_chosen_ui(ui: &mut Ui, view: &View<'_>) -> Option<SendAction> {
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let room = ui.available_width();
        let action = if room < BUTTONS_WIDTH {
            ui.horizontal_wrapped(|ui| choose_ui(ui, view.dialog_open))
                .inner
        } else {
            ui.horizontal(|ui| {
                ui.add_space((room - BUTTONS_WIDTH) / 2.0);
                choose_ui(ui, view.dialog_open)
            })
            .inner
        };
        let hint = match &view.send {
            form if form.gathering => send::LOOKING_AT_FILES,
            form if form.drops_are_lost => send::NO_DROPS,
            _ => send::DROP_HINT,
        };
        let hint = small_muted(ui, hint);
        ui.label(hint);
        action
    })
    .inner
}

/// The buttons that choose, with the distances between them.
const BUTTONS_WIDTH: f32 = 307.0;

fn choose_ui(ui: &mut Ui, dialog_open: bool) -> Option<SendAction> {
    ui.add_enabled_ui(!dialog_open, |ui| {
        let files = button(ui, Emphasis::Secondary, send::CHOOSE_FILES).clicked();
        let folder = button(ui, Emphasis::Secondary, send::CHOOSE_FOLDER).clicked();
        if button(ui, Emphasis::Secondary, send::PASTE).clicked() {
            ui.send_viewport_cmd(ViewportCommand::RequestPaste);
        }
        match (files, folder) {
            (true, _) => Some(SendAction::ChooseFiles),
            (_, true) => Some(SendAction::ChooseFolder),
            _ => None,
        }
    })
    .inner
}

fn total_ui(ui: &mut Ui, view: &SendView<'_>) -> Option<SendAction> {
    let files = u32::try_from(view.files).unwrap_or(u32::MAX);
    let total = amount(files, view.bytes);
    let total = if view.gathering {
        send::so_far(&total)
    } else {
        total
    };
    let ((), pressed) = trailing_line_ui(
        ui,
        |ui| {
            ui.add(Label::new(total).wrap());
        },
        |ui| small_button(ui, Emphasis::Quiet, send::REMOVE_ALL).clicked(),
    );
    pressed.then_some(SendAction::RemoveAll)
}

fn list_ui(ui: &mut Ui, items: &[ChosenItem]) -> Option<SendAction> {
    let rows = (items.len(), space::SMALL_CONTROL);
    let removed = Frame::new()
        .fill(Tokens::of(ui).inset)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            long_list_ui(ui, "chosen", rows, |ui, range| {
                let mut removed = None;
                for number in range {
                    if item_ui(ui, &items[number]) {
                        removed = Some(number);
                    }
                }
                removed
            })
        });
    removed.inner.map(SendAction::Remove)
}

/// One line, always of the same height. Returns whether it is to be removed.
fn item_ui(ui: &mut Ui, item: &ChosenItem) -> bool {
    let name = shown(&item.name);
    let label = if item.is_folder {
        format!("{name}/")
    } else {
        name.clone()
    };
    let ((), removed) = trailing_line_ui(
        ui,
        |ui| {
            middle_elided_ui(ui, &label, &shown(&item.path.display().to_string()));
        },
        |ui| {
            let removed = small_button(ui, Emphasis::Secondary, buttons::REMOVE)
                .accessible_name(buttons::remove(&name))
                .clicked();
            let size = small_muted(ui, size(item));
            ui.label(size);
            removed
        },
    );
    removed
}

fn size(item: &ChosenItem) -> String {
    if item.is_folder {
        amount(item.files, item.bytes)
    } else {
        messages::bytes(item.bytes)
    }
}

/// What is in the chosen folders and will not be sent.
pub(super) fn skipped_ui(ui: &mut Ui, items: &[ChosenItem]) {
    let mut skipped = BTreeMap::new();
    for (why, count) in items.iter().flat_map(|item| &item.skipped) {
        *skipped.entry(*why).or_default() += count;
    }
    if let Some(text) = summary::will_be_skipped(&skipped) {
        let text = muted(ui, text);
        ui.add(Label::new(text).wrap());
    }
}
