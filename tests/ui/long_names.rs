//! Names that are longer than the window is wide.

use eframe::egui::Shape;
use egui_kittest::kittest::Queryable as _;

use crate::window::Window;

/// Looks like a document to whoever sees its beginning alone.
fn long_name() -> String {
    format!(
        "{}.pdf.exe",
        "invoice for the second half of the year, ".repeat(4)
    )
}

/// What is painted, letter by letter, whatever a screen reader is told.
fn painted(window: &Window) -> Vec<String> {
    let shapes = window.harness.output().shapes.iter();
    shapes
        .filter_map(|clipped| match &clipped.shape {
            Shape::Text(text) => Some(text.galley.text().to_owned()),
            _ => None,
        })
        .collect()
}

/// Whether a name stands there that is cut in its middle and keeps its extension.
fn shows_its_end(window: &Window, before: &str) -> bool {
    painted(window)
        .iter()
        .any(|text| text.starts_with(before) && text.contains('…') && text.contains(".exe"))
}

#[test]
fn a_chosen_file_with_a_long_name_shows_its_extension() {
    let mut window = Window::idle();
    let file = window.file(&long_name(), b"MZ");
    window.fill_in_send(1, &[file]);
    assert!(shows_its_end(&window, "invoice"), "{:?}", painted(&window));
    // Nothing is left out for those who hear it.
    window.harness.get_by_label(&long_name());
}

#[test]
fn the_history_shows_the_extension_of_a_long_name_and_who_it_went_to() {
    let mut window = Window::idle();
    let file = window.file(&long_name(), b"MZ");
    window.fill_in_send(1, &[file]);
    window.press("Send");
    window.wait_for("Nothing is listening on 127.0.0.1");
    window.press("History");
    let whole = format!("Not sent: {} to 127.0.0.1", long_name());
    window.wait_for(&whole);
    let lines = painted(&window);
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("Not sent: invoice")
                && line.ends_with("exe to 127.0.0.1")
                && line.contains('…')),
        "{lines:?}"
    );
}
