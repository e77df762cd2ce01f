//! Buttons in the few kinds there are.

use eframe::egui::{
    Button, Color32, Response, RichText, Stroke, TextStyle, TextWrapMode, Ui, WidgetText, vec2,
};

use crate::ui::theme::{Tokens, size, space};

/// How loudly a button asks to be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Emphasis {
    /// The one thing to do next.
    Primary,
    /// Anything else.
    Secondary,
    /// What may do harm that cannot be taken back.
    Danger,
    /// Something on the side: text alone, which lines up with other text.
    Quiet,
}

/// Just enough for the ring of the keyboard's focus.
const QUIET_PADDING: f32 = 3.0;
const SMALL_PADDING: f32 = space::S + 2.0;

/// A button of the usual height.
pub(in crate::ui) fn button(ui: &mut Ui, emphasis: Emphasis, text: &str) -> Response {
    let padding = match emphasis {
        Emphasis::Primary => space::L,
        Emphasis::Secondary | Emphasis::Danger => space::M,
        Emphasis::Quiet => QUIET_PADDING,
    };
    let text = RichText::new(text);
    styled_button_ui(ui, emphasis, text, padding, space::CONTROL)
}

/// A button for the end of a row of text.
pub(in crate::ui) fn small_button(ui: &mut Ui, emphasis: Emphasis, text: &str) -> Response {
    let padding = match emphasis {
        Emphasis::Primary | Emphasis::Secondary | Emphasis::Danger => SMALL_PADDING,
        Emphasis::Quiet => QUIET_PADDING,
    };
    let text = RichText::new(text).size(size::SMALL);
    styled_button_ui(ui, emphasis, text, padding, space::SMALL_CONTROL)
}

/// One of many small buttons in a row that goes on below. What fits in no row is cut short.
pub(in crate::ui) fn chip(ui: &mut Ui, text: &str) -> Response {
    let too_long = !make_room_ui(ui, RichText::new(text).size(size::SMALL), SMALL_PADDING);
    let chip = ui.scope(|ui| {
        ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
        small_button(ui, Emphasis::Secondary, text)
    });
    if too_long {
        return chip.inner.on_hover_text(text);
    }
    chip.inner
}

/// Begins the next row where this one has no room left for a button, since egui would break its
/// words instead. Returns whether it fits there.
fn make_room_ui(ui: &mut Ui, text: RichText, padding: f32) -> bool {
    let galley = WidgetText::from(text).into_galley(
        ui,
        Some(TextWrapMode::Extend),
        f32::INFINITY,
        TextStyle::Button,
    );
    let width = galley.size().x + 2.0 * padding;
    if width > ui.available_size_before_wrap().x {
        ui.end_row();
    }
    width <= ui.available_size_before_wrap().x
}

fn styled_button_ui(
    ui: &mut Ui,
    emphasis: Emphasis,
    text: RichText,
    padding: f32,
    height: f32,
) -> Response {
    // A chip has made room itself, and may be cut short.
    if ui.layout().main_wrap() && ui.wrap_mode() != TextWrapMode::Truncate {
        make_room_ui(ui, text.clone(), padding);
    }
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = vec2(padding, space::XS);
        ui.spacing_mut().interact_size.y = height;
        paint_as(ui, emphasis);
        ui.add(Button::new(text).min_size(vec2(0.0, height)))
    })
    .inner
}

fn paint_as(ui: &mut Ui, emphasis: Emphasis) {
    let tokens = Tokens::of(ui);
    let widgets = &mut ui.visuals_mut().widgets;
    match emphasis {
        Emphasis::Primary => {
            for (visuals, fill) in [
                (&mut widgets.inactive, tokens.accent_fill),
                (&mut widgets.hovered, tokens.accent_fill_hover),
                (&mut widgets.active, tokens.accent_fill_hover),
            ] {
                visuals.weak_bg_fill = fill;
                visuals.bg_stroke.color = fill;
                visuals.fg_stroke.color = tokens.on_accent;
            }
            widgets.active.bg_stroke = Stroke::new(2.0, tokens.accent_fill_ring);
        }
        Emphasis::Secondary => {}
        Emphasis::Danger => {
            for visuals in [
                &mut widgets.inactive,
                &mut widgets.hovered,
                &mut widgets.active,
            ] {
                visuals.fg_stroke.color = tokens.danger;
                visuals.bg_stroke.color = tokens.danger;
            }
        }
        Emphasis::Quiet => {
            for visuals in [
                &mut widgets.inactive,
                &mut widgets.hovered,
                &mut widgets.active,
            ] {
                visuals.weak_bg_fill = Color32::TRANSPARENT;
                visuals.fg_stroke.color = tokens.accent;
            }
            widgets.inactive.bg_stroke = Stroke::NONE;
            widgets.hovered.bg_stroke = Stroke::NONE;
            widgets.hovered.fg_stroke.color = tokens.text;
        }
    }
}
