//! Something that crosses, in either direction: how far it is, how fast, and what is protected.

use eframe::egui::{Label, Ui};

use super::theme::{Tokens, size, space};
use super::widgets::{
    Emphasis, Fill, Protection, button, inline_headline_ui, muted, progress_bar_ui, protection_ui,
    small_button, small_muted, speed_graph_ui, trailing_line_ui, trailing_row_ui,
};
use crate::session::Progress;

/// What is drawn of it.
#[derive(Debug)]
pub(super) struct Moving<'a> {
    /// What crosses, from or to whom.
    pub(super) headline: &'a str,
    /// The label of the button that ends it, and its name for screen readers.
    pub(super) stop: (&'a str, &'a str),
    pub(super) progress: &'a Progress,
    /// Instead of the numbers.
    pub(super) state: Option<String>,
    /// Said when nothing moves.
    pub(super) stalled: &'a str,
    pub(super) protection: Protection,
    /// On a line, among many.
    pub(super) compact: bool,
}

/// Draws it; returns whether it is to be ended.
pub(super) fn ui(ui: &mut Ui, moving: &Moving<'_>) -> bool {
    if moving.compact {
        return compact_ui(ui, moving);
    }
    let color = Tokens::of(ui).accent;
    let (label, name) = moving.stop;
    let ((), stopped) = trailing_row_ui(
        ui,
        |ui| inline_headline_ui(ui, color, moving.headline),
        |ui| {
            button(ui, Emphasis::Secondary, label)
                .accessible_name(name)
                .clicked()
        },
    );
    progress_bar_ui(ui, moving.headline, fill(moving.progress));
    let ((), ()) = trailing_line_ui(
        ui,
        |ui| {
            ui.add(Label::new(facts(moving)).wrap());
        },
        |ui| speed_graph_ui(ui, moving.progress.speeds()),
    );
    if let Some(resumed) = moving.progress.resumed() {
        let text = muted(ui, resumed);
        ui.label(text);
    }
    if moving.progress.latest().stalled {
        ui.colored_label(Tokens::of(ui).warning, moving.stalled);
    }
    protection_ui(ui, moving.protection);
    stopped
}

fn compact_ui(ui: &mut Ui, moving: &Moving<'_>) -> bool {
    let (label, name) = moving.stop;
    ui.spacing_mut().item_spacing.y = space::XS;
    let ((), stopped) = trailing_line_ui(
        ui,
        |ui| {
            ui.add(Label::new(moving.headline).truncate())
                .on_hover_text(moving.headline);
        },
        |ui| {
            let stopped = small_button(ui, Emphasis::Quiet, label)
                .accessible_name(name)
                .clicked();
            let facts = small_muted(ui, facts(moving)).size(size::SMALL);
            ui.label(facts);
            stopped
        },
    );
    progress_bar_ui(ui, moving.headline, fill(moving.progress));
    stopped
}

fn facts(moving: &Moving<'_>) -> String {
    let state = moving.state.clone();
    state.unwrap_or_else(|| moving.progress.facts())
}

/// A classic sender does not say how much it has.
fn fill(progress: &Progress) -> Fill {
    match (progress.share(), progress.latest().stalled) {
        (Some(share), _) => Fill::Share(share),
        (None, false) => Fill::Moving,
        (None, true) => Fill::Still,
    }
}
