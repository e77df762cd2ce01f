//! The state of `receive`: who is connected, what is asked, whether it is time to end.
//!
//! ```text
//!              first saved or broken-off file with --once,
//!              listener broken, Ctrl-C                        last transfer and question gone
//! Listening ──────────────────────────────────────▶ Stopping ───────────────────▶ finished
//! ```

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Instant;

use super::accept_policy::AcceptPolicy;
use super::bar::Bar;
use super::question::{Question, Reply};
use super::questions::Questions;
use super::screen::Screen;
use super::{Exit, introduction};
use crate::disk::Partial;
use crate::error::{Error, TurnedAway};
use crate::messages::{UserMessage, outcome, terminal};
use crate::net::{LocalAddress, local_addresses};
use crate::session::{Incoming, IncomingState};
use crate::transfer::{
    IncomingHandle, ListenEvent, ListenOptions, ReceiveEvent, ReceiveOutcome, TransferId,
};

/// Everything `receive` knows between two events.
#[derive(Debug)]
pub(super) struct Receiving {
    pub(super) screen: Screen,
    pub(super) questions: Questions,
    pub(super) accept_policy: AcceptPolicy,
    bound: Option<IpAddr>,
    addresses: Vec<LocalAddress>,
    once: bool,
    pub(super) transfers: HashMap<TransferId, Transfer>,
    /// Set once it is time to end, with the exit code that it will end with, unless a transfer
    /// still comes to something.
    stopping: Option<Exit>,
    /// What the first transfer came to, where that is what was waited for.
    first: Option<Exit>,
    interrupted: bool,
    /// The user has just said that the next unknown computer need not wait.
    allows_next: bool,
}

/// One connected peer.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) handle: IncomingHandle,
    pub(super) incoming: Incoming,
    /// There once something is being written, and only on a terminal.
    pub(super) bar: Option<Bar>,
    /// What would have let it in, where nobody could be asked.
    pub(super) missing_word: Option<String>,
}

impl Receiving {
    pub(super) fn new(
        options: &ListenOptions,
        once: bool,
        accept_policy: AcceptPolicy,
        questions: Questions,
        screen: Screen,
    ) -> Self {
        Self {
            screen,
            questions,
            accept_policy,
            bound: options.address,
            addresses: local_addresses().unwrap_or_default(),
            once,
            transfers: HashMap::new(),
            stopping: None,
            first: None,
            interrupted: false,
            allows_next: false,
        }
    }

    /// Takes what the engine tells.
    pub(super) fn handle(&mut self, event: ListenEvent) {
        match event {
            ListenEvent::Connected(incoming) => self.connected(incoming),
            ListenEvent::Transfer(id, event) => self.take(id, event),
            ListenEvent::BrokenOff {
                peer,
                device_name,
                how,
            } => {
                self.screen
                    .say(&outcome::broken_off(&device_name, peer, how));
                self.offer_to_allow_next();
            }
            ListenEvent::TurnedAway { peer, reason } => {
                self.screen.say(&outcome::turned_away(reason, peer));
            }
            ListenEvent::AddressesChanged(addresses) => self.addresses_changed(addresses),
            ListenEvent::Failed(error) => {
                self.screen.notice(&UserMessage::from(&error));
                self.stopping = Some(Exit::Failed);
            }
        }
    }

    /// Tells the user something that no transfer is about.
    pub(super) fn say(&self, text: &str) {
        self.screen.say(text);
    }

    /// Acts on what the user typed.
    pub(super) fn take_answers(&mut self) {
        while let Some((question, reply)) = self.questions.next_decided(&self.screen) {
            self.act(question, reply);
        }
    }

    /// Ctrl-C: ends everything at once, but in order.
    pub(super) fn interrupt(&mut self) {
        if self.interrupted {
            return;
        }
        self.interrupted = true;
        let was_busy = self
            .transfers
            .values()
            .any(|transfer| transfer.incoming.agreed());
        if !was_busy {
            self.screen.end_line_of_interrupt();
        }
        let undecided = self.questions.give_up(&self.screen);
        if !was_busy {
            self.screen.say(terminal::STOPPED);
        }
        for transfer in self.transfers.values() {
            transfer.handle.cancel();
        }
        for question in undecided {
            self.act(question, Reply::Nobody);
        }
        let exit = if was_busy || self.once {
            Exit::Failed
        } else {
            Exit::Done
        };
        self.stopping.get_or_insert(exit);
    }

    /// Whether nobody new is to be served.
    pub(super) fn stopping(&self) -> bool {
        self.stopping.is_some()
    }

    /// The exit code, once nothing is left to be done.
    pub(super) fn finished(&self) -> Option<Exit> {
        let stopping = self.stopping?;
        // A stop that comes too late to stop it takes nothing back.
        let exit = self.first.unwrap_or(stopping);
        let is_over = self.transfers.is_empty() && self.questions.all_answered();
        is_over.then(|| self.screen.checked(exit))
    }

    /// Brings the bars up to date; whether there are any.
    pub(super) fn draw(&mut self, now: Instant) -> bool {
        let mut any = false;
        for transfer in self.transfers.values_mut() {
            transfer.incoming.observe(transfer.handle.snapshot(), now);
            if let Some(bar) = &transfer.bar {
                bar.update(transfer.incoming.progress());
                any = true;
            }
        }
        any
    }

    /// Strangers have to wait now, the right one too.
    fn offer_to_allow_next(&mut self) {
        let is_asked = self.questions.asks_to_allow_next();
        if self.questions.interactive() && !self.stopping() && !is_asked {
            self.questions.put(Question::AllowNext, &self.screen);
        }
    }

    /// Whether the user has just said that the next unknown computer need not wait.
    pub(super) fn takes_next_at_once(&mut self) -> bool {
        std::mem::take(&mut self.allows_next)
    }

    /// Not a word yet: it may be no more than somebody looking for open ports.
    fn connected(&mut self, handle: IncomingHandle) {
        if self.interrupted {
            handle.cancel();
        }
        let id = handle.id();
        let transfer = Transfer {
            incoming: Incoming::new(id, handle.peer()),
            handle,
            bar: None,
            missing_word: None,
        };
        self.transfers.insert(id, transfer);
    }

    /// Something happened to this transfer.
    fn take(&mut self, id: TransferId, event: ReceiveEvent) {
        let Some(transfer) = self.transfers.get_mut(&id) else {
            return;
        };
        let incoming = &mut transfer.incoming;
        let is_resuming = matches!(event, ReceiveEvent::Resuming(_));
        incoming.apply(event);
        incoming.observe(transfer.handle.snapshot(), Instant::now());
        if is_resuming {
            let resumed = incoming.progress().resumed();
            self.screen.say(&resumed.unwrap_or_default());
            return;
        }
        match incoming.state() {
            IncomingState::Requested => self.requested(id),
            IncomingState::Introduced => self.introduced(id),
            IncomingState::Offered(offered) => {
                let offered = offered.clone();
                self.offered(id, &offered);
            }
            IncomingState::Receiving => self.accepted(id),
            IncomingState::Ended(_) => self.ended(id),
            IncomingState::Waiting | IncomingState::Kept { .. } | IncomingState::Discarded => {}
        }
    }

    fn requested(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get_mut(&id) else {
            return;
        };
        let peer = transfer.incoming.peer();
        if !self.questions.interactive() {
            transfer.missing_word = Some(terminal::CANNOT_ASK.to_owned());
        }
        self.put(Question::Save { id, peer });
    }

    fn accepted(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get_mut(&id) else {
            return;
        };
        let sender = transfer.incoming.sender();
        let device = transfer.incoming.device();
        if let Some(device) = device {
            self.accept_policy.remember(device, &self.screen);
        }
        if !Screen::draws_bars() {
            let sender = device.map_or(sender, |device| format!("“{}”", device.name));
            self.screen.say(&terminal::receiving_from(&sender));
        } else if device.is_some() {
            transfer.bar = Some(Bar::of_peer(&self.screen, sender));
        } else {
            transfer.bar = Some(Bar::without_total(&self.screen, sender));
        }
    }

    fn ended(&mut self, id: TransferId) {
        self.questions.withdraw(id, &self.screen);
        let Some(mut transfer) = self.transfers.remove(&id) else {
            return;
        };
        if let Some(bar) = &transfer.bar {
            bar.remove(&self.screen);
        }
        let partial = transfer.incoming.take_partial();
        if let Some(outcome) = transfer.incoming.outcome() {
            self.tell(&transfer, outcome);
        }
        match partial {
            None => {}
            // Whoever stops everything is asked nothing more.
            Some(partial) if self.interrupted => self.keep(partial),
            Some(partial) => self.put(Question::Keep(partial)),
        }
        if let Some(ending) = transfer.incoming.ending()
            && transfer.incoming.counts()
        {
            self.counts(Exit::of(ending));
        }
    }

    fn tell(&mut self, transfer: &Transfer, outcome: &ReceiveOutcome) {
        let incoming = &transfer.incoming;
        let peer = incoming.peer();
        let sentence = match (incoming.device(), &transfer.missing_word) {
            (Some(device), Some(missing_word)) => {
                terminal::declined(&device.name, peer, missing_word)
            }
            (None, Some(missing_word)) => {
                format!("{} {missing_word}", outcome::received(outcome, peer))
            }
            (_, None) => outcome::received(outcome, peer),
        };
        self.screen.say(&sentence);
        for remark in incoming.remarks() {
            self.screen.say(&format!("  {remark}"));
        }
        for path in incoming.paths() {
            self.screen.saved_path(path);
        }
        if let Some(text) = incoming.text() {
            self.print_text(text);
        }
        match outcome {
            ReceiveOutcome::Interrupted {
                cause: Error::Cancelled,
                ..
            }
            | ReceiveOutcome::BrokenOff {
                cause: Error::Cancelled,
                ..
            } => {}
            // This one may be expected.
            ReceiveOutcome::TurnedAway(TurnedAway::TooSoonForFirstContact) => {
                self.offer_to_allow_next();
            }
            outcome => {
                if let Some(trouble) = outcome::trouble_receiving(outcome) {
                    self.screen.notice(&trouble);
                }
            }
        }
    }

    /// With `--once` the first transfer that came to something is the last.
    fn counts(&mut self, exit: Exit) {
        if self.once {
            self.questions.withdraw_allow_next(&self.screen);
            self.stopping.get_or_insert(exit);
            self.first.get_or_insert(exit);
        }
    }

    pub(super) fn put(&mut self, question: Question) {
        if self.questions.interactive() {
            self.questions.put(question, &self.screen);
        } else {
            self.act(question, Reply::Nobody);
        }
    }

    fn act(&mut self, question: Question, reply: Reply) {
        match (question, reply) {
            (Question::Save { id, .. }, reply) => {
                let Some(transfer) = self.transfers.get(&id) else {
                    return;
                };
                if reply == Reply::Yes {
                    transfer.handle.accept();
                } else {
                    transfer.handle.decline();
                }
            }
            (Question::Accept { id, .. }, reply) => self.decide(id, reply),
            (Question::Unconfirmed { id }, Reply::No) => self.decide(id, Reply::No),
            (Question::AllowNext, Reply::Yes) => self.allows_next = true,
            (Question::Remember { id }, reply) if !self.interrupted => {
                self.accept(id, reply == Reply::Yes);
            }
            (Question::Keep(partial), Reply::No) => self.discard(partial),
            // It may be all there is, so without a word from the user it stays.
            (Question::Keep(partial), Reply::Yes | Reply::Nobody) => self.keep(partial),
            // A stop takes the yes back; the rest only senders are asked.
            (
                Question::Unconfirmed { .. }
                | Question::AllowNext
                | Question::Remember { .. }
                | Question::Sending { .. },
                _,
            ) => {}
        }
    }

    fn keep(&self, partial: Partial) {
        match partial.keep() {
            Ok(path) => self.screen.say(&terminal::kept(&path)),
            Err(fault) => self.screen.notice(&UserMessage::from(&fault)),
        }
    }

    fn discard(&self, partial: Partial) {
        let bytes = partial.bytes();
        match partial.discard() {
            Ok(()) => self.screen.say(&terminal::discarded(bytes)),
            Err(fault) => self.screen.notice(&UserMessage::from(&fault)),
        }
    }

    fn addresses_changed(&mut self, addresses: Vec<LocalAddress>) {
        if self.bound.is_some() || addresses == self.addresses {
            return;
        }
        self.addresses = addresses;
        let lines = introduction::addresses(&self.addresses, None);
        self.screen
            .say(&format!("{}\n{lines}", terminal::NETWORK_CHANGED));
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;
    use std::task::Waker;

    use super::*;
    use crate::disk::{Destination, Merge};
    use crate::identity::{Devices, Fingerprint, Identity};
    use crate::net::AccessPolicy;
    use crate::transfer::{Consent, Limits, PeerDevice, Trust};

    const ID: TransferId = TransferId(1);

    /// One that ends after the first transfer, with nobody to ask.
    fn receiving_once(config: &std::path::Path) -> Receiving {
        let trust = Trust {
            identity: Arc::new(Identity::open(config).unwrap()),
            devices: Arc::new(Devices::open(None).0),
            trusted: Vec::new(),
        };
        let options = ListenOptions {
            port: 0,
            address: None,
            access: AccessPolicy::AttachedNetworks,
            consent: Consent::SaveWithoutAsking,
            empty_files: false,
            destination: Destination::classic(config),
            limits: Limits::default(),
            trust: Some(trust.clone()),
        };
        let accept_policy = AcceptPolicy {
            trust,
            yes: true,
            remember: false,
            merge: Merge::default(),
        };
        let questions = Questions::new(Waker::noop().clone());
        Receiving::new(&options, true, accept_policy, questions, Screen::new())
    }

    fn incoming() -> IncomingHandle {
        IncomingHandle::for_tests(ID, std::net::Ipv4Addr::LOCALHOST.into())
    }

    fn text() -> ListenEvent {
        let device = PeerDevice {
            fingerprint: Fingerprint::from_bytes([7; 32]),
            name: "laptop".to_owned(),
            remembered: true,
            saves_without_asking: false,
        };
        let text = String::new();
        ListenEvent::Transfer(
            ID,
            ReceiveEvent::Ended(ReceiveOutcome::Text { device, text }),
        )
    }

    #[test]
    fn a_stop_that_comes_after_a_text_was_printed_takes_nothing_back() {
        let config = tempfile::tempdir().unwrap();
        for is_stopped_before in [false, true] {
            let mut receiving = receiving_once(config.path());
            receiving.handle(ListenEvent::Connected(incoming()));
            if is_stopped_before {
                receiving.interrupt();
            }
            receiving.handle(text());
            receiving.interrupt();
            assert_eq!(
                receiving.finished(),
                Some(Exit::Done),
                "{is_stopped_before}"
            );
        }
    }

    #[test]
    fn a_stop_before_anything_came_is_no_success() {
        let config = tempfile::tempdir().unwrap();
        let mut receiving = receiving_once(config.path());
        receiving.interrupt();
        receiving.interrupt();
        assert_eq!(receiving.finished(), Some(Exit::Failed));
    }
}
