//! Two windows that are two devices.

use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use eframe::egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::common::guard::GUARD;
use crate::window::{Ending, STEP, Window, receiver};

pub(crate) const ACCEPT: &str = "Accept: from laptop";

/// A sender and a receiver.
pub(crate) struct Pair {
    pub(crate) laptop: Window,
    pub(crate) desk: Window,
}

impl Pair {
    /// Two devices that have never met.
    pub(crate) fn of_strangers() -> Self {
        Self {
            laptop: Window::of("laptop", |_| {}),
            desk: Window::of("desk-pc", |settings| settings.receiving = true),
        }
    }

    /// Two that remember each other.
    pub(crate) fn of_friends() -> Self {
        let pair = Self::of_strangers();
        remember(&pair.laptop, &pair.desk, "desk-pc");
        remember(&pair.desk, &pair.laptop, "laptop");
        pair
    }

    pub(crate) fn port(&self) -> u16 {
        self.desk.harness.state().listening_port().unwrap()
    }

    pub(crate) fn send(&mut self, paths: &[PathBuf]) {
        let port = self.port();
        self.laptop.fill_in_send(port, paths);
        self.laptop.press("Send");
    }

    /// Until both screens show what they should.
    pub(crate) fn wait_for(&mut self, at_laptop: &str, at_desk: &str) {
        let deadline = Instant::now() + GUARD;
        while !(self.laptop.shows(at_laptop) && self.desk.shows(at_desk)) {
            let ends = [&self.laptop, &self.desk].map(Window::texts);
            assert!(
                Instant::now() < deadline,
                "not {at_laptop}, {at_desk}: {ends:#?}"
            );
            thread::sleep(STEP);
            self.laptop.harness.step();
            self.desk.harness.step();
        }
        self.laptop.harness.run_ok();
        self.desk.harness.run_ok();
    }
}

fn remember(at: &Window, other: &Window, name: &str) {
    let fingerprint = other.harness.state().fingerprint().unwrap();
    let now = std::time::SystemTime::now();
    let devices = at.harness.state().devices();
    devices.remember(fingerprint, name, now).unwrap();
}

/// The six digits that a window shows.
fn code(window: &Window) -> String {
    let is_code = |text: &str| {
        text.len() == 7
            && text
                .chars()
                .all(|letter| letter.is_ascii_digit() || letter == ' ')
    };
    let labels = window.harness.query_all_by_label_contains(" ");
    let mut codes = labels.filter_map(|node| {
        let text = node.accesskit_node().value()?;
        is_code(&text).then_some(text)
    });
    codes.next().unwrap()
}

pub(crate) fn photos(window: &Window) -> PathBuf {
    let folder = window.path("photos");
    fs::create_dir(&folder).unwrap();
    fs::create_dir(folder.join("empty")).unwrap();
    fs::write(folder.join("one.jpg"), "12345").unwrap();
    fs::write(folder.join("two.jpg"), "1234567").unwrap();
    folder
}

#[test]
fn strangers_compare_a_code_and_a_folder_arrives() {
    let mut pair = Pair::of_strangers();
    let photos = photos(&pair.laptop);
    pair.send(&[photos]);
    pair.wait_for(
        "Does the other screen show the same code?",
        "laptop (127.0.0.1) wants to send 2 files, 12 B",
    );
    assert_eq!(code(&pair.laptop), code(&pair.desk));
    assert!(
        !pair.desk.shows("photos"),
        "named before the code was confirmed"
    );
    assert!(pair.desk.shows("Waiting for laptop to confirm"));
    pair.laptop.press("Same — send");
    pair.wait_for("Waiting for desk-pc to accept", "photos/ (2 files, 12 B)");
    pair.desk.press(ACCEPT);
    pair.wait_for(
        "Delivered, verified: photos to desk-pc",
        "Saved photos from laptop",
    );
    assert!(pair.laptop.shows("encrypted, verified") && pair.desk.shows("encrypted, verified"));
    assert!(!pair.laptop.shows("not encrypted"));
    let arrived = pair.desk.path("photos");
    assert_eq!(fs::read(arrived.join("two.jpg")).unwrap(), b"1234567");
    assert!(arrived.join("empty").is_dir());
    assert!(pair.desk.shows("Show photos in its folder"));
}

#[test]
fn a_declined_offer_leaves_nothing_and_the_sender_hears_of_it() {
    let mut pair = Pair::of_strangers();
    let photos = photos(&pair.laptop);
    pair.send(&[photos]);
    pair.wait_for("the same code?", "wants to send");
    pair.laptop.press("Same — send");
    pair.wait_for("to accept", ACCEPT);
    pair.desk.press("Decline: from laptop");
    pair.wait_for("desk-pc declined.", "Declined the transfer from laptop");
    assert_eq!(fs::read_dir(pair.desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn different_codes_end_it_before_anything_is_named() {
    let mut pair = Pair::of_strangers();
    let photos = photos(&pair.laptop);
    pair.send(&[photos]);
    pair.wait_for("the same code?", "wants to send");
    pair.laptop.press("Different");
    pair.wait_for(
        "Stopped: you said the codes differ.",
        "Interrupted: nothing arrived from laptop",
    );
    assert!(
        pair.desk
            .shows("A first contact from “laptop” (127.0.0.1) was broken off")
    );
    pair.desk.press("Allow the next one now");
    assert!(!pair.desk.shows("was broken off"));
    assert!(!pair.desk.shows("photos"));
    assert_eq!(fs::read_dir(pair.desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn whoever_clears_the_list_can_still_let_the_next_one_in() {
    const ALLOW: &str = "Allow the next one now";
    let mut pair = Pair::of_strangers();
    let file = pair.laptop.file("sample.txt", b"hello");
    pair.send(&[file]);
    // On a busy machine the first waits, which are short, may be over by then.
    for attempt in 0.. {
        assert!(attempt < 6, "nobody had to wait");
        pair.wait_for("the same code?", "wants to send");
        pair.laptop.press("Different");
        pair.wait_for("Stopped: you said the codes differ.", "was broken off");
        assert!(pair.desk.shows(ALLOW));
        pair.desk.press("Clear finished");
        assert!(!pair.desk.shows("was broken off when"));
        if pair.desk.shows(ALLOW) {
            assert!(pair.desk.shows("Unknown computers have to wait a while"));
            pair.desk.press(ALLOW);
            assert!(!pair.desk.shows(ALLOW));
            return;
        }
        pair.laptop.press("Try again");
    }
}

#[test]
fn enter_decides_nothing_when_a_code_is_shown() {
    let mut pair = Pair::of_strangers();
    let file = pair.laptop.file("sample.txt", b"hello");
    let port = pair.port();
    pair.laptop.fill_in_send(port, &[file]);
    pair.laptop.fill_in("To", "127.0.0.1");
    pair.laptop.harness.key_press(Key::Enter);
    pair.wait_for("the same code?", "wants to send");
    for _ in 0..3 {
        pair.laptop.harness.key_press(Key::Enter);
        pair.laptop.harness.run();
    }
    assert!(pair.laptop.shows("the same code?"));
}

#[test]
fn remembered_devices_need_no_code() {
    let mut pair = Pair::of_strangers();
    let file = pair.laptop.file("sample.txt", b"hello");
    pair.send(&[file]);
    pair.wait_for("the same code?", "wants to send");
    // Whoever compares a code is remembered, unless the user unticks that.
    pair.laptop.press("Same — send");
    pair.wait_for("to accept", ACCEPT);
    pair.desk.press(ACCEPT);
    pair.wait_for(
        "Delivered, verified: sample.txt to desk-pc",
        "Saved sample.txt from laptop",
    );
    pair.laptop.press("Send again");
    pair.wait_for(
        "Waiting for desk-pc to accept",
        "sample.txt (5 B). If it differs",
    );
    assert!(!pair.desk.shows("the same digits") && !pair.desk.shows("Remember laptop"));
    pair.desk.press(ACCEPT);
    pair.wait_for("already there", "already there");
}

#[test]
fn what_a_trusted_device_sends_is_saved_at_once() {
    let mut pair = Pair::of_friends();
    let state = pair.laptop.harness.state();
    let laptop = state.fingerprint().unwrap();
    let devices = pair.desk.harness.state().devices();
    devices.set_save_without_asking(laptop, true).unwrap();
    let file = pair.laptop.file("sample.txt", b"hello");
    pair.send(&[file]);
    pair.wait_for("Delivered, verified", "Saved sample.txt from laptop");
    assert!(!pair.desk.shows(ACCEPT));
}

#[test]
fn a_folder_is_added_to_the_one_that_is_there_only_if_chosen() {
    let mut pair = Pair::of_friends();
    fs::create_dir(pair.desk.path("photos")).unwrap();
    fs::write(pair.desk.path("photos/old.jpg"), "old").unwrap();
    let photos = photos(&pair.laptop);
    pair.send(&[photos]);
    pair.wait_for(
        "to accept",
        "If it differs from your photos it becomes photos (2)",
    );
    pair.desk.press("Add to the folder: from laptop");
    assert!(pair.desk.shows("added to your folder photos"));
    pair.desk.press(ACCEPT);
    pair.wait_for("Delivered, verified", "Saved photos from laptop");
    for name in ["photos/old.jpg", "photos/one.jpg"] {
        assert!(pair.desk.path(name).exists(), "{name}");
    }
    assert!(!pair.desk.path("photos (2)").exists());
}

#[test]
fn a_folder_that_was_sent_before_is_added_to_unless_both_are_to_be_kept() {
    let mut pair = Pair::of_friends();
    let photos = photos(&pair.laptop);
    let added = "added to your folder photos";
    for (number, keeps_both) in [(0, false), (1, false), (2, true)] {
        fs::write(photos.join("one.jpg"), vec![number; 5]).unwrap();
        match number {
            0 => pair.send(std::slice::from_ref(&photos)),
            _ => pair.laptop.press("Send again"),
        }
        pair.wait_for("to accept", ACCEPT);
        assert_eq!(pair.desk.shows(added), number > 0);
        if keeps_both {
            pair.desk.press("Keep both: from laptop");
            assert!(
                pair.desk
                    .shows("If it differs from your photos it becomes photos (2)")
            );
        }
        pair.desk.press(ACCEPT);
        pair.wait_for("Delivered, verified", "Saved photos");
        pair.desk.dismiss();
    }
    let saved = |name: &str| pair.desk.path("photos").join(name).exists();
    assert!(saved("one (2).jpg") && !saved("one (3).jpg"));
    assert!(pair.desk.path("photos (2)/one.jpg").exists());
}

#[test]
fn what_is_hidden_is_marked_and_asked_about_although_its_sender_may_save_without_asking() {
    let mut pair = Pair::of_friends();
    let laptop = pair.laptop.harness.state().fingerprint().unwrap();
    let devices = pair.desk.harness.state().devices();
    devices.set_save_without_asking(laptop, true).unwrap();
    let file = pair.laptop.path(".bashrc");
    fs::write(&file, "echo").unwrap();
    pair.send(&[file]);
    pair.wait_for("to accept", ".bashrc (4 B), hidden");
    assert!(pair.desk.shows("Accept them only if you expect them."));
    pair.desk.press(ACCEPT);
    pair.wait_for("Delivered, verified", "Saved .bashrc from laptop");
}

/// The laptop remembers another computer where the other one of the pair is.
pub(crate) fn expect_somebody_else(pair: &Pair) {
    let stranger = Window::of("somebody", |_| {});
    let other = stranger.harness.state().fingerprint().unwrap();
    let address = onehop::identity::Address {
        host: "127.0.0.1".to_owned(),
        ip: Some(Ipv4Addr::LOCALHOST.into()),
        port: pair.port(),
    };
    let devices = pair.laptop.harness.state().devices();
    let now = std::time::SystemTime::now();
    devices.note_seen(other, Some(&address), now).unwrap();
}

#[test]
fn another_computer_at_a_known_address_stops_with_a_warning() {
    let mut pair = Pair::of_friends();
    expect_somebody_else(&pair);
    let file = pair.laptop.file("sample.txt", b"hello");
    pair.send(&[file]);
    pair.laptop.wait_for("This isn't the ");
    assert!(pair.laptop.harness.get_by_label("Stop").is_focused());
    pair.laptop.press("Continue as first contact");
    // Even if it is a device that is remembered under another address.
    pair.wait_for("the same code?", "wants to send");
}

#[test]
fn a_classic_receiver_is_asked_about_before_a_byte_leaves() {
    let (address, receiver) = receiver(Ending::Close);
    let mut window = Window::of("laptop", |_| {});
    let file = window.file("sample.txt", b"hello");
    window.fill_in_send(address.port(), &[file]);
    window.press("Send");
    window.wait_for("Not encrypted, not verified: send anyway?");
    window.tick("Don't ask again for 127.0.0.1");
    window.press("Send anyway");
    window.wait_for("Delivered sample.txt to 127.0.0.1");
    assert!(window.shows("not encrypted, not verified"));
    assert_eq!(receiver.join().unwrap(), b"hello");
    let hosts = window.harness.state().devices().classic_hosts();
    assert_eq!(hosts, ["127.0.0.1"]);
}

#[test]
fn a_classic_question_can_be_cancelled_and_nothing_has_left() {
    let (address, receiver) = receiver(Ending::Close);
    let mut window = Window::of("laptop", |_| {});
    let file = window.file("sample.txt", b"hello");
    window.fill_in_send(address.port(), &[file]);
    window.press("Send");
    window.wait_for("send anyway?");
    window.press("Cancel");
    window.wait_for("You cancelled");
    drop(receiver);
}

#[test]
fn a_host_that_was_a_onehop_and_is_classic_now_gets_the_stronger_warning() {
    let (address, receiver) = receiver(Ending::Close);
    let mut window = Window::of("laptop", |_| {});
    let other = Window::of("desk-pc", |_| {});
    remember(&window, &other, "desk-pc");
    let fingerprint = other.harness.state().fingerprint().unwrap();
    let seen = onehop::identity::Address {
        host: "127.0.0.1".to_owned(),
        ip: Some(Ipv4Addr::LOCALHOST.into()),
        port: 9898,
    };
    let now = std::time::SystemTime::now();
    let devices = window.harness.state().devices();
    devices.note_seen(fingerprint, Some(&seen), now).unwrap();
    let file = window.file("sample.txt", b"hello");
    // Neither counts what was agreed to before.
    devices.allow_classic("127.0.0.1").unwrap();
    window.fill_in_send(address.port(), &[file]);
    window.press("Send");
    window.wait_for("send anyway?");
    assert!(window.shows("Another computer may be posing as it to read the file"));
    assert!(window.shows("desk-pc"));
    assert!(!window.shows("Do not ask again"));
    assert!(window.harness.get_by_label("Do not send").is_focused());
    window.press("Do not send");
    window.wait_for("Nothing was sent: the Onehop that was there before is not answering.");
    drop(receiver);
}

#[test]
fn whoever_sends_unencrypted_to_a_known_device_is_asked_again_the_next_time() {
    let mut window = Window::of("laptop", |_| {});
    let other = Window::of("desk-pc", |_| {});
    remember(&window, &other, "desk-pc");
    let fingerprint = other.harness.state().fingerprint().unwrap();
    let seen = onehop::identity::Address {
        host: "127.0.0.1".to_owned(),
        ip: Some(Ipv4Addr::LOCALHOST.into()),
        port: 9898,
    };
    let now = std::time::SystemTime::now();
    let devices = window.harness.state().devices();
    devices.note_seen(fingerprint, Some(&seen), now).unwrap();
    for _ in 0..2 {
        let (address, receiver) = receiver(Ending::Close);
        let file = window.file("sample.txt", b"hello");
        window.fill_in_send(address.port(), &[file]);
        window.press("Send");
        window.wait_for("send anyway?");
        window.press("Send unencrypted");
        window.wait_for("Delivered sample.txt to 127.0.0.1");
        assert_eq!(receiver.join().unwrap(), b"hello");
        window.press("Dismiss");
    }
    let devices = window.harness.state().devices();
    assert!(devices.classic_hosts().is_empty());
}

#[cfg(unix)]
#[test]
fn without_a_key_that_can_be_used_nothing_goes_in_the_clear_to_a_onehop() {
    let desk = Window::of("desk-pc", |settings| settings.receiving = true);
    let mut window = without_a_key();
    let file = window.file("sample.txt", b"hello");
    let port = desk.harness.state().listening_port().unwrap();
    window.fill_in_send(port, &[file]);
    window.press("Send");
    window.wait_for("Nothing was sent: this computer has no usable key.");
    assert!(!window.shows("Delivered"));
}

#[cfg(unix)]
#[test]
fn without_a_key_that_can_be_used_known_devices_are_known_all_the_same() {
    let (address, receiver) = receiver(Ending::Close);
    let mut window = without_a_key();
    let other = Window::of("desk-pc", |_| {});
    let fingerprint = other.harness.state().fingerprint().unwrap();
    let seen = onehop::identity::Address {
        host: "127.0.0.1".to_owned(),
        ip: Some(Ipv4Addr::LOCALHOST.into()),
        port: 9898,
    };
    let now = std::time::SystemTime::now();
    let devices = window.harness.state().devices();
    devices.note_seen(fingerprint, Some(&seen), now).unwrap();
    let file = window.file("sample.txt", b"hello");
    window.fill_in_send(address.port(), &[file]);
    window.press("Send");
    window.wait_for("Another computer may be posing as it to read the file");
    window.press("Do not send");
    window.wait_for("Nothing was sent: the Onehop that was there before is not answering.");
    drop(receiver);
}

/// A window whose key others may have read, and for which classic is fine.
#[cfg(unix)]
fn without_a_key() -> Window {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    onehop::identity::Identity::open(folder.path()).unwrap();
    let key = folder.path().join("identity.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    Window::started(onehop::app::Start {
        settings_folder: Some(folder.path().to_owned()),
        ..onehop::app::Start::default()
    })
}
