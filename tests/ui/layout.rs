//! Every screen in every size: nothing panics, everything has a name, and nothing keeps the
//! window busy once it has settled.

use eframe::egui::accesskit::Role;
use eframe::egui::{Theme, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use onehop::app::App;

use crate::window::{MAX_STEPS, Window, settings};

fn window(size: Vec2, pixels_per_point: f32, theme: Theme) -> Window {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    settings.receiving = true;
    settings.remember("a-computer-with-a-rather-long-name.example", 9898);
    let harness = Harness::builder()
        .with_size(size)
        .with_max_steps(MAX_STEPS)
        .with_pixels_per_point(pixels_per_point)
        .with_theme(theme)
        .build_eframe(move |cc| App::with_settings(cc, settings));
    Window::opened(harness, folder)
}

/// `run` fails if the window does not settle.
fn visit_every_screen(mut window: Window) {
    drop(window.send_to_it(b""));
    window.wait_for("sent nothing");
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    window.press("Settings");
    window.press("Close");
    window.press("History");
    window.press("Close");
    window.press("Send mode");
    let file = window.file(&format!("{}.txt", "long name ".repeat(12)), b"x");
    window.drop_files(&[file]);
    window.wait_for("long name");
}

#[test]
fn a_narrow_window_shows_every_screen() {
    visit_every_screen(window(Vec2::new(360.0, 420.0), 1.0, Theme::Dark));
}

#[test]
fn a_window_at_twice_the_scale_shows_every_screen() {
    visit_every_screen(window(Vec2::new(400.0, 800.0), 2.0, Theme::Light));
}

#[test]
fn a_wide_window_shows_every_screen() {
    visit_every_screen(window(Vec2::new(1400.0, 900.0), 1.25, Theme::Light));
}

#[test]
fn nothing_sticks_out_of_a_narrow_window() {
    let window = window(Vec2::new(360.0, 900.0), 1.0, Theme::Dark);
    for name in ["Stop", "Settings", "History", "Copy 127.0.0.1", "Send mode"] {
        let right = window.harness.get_by_label(name).rect().right();
        assert!(right <= 360.0, "{name} ends at {right}");
    }
}

#[test]
fn what_folds_for_a_request_stays_within_a_narrow_window() {
    let mut window = window(Vec2::new(360.0, 900.0), 1.0, Theme::Dark);
    let _peer = window.send_to_it(b"hello");
    window.wait_for("is sending a file");
    let folds = window.harness.query_all_by_role(Role::DisclosureTriangle);
    let rights: Vec<f32> = folds.map(|fold| fold.rect().right()).collect();
    assert!(!rights.is_empty());
    assert!(rights.iter().all(|right| *right <= 360.0), "{rights:?}");
}

#[test]
fn the_buttons_that_choose_keep_their_words_whole_in_a_narrow_window() {
    let mut window = window(Vec2::new(360.0, 900.0), 1.0, Theme::Dark);
    window.press("Send mode");
    for is_filled in [false, true] {
        for name in ["Choose files…", "Choose folder…", "Paste"] {
            let rect = window.harness.get_by_label(name).rect();
            assert!(
                rect.height() < 40.0 && rect.right() <= 360.0,
                "{name}: {rect}"
            );
        }
        if !is_filled {
            let file = window.file("sample.txt", b"x");
            window.drop_files(&[file]);
            window.wait_for("Remove sample.txt");
        }
    }
}

#[test]
fn remembered_receivers_stay_on_lines_of_their_own_width() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    let hosts = [
        "desk-pc",
        "192.168.1.20",
        "fd00:1234:5678:9abc:def0:1234:5678:9abc",
        "a-computer-with-a-very-long-name.in-some-department.example.com",
    ];
    for host in hosts {
        settings.remember(host, 9898);
    }
    let harness = Harness::builder()
        .with_size(Vec2::new(360.0, 900.0))
        .build_eframe(move |cc| App::with_settings(cc, settings));
    let mut window = Window::opened(harness, folder);
    window.press("Send mode");
    for host in hosts {
        let chip = window
            .harness
            .get_by_role_and_label(Role::Button, host)
            .rect();
        assert!(chip.right() <= 360.0, "{host} ends at {}", chip.right());
        assert!(chip.height() < 30.0, "{host} is {} high", chip.height());
    }
}
