//! The typeface of the window: Inter in two weights. Letters that it lacks come from egui's fonts
//! and then from the system's.

use eframe::egui::epaint::text::{FontTweak, VariationCoords};
use eframe::egui::{Context, FontData, FontDefinitions, FontFamily};

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
}

fn inter(weight: f32) -> FontData {
    FontData::from_static(INTER).tweak(FontTweak {
        coords: VariationCoords::new([(b"wght", weight)]),
        ..FontTweak::default()
    })
}
