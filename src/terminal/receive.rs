//! `onehop-cli receive`: listens until it has to stop.

use std::net::IpAddr;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::accept_policy::AcceptPolicy;
use super::args::ReceiveArguments;
use super::interrupt::Interrupt;
use super::questions::Questions;
use super::receiving::Receiving;
use super::screen::Screen;
use super::{Exit, introduction, leftovers, trust, waker};
use crate::discovery::{Announced, Announcing, DeviceKind, Hint};
use crate::disk::{Destination, Merge, check_folder};
use crate::error::OurFault;
use crate::messages::diagnostics::ADDRESSES_UNKNOWN;
use crate::messages::{UserMessage, terminal};
use crate::net::{AccessPolicy, check_listen_address, local_addresses, parse_port};
use crate::transfer::{Consent, Limits, ListenEvent, ListenOptions, Listener};

/// Lets `--port` ask for any free port.
const ANY_PORT: &str = "0";
/// How often a bar is drawn anew although nothing moved, so that its speed falls.
const REDRAW: Duration = Duration::from_millis(250);
/// Without bars only the bell matters; this is for a bell that was never rung.
const IDLE: Duration = Duration::from_mins(1);

/// Runs the command; the exit code tells how it ended.
pub(super) fn run(arguments: &ReceiveArguments, screen: Screen) -> Exit {
    let mut options = match options(arguments) {
        Ok(options) => options,
        Err(fault) => {
            screen.notice(&UserMessage::from(&fault));
            return Exit::Usage;
        }
    };
    if let Err(fault) = check_folder(&options.destination.folder) {
        screen.notice(&UserMessage::from(&fault));
        return Exit::Failed;
    }
    let trust = match trust::open(&arguments.trust, &arguments.config, &screen) {
        Ok(trust) => trust,
        Err(fault) => {
            screen.notice(&UserMessage::from(&fault));
            return Exit::Failed;
        }
    };
    options.trust = Some(trust.clone());
    let accept_policy = AcceptPolicy {
        trust,
        yes: arguments.saving.yes,
        remember: arguments.trust.remember,
        merge: options.destination.merge,
    };
    let public = !arguments.network.no_announce;
    listen(&options, (arguments.once, public), accept_policy, screen)
}

fn listen(
    options: &ListenOptions,
    (once, public): (bool, bool),
    accept_policy: AcceptPolicy,
    screen: Screen,
) -> Exit {
    let bell = waker::for_this_thread();
    let interrupt = Interrupt::watch(bell.clone());
    let questions = Questions::new(bell.clone());
    match Listener::start(options.clone(), bell.clone()) {
        Ok((listener, events)) => {
            introduce(options, &listener, &questions, &screen);
            let wanted = public
                .then(|| announced(options, listener.port()))
                .flatten();
            let mut announcing = Announcing::default();
            announcing.follow(wanted.clone(), Instant::now());
            if !announcing.works() {
                screen.say(terminal::NOT_ANNOUNCED);
            }
            let receiving = Receiving::new(options, once, accept_policy, questions, screen);
            serve(
                Open {
                    listener,
                    announcing,
                    wanted,
                },
                (&events, &leftovers::find(&options.destination.folder, bell)),
                receiving,
                &interrupt,
            )
        }
        Err(error) => {
            screen.notice(&UserMessage::from(&error));
            Exit::Failed
        }
    }
}

fn options(arguments: &ReceiveArguments) -> Result<ListenOptions, OurFault> {
    check_listen_address(arguments.network.bind)?;
    Ok(ListenOptions {
        port: match arguments.port.trim() {
            ANY_PORT => 0,
            port => parse_port(port)?,
        },
        address: arguments.network.bind,
        access: if arguments.network.any_address {
            AccessPolicy::AnyAddress
        } else {
            AccessPolicy::AttachedNetworks
        },
        consent: if arguments.saving.yes {
            Consent::SaveWithoutAsking
        } else {
            Consent::Ask
        },
        empty_files: arguments.saving.empty,
        destination: Destination {
            merge: if arguments.saving.merge {
                Merge::All
            } else {
                Merge::SentBefore
            },
            ..Destination::classic(absolute(&arguments.dir))
        },
        limits: Limits::default(),
        trust: None,
    })
}

/// People and scripts are told the exact path, wherever they look at it from.
fn absolute(folder: &Path) -> std::path::PathBuf {
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

fn introduce(options: &ListenOptions, listener: &Listener, questions: &Questions, screen: &Screen) {
    screen.say(&terminal::listening(listener.port()));
    screen.say(&addresses(options.address));
    if let Some(trust) = &options.trust {
        let fingerprint = trust.identity.fingerprint();
        let name = trust.devices.name();
        screen.say(&terminal::this_computer(&name, fingerprint));
    }
    let destination = &options.destination;
    screen.say(&terminal::saves_to(
        &destination.folder,
        &destination.path(),
    ));
    screen.say(&introduction::greeting());
    let interactive = questions.interactive();
    screen.say(&terminal::consent(options.consent, interactive));
}

fn addresses(bound: Option<IpAddr>) -> String {
    match local_addresses() {
        Ok(all) => introduction::addresses(&all, bound),
        Err(error) => {
            log::warn!("this computer's addresses are not known: {error}");
            ADDRESSES_UNKNOWN.to_owned()
        }
    }
}

/// What the network is told; nothing if nobody there could connect.
fn announced(options: &ListenOptions, port: u16) -> Option<Announced> {
    let trust = options.trust.as_ref()?;
    let this_computer = Announced {
        name: trust.devices.name(),
        hint: Some(Hint::of(trust.identity.fingerprint())),
        kind: DeviceKind::of_this_computer(false),
        port,
        address: options.address,
    };
    this_computer.reaches_others().then_some(this_computer)
}

/// What is given up as soon as nobody else is to come.
struct Open {
    /// Frees the port; whoever has not been answered gets a no.
    listener: Listener,
    announcing: Announcing,
    /// What is to be announced, as soon as it can be.
    wanted: Option<Announced>,
}

impl Open {
    fn close(mut self) {
        drop(self.listener);
        self.announcing.end();
    }

    /// Announces what is wanted, if that failed. Returns how soon to try again.
    fn announce(&mut self) -> Option<Duration> {
        self.announcing.follow(self.wanted.clone(), Instant::now())
    }
}

/// Sleeps, wakes, hands everything new to `receiving`, until that is finished.
fn serve(
    open: Open,
    (events, leftovers): (&mpsc::Receiver<ListenEvent>, &mpsc::Receiver<String>),
    mut receiving: Receiving,
    interrupt: &Interrupt,
) -> Exit {
    let mut open = Some(open);
    loop {
        while let Ok(event) = events.try_recv() {
            receiving.handle(event);
        }
        while let Ok(leftovers) = leftovers.try_recv() {
            receiving.say(&leftovers);
        }
        receiving.take_answers();
        if receiving.takes_next_at_once()
            && let Some(open) = &open
        {
            open.listener.allow_first_contact();
        }
        if interrupt.requested() {
            receiving.interrupt();
        }
        if receiving.stopping()
            && let Some(open) = open.take()
        {
            open.close();
        }
        if let Some(exit) = receiving.finished() {
            return exit;
        }
        let announce = open.as_mut().and_then(Open::announce);
        let draw = receiving.draw(Instant::now()).then_some(REDRAW);
        waker::sleep(draw.or(announce).unwrap_or(IDLE));
    }
}
