//! Every transfer, in both directions: what asks first, then what is under way, then what is over.

use std::collections::{HashMap, HashSet};

use eframe::egui::{Align, Key, Label, RichText, Ui, Vec2, vec2};

use super::action::{Action, IncomingAction, OutgoingAction, OutgoingId, ReceiveAction};
use super::incoming::{self, Drawing};
use super::outgoing;
use super::questions::QuestionCard;
use super::theme::Tokens;
use super::view::{Mode, ReceiveView, TransferView, View};
use super::widgets::{
    Emphasis, collapsible_ui, muted, small_button, small_muted, trailing_line_ui,
};
use crate::messages::window::transfers as say;
use crate::session::{Incoming, IncomingState};
use crate::transfer::{Acceptance, TransferId};

/// More that ended well than these are folded away.
const SHOWN_ENDED: usize = 3;
/// More under way than these are drawn on a line each.
const ROOMY: usize = 4;

/// A key pressed sooner than this after a question came was meant for something else.
const TOO_SOON_SECS: f64 = 0.5;

/// Names a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum RowId {
    Incoming(TransferId),
    Outgoing(OutgoingId),
}

impl RowId {
    fn of(transfer: &TransferView<'_>) -> Self {
        match transfer {
            TransferView::Incoming(incoming) => Self::Incoming(incoming.id()),
            TransferView::Outgoing(id, _) => Self::Outgoing(*id),
        }
    }
}

/// The list, with what it knows of the rows it has drawn.
#[derive(Debug, Default)]
pub(super) struct TransferList {
    sizes: HashMap<RowId, Vec2>,
    /// With whether it was an offer by then, which has more to show than its announcement.
    announced: HashSet<(TransferId, bool)>,
    /// By whether there is a code to compare.
    ticks: HashMap<(TransferId, bool), Acceptance>,
    questions: HashMap<OutgoingId, QuestionCard>,
    /// Since when each that asks does so, in egui's time.
    asking: HashMap<RowId, f64>,
}

impl TransferList {
    /// Draws the list. Of an empty one there is nothing to see.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        self.forget_gone_rows(&view.transfers);
        let (asking, others): (Vec<&TransferView<'_>>, Vec<_>) =
            view.transfers.iter().partition(|one| one.asks());
        let (running, over): (Vec<_>, Vec<_>) = others.into_iter().partition(|one| one.running());
        let compact = running.len() > ROOMY;
        self.note_asking(ui, &asking);
        let mut action = None;
        for row in asking {
            action = action.or(self.row_ui(ui, row, false, view.dialog_open));
        }
        for row in running {
            action = action.or(self.row_ui(ui, row, compact, view.dialog_open));
        }
        action.or(self.over_ui(ui, &over, view))
    }

    /// The latest that ended, and whatever needs a look; the rest is folded away.
    fn over_ui(
        &mut self,
        ui: &mut Ui,
        over: &[&TransferView<'_>],
        view: &View<'_>,
    ) -> Option<Action> {
        let mut action = None;
        let mut folded = Vec::new();
        for (number, row) in over.iter().enumerate() {
            if number < SHOWN_ENDED || !row.is_settled() {
                action = action.or(self.row_ui(ui, row, false, view.dialog_open));
            } else {
                folded.push(*row);
            }
        }
        if !folded.is_empty() {
            let headline = muted(ui, say::more_finished(folded.len()));
            collapsible_ui(ui, headline, "finished", |ui| {
                for row in folded {
                    action = action
                        .take()
                        .or(self.row_ui(ui, row, false, view.dialog_open));
                }
            });
        }
        let (lines, line_action) = match view.mode {
            Mode::Receive => turned_away_ui(ui, &view.receive),
            Mode::Send => (false, None),
        };
        action = action.or(line_action);
        let clearable = over.iter().filter(|row| row.can_dismiss()).count();
        // A single one has a button of its own.
        if clearable > 1 || lines {
            let ((), pressed) = trailing_line_ui(
                ui,
                |_| (),
                |ui| small_button(ui, Emphasis::Quiet, say::CLEAR_FINISHED).clicked(),
            );
            action = action.or(pressed.then_some(Action::ClearFinished));
        }
        action
    }

    fn forget_gone_rows(&mut self, transfers: &[TransferView<'_>]) {
        let present: HashSet<RowId> = transfers.iter().map(RowId::of).collect();
        let came = |id: &TransferId| present.contains(&RowId::Incoming(*id));
        self.sizes.retain(|id, _| present.contains(id));
        self.announced.retain(|(id, _)| came(id));
        self.ticks.retain(|(id, _), _| came(id));
        self.questions
            .retain(|id, _| present.contains(&RowId::Outgoing(*id)));
    }

    /// A row that is over and far out of sight keeps its place without being laid out, so that a
    /// long list costs no more than what is seen of it.
    fn row_ui(
        &mut self,
        ui: &mut Ui,
        row: &TransferView<'_>,
        compact: bool,
        dialog_open: bool,
    ) -> Option<Action> {
        let id = RowId::of(row);
        if let Some(size) = self.sizes.get(&id).copied()
            && row.can_dismiss()
            && far_out_of_sight(ui, size)
        {
            ui.allocate_space(size);
            return None;
        }
        let is_new = matches!(row, TransferView::Incoming(one) if self.is_new(one));
        let drawing = Drawing {
            compact,
            is_new,
            dialog_open,
        };
        let drawn = ui.push_id(id, |ui| match row {
            TransferView::Incoming(incoming) => {
                let id = incoming.id();
                let ticks = self.ticks.entry((id, incoming.code().is_some()));
                // Whoever compares a code has met.
                let ticks = ticks.or_insert_with(|| Acceptance {
                    remember: incoming.code().is_some(),
                    ..Acceptance::default()
                });
                let action = incoming::ui(ui, incoming, ticks, drawing);
                action.map(|action| Action::Incoming(id, action))
            }
            TransferView::Outgoing(id, outgoing) => {
                let question = self.questions.entry(*id).or_default();
                let action = outgoing::ui(ui, outgoing, question, compact);
                action.map(|action| Action::Outgoing(*id, action))
            }
        });
        self.sizes.insert(id, drawn.response.rect.size());
        if is_new {
            drawn.response.scroll_to_me(Some(Align::Center));
        }
        drawn.inner.filter(|action| self.is_meant(ui, id, action))
    }

    /// A new request comes into view by itself, once, and once more when it has all to show.
    fn is_new(&mut self, row: &Incoming) -> bool {
        let is_offer = matches!(row.state(), IncomingState::Offered(_));
        row.asks() && self.announced.insert((row.id(), is_offer))
    }

    /// A key that was on its way when the question came was not meant for it.
    fn is_meant(&mut self, ui: &Ui, id: RowId, action: &Action) -> bool {
        let is_yes = matches!(
            action,
            Action::Incoming(_, IncomingAction::Accept(_))
                | Action::Outgoing(_, OutgoingAction::GoOn { .. })
        );
        let (now, by_key) = ui.input(|input| {
            let keys = [Key::Enter, Key::Space];
            (input.time, keys.iter().any(|key| input.key_pressed(*key)))
        });
        let since = self.asking.get(&id).copied().unwrap_or(now);
        !is_yes || !by_key || now - since >= TOO_SOON_SECS
    }

    fn note_asking(&mut self, ui: &Ui, asking: &[&TransferView<'_>]) {
        let now = ui.input(|input| input.time);
        let ids: HashSet<RowId> = asking.iter().map(|row| RowId::of(row)).collect();
        self.asking.retain(|id, _| ids.contains(id));
        for id in ids {
            self.asking.entry(id).or_insert(now);
        }
    }
}

fn far_out_of_sight(ui: &Ui, size: Vec2) -> bool {
    let place = ui.cursor().min;
    let seen = ui.clip_rect().expand2(vec2(0.0, ui.clip_rect().height()));
    (size.x - ui.available_width()).abs() < 1.0
        && (place.y > seen.bottom() || place.y + size.y < seen.top())
}

/// Peers that were turned away, and first contacts that nobody finished, after which unknown
/// computers have to wait. Returns whether there are any.
fn turned_away_ui(ui: &mut Ui, view: &ReceiveView<'_>) -> (bool, Option<Action>) {
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
    for line in &view.turned_away {
        let text = small_muted(ui, line);
        ui.add(Label::new(text).wrap());
    }
    let action = allowed.then_some(Action::Receive(ReceiveAction::AllowFirstContact));
    (is_told || !view.turned_away.is_empty(), action)
}
