//! The window without a mouse.

use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::window::{Ending, Window, receiver};

/// Long enough for a key to be meant for what is on the screen.
const MOMENT_STEPS: usize = 60;

fn shortcut(window: &mut Window, key: Key) {
    window.harness.key_press_modifiers(Modifiers::COMMAND, key);
    window.harness.run();
}

#[test]
fn control_and_a_number_switch_modes() {
    let mut window = Window::idle();
    shortcut(&mut window, Key::Num2);
    assert!(window.shows("Choose files…"));
    shortcut(&mut window, Key::Num1);
    assert!(window.shows("Not receiving"));
    assert!(!window.shows("Choose files…"));
}

#[test]
fn enter_sends_from_a_text_field() {
    let (address, receiver) = receiver(Ending::Close);
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"hello");
    window.drop_files(&[file]);
    window.wait_for("sample.txt");
    window.fill_in("Port", &address.port().to_string());
    window.fill_in("To", "127.0.0.1");
    window.harness.key_press(Key::Enter);
    window.wait_for("Delivered sample.txt");
    assert_eq!(receiver.join().unwrap(), b"hello");
}

#[test]
fn enter_in_the_port_field_starts_to_receive() {
    let mut window = Window::idle();
    window.fill_in("Port", "0");
    window.harness.key_press(Key::Enter);
    window.wait_for("Ready to receive");
}

#[test]
fn escape_closes_the_settings() {
    let mut window = Window::idle();
    window.press("Settings");
    assert!(window.shows("System theme"));
    window.harness.key_press(Key::Escape);
    window.harness.run();
    assert!(!window.shows("System theme"));
}

#[test]
fn tab_goes_through_the_send_form_from_top_to_bottom() {
    let mut window = Window::idle();
    shortcut(&mut window, Key::Num2);
    let first = window
        .harness
        .get_by_role_and_label(Role::Button, "Send files");
    first.focus();
    window.harness.run();
    for (role, name) in [
        (Role::Button, "Send a message instead"),
        (Role::Button, "Choose files…"),
        (Role::Button, "Choose folder…"),
        (Role::Button, "Paste"),
        (Role::TextInput, "To"),
        (Role::TextInput, "Port"),
    ] {
        window.harness.key_press(Key::Tab);
        window.harness.run();
        let next = window.harness.get_by_role_and_label(role, name);
        assert!(next.is_focused(), "{name}");
    }
}

#[test]
fn a_request_has_the_keyboard_and_enter_accepts_it() {
    let mut window = Window::receiving();
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    window.harness.run_steps(MOMENT_STEPS);
    window.harness.key_press(Key::Enter);
    window.wait_for("Saved recv.txt");
}

#[test]
fn escape_declines_a_request() {
    let mut window = Window::receiving();
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    window.harness.key_press(Key::Escape);
    window.wait_for("Declined the file from 127.0.0.1");
}

#[test]
fn a_key_that_was_on_its_way_when_a_request_came_accepts_nothing() {
    let mut window = Window::receiving();
    let _peer = window.send_to_it(b"hello");
    window.step_until("it asks", |window| window.shows("is sending a file"));
    window.harness.key_press(Key::Enter);
    window.harness.step();
    window.harness.run_steps(MOMENT_STEPS);
    assert!(window.shows("is sending a file"));
}

#[test]
fn whoever_is_typing_goes_on_typing_when_a_request_comes() {
    let mut window = Window::receiving();
    window.press("Send mode");
    window.fill_in("To", "desk");
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    let accept = window.harness.get_by_label("Accept: file from 127.0.0.1");
    assert!(!accept.is_focused());
}

/// How many frames are painted that are stronger than those around every control.
fn strong_frames(window: &Window) -> usize {
    let strong =
        |shape: &&egui::Shape| matches!(shape, egui::Shape::Rect(rect) if rect.stroke.width > 1.0);
    let shapes = window.harness.output().shapes.iter();
    shapes.map(|clipped| &clipped.shape).filter(strong).count()
}

#[test]
fn every_press_of_tab_shows_where_the_focus_is() {
    let mut window = Window::receiving();
    window.wait_for("Ready to receive");
    for mode in [Key::Num1, Key::Num2] {
        shortcut(&mut window, mode);
        for press in 1..=20 {
            window.harness.key_press(Key::Tab);
            window.harness.run();
            assert_eq!(
                strong_frames(&window),
                1,
                "press {press} of Tab in {mode:?}"
            );
        }
    }
}
