//! What the terminal program alone says: its questions, what it is doing, and the option that is
//! missing where there is no terminal to ask on.
//!
//! Scripts read the line with the port, so its words stay as they are.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use super::quantity::{count, counted};
use super::{bytes, network};
use crate::identity::Fingerprint;
use crate::net::LocalAddress;
use crate::protocol::code::Code;
use crate::transfer::{Consent, Payload};

/// Before the lines of what the connection doctor saw.
pub const WHAT_WAS_SEEN: &str = "What was seen:";

/// Beside a bar: everything has crossed, and what is left are disks and the other side's word.
pub const FINISHING: &str = "finishing";
/// Beside a bar: nothing has moved for a while although it could have.
pub const STALLED: &str = "stalled";

/// Where no network has this computer.
pub const NO_NETWORK: &str = "No network was found: for now, only this computer itself can send.";
/// Where the network cannot be told that this computer receives.
pub const NOT_ANNOUNCED: &str =
    "Others cannot find this computer by its name, only by its address.";
/// Before the addresses that are good from now on.
pub const NETWORK_CHANGED: &str = "The network has changed.";
/// Before the text that a receiver sends first.
pub const GREETING: &str = "Every sender gets this greeting:";
/// Before what was left by transfers that were interrupted.
pub const INTERRUPTED_EARLIER: &str = "Interrupted earlier:";
/// After Ctrl-C, where nothing was under way.
pub const STOPPED: &str = "Stopped.";

/// Why something is declined that would have been let in by a yes given beforehand.
pub const CANNOT_ASK: &str = "Asking needs a terminal. Use --yes to save without asking.";
/// Why something is declined although a yes was given beforehand.
pub const CANNOT_ASK_ABOUT_HIDDEN: &str = "Names that begin with a dot are never saved without \
                                           asking, and asking needs a terminal.";

/// Whether to take what a computer without a code offers.
pub const SAVE: &str = "Save it?";
/// Put while the sender compares the code.
pub const DECLINE: &str = "Type n to decline:";
/// To anything but a no while the sender compares the code.
pub const NOT_CONFIRMED: &str = "The sender has to confirm the code first.";
/// Whether the next unknown computer need not wait.
pub const ALLOW_NEXT: &str = "Let the next unknown computer show a code at once?";
/// Whether the receiver's screen shows the same code.
pub const SAME_CODE: &str = "Does the other screen show the same code?";
/// Whether to send although another computer answered than was expected.
pub const SEND_TO_DIFFERENT: &str = "Continue with this computer anyway?";
/// Whether to send although nothing is encrypted or verified.
pub const SEND_CLASSIC: &str = "Not encrypted, not verified: send anyway?";
/// After Ctrl-C, while a send waited for its receiver.
pub const GAVE_UP: &str = "Stopped waiting. It was not delivered.";

/// Whether to know the other computer from now on.
pub const REMEMBER: &str = "Remember this device?";
/// To an answer that is none.
pub const YES_OR_NO: &str = "Please type y or n.";
/// To a line that was there before the question.
pub const TOO_EARLY: &str = "You typed that before the question appeared. Please answer again.";

/// While the receiver decides.
pub const WAITING_FOR_YES: &str =
    "Waiting for the receiver to accept. Press Ctrl-C to stop waiting.";
/// While both sides read what the receiver may have already.
pub const CHECKING: &str = "Accepted. Checking what is already there.";
/// While the receiver's disk is written to.
pub const WAITING_FOR_DISK: &str =
    "Everything was sent. Waiting for the receiver to have it on its disk.";
/// While the connection doctor looks.
pub const DIAGNOSING: &str = "No connection yet. Looking for the cause; press Ctrl-C to stop.";
/// Where only the receiver has to compare the code.
pub const RECEIVER_COMPARES: &str =
    "The receiver does not know this computer yet, and shows the same code.";
/// Why a question is put that was answered beforehand.
pub const MAY_HAVE_BEEN_ONEHOP: &str = "There may have been a Onehop here before: the list of \
                                        known computers could not be read.";
/// How to send to a classic receiver where nobody can be asked.
pub const USE_CLASSIC: &str = "To accept that, send it again with\n  --classic";
/// The same where the known computers cannot be read.
pub const USE_UNENCRYPTED: &str =
    "To send unencrypted, no matter who is there, use\n  --unencrypted-to-known-device";
/// In a report of the bug that a transfer is over and nobody knows how it ended.
pub const NO_OUTCOME: &str = "a transfer ended without an outcome";

/// Where no computer is remembered.
pub const NOTHING_REMEMBERED: &str = "No computer is remembered yet.";

/// What the system said.
#[must_use]
pub fn details(words: &str) -> String {
    format!("Details: {words}")
}

/// A question that is answered with yes or no; no is the answer to nothing.
#[must_use]
pub fn yes_or_no(question: &str) -> String {
    format!("{question} [y/N]")
}

/// Who this computer is to others.
#[must_use]
pub fn this_computer(name: &str, fingerprint: Fingerprint) -> String {
    format!("This is “{name}”, fingerprint {fingerprint}")
}

/// The port that is listened on. Scripts read this line.
#[must_use]
pub fn listening(port: u16) -> String {
    format!("Listening on port {port}")
}

/// An address that senders can use, such as `Address 192.168.1.102 (Wi-Fi)`.
#[must_use]
pub fn address(address: &LocalAddress) -> String {
    format!("Address {} ({})", address.ip, network(&address.interface))
}

/// The same of an address whose interface nobody knows.
#[must_use]
pub fn bare_address(ip: IpAddr) -> String {
    format!("Address {ip}")
}

/// The folder for what Onehops send, and the path of a classic file.
#[must_use]
pub fn saves_to(folder: &Path, classic: &Path) -> String {
    format!(
        "Saves to {}; a classic transfer is saved as {}",
        folder.display(),
        classic.display()
    )
}

/// What is done without asking, and what cannot be.
#[must_use]
pub fn consent(consent: Consent, interactive: bool) -> String {
    let consent = match (consent, interactive) {
        (Consent::SaveWithoutAsking, true) => {
            "Saves without asking, except from unknown computers, whose code you have to compare."
                .to_owned()
        }
        (Consent::SaveWithoutAsking, false) => {
            "Saves without asking, but declines unknown computers: comparing their codes needs a \
             terminal. Use --trust to name them."
                .to_owned()
        }
        (Consent::Ask, true) => "Asks before saving.".to_owned(),
        (Consent::Ask, false) => format!("Declines everything. {CANNOT_ASK}"),
    };
    format!("{consent} Press Ctrl-C to stop.")
}

/// The code that both screens show.
#[must_use]
pub fn code(code: Code) -> String {
    format!("Code: {code}")
}

/// The same on the receiver's screen.
#[must_use]
pub fn code_to_confirm(code: Code) -> String {
    format!("Code: {code}\nWaiting for the sender to confirm that both screens show it.")
}

/// A sender offers a text.
#[must_use]
pub fn offers_text(name: &str) -> String {
    format!("“{name}” wants to send you a message.")
}

/// A sender offers files and folders, which are listed below this.
#[must_use]
pub fn offers(name: &str) -> String {
    format!("“{name}” wants to send:")
}

/// Whether both screens show the code, and to take what the sender offers.
#[must_use]
pub fn save_with_code(code: Code) -> String {
    format!("Does the sender's screen show {code}, and do you want to save this?")
}

/// Whether to keep what arrived of an interrupted transfer.
#[must_use]
pub fn keep(partial_bytes: u64) -> String {
    format!(
        "Keep the {} that arrived as a partial file?",
        bytes(partial_bytes)
    )
}

/// What is said about one of several receivers.
#[must_use]
pub fn about(whom: &str, text: &str) -> String {
    format!("{whom}: {text}")
}

/// Whether the screen of one of several receivers shows this code.
#[must_use]
pub fn same_code_of(whom: &str, code: Code) -> String {
    format!("{whom}: Does its screen show {code}?")
}

/// What keeps a send from its receiver, which is not the end of it.
#[must_use]
pub fn trying_again(trouble: &str) -> String {
    format!("{trouble} Trying again; press Ctrl-C to stop.")
}

/// A receiver that is not seen on the network.
#[must_use]
pub fn waiting_for(name: &str) -> String {
    format!("Waiting until “{name}” is nearby. Press Ctrl-C to stop waiting.")
}

/// How many of several receivers have everything.
#[must_use]
pub fn delivered_to(some: usize, all: usize) -> String {
    format!("Delivered to {some} of {all} receivers.")
}

/// Where no bar shows it.
#[must_use]
pub fn receiving_from(sender: &str) -> String {
    format!("Receiving from {sender}.")
}

/// An offer of a known or unknown computer was declined, and why.
#[must_use]
pub fn declined(name: &str, peer: IpAddr, why: &str) -> String {
    format!("Declined “{name}” ({peer}). {why}")
}

/// Where what arrived of an interrupted transfer is now.
#[must_use]
pub fn kept(path: &Path) -> String {
    format!("Kept what arrived as {}", path.display())
}

/// What arrived of an interrupted transfer is gone.
#[must_use]
pub fn discarded(partial_bytes: u64) -> String {
    format!("Discarded the {} that had arrived.", bytes(partial_bytes))
}

/// Why an unknown computer is declined where nobody can compare its code, and how to let it in.
#[must_use]
pub fn cannot_compare(fingerprint: Fingerprint, needs_yes: bool) -> String {
    let options = if needs_yes { "use --yes " } else { "use " };
    let hint = if_right_computer(fingerprint, options);
    format!("Comparing the code needs a terminal. {hint}")
}

/// Whom a name means.
#[must_use]
pub fn sending_to(name: &str, host: &str, port: u16) -> String {
    format!("Sending to “{name}” at {host} port {port}.")
}

/// Whose port has answered.
#[must_use]
pub fn connected(peer: &str, port: u16) -> String {
    format!("Connected to {peer} port {port}.")
}

/// A line, or a part of one, that are the receiver's words and not ours.
#[must_use]
pub fn quoted(line: &str) -> String {
    format!("receiver: {line}").trim_end().to_owned()
}

/// While a classic receiver may still say that all is well.
#[must_use]
pub fn waiting_for_confirmation(wait: Duration) -> String {
    format!(
        "Everything was sent. Waiting up to {} s for the receiver to confirm. Press Ctrl-C to stop \
         waiting.",
        count(wait.as_secs())
    )
}

/// Why nothing was sent where nobody could be asked, and what to do about it.
#[must_use]
pub fn not_asked(hint: &str) -> String {
    format!("Asking needs a terminal, so nothing was sent. {hint}")
}

/// Where what answers is no Onehop, although one was named.
pub const NOT_THE_NAMED_ONEHOP: &str = "Careful: --trust says that a Onehop has to be there, and what answers encrypts nothing. Another \
     computer may be posing as it to read the file, or this receiver runs another program.";
/// The input ended at a question.
pub const NO_ANSWER: &str = "Nobody answered, so nothing was sent.";

/// Why nothing was sent where nobody could compare the code, and what to do about it.
#[must_use]
pub fn not_compared(hint: &str) -> String {
    format!("Comparing the code needs a terminal, so nothing was sent. {hint}")
}

/// How to send to a computer without asking anybody whether it is the right one.
#[must_use]
pub fn use_trust(fingerprint: Fingerprint) -> String {
    if_right_computer(fingerprint, "send it again with\n  ")
}

/// Why nothing is sent where there was a Onehop before, and what to do if it is gone for good.
#[must_use]
pub fn onehop_gone(fingerprint: Fingerprint, is_named: bool) -> String {
    let way = if is_named {
        "leave out --trust".to_owned()
    } else {
        format!(
            "forget it with\n  onehop-cli devices forget {}",
            fingerprint.hex()
        )
    };
    format!(
        "Nothing was sent. If that computer no longer has Onehop, {way}\nTo send unencrypted this \
         once, no matter who is there, use\n  --unencrypted-to-known-device"
    )
}

fn if_right_computer(fingerprint: Fingerprint, then: &str) -> String {
    format!(
        "If this is the right computer (`onehop-cli identity` prints the fingerprint there), \
         {then}--trust {}",
        fingerprint.hex()
    )
}

/// What is sent, as a sentence about it begins.
#[must_use]
pub fn payload(payload: &Payload) -> String {
    match payload {
        Payload::Text(_) => "The message".to_owned(),
        Payload::Paths(paths) => match paths.as_slice() {
            [path] => super::file_name(path),
            _ => "What you chose".to_owned(),
        },
    }
}

/// Where no remembered computer bears a name.
#[must_use]
pub fn not_remembered(name: &str) -> String {
    format!("No remembered computer is called “{name}”.")
}

/// Where several remembered computers bear a name.
#[must_use]
pub fn several_remembered(name: &str, count: usize) -> String {
    let computers = counted(count as u64, "remembered computer", "remembered computers");
    format!("{computers} are called “{name}”. Give the fingerprint of the one to forget.")
}

/// A computer is no longer remembered.
#[must_use]
pub fn forgot(name: &str) -> String {
    format!("Forgot “{name}”.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_scripts_read_has_the_port_alone_and_without_separators() {
        assert_eq!(listening(40_000), "Listening on port 40000");
    }

    #[test]
    fn who_cannot_be_asked_is_told_the_options_that_are_missing() {
        let fingerprint = Fingerprint::from_bytes([0xab; 32]);
        let hex = fingerprint.hex();
        assert!(cannot_compare(fingerprint, true).ends_with(&format!("use --yes --trust {hex}")));
        assert!(cannot_compare(fingerprint, false).ends_with(&format!(", use --trust {hex}")));
        assert!(use_trust(fingerprint).ends_with(&format!("with\n  --trust {hex}")));
    }

    #[test]
    fn a_long_wait_is_told_with_separators() {
        let sentence = waiting_for_confirmation(Duration::from_hours(168));
        assert!(sentence.contains("up to 604,800 s for"), "{sentence}");
    }
}
