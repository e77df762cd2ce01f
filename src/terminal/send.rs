//! `onehop-cli send`: turns the arguments into a transfer.

use std::path::PathBuf;
use std::task::Waker;
use std::time::Duration;

use super::args::SendArguments;
use super::interrupt::Interrupt;
use super::questions::Questions;
use super::screen::Screen;
use super::sending::Sending;
use super::{Exit, target, trust, waker};
use crate::error::OurFault;
use crate::messages::UserMessage;
use crate::net::{DEFAULT_PORT, Target, parse_port, parse_target};
use crate::transfer::{ClassicConsent, Payload, SendLimits, SendOptions, Trust, send};

/// Runs the command; the exit code tells whether everything was delivered.
pub(super) fn run(arguments: &SendArguments, screen: &Screen) -> Exit {
    let (target, mut options) = match options(arguments) {
        Ok(options) => options,
        Err(fault) => {
            screen.notice(&UserMessage::from(&fault));
            return Exit::Usage;
        }
    };
    let trust = match trust::open(&arguments.trust, &arguments.config, screen) {
        Ok(trust) => trust,
        Err(fault) => {
            screen.notice(&UserMessage::from(&fault));
            return Exit::Failed;
        }
    };
    options.trust = Some(trust.clone());
    let bell = waker::for_this_thread();
    let interrupt = Interrupt::watch(bell.clone());
    let waiting = (bell, &interrupt);
    let classic = options.classic != ClassicConsent::Ask;
    let found = match target::find(&target.host, classic, &trust, waiting.clone(), screen) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    options.host = found.host;
    options.picked = found.picked;
    if let Some(port) = found.port.filter(|_| target.port.is_none()) {
        options.port = port;
    }
    start(options, trust, arguments.trust.remember, waiting, screen)
}

fn start(
    options: SendOptions,
    trust: Trust,
    remember: bool,
    (bell, interrupt): (Waker, &Interrupt),
    screen: &Screen,
) -> Exit {
    let questions = Questions::new(bell.clone());
    match send(options.clone(), bell) {
        Ok((outgoing, events)) => {
            let sending = Sending::new(screen, options, trust, remember, questions, outgoing);
            sending.run(&events, interrupt)
        }
        Err(error) => {
            screen.notice(&UserMessage::from(&error));
            Exit::Failed
        }
    }
}

/// What was typed, and what follows from it before anybody was looked for.
fn options(arguments: &SendArguments) -> Result<(Target, SendOptions), OurFault> {
    let mut target = parse_target(&arguments.host)?;
    let port = arguments.port.as_deref().map(parse_port).transpose()?;
    target.port = target.port_or(port)?;
    let options = SendOptions {
        host: target.host.clone(),
        port: target.port.unwrap_or(DEFAULT_PORT),
        payload: match &arguments.text {
            Some(text) => Payload::Text(text.clone()),
            None => Payload::Paths(arguments.paths.iter().map(absolute).collect()),
        },
        confirmation_wait: Some(Duration::from_secs(arguments.wait)),
        trust: None,
        devices: None,
        picked: None,
        classic: match (arguments.classic, arguments.unencrypted_to_known_device) {
            (_, true) => ClassicConsent::EvenToKnownDevice,
            (true, false) => ClassicConsent::Allowed,
            (false, false) => ClassicConsent::Ask,
        },
        limits: SendLimits::default(),
    };
    Ok((target, options))
}

/// So that a message about the file says where it was looked for.
fn absolute(file: &PathBuf) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.clone())
}
