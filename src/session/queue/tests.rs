#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use proptest::prelude::*;

use super::*;
use crate::error::{DiskFault, Error, NetworkFault, OurFault, PeerFault, QuestionKind};
use crate::identity::DeviceIdentity;
use crate::protocol::message::{AbortReason, Decline};
use crate::protocol::offer::Refusal;

const BY_ITSELF: Persistence = Persistence {
    retry: true,
    when_there: true,
};

fn device(number: u8) -> Recipient {
    Recipient::Device(Fingerprint::from_bytes([number; 32]))
}

fn address(host: &str) -> Recipient {
    Recipient::Address {
        host: host.to_owned(),
        port: 9898,
    }
}

fn order(to: Recipient, bytes: u64) -> Order {
    Order {
        to,
        payload: Payload::Paths(vec!["/folder/sample.txt".into()]),
        what: "sample.txt".to_owned(),
        bytes: Some(bytes),
        persistence: BY_ITSELF,
    }
}

fn large(to: Recipient) -> Order {
    order(to, SMALL_BYTES + 1)
}

fn small(to: Recipient) -> Order {
    order(to, SMALL_BYTES)
}

fn failed(error: impl Into<Error>) -> SendOutcome {
    SendOutcome::Failed {
        error: error.into(),
        bytes: 0,
    }
}

fn system() -> io::Error {
    io::Error::other("the system's words")
}

fn lost() -> SendOutcome {
    failed(NetworkFault::Lost {
        bytes: 0,
        source: system(),
    })
}

fn refused() -> SendOutcome {
    failed(PeerFault::Refused {
        host: "desk".to_owned(),
        port: 9898,
        source: system(),
    })
}

fn declined() -> SendOutcome {
    failed(PeerFault::Declined(Decline::Declined))
}

fn delivered() -> SendOutcome {
    SendOutcome::Delivered {
        bytes: 18,
        grew: false,
        elapsed: Duration::ZERO,
    }
}

fn aborted(reason: AbortReason) -> SendOutcome {
    failed(PeerFault::Aborted {
        reason,
        detail: String::new(),
    })
}

/// All that are due now.
fn all_due(queue: &mut Queue, now: Instant, seen: &[u8]) -> Vec<SendId> {
    let seen: Vec<Fingerprint> = seen
        .iter()
        .map(|number| Fingerprint::from_bytes([*number; 32]))
        .collect();
    let next = || {
        queue
            .due(now, |device| seen.contains(&device))
            .map(QueuedSend::id)
    };
    std::iter::from_fn(next).collect()
}

fn state(queue: &Queue, id: SendId) -> SendState {
    queue.find(id).unwrap().state()
}

/// The state after one try that ended so.
fn after(order: Order, outcome: &SendOutcome, moved_bytes: u64) -> SendState {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let id = queue.add(order);
    assert_eq!(all_due(&mut queue, now, &[]), [id]);
    queue.ended(id, outcome, moved_bytes, now);
    state(&queue, id)
}

fn is_tried_again(order: Order, outcome: &SendOutcome) -> bool {
    match after(order, outcome, 0) {
        SendState::Over(SendEnd::Finished) => false,
        SendState::Retrying { .. } => true,
        state => unreachable!("{state:?}"),
    }
}

#[test]
fn large_sends_to_one_device_go_one_after_the_other_and_to_several_at_once() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let [first, second, other] = [1, 1, 2].map(|number| queue.add(large(device(number))));
    assert_eq!(all_due(&mut queue, now, &[]), [first, other]);
    queue.ended(other, &delivered(), 1, now);
    assert_eq!(all_due(&mut queue, now, &[]), []);
    queue.ended(first, &declined(), 0, now);
    assert_eq!(all_due(&mut queue, now, &[]), [second]);
}

#[test]
fn small_sends_overtake_a_large_one_a_few_at_a_time() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let big = queue.add(large(device(1)));
    let smalls = [0; MAX_SMALL + 1].map(|_| queue.add(small(device(1))));
    let due = all_due(&mut queue, now, &[]);
    assert_eq!(due, [&[big], &smalls[..MAX_SMALL]].concat());
    queue.ended(smalls[1], &delivered(), 1, now);
    assert_eq!(all_due(&mut queue, now, &[]), [smalls[MAX_SMALL]]);
}

#[test]
fn a_text_is_small_and_what_nobody_has_measured_is_large() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let unmeasured = Order {
        bytes: None,
        ..small(device(1))
    };
    let text = Order {
        payload: Payload::Text("hello".to_owned()),
        ..unmeasured.clone()
    };
    let first = queue.add(unmeasured.clone());
    let second = queue.add(unmeasured);
    let text = queue.add(text);
    assert_eq!(all_due(&mut queue, now, &[]), [first, text]);
    assert_eq!(state(&queue, second), SendState::Waiting);
}

#[test]
fn what_was_moved_to_the_front_goes_next() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let [first, second, third] = [(); 3].map(|()| queue.add(large(device(1))));
    assert_eq!(all_due(&mut queue, now, &[]), [first]);
    queue.move_to(third, 0);
    let order: Vec<SendId> = queue.sends().map(QueuedSend::id).collect();
    assert_eq!(order, [third, first, second]);
    assert_eq!(all_due(&mut queue, now, &[]), []);
    queue.ended(first, &delivered(), 1, now);
    assert_eq!(all_due(&mut queue, now, &[]), [third]);
}

#[test]
fn what_breaks_off_is_tried_again_later_and_later_and_then_once_the_device_is_seen() {
    let (mut queue, mut now) = (Queue::default(), Instant::now());
    let id = queue.add(large(device(1)));
    assert_eq!(all_due(&mut queue, now, &[]), [id]);
    for secs in [2, 5, 15, 30] {
        queue.ended(id, &lost(), 0, now);
        let at = now + Duration::from_secs(secs);
        assert_eq!(state(&queue, id), SendState::Retrying { at });
        assert_eq!(queue.wakes_at(now), Some(at));
        let too_early = now + Duration::from_secs(secs - 1);
        assert_eq!(all_due(&mut queue, too_early, &[1]), []);
        now = at;
        assert_eq!(all_due(&mut queue, now, &[]), [id]);
    }
    queue.ended(id, &refused(), 0, now);
    let from = now + LATER;
    assert_eq!(state(&queue, id), SendState::Away { from: Some(from) });
    assert_eq!(all_due(&mut queue, now, &[1]), []);
    assert_eq!(all_due(&mut queue, from, &[2]), []);
    assert_eq!(queue.wakes_at(from), None);
    assert_eq!(all_due(&mut queue, from, &[2, 1]), [id]);
}

#[test]
fn progress_begins_the_schedule_anew() {
    let (mut queue, mut now) = (Queue::default(), Instant::now());
    let id = queue.add(large(device(1)));
    for (moved_bytes, secs) in [(0, 2), (0, 5), (1, 2), (0, 5), (1, 2)] {
        assert_eq!(all_due(&mut queue, now, &[]), [id]);
        queue.ended(id, &lost(), moved_bytes, now);
        now += Duration::from_secs(secs);
        assert_eq!(state(&queue, id), SendState::Retrying { at: now });
    }
}

#[test]
fn what_waits_for_its_device_begins_when_that_is_seen() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let id = queue.add_away(large(device(1)));
    let next = queue.add(large(device(1)));
    assert_eq!(all_due(&mut queue, now, &[2]), []);
    assert_eq!(all_due(&mut queue, now, &[1]), [id]);
    queue.ended(id, &delivered(), 1, now);
    assert_eq!(all_due(&mut queue, now, &[]), [next]);
}

#[test]
fn what_is_hurried_waits_for_nothing_but_its_turn() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let away = queue.add_away(large(device(1)));
    let broken = queue.add(large(device(2)));
    all_due(&mut queue, now, &[]);
    queue.ended(broken, &lost(), 0, now);
    queue.hurry(away);
    queue.hurry(broken);
    assert_eq!(all_due(&mut queue, now, &[]), [away, broken]);
}

#[test]
fn only_what_another_try_may_mend_is_tried_again() {
    let identity = || DeviceIdentity {
        fingerprint: Fingerprint::from_bytes([1; 32]),
        device: None,
    };
    let host = || "desk".to_owned();
    let unconfirmed = |cause: Error| failed(PeerFault::Unconfirmed(Box::new(cause)));
    let silent = || Error::from(PeerFault::Silent);
    for outcome in [
        lost(),
        refused(),
        failed(NetworkFault::NameNotFound {
            host: host(),
            source: system(),
        }),
        failed(NetworkFault::Unreachable {
            host: host(),
            source: system(),
        }),
        failed(NetworkFault::Timeout {
            host: host(),
            phase: crate::error::Phase::Connect,
        }),
        failed(silent()),
        failed(PeerFault::Reset {
            bytes: 0,
            source: None,
        }),
        unconfirmed(silent()),
        aborted(AbortReason::Busy),
        failed(PeerFault::NotNow(Refusal::Busy)),
        failed(PeerFault::ClosedUnused(Box::new(identity()))),
        failed(PeerFault::OnehopGone(Box::new(identity()))),
        failed(PeerFault::WrongIdentity {
            found: Fingerprint::from_bytes([2; 32]),
        }),
    ] {
        assert!(is_tried_again(large(device(1)), &outcome), "{outcome:?}");
        let alone = Order {
            persistence: Persistence::default(),
            ..large(device(1))
        };
        assert!(!is_tried_again(alone, &outcome), "{outcome:?}");
    }
    for outcome in [
        delivered(),
        declined(),
        failed(Error::Cancelled),
        unconfirmed(Error::Cancelled),
        failed(PeerFault::CodeRejected),
        failed(PeerFault::Declined(Decline::Expired)),
        failed(PeerFault::NotNow(Refusal::Declined)),
        failed(PeerFault::Damaged),
        aborted(AbortReason::Cancelled),
        aborted(AbortReason::CodeRejected),
        aborted(AbortReason::DiskFull),
        aborted(AbortReason::Expired),
        failed(DiskFault::LeftOut {
            skipped: Vec::new(),
        }),
        failed(OurFault::NotAnswered {
            question: QuestionKind::Code,
        }),
        failed(OurFault::Bug("a bug".to_owned())),
    ] {
        assert!(!is_tried_again(large(device(1)), &outcome), "{outcome:?}");
    }
}

#[test]
fn a_receiver_that_waited_in_vain_for_more_was_cut_off() {
    let outcome = aborted(AbortReason::Expired);
    let state = after(large(device(1)), &outcome, 1);
    assert!(matches!(state, SendState::Retrying { .. }), "{state:?}");
}

#[test]
fn a_text_that_may_have_been_shown_is_not_sent_again() {
    let text = Order {
        payload: Payload::Text("hello".to_owned()),
        ..small(device(1))
    };
    let unconfirmed = failed(PeerFault::Unconfirmed(Box::new(PeerFault::Silent.into())));
    assert!(!is_tried_again(text.clone(), &unconfirmed));
    assert!(is_tried_again(text, &lost()));
}

#[test]
fn an_address_is_waited_for_and_never_tried_again_once_somebody_answered() {
    assert!(is_tried_again(large(address("desk")), &refused()));
    assert!(!is_tried_again(large(address("desk")), &lost()));
    let (mut queue, mut now) = (Queue::default(), Instant::now());
    let id = queue.add_away(large(address("desk")));
    for secs in [2, 5, 15, 30, 30, 30] {
        assert_eq!(all_due(&mut queue, now, &[]), [id]);
        queue.ended(id, &refused(), 0, now);
        now += Duration::from_secs(secs);
        assert_eq!(state(&queue, id), SendState::Retrying { at: now });
    }
}

#[test]
fn waiting_for_a_device_does_not_try_again_what_broke_off() {
    let waits = |to| Order {
        persistence: Persistence {
            retry: false,
            when_there: true,
        },
        ..large(to)
    };
    assert!(is_tried_again(waits(device(1)), &refused()));
    assert!(!is_tried_again(waits(device(1)), &lost()));
}

#[test]
fn an_address_whose_device_is_remembered_meanwhile_is_tried_again() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let id = queue.add(large(address("desk")));
    all_due(&mut queue, now, &[]);
    queue.goes_to(id, Fingerprint::from_bytes([1; 32]));
    queue.ended(id, &lost(), 1, now);
    assert_eq!(queue.find(id).unwrap().order().to, device(1));
    assert!(matches!(state(&queue, id), SendState::Retrying { .. }));
}

#[test]
fn what_is_cancelled_while_it_runs_is_over_however_that_ends() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let id = queue.add(large(device(1)));
    all_due(&mut queue, now, &[]);
    assert!(queue.cancel(id));
    assert_eq!(state(&queue, id), SendState::Running);
    queue.ended(id, &lost(), 1, now);
    assert_eq!(state(&queue, id), SendState::Over(SendEnd::Cancelled));
    assert!(!queue.cancel(id));
    queue.forget_over();
    assert_eq!(queue.sends().count(), 0);
}

#[test]
fn what_is_switched_off_meanwhile_is_not_tried_again() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let id = queue.add(large(device(1)));
    all_due(&mut queue, now, &[]);
    queue.set_persistence(id, Persistence::default());
    queue.ended(id, &lost(), 1, now);
    assert_eq!(state(&queue, id), SendState::Over(SendEnd::Finished));
}

#[test]
fn files_for_a_device_are_written_down_and_wait_for_it() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let kept = [queue.add(large(device(1))), queue.add(small(device(2)))];
    let text = Order {
        payload: Payload::Text("nobody's business".to_owned()),
        ..small(device(1))
    };
    queue.add(text);
    queue.add(large(address("desk")));
    let over = queue.add(large(device(3)));
    queue.cancel(over);
    all_due(&mut queue, now, &[]);

    let text = queue.to_text();
    assert!(
        !text.contains("business") && !text.contains("desk"),
        "{text}"
    );
    let (read, broken) = Queue::from_text(&text, BY_ITSELF);
    assert_eq!(broken, 0);
    let orders: Vec<&Order> = read.sends().map(QueuedSend::order).collect();
    let before = kept.map(|id| queue.find(id).unwrap().order());
    assert_eq!(orders, before);
    let is_away = |send: &QueuedSend| send.state() == SendState::Away { from: None };
    assert!(read.sends().all(is_away));
}

#[test]
fn a_line_that_cannot_be_read_takes_no_other_with_it() {
    let mut queue = Queue::default();
    queue.add(large(device(1)));
    let text = format!("{{}}\n\n{}no JSON\n", queue.to_text());
    let (read, broken) = Queue::from_text(&text, BY_ITSELF);
    assert_eq!((read.sends().count(), broken), (1, 2));
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_valid_unicode_is_kept_as_it_is() {
    use std::os::unix::ffi::OsStringExt as _;
    let raw = std::path::PathBuf::from(std::ffi::OsString::from_vec(b"/folder/caf\xe9\n".to_vec()));
    let paths = vec!["/folder/caf\u{e9}\n".into(), raw];
    let mut queue = Queue::default();
    queue.add(Order {
        payload: Payload::Paths(paths.clone()),
        ..large(device(1))
    });
    let text = queue.to_text();
    assert_eq!(text.lines().count(), 1);
    let (read, _) = Queue::from_text(&text, BY_ITSELF);
    let payload = read.sends().map(|send| &send.order().payload).next();
    assert_eq!(payload, Some(&Payload::Paths(paths)));
}

/// Something that happens; numbers count what there is at that moment, around and around.
#[derive(Debug, Clone)]
enum Event {
    Add {
        to: usize,
        bytes: u64,
        away: bool,
    },
    End {
        which: usize,
        how: usize,
        moved: u64,
    },
    Cancel(usize),
    Move(usize, usize),
    Hurry(usize),
    Wait(u64),
    Start {
        seen: Vec<u8>,
    },
}

fn event() -> impl Strategy<Value = Event> {
    let bytes = prop_oneof![Just(SMALL_BYTES), Just(SMALL_BYTES + 1)];
    let seen = prop::collection::vec(0..3_u8, 0..3);
    let number = any::<usize>;
    prop_oneof![
        3 => (0..4_usize, bytes, any::<bool>())
            .prop_map(|(to, bytes, away)| Event::Add { to, bytes, away }),
        4 => (number(), number(), 0..2_u64).prop_map(|(which, how, moved)| Event::End { which, how, moved }),
        1 => number().prop_map(Event::Cancel),
        1 => (number(), number()).prop_map(|(which, place)| Event::Move(which, place)),
        1 => number().prop_map(Event::Hurry),
        2 => (0..40_u64).prop_map(Event::Wait),
        4 => seen.prop_map(|seen| Event::Start { seen }),
    ]
}

/// A queue with what a front end knows of it.
struct Watched {
    queue: Queue,
    now: Instant,
    running: Vec<SendId>,
    cancelled: BTreeSet<SendId>,
    over: BTreeMap<SendId, SendEnd>,
}

impl Watched {
    fn new() -> Self {
        Self {
            queue: Queue::default(),
            now: Instant::now(),
            running: Vec::new(),
            cancelled: BTreeSet::new(),
            over: BTreeMap::new(),
        }
    }

    /// One of all, in any order of numbers.
    fn any(&self, number: usize) -> Option<SendId> {
        let count = self.queue.sends().count();
        let place = number.checked_rem(count)?;
        self.queue.sends().nth(place).map(QueuedSend::id)
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Add { to, bytes, away } => {
                let to = match to {
                    3 => address("desk"),
                    number => device(u8::try_from(number).unwrap()),
                };
                if away {
                    self.queue.add_away(order(to, bytes));
                } else {
                    self.queue.add(order(to, bytes));
                }
            }
            Event::End { which, how, moved } => {
                if let Some(place) = which.checked_rem(self.running.len()) {
                    let id = self.running.remove(place);
                    let outcomes = [delivered, declined, lost, refused];
                    let outcome = outcomes[how % outcomes.len()]();
                    self.queue.ended(id, &outcome, moved, self.now);
                    // A second end of the same try says nothing.
                    self.queue.ended(id, &lost(), moved, self.now);
                }
            }
            Event::Cancel(which) => {
                if let Some(id) = self.any(which) {
                    let runs = self.queue.cancel(id);
                    assert_eq!(runs, self.running.contains(&id));
                    self.cancelled.insert(id);
                }
            }
            Event::Move(which, place) => {
                if let Some(id) = self.any(which) {
                    self.queue
                        .move_to(id, place % (self.queue.sends().count() + 1));
                }
            }
            Event::Hurry(which) => {
                if let Some(id) = self.any(which) {
                    self.queue.hurry(id);
                }
            }
            Event::Wait(secs) => self.now += Duration::from_secs(secs),
            Event::Start { seen } => self.start(&seen),
        }
        self.check_ends();
    }

    fn start(&mut self, seen: &[u8]) {
        let is_seen = |device: Fingerprint| seen.contains(&device.as_bytes()[0]);
        loop {
            let before = self.queue.clone();
            let Some(id) = self.queue.due(self.now, is_seen).map(QueuedSend::id) else {
                return;
            };
            assert!(!self.running.contains(&id), "it runs already");
            assert!(!self.cancelled.contains(&id), "it was cancelled");
            let send = before.find(id).unwrap();
            let same = |other: &&QueuedSend| {
                other.order.to == send.order.to && other.order.bytes == send.order.bytes
            };
            let alike = |id: &&SendId| before.find(**id).iter().any(same);
            let running = self.running.iter().filter(alike).count();
            if send.order.bytes > Some(SMALL_BYTES) {
                assert_eq!(running, 0, "two large ones to one device");
                let mut earlier = before.sends().take_while(|other| other.id != id);
                let earlier = earlier.find(|other| same(other) && !other.is_over());
                assert!(earlier.is_none(), "{earlier:?} was before it");
            } else {
                assert!(running < MAX_SMALL);
            }
            self.running.push(id);
        }
    }

    /// Whoever is over stays so, and is not running.
    fn check_ends(&mut self) {
        for send in self.queue.sends() {
            let is_running = self.running.contains(&send.id);
            assert_eq!(send.state == SendState::Running, is_running);
            match (send.state, self.over.get(&send.id)) {
                (SendState::Over(end), None) => {
                    self.over.insert(send.id, end);
                }
                (SendState::Over(end), Some(before)) => assert_eq!(end, *before),
                (_, before) => assert_eq!(before, None, "it was over"),
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_each_send_keeps_its_turn_and_ends_exactly_once(
        events in prop::collection::vec(event(), 0..120),
    ) {
        let mut watched = Watched::new();
        for event in events {
            watched.apply(event);
        }
        // All is well from now on: each try is one that ends, and everybody is seen.
        let count = watched.queue.sends().count();
        for _ in 0..=count {
            watched.apply(Event::Wait(30));
            watched.apply(Event::Start { seen: vec![0, 1, 2] });
            while !watched.running.is_empty() {
                watched.apply(Event::End { which: 0, how: 0, moved: 1 });
            }
        }
        prop_assert_eq!(watched.over.len(), count);
        for (id, end) in &watched.over {
            let is_cancelled = *end == SendEnd::Cancelled;
            prop_assert!(!is_cancelled || watched.cancelled.contains(id));
        }
    }
}
