//! What goes to another Onehop, and does not get there at once.

use std::fs;

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use crate::onehop::{Pair, expect_somebody_else};
use crate::window::Window;

#[test]
fn who_stops_at_another_computer_sends_nothing_and_sees_whose_key_it_has() {
    let mut pair = Pair::of_friends();
    expect_somebody_else(&pair);
    let file = pair.laptop.file("sample.txt", b"hello");
    pair.send(&[file]);
    pair.laptop.wait_for("This isn't the ");
    pair.laptop.press("Stop");
    pair.wait_for(
        "This isn't the computer you expected.",
        "Interrupted: nothing arrived from 127.0.0.1",
    );
    assert!(pair.laptop.shows("Nothing was sent."));
    assert!(
        pair.desk
            .shows("The other side expected a different computer.")
    );
    pair.laptop.unfold("Details");
    let found = pair.desk.harness.state().fingerprint().unwrap();
    let details = format!("Its fingerprint is {found}");
    assert!(pair.laptop.shows(&details), "{:#?}", pair.laptop.texts());
    assert_eq!(fs::read_dir(pair.desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_second_stranger_is_told_that_the_receiver_is_busy() {
    let mut pair = Pair::of_strangers();
    let file = pair.laptop.file("sample.txt", b"hello");
    pair.send(&[file]);
    pair.wait_for("the same code?", "wants to send 1 file, 5 B");
    let mut second = Window::of("tablet", |_| {});
    let file = second.file("other.txt", b"hello");
    second.fill_in_send(pair.port(), &[file]);
    second.press("Send");
    second.wait_for("The receiver is busy.");
    assert!(second.shows("Nothing was sent. Try again in a moment."));
    // It disturbs nobody.
    pair.desk.harness.run_ok();
    assert!(!pair.desk.shows("tablet (127.0.0.1) wants to send"));
    assert!(pair.desk.shows("Waiting for laptop to confirm"));
}

#[test]
fn a_text_that_is_too_long_cannot_be_sent() {
    let mut window = Window::of("laptop", |_| {});
    window.fill_in_send(9898, &[]);
    window.press("Send a message instead");
    let field = Role::MultilineTextInput;
    let field = window
        .harness
        .get_by_role_and_label(field, "Message to send");
    field.focus();
    field.type_text(&"0123456789abcdef".repeat(4096));
    window.harness.run();
    assert!(!window.shows("The message is too long"));
    let field = Role::MultilineTextInput;
    let field = window
        .harness
        .get_by_role_and_label(field, "Message to send");
    field.type_text("!");
    window.harness.run();
    assert!(window.shows("The message is too long: 66 kB."));
    window.press("Send");
    assert!(!window.shows("Connecting to"));
}

#[cfg(unix)]
#[test]
fn what_will_not_be_sent_of_a_folder_is_counted_beforehand_and_named_afterwards() {
    use std::os::unix::fs::symlink;
    let mut pair = Pair::of_friends();
    let folder = pair.laptop.path("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("file"), "12345").unwrap();
    symlink("nowhere", folder.join("one")).unwrap();
    symlink("/etc/hostname", folder.join("other")).unwrap();
    let port = pair.port();
    pair.laptop.fill_in_send(port, &[folder]);
    pair.laptop
        .wait_for("2 things will not be sent: 1 link to something else, 1 broken link.");
    pair.laptop.press("Send");
    pair.wait_for("to accept", crate::onehop::ACCEPT);
    pair.desk.press(crate::onehop::ACCEPT);
    pair.wait_for("Not all was delivered, only 1 file, 5 B", "Saved folder");
    for line in [
        "Not sent: one: a broken link",
        "Not sent: other: a link to something that is not sent",
    ] {
        assert!(pair.laptop.shows(line), "{line}");
    }
}
