//! A round mark to tick, in the corner of something that can be chosen beside others.

use eframe::egui::{Response, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

use super::collapsible::focus_ring_ui;
use crate::ui::theme::Tokens;

const SIZE: f32 = 18.0;

/// The mark; `name` is for screen readers.
pub(in crate::ui) fn tick_ui(ui: &mut Ui, ticked: bool, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(SIZE, SIZE), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), ticked, name));
    let tokens = Tokens::of(ui);
    let (painter, center) = (ui.painter(), rect.center());
    let radius = SIZE / 2.0 - 1.0;
    if ticked {
        painter.circle_filled(center, radius, tokens.accent_fill);
        let line = Stroke::new(1.5, tokens.on_accent);
        let corner = center + vec2(-1.0, 3.0);
        painter.line_segment([center + vec2(-4.0, 0.0), corner], line);
        painter.line_segment([corner, center + vec2(4.0, -3.0)], line);
    } else {
        let line = if response.hovered() {
            tokens.accent
        } else {
            tokens.text_muted
        };
        painter.circle_stroke(center, radius, Stroke::new(1.0, line));
    }
    focus_ring_ui(ui, &response);
    response.on_hover_text(name)
}
