//! Several transfers at a time, on both screens.

use std::fs;

use eframe::egui::Vec2;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use eframe::egui::accesskit::Role;

use crate::nearby::found;
use crate::window::{Ending, Window, receiver};

const ACCEPT: &str = "Accept: file from 127.0.0.1";

fn with_a_file() -> Window {
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.drop_files(&[file]);
    window.wait_for("18 B");
    window
}

/// How many transfers say so.
fn count(window: &Window, text: &str) -> usize {
    let labels = window.harness.query_all_by_label_contains(text);
    labels
        .filter(|node| node.accesskit_node().role() == Role::Label)
        .count()
}

#[test]
fn one_choice_goes_to_everybody_who_is_ticked() {
    let (first, received_first) = receiver(Ending::Close);
    let (second, received_second) = receiver(Ending::Close);
    let mut window = with_a_file();
    let nearby = [("anna", first), ("bert", second)]
        .map(|(name, at)| found(name, &at.ip().to_string(), at.port(), None));
    let app = window.harness.state_mut();
    app.pretend_nearby(nearby.to_vec(), true);
    window.harness.run();
    for name in ["anna", "bert"] {
        window.tick(&format!("Also send to {name}"));
    }
    window.press("Send 1 file to anna and bert");
    window.step_until("both are delivered", |window| {
        count(window, "Delivered sample.txt") == 2
    });
    for received in [received_first, received_second] {
        assert_eq!(received.join().unwrap(), b"eighteen bytes, ok");
    }
}

#[test]
fn the_name_of_a_device_that_is_nearby_is_that_device() {
    let (address, received) = receiver(Ending::Close);
    let mut window = with_a_file();
    let nearby = found("anna", &address.ip().to_string(), address.port(), None);
    window
        .harness
        .state_mut()
        .pretend_nearby(vec![nearby], true);
    window.fill_in("To", "Anna");
    window.press("Send");
    window.wait_for("Delivered sample.txt");
    assert_eq!(received.join().unwrap(), b"eighteen bytes, ok");
}

#[test]
fn what_is_typed_filters_who_is_nearby() {
    let mut window = with_a_file();
    let nearby = ["anna", "bert"].map(|name| found(name, "192.0.2.1", 9898, None));
    let app = window.harness.state_mut();
    app.pretend_nearby(nearby.to_vec(), true);
    window.harness.run();
    window.fill_in("To", "an");
    assert!(window.shows("anna, 192.0.2.1") && !window.shows("bert, 192.0.2.1"));
    window.fill_in("To", "somebody else");
    assert!(window.shows("anna, 192.0.2.1") && window.shows("bert, 192.0.2.1"));
}

#[test]
fn something_else_can_be_sent_while_the_first_is_on_its_way() {
    let (slow, _slow) = receiver(Ending::Never);
    let (quick, received) = receiver(Ending::Close);
    let mut window = with_a_file();
    window.fill_in("To", "127.0.0.1");
    window.fill_in("Port", &slow.port().to_string());
    window.press("Send");
    window.wait_for("Everything is sent");
    let other = window.file("other.txt", b"another");
    // What is on its way already is no part of it.
    window.drop_files(&[other]);
    window.wait_for("Remove other.txt");
    assert!(!window.shows("Remove sample.txt"));
    window.fill_in("Port", &quick.port().to_string());
    window.press("Send");
    window.wait_for("Delivered other.txt");
    assert_eq!(received.join().unwrap(), b"another");
    assert!(window.shows("Everything is sent"), "the first still waits");
}

#[test]
fn what_was_delivered_leaves_the_form_and_what_failed_stays() {
    let (address, received) = receiver(Ending::Close);
    let mut window = with_a_file();
    window.fill_in("To", "127.0.0.1");
    window.fill_in("Port", "1");
    window.press("Send");
    window.wait_for("Nothing is listening");
    assert!(window.shows("Remove sample.txt"));
    window.fill_in("Port", &address.port().to_string());
    window.press("Send");
    window.wait_for("Delivered sample.txt");
    received.join().unwrap();
    assert!(!window.shows("Remove sample.txt"));
    assert!(window.shows("Choose files to send."));
}

#[test]
fn a_request_comes_up_in_send_mode_and_is_in_sight_in_the_smallest_window() {
    let mut window = Window::receiving();
    window.harness.set_size(Vec2::new(360.0, 420.0));
    let files: Vec<_> = (0..9)
        .map(|number| window.file(&format!("{number}.txt"), b"x"))
        .collect();
    window.drop_files(&files);
    window.wait_for("9 files");
    window.scroll_to_the_end();
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    let accept = window.harness.get_by_label(ACCEPT).rect();
    let screen = window.harness.ctx.content_rect();
    assert!(screen.contains_rect(accept), "{accept} is not in {screen}");
    window.press(ACCEPT);
    window.wait_for("Saved recv.txt");
    assert!(window.shows("9 files"), "it is Send mode still");
}

#[test]
fn of_many_that_ended_well_the_latest_are_shown_and_the_others_folded_away() {
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    for number in 1..=6 {
        let name = match number {
            1 => "recv.txt".to_owned(),
            number => format!("recv ({number}).txt"),
        };
        let _peer = window.send_to_it(b"hello");
        window.wait_for(&format!("Saved {name}"));
    }
    assert!(window.shows("3 more finished"));
    assert!(window.shows("Open recv (4).txt") && !window.shows("Open recv (3).txt"));
    window.unfold("3 more finished");
    assert!(window.shows("Open recv.txt"));
    assert_eq!(fs::read(window.path("recv (6).txt")).unwrap(), b"hello");
}

#[test]
fn the_first_start_asks_whether_to_receive_and_not_now_is_remembered() {
    for (answer, receives) in [("Yes, receive files", true), ("Not now", false)] {
        let mut window = Window::idle();
        let question = "May computers on this network find this one";
        assert!(window.shows(question));
        window.press(answer);
        assert!(!window.shows(question));
        let settings = window.harness.state().settings();
        assert_eq!(settings.receiving, receives);
        assert!(settings.asked_to_receive);
        assert_eq!(window.shows("Ready to receive"), receives);
    }
}
