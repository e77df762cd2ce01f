//! Every colour, distance, radius and text size of the window, once for dark and once for light.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place where colours are made"
)]

use eframe::egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use eframe::egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle,
    Theme, Ui, Vec2, Visuals, vec2,
};

use super::fonts;
use crate::history::Ending;

/// The look of one theme. Screens and widgets take every value from here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tokens {
    /// Behind everything.
    pub window: Color32,
    /// Cards and dialogs, which lie on the window.
    pub card: Color32,
    /// The hairline around cards and between their parts.
    pub line: Color32,
    /// Sunken places: text fields, the greeting, the track of a progress bar.
    pub inset: Color32,
    /// An ordinary button.
    pub control: Color32,
    /// An ordinary button under the pointer.
    pub control_hover: Color32,
    /// The hairline around buttons and fields.
    pub control_line: Color32,
    /// Text that is to be read first.
    pub text: Color32,
    /// Text that explains, and labels.
    pub text_muted: Color32,
    /// The one accent colour, where it stands as text or line.
    pub accent: Color32,
    /// The accent as the fill of the most important button.
    pub accent_fill: Color32,
    /// The same under the pointer.
    pub accent_fill_hover: Color32,
    /// A breath of the accent, behind what asks for attention.
    pub accent_soft: Color32,
    /// Text on [`Self::accent_fill`].
    pub on_accent: Color32,
    /// The ring of the keyboard's focus around [`Self::accent_fill`], where the accent itself
    /// would not be seen.
    pub accent_fill_ring: Color32,
    /// It went well.
    pub success: Color32,
    /// It needs a look.
    pub warning: Color32,
    /// A breath of it, as a background.
    pub warning_soft: Color32,
    /// The hairline around that background.
    pub warning_line: Color32,
    /// It went wrong, or cannot be undone.
    pub danger: Color32,
    /// A breath of it, as a background.
    pub danger_soft: Color32,
    /// What lies over the window while a dialog is open.
    pub backdrop: Color32,
    /// The shadow under dialogs and menus.
    pub shadow: Color32,
}

/// Distances in points.
pub mod space {
    /// Between things that belong together, such as a headline and its explanation.
    pub const XS: f32 = 4.0;
    /// Between neighbours, such as two buttons.
    pub const S: f32 = 8.0;
    /// Between rows of a card.
    pub const M: f32 = 12.0;
    /// Inside a card, and between cards.
    pub const L: f32 = 16.0;
    /// Around the page.
    pub const XL: f32 = 24.0;
    /// The width of the labels at the left of a card.
    pub const LABEL: f32 = 100.0;
    /// The height of buttons and text fields.
    pub const CONTROL: f32 = 32.0;
    /// The height of small buttons.
    pub const SMALL_CONTROL: f32 = 26.0;
    /// The widest that a column of cards gets.
    pub const COLUMN: f32 = 640.0;
    /// From this width on there are two columns.
    pub const TWO_COLUMNS: f32 = 920.0;
    /// Below this width labels stand above what they name, and margins shrink.
    pub const NARROW: f32 = 480.0;
}

/// Corner radii in points.
pub mod radius {
    /// Cards and dialogs.
    pub const CARD: u8 = 12;
    /// Buttons, fields and whatever stands inside a card.
    pub const CONTROL: u8 = 8;
    /// Things smaller than a button.
    pub const SMALL: u8 = 6;
}

/// Text sizes in points.
pub mod size {
    /// The name of the app and the headline of a page's first card.
    pub const TITLE: f32 = 20.0;
    /// The headline of a section or a card.
    pub const HEADING: f32 = 15.5;
    /// Everything that is read.
    pub const BODY: f32 = 14.0;
    /// What is pressed.
    pub const BUTTON: f32 = 13.5;
    /// What explains.
    pub const SMALL: f32 = 12.5;
    /// Addresses and other things to copy.
    pub const MONO: f32 = 13.5;
    /// A code that two people compare.
    pub const CODE: f32 = 34.0;
    /// Text from the other computer.
    pub const MONO_SMALL: f32 = 12.0;
}

impl Tokens {
    /// The look in the dark.
    #[must_use]
    pub const fn dark() -> Self {
        Self {
            window: Color32::from_rgb(0x13, 0x15, 0x1A),
            card: Color32::from_rgb(0x1C, 0x1F, 0x26),
            line: Color32::from_rgb(0x2B, 0x30, 0x3A),
            inset: Color32::from_rgb(0x13, 0x15, 0x1A),
            control: Color32::from_rgb(0x2A, 0x2E, 0x38),
            control_hover: Color32::from_rgb(0x35, 0x3B, 0x47),
            control_line: Color32::from_rgb(0x3B, 0x42, 0x50),
            text: Color32::from_rgb(0xEC, 0xEE, 0xF3),
            text_muted: Color32::from_rgb(0xA4, 0xAC, 0xBA),
            accent: Color32::from_rgb(0x63, 0xD2, 0xC6),
            accent_fill: Color32::from_rgb(0x0C, 0x7D, 0x75),
            accent_fill_hover: Color32::from_rgb(0x0E, 0x8A, 0x81),
            accent_soft: Color32::from_rgb(0x12, 0x2E, 0x2E),
            on_accent: Color32::WHITE,
            accent_fill_ring: Color32::from_rgb(0xEC, 0xEE, 0xF3),
            success: Color32::from_rgb(0x86, 0xCC, 0x7A),
            warning: Color32::from_rgb(0xEB, 0xBA, 0x5A),
            warning_soft: Color32::from_rgb(0x30, 0x29, 0x18),
            warning_line: Color32::from_rgb(0x8E, 0x74, 0x42),
            danger: Color32::from_rgb(0xF5, 0x8B, 0x8B),
            danger_soft: Color32::from_rgb(0x37, 0x20, 0x24),
            backdrop: Color32::from_black_alpha(150),
            shadow: Color32::from_black_alpha(110),
        }
    }

    /// The look in the light.
    #[must_use]
    pub const fn light() -> Self {
        Self {
            window: Color32::from_rgb(0xF3, 0xF4, 0xF7),
            card: Color32::WHITE,
            line: Color32::from_rgb(0xE2, 0xE5, 0xEB),
            inset: Color32::from_rgb(0xF5, 0xF6, 0xF9),
            control: Color32::from_rgb(0xEE, 0xF0, 0xF4),
            control_hover: Color32::from_rgb(0xE3, 0xE6, 0xED),
            control_line: Color32::from_rgb(0xCF, 0xD4, 0xDE),
            text: Color32::from_rgb(0x1A, 0x1D, 0x24),
            text_muted: Color32::from_rgb(0x5A, 0x63, 0x72),
            accent: Color32::from_rgb(0x0A, 0x6B, 0x67),
            accent_fill: Color32::from_rgb(0x0D, 0x7A, 0x72),
            accent_fill_hover: Color32::from_rgb(0x0A, 0x6B, 0x67),
            accent_soft: Color32::from_rgb(0xE3, 0xF4, 0xF2),
            on_accent: Color32::WHITE,
            accent_fill_ring: Color32::from_rgb(0x1A, 0x1D, 0x24),
            success: Color32::from_rgb(0x37, 0x77, 0x2B),
            warning: Color32::from_rgb(0x86, 0x57, 0x00),
            warning_soft: Color32::from_rgb(0xFF, 0xF4, 0xDA),
            warning_line: Color32::from_rgb(0xB0, 0x7A, 0x12),
            danger: Color32::from_rgb(0xB4, 0x28, 0x22),
            danger_soft: Color32::from_rgb(0xFD, 0xEC, 0xEB),
            backdrop: Color32::from_black_alpha(90),
            shadow: Color32::from_black_alpha(36),
        }
    }

    /// The tokens of the theme that `ui` is drawn in.
    #[must_use]
    pub fn of(ui: &Ui) -> Self {
        if ui.visuals().dark_mode {
            Self::dark()
        } else {
            Self::light()
        }
    }

    /// Stands for how a transfer ended; for one that came to nothing, too.
    pub(super) fn ending(&self, ending: Option<Ending>) -> Color32 {
        match ending {
            None | Some(Ending::Declined | Ending::Expired) => self.control_line,
            Some(Ending::Failed) => self.danger,
            Some(ending) if ending.is_good() => self.success,
            Some(_) => self.warning,
        }
    }
}

/// Makes the typeface and both themes known to egui; which theme is shown is egui's preference.
pub fn apply(ctx: &Context) {
    fonts::install(ctx);
    ctx.set_style_of(Theme::Dark, style(Visuals::dark(), Tokens::dark()));
    ctx.set_style_of(Theme::Light, style(Visuals::light(), Tokens::light()));
}

fn style(base: Visuals, tokens: Tokens) -> Style {
    let mut style = Style {
        text_styles: text_styles(),
        visuals: visuals(base, tokens),
        animation_time: 0.1,
        ..Style::default()
    };
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::splat(space::S);
    spacing.button_padding = vec2(space::M, space::XS);
    spacing.interact_size = vec2(space::CONTROL, space::CONTROL);
    spacing.window_margin = Margin::same(20);
    spacing.menu_margin = Margin::same(8);
    spacing.icon_width = 18.0;
    spacing.icon_width_inner = 10.0;
    spacing.tooltip_width = 320.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        ..ScrollStyle::thin()
    };
    style.interaction.selectable_labels = true;
    style
}

fn text_styles() -> std::collections::BTreeMap<TextStyle, FontId> {
    let proportional = |size| FontId::new(size, FontFamily::Proportional);
    [
        (
            TextStyle::Heading,
            FontId::new(size::HEADING, fonts::strong()),
        ),
        (TextStyle::Body, proportional(size::BODY)),
        (
            TextStyle::Button,
            FontId::new(size::BUTTON, fonts::strong()),
        ),
        (TextStyle::Small, proportional(size::SMALL)),
        (
            TextStyle::Monospace,
            FontId::new(size::MONO, FontFamily::Monospace),
        ),
    ]
    .into()
}

fn visuals(base: Visuals, tokens: Tokens) -> Visuals {
    Visuals {
        widgets: widgets(tokens),
        selection: Selection {
            bg_fill: tokens.accent_fill.gamma_multiply(0.45),
            stroke: Stroke::new(2.0, tokens.accent),
        },
        hyperlink_color: tokens.accent,
        weak_text_color: Some(tokens.text_muted),
        faint_bg_color: tokens.inset,
        extreme_bg_color: tokens.inset,
        code_bg_color: tokens.inset,
        warn_fg_color: tokens.warning,
        error_fg_color: tokens.danger,
        window_fill: tokens.card,
        panel_fill: tokens.window,
        window_stroke: Stroke::new(1.0, tokens.line),
        window_corner_radius: CornerRadius::same(radius::CARD),
        menu_corner_radius: CornerRadius::same(radius::CONTROL),
        window_shadow: shadow(tokens, 24),
        popup_shadow: shadow(tokens, 12),
        ..base
    }
}

fn shadow(tokens: Tokens, blur: u8) -> Shadow {
    Shadow {
        offset: [0, 6],
        blur,
        spread: 0,
        color: tokens.shadow,
    }
}

/// `active` is also how egui shows the keyboard's focus, so it carries a ring in the accent.
fn widgets(tokens: Tokens) -> Widgets {
    let visuals = |fill, line: Color32, line_width: f32, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(line_width, line),
        fg_stroke: Stroke::new(1.0, text),
        corner_radius: CornerRadius::same(radius::CONTROL),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: visuals(tokens.card, tokens.line, 1.0, tokens.text),
        inactive: visuals(tokens.control, tokens.control_line, 1.0, tokens.text),
        hovered: visuals(tokens.control_hover, tokens.control_line, 1.0, tokens.text),
        active: visuals(tokens.control_hover, tokens.accent, 2.0, tokens.text),
        open: visuals(tokens.control_hover, tokens.control_line, 1.0, tokens.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as the accessibility guidelines define it.
    fn luminance(color: Color32) -> f32 {
        let linear = |channel: u8| {
            let channel = f32::from(channel) / 255.0;
            if channel <= 0.040_45 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    fn contrast(one: Color32, other: Color32) -> f32 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_is_readable_on_everything_it_stands_on() {
        for tokens in [Tokens::dark(), Tokens::light()] {
            let pairs = [
                (tokens.text, tokens.window),
                (tokens.text, tokens.card),
                (tokens.text, tokens.control_hover),
                (tokens.text_muted, tokens.window),
                (tokens.text_muted, tokens.card),
                (tokens.text_muted, tokens.inset),
                (tokens.text_muted, tokens.accent_soft),
                (tokens.accent, tokens.card),
                (tokens.accent, tokens.accent_soft),
                (tokens.on_accent, tokens.accent_fill),
                (tokens.success, tokens.card),
                (tokens.success, tokens.window),
                (tokens.warning, tokens.card),
                (tokens.text, tokens.warning_soft),
                (tokens.text_muted, tokens.warning_soft),
                (tokens.accent, tokens.warning_soft),
                (tokens.warning, tokens.warning_soft),
                (tokens.danger, tokens.card),
                (tokens.danger, tokens.danger_soft),
            ];
            for (text, ground) in pairs {
                let contrast = contrast(text, ground);
                assert!(contrast >= 4.5, "{text:?} on {ground:?}: {contrast}");
            }
        }
    }

    #[test]
    fn the_edge_of_a_warning_is_seen() {
        for tokens in [Tokens::dark(), Tokens::light()] {
            for ground in [tokens.window, tokens.warning_soft] {
                let contrast = contrast(tokens.warning_line, ground);
                assert!(contrast >= 3.0, "{ground:?}: {contrast}");
            }
        }
    }

    #[test]
    fn the_ring_of_the_keyboards_focus_is_seen() {
        for tokens in [Tokens::dark(), Tokens::light()] {
            let pairs = [
                (tokens.accent_fill_ring, tokens.accent_fill),
                (tokens.accent, tokens.control_line),
                (tokens.accent, tokens.card),
            ];
            for (ring, ground) in pairs {
                let contrast = contrast(ring, ground);
                assert!(contrast >= 3.0, "{ring:?} on {ground:?}: {contrast}");
            }
        }
    }
}
