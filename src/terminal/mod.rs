//! The terminal program: its arguments, questions and progress bars.
//!
//! In scope: turning arguments into the engine's options, events into lines, answers into
//! decisions, outcomes into exit codes. Out of scope: sockets and files, which are the engine's
//! ([`crate::transfer`]), and sentences about outcomes and errors ([`crate::messages`]).
//!
//! Everything for people goes to stderr. On stdout is only what a script can use: the final path of
//! each saved file or folder, a text that arrived, this computer's fingerprint, the known devices,
//! the verdict of a check. Each ends with a line end, and what cannot be written there is a failure.
//!
//! # How it waits
//!
//! One thread runs a command. It sleeps until its bell rings: the engine rings it after each
//! event and when progress moved, Ctrl-C rings it, and so does a typed answer. Then it looks at
//! all of them, draws, and sleeps again. Nothing polls.

mod accept_policy;
mod answers;
mod args;
mod bar;
mod check;
mod devices;
mod diagnosis;
mod dispatch;
mod identity;
mod interrupt;
mod introduction;
mod leftovers;
mod list;
mod look;
mod question;
mod questions;
mod receive;
mod receiving;
mod screen;
mod send;
mod sending;
mod target;
mod trust;
mod voice;
mod waker;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::disk;
use crate::error::OurFault;
use crate::history::Ending;
use crate::messages::UserMessage;
use args::{Arguments, Command};
use screen::Screen;

/// How a command ended, as its exit code tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// What was asked for is done.
    Done,
    /// A transfer did not work, or was cancelled.
    Failed,
    /// The arguments make no sense.
    Usage,
}

impl Exit {
    /// A transfer that came to its end.
    fn of(ending: Ending) -> Self {
        if ending.is_good() {
            Self::Done
        } else {
            Self::Failed
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
        })
    }
}

/// The definition of all arguments, for what is made from it: manual pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the program with the arguments it was started with, its own name first.
///
/// 0 says that everything asked for is done, 1 that a transfer failed or was cancelled, 2 that
/// the arguments make no sense.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    start_logging();
    disk::outlive_file_size_limit();
    let screen = Screen::new();
    let exit = match Arguments::try_parse_from(arguments).and_then(Arguments::checked) {
        Ok(Arguments { command }) => perform(&command, screen),
        Err(error) => screen.checked(explain(&error, &screen)),
    };
    exit.into()
}

fn perform(command: &Command, screen: Screen) -> Exit {
    let exit = match command {
        // It keeps the screen, and checks it itself.
        Command::Receive(options) => return receive::run(options, screen),
        Command::Send(options) => send::run(options, &screen),
        Command::Identity(options) => identity::run(options, &screen),
        Command::Devices(options) => devices::run(options, &screen),
        Command::List(options) => list::run(options, &screen),
        Command::Check(options) => check::run(options, &screen),
    };
    screen.checked(exit)
}

/// Errors only, unless `RUST_LOG` asks for more: what a user has to know is said on the screen.
fn start_logging() {
    let env = env_logger::Env::default().default_filter_or("error");
    env_logger::Builder::from_env(env).init();
}

/// Also `--help` and `--version`, which clap treats as errors that go to stdout.
fn explain(error: &clap::Error, screen: &Screen) -> Exit {
    if args::lacks_host(error) {
        screen.notice(&UserMessage::from(&OurFault::NoAddress));
    }
    let printed = error.print().and_then(|()| io::stdout().flush());
    if error.use_stderr() {
        return Exit::Usage;
    }
    if let Err(error) = printed {
        screen.output_lost(&error);
    }
    Exit::Done
}
