//! What was transferred before.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use eframe::App as _;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use onehop::app::Start;

use crate::common::sockets::reset;
use crate::window::{Ending, Window, receiver, write_settings};

/// A window that receives and keeps its settings in `folder`.
fn start(folder: &Path) -> Window {
    let settings = format!(
        "port = 0\nlisten_on = \"127.0.0.1\"\nreceiving = true\nsave_without_asking = true\n\
         folder = '{}'\n",
        folder.display()
    );
    write_settings(folder, &settings);
    again(folder)
}

/// The same window, some time later.
fn again(folder: &Path) -> Window {
    Window::started(Start {
        settings_folder: Some(folder.to_owned()),
        ..Start::default()
    })
}

fn close(mut window: Window) {
    window.harness.state_mut().on_exit(None);
}

fn receive(window: &mut Window, file: &[u8], saved: &str) {
    drop(window.send_to_it(file));
    window.wait_for(&format!("Saved {saved}"));
}

fn is_shown_as_over(window: &mut Window, text: &str) {
    window.press("History");
    window.wait_for(text);
}

#[test]
fn a_saved_file_stands_in_the_history_and_can_be_opened_from_there() {
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    window.press("History");
    assert!(window.shows("Nothing yet."));
    window.press("Close");
    receive(&mut window, b"hello", "recv.txt");
    is_shown_as_over(&mut window, "Saved recv.txt from 127.0.0.1");
    assert!(window.shows("just now"));
    assert!(window.shows("5 B in less than 1 s, not encrypted, not verified"));
    for name in ["Open: recv.txt", "Show in folder: recv.txt"] {
        window.harness.get_by_role_and_label(Role::Button, name);
    }
    assert!(!window.shows("Send again to"));
}

#[test]
fn the_history_is_there_at_the_next_start_in_a_file_that_people_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = start(folder.path());
    receive(&mut window, b"hello", "recv.txt");
    receive(&mut window, b"hello again", "recv (2).txt");
    close(window);
    let text = fs::read_to_string(folder.path().join("history.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].contains("\"what\":\"recv.txt\""), "{text}");
    assert!(lines[0].contains("\"ending\":\"saved\""), "{text}");
    let mut window = again(folder.path());
    is_shown_as_over(&mut window, "Saved recv (2).txt from 127.0.0.1");
    assert!(window.shows("Saved recv.txt from 127.0.0.1"));
}

#[test]
fn searching_shows_only_what_matches() {
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    receive(&mut window, b"hello", "recv.txt");
    receive(&mut window, b"hello", "recv (2).txt");
    window.press("History");
    window.fill_in("Search the history", "(2) 127.0.0.1");
    window.harness.get_by_label("Open: recv (2).txt");
    assert!(!window.shows("Open: recv.txt"));
    window.fill_in("Search the history", "holiday");
    assert!(window.shows("Nothing matches."));
}

/// A history of this many transfers, all of them alike.
fn with_history_of(transfers: usize) -> Window {
    let folder = tempfile::tempdir().unwrap();
    let line = |number: usize| {
        format!(
            "{{\"ended\":\"2026-01-01T00:00:00Z\",\"direction\":\"sent\",\"ending\":\"delivered\",\
             \"peer\":\"desk-pc\",\"what\":\"file-{number}.txt\",\"bytes\":5,\"secure\":true}}\n"
        )
    };
    let lines: String = (0..transfers).map(line).collect();
    fs::write(folder.path().join("history.jsonl"), lines).unwrap();
    let mut window = start(folder.path());
    window.press("History");
    window.wait_for(&format!("file-{}.txt", transfers - 1));
    window
}

/// Where the dialog ends, in points from the top.
fn end_of_dialog(window: &Window) -> f32 {
    window.harness.get_by_label("Close").rect().bottom()
}

#[test]
fn a_search_leaves_the_dialog_as_high_as_it_was() {
    let mut window = with_history_of(5);
    let before = end_of_dialog(&window);
    for search in ["file-3", "holiday", ""] {
        window.fill_in("Search the history", search);
        let moved = end_of_dialog(&window) - before;
        assert!(moved.abs() < 0.5, "{search}: {moved}");
    }
}

#[test]
fn a_search_starts_at_the_newest() {
    let mut window = with_history_of(100);
    window.scroll_to_the_end();
    let top = |window: &Window, name: &str| {
        let name = format!("Delivered, verified: {name} to desk-pc");
        window.harness.get_by_label(&name).rect().top()
    };
    let search = window.harness.get_by_label("Search the history");
    let below = search.rect().bottom();
    assert!(top(&window, "file-99.txt") < below, "it was scrolled away");
    window.fill_in("Search the history", "file-");
    assert!(top(&window, "file-99.txt") > below);
}

#[test]
fn what_was_cleared_is_gone_from_the_disk_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = start(folder.path());
    receive(&mut window, b"hello", "recv.txt");
    window.press("Settings");
    window.press("Clear history");
    assert!(window.shows("The files stay where they are."));
    window.press("Cancel");
    assert!(window.shows("1 transfer is remembered."));
    window.press("Clear history");
    window.press("Forget them");
    assert!(!window.shows("is remembered."));
    close(window);
    let text = fs::read_to_string(folder.path().join("history.jsonl")).unwrap();
    assert_eq!(text, "");
    assert!(folder.path().join("recv.txt").exists());
}

#[test]
fn switched_off_it_remembers_nothing_new() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = start(folder.path());
    receive(&mut window, b"hello", "recv.txt");
    window.press("Settings");
    window.switch("History");
    window.press("Close");
    receive(&mut window, b"hello", "recv (2).txt");
    close(window);
    let text = fs::read_to_string(folder.path().join("history.jsonl")).unwrap();
    assert!(text.contains("recv.txt"), "what is there stays: {text}");
    assert!(!text.contains("recv (2).txt"), "{text}");
}

#[test]
fn what_was_sent_can_be_sent_again() {
    let (first, received) = receiver(Ending::Close);
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.fill_in_send(first.port(), &[file]);
    window.press("Send");
    window.wait_for("Delivered sample.txt to 127.0.0.1");
    received.join().unwrap();
    window.press("Dismiss");
    is_shown_as_over(&mut window, "Delivered sample.txt to 127.0.0.1");
    // Nobody listens there any more, and that is what is said: it was really tried.
    window.press("Send again to 127.0.0.1: sample.txt");
    window.wait_for("Nothing is listening on 127.0.0.1");
    assert!(!window.shows("Search the history"), "the dialog is closed");
    is_shown_as_over(&mut window, "Not sent: sample.txt to 127.0.0.1");
}

#[test]
fn a_text_is_remembered_without_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = start(folder.path());
    window.press("Send mode");
    window.press("Send a message instead");
    let field = Role::MultilineTextInput;
    let field = window
        .harness
        .get_by_role_and_label(field, "Message to send");
    field.focus();
    field.type_text("the password is swordfish");
    window.harness.run();
    window.fill_in("To", "127.0.0.1");
    window.fill_in("Port", "1");
    window.press("Send");
    window.wait_for("Nothing is listening on 127.0.0.1");
    is_shown_as_over(&mut window, "Not sent: the message to 127.0.0.1");
    assert!(!window.shows("Try sending to 127.0.0.1 again"));
    close(window);
    let text = fs::read_to_string(folder.path().join("history.jsonl")).unwrap();
    assert!(!text.contains("swordfish"), "{text}");
}

#[test]
fn what_was_sent_can_be_sent_again_while_something_else_is_sent() {
    let (first, received) = receiver(Ending::Close);
    let mut window = Window::idle();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.fill_in_send(first.port(), std::slice::from_ref(&file));
    window.press("Send");
    window.wait_for("Delivered sample.txt to 127.0.0.1");
    received.join().unwrap();
    let (second, _received) = receiver(Ending::Never);
    window.fill_in_send(second.port(), &[file]);
    window.press("Send");
    window.wait_for("Everything is sent; waiting");
    window.press("History");
    window.press("Send again to 127.0.0.1: sample.txt");
    window.wait_for("Nothing is listening on 127.0.0.1");
    assert!(window.shows("Everything is sent; waiting"));
}

#[test]
fn a_transfer_that_breaks_off_is_remembered_as_what_it_is() {
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.save_without_asking = true;
    });
    let mut peer = window.connect();
    peer.write_all(&[1; 3000]).unwrap();
    window.wait_for("Receiving from 127.0.0.1");
    reset(peer);
    window.wait_for("Interrupted");
    is_shown_as_over(&mut window, "Interrupted: 3.0 kB arrived from 127.0.0.1");
    assert!(window.shows("not encrypted, not verified"));
}

#[test]
fn a_port_that_is_only_looked_at_leaves_no_trace_in_the_history() {
    let mut window = Window::receiving();
    drop(window.send_to_it(b""));
    window.wait_for("sent nothing");
    window.press("History");
    assert!(window.shows("Nothing yet."));
}

#[test]
fn a_broken_line_is_set_aside_and_the_others_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = start(folder.path());
    receive(&mut window, b"hello", "recv.txt");
    close(window);
    let path = folder.path().join("history.jsonl");
    let broken = fs::read_to_string(&path).unwrap() + "{\"ended\": hal";
    fs::write(&path, &broken).unwrap();
    let mut window = again(folder.path());
    is_shown_as_over(&mut window, "Saved recv.txt from 127.0.0.1");
    let aside = folder.path().join("history.broken.jsonl");
    assert_eq!(fs::read_to_string(aside).unwrap(), broken);
    window.wait_for("Some of the history could not be understood.");
    // Also at the next start, though nothing was transferred meanwhile.
    close(window);
    let mut window = again(folder.path());
    is_shown_as_over(&mut window, "Saved recv.txt from 127.0.0.1");
}

#[test]
fn a_history_that_cannot_be_read_is_a_message_and_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    // Not even an administrator can read a folder as a file.
    fs::create_dir(folder.path().join("history.jsonl")).unwrap();
    let mut window = start(folder.path());
    window.wait_for("The history could not be read.");
    receive(&mut window, b"hello", "recv.txt");
    is_shown_as_over(&mut window, "Saved recv.txt from 127.0.0.1");
    assert!(folder.path().join("history.jsonl").is_dir());
}
