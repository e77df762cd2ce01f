//! Answers to a question: the keyboard comes to the first of them, and Escape is the no.

use eframe::egui::{Key, Response, Ui};

/// Gives the keyboard to `first` if the question is new, unless somebody is typing; whoever works
/// in a dialog stays there.
pub(in crate::ui) fn focus_if_new_ui(ui: &Ui, first: &Response, is_new: bool) {
    let is_free = ui.memory(|memory| memory.top_modal_layer().is_none());
    if is_new && is_free && !ui.egui_wants_keyboard_input() {
        first.request_focus();
    }
}

/// Whether Escape was pressed while one of these answers had the keyboard.
pub(in crate::ui) fn escaped_ui(ui: &Ui, answers: &[&Response]) -> bool {
    let id = ui.unique_id().with("answers");
    let focused = answers.iter().any(|answer| answer.has_focus());
    // egui takes the focus away before anybody sees the key.
    let was_focused = ui.data_mut(|data| {
        let last = data.get_temp_mut_or_default::<bool>(id);
        std::mem::replace(last, focused)
    });
    was_focused && ui.input(|input| input.key_pressed(Key::Escape))
}
