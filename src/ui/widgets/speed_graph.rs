//! A small graph of how fast something was lately.

use eframe::egui::{Pos2, Sense, Shape, Stroke, Ui, lerp, vec2};

use crate::ui::theme::Tokens;

const WIDTH: f32 = 96.0;
const HEIGHT: f32 = 20.0;

/// The speeds, the oldest first, at equal distances in time; the fastest reaches the top. Says
/// nothing that the numbers beside it do not say, so that screen readers pass it over.
pub(in crate::ui) fn speed_graph_ui(ui: &mut Ui, speeds: &[f32]) {
    if speeds.len() < 2 {
        return;
    }
    let (rect, _) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let tokens = Tokens::of(ui);
    let rect = rect.shrink(1.0);
    #[expect(clippy::cast_precision_loss, reason = "a few dozen points")]
    let points: Vec<Pos2> = points(speeds)
        .enumerate()
        .map(|(number, height)| {
            let along = number as f32 / (speeds.len() - 1) as f32;
            Pos2::new(
                lerp(rect.x_range(), along),
                lerp(rect.bottom()..=rect.top(), height),
            )
        })
        .collect();
    let painter = ui.painter();
    painter.hline(
        rect.x_range(),
        rect.bottom(),
        Stroke::new(1.0, tokens.control_line),
    );
    painter.add(Shape::line(points, Stroke::new(1.5, tokens.accent)));
}

/// Heights from 0 to 1.
fn points(speeds: &[f32]) -> impl Iterator<Item = f32> {
    let fastest = speeds.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    speeds.iter().map(move |speed| speed / fastest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_reaches_the_top_and_a_standstill_the_ground() {
        let heights: Vec<f32> = points(&[0.0, 5.0, 10.0]).collect();
        assert_eq!(heights, [0.0, 0.5, 1.0]);
        assert_eq!(points(&[0.0, 0.0]).collect::<Vec<_>>(), [0.0, 0.0]);
    }
}
