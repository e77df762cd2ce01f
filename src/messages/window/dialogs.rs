//! Questions in front of the window, and the system's own dialogs.

use std::path::Path;

use super::super::{UserMessage, file_name};

/// What a file that may run something can do.
pub const MAY_RUN: &str = "This file can run commands on this computer. Open it only if you know \
                           what it is and trust whoever sent it.";
/// Opens it all the same.
pub const OPEN_ANYWAY: &str = "Open anyway";

/// What quitting does to a transfer.
pub const QUIT_MEANING: &str = "Whatever is unfinished is interrupted. A file that is being saved \
                                is kept as far as it got, under a name that says it is partial.";
/// Does not quit.
pub const KEEP_GOING: &str = "Keep going";
/// Quits.
pub const STOP_AND_QUIT: &str = "Stop and quit";

/// The title of the dialog for files.
pub const CHOOSE_FILES: &str = "Choose files to send";
/// The title of the dialog for a folder.
pub const CHOOSE_FOLDER: &str = "Choose a folder to send";
/// The title of the dialog for the folder to save in.
pub const CHOOSE_DESTINATION: &str = "Choose the folder to save in";
/// The title of the dialog for another name.
pub const SAVE_AS: &str = "Save the file as";

/// What to do without a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// Files can be dropped on the window.
    Drop,
    /// They cannot: name them at the start.
    Start,
    /// Name the folder in the settings.
    Settings,
    /// Save in the usual folder.
    Accept,
}

/// The question before a file is opened that may run something.
#[must_use]
pub fn open_question(path: &Path) -> String {
    format!("Open {}?", file_name(path))
}

/// The question before transfers are stopped.
#[must_use]
pub fn quit_question(transfers: usize) -> &'static str {
    if transfers == 1 {
        "Stop the transfer and quit?"
    } else {
        "Stop the transfers and quit?"
    }
}

/// The system has no dialogs.
#[must_use]
pub fn no_dialog(otherwise: Otherwise) -> UserMessage {
    let otherwise = match otherwise {
        Otherwise::Drop => {
            "Until then, drop the files on this window, or start Onehop with them: onehop FILE..."
        }
        Otherwise::Start => "Until then, start Onehop with the files: onehop FILE...",
        Otherwise::Settings => {
            "Until then, close Onehop and name the folder in the settings file: \
             folder = \"/some/folder\""
        }
        Otherwise::Accept => "Until then, Accept saves in the folder shown above.",
    };
    UserMessage::new(
        "This system showed no file dialog.",
        format!(
            "It has no program for that. Install xdg-desktop-portal-gtk or zenity with your \
             package manager, then try again. {otherwise}"
        ),
    )
}

/// A dialog was open for longer than what it was opened for.
#[must_use]
pub fn chosen_too_late(path: &Path) -> UserMessage {
    UserMessage::new(
        "You chose where to save too late.",
        format!(
            "By then the request had been answered or had ended, so nothing was saved there. The \
             list of transfers says what became of it. You chose: {}",
            path.display()
        ),
    )
}
