//! Send mode.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, HoveredFile, Key};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use onehop::app::Start;

use crate::window::{Ending, Window, receiver};

fn send_mode() -> Window {
    let mut window = Window::idle();
    window.press("Send mode");
    window
}

fn ready_to_send(to: SocketAddr) -> Window {
    let mut window = send_mode();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.drop_files(&[file]);
    window.wait_for("18 B");
    window.fill_in("To", &to.ip().to_string());
    window.fill_in("Port", &to.port().to_string());
    window
}

#[test]
fn a_file_is_delivered_and_the_receiver_is_remembered() {
    let (address, receiver) = receiver(Ending::Close);
    let mut window = ready_to_send(address);
    window.press("Send");
    window.wait_for("Delivered sample.txt to 127.0.0.1");
    assert!(window.shows("not encrypted, not verified"));
    assert!(window.shows("Welcome, whoever you are"));
    assert_eq!(receiver.join().unwrap(), b"eighteen bytes, ok");
    let recent = &window.harness.state().settings().recent;
    assert_eq!(recent.len(), 1);
    assert_eq!(recent[0].port, address.port());
}

#[test]
fn a_reset_after_the_last_byte_means_not_saved() {
    let (address, _receiver) = receiver(Ending::Reset);
    let mut window = ready_to_send(address);
    window.press("Send");
    window.wait_for("The receiver did not save the file.");
    assert!(!window.shows("Delivered"));
}

#[test]
fn a_wait_that_is_given_up_is_sent_but_not_confirmed() {
    let (address, _receiver) = receiver(Ending::Never);
    let mut window = ready_to_send(address);
    window.press("Send");
    window.wait_for("Everything is sent; waiting for the other computer to confirm.");
    window.press("Stop waiting");
    window.wait_for("Sent sample.txt to 127.0.0.1, not confirmed");
}

#[test]
fn nothing_listening_is_told_in_plain_words() {
    let address = unused_address();
    let mut window = ready_to_send(address);
    window.press("Send");
    window.wait_for(&format!(
        "Nothing is listening on 127.0.0.1 port {}.",
        address.port()
    ));
    assert!(window.shows("Details"));
    assert!(window.harness.state().settings().recent.is_empty());
}

#[test]
fn a_failed_file_can_be_sent_again() {
    let address = unused_address();
    let mut window = ready_to_send(address);
    window.press("Send");
    window.wait_for("Nothing is listening");
    let listener = TcpListener::bind(address).unwrap();
    window.press("Try again");
    window.wait_for("Everything is sent");
    drop(listener);
}

#[test]
fn send_says_why_it_is_disabled() {
    let mut window = send_mode();
    let disabled = |window: &Window| {
        let button = window.harness.get_by_role_and_label(Role::Button, "Send");
        button.accesskit_node().is_disabled()
    };
    assert!(window.shows("Choose files to send.") && disabled(&window));
    let file = window.file("sample.txt", b"x");
    window.drop_files(&[file]);
    window.wait_for("sample.txt");
    assert!(window.shows("Enter the address of the receiving computer.") && disabled(&window));
    window.fill_in("To", "desk-pc");
    window.fill_in("Port", "98980");
    assert!(window.shows("“98980” is not a port.") && disabled(&window));
    window.fill_in("Port", "9898");
    assert!(!disabled(&window));
}

#[test]
fn several_files_and_folders_are_listed_and_can_be_pruned() {
    let mut window = Window::idle();
    let folder = window.path("photos");
    std::fs::create_dir(&folder).unwrap();
    window.file("photos/one.jpg", b"12345");
    window.file("photos/two.jpg", b"12345");
    let files = ["a.txt", "b.txt"].map(|name| window.file(name, b"123"));
    window.drop_files(&files);
    window.drop_files(&[folder]);
    window.wait_for("4 files, 16 B");
    assert!(window.shows("photos/") && window.shows("2 files, 10 B"));
    window.press("Remove a.txt");
    window.wait_for("3 files, 13 B");
    assert!(!window.shows("a.txt"));
    window.press("Remove all");
    assert!(window.shows("or drop files and folders here"));
}

#[test]
fn nobody_is_invited_to_drop_files_where_they_do_not_arrive() {
    let window = Window::started(Start {
        drops_are_lost: true,
        files: vec!["no such file".into()],
        ..Start::default()
    });
    assert!(!window.shows("or drop files and folders here"));
    assert!(window.shows("Drag and drop isn't available on Wayland yet."));
    assert!(window.shows("Choose files…") && window.shows("Choose folder…"));
}

#[test]
fn what_cannot_be_sent_is_told_and_the_rest_is_listed() {
    let mut window = Window::idle();
    let file = window.file("a.txt", b"123");
    let gone = window.path("gone.txt");
    window.drop_files(&[gone, file]);
    window.wait_for("gone.txt was not found.");
    assert!(window.shows("Remove a.txt"));
}

#[test]
fn a_dropped_file_switches_to_send_mode_and_can_be_removed() {
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.drop_files(&[file]);
    window.wait_for("sample.txt");
    window.press("Remove sample.txt");
    assert!(window.shows("Choose files…"));
}

#[test]
fn what_was_copied_elsewhere_is_pasted_as_files_or_as_a_message() {
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    let paste = |window: &mut Window, text: &str| {
        let event = Event::Paste(text.to_owned());
        window.harness.input_mut().events.push(event);
        window.harness.run();
    };
    paste(&mut window, file.to_str().unwrap());
    window.wait_for("Remove sample.txt");
    paste(&mut window, "https://example.com/");
    paste(&mut window, "and a note");
    let message = window
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Message to send");
    let value = message.value().unwrap();
    assert_eq!(value, "https://example.com/\nand a note");
}

#[test]
fn what_is_pasted_into_a_field_stays_there() {
    let mut window = send_mode();
    window.fill_in("To", "");
    let event = Event::Paste("192.0.2.7".to_owned());
    window.harness.input_mut().events.push(event);
    window.harness.run();
    assert_eq!(window.value("To"), "192.0.2.7");
    assert!(!window.shows("Message to send"));
}

#[test]
fn files_held_over_the_window_show_where_they_would_go() {
    let mut window = Window::idle();
    let hovered = HoveredFile::default();
    window.harness.input_mut().hovered_files.push(hovered);
    window.harness.step();
    window.wait_for("Drop to add to what you send.");
    window.harness.input_mut().hovered_files.clear();
    window.harness.run();
    assert!(window.shows("Not receiving"));
    assert!(!window.shows("Drop to add to what you send."));
}

#[test]
fn a_recent_receiver_is_filled_in_by_one_press() {
    let mut window = Window::with(|settings| settings.remember("desk-pc", 9000));
    window.press("Send mode");
    window.press("desk-pc port 9000");
    assert_eq!(window.value("To"), "desk-pc");
    assert_eq!(window.value("Port"), "9000");
}

#[test]
fn receiving_goes_on_while_a_file_is_sent() {
    let (address, _receiver) = receiver(Ending::Never);
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    let file = window.file("sample.txt", b"x");
    window.drop_files(&[file]);
    window.wait_for("sample.txt");
    window.fill_in("To", "127.0.0.1");
    window.fill_in("Port", &address.port().to_string());
    window.press("Send");
    window.wait_for("Everything is sent");
    let _peer = window.send_to_it(b"hello");
    window.press("Receive mode");
    window.wait_for("Saved recv.txt");
}

/// A port that was free a moment ago.
fn unused_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

#[test]
fn an_address_with_its_port_fills_in_both_fields() {
    let (address, receiver) = receiver(Ending::Close);
    let mut window = ready_to_send(address);
    let port = address.port();
    for typed in [
        format!("127.0.0.1:{port}"),
        format!("[127.0.0.1]:{port}"),
        format!("http://127.0.0.1:{port}/"),
    ] {
        window.fill_in("Port", "9898");
        window.fill_in("To", &typed);
        // Whoever goes on to the next field sees what was understood.
        window.harness.key_press(Key::Tab);
        window.harness.run();
        assert_eq!(window.value("To"), "127.0.0.1", "{typed}");
        assert_eq!(window.value("Port"), port.to_string(), "{typed}");
    }
    window.fill_in("Port", "9898");
    window.fill_in("To", &format!("127.0.0.1:{port}"));
    window.press("Send");
    window.wait_for("Delivered sample.txt to 127.0.0.1");
    assert_eq!(receiver.join().unwrap(), b"eighteen bytes, ok");
}

#[test]
fn a_wrong_port_behind_the_address_is_told() {
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"x");
    window.drop_files(&[file]);
    window.wait_for("sample.txt");
    window.fill_in("To", "192.168.1.102:98980");
    assert!(window.shows("“98980” is not a port."));
}

#[test]
fn a_link_local_address_without_its_interface_is_told_as_that() {
    let (address, _receiver) = receiver(Ending::Close);
    let mut window = ready_to_send(address);
    window.fill_in("To", "fe80::1");
    window.press("Send");
    window.wait_for("fe80::1 needs the name of the interface that leads there.");
}

#[test]
fn a_classic_receiver_gets_nothing_if_one_of_the_chosen_files_is_gone() {
    let (address, receiver) = receiver(Ending::Close);
    let mut window = ready_to_send(address);
    let gone = window.file("gone.txt", b"hello");
    window.drop_files(std::slice::from_ref(&gone));
    window.wait_for("gone.txt");
    std::fs::remove_file(gone).unwrap();
    window.press("Send");
    window.wait_for("Some of what you chose cannot be sent, so nothing was.");
    window.unfold("Details");
    assert!(window.shows("gone.txt: there is no such file or folder"));
    assert!(!window.shows("Delivered"));
    drop(receiver);
}
