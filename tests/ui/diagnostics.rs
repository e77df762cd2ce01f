//! What the connection doctor shows, and the programs for a computer without Onehop.

use std::net::{Ipv4Addr, TcpListener};

use eframe::egui::OutputCommand;
use egui_kittest::kittest::Queryable as _;

use crate::common::guard::accept;
use crate::common::sockets::{closed_port, reset};
use crate::window::Window;

const CHECK: &str = "Check whether other computers can reach this one";
const NO_ONEHOP: &str = "No Onehop on the other computer?";

fn failed() -> (Window, u16) {
    let (_closed, port) = closed_port();
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.drop_files(&[file]);
    window.wait_for("18 B");
    window.fill_in("To", "127.0.0.1");
    window.fill_in("Port", &port.to_string());
    window.press("Send");
    window.wait_for("Nothing is listening on 127.0.0.1");
    (window, port)
}

fn unfold(window: &mut Window, headline: &str) {
    window.harness.get_by_label(headline).click();
    window.harness.run();
}

/// What a button of this name puts into the clipboard.
fn copied(window: &mut Window, button: &str) -> String {
    window.harness.get_by_label(button).click();
    (0..3)
        .find_map(|_| {
            window.harness.step();
            let commands = &window.harness.output().platform_output.commands;
            commands.iter().find_map(|command| match command {
                OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            })
        })
        .unwrap()
}

#[test]
fn a_failed_connection_shows_its_likeliest_cause_unfolded() {
    let (window, port) = failed();
    let cause = format!("Nothing is receiving on port {port} of this computer. (likely)");
    assert!(window.shows(&cause));
    assert!(window.shows("Press Start in Receive mode, or enter the address of the other"));
}

#[test]
fn less_likely_causes_are_folded_away() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.fill_in_send(port, &[file]);
    window.press("Send");
    // What answers breaks off without a word, as no receiver does.
    reset(accept(&listener));
    window.wait_for("Something other than a receiver is listening on port");
    let other = "The receiver there is not taking transfers right now.";
    assert!(!window.shows(other));
    unfold(&mut window, "Other possible causes");
    window.wait_for(other);
}

#[test]
fn what_was_seen_is_folded_away_and_can_be_copied() {
    let (mut window, port) = failed();
    let fact = format!("127.0.0.1 refused port {port} after");
    assert!(!window.shows(&fact));
    unfold(&mut window, "Details");
    window.wait_for(&fact);
    assert!(window.shows("The system says:"));
    assert!(window.shows("Copy the details"));
}

#[test]
fn receiving_looks_at_once_whether_it_can_be_reached() {
    // The tests listen on the loopback address alone.
    let mut window = Window::receiving();
    window.wait_for("Other computers cannot reach this one: only this computer itself");
    unfold(&mut window, "What to do");
    window.wait_for("Listen on all addresses, or on one that belongs to a network.");
}

#[test]
fn the_look_can_be_repeated_and_goes_with_the_listening() {
    let mut window = Window::receiving();
    window.wait_for("Other computers cannot reach this one");
    window.press(CHECK);
    window.wait_for("Other computers cannot reach this one");
    window.press("Stop");
    window.wait_for("Not receiving");
    assert!(!window.shows("Other computers cannot reach this one"));
    assert!(!window.shows(CHECK));
}

#[test]
fn receive_mode_shows_programs_that_send_here() {
    let mut window = Window::receiving();
    let port = window.harness.state().listening_port().unwrap();
    unfold(&mut window, NO_ONEHOP);
    window.wait_for(&format!("nc -N 127.0.0.1 {port} < 'FILE'"));
    assert!(window.shows(&format!("socket.create_connection(('127.0.0.1',{port}))")));
    assert!(window.shows(&format!("Net.Sockets.TcpClient('127.0.0.1',{port})")));
    let command = format!("nc -N 127.0.0.1 {port} < 'FILE'");
    assert_eq!(copied(&mut window, &format!("Copy {command}")), command);
}

#[test]
fn send_mode_shows_programs_that_receive_there() {
    let mut window = Window::idle();
    window.press("Send mode");
    window.fill_in("Port", "9000");
    unfold(&mut window, NO_ONEHOP);
    window.wait_for("nc -l 9000 < /dev/null > recv.txt");
    assert!(window.shows("socket.create_server(('',9000))"));
    assert!(window.shows("[Net.Sockets.TcpListener]9000"));
    assert!(window.shows("Copy hostname -I"));
}
