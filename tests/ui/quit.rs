//! Closing the window.

use std::io::Write as _;

use eframe::App as _;
use eframe::egui::{ViewportEvent, ViewportId};

use crate::window::{Ending, Window, receiver, reset};

fn close(window: &mut Window) {
    let input = window.harness.input_mut();
    let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
    viewport.events.push(ViewportEvent::Close);
    window.harness.step();
    let input = window.harness.input_mut();
    let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
    viewport.events.clear();
    window.harness.run();
}

#[test]
fn an_idle_window_closes_without_a_question() {
    let mut window = Window::receiving();
    close(&mut window);
    assert!(!window.shows("and quit?"));
}

#[test]
fn closing_with_a_request_open_asks_first() {
    let mut window = Window::receiving();
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    close(&mut window);
    window.wait_for("Stop the transfer and quit?");
    window.press("Keep going");
    assert!(!window.shows("and quit?"));
    assert!(window.shows("is sending a file"));
}

#[test]
fn the_question_goes_when_nothing_is_left_to_stop() {
    let mut window = Window::receiving();
    let mut peer = window.connect();
    peer.write_all(b"hello").unwrap();
    window.wait_for("is sending a file");
    close(&mut window);
    window.wait_for("and quit?");
    reset(&peer);
    drop(peer);
    window.wait_for("Interrupted");
    assert!(!window.shows("and quit?"));
}

#[test]
fn closing_ends_running_transfers_in_order() {
    let (address, _receiver) = receiver(Ending::Never);
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    let mut peer = window.connect();
    peer.write_all(&[1; 3000]).unwrap();
    window.wait_for("Receiving from 127.0.0.1");
    let file = window.file("sample.txt", b"x");
    window.drop_files(&[file]);
    window.wait_for("sample.txt");
    window.fill_in("To", "127.0.0.1");
    window.fill_in("Port", &address.port().to_string());
    window.press("Send");
    window.wait_for("Everything is sent");
    window.harness.state_mut().on_exit(None);
    window.harness.run();
    assert!(window.shows("Sent sample.txt, not confirmed"));
    window.press("Receive mode");
    assert!(window.shows("The transfer was cancelled."));
}
