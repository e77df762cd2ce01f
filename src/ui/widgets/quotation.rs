//! Text that came from, or goes to, the other computer: set apart, and as it is.

use eframe::egui::{CornerRadius, Frame, Label, Margin, Response, RichText, ScrollArea, Ui};

use crate::ui::theme::{Tokens, radius, size};

/// The lines of `text`, without empty ones around them, in a sunken box. Long lines scroll.
pub(in crate::ui) fn quotation_ui(ui: &mut Ui, text: &str) -> Response {
    let tokens = Tokens::of(ui);
    let text = RichText::new(trimmed(text))
        .monospace()
        .size(size::MONO_SMALL)
        .color(tokens.text_muted);
    Frame::new()
        .fill(tokens.inset)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ScrollArea::horizontal()
                .show(ui, |ui| ui.add(Label::new(text).extend()))
                .inner
        })
        .inner
}

/// Lines keep their indentation; what is empty at both ends goes.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty());
    let last = lines.iter().rposition(|line| !line.is_empty());
    match (first, last) {
        (Some(first), Some(last)) => lines[first..=last].join("\n"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_go_and_indentation_stays() {
        assert_eq!(
            trimmed("\n \n |--|\n  Hi \n\n -S\n \n"),
            " |--|\n  Hi\n\n -S"
        );
        assert_eq!(trimmed(" \n\n"), "");
    }
}
