//! Buttons that stand in several places, and what they are called where several are in sight.

use super::super::quantity::count;

/// Lets something in.
pub const ACCEPT: &str = "Accept";
/// Stops something, or leaves it as it is.
pub const CANCEL: &str = "Cancel";
/// Chooses another folder.
pub const CHANGE: &str = "Change…";
/// Closes a dialog.
pub const CLOSE: &str = "Close";
/// Copies a text.
pub const COPY: &str = "Copy";
/// The same button, for a moment after it was pressed.
pub const COPIED: &str = "Copied";
/// Refuses something.
pub const DECLINE: &str = "Decline";
/// Unfolds what else is known.
pub const DETAILS: &str = "Details";
/// Copies what else is known.
pub const COPY_DETAILS: &str = "Copy the details";
/// Throws away part of a file.
pub const DISCARD: &str = "Discard";
/// Takes away what has been read.
pub const DISMISS: &str = "Dismiss";
/// Opens a file or folder.
pub const OPEN: &str = "Open";
/// Takes something out of a list.
pub const REMOVE: &str = "Remove";
/// Sends the same once more.
pub const SEND_AGAIN: &str = "Send again";
/// Shows a file in the file manager.
pub const SHOW_IN_FOLDER: &str = "Show in folder";
/// Ends what goes on.
pub const STOP: &str = "Stop";

/// A button and what it is about, such as `Open: photo.jpg` or `Forget desk-pc`.
#[must_use]
pub fn about(label: &str, what: &str) -> String {
    format!("{label}: {what}")
}

/// A button for what another Onehop sends.
#[must_use]
pub fn from(label: &str, name: &str) -> String {
    format!("{label}: from {name}")
}

/// A button for what a classic sender sends.
#[must_use]
pub fn file_from(label: &str, peer: &str) -> String {
    format!("{label}: file from {peer}")
}

/// A button for what goes to `receiver`.
#[must_use]
pub fn to(label: &str, receiver: &str) -> String {
    format!("{label}: to {receiver}")
}

/// Copies `what`.
#[must_use]
pub fn copy(what: &str) -> String {
    format!("{COPY} {what}")
}

/// Unfolds the rest of a list.
#[must_use]
pub fn more(more: usize) -> String {
    format!("{} more", count(more as u64))
}

/// Throws away `what`.
#[must_use]
pub fn discard(what: &str) -> String {
    format!("{DISCARD} {what}")
}

/// Opens `name`.
#[must_use]
pub fn open(name: &str) -> String {
    format!("{OPEN} {name}")
}

/// Takes `name` out of a list.
#[must_use]
pub fn remove(name: &str) -> String {
    format!("{REMOVE} {name}")
}

/// Shows `name` in the file manager.
#[must_use]
pub fn show_in_folder(name: &str) -> String {
    format!("Show {name} in its folder")
}
