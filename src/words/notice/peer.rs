//! Words for faults that only the other computer can have caused.

use super::Notice;
use crate::transfer::PeerFault;
use crate::words::bytes;

impl From<&PeerFault> for Notice {
    fn from(fault: &PeerFault) -> Self {
        let notice = match fault {
            PeerFault::Refused { host, port, .. } => Self::new(
                format!("Nothing is listening on {host} port {port}."),
                "That computer answers, but no receiver is running there. Press Start in Receive \
                 mode there, or start server.py, and check that the port is the same on both \
                 sides.",
            ),
            PeerFault::Reset { bytes: 0, .. } => Self::new(
                "The other computer broke off before any of the file had crossed.",
                "It may have declined or be busy, or its program was closed. Ask there, then send \
                 the file again.",
            ),
            PeerFault::Reset { bytes: count, .. } => Self::new(
                format!("The other computer broke off after {}.", bytes(*count)),
                "The file is not complete. It may have been declined or cancelled there, or the \
                 program was closed. Ask there, then send the file again.",
            ),
            PeerFault::NotSaved { bytes: count } => Self::new(
                "The receiver did not save the file.",
                format!(
                    "All {} were sent, but the receiver declined them or could not save them. Ask \
                     there, then send the file again.",
                    bytes(*count)
                ),
            ),
        };
        notice.with_system_words(fault)
    }
}
