//! Keys and drops that belong to the window as a whole.

use std::path::PathBuf;

use eframe::egui::{Event, Key, KeyboardShortcut, Modifiers, Ui};

use super::{App, pasted};
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
        self.take_pasted(ui);
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

    /// A paste that no text field is there to take: files are chosen, and a text becomes the message.
    fn take_pasted(&mut self, ui: &Ui) {
        let in_a_dialog = ui.memory(|memory| memory.top_modal_layer().is_some());
        if in_a_dialog || ui.egui_wants_keyboard_input() {
            return;
        }
        let pasted = ui.input(|input| {
            input.events.iter().find_map(|event| match event {
                Event::Paste(text) if !text.trim().is_empty() => Some(text.clone()),
                _ => None,
            })
        });
        match pasted.as_deref().map(|text| (text, pasted::files(text))) {
            Some((_, Some(files))) => self.choose_sources(files),
            Some((text, None)) => {
                self.mode = Mode::Send;
                self.screens.write_message(text);
            }
            None => {}
        }
    }

    fn take_dropped(&mut self, dropped: Vec<PathBuf>) {
        if !dropped.is_empty() {
            self.choose_sources(dropped);
        }
    }
}
