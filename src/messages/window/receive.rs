//! The card that says whether this computer receives, and whether others can reach it.

use std::path::Path;

use super::super::outcome::CLASSIC;

/// Others can send.
pub const READY: &str = "Ready to receive";
/// A port is listened on that nobody can reach.
pub const NO_NETWORK: &str = "No network";
/// Nobody can send.
pub const NOT_RECEIVING: &str = "Not receiving";
/// Begins to receive.
pub const START: &str = "Start";

/// The label of this computer's name and addresses.
pub const THIS_COMPUTER: &str = "This computer";
/// The label of the port.
pub const PORT: &str = "Port";
/// The label of the file that a classic sender's file becomes.
pub const SAVES_TO: &str = "Saves to";
/// The label of what peers are greeted with.
pub const GREETING: &str = "Greeting";
/// The label of whether others can reach this computer.
pub const REACHABILITY: &str = "Reachability";

/// There is no address.
pub const NOT_CONNECTED: &str = "Connect this computer to a network, by cable or Wi-Fi.";
/// The system would not tell.
pub const ADDRESSES_UNKNOWN: &str = "Could not read this computer's addresses.";
/// The name of the button that changes the folder.
pub const CHANGE_FOLDER: &str = "Change the folder to save in";
/// Where the files of another Onehop go.
pub const NAMES_ARE_KEPT: &str = "Files from another Onehop keep their names, in the same folder.";
/// The switch that gives a yes beforehand.
pub const SAVE_WITHOUT_ASKING: &str = "Save without asking";
/// The switch that lets everybody in.
pub const ANY_ADDRESS: &str = "Accept from the internet too";

/// Unfolds what can be chosen about receiving.
pub const OPTIONS: &str = "Options";
/// Both switches are on.
pub const ANYBODY_CAN_SAVE: &str = "Anyone who can reach this computer, even from the internet, can save files here without asking.";

/// Looks once more.
pub const CHECK: &str = "Check";
/// The same for screen readers.
pub const CHECK_REACHABILITY: &str = "Check whether other computers can reach this one";
/// The look goes on.
pub const CHECKING: &str = "Checking whether other computers can reach this one…";
/// Unfolds what to do about it.
pub const WHAT_TO_DO: &str = "What to do";

/// All of it in a line, while something else has the room.
#[must_use]
pub fn in_a_line(port: Option<u16>, saves_to: &Path) -> String {
    match port {
        Some(port) => format!("Receiving on port {port}, saving to {}", saves_to.display()),
        None => NOT_RECEIVING.to_owned(),
    }
}

/// What a computer without a key can do.
#[must_use]
pub fn classic_only() -> String {
    format!("Without a key, this computer can receive only classic transfers: {CLASSIC}.")
}

/// What [`SAVE_WITHOUT_ASKING`] means as it stands.
#[must_use]
pub fn saves_without_asking(on: bool) -> &'static str {
    if on {
        "Files from remembered computers and from senders without Onehop are saved without asking."
    } else {
        "You are asked before anything is saved."
    }
}

/// What [`ANY_ADDRESS`] means as it stands.
#[must_use]
pub fn accepts_any_address(on: bool) -> &'static str {
    if on {
        "Any computer that can reach this one may send."
    } else {
        "Off: only computers on your local networks and your tailnet may send."
    }
}
