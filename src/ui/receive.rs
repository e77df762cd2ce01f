//! The receive screen: the state of receiving, and the transfers.

use eframe::egui::{Ui, vec2};

use super::action::Action;
use super::status::StatusCard;
use super::theme::space;
use super::transfers::TransferList;
use super::view::View;
use super::widgets::page_ui;
use super::{help, leftovers, messages_ui};

/// The receive screen, with what it remembers between two passes.
#[derive(Debug, Default)]
pub(super) struct ReceiveScreen {
    status: StatusCard,
    transfers: TransferList,
}

impl ReceiveScreen {
    /// Draws the screen; in two columns where there is room.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        if ui.available_width() >= space::TWO_COLUMNS {
            return self.wide_ui(ui, view);
        }
        page_ui(ui, "receive", space::COLUMN, |ui| {
            let mut action = messages_ui(ui, view.messages);
            action = action.or(self.status.ui(ui, view));
            action = action.or(self.transfers.ui(ui, view));
            action = action.or(leftovers::ui(ui, view.receive.leftovers));
            help::sending_here_ui(ui, &view.receive);
            action
        })
    }

    fn wide_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        page_ui(ui, "receive-wide", 2.0 * space::COLUMN, |ui| {
            let mut action = messages_ui(ui, view.messages);
            let width = (ui.available_width() - space::XL) / 2.0;
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::XL;
                action = action.take().or(column_ui(ui, width, |ui| {
                    let action = self.status.ui(ui, view);
                    help::sending_here_ui(ui, &view.receive);
                    action
                }));
                action = action.take().or(column_ui(ui, width, |ui| {
                    let action = self.transfers.ui(ui, view);
                    action.or(leftovers::ui(ui, view.receive.leftovers))
                }));
            });
            action
        })
    }
}

fn column_ui<R>(ui: &mut Ui, width: f32, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    let column = ui.allocate_ui(vec2(width, 0.0), |ui| {
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.x = space::S;
            add_contents(ui)
        })
        .inner
    });
    column.inner
}
