//! A dot and a word: a state at a glance.

use eframe::egui::{Color32, Sense, Ui, vec2};

use super::button::{Emphasis, small_button};
use super::text::small_muted;

/// A dot in `color`, then `text`, whichever way the row runs; returns whether the text, if it is
/// `pressable`, was pressed.
pub(in crate::ui) fn badge_ui(ui: &mut Ui, color: Color32, text: &str, pressable: bool) -> bool {
    let leftwards = ui.layout().prefer_right_to_left();
    if !leftwards {
        dot_ui(ui, color);
    }
    let pressed = if pressable {
        small_button(ui, Emphasis::Quiet, text).clicked()
    } else {
        let text = small_muted(ui, text);
        ui.label(text).clicked()
    };
    if leftwards {
        dot_ui(ui, color);
    }
    pressed && pressable
}

fn dot_ui(ui: &mut Ui, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    ui.painter().circle_filled(rect.center(), 4.0, color);
}
