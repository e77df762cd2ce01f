//! Notifications and the history, in the settings dialog.

use eframe::egui::Ui;

use super::action::{Action, HistoryAction};
use super::view::View;
use super::widgets::{Emphasis, small_button, small_muted, switch_row_ui, trailing_line_ui};

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
            "Notifications",
            "When a request waits or a transfer ends while this window is not in front.",
        );
        let kept = if view.history.is_kept {
            "The last 200 transfers are remembered on this computer."
        } else {
            "Off: nothing new is remembered. What is there stays until you clear it."
        };
        let keep = switch_row_ui(ui, view.history.is_kept, "History", kept);
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
        let text = match (self.clearing, kept) {
            (true, _) => "Forget all of them? The files stay where they are.".to_owned(),
            (false, 1) => "1 transfer is remembered.".to_owned(),
            (false, kept) => format!("{kept} transfers are remembered."),
        };
        let (_, (first, cancel)) = trailing_line_ui(
            ui,
            |ui| {
                let text = small_muted(ui, text);
                ui.label(text)
            },
            |ui| {
                let cancel = self.clearing && small_button(ui, Emphasis::Quiet, "Cancel").clicked();
                let label = if self.clearing {
                    "Forget them"
                } else {
                    "Clear history"
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
