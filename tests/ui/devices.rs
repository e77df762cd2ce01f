//! This device and those that are remembered, in the settings.

use std::time::SystemTime;

use eframe::egui::Key;
use egui_kittest::kittest::Queryable as _;
use onehop::identity::Fingerprint;

use crate::window::Window;

const OTHER: Fingerprint = Fingerprint::from_bytes([7; 32]);

fn settings_with_a_device() -> Window {
    let mut window = Window::of("laptop", |_| {});
    let devices = window.harness.state().devices();
    devices
        .remember(OTHER, "desk-pc", SystemTime::now())
        .unwrap();
    window.press("Settings");
    window
}

fn until(window: &mut Window, is_so: impl Fn(&Window) -> bool) {
    window.step_until("it is so", is_so);
    window.harness.run_ok();
}

#[test]
fn the_device_name_can_be_changed() {
    let mut window = settings_with_a_device();
    window.fill_in("Name", "upstairs");
    window.harness.key_press(Key::Enter);
    window.harness.run();
    until(&mut window, |window| {
        window.harness.state().devices().name() == "upstairs"
    });
}

#[test]
fn the_own_fingerprint_is_shown_in_groups_and_can_be_copied() {
    let window = settings_with_a_device();
    let own = window.harness.state().fingerprint().unwrap().to_string();
    let first_line: Vec<&str> = own.split(' ').take(4).collect();
    assert!(window.shows(&first_line.join(" ")), "{own}");
    assert!(window.shows("Copy the fingerprint"));
}

#[test]
fn a_device_can_be_renamed() {
    let mut window = settings_with_a_device();
    window.press("Rename desk-pc");
    window.fill_in("New name for desk-pc", "the big one");
    window.press("Save name");
    window.wait_for("Forget the big one");
    let device = window.harness.state().devices().find(OTHER).unwrap();
    assert_eq!(device.name, "the big one");
}

#[test]
fn a_device_is_forgotten_only_after_a_second_press() {
    let mut window = settings_with_a_device();
    window.press("Forget desk-pc");
    assert!(window.shows("Forget desk-pc? It will need a code again."));
    window.press("Keep");
    assert!(window.harness.state().devices().find(OTHER).is_some());
    window.press("Forget desk-pc");
    window.press("Forget");
    until(&mut window, |window| {
        window.harness.state().devices().find(OTHER).is_none()
    });
    assert!(window.shows("Tick “Remember” when a code is shown"));
}

#[test]
fn what_a_device_sends_can_be_saved_without_asking() {
    let mut window = settings_with_a_device();
    window.switch("Save without asking what desk-pc sends");
    until(&mut window, |window| {
        let device = window.harness.state().devices().find(OTHER);
        device.is_some_and(|device| device.save_without_asking)
    });
}

#[test]
fn a_host_that_was_allowed_classic_can_be_asked_about_again() {
    let mut window = Window::idle();
    window.press("Settings");
    window.press("Ask again for 127.0.0.1");
    until(&mut window, |window| {
        window.harness.state().devices().classic_hosts().is_empty()
    });
}

#[test]
fn a_name_of_nothing_is_told_in_plain_words() {
    let mut window = settings_with_a_device();
    window.press("Rename desk-pc");
    window.fill_in("New name for desk-pc", " ");
    window.press("Save name");
    window.wait_for("A name needs at least one visible character.");
    assert!(window.harness.query_by_label("Rename desk-pc").is_some());
}
