//! The settings dialog.

use eframe::egui::{Label, ScrollArea, Ui};

use super::action::{Action, DeviceAction, ReceiveAction};
use super::devices::DevicesPart;
use super::preferences::DailyPart;
use super::status;
use super::theme::space;
use super::view::{ThemeChoice, View};
use super::widgets::{
    Emphasis, button, dialog_ui, divider_ui, muted, segmented_ui, small_button, small_muted,
    switch_row_ui, title, trailing_row_ui,
};
use crate::messages::window::{buttons, settings as say};

/// The widest it gets.
const WIDTH: f32 = 440.0;
/// What the choice of a theme takes.
const SEGMENTED_WIDTH: f32 = 222.0;
const SEGMENTED_HEIGHT: f32 = 38.0;
/// The height of the dialog's edges, its headline and its button, and the distance to the window.
const AROUND_CONTENTS: f32 = 160.0;

/// The dialog, open or not.
#[derive(Debug, Default)]
pub(super) struct SettingsDialog {
    open: bool,
    just_opened: bool,
    devices: DevicesPart,
    daily: DailyPart,
}

impl SettingsDialog {
    /// Shows the dialog from the next pass on.
    pub(super) fn open(&mut self) {
        (self.open, self.just_opened) = (true, true);
    }

    /// Draws the dialog if it is open. What is changed counts at once.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        if !self.open {
            return None;
        }
        let height = ui.content_rect().height() - AROUND_CONTENTS;
        let (action, closed) = dialog_ui(ui, "settings", WIDTH, |ui| {
            ui.spacing_mut().item_spacing.y = space::M;
            let headline = title(ui, say::SETTINGS);
            ui.label(headline);
            let action = ScrollArea::vertical()
                .max_height(height)
                .min_scrolled_height(height)
                .auto_shrink([false, true])
                .show(ui, |ui| self.contents_ui(ui, view))
                .inner;
            let ((), close) = trailing_row_ui(
                ui,
                |_| (),
                |ui| button(ui, Emphasis::Primary, buttons::CLOSE).clicked(),
            );
            self.open = !close;
            action
        });
        self.open &= !closed;
        if !self.open {
            self.devices = DevicesPart::default();
            self.daily = DailyPart::default();
        }
        let opened = std::mem::take(&mut self.just_opened);
        action.or(opened.then_some(Action::Device(DeviceAction::Refresh)))
    }

    fn contents_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        let mut action = theme_ui(ui, view.settings.theme);
        divider_ui(ui);
        action = action.or(folder_ui(ui, view).map(Action::Receive));
        divider_ui(ui);
        action = action.or(status::choices_ui(ui, &view.receive).map(Action::Receive));
        action = action.or(announce_ui(ui, view.settings.announce).map(Action::Receive));
        divider_ui(ui);
        action = action.or(self.daily.ui(ui, view));
        divider_ui(ui);
        action = action.or(self.devices.ui(ui, &view.settings));
        divider_ui(ui);
        kept_ui(ui, view);
        action
    }
}

/// Whether others see this computer in their lists.
fn announce_ui(ui: &mut Ui, on: bool) -> Option<ReceiveAction> {
    switch_row_ui(ui, on, say::ANNOUNCE, say::announces(on)).map(ReceiveAction::Announce)
}

fn kept_ui(ui: &mut Ui, view: &View<'_>) {
    let kept = small_muted(ui, say::kept_in(view.settings.file));
    ui.add(Label::new(kept).wrap());
}

fn theme_ui(ui: &mut Ui, theme: ThemeChoice) -> Option<Action> {
    let segments = [
        (ThemeChoice::System, say::THEME_OF_THE_SYSTEM),
        (ThemeChoice::Light, say::LIGHT_THEME),
        (ThemeChoice::Dark, say::DARK_THEME),
    ]
    .map(|(theme, (label, name))| (theme, label, name));
    ui.horizontal(|ui| {
        ui.set_min_height(SEGMENTED_HEIGHT);
        ui.label(say::THEME);
        let room = ui.available_width() - SEGMENTED_WIDTH;
        ui.add_space(room.max(0.0));
        segmented_ui(ui, &segments, theme).map(Action::ChooseTheme)
    })
    .inner
}

fn folder_ui(ui: &mut Ui, view: &View<'_>) -> Option<ReceiveAction> {
    let folder = view
        .receive
        .saves_to
        .parent()
        .unwrap_or(view.receive.saves_to);
    let ((), pressed) = trailing_row_ui(
        ui,
        |ui| {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.label(say::SAVE_FILES_IN);
                let path = muted(ui, folder.display().to_string());
                ui.add(Label::new(path).wrap());
            });
        },
        |ui| {
            ui.add_enabled_ui(!view.dialog_open, |ui| {
                small_button(ui, Emphasis::Secondary, buttons::CHANGE).clicked()
            })
            .inner
        },
    );
    pressed.then_some(ReceiveAction::ChangeFolder)
}
