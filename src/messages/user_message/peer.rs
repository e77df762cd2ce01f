//! Words for faults that only the other computer can have caused.

use super::UserMessage;
use super::ours::{NOT_ANSWERED, not_answered};
use crate::error::{Error, PeerFault, QuestionKind};
use crate::messages::{bytes, contact, summary};
use crate::protocol::message::{AbortReason, Decline, DiskCause};
use crate::protocol::offer::Refusal;

impl From<&PeerFault> for UserMessage {
    fn from(fault: &PeerFault) -> Self {
        let notice = match fault {
            PeerFault::Refused { host, port, .. } => Self::new(
                format!("Nothing is listening on {host} port {port}."),
                "That computer answers, but no receiver is running there. Press Start in Receive \
                 mode there, or start server.py, and check that the port is the same on both \
                 sides.",
            ),
            PeerFault::Reset { bytes: 0, .. } => Self::new(
                "The other computer broke off the transfer before any of the file arrived.",
                "It may have declined or be busy, or its program was closed. Ask there, then send \
                 the file again.",
            ),
            PeerFault::Reset { bytes: count, .. } => Self::new(
                format!(
                    "The other computer broke off the transfer after {}.",
                    bytes(*count)
                ),
                "The file is not complete. It may have been declined or cancelled there, or the \
                 program was closed. Ask there, then send the file again.",
            ),
            PeerFault::Unconfirmed(cause) => Self::new(
                "Everything was sent, but the receiver has not said that it was saved.",
                format!(
                    "{} It may or may not have been saved: look there, or send it again. Files \
                     that are already there are skipped.",
                    match &**cause {
                        Error::Cancelled => "The transfer was cancelled before that.",
                        _ => "The connection was lost before that.",
                    }
                ),
            ),
            PeerFault::NotSaved { bytes: count } => Self::new(
                "The receiver did not save the file.",
                format!(
                    "All {} were sent, but the receiver declined them or could not save them. Ask \
                     there, then send the file again.",
                    bytes(*count)
                ),
            ),
            PeerFault::Silent
            | PeerFault::Handshake(_)
            | PeerFault::NotOnehop(_)
            | PeerFault::Violation(_)
            | PeerFault::Damaged => return of_another_onehop(fault),
            PeerFault::Aborted { reason, detail } => return gave_up(*reason, detail),
            PeerFault::Declined(reason) => declined(*reason),
            PeerFault::OutOfPatience { .. }
            | PeerFault::WrongIdentity { .. }
            | PeerFault::TurnedAway(_)
            | PeerFault::CodeRejected => return of_trust(fault),
            PeerFault::ClassicNotAllowed => Self::new(
                "The receiver only takes classic transfers, which are not encrypted and not \
                 verified.",
                "Nothing was sent. Start Onehop on that computer, or allow a classic transfer.",
            ),
            PeerFault::NotNow(refusal) => not_now(*refusal),
            PeerFault::OnehopGone(_) | PeerFault::ClosedUnused(_) => return of_a_known_host(fault),
            PeerFault::ClassicCarriesOneFile => Self::new(
                "The receiver takes one file at a time.",
                "It only takes classic transfers, which carry one file and no folders or messages. \
                 Send the files one by one, pack them into an archive, or start Onehop on that \
                 computer.",
            ),
        };
        notice.with_system_words(fault)
    }
}

/// What a sender did, to its receiver; `None` where both sides are told the same.
pub(super) fn of_sender(cause: &Error) -> Option<UserMessage> {
    let Error::Peer(fault) = cause else {
        return None;
    };
    let notice = match fault {
        PeerFault::Reset { .. } => UserMessage::new(
            "The sender broke off the transfer.",
            "Its program or its computer may have stopped, or the network may have failed. Ask \
             there to send it again.",
        ),
        PeerFault::Handshake(_) | PeerFault::NotOnehop(_) => UserMessage::new(
            "Could not establish an encrypted connection.",
            "The other program could not prove who it is, or somebody interfered. Nothing was \
             saved. If a Onehop sent this, update Onehop on both computers.",
        ),
        _ => return None,
    };
    Some(UserMessage {
        details: UserMessage::from(fault).details,
        ..notice
    })
}

/// What two Onehops do not do when all is well.
fn of_another_onehop(fault: &PeerFault) -> UserMessage {
    let (headline, advice) = match fault {
        PeerFault::Silent => (
            "The other Onehop is not answering.",
            "The connection is up, but no answer came in time. Look at the other computer, then \
             try again.",
        ),
        PeerFault::Handshake(_) | PeerFault::NotOnehop(_) => (
            "Could not establish an encrypted connection.",
            "The other program could not prove who it is, or somebody interfered. Nothing was \
             sent. Try again; if it keeps happening, update Onehop on both computers.",
        ),
        PeerFault::Damaged => (
            "What arrived is not what was sent.",
            "It was discarded. Send it again.",
        ),
        _ => (
            "The other Onehop sent something that makes no sense.",
            "The transfer was stopped. Update Onehop on both computers and try again.",
        ),
    };
    let mut notice = UserMessage::new(headline, advice);
    notice.details = Some(match fault {
        PeerFault::Handshake(error) => error.to_string(),
        fault => fault.to_string(),
    });
    notice
}

/// A Onehop that takes nothing for now.
fn not_now(refusal: Refusal) -> UserMessage {
    match refusal {
        Refusal::Busy => UserMessage::new(
            "The receiver is busy.",
            "It has as many transfers running as it takes at once. Nothing was sent; try again \
             later.",
        ),
        Refusal::NotServed => UserMessage::new(
            "The receiver accepts nothing from this network.",
            "Nothing was sent. Connect both computers to the same network, or have it accept from \
             the internet too, then try again.",
        ),
        Refusal::Declined => UserMessage::new(
            "The receiver turned the transfer away.",
            "Nothing was sent. Ask there before you try again.",
        ),
        Refusal::Other => UserMessage::new(
            "The receiver accepts nothing right now.",
            "Nothing was sent. Ask there, or try again later.",
        ),
    }
}

/// Where there was a Onehop, and now is none that says so.
fn of_a_known_host(fault: &PeerFault) -> UserMessage {
    let (notice, was) = match fault {
        PeerFault::ClosedUnused(was) => (
            UserMessage::new(
                "The receiver closed the connection before anything was sent.",
                "There was a Onehop at this address before. It may be busy with other transfers: \
                 try again later. Nothing was sent.",
            ),
            was,
        ),
        PeerFault::OnehopGone(was) => (
            UserMessage::new(
                "Nothing was sent: the Onehop that was there before is not answering.",
                "What answers in its place does not encrypt. Somebody may be trying to read the \
                 file, or another program was started there. Ask there, start Onehop again on that \
                 computer, then send it again.",
            ),
            was,
        ),
        _ => return of_another_onehop(fault),
    };
    notice.with_detail(&contact::seen_before(was))
}

fn of_trust(fault: &PeerFault) -> UserMessage {
    match fault {
        PeerFault::WrongIdentity { found } => {
            let mut notice = UserMessage::new(
                contact::NOT_THE_EXPECTED_COMPUTER,
                format!("Nothing was sent. {}", contact::WHY_ANOTHER_COMPUTER),
            );
            notice.details = Some(format!("Its fingerprint is {found}"));
            notice
        }
        PeerFault::OutOfPatience {
            question: QuestionKind::Code,
        } => UserMessage::new(
            NOT_ANSWERED,
            "The receiver waits two minutes for the codes to be compared. Send it again, and \
             compare them right away.",
        ),
        PeerFault::OutOfPatience { question } => not_answered(*question),
        PeerFault::TurnedAway(_) => UserMessage::new(
            "A computer was turned away.",
            "There was no room for it. It was asked to try again later.",
        ),
        _ => UserMessage::new(
            "Stopped: you said the codes differ.",
            "Nothing was sent. Somebody may be listening in: try again on a network you trust.",
        ),
    }
}

/// The other side gave up and said why.
fn gave_up(reason: AbortReason, detail: &str) -> UserMessage {
    if reason == AbortReason::CannotSave
        && let Some(cause) = DiskCause::of_detail(detail)
        && let Some(why) = summary::disk_cause_there(cause)
    {
        return UserMessage::new(
            format!("It could not be saved: {why}."),
            "Fix that there, or choose another folder there, then send it again.",
        );
    }
    let (headline, advice) = match reason {
        AbortReason::Cancelled => (
            "The other side cancelled the transfer.",
            "What arrived, if anything, is kept hidden, and sending the same again resumes from \
             there.",
        ),
        AbortReason::Declined => (
            "The receiver declined.",
            "Nothing was saved. Ask there before you send it again.",
        ),
        AbortReason::CodeRejected => (
            "The codes were not confirmed on the other side.",
            "Nothing was sent. If the two screens showed different codes, somebody may be \
             listening in: try again on a network you trust.",
        ),
        AbortReason::WrongIdentity => (
            "The other side expected a different computer.",
            "Nothing was sent. If Onehop was set up again here, tell the person there.",
        ),
        AbortReason::Busy => (
            "The receiver is busy.",
            "It has as many transfers running as it takes at once, or another unknown computer is \
             showing its code there, or the last one did not finish that. Nothing was sent. Try \
             again in a moment.",
        ),
        AbortReason::Expired => (
            "Nobody on the other side decided in time.",
            "Nothing was saved. Ask there, then send it again.",
        ),
        AbortReason::DiskFull => (
            "The receiver's disk is full.",
            "What arrived is kept hidden. Make room there, then send it again; it resumes from \
             there.",
        ),
        AbortReason::CannotSave => (
            "The receiver cannot save in its folder.",
            "Choose another folder there, then send it again.",
        ),
        AbortReason::Protocol | AbortReason::Internal | AbortReason::Other => (
            "The other side gave up because of an error.",
            "Try again. If it keeps happening, update Onehop on both computers.",
        ),
    };
    let mut notice = UserMessage::new(headline, advice);
    if !detail.is_empty() {
        notice.details = Some(detail.to_owned());
    }
    notice
}

fn declined(reason: Decline) -> UserMessage {
    match reason {
        Decline::Declined | Decline::Other => UserMessage::new(
            "The receiver declined.",
            "Nothing was saved. Ask there before you send it again.",
        ),
        Decline::Expired => UserMessage::new(
            "Nobody on the other side accepted it in time.",
            "Nothing was saved. Ask there, then send it again.",
        ),
        Decline::NoSpace => UserMessage::new(
            "It does not fit on the receiver's disk.",
            "Nothing was sent. Make room there, or choose another folder there.",
        ),
        Decline::CannotSave => UserMessage::new(
            "The receiver cannot save in its folder.",
            "Choose another folder there, then send it again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_receivers_disk_is_the_cause_of_is_said_to_the_sender() {
        let notice = gave_up(AbortReason::CannotSave, DiskCause::NoMoreFiles.detail());
        assert_eq!(
            notice.headline,
            "It could not be saved: the receiver's disk can hold no more files."
        );
        // A stranger's words are shown as such.
        let notice = gave_up(AbortReason::CannotSave, "no more files");
        assert_eq!(notice.headline, "The receiver cannot save in its folder.");
        assert_eq!(notice.details.as_deref(), Some("no more files"));
    }
}
