//! Which ends another try may mend: decided here, and nowhere else.

use super::{Order, Persistence, Recipient};
use crate::error::{Error, NetworkFault, OurFault, PeerFault};
use crate::protocol::message::AbortReason;
use crate::protocol::offer::Refusal;
use crate::transfer::{Payload, SendOutcome};

/// An end that another try may mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setback {
    /// Nobody answers there, or has time.
    NotThere,
    /// Somebody else answers there, or nobody could: the device has another address by now.
    Elsewhere,
    /// It had begun.
    BrokenOff,
}

impl Setback {
    /// What an outcome is, unless it is a person's decision, a fault of one of the two computers, or
    /// as good as it gets.
    pub(super) fn of(outcome: &SendOutcome, payload: &Payload, moved_bytes: u64) -> Option<Self> {
        match outcome {
            SendOutcome::Failed { error, .. } => of_error(error, payload, moved_bytes),
            SendOutcome::Received { .. }
            | SendOutcome::Delivered { .. }
            | SendOutcome::Unconfirmed { .. } => None,
        }
    }

    /// Whether there is to be another try.
    pub(super) fn is_mended(self, order: &Order) -> bool {
        let Persistence { retry, when_there } = order.persistence;
        match (self, &order.to) {
            (Self::NotThere | Self::Elsewhere, Recipient::Device(_)) => when_there || retry,
            (Self::BrokenOff, Recipient::Device(_)) => retry,
            (Self::NotThere, Recipient::Address { .. }) => when_there,
            (Self::Elsewhere | Self::BrokenOff, Recipient::Address { .. }) => false,
        }
    }
}

fn of_error(error: &Error, payload: &Payload, moved_bytes: u64) -> Option<Setback> {
    match error {
        Error::Network(fault) => Some(match fault {
            NetworkFault::NameNotFound { .. }
            | NetworkFault::Unreachable { .. }
            | NetworkFault::Timeout { .. } => Setback::NotThere,
            NetworkFault::Lost { .. } => Setback::BrokenOff,
        }),
        Error::Peer(PeerFault::Unconfirmed(cause)) => match payload {
            // What stands there already is skipped.
            Payload::Paths(_) => of_error(cause, payload, moved_bytes),
            // It would be shown twice.
            Payload::Text(_) => None,
        },
        Error::Peer(fault) => of_peer(fault, moved_bytes),
        Error::Ours(fault) => of_ours(fault),
        Error::Cancelled | Error::Disk(_) => None,
    }
}

fn of_peer(fault: &PeerFault, moved_bytes: u64) -> Option<Setback> {
    match fault {
        PeerFault::Refused { .. }
        | PeerFault::NotNow(Refusal::Busy)
        | PeerFault::ClosedUnused(_) => Some(Setback::NotThere),
        PeerFault::WrongIdentity { .. } | PeerFault::OnehopGone(_) => Some(Setback::Elsewhere),
        PeerFault::Reset { .. } | PeerFault::Silent => Some(Setback::BrokenOff),
        PeerFault::Aborted { reason, .. } => match reason {
            AbortReason::Busy => Some(Setback::NotThere),
            // Before a byte has crossed it was a person who took too long, after that the network.
            AbortReason::Expired => (moved_bytes > 0).then_some(Setback::BrokenOff),
            AbortReason::Cancelled
            | AbortReason::Declined
            | AbortReason::CodeRejected
            | AbortReason::WrongIdentity
            | AbortReason::DiskFull
            | AbortReason::CannotSave
            | AbortReason::Protocol
            | AbortReason::Internal
            | AbortReason::Other => None,
        },
        PeerFault::NotNow(Refusal::NotServed | Refusal::Declined | Refusal::Other)
        | PeerFault::Handshake(_)
        | PeerFault::NotOnehop(_)
        | PeerFault::Violation(_)
        | PeerFault::Damaged
        | PeerFault::Declined(_)
        | PeerFault::OutOfPatience { .. }
        | PeerFault::TurnedAway(_)
        | PeerFault::CodeRejected
        | PeerFault::ClassicNotAllowed
        | PeerFault::ClassicCarriesOneFile
        // Looked into by the caller.
        | PeerFault::Unconfirmed(_)
        | PeerFault::NotSaved { .. } => None,
    }
}

fn of_ours(fault: &OurFault) -> Option<Setback> {
    match fault {
        // It had one, and the cable is out.
        OurFault::Interface { given: Some(_), .. } => Some(Setback::Elsewhere),
        OurFault::Interface { given: None, .. }
        | OurFault::NoAddress
        | OurFault::BadPort(_)
        | OurFault::TwoPorts { .. }
        | OurFault::PortTaken { .. }
        | OurFault::PortForbidden { .. }
        | OurFault::ForeignAddress { .. }
        | OurFault::SharedAddress(_)
        | OurFault::TextTooLong { .. }
        | OurFault::NoKey
        | OurFault::NotAnswered { .. }
        | OurFault::System { .. }
        | OurFault::Bug(_) => None,
    }
}
