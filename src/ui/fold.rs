//! A form or a card that folds to one line while something else needs the room.

use eframe::egui::{CollapsingHeader, RichText, TextStyle, Ui};

use super::theme::size;
use super::widgets::{Tone, card_ui, focus_ring_ui, middle_elided};

/// So wide are the arrow before the headline and the distances around both.
const ARROW: f32 = 48.0;

/// Whether it is unfolded all the same.
#[derive(Debug, Default)]
pub(super) struct Fold {
    was_busy: bool,
    open: bool,
}

impl Fold {
    /// The user wants to see what is folded away.
    pub(super) fn unfold(&mut self) {
        self.open = true;
    }

    /// Draws `contents` unless the screen is `busy`; then `headline`, which unfolds them.
    pub(super) fn ui<R>(
        &mut self,
        ui: &mut Ui,
        busy: bool,
        headline: &str,
        contents: impl FnOnce(&mut Ui) -> Option<R>,
    ) -> Option<R> {
        if busy && !self.was_busy {
            self.open = false;
        }
        self.was_busy = busy;
        if !busy {
            return contents(ui);
        }
        let pressed = card_ui(ui, Tone::Plain, |ui| {
            let room = ui.available_width() - ARROW;
            let headline = middle_elided(ui, headline, &TextStyle::Body, room);
            let header = CollapsingHeader::new(RichText::new(headline).size(size::BODY))
                .id_salt("folded")
                .open(Some(self.open))
                .show_unindented(ui, |_| ())
                .header_response;
            focus_ring_ui(ui, &header);
            header.clicked()
        });
        self.open ^= pressed.inner;
        if self.open { contents(ui) } else { None }
    }
}
