//! Opening what arrived.

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::onehop::{ACCEPT, Pair};
use crate::window::Window;

const QUESTION: &str = "Open setup.exe?";

/// A window that has received a program.
fn received_a_program() -> Pair {
    let mut pair = Pair::of_friends();
    let program = pair.laptop.file("setup.exe", b"MZ");
    pair.send(&[program]);
    pair.wait_for("Waiting for desk-pc to accept", "setup.exe");
    pair.desk.press(ACCEPT);
    pair.wait_for("Delivered, verified", "Saved setup.exe from laptop");
    pair
}

fn has_focus(window: &Window, button: &str) -> bool {
    let button = window.harness.get_by_role_and_label(Role::Button, button);
    button.accesskit_node().is_focused()
}

#[test]
fn a_program_is_not_opened_before_the_user_has_said_so() {
    let mut pair = received_a_program();
    pair.desk.press("Open setup.exe");
    pair.desk.wait_for(QUESTION);
    assert!(
        pair.desk
            .shows("This file can run commands on this computer.")
    );
    assert!(
        has_focus(&pair.desk, "Show in folder"),
        "Enter runs nothing"
    );
    pair.desk.press("Cancel");
    assert!(!pair.desk.shows(QUESTION));
    assert!(pair.desk.shows("Saved setup.exe from laptop"));
}

#[test]
fn nor_from_the_history_which_is_there_again_after_the_question() {
    let mut pair = received_a_program();
    pair.desk.press("History");
    pair.desk.press("Open: setup.exe");
    pair.desk.wait_for(QUESTION);
    pair.desk.harness.key_press(Key::Escape);
    pair.desk.harness.run();
    assert!(!pair.desk.shows(QUESTION));
    pair.desk.harness.get_by_label("Search the history");
}

#[test]
fn a_program_that_is_gone_by_the_time_of_the_answer_is_told_like_any_other_file() {
    let mut pair = received_a_program();
    pair.desk.press("Open setup.exe");
    pair.desk.wait_for(QUESTION);
    std::fs::remove_file(pair.desk.path("setup.exe")).unwrap();
    pair.desk.press("Open anyway");
    pair.desk.wait_for("The file is no longer there.");
    assert!(!pair.desk.shows(QUESTION));
}

#[cfg(unix)]
#[test]
fn a_script_is_known_by_its_permissions_too() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    drop(window.send_to_it(b"#!/bin/sh\n"));
    window.wait_for("Saved recv.txt");
    set_permissions(window.path("recv.txt"), Permissions::from_mode(0o755)).unwrap();
    window.press("Open recv.txt");
    window.wait_for("Open recv.txt?");
}
