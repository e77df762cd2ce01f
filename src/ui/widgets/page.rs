//! The page below the bar: scrolls, and keeps its cards at a width that reads well.

use eframe::egui::{ScrollArea, Ui, vec2};

use crate::ui::theme::space;

/// A scrolling page whose contents are at most `widest` wide and stand in the middle.
pub(in crate::ui) fn page_ui<R>(
    ui: &mut Ui,
    id_salt: &str,
    widest: f32,
    add_contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    ScrollArea::vertical()
        .id_salt(id_salt)
        .auto_shrink(false)
        .show(ui, |ui| {
            let room = ui.available_width();
            let margin = if room < space::NARROW {
                space::M
            } else {
                space::XL
            };
            let width = (room - 2.0 * margin).min(widest);
            ui.add_space(space::L);
            let contents = ui
                .horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    ui.add_space(((room - width) / 2.0).floor());
                    ui.allocate_ui(vec2(width, 0.0), |ui| {
                        ui.vertical(|ui| {
                            ui.set_width(width);
                            ui.spacing_mut().item_spacing = vec2(space::S, space::M);
                            add_contents(ui)
                        })
                        .inner
                    })
                    .inner
                })
                .inner;
            ui.add_space(space::XL);
            contents
        })
        .inner
}
