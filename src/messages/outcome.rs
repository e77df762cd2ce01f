//! One sentence for each way a transfer can end. Errors behind it have a
//! [`UserMessage`] of their own.

use std::net::IpAddr;
use std::path::Path;

use super::quantity::{counted, pace};
use super::{UserMessage, bytes, contact, file_name, history, summary};
use crate::error::{Error, PeerFault, TurnedAway};
use crate::history::{Direction, Ending};
use crate::protocol::message::{AbortReason, Decline, Reason};
use crate::transfer::{PeerDevice, ReceiveOutcome, SendOutcome, Summary, Unfinished};

/// What a transfer between two Onehops protects.
pub const SECURE: &str = "encrypted, verified";

/// What a classic transfer does not protect: said on both sides, always.
pub const CLASSIC: &str = "not encrypted, not verified";

/// How receiving from `peer` ended, such as
/// `Saved recv.txt (18 B) from 192.168.1.101 — not encrypted, not verified.`
#[must_use]
pub fn received(outcome: &ReceiveOutcome, peer: IpAddr) -> String {
    match outcome {
        // It may be an empty file, and it may be a sender that broke off before its first byte.
        ReceiveOutcome::Saved { path, bytes: 0, .. } => format!(
            "{peer} sent nothing. Saved an empty {} — {CLASSIC}.",
            file_name(path)
        ),
        ReceiveOutcome::Saved {
            path, bytes: count, ..
        } => format!(
            "Saved {} ({}) from {peer} — {CLASSIC}.",
            file_name(path),
            bytes(*count)
        ),
        ReceiveOutcome::Received {
            device, summary, ..
        } => {
            let saved = if summary::is_incomplete(summary) {
                "Not all was saved, only"
            } else {
                "Saved"
            };
            let amount = amount(summary);
            format!("{saved} {amount} from {} — {SECURE}.", device.name)
        }
        ReceiveOutcome::Text { device, .. } => {
            format!("A message from {} — {SECURE}.", device.name)
        }
        ReceiveOutcome::BrokenOff { bytes: 0, .. } => {
            format!("Interrupted: nothing from {peer} arrived.")
        }
        ReceiveOutcome::BrokenOff { bytes: count, .. } => format!(
            "Interrupted: {} from {peer} arrived. It is kept hidden and resumes when {peer} sends \
             the same again.",
            bytes(*count)
        ),
        ReceiveOutcome::SentNothing => format!("{peer} sent nothing."),
        ReceiveOutcome::TurnedAway(reason) => turned_away(*reason, peer),
        ReceiveOutcome::Interrupted { bytes: 0, .. } => {
            format!("Interrupted: nothing of the file from {peer} arrived.")
        }
        ReceiveOutcome::Interrupted { bytes: count, .. } => format!(
            "Interrupted: only {} of the file from {peer} arrived.",
            bytes(*count)
        ),
        ReceiveOutcome::Declined => format!("Declined the file from {peer}. Nothing was saved."),
        ReceiveOutcome::Expired => {
            format!("Nobody accepted the file from {peer} in time. Nothing was saved.")
        }
        ReceiveOutcome::Failed(_) => format!("The file from {peer} was not saved."),
    }
}

/// How sending `name` to `host` ended, such as
/// `Delivered sample.txt (18 B) to 192.168.1.102 — not encrypted, not verified.`
#[must_use]
pub fn sent(outcome: &SendOutcome, name: &str, host: &str) -> String {
    match outcome {
        SendOutcome::Received { device, summary } => {
            let delivered = if summary::is_incomplete(summary) {
                "Not all was delivered, only"
            } else {
                "Delivered, verified:"
            };
            let amount = amount(summary);
            format!("{delivered} {amount} to {}, encrypted.", device.name)
        }
        SendOutcome::Delivered { bytes: count, .. } => {
            format!(
                "Delivered {name} ({}) to {host} — {CLASSIC}.",
                bytes(*count)
            )
        }
        SendOutcome::Unconfirmed { bytes: count, .. } => format!(
            "Sent, not confirmed: all {} of {name} went to {host}, but it did not say that they \
             were saved — {CLASSIC}.\n  Look there for the file before you send it again.",
            bytes(*count)
        ),
        SendOutcome::Failed {
            error: Error::Peer(PeerFault::Unconfirmed(_)),
            ..
        } => format!("Sent, not confirmed: all of {name} went to {host}."),
        SendOutcome::Failed { bytes: 0, .. } => format!("{name} was not sent to {host}."),
        SendOutcome::Failed { bytes: count, .. } => format!(
            "{name} was not delivered to {host}: it ended after {}.",
            bytes(*count)
        ),
    }
}

/// What became of something from `sender`: a headline, and what it means.
#[must_use]
pub fn receiving_ended(
    outcome: &ReceiveOutcome,
    ending: Option<Ending>,
    sender: &str,
    is_secure: bool,
) -> UserMessage {
    let what = history::received(outcome, is_secure);
    let trouble = trouble_receiving(outcome).unwrap_or_default();
    let arrived = match outcome {
        ReceiveOutcome::BrokenOff { bytes, .. } | ReceiveOutcome::Interrupted { bytes, .. } => {
            *bytes
        }
        _ => 0,
    };
    let headline = match (outcome, ending) {
        (
            ReceiveOutcome::BrokenOff { cause, .. } | ReceiveOutcome::Interrupted { cause, .. },
            _,
        ) if matches!(cause, Error::Cancelled) => {
            cancelled(&format!("{what} from {sender}"), arrived)
        }
        (_, Some(ending)) => {
            let how = (Direction::Received, is_secure);
            history::ended(ending, how, &what, sender, arrived)
        }
        (ReceiveOutcome::TurnedAway(_), None) => format!("Turned {sender} away."),
        (_, None) => format!("{sender} sent nothing."),
    };
    UserMessage {
        headline,
        advice: meaning_of_receiving(outcome, sender, &trouble),
        details: trouble.details,
    }
}

/// What the headline of [`receiving_ended`] means, and what to do.
fn meaning_of_receiving(outcome: &ReceiveOutcome, sender: &str, trouble: &UserMessage) -> String {
    match outcome {
        ReceiveOutcome::Saved { bytes: 0, .. } => {
            format!("Empty, since {sender} sent nothing; {CLASSIC}")
        }
        ReceiveOutcome::Saved {
            bytes: count,
            elapsed,
            ..
        } => {
            let (size, pace) = (bytes(*count), pace(*count, *elapsed));
            format!("{size}{pace}, {CLASSIC}")
        }
        ReceiveOutcome::Received { summary, .. } => {
            let moved = summary.bytes.saturating_sub(summary.resumed_bytes);
            let pace = pace(moved, summary.elapsed);
            let amount = contact::amount(summary.files, summary.bytes);
            format!("{amount}{pace}")
        }
        ReceiveOutcome::Text { .. } => String::new(),
        ReceiveOutcome::BrokenOff { bytes: 0, .. } => trouble.headline.clone(),
        ReceiveOutcome::BrokenOff { .. } => format!(
            "{} What arrived is kept and resumes when the same is sent again.",
            trouble.headline
        ),
        ReceiveOutcome::SentNothing => {
            "An empty file, a missing one, or only a look at the port: they look alike.".to_owned()
        }
        ReceiveOutcome::TurnedAway(_) => "Nothing was saved.".to_owned(),
        ReceiveOutcome::Interrupted { .. } | ReceiveOutcome::Failed(_) => trouble.in_one_line(),
        ReceiveOutcome::Declined => "Nothing was saved. The sender is told so.".to_owned(),
        ReceiveOutcome::Expired => "Nothing was saved. Ask the sender to send it again.".to_owned(),
    }
}

/// What the user here stopped, after so many bytes.
fn cancelled(what: &str, size_bytes: u64) -> String {
    match size_bytes {
        0 => format!("You cancelled {what}."),
        some => format!("You cancelled {what} after {}.", bytes(some)),
    }
}

/// That what arrived of an incomplete file was kept.
#[must_use]
pub fn kept(path: &Path, count: u64, sender: &str) -> UserMessage {
    UserMessage {
        headline: format!("Kept the incomplete file as {}", file_name(path)),
        advice: format!("{} from {sender}. It is not the whole file.", bytes(count)),
        details: None,
    }
}

/// That what arrived of an incomplete file was discarded.
#[must_use]
pub fn discarded(sender: &str) -> UserMessage {
    UserMessage {
        headline: format!("Discarded the incomplete file from {sender}."),
        advice: "Nothing of it is left.".to_owned(),
        details: None,
    }
}

/// What became of `what` on its way to `receiver`: a headline, and what it means.
#[must_use]
pub fn sending_ended(
    outcome: &SendOutcome,
    ending: Ending,
    what: &str,
    receiver: &str,
) -> UserMessage {
    if let SendOutcome::Failed { error, bytes } = outcome {
        return sending_failed(error, *bytes, what, receiver);
    }
    let is_secure = matches!(outcome, SendOutcome::Received { .. });
    let sent = history::sent(outcome, what);
    let how = (Direction::Sent, is_secure);
    let advice = match outcome {
        SendOutcome::Received { summary, .. } if summary.files > 0 => {
            contact::amount(summary.files, summary.bytes)
        }
        // No speed here: the time until the receiver closed may hold a person's decision.
        SendOutcome::Delivered { bytes: count, .. } => bytes(*count),
        SendOutcome::Unconfirmed { bytes: count, .. } => format!(
            "All {} went to {receiver}, but it has not said that they were saved. Ask there \
             before you rely on it.",
            bytes(*count)
        ),
        _ => String::new(),
    };
    UserMessage::new(history::ended(ending, how, &sent, receiver, 0), advice)
}

fn sending_failed(error: &Error, size_bytes: u64, what: &str, receiver: &str) -> UserMessage {
    let trouble = UserMessage::from(error);
    let headline = match error {
        Error::Cancelled => {
            return UserMessage {
                headline: cancelled(what, size_bytes),
                ..trouble
            };
        }
        Error::Peer(
            PeerFault::Declined(Decline::Declined | Decline::Other)
            | PeerFault::Aborted {
                reason: AbortReason::Declined,
                ..
            },
        ) => format!("{receiver} declined."),
        _ => trouble.headline,
    };
    let sent = bytes(size_bytes);
    let told = headline.contains(&sent) || trouble.advice.contains(&sent);
    let advice = if size_bytes == 0 || told {
        trouble.advice
    } else {
        format!("{} {sent} of {what} had been sent.", trouble.advice)
    };
    UserMessage {
        headline,
        advice,
        details: trouble.details,
    }
}

/// What kept something from coming in, for whoever receives; nothing if nothing did.
#[must_use]
pub fn trouble_receiving(outcome: &ReceiveOutcome) -> Option<UserMessage> {
    match outcome {
        ReceiveOutcome::BrokenOff { cause, .. } => Some(UserMessage::of_broken_off(cause)),
        ReceiveOutcome::Interrupted { cause, .. } => Some(UserMessage::of_interruption(cause)),
        ReceiveOutcome::Failed(error) => Some(UserMessage::from(error)),
        _ => None,
    }
}

/// What kept something from going out; nothing if nothing did.
#[must_use]
pub fn trouble_sending(outcome: &SendOutcome) -> Option<UserMessage> {
    match outcome {
        SendOutcome::Failed { error, .. } => Some(UserMessage::from(error)),
        _ => None,
    }
}

/// A line for each other thing worth saying of what was received.
#[must_use]
pub fn received_remarks(outcome: &ReceiveOutcome) -> Vec<String> {
    match outcome {
        ReceiveOutcome::Received { summary, .. } => summary::details(summary),
        _ => Vec::new(),
    }
}

/// A line for each other thing worth saying of what was sent, such as
/// `It grew while being sent: its first 5.0 kB were sent.`
#[must_use]
pub fn sent_remarks(outcome: &SendOutcome) -> Vec<String> {
    match outcome {
        SendOutcome::Received { summary, .. } => summary::details(summary),
        SendOutcome::Delivered {
            bytes: count,
            grew: true,
            ..
        }
        | SendOutcome::Unconfirmed {
            bytes: count,
            grew: true,
        } => vec![format!(
            "It {}: its first {} were sent.",
            summary::GREW,
            bytes(*count)
        )],
        _ => Vec::new(),
    }
}

/// That a transfer goes on where an earlier one was interrupted.
#[must_use]
pub fn resuming(percent: Option<u64>, held_bytes: u64) -> String {
    let place = match percent {
        Some(percent) => format!("at {percent} %"),
        None => format!("after {}", bytes(held_bytes)),
    };
    format!("Resuming {place}, where an earlier transfer was interrupted.")
}

/// That a text arrived at `device`.
#[must_use]
pub fn text_sent(device: &PeerDevice) -> String {
    format!(
        "Delivered, verified: the message to {}, encrypted.",
        device.name
    )
}

/// Such as `412 files (1.2 GB)`.
fn amount(summary: &Summary) -> String {
    let files = counted(summary.files.into(), "file", "files");
    format!("{files} ({})", bytes(summary.bytes))
}

/// Why one file did not make it, such as `it changed while it was being sent`.
#[must_use]
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Vanished => "it was no longer there to be sent",
        Reason::Changed => "it changed while it was being sent",
        Reason::Unreadable => "the sender could not read it",
        Reason::NameNotAllowed => "the receiver's system does not allow this name",
        Reason::Damaged => "it did not arrive as it was sent",
        Reason::NotSaved => "the receiver could not save it",
        Reason::Other => "the other side did not say why",
    }
}

/// That a first contact ended when its code was on the screen, and nobody had decided about it.
#[must_use]
pub fn broken_off(device_name: &str, peer: IpAddr, how: Unfinished) -> String {
    let who = format!("A first contact from “{device_name}” ({peer})");
    match how {
        Unfinished::OutOfTime => format!("{who} was not finished in time."),
        Unfinished::BrokenOff => format!(
            "{who} was broken off when its code was on the screen. If nobody you know did that, \
             somebody may be trying to guess a code."
        ),
    }
}

/// That a peer was not served, and why.
#[must_use]
pub fn turned_away(reason: TurnedAway, peer: IpAddr) -> String {
    match reason {
        TurnedAway::Busy => format!(
            "Turned {peer} away: as many transfers are running as are allowed at once. It can try \
             again when one has ended."
        ),
        TurnedAway::BusyWithSameSender => format!(
            "Turned {peer} away: it has as many transfers running as one computer may have. It can \
             try again when one has ended."
        ),
        TurnedAway::OtherFirstContact => format!(
            "Turned {peer} away: another computer is showing its code. Only one can at a time."
        ),
        TurnedAway::TooSoonForFirstContact => format!(
            "Turned {peer} away: it has to show a code, and the last one to do so did not finish. \
             It can try again in a while."
        ),
        TurnedAway::NotAttached => format!(
            "Turned {peer} away: it is on the internet, not on a local network. Accept from the \
             internet too if you expect it."
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 101));

    fn sent_sample(outcome: &SendOutcome) -> String {
        sent(outcome, "sample.txt", "desk-pc")
    }

    #[test]
    fn a_saved_file_is_named_with_its_size_its_sender_and_what_is_not_protected() {
        let outcome = ReceiveOutcome::Saved {
            path: PathBuf::from("folder").join("recv.txt"),
            bytes: 18,
            elapsed: Duration::from_millis(3),
        };
        assert_eq!(
            received(&outcome, PEER),
            "Saved recv.txt (18 B) from 192.168.1.101 — not encrypted, not verified."
        );
    }

    #[test]
    fn an_empty_file_is_told_as_what_is_known_of_it() {
        let outcome = ReceiveOutcome::Saved {
            path: PathBuf::from("recv.txt"),
            bytes: 0,
            elapsed: Duration::ZERO,
        };
        assert_eq!(
            received(&outcome, PEER),
            "192.168.1.101 sent nothing. Saved an empty recv.txt — not encrypted, not verified."
        );
    }

    #[test]
    fn only_a_saved_file_is_called_saved() {
        let interrupted = |bytes| ReceiveOutcome::Interrupted {
            cause: Error::Cancelled,
            bytes,
            partial: None,
        };
        for outcome in [
            ReceiveOutcome::SentNothing,
            interrupted(0),
            interrupted(5_000_000),
            ReceiveOutcome::Declined,
            ReceiveOutcome::Expired,
            ReceiveOutcome::Failed(Error::Cancelled),
        ] {
            let ending = Some(Ending::Declined);
            let headline = receiving_ended(&outcome, ending, "192.168.1.101", false).headline;
            for sentence in [received(&outcome, PEER), headline] {
                assert!(!sentence.starts_with("Saved"), "{sentence}");
                assert!(sentence.contains("192.168.1.101"), "{sentence}");
            }
        }
    }

    #[test]
    fn an_interruption_says_how_much_arrived() {
        let outcome = ReceiveOutcome::Interrupted {
            cause: Error::Cancelled,
            bytes: 5_000_000,
            partial: None,
        };
        let sentence = received(&outcome, PEER);
        assert!(sentence.contains("only 5.0 MB of the file"), "{sentence}");
    }

    #[test]
    fn only_a_confirmed_file_is_called_delivered() {
        let delivered = SendOutcome::Delivered {
            bytes: 18,
            grew: false,
            elapsed: Duration::ZERO,
        };
        assert_eq!(
            sent_sample(&delivered),
            "Delivered sample.txt (18 B) to desk-pc — not encrypted, not verified."
        );
        let unconfirmed = sent_sample(&SendOutcome::Unconfirmed {
            bytes: 18,
            grew: false,
        });
        assert!(unconfirmed.starts_with("Sent, not confirmed"));
        let told = |outcome| sending_ended(outcome, Ending::Delivered, "sample.txt", "desk-pc");
        assert_eq!(told(&delivered).headline, "Delivered sample.txt to desk-pc");
        let failed = SendOutcome::Failed {
            error: Error::Cancelled,
            bytes: 1_000,
        };
        assert_eq!(
            told(&failed).headline,
            "You cancelled sample.txt after 1.0 kB."
        );
        let failed = sent_sample(&failed);
        assert_eq!(
            failed,
            "sample.txt was not delivered to desk-pc: it ended after 1.0 kB."
        );
    }

    #[test]
    fn only_who_breaks_off_a_first_contact_may_be_guessing() {
        let told = |how| broken_off("laptop", PEER, how);
        assert!(told(Unfinished::BrokenOff).contains("guess a code"));
        assert_eq!(
            told(Unfinished::OutOfTime),
            "A first contact from “laptop” (192.168.1.101) was not finished in time."
        );
    }

    #[test]
    fn whoever_is_turned_away_is_named_with_a_reason() {
        for reason in [
            TurnedAway::Busy,
            TurnedAway::BusyWithSameSender,
            TurnedAway::OtherFirstContact,
            TurnedAway::TooSoonForFirstContact,
            TurnedAway::NotAttached,
        ] {
            let sentence = turned_away(reason, PEER);
            assert!(sentence.contains("192.168.1.101 away: "), "{sentence}");
        }
    }
}
