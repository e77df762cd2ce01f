//! A dialog over the window, which waits until it has been dealt with.

use eframe::egui::{Frame, Id, Margin, Modal, Ui};

use crate::ui::theme::{Tokens, space};

/// The distance between the dialog's edge and its contents.
const PADDING: f32 = 20.0;

/// A dialog at most `widest` wide. Returns what `add_contents` returns, and whether Escape or a
/// press beside the dialog closed it.
pub(in crate::ui) fn dialog_ui<R>(
    ui: &mut Ui,
    name: &str,
    widest: f32,
    add_contents: impl FnOnce(&mut Ui) -> R,
) -> (R, bool) {
    let room = ui.content_rect().width() - 2.0 * (PADDING + space::M);
    #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
    let frame = Frame::window(ui.style()).inner_margin(Margin::same(PADDING as i8));
    let modal = Modal::new(Id::unique(name))
        .backdrop_color(Tokens::of(ui).backdrop)
        .frame(frame)
        .show(ui, |ui| {
            ui.set_width(room.min(widest));
            add_contents(ui)
        });
    let closed = modal.should_close();
    (modal.inner, closed)
}
