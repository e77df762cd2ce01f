//! Devices that are nearby or remembered, as cards in the form of the send screen.

use eframe::egui::{
    CornerRadius, Label, Rect, Response, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, Vec2, WidgetInfo, vec2,
};

use super::theme::{Tokens, radius, size, space};
use super::view::NearbyView;
use super::widgets::{device_icon_ui, focus_ring_ui, middle_elided_ui, small_muted, tick_ui};
use crate::discovery::Neighbour;
use crate::messages::nearby;
use crate::messages::window::send;
use crate::net::DEFAULT_PORT;

/// So high are the cards; what is beyond it scrolls.
const HEIGHT: f32 = 3.5 * (CARD_HEIGHT + space::S);
const CARD_HEIGHT: f32 = 56.0;
/// As many stand side by side as have this width.
const CARD_WIDTH: f32 = 168.0;
const ICON: f32 = 28.0;

/// What was done with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pressed {
    /// Send there, or fill it in.
    Card,
    /// Choose it beside others, or no longer.
    Tick,
}

/// How a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// It is filled in, or chosen beside others.
    pub(super) chosen: bool,
    /// It can be chosen beside others.
    pub(super) tickable: bool,
}

/// Draws the cards of `shown`. Returns the one that was pressed.
pub(super) fn ui<'a>(
    ui: &mut Ui,
    view: &NearbyView<'_>,
    shown: &[&'a Neighbour],
    standing: impl Fn(&Neighbour) -> Standing,
) -> Option<(&'a Neighbour, Pressed)> {
    ui.spacing_mut().item_spacing.y = space::XS;
    let pressed = if shown.is_empty() {
        None
    } else {
        cards_ui(ui, shown, standing)
    };
    state_ui(ui, view);
    pressed
}

fn cards_ui<'a>(
    ui: &mut Ui,
    shown: &[&'a Neighbour],
    standing: impl Fn(&Neighbour) -> Standing,
) -> Option<(&'a Neighbour, Pressed)> {
    let width = ui.available_width();
    let columns = columns(width);
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let card = (width - space::S * (columns - 1) as f32) / columns as f32;
    ScrollArea::vertical()
        .id_salt("nearby")
        .max_height(HEIGHT)
        .min_scrolled_height(HEIGHT)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(space::S);
            let mut pressed = None;
            for (number, row) in shown.chunks(columns).enumerate() {
                ui.push_id(number, |ui| {
                    ui.horizontal(|ui| {
                        for neighbour in row {
                            let standing = standing(neighbour);
                            if let Some(how) = card_ui(ui, neighbour, standing, card.floor()) {
                                pressed = Some((*neighbour, how));
                            }
                        }
                    });
                });
            }
            pressed
        })
        .inner
}

fn columns(width: f32) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a handful of columns"
    )]
    let columns = ((width + space::S) / (CARD_WIDTH + space::S)) as usize;
    columns.max(1)
}

fn card_ui(ui: &mut Ui, neighbour: &Neighbour, standing: Standing, width: f32) -> Option<Pressed> {
    let place = nearby::place(neighbour, DEFAULT_PORT);
    let name = nearby::in_full(neighbour, DEFAULT_PORT);
    let reachable = place.is_some();
    let sense = if reachable {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(width, CARD_HEIGHT), sense);
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, reachable, standing.chosen, name.as_str())
    });
    if !ui.is_rect_visible(rect) {
        return None;
    }
    paint_card(ui, rect, &response, standing.chosen);
    let contents = rect.shrink2(vec2(space::S + 2.0, space::S - 1.0));
    let ticked = ui
        .scope_builder(UiBuilder::new().max_rect(contents), |ui| {
            contents_ui(ui, neighbour, place.as_deref(), standing)
        })
        .inner;
    focus_ring_ui(ui, &response);
    let pressed = response.on_hover_text(name).clicked();
    match (ticked, pressed) {
        (true, _) => Some(Pressed::Tick),
        (_, true) => Some(Pressed::Card),
        _ => None,
    }
}

fn paint_card(ui: &Ui, rect: Rect, response: &Response, chosen: bool) {
    let tokens = Tokens::of(ui);
    let (fill, line) = match (chosen, response.hovered() && response.sense.senses_click()) {
        (true, _) => (tokens.accent_soft, Stroke::new(1.5, tokens.accent)),
        (false, true) => (tokens.control_hover, Stroke::new(1.0, tokens.control_line)),
        (false, false) => (tokens.control, Stroke::new(1.0, tokens.control_line)),
    };
    let rounding = CornerRadius::same(radius::CONTROL);
    let painter = ui.painter();
    painter.rect(rect, rounding, fill, line, StrokeKind::Inside);
}

/// Returns whether the tick was pressed.
fn contents_ui(
    ui: &mut Ui,
    neighbour: &Neighbour,
    place: Option<&str>,
    standing: Standing,
) -> bool {
    let tokens = Tokens::of(ui);
    let color = if neighbour.nearby {
        tokens.text
    } else {
        tokens.text_muted
    };
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        device_icon_ui(ui, neighbour.kind, color, ICON);
        let tick = if standing.tickable {
            size::HEADING + space::XS
        } else {
            0.0
        };
        let room = (ui.available_width() - tick).max(0.0);
        ui.allocate_ui(vec2(room, CARD_HEIGHT), |ui| {
            ui.vertical(|ui| {
                ui.set_width(room);
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.visuals_mut().override_text_color = Some(color);
                ui.style_mut().interaction.selectable_labels = false;
                middle_elided_ui(ui, &neighbour.name, &neighbour.name);
                let below = small_muted(ui, nearby::below(neighbour, place));
                ui.add(Label::new(below).truncate().selectable(false));
            });
        });
        standing.tickable && tick_ui(ui, standing.chosen, &send::also_to(&neighbour.name)).clicked()
    })
    .inner
}

/// A quiet line below: how many there are, what is going on, or what may be the cause if nobody is
/// there.
fn state_ui(ui: &mut Ui, view: &NearbyView<'_>) {
    let nearby = view.neighbours.iter().filter(|one| one.nearby).count();
    let text = match (view.failed, view.looked, nearby) {
        (Some(words), ..) => nearby::unavailable(words).in_one_line(),
        (None, false, 0) => send::LOOKING_FOR_RECEIVERS.to_owned(),
        (None, true, 0) => nearby::nobody().in_one_line(),
        (None, _, count) => nearby::how_many(count),
    };
    let text = small_muted(ui, text);
    ui.add(Label::new(text).wrap());
}
