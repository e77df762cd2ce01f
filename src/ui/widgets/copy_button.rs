//! A button that copies a text and says for a moment that it did.

use std::time::Duration;

use eframe::egui::{Id, Ui};

use super::button::{Emphasis, small_button};
use crate::messages::window::buttons::{COPIED, COPY};

/// How long the button says "Copied".
const ACKNOWLEDGED_SECS: f64 = 1.5;

/// Copies `text` when pressed; `name` says what is copied, as in "Copy 192.168.1.102".
pub(in crate::ui) fn copy_button_ui(ui: &mut Ui, name: &str, text: &str) {
    let id = ui.scope_id().with(("copied", name));
    let now = ui.input(|input| input.time);
    let copied_at: Option<f64> = ui.data(|data| data.get_temp(id));
    let acknowledged = copied_at.is_some_and(|at| now - at < ACKNOWLEDGED_SECS);
    let label = if acknowledged { COPIED } else { COPY };
    let response = small_button(ui, Emphasis::Secondary, label).accessible_name(name);
    if response.clicked() {
        ui.copy_text(text.to_owned());
        acknowledge(ui, id, now);
    }
}

/// One more pass is asked for, to take the word away again.
fn acknowledge(ui: &Ui, id: Id, now: f64) {
    ui.data_mut(|data| data.insert_temp(id, now));
    ui.request_repaint_after(Duration::from_secs_f64(ACKNOWLEDGED_SECS));
}
