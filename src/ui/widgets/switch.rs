//! A switch with a headline and a line that says what it means.

use eframe::egui::{
    CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::text::small_muted;
use crate::ui::theme::{Tokens, space};

const WIDTH: f32 = 38.0;
const HEIGHT: f32 = 22.0;

/// The switch at the left, `label` and `meaning` beside it. Returns the new state when switched.
pub(in crate::ui) fn switch_row_ui(
    ui: &mut Ui,
    on: bool,
    label: &str,
    meaning: &str,
) -> Option<bool> {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let mut switched = switch_ui(ui, on, label).clicked();
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            switched |= ui
                .add(
                    eframe::egui::Label::new(label)
                        .sense(Sense::CLICK)
                        .selectable(false),
                )
                .clicked();
            let meaning = small_muted(ui, meaning);
            ui.label(meaning);
        });
        switched.then_some(!on)
    })
    .inner
}

fn switch_ui(ui: &mut Ui, on: bool, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, ui.is_enabled(), on, name));
    if ui.is_rect_visible(rect) {
        paint(ui, rect, &response, on);
    }
    response
}

fn paint(ui: &Ui, rect: Rect, response: &Response, on: bool) {
    let tokens = Tokens::of(ui);
    let moved = ui.animate_bool(response.id, on);
    let (track, knob) = match (on, response.hovered()) {
        (true, false) => (tokens.accent_fill, tokens.on_accent),
        (true, true) => (tokens.accent_fill_hover, tokens.on_accent),
        (false, false) => (tokens.control, tokens.text_muted),
        (false, true) => (tokens.control_hover, tokens.text_muted),
    };
    let line = if on { track } else { tokens.control_line };
    let rounding = CornerRadius::same(11);
    ui.painter().rect(
        rect,
        rounding,
        track,
        Stroke::new(1.0, line),
        StrokeKind::Inside,
    );
    let half = HEIGHT / 2.0;
    let x = rect.left() + half + moved * (WIDTH - HEIGHT);
    ui.painter()
        .circle_filled(pos2(x, rect.center().y), half - 4.0, knob);
    if response.has_focus() {
        let ring = Stroke::new(2.0, tokens.accent);
        ui.painter().rect_stroke(
            rect.expand(2.0),
            CornerRadius::same(13),
            ring,
            StrokeKind::Inside,
        );
    }
}
