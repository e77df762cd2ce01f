//! A text that another Onehop sent.

use std::fs;

use eframe::egui::OutputCommand;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use crate::onehop::{ACCEPT, Pair};
use crate::window::Window;

impl Pair {
    /// Sends a text, which the other side takes.
    fn bring(&mut self, text: &str) {
        let port = self.port();
        self.laptop.fill_in_send(port, &[]);
        self.laptop.press("Send a message instead");
        assert!(self.laptop.shows("Type a message to send."));
        let field = Role::MultilineTextInput;
        let field = self
            .laptop
            .harness
            .get_by_role_and_label(field, "Message to send");
        field.focus();
        field.type_text(text);
        self.laptop.harness.run();
        self.laptop.press("Send");
        let wanted = "laptop (127.0.0.1) wants to send you a message";
        self.wait_for("to accept", wanted);
        self.desk.press(ACCEPT);
        self.wait_for(
            "Delivered, verified: the message to desk-pc",
            "A message from laptop",
        );
    }
}

/// What a press of this button puts on the clipboard, within a few frames.
fn copied(window: &mut Window, button: &str) -> Option<String> {
    window.harness.get_by_label(button).click();
    (0..10).find_map(|_| {
        window.harness.step();
        let output = &window.harness.output().platform_output;
        output.commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    })
}

#[test]
fn a_text_appears_with_a_button_to_copy_it_and_touches_no_disk() {
    let mut pair = Pair::of_friends();
    // What is shown of it is without its tab.
    let text = "https://example.org/a?b\tc";
    pair.bring(text);
    assert!(pair.desk.shows("https://example.org/a?b c"));
    let copied = copied(&mut pair.desk, "Copy the message from laptop");
    assert_eq!(copied.as_deref(), Some(text));
    assert_eq!(fs::read_dir(pair.desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_text_stays_however_many_connections_come_to_nothing() {
    let mut pair = Pair::of_friends();
    pair.bring("nowhere but here");
    // More than there are rows for what is over.
    for _ in 0..210 {
        drop(pair.desk.connect());
        pair.desk.wait_for("sent nothing");
        pair.desk.harness.step();
    }
    // Only what is in sight is drawn, and it is the last one.
    pair.desk.scroll_to_the_end();
    assert!(pair.desk.shows("nowhere but here"));
}
