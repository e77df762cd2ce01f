//! Lists that are far longer than the window.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui_kittest::kittest::Queryable as _;

use crate::window::Window;

const FILES: usize = 100_000;

/// Hard links to one file: as many entries, and hardly any disk.
fn files(window: &Window) -> Vec<PathBuf> {
    let folder = tempfile::Builder::new()
        .prefix("many")
        .tempdir_in(window.folder.path())
        .unwrap()
        .keep();
    let paths = (0..FILES).map(|number| folder.join(format!("file-{number:06}.txt")));
    let paths: Vec<PathBuf> = paths.collect();
    let mut original = PathBuf::new();
    for (number, path) in paths.iter().enumerate() {
        // A file has only so many links on some file systems.
        if number % 10_000 == 0 {
            fs::write(path, "12345").unwrap();
            original.clone_from(path);
        } else {
            fs::hard_link(&original, path).unwrap();
        }
    }
    paths
}

#[test]
fn of_a_hundred_thousand_files_only_those_in_sight_are_drawn() {
    let mut window = Window::idle();
    let files = files(&window);
    window.press("Send mode");
    let before = window.harness.output().shapes.len();
    window.drop_files(&files);
    window.step_until("all are listed", |window| {
        window.shows("100,000 files, 500 kB")
    });
    window.harness.run();
    let rows = window.harness.query_all_by_label_contains("Remove file-");
    let rows = rows.count();
    assert!((3..20).contains(&rows), "{rows} rows");
    let shapes = window.harness.output().shapes.len();
    assert!(shapes < before + 200, "{shapes} shapes, {before} before");
    let started = Instant::now();
    for _ in 0..10 {
        window.harness.step();
    }
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    window.press("Remove file-000000.txt");
    assert!(window.shows("99,999 files"));
}
