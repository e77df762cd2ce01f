//! `onehop-cli send`: turns the arguments into transfers.

use std::path::PathBuf;
use std::task::Waker;
use std::time::Duration;

use super::args::SendArguments;
use super::dispatch::{Dispatch, Manner, Receiver};
use super::interrupt::Interrupt;
use super::screen::Screen;
use super::{Exit, target, trust, waker};
use crate::error::OurFault;
use crate::identity::Fingerprint;
use crate::messages::UserMessage;
use crate::net::{DEFAULT_PORT, Target, parse_port, parse_target};
use crate::session::queue::Persistence;
use crate::transfer::{ClassicConsent, Payload, SendLimits, SendOptions, Trust};

/// Runs the command; the exit code tells whether everything was delivered.
pub(super) fn run(arguments: &SendArguments, screen: &Screen) -> Exit {
    let typed: Result<Vec<_>, _> = arguments
        .to
        .iter()
        .map(|host| options(host, arguments))
        .collect();
    let typed = match typed {
        Ok(typed) => typed,
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
    let bell = waker::for_this_thread();
    let interrupt = Interrupt::watch(bell.clone());
    let manner = Manner {
        trust,
        remember: arguments.trust.remember,
        persistence: Persistence {
            retry: arguments.persistence.retry,
            when_there: arguments.persistence.when_there,
        },
    };
    let (receivers, lost) = match receivers(typed, &manner, (bell.clone(), &interrupt), screen) {
        Ok(receivers) => receivers,
        Err(exit) => return exit,
    };
    Dispatch::new(screen, (receivers, lost), manner, bell).run(&interrupt)
}

/// Who was found, each once, and how many were not.
fn receivers(
    typed: Vec<(String, Target, SendOptions)>,
    manner: &Manner,
    waiting: (Waker, &Interrupt),
    screen: &Screen,
) -> Result<(Vec<Receiver>, usize), Exit> {
    let hosts: Vec<&str> = typed.iter().map(|(_, target, _)| &*target.host).collect();
    let is_classic = |options: &SendOptions| options.classic != ClassicConsent::Ask;
    let classic = typed.iter().any(|(.., options)| is_classic(options));
    let how = (classic, manner.persistence);
    let found = target::find(&hosts, how, &manner.trust, waiting, screen)?;
    let is_alone = hosts.len() == 1;
    let (mut receivers, mut lost) = (Vec::<Receiver>::new(), 0);
    for ((name, target, mut options), found) in typed.into_iter().zip(found) {
        let Ok(found) = found else {
            lost += 1;
            continue;
        };
        options.trust = Some(manner.trust.clone());
        options.picked = found.picked;
        if let Some(port) = found.port.filter(|_| target.port.is_none()) {
            options.port = port;
        }
        let is_away = found.moves && (manner.persistence.when_there || found.host.is_none());
        options.host = found.host.unwrap_or_default();
        if receivers
            .iter()
            .any(|other| is_one(&options, &other.options))
        {
            continue;
        }
        let device = device(&options, &manner.trust, is_alone);
        receivers.push(Receiver {
            name,
            device,
            moves: found.moves && device.is_some(),
            keeps_port: target.port.is_some(),
            is_away: is_away && device.is_some(),
            options,
        });
    }
    Ok((receivers, lost))
}

/// Two devices are two, wherever either was last; without a key the place tells.
fn is_one(one: &SendOptions, other: &SendOptions) -> bool {
    match (one.picked, other.picked) {
        (Some(one), Some(other)) => one == other,
        _ => (&one.host, one.port) == (&other.host, other.port),
    }
}

/// The one device that has to be there, as far as it is known before it answers.
fn device(options: &SendOptions, trust: &Trust, is_alone: bool) -> Option<Fingerprint> {
    let (host, port) = (&options.host, options.port);
    match trust.trusted.as_slice() {
        [] => options.picked.or(trust.devices.expected_at(host, port)),
        [one] if is_alone => Some(*one),
        _ => options.picked,
    }
}

/// What was typed for one receiver, and what follows from it before anybody was looked for.
fn options(
    host: &str,
    arguments: &SendArguments,
) -> Result<(String, Target, SendOptions), OurFault> {
    let mut target = parse_target(host)?;
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
    Ok((host.trim().to_owned(), target, options))
}
/// So that a message about the file says where it was looked for.
fn absolute(file: &PathBuf) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.clone())
}
