//! What became of a transfer, in the words of the screens: for the history, and for notifications.

use std::time::Duration;

use super::contact::{amount, things};
use super::{bytes, file_name, outcome, summary};
use crate::history::{Direction, Ending, Record};
use crate::transfer::{ReceiveOutcome, SendOutcome};

const SECONDS_PER_MINUTE: u64 = 60;
const MINUTES_PER_HOUR: u64 = 60;

/// What came in, as a headline can call it.
#[must_use]
pub fn received(outcome: &ReceiveOutcome, is_secure: bool) -> String {
    match outcome {
        ReceiveOutcome::Saved { path, .. } => file_name(path),
        ReceiveOutcome::Received { paths, summary, .. } => match paths.as_slice() {
            [] => amount(summary.files, summary.bytes),
            [one] => file_name(one),
            // As many files as there are names: none of them is a folder.
            all if summary.files as usize == all.len() => things(all.len(), 0),
            all => things(1, all.len() - 1),
        },
        ReceiveOutcome::Text { .. } => "a message".to_owned(),
        _ if is_secure => "the transfer".to_owned(),
        _ => "the file".to_owned(),
    }
}

/// What went out, as a headline can call it; `what` was meant to.
#[must_use]
pub fn sent(outcome: &SendOutcome, what: &str) -> String {
    match outcome {
        SendOutcome::Received { summary, .. } if summary::is_incomplete(summary) => {
            amount(summary.files, summary.bytes)
        }
        _ => what.to_owned(),
    }
}

/// Such as `Saved photo.jpg from desk-pc`.
#[must_use]
pub fn headline(record: &Record) -> String {
    headline_naming(record, &record.what)
}

/// The same with a shorter name for what was transferred.
#[must_use]
pub fn headline_naming(record: &Record, what: &str) -> String {
    let how = (record.direction, record.secure);
    ended(record.ending, how, what, &record.peer, record.bytes)
}

/// The button that sends it once more, with whom it goes to.
#[must_use]
pub fn send_again(record: &Record) -> String {
    let peer = &record.peer;
    match record.ending {
        // The receiver has kept what had crossed.
        Ending::Failed if record.secure && record.bytes > 0 => format!("Resume sending to {peer}"),
        Ending::Failed => format!("Try sending to {peer} again"),
        _ => format!("Send again to {peer}"),
    }
}

/// How `what` ended on its way from or to `peer`; `size_bytes` had crossed by then.
pub(super) fn ended(
    ending: Ending,
    (direction, is_secure): (Direction, bool),
    what: &str,
    peer: &str,
    size_bytes: u64,
) -> String {
    match (ending, direction) {
        (Ending::Saved, _) => format!("Saved {what} from {peer}"),
        (Ending::PartlySaved, _) => format!("Not all was saved from {peer}, only {what}"),
        (Ending::Shown, _) => format!("A message from {peer}"),
        (Ending::Declined, _) => format!("Declined {what} from {peer}"),
        (Ending::Expired, _) => format!("Nobody answered the request from {peer} in time"),
        (Ending::Delivered, _) if is_secure => format!("Delivered, verified: {what} to {peer}"),
        (Ending::Delivered, _) => format!("Delivered {what} to {peer}"),
        (Ending::PartlyDelivered, _) => format!("Not all was delivered, only {what} to {peer}"),
        (Ending::Unconfirmed, _) => format!("Sent {what} to {peer}, not confirmed"),
        (Ending::BrokenOff, _) if size_bytes == 0 => {
            format!("Interrupted: nothing arrived from {peer}")
        }
        (Ending::BrokenOff, _) => {
            format!("Interrupted: {} arrived from {peer}", bytes(size_bytes))
        }
        (Ending::Failed, Direction::Received) => format!("Not saved: {what} from {peer}"),
        (Ending::Failed, Direction::Sent) if size_bytes == 0 => {
            format!("Not sent: {what} to {peer}")
        }
        (Ending::Failed, Direction::Sent) => {
            let crossed = bytes(size_bytes);
            format!("Not delivered: {what} to {peer}, ended after {crossed}")
        }
    }
}

/// Such as `18 B in 3 s, encrypted, verified`.
#[must_use]
pub fn facts(record: &Record) -> String {
    let protection = match (record.secure, record.ending) {
        (false, _) => outcome::CLASSIC,
        // Nothing is compared before all of it is there.
        (true, Ending::BrokenOff | Ending::Failed) => "encrypted",
        (true, _) => outcome::SECURE,
    };
    if record.bytes == 0 && !record.ending.is_good() {
        return "Nothing was transferred".to_owned();
    }
    let size = bytes(record.bytes);
    match record.took {
        Some(took) => format!("{size} in {}, {protection}", duration(took)),
        None => format!("{size}, {protection}"),
    }
}

/// A time that something took, such as `3 s` or `2 min 5 s`.
#[must_use]
pub fn duration(took: Duration) -> String {
    let seconds = took.as_secs();
    let minutes = seconds / SECONDS_PER_MINUTE;
    let hours = minutes / MINUTES_PER_HOUR;
    match (hours, minutes) {
        (0, 0) if seconds == 0 => "less than 1 s".to_owned(),
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min {} s", seconds % SECONDS_PER_MINUTE),
        (hours, minutes) => format!("{hours} h {} min", minutes % MINUTES_PER_HOUR),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn record(direction: Direction, ending: Ending) -> Record {
        Record {
            number: 1,
            ended: SystemTime::UNIX_EPOCH,
            direction,
            ending,
            peer: "desk-pc".to_owned(),
            what: "photo.jpg".to_owned(),
            bytes: 18,
            took: Some(Duration::from_secs(3)),
            secure: true,
            agreed: true,
            reason: None,
            host: None,
            port: None,
            paths: Vec::new(),
        }
    }

    #[test]
    fn what_is_sent_again_says_to_whom() {
        let sent = record(Direction::Sent, Ending::Delivered);
        assert_eq!(send_again(&sent), "Send again to desk-pc");
        let mut failed = record(Direction::Sent, Ending::Failed);
        failed.secure = true;
        assert_eq!(send_again(&failed), "Resume sending to desk-pc");
        failed.bytes = 0;
        assert_eq!(send_again(&failed), "Try sending to desk-pc again");
    }

    #[test]
    fn only_what_is_saved_or_delivered_is_called_so() {
        use Direction::{Received, Sent};
        for (direction, ending, text) in [
            (Received, Ending::Saved, "Saved photo.jpg from desk-pc"),
            (
                Received,
                Ending::PartlySaved,
                "Not all was saved from desk-pc, only photo.jpg",
            ),
            (
                Received,
                Ending::BrokenOff,
                "Interrupted: 18 B arrived from desk-pc",
            ),
            (
                Received,
                Ending::Failed,
                "Not saved: photo.jpg from desk-pc",
            ),
            (
                Sent,
                Ending::Delivered,
                "Delivered, verified: photo.jpg to desk-pc",
            ),
            (
                Sent,
                Ending::Unconfirmed,
                "Sent photo.jpg to desk-pc, not confirmed",
            ),
            (
                Sent,
                Ending::Failed,
                "Not delivered: photo.jpg to desk-pc, ended after 18 B",
            ),
        ] {
            assert_eq!(headline(&record(direction, ending)), text);
        }
    }

    #[test]
    fn what_is_not_protected_is_said() {
        let mut record = record(Direction::Sent, Ending::Delivered);
        assert_eq!(facts(&record), "18 B in 3 s, encrypted, verified");
        record.ending = Ending::BrokenOff;
        assert_eq!(facts(&record), "18 B in 3 s, encrypted");
        record.ending = Ending::Delivered;
        record.secure = false;
        assert_eq!(headline(&record), "Delivered photo.jpg to desk-pc");
        assert_eq!(facts(&record), "18 B in 3 s, not encrypted, not verified");
    }

    #[test]
    fn times_are_told_as_people_tell_them() {
        for (seconds, text) in [
            (0, "less than 1 s"),
            (59, "59 s"),
            (125, "2 min 5 s"),
            (7_320, "2 h 2 min"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), text);
        }
    }
}
