//! Closing the window.

use std::io::Write as _;

use eframe::App as _;
use eframe::egui::{ViewportCommand, ViewportEvent, ViewportId};

use crate::common::sockets::reset;
use crate::window::{Ending, Window, receiver};

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
    reset(peer);
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
    assert!(window.shows("Sent sample.txt to 127.0.0.1, not confirmed"));
    window.press("Receive mode");
    assert!(window.shows("You cancelled"));
}

/// Closes the window, which has to ask first, and thinks better of it.
fn asks_when_closed(window: &mut Window, question: &str) {
    close(window);
    window.wait_for(question);
    window.press("Keep going");
    assert!(!window.shows("and quit?"));
}

#[test]
fn closing_while_something_is_sent_asks_first_and_then_stops_it() {
    let (address, _receiver) = receiver(Ending::Never);
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"x");
    window.fill_in_send(address.port(), &[file]);
    window.press("Send");
    window.wait_for("Everything is sent; waiting");
    asks_when_closed(&mut window, "Stop the transfer and quit?");
    assert!(window.shows("Everything is sent; waiting"));
    close(&mut window);
    window.press("Stop and quit");
    let output = window.harness.output();
    let commands = &output.viewport_output[&ViewportId::ROOT].commands;
    assert!(!commands.contains(&ViewportCommand::CancelClose));
    window.harness.state_mut().on_exit(None);
    window.harness.run();
    assert!(window.shows("Sent sample.txt to 127.0.0.1, not confirmed"));
}

#[test]
fn closing_while_a_question_before_sending_is_open_asks_first() {
    let (address, _receiver) = receiver(Ending::Never);
    let mut window = Window::of("laptop", |_| {});
    let file = window.file("sample.txt", b"x");
    window.fill_in_send(address.port(), &[file]);
    window.press("Send");
    window.wait_for("not encrypted");
    window.wait_for("Send anyway");
    asks_when_closed(&mut window, "Stop the transfer and quit?");
}

#[test]
fn closing_while_another_onehop_waits_asks_on_both_sides() {
    let mut laptop = Window::of("laptop", |_| {});
    let mut desk = Window::of("desk-pc", |settings| settings.receiving = true);
    let port = desk.harness.state().listening_port().unwrap();
    let file = laptop.file("sample.txt", b"x");
    laptop.fill_in_send(port, &[file]);
    laptop.press("Send");
    // A code is on both screens.
    laptop.wait_for("Does the other screen show the same code?");
    desk.wait_for("wants to send 1 file");
    asks_when_closed(&mut laptop, "Stop the transfer and quit?");
    asks_when_closed(&mut desk, "Stop the transfer and quit?");
    // The offer waits for an answer.
    laptop.press("Same — send");
    desk.wait_for("Accept");
    laptop.wait_for("Waiting for desk-pc to accept");
    asks_when_closed(&mut laptop, "Stop the transfer and quit?");
    asks_when_closed(&mut desk, "Stop the transfer and quit?");
    desk.press("Accept: from laptop");
    laptop.wait_for("Delivered, verified");
    desk.wait_for("Saved sample.txt");
    close(&mut laptop);
    close(&mut desk);
    assert!(!laptop.shows("and quit?") && !desk.shows("and quit?"));
}

#[test]
fn several_transfers_are_asked_about_as_several() {
    let (address, _receiver) = receiver(Ending::Never);
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    let mut peer = window.connect();
    peer.write_all(&[1; 3000]).unwrap();
    window.wait_for("Receiving from 127.0.0.1");
    let file = window.file("sample.txt", b"x");
    window.fill_in_send(address.port(), &[file]);
    window.press("Send");
    window.wait_for("Everything is sent; waiting");
    asks_when_closed(&mut window, "Stop the transfers and quit?");
}

#[test]
fn somebody_who_only_connects_keeps_no_window_open() {
    let mut window = Window::receiving();
    let _peer = window.connect();
    window.wait_for("has sent nothing yet");
    close(&mut window);
    assert!(!window.shows("and quit?"));
}
