//! `onehop-cli send`: sends one file and tells how that ended.

use std::path::PathBuf;
use std::sync::mpsc::{self, TryRecvError};
use std::time::{Duration, Instant};

use super::Exit;
use super::args::SendArguments;
use super::bar::Bar;
use super::bell;
use super::interrupt::Interrupt;
use super::screen::{Screen, indented};
use crate::transfer::{
    Error, OurFault, Outgoing, SendEvent, SendOptions, SendOutcome, parse_host, parse_port, send,
};
use crate::words::{Notice, outcome};

/// How often the bar is drawn anew although nothing moved, so that its speed falls.
const REDRAW: Duration = Duration::from_millis(250);
/// Most receivers confirm at once: only a longer wait is worth a word.
const QUIET_WAIT: Duration = Duration::from_secs(1);

/// Runs the command; the exit code tells whether the file was delivered.
pub(super) fn run(arguments: &SendArguments, screen: &Screen) -> Exit {
    let options = match options(arguments) {
        Ok(options) => options,
        Err(fault) => {
            screen.notice(&Notice::from(&fault));
            return Exit::Usage;
        }
    };
    let bell = bell::for_this_thread();
    let interrupt = Interrupt::watch(bell.clone());
    match send(options.clone(), bell) {
        Ok((outgoing, events)) => Sending {
            screen,
            options,
            outgoing,
            bar: None,
            awaiting_since: None,
            wait_told: false,
        }
        .run(&events, &interrupt),
        Err(error) => {
            screen.notice(&Notice::from(&error));
            Exit::Failed
        }
    }
}

fn options(arguments: &SendArguments) -> Result<SendOptions, OurFault> {
    Ok(SendOptions {
        host: parse_host(&arguments.host)?.to_owned(),
        port: parse_port(&arguments.port)?,
        file: absolute(&arguments.file),
        confirmation_wait: Some(Duration::from_secs(arguments.wait)),
    })
}

/// So that a message about the file says where it was looked for.
fn absolute(file: &std::path::Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

/// One file on its way.
struct Sending<'a> {
    screen: &'a Screen,
    options: SendOptions,
    outgoing: Outgoing,
    /// There from the greeting on, and only on a terminal.
    bar: Option<Bar>,
    awaiting_since: Option<Instant>,
    wait_told: bool,
}

impl Sending<'_> {
    fn run(mut self, events: &mpsc::Receiver<SendEvent>, interrupt: &Interrupt) -> Exit {
        let mut cancelled = false;
        loop {
            if interrupt.requested() && !cancelled {
                cancelled = true;
                if self.bar.is_none() {
                    self.screen.end_line_of_interrupt();
                }
                self.outgoing.cancel();
            }
            match events.try_recv() {
                Ok(SendEvent::Ended(outcome)) => return self.ended(&outcome),
                Ok(event) => self.handle(event),
                Err(TryRecvError::Empty) => {
                    self.draw(Instant::now());
                    bell::sleep(REDRAW);
                }
                Err(TryRecvError::Disconnected) => return self.ended(&lost_worker()),
            }
        }
    }

    fn handle(&mut self, event: SendEvent) {
        match event {
            SendEvent::Connected { peer } => {
                let port = self.options.port;
                self.screen
                    .say(&format!("Connected to {peer} port {port}."));
            }
            SendEvent::Greeted(text) => {
                if !text.trim().is_empty() {
                    let text = indented(&text);
                    self.screen.say(&format!("The receiver says:\n{text}"));
                }
                self.bar = Screen::draws_bars().then(|| Bar::with_total(self.screen));
            }
            SendEvent::AwaitingConfirmation => self.awaiting_since = Some(Instant::now()),
            // Handled where the events are read, since nothing comes after it.
            SendEvent::Ended(_) => {}
        }
    }

    fn draw(&mut self, now: Instant) {
        if let Some(bar) = &mut self.bar {
            bar.update(&self.outgoing.snapshot(), now);
        }
        let waits_long = self
            .awaiting_since
            .is_some_and(|since| now.saturating_duration_since(since) >= QUIET_WAIT);
        if waits_long && !self.wait_told {
            self.wait_told = true;
            self.remove_bar();
            self.screen.say(&format!(
                "Everything was sent. Waiting up to {} s for the receiver to confirm. Ctrl-C \
                 stops waiting.",
                self.options.confirmation_wait.unwrap_or_default().as_secs()
            ));
        }
    }

    fn ended(&mut self, ended: &SendOutcome) -> Exit {
        self.remove_bar();
        let sentence = outcome::sent(ended, &self.options.file, &self.options.host);
        match ended {
            SendOutcome::Delivered { .. } => {
                self.screen.say(&sentence);
                Exit::Done
            }
            SendOutcome::Unconfirmed { .. } => {
                self.screen.say(&sentence);
                self.screen
                    .say("  Look there for the file before you send it again.");
                Exit::Failed
            }
            SendOutcome::Failed { error, bytes } => {
                if *bytes > 0 {
                    self.screen.say(&sentence);
                }
                self.screen.notice(&Notice::from(error));
                Exit::Failed
            }
        }
    }

    fn remove_bar(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.remove(self.screen);
        }
    }
}

/// The worker tells its end even after a panic, so this is a bug of ours.
fn lost_worker() -> SendOutcome {
    let error = OurFault::Bug("a transfer ended without an outcome".to_owned());
    SendOutcome::Failed {
        error: Error::from(error),
        bytes: 0,
    }
}
