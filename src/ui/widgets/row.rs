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

/// A row of texts, no higher than they are.
pub(in crate::ui) fn text_row_ui<R>(ui: &mut Ui, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal_wrapped(add_contents).inner
    })
    .inner
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
