//! Something to unfold, for those who want to know more.

use eframe::egui::{
    AsIdSalt, CollapsingHeader, CornerRadius, Response, RichText, Stroke, StrokeKind, Ui,
};

use crate::ui::theme::{Tokens, radius};

/// A headline that unfolds `contents`, which keep their place at the left. `id` tells it from
/// others of its headline.
///
/// The header of egui's own shows no focus, so that somebody without a mouse could not find it.
pub(in crate::ui) fn collapsible_ui(
    ui: &mut Ui,
    headline: RichText,
    id: impl AsIdSalt,
    contents: impl FnOnce(&mut Ui),
) {
    let header = CollapsingHeader::new(headline)
        .id_salt(id)
        .show_unindented(ui, contents)
        .header_response;
    focus_ring_ui(ui, &header);
}

/// Shows where the keyboard's focus is.
pub(in crate::ui) fn focus_ring_ui(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let ring = Stroke::new(2.0, Tokens::of(ui).accent);
        let rounding = CornerRadius::same(radius::CONTROL);
        ui.painter()
            .rect_stroke(response.rect, rounding, ring, StrokeKind::Inside);
    }
}
