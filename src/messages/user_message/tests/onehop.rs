//! What can go wrong between two Onehops, and with a receiver that is classic.

use super::{JARGON, UserMessage};
use crate::error::{Error, PeerFault, QuestionKind, TurnedAway};
use crate::identity::error::HandshakeFault;
use crate::identity::{DeviceIdentity, Fingerprint};
use crate::protocol::error::Violation;
use crate::protocol::message::{AbortReason, Decline};
use crate::protocol::offer::Refusal;

/// Whom the words have to name, in lower case. A fault without words for it does not compile.
fn party(fault: &PeerFault) -> &'static str {
    match fault {
        PeerFault::Refused { .. } | PeerFault::Reset { .. } => "computer",
        PeerFault::Silent | PeerFault::Violation(_) => "the other onehop",
        PeerFault::Handshake(_) | PeerFault::NotOnehop(_) => "the other program",
        // Content that was spoilt is nobody's fault that could be named.
        PeerFault::Damaged => "what arrived",
        PeerFault::Aborted { reason, .. } => party_of_abort(*reason),
        PeerFault::Declined(reason) => party_of_no(*reason),
        PeerFault::OutOfPatience { .. } => "nobody here",
        PeerFault::WrongIdentity { .. } => "another computer",
        PeerFault::TurnedAway(_) => "a computer was turned away",
        // The user said so, and who is to blame is nobody's name.
        PeerFault::CodeRejected => "somebody",
        PeerFault::OnehopGone(_) => "that computer",
        PeerFault::ClassicNotAllowed
        | PeerFault::ClosedUnused(_)
        | PeerFault::NotNow(_)
        | PeerFault::ClassicCarriesOneFile
        | PeerFault::NotSaved { .. }
        | PeerFault::Unconfirmed(_) => "the receiver",
    }
}

fn party_of_abort(reason: AbortReason) -> &'static str {
    match reason {
        AbortReason::Cancelled
        | AbortReason::CodeRejected
        | AbortReason::WrongIdentity
        | AbortReason::Expired
        | AbortReason::Protocol
        | AbortReason::Internal
        | AbortReason::Other => "the other side",
        AbortReason::Declined
        | AbortReason::Busy
        | AbortReason::DiskFull
        | AbortReason::CannotSave => "the receiver",
    }
}

fn party_of_no(reason: Decline) -> &'static str {
    match reason {
        Decline::Declined | Decline::NoSpace | Decline::CannotSave | Decline::Other => {
            "the receiver"
        }
        Decline::Expired => "the other side",
    }
}

fn refusals() -> impl Iterator<Item = PeerFault> {
    let all = Refusal::ALL.into_iter().chain([Refusal::Other]);
    all.map(PeerFault::NotNow)
}

fn aborts() -> Vec<PeerFault> {
    let aborted = |reason| PeerFault::Aborted {
        reason,
        detail: "its own words".to_owned(),
    };
    let reasons = [
        AbortReason::Cancelled,
        AbortReason::Declined,
        AbortReason::CodeRejected,
        AbortReason::WrongIdentity,
        AbortReason::Busy,
        AbortReason::Expired,
        AbortReason::DiskFull,
        AbortReason::CannotSave,
        AbortReason::Protocol,
        AbortReason::Internal,
        AbortReason::Other,
    ];
    reasons.map(aborted).into()
}

fn noes() -> Vec<PeerFault> {
    let reasons = [
        Decline::Declined,
        Decline::Expired,
        Decline::NoSpace,
        Decline::CannotSave,
        Decline::Other,
    ];
    reasons.map(PeerFault::Declined).into()
}

fn known() -> DeviceIdentity {
    DeviceIdentity {
        fingerprint: found(),
        device: None,
    }
}

fn found() -> Fingerprint {
    Fingerprint::of_certificate(b"of a stranger")
}

pub(super) fn faults() -> Vec<PeerFault> {
    let mut faults = vec![
        PeerFault::Silent,
        PeerFault::Handshake(rustls::Error::HandshakeNotComplete),
        PeerFault::NotOnehop(HandshakeFault::WrongProtocol),
        PeerFault::Violation(Violation::BrokenCommitment),
        PeerFault::Damaged,
        PeerFault::OutOfPatience {
            question: QuestionKind::Code,
        },
        PeerFault::OutOfPatience {
            question: QuestionKind::DifferentComputer,
        },
        PeerFault::WrongIdentity { found: found() },
        PeerFault::TurnedAway(TurnedAway::Busy),
        PeerFault::CodeRejected,
        PeerFault::ClassicNotAllowed,
        PeerFault::ClassicCarriesOneFile,
        PeerFault::OnehopGone(Box::new(known())),
        PeerFault::ClosedUnused(Box::new(known())),
    ];
    faults.extend(refusals());
    faults.extend(aborts());
    faults.extend(noes());
    faults
}

/// The fault as it is written for a log, and what a person reads.
fn notices() -> Vec<(PeerFault, UserMessage)> {
    let notice = |fault: PeerFault| {
        let error = Error::Peer(fault);
        let notice = UserMessage::from(&error);
        let Error::Peer(fault) = error else {
            unreachable!()
        };
        (fault, notice)
    };
    faults().into_iter().map(notice).collect()
}

fn words(notice: &UserMessage) -> String {
    format!("{} {}", notice.headline, notice.advice)
}

#[test]
fn a_fault_between_two_onehops_is_put_on_whom_it_belongs_to() {
    for (fault, notice) in notices() {
        let words = words(&notice).to_lowercase();
        assert!(words.contains(party(&fault)), "{fault:?}: {words}");
        for ours in ["this computer", "onehop made a mistake", "your disk"] {
            assert!(!words.contains(ours), "{fault:?}: {words}");
        }
    }
}

#[test]
fn a_fault_between_two_onehops_comes_with_something_to_do_next() {
    let steps = [
        "ask there",
        "try again",
        "look at",
        "update onehop",
        "send it again",
        "sending the same again",
        "make room there",
        "choose another folder there",
        "tell the person there",
        "start onehop on that computer",
        // What the stranger has to do, not the reader.
        "come back later",
    ];
    for (fault, notice) in notices() {
        let advice = notice.advice.to_lowercase();
        let step = steps.iter().any(|step| advice.contains(step));
        assert!(step, "{fault:?}: {advice}");
    }
}

#[test]
fn a_fault_between_two_onehops_is_not_told_in_a_programs_words() {
    for (fault, notice) in notices() {
        let words = words(&notice);
        for odd in ['_', '{', '}', '"', '`', '<'] {
            assert!(!words.contains(odd), "{fault:?}: {words}");
        }
        // The name of a variant, or a word of the wire.
        for word in words.split_whitespace() {
            assert!(!word.chars().skip(1).any(char::is_uppercase), "{words}");
        }
        let lower = words.to_lowercase();
        for word in ["abort", "protocol", "tls", "alpn", "internal", "handshake"] {
            assert!(!lower.contains(word), "{fault:?}: {words}");
        }
        for word in JARGON {
            assert!(!lower.contains(word), "{fault:?}: {words}");
        }
    }
}

#[test]
fn different_reasons_to_give_up_are_told_apart() {
    let headline = |fault: &PeerFault| UserMessage::from(fault).headline;
    // An error there, whatever it was, is one thing to the reader; and so is a no without a reason.
    let of_aborts: Vec<String> = aborts().iter().map(headline).collect();
    let of_noes: Vec<String> = noes().iter().map(headline).collect();
    for (headlines, alike) in [(of_aborts, 2), (of_noes, 1)] {
        let distinct: std::collections::BTreeSet<_> = headlines.iter().collect();
        assert_eq!(distinct.len() + alike, headlines.len(), "{headlines:#?}");
    }
}

#[test]
fn what_the_other_side_said_more_is_in_the_details_alone() {
    for fault in aborts() {
        let notice = UserMessage::from(&fault);
        assert_eq!(notice.details.as_deref(), Some("its own words"));
        assert!(!words(&notice).contains("its own words"));
    }
    let silent_about_it = PeerFault::Aborted {
        reason: AbortReason::Busy,
        detail: String::new(),
    };
    assert_eq!(UserMessage::from(&silent_about_it).details, None);
}

#[test]
fn whose_key_another_computer_has_is_in_the_details() {
    let details = UserMessage::from(&PeerFault::WrongIdentity { found: found() }).details;
    assert!(details.unwrap().contains(&found().to_string()));
}

#[test]
fn nobody_is_advised_to_send_unencrypted_where_there_was_an_onehop() {
    let of_a_known_host = [
        PeerFault::OnehopGone(Box::new(known())),
        PeerFault::ClosedUnused(Box::new(known())),
    ];
    for fault in &of_a_known_host {
        let details = UserMessage::from(fault).details.unwrap();
        assert!(details.contains(&found().to_string()));
    }
    for fault in refusals().chain(of_a_known_host) {
        let words = words(&UserMessage::from(&fault)).to_lowercase();
        for word in ["classic", "anyway", "allow"] {
            assert!(!words.contains(word), "{words}");
        }
        assert!(words.contains("nothing was sent"), "{words}");
    }
    let closed = words(&UserMessage::from(&PeerFault::ClosedUnused(Box::new(
        known(),
    ))));
    assert!(!closed.contains("Somebody") && closed.contains("try again later"));
}
