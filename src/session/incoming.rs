//! One incoming transfer, from its connection to whatever became of it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::slice;
use std::time::{Duration, Instant, SystemTime};

use super::Progress;
use crate::disk::Partial;
use crate::error::{DiskFault, Error};
use crate::history::{Direction, Ending, Record};
use crate::messages::contact::{self, shown};
use crate::messages::{UserMessage, history, outcome, summary};
use crate::protocol::code::Code;
use crate::transfer::{
    Introduced, Offered, PeerDevice, ReceiveEvent, ReceiveOutcome, Snapshot, TransferId,
};

/// What one peer sends to this computer.
#[derive(Debug)]
pub struct Incoming {
    id: TransferId,
    peer: IpAddr,
    introduced: Option<Introduced>,
    what: Option<String>,
    state: IncomingState,
    agreed: bool,
    progress: Progress,
}

/// Where it stands, or what became of it.
#[derive(Debug)]
pub enum IncomingState {
    /// Connected; not a byte yet.
    Waiting,
    /// A classic sender waits for the user.
    Requested,
    /// Another Onehop has said who it is and how much it wants to send.
    Introduced,
    /// It has said what.
    Offered(Offered),
    /// Bytes are being written.
    Receiving,
    /// It is over.
    Ended(ReceiveOutcome),
    /// The user kept what had arrived of an interrupted one.
    Kept {
        /// Where.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// The user discarded it.
    Discarded,
}

impl Incoming {
    /// One that has just connected.
    #[must_use]
    pub fn new(id: TransferId, peer: IpAddr) -> Self {
        Self {
            id,
            peer,
            introduced: None,
            what: None,
            state: IncomingState::Waiting,
            agreed: false,
            progress: Progress::default(),
        }
    }

    /// Takes in what the engine tells of it.
    pub fn apply(&mut self, event: ReceiveEvent) {
        match event {
            ReceiveEvent::Requested => self.state = IncomingState::Requested,
            ReceiveEvent::Introduced(introduced) => {
                self.introduced = Some(introduced);
                self.state = IncomingState::Introduced;
            }
            ReceiveEvent::Offered(offered) => {
                self.agreed = false;
                self.what = Some(contact::offer(&offered));
                self.state = IncomingState::Offered(offered);
            }
            ReceiveEvent::Accepted => {
                self.agreed = true;
                self.state = IncomingState::Receiving;
            }
            ReceiveEvent::Resuming(bytes) => self.progress.resume(bytes),
            ReceiveEvent::Ended(outcome) => self.state = IncomingState::Ended(outcome),
        }
    }

    /// Takes in what the engine has counted as of `now`.
    pub fn observe(&mut self, snapshot: Snapshot, now: Instant) {
        let moving = matches!(self.state, IncomingState::Receiving);
        self.progress.observe(snapshot, moving, now);
    }

    /// Its name in events and actions.
    #[must_use]
    pub fn id(&self) -> TransferId {
        self.id
    }

    /// The address that it comes from.
    #[must_use]
    pub fn peer(&self) -> IpAddr {
        self.peer
    }

    /// What the other Onehop has said of itself, once its key is proved. A classic sender says
    /// nothing.
    #[must_use]
    pub fn introduced(&self) -> Option<&Introduced> {
        self.introduced.as_ref()
    }

    /// The other Onehop, if it is one.
    #[must_use]
    pub fn device(&self) -> Option<&PeerDevice> {
        self.introduced().map(|introduced| &introduced.device)
    }

    /// The code that both screens show, if the two have not met.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.introduced()?.code
    }

    /// Who sends: the name of the other Onehop, or an address.
    #[must_use]
    pub fn sender(&self) -> String {
        let device = self.device().map(|device| device.name.clone());
        device.unwrap_or_else(|| self.peer.to_string())
    }

    /// What comes in a few words, once another Onehop has said so.
    #[must_use]
    pub fn what(&self) -> Option<&str> {
        self.what.as_deref()
    }

    /// Where it stands, or what became of it.
    #[must_use]
    pub fn state(&self) -> &IncomingState {
        &self.state
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn outcome(&self) -> Option<&ReceiveOutcome> {
        match &self.state {
            IncomingState::Ended(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Whether the engine has yet to tell its end; then it can be cancelled.
    #[must_use]
    pub fn running(&self) -> bool {
        match self.state {
            IncomingState::Waiting
            | IncomingState::Requested
            | IncomingState::Introduced
            | IncomingState::Offered(_)
            | IncomingState::Receiving => true,
            IncomingState::Ended(_) | IncomingState::Kept { .. } | IncomingState::Discarded => {
                false
            }
        }
    }

    /// Whether bytes are being written.
    #[must_use]
    pub fn moving(&self) -> bool {
        matches!(self.state, IncomingState::Receiving)
    }

    /// Whether it waits for the user, or for two people who compare a code.
    #[must_use]
    pub fn asks(&self) -> bool {
        match &self.state {
            IncomingState::Requested => true,
            IncomingState::Introduced => self.code().is_some(),
            IncomingState::Offered(offered) => !offered.decided,
            _ => false,
        }
    }

    /// What it asks, in a few words.
    #[must_use]
    pub fn request(&self) -> Option<String> {
        self.asks().then(|| match self.introduced() {
            Some(introduced) => contact::introduced(introduced, self.peer),
            None => contact::sends_a_file(self.peer),
        })
    }

    /// Whether somebody here, or a choice made before, said yes to it.
    #[must_use]
    pub fn agreed(&self) -> bool {
        self.agreed
    }

    /// Whether a yes means something now.
    #[must_use]
    pub fn can_accept(&self) -> bool {
        matches!(
            self.state,
            IncomingState::Requested | IncomingState::Offered(_)
        )
    }

    /// Whether the empty file can be saved that it may have been.
    #[must_use]
    pub fn can_save_empty(&self) -> bool {
        matches!(self.outcome(), Some(ReceiveOutcome::SentNothing))
    }

    /// What was written of an interrupted transfer, while the user can keep or discard it.
    #[must_use]
    pub fn partial(&self) -> Option<&Partial> {
        match self.outcome() {
            Some(ReceiveOutcome::Interrupted { partial, .. }) => partial.as_ref(),
            _ => None,
        }
    }

    /// Whether it can be forgotten without a loss.
    #[must_use]
    pub fn can_dismiss(&self) -> bool {
        !self.running() && self.partial().is_none()
    }

    /// Whether something is in it that is nowhere else.
    #[must_use]
    pub fn holds_something(&self) -> bool {
        self.text().is_some() || self.partial().is_some()
    }

    /// What can be opened, or shown in its folder.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        match &self.state {
            IncomingState::Ended(ReceiveOutcome::Saved { path, .. })
            | IncomingState::Kept { path, .. } => slice::from_ref(path),
            IncomingState::Ended(ReceiveOutcome::Received { paths, .. }) => paths,
            _ => &[],
        }
    }

    /// The text that came, as it came.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.outcome() {
            Some(ReceiveOutcome::Text { text, .. }) => Some(text),
            _ => None,
        }
    }

    /// What it came to, unless it is under way or never became a transfer.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        match &self.state {
            IncomingState::Ended(outcome) => result(outcome).map(|(ending, ..)| ending),
            IncomingState::Kept { .. } => Some(Ending::BrokenOff),
            _ => None,
        }
    }

    /// Whether it came to something: then it was the one that `--once` waits for.
    #[must_use]
    pub fn counts(&self) -> bool {
        match self.ending() {
            None | Some(Ending::Declined | Ending::Expired) => false,
            Some(Ending::BrokenOff) => self.agreed,
            Some(_) => true,
        }
    }

    /// Whether it tells of a peer that nothing came of, which anybody can make happen.
    #[must_use]
    pub fn is_idle_talk(&self) -> bool {
        let ended = self.outcome().is_some();
        ended
            && matches!(
                self.ending(),
                None | Some(Ending::Declined | Ending::Expired)
            )
    }

    /// What to tell of it, once it is over.
    #[must_use]
    pub fn told(&self) -> Option<UserMessage> {
        let (sender, is_secure) = (self.sender(), self.device().is_some());
        match &self.state {
            IncomingState::Ended(outcome) => Some(outcome::receiving_ended(
                outcome,
                self.ending(),
                &sender,
                is_secure,
            )),
            IncomingState::Kept { path, bytes } => Some(outcome::kept(path, *bytes, &sender)),
            IncomingState::Discarded => Some(outcome::discarded(&sender)),
            _ => None,
        }
    }

    /// A line for each other thing worth saying of what came.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        self.outcome()
            .map(outcome::received_remarks)
            .unwrap_or_default()
    }

    /// What was written of an interrupted transfer, once: the user has decided about it.
    pub fn take_partial(&mut self) -> Option<Partial> {
        match &mut self.state {
            IncomingState::Ended(ReceiveOutcome::Interrupted { partial, .. }) => partial.take(),
            _ => None,
        }
    }

    /// What became of the partial file that the user wanted to keep.
    pub fn kept(&mut self, kept: Result<PathBuf, DiskFault>) {
        let bytes = match self.outcome() {
            Some(ReceiveOutcome::Interrupted { bytes, .. }) => *bytes,
            _ => 0,
        };
        self.settle(kept.map(|path| IncomingState::Kept { path, bytes }));
    }

    /// What became of the partial file that the user wanted to discard.
    pub fn discarded(&mut self, discarded: Result<(), DiskFault>) {
        self.settle(discarded.map(|()| IncomingState::Discarded));
    }

    /// What became of the empty file that the user wanted to save.
    pub fn saved_empty(&mut self, saved: Result<PathBuf, DiskFault>) {
        self.settle(saved.map(|path| {
            IncomingState::Ended(ReceiveOutcome::Saved {
                path,
                bytes: 0,
                elapsed: Duration::ZERO,
            })
        }));
    }

    fn settle(&mut self, state: Result<IncomingState, DiskFault>) {
        self.state = state.unwrap_or_else(|fault| {
            IncomingState::Ended(ReceiveOutcome::Failed(Error::from(fault)))
        });
    }

    /// What the history keeps of it, now that it is over: nothing if the peer left without a word.
    #[must_use]
    pub fn record(&self, ended: SystemTime) -> Option<Record> {
        let outcome = self.outcome()?;
        let (ending, bytes, took) = result(outcome)?;
        Some(Record {
            number: 0,
            ended,
            direction: Direction::Received,
            ending,
            peer: shown(&self.sender()),
            what: history::received(outcome, self.device().is_some()),
            bytes,
            took,
            secure: self.device().is_some(),
            agreed: self.agreed,
            reason: outcome::trouble_receiving(outcome).map(|message| message.headline),
            host: None,
            port: None,
            paths: self.paths().to_vec(),
        })
    }
}

/// What an outcome comes to, its bytes, and how long it took, where that says something; `None` if
/// there was no transfer.
fn result(outcome: &ReceiveOutcome) -> Option<(Ending, u64, Option<Duration>)> {
    Some(match outcome {
        ReceiveOutcome::SentNothing | ReceiveOutcome::TurnedAway(_) => return None,
        ReceiveOutcome::Saved { bytes, elapsed, .. } => (Ending::Saved, *bytes, Some(*elapsed)),
        ReceiveOutcome::Received { summary, .. } => {
            let ending = if summary::is_incomplete(summary) {
                Ending::PartlySaved
            } else {
                Ending::Saved
            };
            (ending, summary.bytes, Some(summary.elapsed))
        }
        ReceiveOutcome::Text { text, .. } => (Ending::Shown, text.len() as u64, None),
        ReceiveOutcome::BrokenOff { bytes, .. } | ReceiveOutcome::Interrupted { bytes, .. } => {
            (Ending::BrokenOff, *bytes, None)
        }
        ReceiveOutcome::Declined => (Ending::Declined, 0, None),
        ReceiveOutcome::Expired => (Ending::Expired, 0, None),
        ReceiveOutcome::Failed(_) => (Ending::Failed, 0, None),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::net::Ipv4Addr;

    use super::*;
    use crate::error::TurnedAway;
    use crate::identity::Fingerprint;
    use crate::protocol::message::Reason;
    use crate::transfer::Summary;

    fn connected() -> Incoming {
        Incoming::new(TransferId(1), Ipv4Addr::LOCALHOST.into())
    }

    fn device() -> PeerDevice {
        PeerDevice {
            fingerprint: Fingerprint::from_bytes([7; 32]),
            name: "laptop".to_owned(),
            remembered: true,
            saves_without_asking: false,
        }
    }

    fn introduced() -> ReceiveEvent {
        ReceiveEvent::Introduced(Introduced {
            device: device(),
            code: None,
            files: 1,
            bytes: 18,
            free_bytes: None,
        })
    }

    fn offered(decided: bool) -> ReceiveEvent {
        ReceiveEvent::Offered(Offered {
            items: Vec::new(),
            hidden: 0,
            more_items: 0,
            complete: true,
            renamed_inside: 0,
            is_text: false,
            decided,
        })
    }

    fn ended(agreed: bool, outcome: ReceiveOutcome) -> Incoming {
        let mut incoming = connected();
        if agreed {
            incoming.apply(ReceiveEvent::Accepted);
        }
        incoming.apply(ReceiveEvent::Ended(outcome));
        incoming
    }

    fn received(failures: u32) -> ReceiveOutcome {
        let mut summary = Summary::default();
        for _ in 0..failures {
            summary.fail(|| "a".to_owned(), Reason::NotSaved);
        }
        ReceiveOutcome::Received {
            device: device(),
            paths: vec!["a".into(), "b".into()],
            summary: Box::new(summary),
        }
    }

    /// Each way to end, once.
    fn outcomes() -> Vec<ReceiveOutcome> {
        vec![
            ReceiveOutcome::Saved {
                path: "recv.txt".into(),
                bytes: 18,
                elapsed: Duration::from_secs(2),
            },
            received(0),
            received(1),
            ReceiveOutcome::Text {
                device: device(),
                text: "a note".to_owned(),
            },
            ReceiveOutcome::BrokenOff {
                cause: Error::Cancelled,
                bytes: 5,
            },
            ReceiveOutcome::Interrupted {
                cause: Error::Cancelled,
                bytes: 5,
                partial: None,
            },
            ReceiveOutcome::Failed(Error::Cancelled),
            ReceiveOutcome::Declined,
            ReceiveOutcome::Expired,
            ReceiveOutcome::SentNothing,
            ReceiveOutcome::TurnedAway(TurnedAway::Busy),
        ]
    }

    #[test]
    fn another_onehop_is_asked_about_once_it_has_told_what_it_sends() {
        let mut incoming = connected();
        for (event, asks, can_accept, moving) in [
            (introduced(), false, false, false),
            (offered(false), true, true, false),
            (ReceiveEvent::Accepted, false, false, true),
            (ReceiveEvent::Resuming(5), false, false, true),
            // The rest of a long list holds more than the yes covers.
            (offered(false), true, true, false),
            (offered(true), false, true, false),
            (ReceiveEvent::Accepted, false, false, true),
        ] {
            let told = format!("{event:?}");
            incoming.apply(event);
            assert_eq!(incoming.asks(), asks, "{told}");
            assert_eq!(incoming.request().is_some(), asks, "{told}");
            assert_eq!(incoming.can_accept(), can_accept, "{told}");
            assert_eq!(incoming.moving(), moving, "{told}");
            assert_eq!(incoming.agreed(), moving, "{told}");
            assert!(incoming.running() && !incoming.can_dismiss(), "{told}");
        }
        assert_eq!(incoming.sender(), "laptop");
        assert!(incoming.progress().resumed().is_some());
    }

    #[test]
    fn a_classic_sender_is_asked_about_by_its_address() {
        let mut incoming = connected();
        assert!(!incoming.asks());
        incoming.apply(ReceiveEvent::Requested);
        assert!(incoming.asks() && incoming.can_accept());
        assert!(incoming.request().unwrap().starts_with("127.0.0.1 "));
        assert!(incoming.device().is_none());
    }

    #[test]
    fn each_outcome_is_over_told_and_written_down_as_what_it_is() {
        use Ending::{BrokenOff, Declined, Expired, Failed, PartlySaved, Saved, Shown};
        let endings = [
            Some((Saved, 18)),
            Some((Saved, 0)),
            Some((PartlySaved, 0)),
            Some((Shown, 6)),
            Some((BrokenOff, 5)),
            Some((BrokenOff, 5)),
            Some((Failed, 0)),
            Some((Declined, 0)),
            Some((Expired, 0)),
            None,
            None,
        ];
        for (outcome, ending) in outcomes().into_iter().zip(endings) {
            let is_empty = matches!(outcome, ReceiveOutcome::SentNothing);
            let incoming = ended(true, outcome);
            assert!(
                !incoming.running() && incoming.can_dismiss(),
                "{incoming:?}"
            );
            assert!(!incoming.told().unwrap().headline.is_empty());
            assert_eq!(incoming.can_save_empty(), is_empty);
            let record = incoming.record(SystemTime::UNIX_EPOCH);
            assert_eq!(record.as_ref().map(|it| (it.ending, it.bytes)), ending);
            assert_eq!(incoming.ending(), ending.map(|(ending, _)| ending));
            let record = record.filter(|record| record.ending.is_good());
            assert!(record.is_none_or(|record| record.reason.is_none() && record.agreed));
        }
    }

    #[test]
    fn what_nobody_here_agreed_to_counts_only_if_it_would_have_been_saved() {
        let counts = |agreed| {
            let all = outcomes().into_iter().map(|outcome| ended(agreed, outcome));
            all.filter(Incoming::counts).count()
        };
        // All but what was declined, has expired, or never was a transfer.
        assert_eq!((counts(true), counts(false)), (7, 5));
    }

    #[test]
    fn what_there_is_can_be_opened() {
        let all = outcomes().into_iter();
        let paths: Vec<usize> = all
            .map(|outcome| ended(true, outcome).paths().len())
            .collect();
        assert_eq!(paths, [1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn what_the_user_did_with_the_rest_takes_the_place_of_the_outcome() {
        let interrupted = || ReceiveOutcome::Interrupted {
            cause: Error::Cancelled,
            bytes: 5,
            partial: None,
        };
        let mut kept = ended(true, interrupted());
        kept.kept(Ok("recv (partial).txt".into()));
        assert_eq!(kept.paths().len(), 1);
        assert!(kept.told().unwrap().advice.starts_with("5 B"));

        let mut discarded = ended(true, interrupted());
        discarded.discarded(Ok(()));
        assert!(discarded.paths().is_empty() && discarded.can_dismiss());

        let mut empty = ended(false, ReceiveOutcome::SentNothing);
        assert!(empty.is_idle_talk());
        empty.saved_empty(Ok("recv.txt".into()));
        assert_eq!(empty.ending(), Some(Ending::Saved));
    }
}
