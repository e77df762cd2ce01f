//! A command to be copied.

use eframe::egui::{Align, CornerRadius, Frame, Label, Layout, Margin, RichText, Ui};

use super::copy_button::copy_button_ui;
use super::row::trailing_line_ui;
use super::text::muted;
use crate::messages::window::buttons::copy;
use crate::ui::theme::{Tokens, radius, size, space};

/// When it is the right one, and the command itself in a sunken box with a button to copy it.
pub(in crate::ui) fn command_ui(ui: &mut Ui, when: &str, command: &str) {
    let text = muted(ui, when);
    ui.add(Label::new(text).wrap());
    Frame::new()
        .fill(Tokens::of(ui).inset)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.x = space::S;
            trailing_line_ui(
                ui,
                |ui| {
                    ui.with_layout(Layout::top_down(Align::Min), |ui| {
                        let text = RichText::new(command).monospace().size(size::MONO_SMALL);
                        ui.add(Label::new(text).wrap());
                    });
                },
                |ui| copy_button_ui(ui, &copy(command), command),
            );
        });
}
