//! Words for faults of this computer, or of what was typed into it.

use std::net::Ipv6Addr;

use super::UserMessage;
use crate::error::{OurFault, QuestionKind};
use crate::messages::bytes;
use crate::net::DEFAULT_PORT;

/// Below this, Unix keeps ports for the administrator; Windows does not.
const FIRST_OPEN_PORT: u16 = 1024;

impl From<&OurFault> for UserMessage {
    fn from(fault: &OurFault) -> Self {
        let notice = match fault {
            OurFault::NoAddress => Self::new(
                "No address was given.",
                "Enter the address of the receiving computer. Onehop shows it there in Receive \
                 mode; it looks like 192.168.1.102.",
            ),
            OurFault::BadPort(typed) => bad_port(typed),
            OurFault::TwoPorts {
                with_address,
                alone,
            } => Self::new(
                format!("Two ports were given: {with_address} with the address, and {alone}."),
                "Give the one that the receiver shows, either after the address or on its own.",
            ),
            OurFault::Interface {
                address,
                given,
                choices,
            } => interface(*address, given.as_deref(), choices),
            OurFault::PortTaken { port, owner, .. } => port_taken(*port, owner.as_deref()),
            OurFault::PortForbidden { port, .. } => port_forbidden(*port),
            OurFault::ForeignAddress { address, .. } => Self::new(
                format!("{address} is not an address of this computer."),
                "Choose one of this computer's own addresses, or none to receive on all of them.",
            ),
            OurFault::SharedAddress(address) => Self::new(
                format!("{address} stands for many computers, not for this one."),
                "It is a multicast or broadcast address, and nobody can connect to it. Choose one \
                 of this computer's own addresses, or none to receive on all of them.",
            ),
            OurFault::TextTooLong { bytes: count } => Self::new(
                format!("The message is too long: {}.", bytes(*count as u64)),
                "A message can be up to 64 kB long. Save it as a file, and send that instead.",
            ),
            OurFault::NoKey => Self::new(
                "Nothing was sent: this computer has no usable key.",
                "The receiver is a Onehop, and without a key nothing can be encrypted. The window \
                 says what is wrong with the key; fix that and restart Onehop.",
            ),
            OurFault::NotAnswered { question } => not_answered(*question),
            OurFault::System { doing, source } => return system(doing, &source.to_string()),
            OurFault::Bug(text) => return bug(text),
        };
        notice.with_system_words(fault)
    }
}

/// When this side's user was waited for in vain.
pub(super) const NOT_ANSWERED: &str = "Nobody here answered in time, so nothing was sent.";

pub(super) fn not_answered(question: QuestionKind) -> UserMessage {
    let advice = match question {
        QuestionKind::Code => "Send it again, and compare the code with the other screen.",
        QuestionKind::DifferentComputer => {
            "A different computer answered than expected. Find out why, then send it again."
        }
        QuestionKind::Classic => "Send it again, and decide whether it may go unencrypted.",
    };
    UserMessage::new(NOT_ANSWERED, advice)
}

fn bad_port(typed: &str) -> UserMessage {
    let headline = if typed.is_empty() {
        "No port was given.".to_owned()
    } else {
        format!("“{typed}” is not a port.")
    };
    let advice = format!(
        "A port is a whole number from 1 to 65535. Both computers must use the same one, usually \
         {DEFAULT_PORT}."
    );
    UserMessage::new(headline, advice)
}

fn interface(address: Ipv6Addr, given: Option<&str>, choices: &[String]) -> UserMessage {
    let headline = match given {
        None => format!("{address} needs the name of the interface that leads there."),
        Some(given) => format!("This computer has no interface called “{given}”."),
    };
    let advice = match choices {
        [] => format!(
            "{address} only works on one cable or Wi-Fi, and this computer is on none with such \
             addresses. Connect both computers to the same one, then send it again."
        ),
        choices => format!(
            "An address that begins with fe80 only works on one cable or Wi-Fi, so it has to name \
             this computer's interface to it: {}.",
            choices.join(" or ")
        ),
    };
    UserMessage::new(headline, advice)
}

fn port_taken(port: u16, owner: Option<&str>) -> UserMessage {
    match owner {
        Some(owner) if owner.to_lowercase().starts_with("onehop") => UserMessage::new(
            format!("Port {port} is already taken by another Onehop ({owner})."),
            "Onehop is receiving in another window or terminal. Use that one, stop it there, or \
             choose another port here and tell the sender.",
        ),
        Some(owner) => UserMessage::new(
            format!("Port {port} is already taken by {owner}."),
            format!("Stop {owner}, or choose another port here and tell the sender."),
        ),
        None => UserMessage::new(
            format!("Port {port} is already taken by another program."),
            "Stop that program, or choose another port here and tell the sender.",
        ),
    }
}

fn port_forbidden(port: u16) -> UserMessage {
    let meaning = if cfg!(windows) {
        "Windows may have reserved it, another program may be keeping it to itself, or security \
         software may be blocking it."
            .to_owned()
    } else if port < FIRST_OPEN_PORT {
        format!("Ports below {FIRST_OPEN_PORT} usually need an administrator.")
    } else {
        "The system may have reserved it, or security software may be blocking it.".to_owned()
    };
    UserMessage::new(
        format!("This computer does not let Onehop use port {port}."),
        format!("{meaning} Choose another port, such as {DEFAULT_PORT}, and tell the sender."),
    )
}

fn system(doing: &str, system_words: &str) -> UserMessage {
    UserMessage {
        details: Some(format!("{doing}: {system_words}")),
        ..UserMessage::new(
            "This computer refused something that Onehop needs.",
            "It may be low on memory or have too many files open. Close some programs, then try \
             again.",
        )
    }
}

fn bug(text: &str) -> UserMessage {
    UserMessage {
        details: Some(text.to_owned()),
        ..UserMessage::new(
            "Onehop made a mistake.",
            "The file was not transferred. Try again; if it happens again, please report it with \
             the details.",
        )
    }
}
