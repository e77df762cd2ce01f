//! A choice between two or three things, all of them visible.

use eframe::egui::{Button, Color32, CornerRadius, Frame, Margin, RichText, Stroke, Ui, vec2};

use crate::ui::theme::{Tokens, radius, space};

/// Shows `chosen` among `segments` (value, label, name for screen readers) and returns another
/// one when it is pressed.
pub(in crate::ui) fn segmented_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    segments: &[(T, &str, &str)],
    chosen: T,
) -> Option<T> {
    let tokens = Tokens::of(ui);
    let mut pressed = None;
    Frame::new()
        .fill(tokens.inset)
        .stroke(Stroke::new(1.0, tokens.line))
        .corner_radius(CornerRadius::same(radius::CONTROL + 2))
        .inner_margin(Margin::same(2))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                for &(value, label, name) in segments {
                    if segment_ui(ui, value == chosen, label, name) {
                        pressed = Some(value);
                    }
                }
            });
        });
    pressed.filter(|value| *value != chosen)
}

fn segment_ui(ui: &mut Ui, selected: bool, label: &str, name: &str) -> bool {
    let tokens = Tokens::of(ui);
    let (fill, text) = if selected {
        (tokens.control_hover, tokens.text)
    } else {
        (Color32::TRANSPARENT, tokens.text_muted)
    };
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = vec2(space::L, 2.0);
        ui.spacing_mut().interact_size.y = 28.0;
        let widgets = &mut ui.visuals_mut().widgets;
        widgets.inactive.bg_stroke = Stroke::NONE;
        widgets.hovered.bg_stroke = Stroke::NONE;
        ui.visuals_mut().selection.bg_fill = fill;
        ui.visuals_mut().selection.stroke.color = text;
        let button = Button::selectable(selected, RichText::new(label).color(text))
            .corner_radius(CornerRadius::same(radius::CONTROL))
            .min_size(vec2(0.0, 28.0));
        ui.add(button).accessible_name(name).clicked()
    })
    .inner
}
