//! The typeface of the window: Inter in two weights. Letters that it lacks come from egui's fonts
//! and then from the system's; what none of them has is a box.

use eframe::egui::epaint::text::{FontTweak, VariationCoords};
use eframe::egui::{
    Color32, ColorImage, Context, FontData, FontDefinitions, FontFamily, GlyphBitmap,
    GlyphRasterizer, RasterizedGlyph, vec2,
};

/// A variable font: one file for both weights.
const INTER: &[u8] = include_bytes!("../../assets/fonts/Inter.ttf");
/// Reads well at the size of running text, on dark and on light.
const REGULAR: f32 = 430.0;
/// For headlines and whatever is to be pressed.
const STRONG: f32 = 580.0;

/// Headlines, buttons.
pub(super) fn strong() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// Makes the typeface known to egui.
pub(super) fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    let fallbacks = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    for (name, weight, family) in [
        ("Inter", REGULAR, FontFamily::Proportional),
        ("Inter strong", STRONG, strong()),
    ] {
        fonts
            .font_data
            .insert(name.to_owned(), inter(weight).into());
        let mut names = vec![name.to_owned()];
        names.extend(fallbacks.iter().cloned());
        fonts.families.insert(family, names);
    }
    ctx.set_fonts(fonts);
    ctx.add_glyph_rasterizer(GlyphRasterizer::new("onehop-missing-glyphs", |missing| {
        Some(hollow_box(missing.font_size_px))
    }));
}

/// What stands for a letter that no font has. Inter would leave its place empty, so that a name
/// could look shorter than it is, or like none at all.
fn hollow_box(font_size_px: f32) -> RasterizedGlyph {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few dozen pixels"
    )]
    let pixels = |share: f32| ((share * font_size_px).round() as usize).max(1);
    let (width, height, line) = (pixels(0.5), pixels(0.7), pixels(0.07));
    let is_line = |at: usize, size: usize| at < line || at + line >= size;
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let colors = places.map(|(x, y)| {
        if is_line(x, width) || is_line(y, height) {
            Color32::WHITE
        } else {
            Color32::TRANSPARENT
        }
    });
    let gap = (0.1 * font_size_px).round();
    RasterizedGlyph {
        bitmap: GlyphBitmap {
            image: ColorImage::new([width, height], colors.collect()),
            // From the baseline upwards.
            offset_px: vec2(gap, -0.7 * font_size_px),
            is_color: false,
        },
        advance_px: 0.5 * font_size_px + 2.0 * gap,
    }
}

fn inter(weight: f32) -> FontData {
    FontData::from_static(INTER).tweak(FontTweak {
        coords: VariationCoords::new([(b"wght", weight)]),
        ..FontTweak::default()
    })
}

#[cfg(test)]
mod tests {
    use eframe::egui::{FontId, RawInput, Ui};

    use super::*;

    /// Whether each of the letters is to be seen.
    fn is_seen(ui: &Ui, text: &str, family: &FontFamily) -> bool {
        let font = FontId::new(14.0, family.clone());
        let galley =
            ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER));
        let mut glyphs = galley.rows.iter().flat_map(|row| &row.row.glyphs);
        glyphs.all(|glyph| !glyph.uv_rect.is_nothing() && glyph.advance_width > 0.0)
    }

    #[test]
    fn a_letter_that_no_font_has_is_a_box_and_never_nothing() {
        let ctx = Context::default();
        install(&ctx);
        let mut seen = Vec::new();
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            for family in [FontFamily::Proportional, strong(), FontFamily::Monospace] {
                // What stands for a hidden character, one of no language, one that is not assigned.
                for text in ["\u{FFFD}", "\u{E000}", "\u{378}"] {
                    seen.push((text, is_seen(ui, text, &family)));
                }
            }
        });
        output.textures_delta.clear();
        assert!(!seen.is_empty());
        assert!(seen.iter().all(|(_, is_seen)| *is_seen), "{seen:?}");
    }
}
