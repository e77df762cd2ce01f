//! Notifications and the history, in the settings dialog.

use eframe::egui::Ui;

use super::action::{Action, HistoryAction};
use super::view::View;
use super::widgets::{Emphasis, small_button, small_muted, switch_row_ui, trailing_line_ui};
use crate::messages::window::history::HISTORY;
use crate::messages::window::{buttons, settings};

/// What is being decided.
#[derive(Debug, Default)]
pub(super) struct DailyPart {
    clearing: bool,
}

impl DailyPart {
    /// Draws the two switches, and what clears the history.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        let notify = switch_row_ui(
            ui,
            view.settings.notifications,
            settings::NOTIFICATIONS,
            settings::NOTIFICATIONS_MEANING,
        );
        let kept = settings::keeps_history(view.history.is_kept);
        let keep = switch_row_ui(ui, view.history.is_kept, HISTORY, kept);
        let clear = self.clear_ui(ui, view);
        notify
            .map(Action::Notify)
            .or(keep.map(HistoryAction::Keep).or(clear).map(Action::History))
    }

    fn clear_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<HistoryAction> {
        let kept = view.history.history.len();
        if kept == 0 {
            self.clearing = false;
            return None;
        }
        let text = if self.clearing {
            settings::FORGET_ALL.to_owned()
        } else {
            settings::remembered(kept)
        };
        let (_, (first, cancel)) = trailing_line_ui(
            ui,
            |ui| {
                let text = small_muted(ui, text);
                ui.label(text)
            },
            |ui| {
                let cancel =
                    self.clearing && small_button(ui, Emphasis::Quiet, buttons::CANCEL).clicked();
                let label = if self.clearing {
                    settings::FORGET_THEM
                } else {
                    settings::CLEAR_HISTORY
                };
                (
                    small_button(ui, Emphasis::Secondary, label).clicked(),
                    cancel,
                )
            },
        );
        let clear = first && self.clearing;
        if first || cancel {
            self.clearing = first && !clear;
        }
        clear.then_some(HistoryAction::Clear)
    }
}
