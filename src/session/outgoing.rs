//! One outgoing transfer, from its start to whatever became of it.

use std::time::{Duration, Instant, SystemTime};

use super::Progress;
use crate::diagnostics::Diagnosis;
use crate::error::{Error, PeerFault, QuestionKind};
use crate::history::{Direction, Ending, Record};
use crate::messages::contact::shown;
use crate::messages::{UserMessage, history, outcome, summary};
use crate::transfer::{Payload, PeerDevice, Question, SendEvent, SendOutcome, Snapshot};

/// Where something is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Its address or name.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// Something on its way from this computer.
#[derive(Debug)]
pub struct Outgoing {
    to: Receiver,
    payload: Payload,
    what: String,
    greeting: String,
    device: Option<PeerDevice>,
    diagnosis: Option<Box<Diagnosis>>,
    state: OutgoingState,
    progress: Progress,
}

/// Where it stands, or what became of it.
#[derive(Debug)]
pub enum OutgoingState {
    /// Looking up the name, connecting, reading the greeting.
    Connecting,
    /// The receiver has spoken; it is open yet which protocol it will be.
    Greeted,
    /// There is no connection, and why is being looked for.
    Diagnosing,
    /// The user is asked.
    Asked(Question),
    /// The user has answered, or did not need to: the receiver is told what there is.
    Listing,
    /// The receiver's user is asked.
    AwaitingAnswer,
    /// They have accepted, and both sides compare what is there already.
    Checking,
    /// Bytes are crossing.
    Sending,
    /// Everything is sent; the receiver has not confirmed yet.
    AwaitingConfirmation,
    /// It is over.
    Ended(SendOutcome),
}

impl Outgoing {
    /// One that has just begun. `what` says in a few words what is sent.
    #[must_use]
    pub fn new(to: Receiver, payload: Payload, what: String) -> Self {
        Self {
            to,
            payload,
            what,
            greeting: String::new(),
            device: None,
            diagnosis: None,
            state: OutgoingState::Connecting,
            progress: Progress::default(),
        }
    }

    /// Takes in what the engine tells of it.
    pub fn apply(&mut self, event: SendEvent) {
        self.state = match event {
            SendEvent::Connected { .. } => return,
            SendEvent::Greeted(greeting) => {
                self.greeting = greeting;
                OutgoingState::Greeted
            }
            SendEvent::Introduced(device) => {
                self.device = Some(device);
                OutgoingState::Listing
            }
            SendEvent::Asked(question) => OutgoingState::Asked(question),
            SendEvent::AwaitingAnswer => OutgoingState::AwaitingAnswer,
            SendEvent::Checking => OutgoingState::Checking,
            SendEvent::Accepted { held_bytes } => {
                self.progress.resume(held_bytes);
                OutgoingState::Sending
            }
            SendEvent::AwaitingConfirmation => OutgoingState::AwaitingConfirmation,
            SendEvent::Diagnosing => OutgoingState::Diagnosing,
            SendEvent::Diagnosed(diagnosis) => {
                self.diagnosis = Some(diagnosis);
                return;
            }
            SendEvent::Ended(outcome) => {
                if let SendOutcome::Received { device, .. } = &outcome {
                    self.device = Some(device.clone());
                }
                OutgoingState::Ended(outcome)
            }
        };
    }

    /// Takes in what the engine has counted as of `now`. A classic receiver accepts without a word.
    pub fn observe(&mut self, snapshot: Snapshot, now: Instant) {
        if matches!(self.state, OutgoingState::Greeted) && snapshot.bytes > 0 {
            self.state = OutgoingState::Sending;
        }
        self.progress.observe(snapshot, self.moving(), now);
    }

    /// Where it goes.
    #[must_use]
    pub fn to(&self) -> &Receiver {
        &self.to
    }

    /// What is sent.
    #[must_use]
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The same in a few words.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What the receiver said; empty if it said nothing.
    #[must_use]
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// The other Onehop, once it has proved its key; a receiver without one is classic.
    #[must_use]
    pub fn device(&self) -> Option<&PeerDevice> {
        self.device.as_ref()
    }

    /// Who receives: the name of the other Onehop, or the host as typed.
    #[must_use]
    pub fn receiver(&self) -> &str {
        self.device().map_or(&self.to.host, |device| &device.name)
    }

    /// Why no connection could be established, if that is the matter.
    #[must_use]
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnosis.as_deref()
    }

    /// Where it stands, or what became of it.
    #[must_use]
    pub fn state(&self) -> &OutgoingState {
        &self.state
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn outcome(&self) -> Option<&SendOutcome> {
        match &self.state {
            OutgoingState::Ended(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Whether the engine has yet to tell its end. Then it can be cancelled; else the same can be
    /// sent again.
    #[must_use]
    pub fn running(&self) -> bool {
        self.outcome().is_none()
    }

    /// Whether bytes are crossing.
    #[must_use]
    pub fn moving(&self) -> bool {
        matches!(self.state, OutgoingState::Sending)
    }

    /// What the user is asked.
    #[must_use]
    pub fn question(&self) -> Option<&Question> {
        match &self.state {
            OutgoingState::Asked(question) => Some(question),
            _ => None,
        }
    }

    /// The user says yes. Returns what to, for the engine: nothing if nothing is asked, as a press
    /// that comes too late answers nothing.
    pub fn go_on(&mut self) -> Option<QuestionKind> {
        let kind = self.question()?.kind();
        self.state = match kind {
            QuestionKind::Code => OutgoingState::Listing,
            QuestionKind::DifferentComputer => OutgoingState::Greeted,
            QuestionKind::Classic => OutgoingState::Sending,
        };
        Some(kind)
    }

    /// What to tell of it, once it is over.
    #[must_use]
    pub fn told(&self) -> Option<UserMessage> {
        let outcome = self.outcome()?;
        let (ending, ..) = result(outcome);
        let receiver = self.receiver();
        Some(outcome::sending_ended(
            outcome, ending, &self.what, receiver,
        ))
    }

    /// A line for each other thing worth saying of what was sent.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        self.outcome()
            .map(outcome::sent_remarks)
            .unwrap_or_default()
    }

    /// What it came to, if it is over.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.outcome().map(|outcome| result(outcome).0)
    }

    /// What the history keeps of it, once it is over.
    #[must_use]
    pub fn record(&self, ended: SystemTime) -> Option<Record> {
        let outcome = self.outcome()?;
        let (ending, bytes, took) = result(outcome);
        let reason = outcome::trouble_sending(outcome).filter(|_| ending == Ending::Failed);
        Some(Record {
            number: 0,
            ended,
            direction: Direction::Sent,
            ending,
            peer: shown(self.receiver()),
            what: history::sent(outcome, &self.what),
            bytes,
            took,
            secure: self.device.is_some(),
            agreed: true,
            reason: reason.map(|message| message.headline),
            host: Some(self.to.host.clone()),
            port: Some(self.to.port),
            paths: match &self.payload {
                Payload::Paths(paths) => paths.clone(),
                // A text is nobody's business later.
                Payload::Text(_) => Vec::new(),
            },
        })
    }
}

/// What an outcome comes to, its bytes, and how long it took, where that says something.
fn result(outcome: &SendOutcome) -> (Ending, u64, Option<Duration>) {
    match outcome {
        SendOutcome::Received { summary, .. } => {
            let ending = if summary::is_incomplete(summary) {
                Ending::PartlyDelivered
            } else {
                Ending::Delivered
            };
            (ending, summary.bytes, Some(summary.elapsed))
        }
        SendOutcome::Delivered { bytes, elapsed, .. } => {
            (Ending::Delivered, *bytes, Some(*elapsed))
        }
        SendOutcome::Unconfirmed { bytes, .. }
        | SendOutcome::Failed {
            error: Error::Peer(PeerFault::Unconfirmed(_)),
            bytes,
        } => (Ending::Unconfirmed, *bytes, None),
        SendOutcome::Failed { bytes, .. } => (Ending::Failed, *bytes, None),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::mem::discriminant;

    use super::*;
    use crate::identity::Fingerprint;
    use crate::protocol::message::Reason;
    use crate::transfer::Summary;

    fn started() -> Outgoing {
        let to = Receiver {
            host: "desk".to_owned(),
            port: 9898,
        };
        let payload = Payload::Paths(vec!["/folder/sample.txt".into()]);
        Outgoing::new(to, payload, "sample.txt".to_owned())
    }

    fn device() -> PeerDevice {
        PeerDevice {
            fingerprint: Fingerprint::from_bytes([7; 32]),
            name: "desk-pc".to_owned(),
            remembered: true,
            saves_without_asking: false,
        }
    }

    fn after(events: impl IntoIterator<Item = SendEvent>) -> Outgoing {
        let mut outgoing = started();
        for event in events {
            outgoing.apply(event);
        }
        outgoing
    }

    fn received(failures: u32) -> SendOutcome {
        let mut summary = Summary::default();
        for _ in 0..failures {
            summary.fail(|| "a".to_owned(), Reason::NotSaved);
        }
        SendOutcome::Received {
            device: device(),
            summary,
        }
    }

    fn classic() -> Question {
        Question::Classic { was_onehop: None }
    }

    #[test]
    fn each_event_leads_to_its_state() {
        for (event, state) in [
            (SendEvent::Greeted("Hi".to_owned()), OutgoingState::Greeted),
            (SendEvent::Introduced(device()), OutgoingState::Listing),
            (SendEvent::Asked(classic()), OutgoingState::Asked(classic())),
            (SendEvent::AwaitingAnswer, OutgoingState::AwaitingAnswer),
            (SendEvent::Checking, OutgoingState::Checking),
            (
                SendEvent::Accepted { held_bytes: 5 },
                OutgoingState::Sending,
            ),
            (
                SendEvent::AwaitingConfirmation,
                OutgoingState::AwaitingConfirmation,
            ),
            (SendEvent::Diagnosing, OutgoingState::Diagnosing),
        ] {
            let outgoing = after([event]);
            assert_eq!(discriminant(outgoing.state()), discriminant(&state));
            assert!(outgoing.running());
            assert!(outgoing.told().is_none() && outgoing.record(SystemTime::now()).is_none());
        }
    }

    #[test]
    fn a_yes_answers_the_question_that_is_open_once() {
        let mut outgoing = started();
        assert_eq!(outgoing.go_on(), None);
        outgoing.apply(SendEvent::Asked(classic()));
        assert_eq!(outgoing.question(), Some(&classic()));
        assert_eq!(outgoing.go_on(), Some(QuestionKind::Classic));
        assert!(outgoing.moving());
        assert_eq!(outgoing.go_on(), None);
    }

    #[test]
    fn a_classic_receiver_accepts_with_the_first_byte_that_it_takes() {
        let mut outgoing = after([SendEvent::Greeted("Hi".to_owned())]);
        outgoing.observe(Snapshot::default(), Instant::now());
        assert!(!outgoing.moving());
        let first = Snapshot {
            bytes: 1,
            ..Snapshot::default()
        };
        outgoing.observe(first, Instant::now());
        assert!(outgoing.moving());
    }

    #[test]
    fn each_outcome_is_over_told_and_written_down_as_what_it_is() {
        use Ending::{Delivered, Failed, PartlyDelivered, Unconfirmed};
        let elapsed = Duration::from_secs(2);
        for (outcome, ending, bytes, secure) in [
            (received(0), Delivered, 0, true),
            (received(1), PartlyDelivered, 0, true),
            (
                SendOutcome::Delivered {
                    bytes: 18,
                    grew: false,
                    elapsed,
                },
                Delivered,
                18,
                false,
            ),
            (
                SendOutcome::Unconfirmed {
                    bytes: 18,
                    grew: true,
                },
                Unconfirmed,
                18,
                false,
            ),
            (
                SendOutcome::Failed {
                    error: Error::Cancelled,
                    bytes: 5,
                },
                Failed,
                5,
                false,
            ),
        ] {
            let outgoing = after([SendEvent::Ended(outcome)]);
            assert!(!outgoing.running());
            assert!(!outgoing.told().unwrap().headline.is_empty());
            assert_eq!(outgoing.ending(), Some(ending));
            let record = outgoing.record(SystemTime::UNIX_EPOCH).unwrap();
            assert_eq!((record.ending, record.bytes), (ending, bytes));
            assert_eq!(record.secure, secure);
            assert_eq!(record.reason.is_some(), ending == Failed);
            assert!(record.can_be_sent_again());
        }
    }

    #[test]
    fn a_text_is_written_down_without_its_words() {
        let to = started().to().clone();
        let payload = Payload::Text("swordfish".to_owned());
        let mut outgoing = Outgoing::new(to, payload, "the text".to_owned());
        outgoing.apply(SendEvent::Ended(received(0)));
        let record = outgoing.record(SystemTime::UNIX_EPOCH).unwrap();
        assert!(!format!("{record:?}").contains("swordfish"));
    }

    #[test]
    fn what_was_typed_stands_for_the_receiver_until_it_has_proved_its_key() {
        assert_eq!(started().receiver(), "desk");
        let introduced = after([SendEvent::Introduced(device())]);
        assert_eq!(introduced.receiver(), "desk-pc");
    }
}
