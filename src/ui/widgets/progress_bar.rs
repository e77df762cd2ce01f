//! A slim progress bar with a name that screen readers tell.

use eframe::egui::{CornerRadius, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::Tokens;

const HEIGHT: f32 = 6.0;
/// The share of the track that a bar without a known end fills.
const MOVING_SHARE: f32 = 0.25;
/// How long it takes from one end to the other.
const MOVING_SECS: f64 = 1.6;

/// What the bar shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ui) enum Fill {
    /// A share from 0 to 1.
    Share(f32),
    /// Something moves, and nobody knows how much is left. The bar asks for no repaints: it moves
    /// when news of the transfer redraws it, and stands still when there is none.
    Moving,
    /// The same, but nothing is expected to move.
    Still,
}

/// A bar over the whole width.
pub(in crate::ui) fn progress_bar_ui(ui: &mut Ui, name: &str, fill: Fill) -> Response {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, ui.is_enabled(), name);
        if let Fill::Share(share) = fill {
            info.value = Some(f64::from(share * 100.0).floor());
        }
        info
    });
    if ui.is_rect_visible(rect) {
        paint(ui, rect, fill);
    }
    response
}

fn paint(ui: &Ui, rect: Rect, fill: Fill) {
    let tokens = Tokens::of(ui);
    let rounding = CornerRadius::same(3);
    ui.painter().rect_filled(rect, rounding, tokens.line);
    let (from, to) = match fill {
        Fill::Share(share) => (0.0, share.clamp(0.0, 1.0)),
        Fill::Moving => moving_range(ui.input(|input| input.time)),
        Fill::Still => return,
    };
    let x = |share: f32| x_at(rect, share);
    let right = x(to).max(x(from) + if to > 0.0 { HEIGHT } else { 0.0 });
    let filled = Rect::from_min_max(pos2(x(from), rect.top()), pos2(right, rect.bottom()));
    ui.painter()
        .rect_filled(filled, rounding, tokens.accent_fill_hover);
}

fn x_at(rect: Rect, share: f32) -> f32 {
    rect.left() + rect.width() * share
}

/// There and back again.
fn moving_range(time_secs: f64) -> (f32, f32) {
    let phase = (time_secs / MOVING_SECS).rem_euclid(2.0);
    let position = if phase > 1.0 { 2.0 - phase } else { phase };
    #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
    let from = position as f32 * (1.0 - MOVING_SHARE);
    (from, from + MOVING_SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moving_part_stays_on_the_track() {
        for tenth in 0..100 {
            let (from, to) = moving_range(f64::from(tenth) / 10.0);
            assert!(from >= 0.0 && to <= 1.001, "{from} {to}");
        }
    }
}
