//! The state of `send`: who is sent to now, who is waited for, who has it.

use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::interrupt::Interrupt;
use super::question::{Question, Reply};
use super::questions::Questions;
use super::screen::Screen;
use super::sending::{Attempt, Sending};
use super::target::places;
use super::voice::Voice;
use super::{Exit, waker};
use crate::discovery::{Browser, Found, Hint};
use crate::identity::Fingerprint;
use crate::messages::{UserMessage, nearby, terminal};
use crate::session::queue::{Order, Persistence, Queue, QueuedSend, Recipient, SendId, SendState};
use crate::transfer::{SendOptions, Trust, send};

/// How often bars are drawn anew although nothing moved, so that their speed falls.
const REDRAW: Duration = Duration::from_millis(250);

/// One receiver, as it was typed and found.
#[derive(Debug, Clone)]
pub(super) struct Receiver {
    /// What it is called here: as typed.
    pub(super) name: String,
    /// What to send to it, and how.
    pub(super) options: SendOptions,
    /// The device that has to be there.
    pub(super) device: Option<Fingerprint>,
    /// The device is meant, wherever it is seen, and not the host in the options.
    pub(super) moves: bool,
    /// Whether the port was typed, so that it stays.
    pub(super) keeps_port: bool,
    /// To wait for, before anything is tried.
    pub(super) is_away: bool,
}

/// What was decided on the command line for all receivers.
#[derive(Debug)]
pub(super) struct Manner {
    /// Keys, and who is known.
    pub(super) trust: Trust,
    /// Whether to remember receivers without asking.
    pub(super) remember: bool,
    /// What is done by itself.
    pub(super) persistence: Persistence,
}

/// Everybody who is sent to.
pub(super) struct Dispatch<'a> {
    screen: &'a Screen,
    manner: Manner,
    bell: Waker,
    queue: Queue,
    deliveries: Vec<Delivery<'a>>,
    /// Receivers that were not even found.
    lost: usize,
    questions: Questions,
    /// There while a device may have to be looked for.
    browser: Option<Browser>,
    cancelled: bool,
}

/// One receiver, until it has everything or nothing more can be done.
struct Delivery<'a> {
    id: SendId,
    receiver: Receiver,
    voice: Voice<'a>,
    /// Under way now.
    sending: Option<Sending<'a>>,
    tries: usize,
    /// Whether it has said a word.
    was_heard: bool,
    /// What was said last of why it is not through yet.
    told: Option<String>,
    exit: Option<Exit>,
}

impl<'a> Dispatch<'a> {
    /// `lost` are receivers that were not even found.
    pub(super) fn new(
        screen: &'a Screen,
        (receivers, lost): (Vec<Receiver>, usize),
        manner: Manner,
        bell: Waker,
    ) -> Self {
        let mut queue = Queue::default();
        let are_several = receivers.len() + lost > 1;
        let deliver = |receiver: Receiver| Delivery {
            id: add(&mut queue, &receiver, &manner),
            voice: Voice {
                screen,
                whom: are_several.then(|| receiver.name.clone()),
            },
            receiver,
            sending: None,
            tries: 0,
            was_heard: false,
            told: None,
            exit: None,
        };
        Self {
            deliveries: receivers.into_iter().map(deliver).collect(),
            lost,
            screen,
            questions: Questions::new(bell.clone()),
            manner,
            bell,
            queue,
            browser: None,
            cancelled: false,
        }
    }

    /// Until nothing more can be done.
    pub(super) fn run(mut self, interrupt: &Interrupt) -> Exit {
        self.look_around();
        loop {
            if interrupt.requested() {
                self.cancel();
            }
            while let Some((question, reply)) = self.questions.next_decided(self.screen) {
                self.act(&question, reply);
            }
            self.start_due(Instant::now());
            let is_news = self.step();
            let exits: Vec<Exit> = self.deliveries.iter().filter_map(|one| one.exit).collect();
            if exits.len() == self.deliveries.len() {
                return self.sum_up(&exits);
            }
            if !is_news {
                self.rest();
            }
        }
    }

    fn sum_up(&self, exits: &[Exit]) -> Exit {
        let delivered = exits.iter().filter(|exit| **exit == Exit::Done).count();
        let all = exits.len() + self.lost;
        if all > 1 {
            self.screen.say(&terminal::delivered_to(delivered, all));
        }
        if delivered == all {
            Exit::Done
        } else {
            Exit::Failed
        }
    }

    /// Only where somebody has to be found who may be elsewhere by now.
    fn look_around(&mut self) {
        let Persistence { retry, when_there } = self.manner.persistence;
        let may_move = self.deliveries.iter().any(|one| one.receiver.moves);
        if !may_move || !(retry || when_there) {
            return;
        }
        let trust = &self.manner.trust;
        let own = Some(Hint::of(trust.identity.fingerprint()));
        match Browser::start(own, trust.devices.clone(), self.bell.clone()) {
            Ok(browser) => self.browser = Some(browser),
            Err(fault) => self.screen.notice(&nearby::unavailable(&fault.to_string())),
        }
        for delivery in self.deliveries.iter().filter(|one| one.receiver.is_away) {
            let words = terminal::waiting_for(&delivery.receiver.name);
            delivery.voice.say(&words);
        }
    }

    fn found(&self) -> Arc<[Found]> {
        self.browser
            .as_ref()
            .map_or_else(|| Arc::from([]), Browser::found)
    }

    fn start_due(&mut self, now: Instant) {
        if self.cancelled {
            return;
        }
        let found = self.found();
        // Who was typed as an address is tried there, seen or not.
        let stays = |device: Fingerprint, deliveries: &[Delivery<'_>]| {
            let is_meant = |one: &&Delivery<'_>| one.receiver.device == Some(device);
            let mut meant = deliveries.iter().filter(is_meant);
            meant.any(|one| !one.receiver.moves)
        };
        loop {
            let due = self.queue.due(now, |device| {
                // Where nobody can be seen, a try has to tell.
                self.browser.is_none()
                    || stays(device, &self.deliveries)
                    || !places(&found, device).is_empty()
            });
            let Some(id) = due.map(QueuedSend::id) else {
                return;
            };
            if let Some(delivery) = self.deliveries.iter_mut().find(|one| one.id == id) {
                delivery.start(&found, &self.manner, self.bell.clone());
            }
        }
    }

    /// Takes in what has happened. Whether anything has.
    fn step(&mut self) -> bool {
        let mut is_news = false;
        for delivery in &mut self.deliveries {
            let Some(sending) = &mut delivery.sending else {
                continue;
            };
            is_news |= sending.step(&mut self.questions);
            if sending.outgoing().outcome().is_some() {
                self.questions.withdraw_of(delivery.id, self.screen);
                delivery.settle(&mut self.queue, Instant::now());
                is_news = true;
            }
        }
        is_news
    }

    fn act(&mut self, question: &Question, reply: Reply) {
        let Question::Sending { id, asks, .. } = question else {
            return;
        };
        let delivery = self.deliveries.iter_mut().find(|one| one.id == *id);
        if let Some(sending) = delivery.and_then(|delivery| delivery.sending.as_mut()) {
            sending.act(*asks, reply, &mut self.questions);
        }
    }

    fn cancel(&mut self) {
        if self.cancelled {
            return;
        }
        self.cancelled = true;
        let mut sendings = self
            .deliveries
            .iter()
            .filter_map(|one| one.sending.as_ref());
        if !sendings.any(Sending::has_bar) {
            self.screen.end_line_of_interrupt();
        }
        self.questions.give_up(self.screen);
        for delivery in self.deliveries.iter_mut().filter(|one| one.exit.is_none()) {
            let runs = self.queue.cancel(delivery.id);
            match &delivery.sending {
                Some(sending) if runs => sending.cancel(),
                _ => {
                    delivery.voice.say(terminal::GAVE_UP);
                    delivery.exit = Some(Exit::Failed);
                }
            }
        }
    }

    /// Draws, and sleeps until there is news.
    fn rest(&mut self) {
        let now = Instant::now();
        let mut runs = false;
        for sending in self
            .deliveries
            .iter_mut()
            .filter_map(|one| one.sending.as_mut())
        {
            sending.draw(now);
            runs = true;
        }
        let next = self.queue.wakes_at(now);
        let next = next.map_or(Duration::MAX, |at| at.saturating_duration_since(now));
        waker::sleep(if runs { next.min(REDRAW) } else { next });
    }
}

impl Delivery<'_> {
    fn start(&mut self, found: &[Found], manner: &Manner, bell: Waker) {
        let options = &mut self.receiver.options;
        if let Some(device) = self.receiver.device.filter(|_| self.receiver.moves) {
            // Several may claim to be it, and only a try tells which one it is.
            let places = places(found, device);
            let turn = self.tries.checked_rem(places.len());
            if let Some((host, port)) = turn.and_then(|turn| places.into_iter().nth(turn)) {
                options.host = host;
                if !self.receiver.keeps_port {
                    options.port = port;
                }
            }
        }
        let attempt = match self.tries {
            _ if self.was_heard => Attempt::Again,
            0 if !self.receiver.is_away => Attempt::First,
            _ => Attempt::Awaited,
        };
        self.tries += 1;
        let voice = Voice {
            screen: self.voice.screen,
            whom: self.voice.whom.clone(),
        };
        match send(options.clone(), bell) {
            Ok(sent) => {
                let trust = (manner.trust.clone(), manner.remember);
                let options = (options.clone(), attempt);
                self.sending = Some(Sending::new(self.id, voice, options, trust, sent));
            }
            Err(error) => {
                voice.notice(&UserMessage::from(&error));
                self.exit = Some(Exit::Failed);
            }
        }
    }

    /// The try is over: says what comes of it.
    fn settle(&mut self, queue: &mut Queue, now: Instant) {
        let Some(mut sending) = self.sending.take() else {
            return;
        };
        sending.remove_bar();
        self.was_heard |= sending.has_heard();
        let moved_bytes = sending.moved_bytes();
        if let Some(device) = sending.known_device() {
            self.receiver.device = Some(device);
            queue.goes_to(self.id, device);
        }
        if sending.is_refused() {
            queue.cancel(self.id);
        }
        if let Some(outcome) = sending.outgoing().outcome() {
            queue.ended(self.id, outcome, moved_bytes, now);
        }
        let news = match queue.find(self.id).map(QueuedSend::state) {
            Some(SendState::Away { .. }) if self.receiver.moves => {
                terminal::waiting_for(&self.receiver.name)
            }
            Some(SendState::Retrying { .. } | SendState::Away { .. }) => {
                terminal::trying_again(&sending.trouble().unwrap_or_default())
            }
            _ => {
                self.exit = Some(sending.tell());
                return;
            }
        };
        if moved_bytes > 0 || self.told.as_ref() != Some(&news) {
            self.voice.say(&news);
        }
        self.told = Some(news);
    }
}

fn add(queue: &mut Queue, receiver: &Receiver, manner: &Manner) -> SendId {
    let SendOptions {
        host,
        port,
        payload,
        ..
    } = &receiver.options;
    let mut persistence = manner.persistence;
    let to = if let Some(device) = receiver.device {
        Recipient::Device(device)
    } else {
        // One of those that are named has to be there, whichever it is.
        persistence.when_there |= persistence.retry && !manner.trust.trusted.is_empty();
        Recipient::Address {
            host: host.clone(),
            port: *port,
        }
    };
    let order = Order {
        to,
        what: terminal::payload(payload),
        payload: payload.clone(),
        bytes: None,
        persistence,
    };
    if receiver.is_away {
        queue.add_away(order)
    } else {
        queue.add(order)
    }
}
