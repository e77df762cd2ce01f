//! A row with something at its far end.

use eframe::egui::{Align, Layout, Sides, Ui};

use crate::ui::theme::space;

/// `leading` at the left, as wide as there is room; `trailing` at the right. As high as a button.
pub(in crate::ui) fn trailing_row_ui<L, T>(
    ui: &mut Ui,
    leading: impl FnOnce(&mut Ui) -> L,
    trailing: impl FnOnce(&mut Ui) -> T,
) -> (L, T) {
    row_ui(ui, space::CONTROL, leading, trailing)
}

/// The same for a line of text with a small button.
pub(in crate::ui) fn trailing_line_ui<L, T>(
    ui: &mut Ui,
    leading: impl FnOnce(&mut Ui) -> L,
    trailing: impl FnOnce(&mut Ui) -> T,
) -> (L, T) {
    row_ui(ui, space::SMALL_CONTROL, leading, trailing)
}

fn row_ui<L, T>(
    ui: &mut Ui,
    height: f32,
    leading: impl FnOnce(&mut Ui) -> L,
    trailing: impl FnOnce(&mut Ui) -> T,
) -> (L, T) {
    Sides::new().height(height).shrink_left().show(
        ui,
        |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), leading)
                .inner
        },
        trailing,
    )
}
