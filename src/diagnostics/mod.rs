//! The connection doctor: why a connection did not come about, and whether this computer can be
//! reached.
//!
//! It works in two steps. First evidence is gathered, as far as the system shows it to anybody
//! and within a few seconds; that is [`Evidence`] and [`Probe`]. Then it is judged by pure
//! functions, [`causes`] and [`obstacles`]. What the evidence does not decide stays a possibility
//! and is called one: see [`Weight`].
//!
//! In scope: looking, and judging what was seen. Out of scope: changing anything about the
//! system, anything that needs privileges, and words for people ([`crate::messages::diagnostics`]).

mod ask;
mod evidence;
mod firewall;
mod gather;
mod linux;
mod network;
mod reach;
mod rules;
mod ufw;
mod windows;

pub use evidence::{Evidence, Failure, Neighbour, OtherPort, Route};
pub use firewall::{Firewall, InboundRule, WindowsProfile};
pub(crate) use gather::{FailedConnection, gather};
pub use network::OwnNetwork;
pub use reach::{Obstacle, Probe, best_address, obstacles, readings};
pub use rules::{Cause, Finding, Weight, causes};

/// What the doctor found out about a connection that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What was seen.
    pub evidence: Evidence,
    /// What it allows, the likeliest first; never empty.
    pub findings: Vec<Finding>,
}

impl Diagnosis {
    /// Judges what was seen.
    #[must_use]
    pub fn of(evidence: Evidence) -> Self {
        let findings = causes(&evidence);
        Self { evidence, findings }
    }
}
