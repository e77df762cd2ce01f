//! The form of the send screen.

use super::super::contact::amount;
use super::super::quantity::{and, counted};

/// The label of the receiver's address.
pub const TO: &str = "To";
/// The label of the receiver's port.
pub const PORT: &str = "Port";
/// What to type there.
pub const ADDRESS_HINT: &str = "192.168.1.102, or a name";
/// The label of earlier receivers.
pub const RECENT: &str = "Recent";
/// The label of receivers on this network.
pub const NEARBY: &str = "Nearby";
/// None is known yet.
pub const LOOKING_FOR_RECEIVERS: &str = "Looking for receivers on this network…";
/// The label of what is sent.
pub const WHAT: &str = "What";
/// The choice to send files.
pub const FILES: &str = "Files";
/// The same for screen readers.
pub const SEND_FILES: &str = "Send files";
/// The choice to send a text.
pub const TEXT: &str = "Message";
/// The same for screen readers.
pub const SEND_TEXT: &str = "Send a message instead";
/// The name of the field for a text.
pub const TEXT_TO_SEND: &str = "Message to send";
/// What to type there.
pub const TEXT_HINT: &str =
    "A link or a note: it appears on the other computer, with a button to copy it";
/// What a text needs.
pub const TEXT_NEEDS_ONEHOP: &str = "Sending a message needs Onehop on the other computer.";
/// Sends it.
pub const SEND: &str = "Send";
/// What is protected.
pub const PROTECTION: &str =
    "Encrypted between Onehops. You are asked before anything is sent unencrypted.";

/// Chooses files.
pub const CHOOSE_FILES: &str = "Choose files…";
/// Chooses a folder.
pub const CHOOSE_FOLDER: &str = "Choose folder…";
/// Takes the files or the text that were copied elsewhere.
pub const PASTE: &str = "Paste";
/// Where files can be dropped.
pub const DROP_HINT: &str = "or drop files and folders here";
/// Where they cannot.
pub const NO_DROPS: &str = "Drag and drop isn't available on Wayland yet.";
/// While files are held over the window.
pub const DROP_TO_ADD: &str = "Drop to add to what you send.";
/// What was chosen is counted.
pub const LOOKING_AT_FILES: &str = "Looking at what you chose…";
/// Takes all of it out of the list.
pub const REMOVE_ALL: &str = "Remove all";

/// Nobody to send to.
pub const NO_ADDRESS: &str = "Enter the address of the receiving computer.";
/// Nobody to send to, where there is somebody to choose.
pub const NOBODY_CHOSEN: &str = "Press a device, or enter an address.";
/// No text to send.
pub const NO_TEXT: &str = "Type a message to send.";
/// No files to send.
pub const NO_FILES: &str = "Choose files to send.";

/// The form in a line, if there is nothing in it that has yet to be sent.
pub const SOMETHING_ELSE: &str = "Send something else";

/// A text, as a headline can call it.
pub const THE_TEXT: &str = "the message";

/// The button that sends: `files` of them, or a message, to these names; the names of who was typed
/// go without saying.
#[must_use]
pub fn send_to(files: Option<u64>, names: &[&str]) -> String {
    let what = match files {
        _ if names.is_empty() => return SEND.to_owned(),
        None => "the message".to_owned(),
        Some(0) => return format!("{SEND} to {}", and(names)),
        Some(files) => counted(files, "file", "files"),
    };
    format!("{SEND} {what} to {}", and(names))
}

/// The mark that chooses a device beside others.
#[must_use]
pub fn also_to(name: &str) -> String {
    format!("Also send to {name}")
}

/// The form in a line, while something else has the room.
#[must_use]
pub fn to_send(files: u64, bytes: u64) -> String {
    let files = u32::try_from(files).unwrap_or(u32::MAX);
    format!("To send: {}", amount(files, bytes))
}

/// How much was found so far of what was chosen.
#[must_use]
pub fn so_far(amount: &str) -> String {
    format!("{amount} so far…")
}
