//! A dot and a headline: what a card is about, and how it stands.

use eframe::egui::{Color32, Label, Role, Sense, TextStyle, Ui, WidgetInfo, vec2};

use super::middle_elided::{middle_elided, width};
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

/// Where a name gets less room than this, its headline wraps instead.
const ROOM_FOR_A_NAME: f32 = 100.0;

/// A headline about `what`, on one line: if that is too long its middle goes.
pub(in crate::ui) fn named_headline_ui(
    ui: &mut Ui,
    color: Color32,
    what: &str,
    headline: impl Fn(&str) -> String,
) {
    let name_ui = |ui: &mut Ui| {
        dot_ui(ui, color, 4.0);
        let rest = width(ui, &headline(""), &TextStyle::Heading);
        let room = ui.available_width() - rest;
        let shown = if room < ROOM_FOR_A_NAME {
            what.to_owned()
        } else {
            middle_elided(ui, what, &TextStyle::Heading, room)
        };
        let text = heading(ui, headline(&shown));
        let response = ui.add(Label::new(text).wrap());
        if shown != what {
            let whole = headline(what);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, ui.is_enabled(), &whole));
            response.on_hover_text(whole);
        }
    };
    let ((), ()) = trailing_line_ui(ui, name_ui, |_| ());
}

fn dot_ui(ui: &mut Ui, color: Color32, radius: f32) {
    let height = ui.text_style_height(&TextStyle::Heading);
    let (rect, _) = ui.allocate_exact_size(vec2(2.0 * radius, height), Sense::hover());
    ui.painter().circle_filled(rect.center(), radius, color);
}
