//! What went wrong, what it means, and the system's own words to unfold and copy.

use eframe::egui::{CornerRadius, Frame, Label, Margin, RichText, Ui};

use super::button::{Emphasis, small_button};
use super::card::{Tone, card_ui};
use super::collapsible::collapsible_ui;
use super::copy_button::copy_button_ui;
use super::quotation::quotation_ui;
use super::row::trailing_line_ui;
use super::text::heading;
use crate::messages::UserMessage;
use crate::messages::window::buttons;
use crate::ui::theme::{Tokens, radius, size, space};

/// The notice in a card of its own. Returns true when it is dismissed.
pub(in crate::ui) fn notice_card_ui(ui: &mut Ui, notice: &UserMessage) -> bool {
    card_ui(ui, Tone::Problem, |ui| {
        let ((), dismissed) = trailing_line_ui(
            ui,
            |ui| headline_ui(ui, notice),
            |ui| {
                small_button(ui, Emphasis::Quiet, buttons::DISMISS)
                    .accessible_name(buttons::about(buttons::DISMISS, &notice.headline))
                    .clicked()
            },
        );
        advice_ui(ui, notice);
        dismissed
    })
    .inner
}

/// The notice within a card, set apart from the rest of it.
pub(in crate::ui) fn notice_box_ui(ui: &mut Ui, notice: &UserMessage) {
    Frame::new()
        .fill(Tokens::of(ui).danger_soft)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            headline_ui(ui, notice);
            advice_ui(ui, notice);
        });
}

fn headline_ui(ui: &mut Ui, notice: &UserMessage) {
    let headline = heading(ui, &notice.headline).color(Tokens::of(ui).danger);
    ui.add(Label::new(headline).wrap());
}

fn advice_ui(ui: &mut Ui, notice: &UserMessage) {
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.add(Label::new(notice.advice.as_str()).wrap());
    notice_details_ui(ui, notice);
}

/// The system's own words, if there are any, folded away.
pub(in crate::ui) fn notice_details_ui(ui: &mut Ui, notice: &UserMessage) {
    let Some(details) = &notice.details else {
        return;
    };
    ui.spacing_mut().interact_size.y = space::SMALL_CONTROL;
    let headline = RichText::new(buttons::DETAILS).size(size::SMALL);
    collapsible_ui(ui, headline, (&notice.headline, details), |ui| {
        quotation_ui(ui, details);
        copy_button_ui(ui, buttons::COPY_DETAILS, &notice.in_full(details));
    });
}
