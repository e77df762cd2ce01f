//! Keys and drops that belong to the window as a whole.

use std::path::PathBuf;

use eframe::egui::{Key, KeyboardShortcut, Modifiers, Ui};

use super::App;
use crate::ui::Mode;

const CHOOSE_FILES: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::O);
const RECEIVE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Num1);
const SEND: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Num2);

impl App {
    /// Takes dropped files always, and keys unless a dialog is asking something.
    pub(super) fn take_input(&mut self, ui: &Ui, frame: &eframe::Frame) {
        let dropped: Vec<PathBuf> = ui.input(|input| {
            let files = input.raw.dropped_files.iter();
            files.map(|file| file.path().to_owned()).collect()
        });
        self.take_dropped(dropped);
        if ui.memory(|memory| memory.top_modal_layer().is_some()) {
            return;
        }
        if ui.input_mut(|input| input.consume_shortcut(&RECEIVE)) {
            self.choose_mode(Mode::Receive);
        }
        if ui.input_mut(|input| input.consume_shortcut(&SEND)) {
            self.choose_mode(Mode::Send);
        }
        if ui.input_mut(|input| input.consume_shortcut(&CHOOSE_FILES)) {
            self.mode = Mode::Send;
            self.ask_for_sources(frame);
        }
    }

    fn take_dropped(&mut self, dropped: Vec<PathBuf>) {
        if !dropped.is_empty() {
            self.choose_sources(dropped);
        }
    }
}
