//! The history dialog: what was transferred, the newest first.

use eframe::egui::{Label, ScrollArea, Ui};

use super::action::{Action, HistoryAction};
use super::theme::{Tokens, space};
use super::view::HistoryView;
use super::widgets::{
    Emphasis, button, chip, dialog_ui, divider_ui, muted, named_headline_ui, small_muted,
    text_field, title, trailing_row_ui,
};
use crate::history::Record;
use crate::messages::window::{buttons, history as say};
use crate::messages::{self, history};

/// The widest it gets.
const WIDTH: f32 = 560.0;
/// The height of the dialog's edges, its headline, the search and its button, and the distance to
/// the window.
const AROUND_CONTENTS: f32 = 210.0;

/// The dialog, open or not.
#[derive(Debug, Default)]
pub(super) struct HistoryDialog {
    open: bool,
    search: String,
    /// The height of the longest list so far in points: the dialog keeps it while it is searched.
    height: f32,
}

impl HistoryDialog {
    /// Shows the dialog from the next pass on.
    pub(super) fn open(&mut self) {
        *self = Self {
            open: true,
            ..Self::default()
        };
    }

    /// Draws the dialog if it is open.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &HistoryView<'_>) -> Option<Action> {
        if !self.open {
            return None;
        }
        let height = (ui.content_rect().height() - AROUND_CONTENTS).max(space::XL);
        let (action, closed) = dialog_ui(ui, "history", WIDTH, |ui| {
            ui.spacing_mut().item_spacing.y = space::M;
            let headline = title(ui, say::HISTORY);
            ui.label(headline);
            let is_new_search = self.search_ui(ui);
            let action = self.list_ui(ui, view, height, is_new_search);
            let ((), close) = trailing_row_ui(
                ui,
                |_| (),
                |ui| button(ui, Emphasis::Primary, buttons::CLOSE).clicked(),
            );
            self.open = !close;
            action
        });
        // What is sent again is to be seen.
        let sends = matches!(action, Some(HistoryAction::SendAgain(_)));
        self.open &= !closed && !sends;
        action.map(Action::History)
    }

    /// Returns whether something else is searched for now.
    fn search_ui(&mut self, ui: &mut Ui) -> bool {
        let width = ui.available_width();
        let field = text_field(&mut self.search, width).hint_text(say::SEARCH_HINT);
        ui.add(field).accessible_name(say::SEARCH).changed()
    }

    fn list_ui(
        &mut self,
        ui: &mut Ui,
        view: &HistoryView<'_>,
        most: f32,
        is_new_search: bool,
    ) -> Option<HistoryAction> {
        let mut list = ScrollArea::vertical()
            .max_height(most)
            .auto_shrink([false, true]);
        if is_new_search {
            list = list.vertical_scroll_offset(0.0);
        }
        ui.scope(|ui| {
            ui.set_min_height(self.height.min(most));
            let drawn = list.show(ui, |ui| records_ui(ui, view, &self.search));
            self.height = self.height.max(drawn.content_size.y);
            drawn.inner
        })
        .inner
    }
}

fn records_ui(ui: &mut Ui, view: &HistoryView<'_>, search: &str) -> Option<HistoryAction> {
    ui.spacing_mut().item_spacing.y = space::S;
    let mut action = None;
    let mut found = 0;
    let matching = view.history.records().filter(|it| it.matches(search));
    for record in matching {
        if found > 0 {
            divider_ui(ui);
        }
        found += 1;
        let wanted = ui
            .push_id(record.number, |ui| record_ui(ui, view, record))
            .inner;
        action = action.or(wanted);
    }
    if found == 0 {
        let text = muted(ui, say::nothing(view.history.is_empty(), view.is_kept));
        ui.add(Label::new(text).wrap());
    }
    action
}

fn record_ui(ui: &mut Ui, view: &HistoryView<'_>, record: &Record) -> Option<HistoryAction> {
    ui.spacing_mut().item_spacing.y = space::XS;
    let color = Tokens::of(ui).ending(Some(record.ending));
    named_headline_ui(ui, color, &record.what, |what| {
        history::headline_naming(record, what)
    });
    let age = view.now.duration_since(record.ended).unwrap_or_default();
    let facts = format!("{}  •  {}", messages::ago(age), history::facts(record));
    let facts = small_muted(ui, facts);
    ui.add(Label::new(facts).wrap());
    if let Some(reason) = &record.reason {
        let reason = small_muted(ui, reason);
        ui.add(Label::new(reason).wrap());
    }
    buttons_ui(ui, record)
}

fn buttons_ui(ui: &mut Ui, record: &Record) -> Option<HistoryAction> {
    let (number, what) = (record.number, &record.what);
    let again = record.can_be_sent_again();
    if record.paths.is_empty() && !again {
        return None;
    }
    ui.horizontal_wrapped(|ui| {
        let mut action = None;
        let mut offer = |ui: &mut Ui, label: &str, wish: HistoryAction| {
            let pressed = chip(ui, label)
                .accessible_name(buttons::about(label, what))
                .clicked();
            if pressed {
                action = Some(wish);
            }
        };
        if record.paths.len() == 1 {
            offer(ui, buttons::OPEN, HistoryAction::Open(number));
        }
        if !record.paths.is_empty() {
            offer(
                ui,
                buttons::SHOW_IN_FOLDER,
                HistoryAction::ShowInFolder(number),
            );
        }
        if again {
            let label = history::send_again(record);
            offer(ui, &label, HistoryAction::SendAgain(number));
        }
        action
    })
    .inner
}
