//! A dot and a headline: what a card is about, and how it stands.

use eframe::egui::{Color32, Label, Sense, TextStyle, Ui, vec2};

use super::row::trailing_line_ui;
use super::text::{heading, title};

/// For the page's first card.
pub(in crate::ui) fn status_line_ui(ui: &mut Ui, color: Color32, headline: &str) {
    dot_ui(ui, color, 5.0);
    let headline = title(ui, headline);
    ui.add(Label::new(headline).truncate());
}

/// For one transfer among others; a long headline wraps.
pub(in crate::ui) fn headline_ui(ui: &mut Ui, color: Color32, headline: &str) {
    let ((), ()) = trailing_line_ui(ui, |ui| inline_headline_ui(ui, color, headline), |_| ());
}

/// The same within a row.
pub(in crate::ui) fn inline_headline_ui(ui: &mut Ui, color: Color32, headline: &str) {
    dot_ui(ui, color, 4.0);
    let text = heading(ui, headline);
    ui.add(Label::new(text).wrap());
}

fn dot_ui(ui: &mut Ui, color: Color32, radius: f32) {
    let height = ui.text_style_height(&TextStyle::Heading);
    let (rect, _) = ui.allocate_exact_size(vec2(2.0 * radius, height), Sense::hover());
    ui.painter().circle_filled(rect.center(), radius, color);
}
