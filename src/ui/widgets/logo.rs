//! The mark beside the name: one hop from here to there.

use eframe::egui::epaint::CubicBezierShape;
use eframe::egui::{Color32, Sense, Stroke, Ui, vec2};

use crate::ui::theme::Tokens;

/// The icon's mark, without its ground.
pub(in crate::ui) fn logo_ui(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(28.0, 24.0), Sense::hover());
    let color = Tokens::of(ui).accent;
    let from = rect.left_bottom() + vec2(4.0, -5.0);
    let to = rect.right_bottom() + vec2(-6.0, -7.0);
    ui.painter().add(CubicBezierShape::from_points_stroke(
        [from, from + vec2(0.5, -20.0), to + vec2(-3.0, -18.0), to],
        false,
        Color32::TRANSPARENT,
        Stroke::new(2.5, color.gamma_multiply(0.7)),
    ));
    ui.painter().circle_filled(from, 3.0, color);
    ui.painter().circle_filled(to, 4.5, color);
}
