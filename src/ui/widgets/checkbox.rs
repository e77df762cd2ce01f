//! A box to tick.

use eframe::egui::{Checkbox, Response, Ui};

use crate::ui::theme::space;

/// A box with its label, which wraps where there is little room.
pub(in crate::ui) fn checkbox_ui(ui: &mut Ui, on: &mut bool, label: &str) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = space::SMALL_CONTROL;
        ui.add(Checkbox::new(on, label))
    })
    .inner
}
