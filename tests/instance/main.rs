//! Starting the window's program while its window runs: it hands its files over and ends. This needs
//! no display, since it ends before it would open one.
#![cfg(feature = "window")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use onehop::instance::{self, Entry, Instance};

use crate::common::guard::end_of;

fn running_window(folder: &Path) -> Instance {
    match instance::enter(Some(folder), &[]) {
        Entry::First(instance) => instance,
        other => panic!("{other:?}"),
    }
}

/// Starts the program without a display, in a folder of its own.
fn start(settings: &Path, folder: &Path, arguments: &[&str]) -> ExitStatus {
    let mut program = Command::new(env!("CARGO_BIN_EXE_onehop"))
        .args(arguments)
        .current_dir(folder)
        .env("ONEHOP_CONFIG_DIR", settings)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    end_of(&mut program)
}

#[test]
fn a_second_start_hands_its_files_over_and_ends_well() {
    let (settings, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let window = running_window(settings.path());
    fs::write(folder.path().join("photo.jpg"), "").unwrap();
    let status = start(settings.path(), folder.path(), &["photo.jpg"]);
    assert!(status.success(), "{status}");
    let calls: Vec<Vec<PathBuf>> = window.calls().map(instance::Handoff::into_files).collect();
    // Where a relative path leads is known to the second start only.
    let place = fs::canonicalize(folder.path()).unwrap();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].len(), 1);
    assert!(calls[0][0].is_absolute());
    let found = fs::canonicalize(&calls[0][0]).unwrap();
    assert_eq!(found, place.join("photo.jpg"));
}

#[cfg(unix)]
#[test]
fn a_window_with_other_settings_is_not_called() {
    let (settings, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let window = running_window(settings.path());
    let status = start(other.path(), other.path(), &[]);
    assert!(!status.success(), "it has no display to open its own on");
    assert_eq!(window.calls().count(), 0);
}
