//! The few kinds of text there are.

use eframe::egui::{RichText, Ui};

use crate::ui::theme::{Tokens, size};

/// The headline of the page's first card.
pub(in crate::ui) fn title(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text)
        .heading()
        .size(size::TITLE)
        .color(Tokens::of(ui).text)
}

/// The headline of a section or a card.
pub(in crate::ui) fn heading(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).heading().color(Tokens::of(ui).text)
}

/// Text that explains.
pub(in crate::ui) fn muted(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).color(Tokens::of(ui).text_muted)
}

/// Text that explains something that is small itself.
pub(in crate::ui) fn small_muted(ui: &Ui, text: impl Into<String>) -> RichText {
    muted(ui, text).size(size::SMALL)
}
