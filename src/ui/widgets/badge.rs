//! A dot and a word: a state at a glance.

use eframe::egui::{Color32, Role, Sense, Ui, WidgetInfo, vec2};

use super::text::small_muted;

/// A dot in `color`, then `text`, whichever way the row runs. Where there is no room for the text
/// it is told when the dot is pointed at, and to screen readers.
pub(in crate::ui) fn badge_ui(ui: &mut Ui, color: Color32, text: &str, with_text: bool) {
    if !with_text {
        dot_ui(ui, color, Some(text));
        return;
    }
    let leftwards = ui.layout().prefer_right_to_left();
    if !leftwards {
        dot_ui(ui, color, None);
    }
    let small = small_muted(ui, text);
    ui.label(small);
    if leftwards {
        dot_ui(ui, color, None);
    }
}

fn dot_ui(ui: &mut Ui, color: Color32, text: Option<&str>) {
    let (rect, response) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    ui.painter().circle_filled(rect.center(), 4.0, color);
    if let Some(text) = text {
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        response.on_hover_text(text);
    }
}
