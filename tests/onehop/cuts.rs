//! A queue that goes on by itself over a way that is cut again and again, to a receiver that starts
//! anew at other addresses meanwhile.

use std::collections::BTreeMap;
use std::time::Instant;

use onehop::session::queue::{
    Order, Persistence, Queue, QueuedSend, Recipient, SendEnd, SendId, SendState,
};
use onehop::transfer::{Consent, Payload, SendEvent, SendOptions, SendOutcome};

use crate::bad_weather::Random;
use crate::common::folder::tree;
use crate::common::noise::noise;
use crate::pair::{Pair, listen};
use crate::proxy::{Mishap, Proxy, Weather};

/// How often to cut, instead of a few times.
const CUTS: &str = "ONEHOP_CUTS";
const FEW_CUTS: u32 = 25;
/// Bytes in which hands are shaken and lists are told.
const OVERHEAD_BYTES: u64 = 6_000;
/// Somewhere in what is sent, or nowhere if less is left of it.
const MOST_BYTES: u64 = 3_000_000;

/// What becomes of one try.
enum Fate {
    /// The way is cut behind so many of the sender's bytes.
    CutAt(u64),
    /// The receiver has everything, and its word for it does not come back.
    CutAtTheReceipt,
    /// All is well.
    Spared,
}

/// The receiver starts anew, on another port.
fn restart(pair: &mut Pair) {
    let folder = pair.inbox.path();
    let (listener, events) = listen(&pair.receiver, folder, Consent::SaveWithoutAsking);
    (pair.listener, pair.events) = (listener, events);
}

/// One try, as a front end starts it: wherever the device is now, and nobody else gets it.
fn attempt(pair: &Pair, order: &Order, fate: &Fate, in_order: bool) -> (SendOutcome, u64) {
    let proxy = Proxy::to(pair.listener.port());
    proxy.set(Weather {
        cut_at: match fate {
            Fate::CutAt(at) => Some(*at),
            Fate::CutAtTheReceipt | Fate::Spared => None,
        },
        cut_in_order: in_order,
        ..Weather::default()
    });
    let sent = pair.send_with(SendOptions {
        port: proxy.port,
        picked: Some(pair.receiver.fingerprint()),
        ..pair.options(order.payload.clone())
    });
    let outcome = loop {
        match sent.next() {
            SendEvent::AwaitingConfirmation if matches!(fate, Fate::CutAtTheReceipt) => {
                proxy.let_happen(Mishap::Cut);
            }
            SendEvent::Ended(outcome) => break outcome,
            _ => {}
        }
    };
    // It notices too, before the next try comes.
    pair.ended();
    (outcome, sent.outgoing.snapshot().moved_bytes())
}

/// A folder of one large file and several small ones, to go to the receiver.
fn folder(number: usize, pair: &Pair, random: &mut Random) -> Order {
    let folder = format!("folder-{number}");
    let bytes = 100_000 + random.below(6_000_000);
    let large = noise(usize::try_from(bytes).unwrap());
    pair.file(&format!("{folder}/large"), &large);
    for small in 0..10 {
        let path = format!("{folder}/small/{small}");
        pair.file(&path, &noise(1000 * small + 18));
    }
    Order {
        to: Recipient::Device(pair.receiver.fingerprint()),
        payload: Payload::Paths(vec![pair.outbox.path().join(&folder)]),
        what: folder,
        // As long as nobody has measured it, it is large.
        bytes: None,
        persistence: Persistence {
            retry: true,
            when_there: false,
        },
    }
}

#[test]
fn whatever_is_cut_wherever_each_file_arrives_once_and_whole() {
    let wanted = match std::env::var(CUTS) {
        Ok(cuts) => cuts.parse().unwrap(),
        Err(_) => FEW_CUTS,
    };
    let mut random = Random(0x00C0_FFEE);
    let mut pair = Pair::of_friends();
    let (mut queue, mut now) = (Queue::default(), Instant::now());
    let device = pair.receiver.fingerprint();
    let (mut cuts, mut sends, mut ends) = (0, 0, BTreeMap::<SendId, u32>::new());
    while cuts < wanted || queue.sends().any(|send| !send.is_over()) {
        if queue.sends().all(QueuedSend::is_over) {
            // Two to the same device, of which one waits for the other.
            for _ in 0..2 {
                sends += 1;
                queue.add(folder(sends, &pair, &mut random));
            }
        }
        let due = queue.due(now, |seen| seen == device).map(QueuedSend::id);
        let Some(id) = due else {
            now = queue.wakes_at(now).unwrap();
            continue;
        };
        let order = queue.find(id).unwrap().order().clone();
        let fate = match random.below(6) {
            _ if cuts >= wanted => Fate::Spared,
            0 => Fate::CutAtTheReceipt,
            1 => Fate::CutAt(1 + random.below(OVERHEAD_BYTES)),
            _ => Fate::CutAt(1 + random.below(MOST_BYTES)),
        };
        let (outcome, moved_bytes) = attempt(&pair, &order, &fate, random.below(2) == 0);
        queue.ended(id, &outcome, moved_bytes, now);
        match (queue.find(id).unwrap().state(), outcome) {
            (SendState::Over(SendEnd::Finished), SendOutcome::Received { summary, .. }) => {
                assert!(summary.failures.is_empty(), "{summary:?}");
                *ends.entry(id).or_default() += 1;
            }
            (SendState::Retrying { .. } | SendState::Away { .. }, _) => cuts += 1,
            (state, outcome) => panic!("{state:?} after {cuts} cuts: {outcome:?}"),
        }
        if random.below(4) == 0 {
            restart(&mut pair);
        }
    }
    assert_eq!(ends.len(), sends);
    assert!(ends.values().all(|count| *count == 1), "{ends:?}");
    assert_eq!(pair.arrived(), tree(pair.outbox.path()));
}
