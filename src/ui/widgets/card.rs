//! A card: the one kind of container there is.

use eframe::egui::{Color32, CornerRadius, Frame, InnerResponse, Margin, Sense, Stroke, Ui, vec2};

use crate::ui::theme::{Tokens, radius, space};

/// What a card's background says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Tone {
    /// Nothing.
    Plain,
    /// An answer is wanted.
    Accent,
    /// What is asked for is not encrypted, or needs a second look.
    Warning,
    /// Something went wrong.
    Problem,
}

impl Tone {
    fn colors(self, tokens: &Tokens) -> (Color32, Color32) {
        match self {
            Self::Plain => (tokens.card, tokens.line),
            Self::Accent => (tokens.accent_soft, tokens.accent_fill),
            Self::Warning => (tokens.warning_soft, tokens.warning_line),
            Self::Problem => (tokens.danger_soft, tokens.danger.gamma_multiply(0.45)),
        }
    }
}

/// A card over the whole width.
pub(in crate::ui) fn card_ui<R>(
    ui: &mut Ui,
    tone: Tone,
    add_contents: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    let tokens = Tokens::of(ui);
    let (fill, line) = tone.colors(&tokens);
    #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
    let margin = Margin::same(space::L as i8);
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, line))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(margin)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add_contents(ui)
        })
}

/// A hairline between two parts of a card.
pub(in crate::ui) fn divider_ui(ui: &mut Ui) {
    let color = Tokens::of(ui).line;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter()
        .hline(rect.x_range(), rect.center().y, Stroke::new(1.0, color));
}
