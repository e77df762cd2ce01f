//! Six digits that two people compare.

use eframe::egui::{Align, CornerRadius, Frame, Label, Layout, Margin, RichText, Ui};

use crate::ui::theme::{Tokens, radius, size};

/// The code, large enough to be read across a room, in a sunken box of its own.
pub(in crate::ui) fn code_ui(ui: &mut Ui, code: &str) {
    let tokens = Tokens::of(ui);
    let text = RichText::new(code)
        .monospace()
        .size(size::CODE)
        .color(tokens.text);
    Frame::new()
        .fill(tokens.inset)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(16, 10))
        .show(ui, |ui| {
            ui.with_layout(Layout::top_down(Align::Center), |ui| {
                ui.set_width(ui.available_width());
                ui.add(Label::new(text).extend());
            });
        });
}
