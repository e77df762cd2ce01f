//! The receive screen: the state of receiving, and what is left of earlier transfers.

use eframe::egui::{Label, Ui};

use super::action::Action;
use super::fold::Fold;
use super::status::StatusCard;
use super::view::View;
use super::widgets::muted;
use super::{help, leftovers};
use crate::messages::window::{receive as say, transfers};

/// The receive screen, with what it remembers between two passes.
#[derive(Debug, Default)]
pub(super) struct ReceiveScreen {
    status: StatusCard,
    fold: Fold,
}

impl ReceiveScreen {
    /// Draws the screen; what is set up folds away while it is `busy`.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>, busy: bool) -> Option<Action> {
        let receive = &view.receive;
        let headline = say::in_a_line(receive.listening_port, receive.saves_to);
        let Self { status, fold } = self;
        let action = fold.ui(ui, busy, &headline, |ui| {
            let action = status.ui(ui, view);
            if view.transfers.is_empty() {
                let text = muted(ui, transfers::nothing_yet(receive.listening_port.is_some()));
                ui.add(Label::new(text).wrap());
            }
            help::sending_here_ui(ui, receive);
            action
        });
        action.or(leftovers::ui(ui, receive.leftovers))
    }
}
