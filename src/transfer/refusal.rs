//! What a peer reads that is not served.

use std::time::Duration;

use crate::error::TurnedAway;

/// A peer that is turned away gets this long to read why, before the connection breaks.
pub(crate) const TURNED_AWAY_TIME: Duration = Duration::from_secs(1);

/// A sentence for people, and the line that tells another Onehop why. ASCII, as everything that a
/// receiver says before it knows the sender.
pub(crate) fn refusal(reason: TurnedAway) -> String {
    let (sentence, word) = match reason {
        TurnedAway::BusyWithSameSender => (
            "Busy with other transfers from your address, please try again later.",
            "busy",
        ),
        TurnedAway::Busy | TurnedAway::OtherFirstContact | TurnedAway::TooSoonForFirstContact => {
            ("Busy with other transfers, please try again later.", "busy")
        }
        TurnedAway::NotAttached => (
            "Computers on the internet are not served here.",
            "not-served",
        ),
    };
    format!("{sentence}\nonehop/1 refused {word}\n")
}
