//! The picture of a device: what kind of computer it is, at a glance.

use eframe::egui::{
    Color32, CornerRadius, Painter, Rect, Sense, Stroke, StrokeKind, Ui, lerp, pos2, vec2,
};

use crate::discovery::DeviceKind;

const LINE: f32 = 1.5;

/// A picture in `color`, `size` points wide and high.
pub(in crate::ui) fn device_icon_ui(ui: &mut Ui, kind: DeviceKind, color: Color32, size: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(size, size), Sense::hover());
    let (painter, line) = (ui.painter(), Stroke::new(LINE, color));
    match kind {
        DeviceKind::Laptop => laptop(painter, rect, line),
        DeviceKind::Server => server(painter, rect, line),
        DeviceKind::Windows => {
            let screen = desktop(painter, rect, line);
            panes(painter, screen, color);
        }
        DeviceKind::Linux => {
            let screen = desktop(painter, rect, line);
            prompt(painter, screen, line);
        }
        DeviceKind::Unknown => {
            desktop(painter, rect, line);
        }
    }
}

/// The part of `rect` between these shares of its width and height.
fn part(rect: Rect, (left, top): (f32, f32), (right, bottom): (f32, f32)) -> Rect {
    let x = |share| lerp(rect.x_range(), share);
    let y = |share| lerp(rect.y_range(), share);
    Rect::from_min_max(pos2(x(left), y(top)), pos2(x(right), y(bottom)))
}

fn outline(painter: &Painter, rect: Rect, line: Stroke) {
    painter.rect_stroke(rect, CornerRadius::same(2), line, StrokeKind::Inside);
}

/// Returns what is on the screen.
fn desktop(painter: &Painter, rect: Rect, line: Stroke) -> Rect {
    let screen = part(rect, (0.05, 0.12), (0.95, 0.72));
    outline(painter, screen, line);
    let foot = part(rect, (0.3, 0.72), (0.7, 0.88));
    painter.vline(foot.center().x, foot.y_range(), line);
    painter.hline(foot.x_range(), foot.bottom(), line);
    screen.shrink(LINE * 2.0)
}

fn laptop(painter: &Painter, rect: Rect, line: Stroke) {
    outline(painter, part(rect, (0.15, 0.2), (0.85, 0.7)), line);
    let base = part(rect, (0.0, 0.7), (1.0, 0.8));
    painter.hline(
        base.x_range(),
        base.center().y,
        Stroke::new(2.0 * LINE, line.color),
    );
}

fn server(painter: &Painter, rect: Rect, line: Stroke) {
    for (top, bottom) in [(0.1, 0.36), (0.37, 0.63), (0.64, 0.9)] {
        let unit = part(rect, (0.1, top), (0.9, bottom));
        outline(painter, unit, line);
        let light = pos2(lerp(unit.x_range(), 0.8), unit.center().y);
        painter.circle_filled(light, LINE, line.color);
    }
}

/// A window of four panes.
fn panes(painter: &Painter, screen: Rect, color: Color32) {
    let window = part(screen, (0.25, 0.1), (0.75, 0.9));
    for (left, top) in [(0.0, 0.0), (0.55, 0.0), (0.0, 0.55), (0.55, 0.55)] {
        let pane = part(window, (left, top), (left + 0.45, top + 0.45));
        painter.rect_filled(pane, CornerRadius::ZERO, color);
    }
}

/// What a terminal says.
fn prompt(painter: &Painter, screen: Rect, line: Stroke) {
    let sign = part(screen, (0.12, 0.25), (0.4, 0.75));
    let tip = pos2(sign.right(), sign.center().y);
    painter.line_segment([sign.left_top(), tip], line);
    painter.line_segment([sign.left_bottom(), tip], line);
    let cursor = part(screen, (0.5, 0.75), (0.85, 0.75));
    painter.hline(cursor.x_range(), cursor.bottom(), line);
}
