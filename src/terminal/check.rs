//! `onehop-cli check`: whether other computers can reach this one.

use super::args::CheckArguments;
use super::screen::{Screen, paragraph};
use super::{Exit, diagnosis};
use crate::diagnostics;
use crate::error::{Error, OurFault};
use crate::messages::diagnostics::verdict;
use crate::messages::{UserMessage, terminal};
use crate::net::{PortState, check_listen_address, parse_port, port_state};

/// Runs the command.
pub(super) fn run(arguments: &CheckArguments, screen: &Screen) -> Exit {
    let port = check_listen_address(arguments.bind).and_then(|()| parse_port(&arguments.port));
    let port = match port {
        Ok(port) => port,
        Err(fault) => {
            screen.notice(&UserMessage::from(&fault));
            return Exit::Usage;
        }
    };
    let (state, taken) = match port_state(arguments.bind, port) {
        Ok(state) => (state, None),
        // The port has nothing to do with it.
        Err(error @ Error::Ours(OurFault::ForeignAddress { .. })) => {
            screen.notice(&UserMessage::from(&error));
            return Exit::Failed;
        }
        Err(error) => (PortState::NotToBeHad, Some(UserMessage::from(&error))),
    };
    let verdict = verdict(&diagnostics::readings(port, state, arguments.bind));
    screen.print(&verdict.line);
    if let Some(notice) = taken {
        screen.notice(&notice);
    }
    for advice in &verdict.advice {
        screen.say(&format!("\n{}", advice.headline));
        screen.say(&diagnosis::body(advice).join("\n"));
    }
    screen.say(&format!("\n{}", terminal::WHAT_WAS_SEEN));
    for line in &verdict.seen {
        screen.say(&paragraph(line));
    }
    if verdict.ready {
        Exit::Done
    } else {
        Exit::Failed
    }
}
