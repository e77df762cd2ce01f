//! The list of incoming transfers, the newest first.

use std::collections::{HashMap, HashSet};

use eframe::egui::{Align, Label, Response, RichText, Ui, vec2};

use super::action::{Action, ReceiveAction};
use super::incoming;
use super::theme::{Tokens, space};
use super::view::{ReceiveView, View};
use super::widgets::{Emphasis, heading, muted, small_button, small_muted, trailing_row_ui};
use crate::messages::window::transfers as say;
use crate::session::{Incoming, IncomingState};
use crate::transfer::{Acceptance, TransferId};

/// The list, with what it knows of the rows it has drawn.
#[derive(Debug, Default)]
pub(super) struct TransferList {
    sizes: HashMap<TransferId, eframe::egui::Vec2>,
    /// With whether it was an offer by then, which has more to show than its announcement.
    announced: HashSet<(TransferId, bool)>,
    ticks: HashMap<TransferId, Acceptance>,
}

impl TransferList {
    /// Draws the list with its headline.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        let receive = &view.receive;
        let mut action = headline_ui(ui, receive);
        self.forget_gone_rows(receive);
        for row in &receive.transfers {
            action = action.or(self.row_ui(ui, row, view.dialog_open));
        }
        action = action.or(unfinished_ui(ui, receive));
        for line in &receive.turned_away {
            let text = small_muted(ui, line);
            ui.add(Label::new(text).wrap());
        }
        action
    }

    fn forget_gone_rows(&mut self, view: &ReceiveView<'_>) {
        let present: HashSet<TransferId> = view.transfers.iter().map(|row| row.id()).collect();
        self.sizes.retain(|id, _| present.contains(id));
        self.announced.retain(|(id, _)| present.contains(id));
        self.ticks.retain(|id, _| present.contains(id));
    }

    /// A row that is over and far out of sight keeps its place without being laid out, so that a
    /// long list costs no more than what is seen of it.
    fn row_ui(&mut self, ui: &mut Ui, row: &Incoming, dialog_open: bool) -> Option<Action> {
        let id = row.id();
        let known = self.sizes.get(&id).copied();
        if let Some(size) = known
            && row.can_dismiss()
            && far_out_of_sight(ui, size)
        {
            ui.allocate_space(size);
            return None;
        }
        let ticks = self.ticks.entry(id).or_default();
        let drawn = ui.push_id(id, |ui| incoming::ui(ui, row, ticks, dialog_open));
        self.sizes.insert(id, drawn.response.rect.size());
        self.announce(row, &drawn.response);
        drawn.inner.map(|action| Action::Incoming(id, action))
    }

    /// A new request comes into view by itself, once, and once more when it has all to show.
    fn announce(&mut self, row: &Incoming, response: &Response) {
        let is_offer = matches!(row.state(), IncomingState::Offered(_));
        if row.asks() && self.announced.insert((row.id(), is_offer)) {
            response.scroll_to_me(Some(Align::Center));
        }
    }
}

/// First contacts that nobody finished, after which unknown computers have to wait.
fn unfinished_ui(ui: &mut Ui, view: &ReceiveView<'_>) -> Option<Action> {
    let unfinished = &view.unfinished;
    for line in &unfinished.lines {
        let text = RichText::new(line).color(Tokens::of(ui).warning);
        ui.add(Label::new(text).wrap());
    }
    let is_told = !unfinished.lines.is_empty();
    // Whoever clears the list does not yet allow anything.
    if unfinished.others_wait && !is_told {
        let text = small_muted(ui, say::OTHERS_WAIT);
        ui.add(Label::new(text).wrap());
    }
    let waits = (unfinished.others_wait || is_told) && view.listening_port.is_some();
    let allowed = waits && small_button(ui, Emphasis::Secondary, say::ALLOW_NEXT).clicked();
    allowed.then_some(Action::Receive(ReceiveAction::AllowFirstContact))
}

fn far_out_of_sight(ui: &Ui, size: eframe::egui::Vec2) -> bool {
    let place = ui.cursor().min;
    let seen = ui.clip_rect().expand2(vec2(0.0, ui.clip_rect().height()));
    (size.x - ui.available_width()).abs() < 1.0
        && (place.y > seen.bottom() || place.y + size.y < seen.top())
}

fn headline_ui(ui: &mut Ui, view: &ReceiveView<'_>) -> Option<Action> {
    ui.add_space(space::XS);
    let lines = !view.turned_away.is_empty() || !view.unfinished.lines.is_empty();
    let clearable = lines || view.transfers.iter().any(|row| row.can_dismiss());
    let ((), pressed) = trailing_row_ui(
        ui,
        |ui| {
            let text = heading(ui, say::TRANSFERS);
            ui.label(text);
        },
        |ui| clearable && small_button(ui, Emphasis::Quiet, say::CLEAR_FINISHED).clicked(),
    );
    if view.transfers.is_empty() && !lines {
        let text = muted(ui, say::nothing_yet(view.listening_port.is_some()));
        ui.label(text);
    }
    pressed.then_some(Action::Receive(ReceiveAction::ClearFinished))
}
