//! Later starts, as the window that runs sees them.

use eframe::egui::{ViewportCommand, ViewportId};
use onehop::app::Start;
use onehop::instance::{self, Entry};

use crate::window::Window;

#[test]
fn files_of_a_later_start_are_chosen_and_the_window_comes_up() {
    let folder = tempfile::tempdir().unwrap();
    let Entry::First(first) = instance::enter(Some(folder.path()), &[]) else {
        unreachable!("nothing else runs with these settings");
    };
    let mut window = Window::started(Start {
        settings_folder: Some(folder.path().to_owned()),
        instance: Some(first),
        ..Start::default()
    });
    assert!(!window.shows("sample.txt"));
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    let entry = instance::enter(Some(folder.path()), &[file]);
    assert!(matches!(entry, Entry::HandedOver), "{entry:?}");
    window.harness.step();
    let output = window.harness.output();
    let commands = &output.viewport_output[&ViewportId::ROOT].commands;
    assert!(commands.contains(&ViewportCommand::Focus), "{commands:?}");
    window.wait_for("sample.txt");
    assert!(window.shows("18 B"));
}
