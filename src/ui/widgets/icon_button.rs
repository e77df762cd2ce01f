//! Buttons with a picture, for where there is no room for a word.

use eframe::egui::{Color32, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};

use super::collapsible::focus_ring_ui;
use crate::ui::theme::{Tokens, space};

/// The pictures that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Icon {
    /// A clock.
    History,
    /// Sliders.
    Settings,
}

/// A button whose `name` is told when it is pointed at, and to screen readers.
pub(in crate::ui) fn icon_button_ui(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(space::CONTROL), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let tokens = Tokens::of(ui);
    let color = if response.hovered() {
        tokens.text
    } else {
        tokens.accent
    };
    match icon {
        Icon::History => paint_clock(ui, rect.center(), color),
        Icon::Settings => paint_sliders(ui, rect.center(), color),
    }
    focus_ring_ui(ui, &response);
    response.on_hover_text(name)
}

const LINE: f32 = 1.5;

fn paint_clock(ui: &Ui, center: eframe::egui::Pos2, color: Color32) {
    let line = Stroke::new(LINE, color);
    let painter = ui.painter();
    painter.circle_stroke(center, 8.0, line);
    painter.line_segment([center, center + vec2(0.0, -5.0)], line);
    painter.line_segment([center, center + vec2(4.0, 1.5)], line);
}

fn paint_sliders(ui: &Ui, center: eframe::egui::Pos2, color: Color32) {
    let line = Stroke::new(LINE, color);
    let painter = ui.painter();
    for (y, knob) in [(-5.0, 3.0), (0.0, -3.0), (5.0, 1.0)] {
        let x = center.x - 8.0..=center.x + 8.0;
        painter.hline(x, center.y + y, line);
        painter.circle_filled(center + vec2(knob, y), 2.5, color);
    }
}
