//! Receivers that are nearby, in the form of the send screen.

use eframe::egui::{
    Align2, AtomExt as _, Button, CornerRadius, FontId, Frame, Label, Margin, RichText, ScrollArea,
    Ui, vec2,
};

use super::theme::{Tokens, radius, size, space};
use super::view::NearbyView;
use super::widgets::{is_narrow, small_muted};
use crate::discovery::Neighbour;
use crate::messages::nearby;
use crate::messages::window::send;
use crate::net::DEFAULT_PORT;

/// So high is the list; what is beyond it scrolls.
const HEIGHT: f32 = 5.5 * space::CONTROL;

/// How much of a row may be more than the name.
const BESIDE_SHARE: f32 = 0.6;

/// Draws the list; `is_chosen` tells which one is filled in already. Returns the one that was
/// pressed.
pub(super) fn ui<'a>(
    ui: &mut Ui,
    view: &'a NearbyView<'_>,
    is_chosen: impl Fn(&Neighbour) -> bool,
) -> Option<&'a Neighbour> {
    ui.spacing_mut().item_spacing.y = space::XS;
    let pressed = if view.neighbours.is_empty() {
        None
    } else {
        list_ui(ui, &view.neighbours, is_chosen)
    };
    state_ui(ui, view);
    pressed
}

fn list_ui<'a>(
    ui: &mut Ui,
    neighbours: &'a [Neighbour],
    is_chosen: impl Fn(&Neighbour) -> bool,
) -> Option<&'a Neighbour> {
    let rows = |ui: &mut Ui| {
        let mut pressed = None;
        for (number, neighbour) in neighbours.iter().enumerate() {
            ui.push_id(number, |ui| {
                if row_ui(ui, neighbour, is_chosen(neighbour)) {
                    pressed = Some(neighbour);
                }
            });
        }
        pressed
    };
    Frame::new()
        .fill(Tokens::of(ui).inset)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::same(4))
        .show(ui, |ui| {
            ScrollArea::vertical()
                .id_salt("nearby")
                .max_height(HEIGHT)
                .min_scrolled_height(HEIGHT)
                .auto_shrink([false, true])
                .show(ui, rows)
                .inner
        })
        .inner
}

fn row_ui(ui: &mut Ui, neighbour: &Neighbour, chosen: bool) -> bool {
    let place = nearby::place(neighbour, DEFAULT_PORT);
    let mark = nearby::mark(neighbour);
    let beside: Vec<&str> = [mark, place.as_deref().unwrap_or_default()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let beside = beside.join(" · ");
    let tokens = Tokens::of(ui);
    let color = if neighbour.nearby {
        tokens.text
    } else {
        tokens.text_muted
    };
    let name = RichText::new(&neighbour.name).color(color);
    let beside_text = RichText::new(&beside)
        .color(if chosen {
            tokens.text
        } else {
            tokens.text_muted
        })
        .size(size::SMALL);
    let width = ui.available_width();
    // Whatever stands beside it leaves some room for the name.
    let beside_text = beside_text.atom_max_width(width * BESIDE_SHARE);
    let row = Button::selectable(
        chosen,
        (
            name.atom_shrink(true)
                .atom_grow(true)
                .atom_align(Align2::LEFT_CENTER),
            beside_text,
        ),
    )
    .min_size(vec2(width, space::CONTROL))
    .truncate();
    ui.add_enabled(place.is_some(), row)
        .accessible_name(format!("{}, {beside}", neighbour.name))
        .on_hover_text(format!("{}, {beside}", neighbour.name))
        .clicked()
}

/// A quiet line below: what is going on, or what may be the cause if nobody is there.
fn state_ui(ui: &mut Ui, view: &NearbyView<'_>) {
    let nobody = !view.neighbours.iter().any(|neighbour| neighbour.nearby);
    let text = match (view.failed, view.looked) {
        (Some(words), _) => nearby::unavailable(words).in_one_line(),
        (None, false) if nobody => send::LOOKING_FOR_RECEIVERS.to_owned(),
        (None, true) if nobody => nearby::nobody().in_one_line(),
        _ => return,
    };
    let text = small_muted(ui, text);
    if view.neighbours.is_empty() && !is_narrow(ui) {
        // Its first line stands beside the label.
        let line = ui.fonts_mut(|fonts| fonts.row_height(&FontId::proportional(size::SMALL)));
        ui.add_space((space::CONTROL - line) / 2.0);
    }
    ui.add(Label::new(text).wrap());
}
