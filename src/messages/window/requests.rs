//! What the user is asked: whether to let something in, and how to send it.

use super::super::bytes;
use super::super::quantity::count;

/// Chooses another name for a classic sender's file.
pub const SAVE_AS: &str = "Save as…";
/// Chooses another folder for what another Onehop sends.
pub const SAVE_TO: &str = "Save to…";
/// What becomes of a message.
pub const MESSAGE_IS_SHOWN: &str = "The message is shown here and not saved.";
/// Saves beside what is there already.
pub const KEEP_BOTH: &str = "Keep both";

/// Two screens have to show the same.
pub const SAME_CODE: &str = "Does the other screen show the same code?";
/// They do.
pub const SAME: &str = "Same — send";
/// They do not.
pub const DIFFERENT: &str = "Different";
/// The receiver is no Onehop.
pub const SEND_UNPROTECTED: &str = "Not encrypted, not verified: send anyway?";
/// Sends it all the same.
pub const SEND_ANYWAY: &str = "Send anyway";
/// Sends it although there was a Onehop before.
pub const SEND_UNENCRYPTED: &str = "Send unencrypted";
/// Sends nothing.
pub const DO_NOT_SEND: &str = "Do not send";
/// Treats the computer as one that was never met.
pub const CONTINUE_AS_FIRST_CONTACT: &str = "Continue as first contact";

/// The protection of a transfer whose code nobody has compared yet.
pub const UNCONFIRMED: &str = "encrypted, identity not confirmed yet";
/// The protection of a transfer that is under way: the hashes are compared at its end.
pub const CONFIRMED: &str = "encrypted, identity confirmed";

/// Who wants to send what; `wish` is such as `wants to send 2 files, 12 B`.
#[must_use]
pub fn wants(name: &str, peer: &str, wish: &str) -> String {
    format!("{name} ({peer}) {wish}")
}

/// There is enough room.
#[must_use]
pub fn free(free_bytes: u64) -> String {
    format!("{} free here.", bytes(free_bytes))
}

/// There is not.
#[must_use]
pub fn too_little_free(free_bytes: u64) -> String {
    format!("Only {} free in the folder to save in.", bytes(free_bytes))
}

/// When to go on.
#[must_use]
pub fn compare_with(name: &str) -> String {
    format!("Continue only if {name} shows the same digits.")
}

/// What the same digits prove.
#[must_use]
pub fn look_at(name: &str) -> String {
    format!("Look at {name}. If the digits are the same there, nobody is listening in.")
}

/// The sender has the code on its screen.
#[must_use]
pub fn waiting_for_code(name: &str) -> String {
    format!("Waiting for {name} to confirm that the codes match.")
}

/// The sender has still to say what it sends.
#[must_use]
pub fn waiting_for_list(name: &str) -> String {
    format!("Waiting for {name} to list what it sends.")
}

/// How much of an offer is folded away.
#[must_use]
pub fn more_items(more: usize) -> String {
    format!("{} more files and folders", count(more as u64))
}

/// The choice to know a computer from now on.
#[must_use]
pub fn remember(name: &str) -> String {
    format!("Remember {name}: no code next time")
}

/// The choice to send to this host without a question from now on.
#[must_use]
pub fn do_not_ask_again(host: &str) -> String {
    format!("Don't ask again for {host}")
}

/// Saves into the folders that are there.
#[must_use]
pub fn add_to_folders(folders: usize) -> &'static str {
    if folders == 1 {
        "Add to the folder"
    } else {
        "Add to the folders"
    }
}

/// What has arrived before the answer.
#[must_use]
pub fn arrived_before_the_answer(arrived_bytes: u64, complete: bool) -> String {
    let arrived = bytes(arrived_bytes);
    if complete {
        format!("The sender finished after {arrived}.")
    } else {
        format!("At least {arrived}. The rest waits for your answer.")
    }
}
