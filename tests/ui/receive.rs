//! Receive mode.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use eframe::egui::Vec2;
use egui_kittest::kittest::Queryable as _;

use crate::common::sockets::reset;
use crate::window::Window;

const ACCEPT: &str = "Accept: file from 127.0.0.1";

#[test]
fn an_accepted_file_is_saved_and_its_path_is_shown() {
    let mut window = Window::receiving();
    let mut peer = window.send_to_it(b"eighteen bytes, ok");
    window.wait_for("127.0.0.1 is sending a file (not encrypted, not verified). Save it?");
    window.wait_for("The sender finished after 18 B.");
    window.press(ACCEPT);
    window.wait_for("Saved recv.txt");
    assert!(window.shows("18 B, not encrypted, not verified"));
    let path = window.path("recv.txt");
    assert!(window.shows(path.to_str().unwrap()));
    assert_eq!(std::fs::read(path).unwrap(), b"eighteen bytes, ok");
    assert_eq!(peer.read(&mut [0; 16]).unwrap(), 0, "closed in order");
}

#[test]
fn a_declined_file_leaves_nothing_behind() {
    let mut window = Window::receiving();
    let mut peer = window.send_to_it(b"unwanted");
    window.wait_for("is sending a file");
    window.press("Decline: file from 127.0.0.1");
    window.wait_for("Declined the file from 127.0.0.1");
    assert!(peer.read(&mut [0; 16]).is_err(), "the sender sees a reset");
    assert_eq!(std::fs::read_dir(window.folder.path()).unwrap().count(), 0);
}

#[test]
fn the_switch_saves_without_asking() {
    let mut window = Window::receiving();
    window.unfold("Options");
    window.switch("Save without asking");
    assert!(window.harness.state().settings().save_without_asking);
    let _peer = window.send_to_it(b"hello");
    window.wait_for("Saved recv.txt");
}

#[test]
fn two_requests_are_answered_one_by_one() {
    let mut window = Window::receiving();
    let _one = window.send_to_it(b"one");
    window.wait_for("1 question for you");
    let _two = window.send_to_it(b"three");
    window.wait_for("2 questions for you");
    // The newest comes first, and both have the same name, so its row is found by its place.
    let newest = window.harness.get_all_by_label(ACCEPT).next().unwrap();
    newest.click();
    window.harness.run();
    window.wait_for("1 question for you");
    // Until it is saved, its row changes its height, and the other button moves.
    window.wait_for("Saved recv.txt");
    window.press(ACCEPT);
    window.wait_for("Saved recv (2).txt");
    assert_eq!(std::fs::read(window.path("recv.txt")).unwrap(), b"three");
    assert_eq!(std::fs::read(window.path("recv (2).txt")).unwrap(), b"one");
}

#[test]
fn a_peer_that_sends_nothing_offers_an_empty_file() {
    let mut window = Window::receiving();
    drop(window.send_to_it(b""));
    window.wait_for("127.0.0.1 sent nothing.");
    assert!(!window.path("recv.txt").exists());
    window.press("Save an empty recv.txt");
    window.wait_for("Saved recv.txt");
    assert_eq!(std::fs::read(window.path("recv.txt")).unwrap(), b"");
}

fn interrupted() -> Window {
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    let mut peer = window.connect();
    peer.write_all(&[7; 5000]).unwrap();
    window.wait_for("5.0 kB");
    reset(peer);
    window.wait_for("Interrupted: 5.0 kB arrived from 127.0.0.1");
    window
}

#[test]
fn what_arrived_of_an_interrupted_file_can_be_kept() {
    let mut window = interrupted();
    assert!(!window.path("recv.txt").exists());
    window.press("Keep what arrived: file from 127.0.0.1");
    window.wait_for("Kept the incomplete file as recv (partial).txt");
    let kept = std::fs::read(window.path("recv (partial).txt")).unwrap();
    assert_eq!(kept, [7; 5000]);
}

#[test]
fn what_arrived_of_an_interrupted_file_can_be_discarded() {
    let mut window = interrupted();
    window.press("Discard: file from 127.0.0.1");
    window.wait_for("Discarded the incomplete file from 127.0.0.1.");
    assert_eq!(std::fs::read_dir(window.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_running_transfer_can_be_cancelled() {
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    let mut peer = window.connect();
    peer.write_all(&[1; 3000]).unwrap();
    window.wait_for("Receiving from 127.0.0.1");
    window.press("Cancel: file from 127.0.0.1");
    window.wait_for("You cancelled");
}

#[test]
fn opening_a_file_that_has_gone_says_so() {
    let mut window = Window::receiving();
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    window.press(ACCEPT);
    window.wait_for("Saved recv.txt");
    std::fs::remove_file(window.path("recv.txt")).unwrap();
    window.press("Open recv.txt");
    window.wait_for("The file is no longer there.");
}

#[test]
fn a_new_message_comes_into_view() {
    let mut window = Window::receiving();
    window.harness.set_size(Vec2::new(720.0, 500.0));
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    window.press(ACCEPT);
    window.wait_for("Saved recv.txt");
    std::fs::remove_file(window.path("recv.txt")).unwrap();
    window.scroll_to_the_end();
    window.press("History");
    window.press("Open: recv.txt");
    window.press("Close");
    let message = "The file is no longer there.";
    window.wait_for(message);
    let place = window.harness.get_by_label(message).rect();
    let screen = window.harness.ctx.content_rect();
    assert!(screen.contains_rect(place), "{place} is not in {screen}");
}

#[test]
fn rows_that_are_over_can_be_cleared() {
    let mut window = Window::receiving();
    for _ in 0..2 {
        drop(window.send_to_it(b""));
    }
    window.wait_for("Clear finished");
    window.press("Clear finished");
    assert!(!window.shows("sent nothing"));
    assert!(window.shows("Nothing has arrived yet."));
}

#[test]
fn a_single_row_can_be_dismissed() {
    let mut window = Window::receiving();
    drop(window.send_to_it(b""));
    window.wait_for("sent nothing");
    window.press("Dismiss: 127.0.0.1 sent nothing.");
    assert!(!window.shows("sent nothing"));
}

#[test]
fn start_and_stop_bind_and_free_the_port() {
    let mut window = Window::idle();
    assert!(window.shows("Not receiving"));
    window.press("Start");
    window.wait_for("Ready to receive");
    assert!(window.harness.state().settings().receiving);
    let port = window.harness.state().listening_port().unwrap();
    window.press("Stop");
    window.wait_for("Not receiving");
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    assert!(!window.harness.state().settings().receiving);
}

#[test]
fn a_request_is_declined_when_receiving_is_stopped() {
    let mut window = Window::receiving();
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    window.unfold_form();
    window.press("Stop");
    window.wait_for("Declined the file from 127.0.0.1");
}

#[test]
fn a_port_that_is_taken_is_told_in_plain_words() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut window = Window::idle();
    window.fill_in("Port", &port.to_string());
    window.press("Start");
    window.wait_for(&format!("Port {port} is already taken"));
    assert!(window.shows("Not receiving"));
}

#[test]
fn a_port_that_is_none_is_told_in_plain_words() {
    for typed in ["98980", "-1", "abc"] {
        let mut window = Window::idle();
        window.fill_in("Port", typed);
        window.press("Start");
        window.wait_for(&format!("“{typed}” is not a port."));
    }
}

#[test]
fn a_missing_folder_is_told_before_a_file_comes() {
    let mut window = Window::with(|settings| {
        settings.folder = settings.folder.take().map(|folder| folder.join("gone"));
    });
    window.press("Start");
    window.wait_for("gone was not found.");
}

#[test]
fn the_state_of_receiving_is_shown_in_send_mode_too() {
    let mut window = Window::receiving();
    window.press("Send mode");
    let port = window.harness.state().listening_port().unwrap();
    assert!(window.shows(&format!("Receiving on {port}")));
    let _peer = window.send_to_it(b"hello");
    window.wait_for("1 question for you");
    assert!(window.shows("is sending a file"));
}

#[test]
fn the_greeting_and_the_address_are_shown_while_receiving() {
    let window = Window::receiving();
    assert!(window.shows("Hi Client[IP address: …]"));
    assert!(window.shows("Copy 127.0.0.1"));
}

#[test]
fn the_exact_path_of_the_next_classic_file_is_shown() {
    let mut window = Window::receiving();
    let path = window.path("recv.txt").display().to_string();
    window.wait_for(&path);
    assert!(window.shows("Files from another Onehop keep their names, in the same folder."));
}
