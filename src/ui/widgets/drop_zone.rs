//! The place that files are dropped on.

use eframe::egui::{CornerRadius, Frame, Margin, Rect, Shape, Stroke, StrokeKind, Ui, Vec2, pos2};

use crate::ui::theme::{Tokens, radius};

/// The height of what is inside.
const HEIGHT: f32 = 64.0;
const DASH: f32 = 6.0;
const GAP: f32 = 5.0;

/// A dashed box around `add_contents`, always of the same height; `hovered` while files are held
/// over the window.
pub(in crate::ui) fn drop_zone_ui<R>(
    ui: &mut Ui,
    hovered: bool,
    contents_height: f32,
    add_contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    let tokens = Tokens::of(ui);
    let fill = if hovered {
        tokens.accent_soft
    } else {
        tokens.inset
    };
    let response = Frame::new()
        .fill(fill)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::same(16))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_height(HEIGHT);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space((HEIGHT - contents_height) / 2.0);
            add_contents(ui)
        });
    let rect = response.response.rect;
    if hovered {
        let stroke = Stroke::new(2.0, tokens.accent);
        let rounding = CornerRadius::same(radius::CONTROL);
        ui.painter()
            .rect_stroke(rect, rounding, stroke, StrokeKind::Inside);
    } else {
        dashed_outline(ui, rect, Stroke::new(1.0, tokens.control_line));
    }
    response.inner
}

fn dashed_outline(ui: &Ui, rect: Rect, stroke: Stroke) {
    let rect = rect.shrink(0.5);
    let corner = f32::from(radius::CONTROL);
    let mut outline = Vec::new();
    for (center, from_degrees) in [
        (pos2(rect.right() - corner, rect.top() + corner), -90.0_f32),
        (pos2(rect.right() - corner, rect.bottom() - corner), 0.0),
        (pos2(rect.left() + corner, rect.bottom() - corner), 90.0),
        (pos2(rect.left() + corner, rect.top() + corner), 180.0),
    ] {
        for step in 0..=6_u8 {
            let angle = (from_degrees + f32::from(step) * 15.0).to_radians();
            outline.push(center + corner * Vec2::angled(angle));
        }
    }
    outline.extend(outline.first().copied());
    ui.painter()
        .extend(Shape::dashed_line(&outline, stroke, DASH, GAP));
}
