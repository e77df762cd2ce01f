//! One try to send to one receiver: who answered, what is asked, how it ended.

use std::sync::mpsc::{self, TryRecvError};
use std::time::{Duration, Instant};

use super::bar::Bar;
use super::question::{Asks, Question, Reply};
use super::questions::Questions;
use super::screen::{Screen, paragraph};
use super::voice::Voice;
use super::{Exit, diagnosis, trust};
use crate::error::{Error, OurFault};
use crate::identity::{DeviceIdentity, Fingerprint};
use crate::messages::{contact, outcome, terminal};
use crate::protocol::code::Code;
use crate::session::queue::SendId;
use crate::session::{Outgoing, OutgoingState, Receiver};
use crate::transfer::{
    ClassicConsent, OutgoingHandle, Payload, PeerDevice, Question as Asked, SendEvent, SendOptions,
    SendOutcome, Trust,
};

/// Most receivers answer and confirm at once: only a longer wait is worth a word.
const QUIET_WAIT: Duration = Duration::from_secs(1);

/// So much of a greeting's line fits on one line of a terminal, with its mark.
const MAX_QUOTED_CHARS: usize = 66;

/// Files, folders or a text on their way.
pub(super) struct Sending<'a> {
    id: SendId,
    voice: Voice<'a>,
    options: SendOptions,
    trust: Trust,
    /// Whether to remember the receiver without asking.
    remember: bool,
    attempt: Attempt,
    handle: OutgoingHandle,
    events: mpsc::Receiver<SendEvent>,
    outgoing: Outgoing,
    /// There once content moves, and only on a terminal.
    bar: Option<Bar>,
    awaiting: Option<Awaiting>,
    /// Why nothing was sent, where nobody could be asked.
    unasked: Option<String>,
    /// The user here said no, and means it.
    is_refused: bool,
}

/// Which one of several tries it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// The first, right after the program was started.
    First,
    /// The receiver was waited for, and has not said a word yet.
    Awaited,
    /// The receiver was there before, and most is said already.
    Again,
}

/// A wait for the other side.
struct Awaiting {
    since: Instant,
    /// To be said if it takes long.
    words: Option<String>,
}

impl<'a> Sending<'a> {
    pub(super) fn new(
        id: SendId,
        voice: Voice<'a>,
        (options, attempt): (SendOptions, Attempt),
        (trust, remember): (Trust, bool),
        (handle, events): (OutgoingHandle, mpsc::Receiver<SendEvent>),
    ) -> Self {
        let to = Receiver {
            host: options.host.clone(),
            port: options.port,
        };
        let payload = options.payload.clone();
        let what = terminal::payload(&payload);
        Self {
            id,
            voice,
            options,
            trust,
            remember,
            attempt,
            handle,
            events,
            outgoing: Outgoing::new(to, payload, what),
            bar: None,
            awaiting: None,
            unasked: None,
            is_refused: false,
        }
    }

    /// The transfer as people see it.
    pub(super) fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    /// Content that has crossed this time, in bytes.
    pub(super) fn moved_bytes(&self) -> u64 {
        self.handle.snapshot().moved_bytes()
    }

    /// Whether the receiver has said a word.
    pub(super) fn has_heard(&self) -> bool {
        self.outgoing.device().is_some() || !self.outgoing.greeting().is_empty()
    }

    /// Whether the user here said no.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused
    }

    /// Whether a bar stands at the end of the screen.
    pub(super) fn has_bar(&self) -> bool {
        self.bar.is_some()
    }

    /// The device that answered, if it would be known if it called again.
    pub(super) fn known_device(&self) -> Option<Fingerprint> {
        let device = self.outgoing.device()?.fingerprint;
        let is_known = self.is_named(device) || self.trust.devices.find(device).is_some();
        is_known.then_some(device)
    }

    /// Takes in the next event. Whether there was one.
    pub(super) fn step(&mut self, questions: &mut Questions) -> bool {
        match self.events.try_recv() {
            Ok(event) => self.handle(event, questions),
            Err(TryRecvError::Empty) => return false,
            Err(TryRecvError::Disconnected) => self.handle(lost_worker(), questions),
        }
        true
    }

    /// Stops it.
    pub(super) fn cancel(&self) {
        self.handle.cancel();
    }

    fn say(&self, text: &str) {
        self.voice.say(text);
    }

    /// What was said the first time.
    fn say_once(&self, text: &str) {
        if self.attempt != Attempt::Again {
            self.voice.say(text);
        }
    }

    fn handle(&mut self, event: SendEvent, questions: &mut Questions) {
        match &event {
            SendEvent::Connected { peer } => {
                let port = self.options.port;
                self.say_once(&terminal::connected(&peer.to_string(), port));
            }
            SendEvent::Greeted(text) if text.trim().is_empty() => {}
            SendEvent::Greeted(text) => self.say_once(&quoted(text)),
            SendEvent::Introduced(device) => {
                let is_named = self.is_named(device.fingerprint);
                self.say_once(&contact::answered(device, is_named));
            }
            SendEvent::AwaitingAnswer => self.await_peer(terminal::WAITING_FOR_YES),
            SendEvent::Checking => self.await_peer(terminal::CHECKING),
            SendEvent::AwaitingConfirmation => self.await_confirmation(),
            SendEvent::Diagnosing if self.attempt != Attempt::First => {}
            SendEvent::Diagnosing => self.await_peer(terminal::DIAGNOSING),
            SendEvent::Asked(_)
            | SendEvent::Accepted { .. }
            | SendEvent::Diagnosed(_)
            | SendEvent::Ended(_) => {}
        }
        self.outgoing.apply(event);
        self.observe(Instant::now());
        match self.outgoing.state() {
            OutgoingState::Asked(question) => self.asked(&question.clone(), questions),
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

    fn asked(&mut self, question: &Asked, questions: &mut Questions) {
        match question {
            Asked::Code { device, code } => self.compare(device, *code, questions),
            // The one that is waited for is elsewhere.
            Asked::DifferentComputer { .. } if self.attempt != Attempt::First => self.reject(),
            Asked::DifferentComputer { expected, found } => {
                self.say(&paragraph(&contact::different_computer(expected, found)));
                let hint = terminal::use_trust(found.fingerprint);
                self.ask(Asks::SendToDifferent, &hint, questions);
            }
            Asked::Classic { was_onehop: None } => {
                self.say(&paragraph(&contact::only_classic(None)));
                let hint = if self.options.classic == ClassicConsent::Ask {
                    terminal::USE_CLASSIC
                } else {
                    // Asked all the same, since the known devices cannot be read.
                    self.say(terminal::MAY_HAVE_BEEN_ONEHOP);
                    terminal::USE_UNENCRYPTED
                };
                self.ask(Asks::SendClassic, hint, questions);
            }
            Asked::Classic {
                was_onehop: Some(was),
            } => self.refuse_classic(was),
        }
    }

    /// A yes under a question comes too easily where somebody may stand in a known computer's place.
    fn refuse_classic(&mut self, was: &DeviceIdentity) {
        let is_named = self.is_named(was.fingerprint);
        let (host, port) = (&self.options.host, self.options.port);
        let was_seen = self.trust.devices.expected_at(host, port).is_some();
        let careful = if is_named && !was_seen {
            terminal::NOT_THE_NAMED_ONEHOP.to_owned()
        } else {
            contact::only_classic(Some(was))
        };
        self.say_once(&paragraph(&careful));
        self.unasked = Some(terminal::onehop_gone(was.fingerprint, is_named));
        self.reject();
    }

    /// Two people compare the code, unless this side has been told whose key it is.
    fn compare(&mut self, device: &PeerDevice, code: Code, questions: &mut Questions) {
        self.say(&terminal::code(code));
        if self.is_named(device.fingerprint) {
            self.say(terminal::RECEIVER_COMPARES);
            self.go_on(self.remember);
            return;
        }
        let hint = terminal::use_trust(device.fingerprint);
        self.ask(Asks::SameCode(code), &hint, questions);
    }

    /// Where there is nobody to ask, the answer is no, and the missing word is named.
    fn ask(&mut self, asks: Asks, hint: &str, questions: &mut Questions) {
        if questions.interactive() {
            questions.put(self.question(asks), self.voice.screen);
            return;
        }
        if matches!(asks, Asks::SameCode(_)) {
            self.unasked = Some(terminal::not_compared(hint));
            // A no would say that the codes differ, which nobody has looked at.
            self.handle.cancel();
        } else {
            self.unasked = Some(terminal::not_asked(hint));
            self.reject();
        }
    }

    fn question(&self, asks: Asks) -> Question {
        Question::Sending {
            id: self.id,
            whom: self.voice.whom.clone(),
            asks,
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

    /// The user has decided.
    pub(super) fn act(&mut self, asks: Asks, reply: Reply, questions: &mut Questions) {
        match (asks, reply) {
            (Asks::Remember, reply) => self.go_on(reply == Reply::Yes),
            (Asks::SameCode(_), Reply::Yes) if self.may_be_remembered() => {
                questions.put_next(self.question(Asks::Remember), self.voice.screen);
            }
            (Asks::SameCode(_), Reply::Yes) => self.go_on(self.remember),
            // A no would say that the codes differ, which nobody has said.
            (Asks::SameCode(_), Reply::Nobody) => {
                self.unasked = Some(terminal::NO_ANSWER.to_owned());
                self.handle.cancel();
            }
            (_, Reply::Yes) => self.go_on(false),
            (_, Reply::No | Reply::Nobody) => {
                self.is_refused = reply == Reply::No;
                self.reject();
            }
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
            trust::remember(&self.trust.devices, device, self.voice.screen);
        }
        if let Some(resumed) = self.outgoing.progress().resumed() {
            self.say(&resumed);
        }
        self.show_bar();
    }

    fn show_bar(&mut self) {
        if self.bar.is_none() && Screen::draws_bars() {
            let screen = self.voice.screen;
            self.bar = Some(match &self.voice.whom {
                Some(whom) => Bar::of_peer(screen, whom.clone()),
                None => Bar::with_total(screen),
            });
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

    /// Shows how far it is.
    pub(super) fn draw(&mut self, now: Instant) {
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
            self.say(&words);
        }
    }

    /// What keeps it from the receiver, in a sentence, if it ended so.
    pub(super) fn trouble(&self) -> Option<String> {
        let trouble = outcome::trouble_sending(self.outgoing.outcome()?)?;
        Some(trouble.headline)
    }

    /// Tells how it ended.
    pub(super) fn tell(&self) -> Exit {
        let (Some(ending), Some(outcome)) = (self.outgoing.ending(), self.outgoing.outcome())
        else {
            return Exit::Failed;
        };
        let exit = Exit::of(ending);
        let trouble = outcome::trouble_sending(outcome);
        if let (Some(unasked), SendOutcome::Failed { error, .. }) = (&self.unasked, outcome)
            && matches!(error, Error::Peer(_) | Error::Cancelled)
        {
            self.say(unasked);
            return exit;
        }
        if !matches!(outcome, SendOutcome::Failed { bytes: 0, .. }) {
            self.say(&self.sentence(outcome));
        }
        for remark in self.outgoing.remarks() {
            self.say(&format!("  {remark}"));
        }
        match (trouble, self.outgoing.diagnosis()) {
            (Some(trouble), Some(diagnosis)) => self.say(&diagnosis::of(&trouble, diagnosis)),
            (Some(trouble), None) => self.voice.notice(&trouble),
            (None, _) => {}
        }
        exit
    }

    fn sentence(&self, outcome: &SendOutcome) -> String {
        match (outcome, self.outgoing.payload()) {
            (SendOutcome::Received { device, .. }, Payload::Text(_)) => outcome::text_sent(device),
            _ => outcome::sent(outcome, self.outgoing.what(), &self.outgoing.to().host),
        }
    }

    /// Nothing of it stays on the screen.
    pub(super) fn remove_bar(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.remove(self.voice.screen);
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
