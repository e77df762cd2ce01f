//! The settings dialog.

use std::path::Path;

use super::super::quantity::counted;

/// Its headline, and the button that opens it.
pub const SETTINGS: &str = "Settings";

/// The label of the theme.
pub const THEME: &str = "Theme";
/// The themes, each with its name for screen readers.
pub const THEME_OF_THE_SYSTEM: (&str, &str) = ("System", "System theme");
/// See [`THEME_OF_THE_SYSTEM`].
pub const LIGHT_THEME: (&str, &str) = ("Light", "Light theme");
/// See [`THEME_OF_THE_SYSTEM`].
pub const DARK_THEME: (&str, &str) = ("Dark", "Dark theme");
/// The label of the folder.
pub const SAVE_FILES_IN: &str = "Save files in";

/// The switch that tells others of this computer.
pub const ANNOUNCE: &str = "Announce this computer on the network";
/// The switch for notifications.
pub const NOTIFICATIONS: &str = "Notifications";
/// What it means.
pub const NOTIFICATIONS_MEANING: &str =
    "When a request is waiting or a transfer ends while this window is not in front.";

/// Forgets all transfers, after a question.
pub const CLEAR_HISTORY: &str = "Clear history";
/// Answers it with yes.
pub const FORGET_THEM: &str = "Forget them";

/// The headline of this computer's name and key.
pub const THIS_DEVICE: &str = "This device";
/// The label of its name.
pub const NAME: &str = "Name";
/// The label of its key.
pub const FINGERPRINT: &str = "Fingerprint";
/// The name of the button that copies it.
pub const COPY_FINGERPRINT: &str = "Copy the fingerprint";
/// It has no key.
pub const NO_KEY: &str = "No key: only classic transfers are possible.";
/// The headline of the others.
pub const REMEMBERED_DEVICES: &str = "Remembered devices";
/// There are none.
pub const NO_DEVICES: &str =
    "None yet. Tick “Remember” when a code is shown, and you won't need one next time.";
/// Forgets one, after a question.
pub const FORGET: &str = "Forget";
/// Answers it with no.
pub const KEEP: &str = "Keep";
/// Gives one another name.
pub const RENAME: &str = "Rename";
/// Does it.
pub const SAVE_NAME: &str = "Save name";
/// The headline of hosts that get files without encryption and without a question.
pub const SENT_TO_UNENCRYPTED: &str = "Sent to unencrypted, without asking";
/// Takes one of them out of the list.
pub const ASK_AGAIN: &str = "Ask again";

/// What [`ANNOUNCE`] means as it stands.
#[must_use]
pub fn announces(on: bool) -> &'static str {
    if on {
        "While receiving, others on the network see its name and address."
    } else {
        "Off: senders have to type its address."
    }
}

/// What the switch for the history means as it stands.
#[must_use]
pub fn keeps_history(on: bool) -> &'static str {
    if on {
        "The last 200 transfers are remembered on this computer."
    } else {
        "Off: nothing new is remembered. What is there stays until you clear it."
    }
}

/// How many transfers there are to forget.
#[must_use]
pub fn remembered(transfers: usize) -> String {
    match transfers {
        1 => "1 transfer is remembered.".to_owned(),
        more => {
            let transfers = counted(more as u64, "transfer", "transfers");
            format!("{transfers} are remembered.")
        }
    }
}

/// The question before they are.
pub const FORGET_ALL: &str = "Forget all of them? The files stay where they are.";

/// Where the settings are.
#[must_use]
pub fn kept_in(file: Option<&Path>) -> String {
    match file {
        Some(file) => format!("Settings are kept in {}", file.display()),
        None => "Settings are not kept: this system has no folder for them.".to_owned(),
    }
}

/// The switch that gives a yes beforehand to one device.
#[must_use]
pub fn save_without_asking(name: &str) -> String {
    format!("Save without asking what {name} sends")
}

/// The beginning of a fingerprint.
#[must_use]
pub fn short_fingerprint(start: &str) -> String {
    format!("{FINGERPRINT} {start} …")
}

/// The name of the button that forgets one device.
#[must_use]
pub fn forget(name: &str) -> String {
    format!("{FORGET} {name}")
}

/// The question before it is.
#[must_use]
pub fn forget_question(name: &str) -> String {
    format!("{FORGET} {name}? It will need a code again.")
}

/// The name of the button that renames one.
#[must_use]
pub fn rename(name: &str) -> String {
    format!("{RENAME} {name}")
}

/// The name of the field for its new name.
#[must_use]
pub fn new_name(name: &str) -> String {
    format!("New name for {name}")
}

/// The name of the button that takes a host out of the list.
#[must_use]
pub fn ask_again(host: &str) -> String {
    format!("{ASK_AGAIN} for {host}")
}
