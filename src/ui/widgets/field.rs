//! Labels and text fields.

use eframe::egui::{Align, Align2, Id, Label, Layout, Margin, TextEdit, Ui, vec2};

use super::text::muted;
use crate::ui::theme::space;

/// Whether there is too little room for labels beside what they name.
pub(in crate::ui) fn is_narrow(ui: &Ui) -> bool {
    ui.available_width() < space::NARROW - 2.0 * (space::L + space::L)
}

/// A label, and beside it (below it, where there is little room) what it names. The contents get
/// the label's id, to be named by it.
pub(in crate::ui) fn field_row_ui<R>(
    ui: &mut Ui,
    label: &str,
    add_contents: impl FnOnce(&mut Ui, Id) -> R,
) -> R {
    let text = muted(ui, label);
    if is_narrow(ui) {
        return ui
            .vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                let id = ui.add(Label::new(text).selectable(false)).id;
                add_contents(ui, id)
            })
            .inner;
    }
    ui.horizontal_top(|ui| {
        let size = vec2(space::LABEL, space::CONTROL);
        let id = ui
            .allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(size);
                ui.add(Label::new(text).selectable(false)).id
            })
            .inner;
        ui.vertical(|ui| add_contents(ui, id)).inner
    })
    .inner
}

/// A field for one line of text.
pub(in crate::ui) fn text_field(text: &mut String, width: f32) -> TextEdit<'_> {
    TextEdit::singleline(text)
        .desired_width(width)
        .min_size(vec2(0.0, space::CONTROL))
        .align(Align2::LEFT_CENTER)
        .margin(Margin::symmetric(10, 4))
}
