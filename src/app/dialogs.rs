//! The system's own dialogs for files and folders.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::Frame;
use rfd::FileDialog;

use super::background::Picked;

/// Nobody closes a dialog as fast as this: then there was none.
const QUICKEST_USER: Duration = Duration::from_millis(300);

/// A dialog that belongs to this window. It is to be made on the window's thread; showing it
/// blocks, so that belongs on another one.
pub(super) fn dialog(frame: &Frame, title: &str, folder: Option<&Path>) -> FileDialog {
    let mut dialog = FileDialog::new().set_title(title);
    if let Some(folder) = folder {
        dialog = dialog.set_directory(folder);
    }
    if frame.winit_window().is_some() {
        dialog = dialog.set_parent(frame);
    }
    dialog
}

/// Shows a dialog and waits for the user.
pub(super) fn pick(show: impl FnOnce() -> Option<PathBuf>) -> Picked {
    pick_several(|| show().map(|path| vec![path]))
}

/// The same for a dialog in which several things can be chosen.
pub(super) fn pick_several(show: impl FnOnce() -> Option<Vec<PathBuf>>) -> Picked {
    let shown_at = Instant::now();
    // Some systems tell a cancel by choosing nothing.
    match show().filter(|paths| !paths.is_empty()) {
        Some(paths) => Picked::Paths(paths),
        // Without a desktop portal and without zenity, "no dialog" looks like "cancelled".
        None if cfg!(target_os = "linux") && shown_at.elapsed() < QUICKEST_USER => Picked::NoDialog,
        None => Picked::Nothing,
    }
}
