//! What is kept between two starts.

use std::fs;
use std::path::Path;

use egui_kittest::kittest::Queryable as _;
use onehop::app::Start;

use crate::window::{Window, write_settings};

fn start(folder: &Path) -> Window {
    Window::started(Start {
        settings_folder: Some(folder.to_owned()),
        ..Start::default()
    })
}

#[test]
fn what_was_chosen_in_the_window_is_there_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = start(folder.path());
    window.unfold("Options");
    window.switch("Save without asking");
    window.press("Settings");
    window.press("Dark theme");
    window.press("Close");
    let text = fs::read_to_string(folder.path().join("settings.toml")).unwrap();
    assert!(text.contains("theme = \"dark\""), "{text}");
    let window = start(folder.path());
    let settings = window.harness.state().settings();
    assert!(settings.save_without_asking);
}

#[test]
fn the_mode_that_was_chosen_last_is_there_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = start(folder.path());
    assert!(!window.shows("Choose files…"));
    window.press("Send mode");
    let window = start(folder.path());
    assert!(window.shows("Choose files…"));
}

#[test]
fn the_dialog_says_what_a_choice_means_as_it_stands() {
    let mut window = Window::with(|settings| settings.save_without_asking = true);
    window.press("Settings");
    let meanings = window.harness.query_all_by_label(
        "Files from remembered computers and from senders without Onehop are saved without asking.",
    );
    assert_eq!(meanings.count(), 1, "in the dialog alone");
    assert!(!window.shows("asked before anything is saved"));
}

#[test]
fn a_broken_file_is_set_aside_with_a_message_that_can_be_dismissed() {
    let folder = tempfile::tempdir().unwrap();
    write_settings(folder.path(), "port = \"many\"");
    let mut window = start(folder.path());
    assert!(window.shows("The settings could not be understood."));
    let kept = fs::read_to_string(folder.path().join("settings.broken.toml")).unwrap();
    assert_eq!(kept, "port = \"many\"");
    window.press("Dismiss: The settings could not be understood.");
    assert!(!window.shows("The settings could not be understood."));
}

#[test]
fn a_folder_that_cannot_be_written_to_is_a_message_and_no_crash() {
    let folder = tempfile::tempdir().unwrap();
    // A file stands where the folder should be; not even an administrator can write there.
    let in_the_way = folder.path().join("onehop");
    fs::write(&in_the_way, "").unwrap();
    let mut window = start(&in_the_way);
    window.unfold("Options");
    window.switch("Save without asking");
    window.wait_for("The settings could not be ");
}

#[test]
fn a_file_given_at_the_start_is_chosen_in_send_mode() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sample.txt");
    fs::write(&file, "eighteen bytes, ok").unwrap();
    let mut window = Window::started(Start {
        files: vec![file],
        ..Start::default()
    });
    window.wait_for("sample.txt");
    assert!(window.shows("18 B"));
}

#[test]
fn a_file_that_is_missing_at_the_start_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::started(Start {
        files: vec![folder.path().join("gone.txt")],
        ..Start::default()
    });
    window.wait_for("gone.txt was not found.");
}
