//! Transfers under way and over, on both screens.

use super::super::bytes;
use super::super::quantity::count;

/// Takes away what is over.
pub const CLEAR_FINISHED: &str = "Clear finished";
/// A first contact that was not finished keeps others away for a while.
pub const OTHERS_WAIT: &str =
    "Unknown computers have to wait a while because a first contact was not finished.";
/// Lets the next one in at once.
pub const ALLOW_NEXT: &str = "Allow the next one now";
/// The headline of what earlier transfers left.
pub const INTERRUPTED_EARLIER: &str = "Interrupted earlier";

/// Ends a connection that says nothing.
pub const DISCONNECT: &str = "Disconnect";
/// Saves the empty file that the sender may have meant.
pub const SAVE_EMPTY: &str = "Save an empty recv.txt";
/// Keeps part of a file.
pub const KEEP_WHAT_ARRIVED: &str = "Keep what arrived";
/// Nothing arrives.
pub const NOTHING_ARRIVES: &str = "Stalled: nothing has arrived for a while.";

/// Comes before the greeting of a classic receiver.
pub const RECEIVER_SAYS: &str = "The receiver says:";
/// Nothing is taken.
pub const NOTHING_IS_TAKEN: &str =
    "Stalled: the receiver is not taking anything. Someone may be deciding there.";
/// The receiver has still to say so.
pub const EVERYTHING_IS_SENT: &str =
    "Everything is sent; waiting for the other computer to confirm.";
/// Ends that wait.
pub const STOP_WAITING: &str = "Stop waiting";
/// Sends the same once more after it failed.
pub const TRY_AGAIN: &str = "Try again";

/// An empty list.
#[must_use]
pub fn nothing_yet(receiving: bool) -> &'static str {
    if receiving {
        "Nothing has arrived yet. What others send to this computer appears here."
    } else {
        "Press Start to let other computers send to this one."
    }
}

/// Somebody connected.
#[must_use]
pub fn connected_silently(peer: &str) -> String {
    format!("{peer} is connected and has sent nothing yet.")
}

/// Something arrives; a classic sender does not say what.
#[must_use]
pub fn receiving(what: Option<&str>, sender: &str) -> String {
    match what {
        Some(what) => format!("Receiving {what} from {sender}"),
        None => format!("Receiving from {sender}"),
    }
}

/// How many others ended well.
#[must_use]
pub fn more_finished(transfers: usize) -> String {
    format!("{} more finished", count(transfers as u64))
}

/// All is there but on the disk.
#[must_use]
pub fn being_saved(total_bytes: u64) -> String {
    format!("All {} arrived and are being saved.", bytes(total_bytes))
}

/// Where the files below are.
#[must_use]
pub fn in_folder(folder: &str) -> String {
    format!("In {folder}")
}

/// The name of the button that copies a message.
#[must_use]
pub fn copy_message(sender: &str) -> String {
    format!("Copy the message from {sender}")
}

/// The receiver has not answered yet.
#[must_use]
pub fn connecting(host: &str) -> String {
    format!("Connecting to {host}")
}

/// The doctor looks for the reason.
#[must_use]
pub fn diagnosing(host: &str) -> String {
    format!("No connection to {host} yet; finding out why")
}

/// The receiver is there.
#[must_use]
pub fn connected(receiver: &str) -> String {
    format!("Connected to {receiver}")
}

/// Somebody has to say yes there.
#[must_use]
pub fn awaiting_answer(receiver: &str) -> String {
    format!("Waiting for {receiver} to accept")
}

/// Files that are there already are compared.
#[must_use]
pub fn checking(receiver: &str) -> String {
    format!("Checking what {receiver} already has")
}

/// Something is on its way.
#[must_use]
pub fn sending(what: &str, receiver: &str) -> String {
    format!("Sending {what} to {receiver}")
}

/// All has left this computer; a Onehop there is saving it, of anything else nobody knows.
#[must_use]
pub fn awaiting_confirmation(
    sent_bytes: u64,
    what: &str,
    receiver: &str,
    is_secure: bool,
) -> String {
    let there = if is_secure {
        "It is being saved there."
    } else {
        "Someone may be deciding there."
    };
    let sent = bytes(sent_bytes);
    format!("{sent} of {what} went to {receiver}. {there}")
}

/// The system's own words about a failure.
#[must_use]
pub fn system_says(words: &str) -> String {
    format!("The system says: {words}")
}
