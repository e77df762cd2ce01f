//! What both sides do first: prove their keys, and say who they are.

use std::time::{Duration, Instant};

use aws_lc_rs::rand;

use super::trust::Trust;
use crate::error::{Error, OurFault, PeerFault, TurnedAway, violation};
use crate::net::secure_stream::{Frame, SecureStream};
use crate::protocol::error::Violation;
use crate::protocol::frame::Kind;
use crate::protocol::message::{Abort, AbortReason, Extension, Hex32, Message};
use crate::protocol::offer::Offer;
use crate::protocol::sender::Introduction;
use crate::transfer::control::{Control, Decision};

/// What this program does beyond the first onehop/1.
const EXTENSIONS: &[Extension] = &[
    Extension::Alive,
    Extension::Links,
    Extension::Names,
    Extension::Grown,
    Extension::Modes,
    Extension::Causes,
];

/// How long an answer may take that needs no person.
pub(super) const ANSWER_TIME: Duration = Duration::from_secs(10);

/// What this side tells of itself.
pub(super) fn introduction(trust: &Trust, remembers: bool) -> Introduction {
    Introduction {
        app: env!("CARGO_PKG_VERSION").to_owned(),
        device: trust.devices.name(),
        os: std::env::consts::OS.to_owned(),
        remembers,
        extensions: EXTENSIONS.to_vec(),
    }
}

/// An offer that nobody has seen before.
pub(crate) fn fresh_offer() -> Result<Offer, Error> {
    random_bytes().map(Offer)
}

/// A number that nobody can guess.
pub(super) fn fresh_nonce() -> Result<Hex32, Error> {
    random_bytes().map(Hex32)
}

fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| OurFault::Bug("no random numbers".to_owned()))?;
    Ok(bytes)
}

/// The next message of a program that answers at once.
pub(super) fn expect_message(
    stream: &mut SecureStream,
    control: &Control,
) -> Result<Message, Error> {
    expect_message_by(stream, control, Instant::now() + ANSWER_TIME)
}

/// The next message, if it comes by then. Words of the user's other than a cancel keep until
/// they are asked for.
pub(super) fn expect_message_by(
    stream: &mut SecureStream,
    control: &Control,
    deadline: Instant,
) -> Result<Message, Error> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match stream.next(Some(left))? {
            Frame::Message(message) => return Ok(message),
            Frame::Data(_) => {
                return Err(violation(Violation::OutOfTurn {
                    kind: Kind::Data,
                    state: "being introduced",
                }));
            }
            Frame::Quiet => return Err(PeerFault::Silent.into()),
            Frame::Called => {
                // Before anything is known of the sender, a no is no more than a stop.
                if control.cancelled() || control.decision() == Some(Decision::Decline) {
                    return Err(Error::Cancelled);
                }
            }
        }
    }
}

/// What to tell the peer when this side gives up because of `error`; nothing if it knows.
pub(super) fn farewell(error: &Error) -> Option<Message> {
    use crate::error::DiskFault;
    let (reason, detail) = match error {
        Error::Cancelled => (AbortReason::Cancelled, String::new()),
        Error::Peer(PeerFault::Unconfirmed(cause)) => return farewell(cause),
        Error::Peer(PeerFault::Violation(violation)) => {
            (AbortReason::Protocol, violation.to_string())
        }
        Error::Peer(PeerFault::Damaged) => (AbortReason::Protocol, error.to_string()),
        Error::Peer(PeerFault::WrongIdentity { .. }) => (AbortReason::WrongIdentity, String::new()),
        // Where it is on the network was looked at before.
        Error::Peer(PeerFault::TurnedAway(
            TurnedAway::Busy
            | TurnedAway::BusyWithSameSender
            | TurnedAway::OtherFirstContact
            | TurnedAway::TooSoonForFirstContact
            | TurnedAway::NotAttached,
        )) => (AbortReason::Busy, String::new()),
        Error::Peer(PeerFault::CodeRejected) => (AbortReason::CodeRejected, String::new()),
        Error::Peer(PeerFault::Silent) | Error::Ours(OurFault::NotAnswered { .. }) => {
            (AbortReason::Expired, String::new())
        }
        Error::Disk(DiskFault::Full { .. }) => (AbortReason::DiskFull, String::new()),
        Error::Disk(fault) => (AbortReason::CannotSave, fault.cause().detail().to_owned()),
        Error::Ours(_) => (AbortReason::Internal, String::new()),
        Error::Peer(_) | Error::Network(_) => return None,
    };
    Some(Message::Abort(Abort { reason, detail }))
}
