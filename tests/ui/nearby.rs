//! The list of what is nearby, and who is meant by a press on it.

use std::net::Ipv4Addr;
use std::time::SystemTime;

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use onehop::discovery::{DeviceKind, Found, Hint};
use onehop::identity::Fingerprint;

use crate::window::{Ending, Window, receiver};

pub(crate) fn found(name: &str, host: &str, port: u16, device: Option<Fingerprint>) -> Found {
    Found {
        name: name.to_owned(),
        hint: device.map(Hint::of),
        kind: DeviceKind::Unknown,
        protocol: 1,
        host: host.to_owned(),
        port,
    }
}

fn fingerprint(byte: u8) -> Fingerprint {
    Fingerprint::from_bytes([byte; 32])
}

/// A window in Send mode that remembers “desk-pc” and has found these.
fn window(nearby: Vec<Found>, looked: bool) -> Window {
    let mut window = Window::idle();
    let devices = window.harness.state().devices();
    let now = SystemTime::now();
    devices.remember(fingerprint(1), "desk-pc", now).unwrap();
    show(&mut window, nearby, looked);
    window.press("Send mode");
    window
}

fn show(window: &mut Window, nearby: Vec<Found>, looked: bool) {
    window.harness.state_mut().pretend_nearby(nearby, looked);
    window.harness.run();
}

#[test]
fn one_press_fills_in_the_address_and_the_port() {
    let laptop = found("laptop", "192.168.1.20", 7000, None);
    let mut window = window(vec![laptop], true);
    window.press("laptop, 192.168.1.20 port 7000");
    assert_eq!(window.value("To"), "192.168.1.20");
    assert_eq!(window.value("Port"), "7000");
}

#[test]
fn receivers_appear_are_renamed_and_leave_before_ones_eyes() {
    let mut window = window(Vec::new(), false);
    assert!(window.shows("Looking for receivers on this network…"));
    let laptop = |name| found(name, "192.168.1.20", 9898, None);
    show(&mut window, vec![laptop("laptop")], false);
    assert!(window.shows("laptop, 192.168.1.20") && !window.shows("Looking for receivers"));
    show(&mut window, vec![laptop("upstairs")], true);
    assert!(window.shows("upstairs, 192.168.1.20") && !window.shows("laptop"));
    show(&mut window, Vec::new(), true);
    assert!(!window.shows("upstairs"));
}

#[test]
fn where_nobody_is_found_it_says_what_may_be_the_cause_and_that_the_address_can_be_typed() {
    let window = window(Vec::new(), true);
    assert!(window.shows("No receiving Onehop was found on this network."));
    assert!(window.shows("same network") && window.shows("you can still enter the address"));
}

#[test]
fn a_remembered_device_stays_in_the_list_while_it_is_away_and_comes_back() {
    let mut window = window(Vec::new(), true);
    let away = |window: &Window| {
        let rows = window.harness.query_all_by_role(Role::Button);
        rows.filter_map(|row| row.accesskit_node().label())
            .find(|label| label.starts_with("desk-pc"))
            .unwrap()
    };
    assert_eq!(away(&window), "desk-pc, away");
    let back = found("any name", "192.168.1.30", 9898, Some(fingerprint(1)));
    show(&mut window, vec![back], true);
    assert_eq!(away(&window), "desk-pc, remembered · 192.168.1.30");
}

#[test]
fn a_stranger_with_the_name_of_a_remembered_device_is_told_from_it() {
    let stranger = found("desk-pc", "192.168.1.66", 9898, Some(fingerprint(2)));
    let window = window(vec![stranger], true);
    assert!(window.shows("desk-pc, not the one you remember · 192.168.1.66"));
    assert!(window.shows("desk-pc, away"));
}

#[test]
fn a_picked_device_that_proves_itself_is_sent_to_without_a_code() {
    let desk = Window::of("desk-pc", |settings| settings.receiving = true);
    let port = desk.harness.state().listening_port().unwrap();
    let is_there = desk.harness.state().fingerprint().unwrap();
    let nearby = found("desk-pc", "127.0.0.1", port, Some(is_there));
    let mut window = window(vec![nearby], true);
    let (here, now) = (window.harness.state(), SystemTime::now());
    here.devices().remember(is_there, "upstairs", now).unwrap();
    let own = here.fingerprint().unwrap();
    let there = desk.harness.state().devices();
    there.remember(own, "laptop", now).unwrap();
    there.set_save_without_asking(own, true).unwrap();
    window.harness.run();
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.drop_files(&[file]);
    window.wait_for("18 B");
    window.press(&format!("upstairs, remembered · 127.0.0.1 port {port}"));
    window.wait_for("Delivered, verified: sample.txt to upstairs");
    assert!(desk.path("sample.txt").exists());
}

#[test]
fn a_picked_device_has_to_prove_itself_and_an_impostor_is_stopped() {
    let impostor = Window::of("impostor", |settings| settings.receiving = true);
    let port = impostor.harness.state().listening_port().unwrap();
    let host = Ipv4Addr::LOCALHOST.to_string();
    // Who is really there has another key than the device that the announcement claims.
    let claim = found("desk-pc", &host, port, Some(fingerprint(1)));
    let mut window = window(vec![claim], true);
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.drop_files(&[file]);
    window.wait_for("18 B");
    window.press(&format!("desk-pc, remembered · {host} port {port}"));
    window.wait_for("This isn't the ");
}

#[test]
fn a_classic_receiver_in_the_place_of_a_picked_device_gets_the_strong_warning() {
    let (address, _receiver) = receiver(Ending::Close);
    let (host, port) = (address.ip().to_string(), address.port());
    let claim = found("desk-pc", &host, port, Some(fingerprint(1)));
    let mut window = window(vec![claim], true);
    // Whatever was agreed to for this address.
    let devices = window.harness.state().devices();
    assert_eq!(devices.classic_hosts(), [host.as_str()]);
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.drop_files(&[file]);
    window.wait_for("18 B");
    window.press(&format!("desk-pc, remembered · {host} port {port}"));
    window.wait_for("send anyway?");
    assert!(window.shows("Another computer may be posing as it to read the file"));
}

#[test]
fn whoever_types_another_address_means_whoever_is_there() {
    let somebody = Window::of("somebody", |settings| settings.receiving = true);
    let port = somebody.harness.state().listening_port().unwrap();
    let elsewhere = found("desk-pc", "192.0.2.1", port, Some(fingerprint(1)));
    let mut window = window(vec![elsewhere], true);
    window.press(&format!("desk-pc, remembered · 192.0.2.1 port {port}"));
    let file = window.file("sample.txt", b"eighteen bytes, ok");
    window.drop_files(&[file]);
    window.wait_for("18 B");
    window.fill_in("To", "127.0.0.1");
    window.press("Send");
    // A first contact shows a code.
    window.wait_for("code");
    assert!(!window.shows("This isn't the "));
}

#[test]
fn a_receiving_window_announces_itself_unless_that_is_switched_off() {
    let mut window = Window::with(|settings| {
        settings.receiving = true;
        settings.listen_on = None;
    });
    let port = window.harness.state().listening_port();
    let announced = window.harness.state().wants_to_announce().unwrap();
    assert_eq!(Some(announced.port), port);
    assert_eq!(
        announced.hint,
        window.harness.state().fingerprint().map(Hint::of)
    );
    window.press("Settings");
    window.switch("Announce this computer on the network");
    assert_eq!(window.harness.state().wants_to_announce(), None);
    assert!(!window.harness.state().settings().announce);
}

#[test]
fn what_receives_on_this_computer_alone_is_not_announced() {
    let window = Window::receiving();
    assert_eq!(window.harness.state().wants_to_announce(), None);
}

#[test]
fn the_longest_list_leaves_room_for_the_rest_of_the_form() {
    let many = (0..64)
        .map(|number| {
            let name = format!("{number} {}", "a very long name ".repeat(3));
            found(&name, "fe80::1234:5678:9abc:def0%wlan0", 9898, None)
        })
        .collect();
    let window = window(many, true);
    let send = window.harness.get_by_role_and_label(Role::Button, "Send");
    assert!(send.rect().max.y < 900.0, "{:?}", send.rect());
}
