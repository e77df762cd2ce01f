//! The state of `send`: who answered, what is asked, how it ended.

use std::sync::mpsc::{self, TryRecvError};
use std::time::{Duration, Instant};

use super::bar::Bar;
use super::interrupt::Interrupt;
use super::question::{Question, Reply};
use super::questions::Questions;
use super::screen::{Screen, paragraph};
use super::{Exit, diagnosis, trust, waker};
use crate::error::{Error, OurFault};
use crate::identity::{DeviceIdentity, Fingerprint};
use crate::messages::{contact, outcome, terminal};
use crate::protocol::code::Code;
use crate::session::{Outgoing, OutgoingState, Receiver};
use crate::transfer::{
    ClassicConsent, OutgoingHandle, Payload, PeerDevice, Question as Asked, SendEvent, SendOptions,
    SendOutcome, Trust,
};

/// How often the bar is drawn anew although nothing moved, so that its speed falls.
const REDRAW: Duration = Duration::from_millis(250);
/// Most receivers answer and confirm at once: only a longer wait is worth a word.
const QUIET_WAIT: Duration = Duration::from_secs(1);

/// So much of a greeting's line fits on one line of a terminal, with its mark.
const MAX_QUOTED_CHARS: usize = 66;

/// Files, folders or a text on their way.
pub(super) struct Sending<'a> {
    screen: &'a Screen,
    options: SendOptions,
    trust: Trust,
    /// Whether to remember the receiver without asking.
    remember: bool,
    questions: Questions,
    handle: OutgoingHandle,
    outgoing: Outgoing,
    /// There once content moves, and only on a terminal.
    bar: Option<Bar>,
    awaiting: Option<Awaiting>,
    /// Why nothing was sent, where nobody could be asked.
    unasked: Option<String>,
    cancelled: bool,
}

/// A wait for the other side.
struct Awaiting {
    since: Instant,
    /// To be said if it takes long.
    words: Option<String>,
}

impl<'a> Sending<'a> {
    pub(super) fn new(
        screen: &'a Screen,
        options: SendOptions,
        trust: Trust,
        remember: bool,
        questions: Questions,
        handle: OutgoingHandle,
    ) -> Self {
        let to = Receiver {
            host: options.host.clone(),
            port: options.port,
        };
        let payload = options.payload.clone();
        let what = terminal::payload(&payload);
        Self {
            screen,
            options,
            trust,
            remember,
            questions,
            handle,
            outgoing: Outgoing::new(to, payload, what),
            bar: None,
            awaiting: None,
            unasked: None,
            cancelled: false,
        }
    }

    /// Until the transfer is over.
    pub(super) fn run(mut self, events: &mpsc::Receiver<SendEvent>, interrupt: &Interrupt) -> Exit {
        loop {
            if interrupt.requested() {
                self.cancel();
            }
            while let Some((question, reply)) = self.questions.next_decided(self.screen) {
                self.act(&question, reply);
            }
            match events.try_recv() {
                Ok(event) => self.handle(event),
                Err(TryRecvError::Empty) => {
                    self.draw(Instant::now());
                    waker::sleep(REDRAW);
                }
                Err(TryRecvError::Disconnected) => self.handle(lost_worker()),
            }
            if let Some(exit) = self.ended() {
                return exit;
            }
        }
    }

    fn cancel(&mut self) {
        if self.cancelled {
            return;
        }
        self.cancelled = true;
        if self.bar.is_none() {
            self.screen.end_line_of_interrupt();
        }
        self.questions.give_up(self.screen);
        self.handle.cancel();
    }

    fn handle(&mut self, event: SendEvent) {
        match &event {
            SendEvent::Connected { peer } => {
                let port = self.options.port;
                self.screen
                    .say(&terminal::connected(&peer.to_string(), port));
            }
            SendEvent::Greeted(text) if text.trim().is_empty() => {}
            SendEvent::Greeted(text) => self.screen.say(&quoted(text)),
            SendEvent::Introduced(device) => {
                let is_named = self.is_named(device.fingerprint);
                self.screen.say(&contact::answered(device, is_named));
            }
            SendEvent::AwaitingAnswer => {
                self.await_peer(terminal::WAITING_FOR_YES);
            }
            SendEvent::Checking => self.await_peer(terminal::CHECKING),
            SendEvent::AwaitingConfirmation => self.await_confirmation(),
            SendEvent::Diagnosing => {
                self.await_peer(terminal::DIAGNOSING);
            }
            SendEvent::Asked(_)
            | SendEvent::Accepted { .. }
            | SendEvent::Diagnosed(_)
            | SendEvent::Ended(_) => {}
        }
        self.outgoing.apply(event);
        self.observe(Instant::now());
        match self.outgoing.state() {
            OutgoingState::Asked(question) => self.asked(&question.clone()),
            OutgoingState::Sending => self.accepted(),
            _ => {}
        }
    }

    fn observe(&mut self, now: Instant) {
        self.outgoing.observe(self.handle.snapshot(), now);
    }

    fn is_named(&self, fingerprint: Fingerprint) -> bool {
        self.trust.trusted.contains(&fingerprint)
    }

    fn asked(&mut self, question: &Asked) {
        match question {
            Asked::Code { device, code } => self.compare(device, *code),
            Asked::DifferentComputer { expected, found } => {
                self.screen
                    .say(&paragraph(&contact::different_computer(expected, found)));
                let hint = terminal::use_trust(found.fingerprint);
                self.ask(Question::SendToDifferent, &hint);
            }
            Asked::Classic { was_onehop: None } => {
                self.screen.say(&paragraph(&contact::only_classic(None)));
                let hint = if self.options.classic == ClassicConsent::Ask {
                    terminal::USE_CLASSIC
                } else {
                    // Asked all the same, since the known devices cannot be read.
                    self.screen.say(terminal::MAY_HAVE_BEEN_ONEHOP);
                    terminal::USE_UNENCRYPTED
                };
                self.ask(Question::SendClassic, hint);
            }
            Asked::Classic {
                was_onehop: Some(was),
            } => self.refuse_classic(was),
        }
    }

    /// A yes under a question comes too easily where somebody may stand in a known computer's place.
    fn refuse_classic(&mut self, was: &DeviceIdentity) {
        self.screen
            .say(&paragraph(&contact::only_classic(Some(was))));
        let is_named = self.is_named(was.fingerprint);
        self.unasked = Some(terminal::onehop_gone(was.fingerprint, is_named));
        self.reject();
    }

    /// Two people compare the code, unless this side has been told whose key it is.
    fn compare(&mut self, device: &PeerDevice, code: Code) {
        self.screen.say(&terminal::code(code));
        if self.is_named(device.fingerprint) {
            self.screen.say(terminal::RECEIVER_COMPARES);
            self.go_on(self.remember);
            return;
        }
        let hint = terminal::use_trust(device.fingerprint);
        self.ask(Question::SameCode, &hint);
    }

    /// Where there is nobody to ask, the answer is no, and the missing word is named.
    fn ask(&mut self, question: Question, hint: &str) {
        if self.questions.interactive() {
            self.questions.put(question, self.screen);
            return;
        }
        if matches!(question, Question::SameCode) {
            self.unasked = Some(terminal::not_compared(hint));
            // A no would say that the codes differ, which nobody has looked at.
            self.handle.cancel();
        } else {
            self.unasked = Some(terminal::not_asked(hint));
            self.reject();
        }
    }

    fn go_on(&mut self, remember: bool) {
        if let Some(kind) = self.outgoing.go_on() {
            self.handle.go_on(kind, remember);
        }
    }

    fn reject(&self) {
        if let Some(question) = self.outgoing.question() {
            self.handle.reject(question.kind());
        }
    }

    fn act(&mut self, question: &Question, reply: Reply) {
        match (question, reply) {
            (Question::Remember { .. }, reply) => self.go_on(reply == Reply::Yes),
            (Question::SameCode, Reply::Yes) if self.may_be_remembered() => {
                let question = Question::Remember { id: None };
                self.questions.put_next(question, self.screen);
            }
            (Question::SameCode, Reply::Yes) => self.go_on(self.remember),
            (_, Reply::Yes) => self.go_on(false),
            (_, Reply::No | Reply::Nobody) => self.reject(),
        }
    }

    fn may_be_remembered(&self) -> bool {
        let is_remembered = |device: &PeerDevice| device.remembered;
        !self.remember && !self.outgoing.device().is_some_and(is_remembered)
    }

    fn accepted(&mut self) {
        self.awaiting = None;
        if let (true, Some(device)) = (self.remember, self.outgoing.device()) {
            // Also where no question was put, since `--trust` had answered it.
            trust::remember(&self.trust.devices, device, self.screen);
        }
        if let Some(resumed) = self.outgoing.progress().resumed() {
            self.screen.say(&resumed);
        }
        self.show_bar();
    }

    fn show_bar(&mut self) {
        if self.bar.is_none() && Screen::draws_bars() {
            self.bar = Some(Bar::with_total(self.screen));
        }
    }

    fn await_confirmation(&mut self) {
        if self.outgoing.device().is_some() {
            self.await_peer(terminal::WAITING_FOR_DISK);
            return;
        }
        let wait = self.options.confirmation_wait.unwrap_or_default();
        self.await_peer(&terminal::waiting_for_confirmation(wait));
    }

    fn await_peer(&mut self, words: &str) {
        self.awaiting = Some(Awaiting {
            since: Instant::now(),
            words: Some(words.to_owned()),
        });
    }

    fn draw(&mut self, now: Instant) {
        self.observe(now);
        if self.outgoing.moving() {
            self.show_bar();
        }
        if let Some(bar) = &self.bar {
            bar.update(self.outgoing.progress());
        }
        let waits_long =
            |awaiting: &&mut Awaiting| now.saturating_duration_since(awaiting.since) >= QUIET_WAIT;
        let awaiting = self.awaiting.as_mut().filter(waits_long);
        if let Some(words) = awaiting.and_then(|awaiting| awaiting.words.take()) {
            self.remove_bar();
            self.screen.say(&words);
        }
    }

    /// Tells how it ended, if it did.
    fn ended(&mut self) -> Option<Exit> {
        let ending = self.outgoing.ending()?;
        self.questions.give_up(self.screen);
        self.remove_bar();
        if let Some(outcome) = self.outgoing.outcome() {
            self.tell(outcome);
        }
        Some(Exit::of(ending))
    }

    fn tell(&self, outcome: &SendOutcome) {
        let trouble = outcome::trouble_sending(outcome);
        if let (Some(unasked), SendOutcome::Failed { error, .. }) = (&self.unasked, outcome)
            && matches!(error, Error::Peer(_) | Error::Cancelled)
        {
            self.screen.say(unasked);
            return;
        }
        if !matches!(outcome, SendOutcome::Failed { bytes: 0, .. }) {
            self.screen.say(&self.sentence(outcome));
        }
        for remark in self.outgoing.remarks() {
            self.screen.say(&format!("  {remark}"));
        }
        match (trouble, self.outgoing.diagnosis()) {
            (Some(trouble), Some(diagnosis)) => {
                self.screen.say(&diagnosis::of(&trouble, diagnosis));
            }
            (Some(trouble), None) => self.screen.notice(&trouble),
            (None, _) => {}
        }
    }

    fn sentence(&self, outcome: &SendOutcome) -> String {
        match (outcome, self.outgoing.payload()) {
            (SendOutcome::Received { device, .. }, Payload::Text(_)) => outcome::text_sent(device),
            _ => outcome::sent(outcome, self.outgoing.what(), &self.outgoing.to().host),
        }
    }

    fn remove_bar(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.remove(self.screen);
        }
    }
}

/// Each line of a greeting marked as the receiver's, so that none passes for one of ours, not even
/// where the terminal would break a long one. Blank lines around it are dropped.
fn quoted(greeting: &str) -> String {
    let mut quoted = Vec::new();
    for line in greeting.trim().lines() {
        let line: Vec<char> = line.trim_end().chars().collect();
        // A blank line has no piece, but a line of its own.
        for piece in line
            .chunks(MAX_QUOTED_CHARS)
            .chain(line.is_empty().then_some(&[][..]))
        {
            let piece: String = piece.iter().collect();
            quoted.push(terminal::quoted(&piece));
        }
    }
    quoted.join("\n")
}

/// The worker tells its end even after a panic, so this is a bug of ours.
fn lost_worker() -> SendEvent {
    let error = OurFault::Bug(terminal::NO_OUTCOME.to_owned());
    SendEvent::Ended(SendOutcome::Failed {
        error: Error::from(error),
        bytes: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_greeting_is_marked_also_where_a_terminal_would_break_it() {
        let text = format!("\n\n | a\n\n{}Delivered, verified\n \n", " ".repeat(70));
        let pad = " ".repeat(66);
        let expected = format!("receiver: | a\nreceiver:\nreceiver: {pad}");
        let quoted = quoted(&text);
        assert!(quoted.starts_with(expected.trim_end()), "{quoted}");
        assert!(quoted.lines().all(|line| line.starts_with("receiver:")));
        assert!(quoted.lines().all(|line| line.chars().count() <= 76));
    }
}
