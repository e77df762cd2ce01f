//! A name on one line, cut in its middle where it is too long.

use eframe::egui::{Color32, Label, Response, Role, TextStyle, Ui, WidgetInfo};

/// What stands for the part that is left out.
const GAP: char = '…';
/// A longer ending than this, with its dot, is no extension that anybody knows.
const LONGEST_EXTENSION: usize = 12;

/// `name` in as much room as there is. Where that is too little its middle goes, so that the
/// extension, which says what it is, stays in sight. The whole name, or whatever `hover` says of it,
/// comes up under the pointer; screen readers get the whole name.
pub(in crate::ui) fn middle_elided_ui(ui: &mut Ui, name: &str, hover: &str) -> Response {
    let shown = middle_elided(ui, name, &TextStyle::Body, ui.available_width());
    let response = ui.add(Label::new(&shown).extend());
    if shown != name {
        response.widget_info(|| WidgetInfo::labeled(Role::Label, ui.is_enabled(), name));
    }
    if shown != name || hover != name {
        return response.on_hover_text(hover);
    }
    response
}

/// As much of `name` as goes into `room` points, without its middle.
pub(in crate::ui) fn middle_elided(ui: &Ui, name: &str, style: &TextStyle, room: f32) -> String {
    elided(name, |text| width(ui, text, style) <= room)
}

/// The points that `text` takes on one line.
pub(super) fn width(ui: &Ui, text: &str, style: &TextStyle) -> f32 {
    let font = style.resolve(ui.style());
    let text = text.to_owned();
    ui.fonts_mut(|fonts| fonts.layout_no_wrap(text, font, Color32::PLACEHOLDER))
        .size()
        .x
}

/// `name` itself if it `fits`, else as many letters of its beginning and its end as do.
fn elided(name: &str, fits: impl Fn(&str) -> bool) -> String {
    if fits(name) {
        return name.to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    let without_middle = |kept: usize| {
        // A third of what is kept stands at the end, and at least the extension.
        let end = extension(&letters).max(kept / 3).min(kept);
        let (start, end) = (&letters[..kept - end], &letters[letters.len() - end..]);
        start.iter().chain(&[GAP]).chain(end).collect::<String>()
    };
    // The most letters that fit, by halving: more of them are never narrower.
    let (mut fitting, mut too_many) = (0, letters.len());
    while too_many - fitting > 1 {
        let kept = usize::midpoint(fitting, too_many);
        if fits(&without_middle(kept)) {
            fitting = kept;
        } else {
            too_many = kept;
        }
    }
    without_middle(fitting)
}

/// The number of letters of the extension with its dot; 0 if there is none.
fn extension(letters: &[char]) -> usize {
    let dot = letters.iter().rposition(|letter| *letter == '.');
    match dot.map(|dot| letters.len() - dot) {
        Some(length) if length <= LONGEST_EXTENSION && length < letters.len() => length,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a typeface whose letters are all as wide as each other.
    fn in_letters(name: &str, room: usize) -> String {
        elided(name, |text| text.chars().count() <= room)
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(in_letters("holiday.jpg", 11), "holiday.jpg");
        assert_eq!(in_letters("", 0), "");
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_extension() {
        let name = "invoice for the second half of the year.pdf.exe";
        assert_eq!(in_letters(name, 20), "invoice for t…df.exe");
        assert_eq!(in_letters(name, 10), "invoi….exe");
        assert_eq!(in_letters(name, 6), "i….exe");
    }

    #[test]
    fn where_there_is_hardly_any_room_the_end_is_what_stays() {
        assert_eq!(in_letters("a long name.exe", 4), "…exe");
        assert_eq!(in_letters("a long name.exe", 1), "…");
        assert_eq!(in_letters("a long name.exe", 0), "…");
    }

    #[test]
    fn an_ending_that_is_no_extension_is_not_kept_at_all_cost() {
        let sentence = "He came. Then nobody said anything for an hour";
        assert_eq!(in_letters(sentence, 10), "He cam…our");
        assert_eq!(in_letters(".bashrc_of_long_ago", 7), ".bas…go");
    }

    #[test]
    fn letters_of_several_bytes_are_not_cut_apart() {
        assert_eq!(in_letters("Übergrößenträger.txt", 9), "Über….txt");
    }
}
