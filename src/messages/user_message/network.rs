//! Words for faults of the way between the two computers.

use super::UserMessage;
use crate::error::{NetworkFault, Phase};
use crate::messages::bytes;

impl From<&NetworkFault> for UserMessage {
    fn from(fault: &NetworkFault) -> Self {
        let notice = match fault {
            NetworkFault::NameNotFound { host, .. } => name_not_found(host),
            NetworkFault::Unreachable { host, .. } => Self::new(
                format!("Can't reach {host}: it's on another network."),
                "Connect both computers to the same network, by cable or Wi-Fi, and check that \
                 the address is the one the receiver shows.",
            ),
            NetworkFault::Timeout { host, phase } => no_answer(host, *phase),
            NetworkFault::Lost { bytes: count, .. } => Self::new(
                format!("The connection was lost after {}.", bytes(*count)),
                "The file is not complete. Check the network on both computers, make sure that the \
                 other one is still on, then send the file again.",
            ),
        };
        notice.with_system_words(fault)
    }
}

fn name_not_found(host: &str) -> UserMessage {
    let headline = format!("No computer named {host} was found.");
    UserMessage::new(
        headline,
        "Check the spelling, or use the numeric address that the receiver shows, such as \
         192.168.1.102.",
    )
}

fn no_answer(host: &str, phase: Phase) -> UserMessage {
    match phase {
        Phase::Lookup => UserMessage::new(
            format!("Looking up the name {host} took too long."),
            "Check this computer's network, or use the numeric address that the receiver shows, \
             such as 192.168.1.102.",
        ),
        Phase::Connect => UserMessage::new(
            format!("{host} did not answer within 10 seconds."),
            "The address may be wrong, that computer may be off or asleep, or a firewall there may \
             be blocking the port. Check these, then try again.",
        ),
    }
}
