//! Lines of which only those in sight are drawn.

use std::ops::Range;

use eframe::egui::{Label, RichText, ScrollArea, Ui};

use super::collapsible::collapsible_ui;
use super::text::muted;
use crate::messages::window::buttons;
use crate::ui::theme::space;

/// The height of a long list; what is beyond it scrolls.
const HEIGHT: f32 = 200.0;

/// `count` rows of the same `height`; `add_rows` draws those that are in sight.
pub(in crate::ui) fn long_list_ui<R>(
    ui: &mut Ui,
    id: &str,
    (count, height): (usize, f32),
    add_rows: impl FnOnce(&mut Ui, Range<usize>) -> R,
) -> R {
    ScrollArea::vertical()
        .id_salt(id)
        .max_height(HEIGHT)
        .min_scrolled_height(HEIGHT)
        .auto_shrink([false, true])
        .show_rows(ui, height, count, add_rows)
        .inner
}

/// The lines `0..count`: up to `most` at once, of more the rest folded away under `more`.
pub(in crate::ui) fn lines_ui(
    ui: &mut Ui,
    id: &str,
    (count, most): (usize, usize),
    more: &str,
    line: impl Fn(usize) -> String,
) {
    let shown = if count > most + 1 { most } else { count };
    ui.spacing_mut().item_spacing.y = space::XS;
    for number in 0..shown {
        ui.add(Label::new(line(number)).wrap());
    }
    if shown == count {
        return;
    }
    let headline = muted(ui, more);
    collapsible_ui(ui, headline, id, |ui| {
        let height = ui.text_style_height(&eframe::egui::TextStyle::Body);
        long_list_ui(ui, id, (count - shown, height), |ui, rows| {
            for number in rows {
                let text = line(shown + number);
                ui.add(Label::new(RichText::new(&text)).truncate())
                    .on_hover_text(text);
            }
        });
    });
}

/// More remarks than these are folded away.
const REMARKS: usize = 4;

/// What was skipped, renamed or failed, each with its reason.
pub(in crate::ui) fn remarks_ui(ui: &mut Ui, remarks: &[String]) {
    let more = buttons::more(remarks.len().saturating_sub(REMARKS));
    lines_ui(ui, "remarks", (remarks.len(), REMARKS), &more, |number| {
        remarks[number].clone()
    });
}
