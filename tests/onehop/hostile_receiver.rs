//! Receivers that break the rules, with a key that the sender trusts.

use std::path::PathBuf;

use onehop::error::{Error, PeerFault};
use onehop::protocol::frame::Kind;
use onehop::protocol::message::{
    Abort, AbortReason, Answer, Batch, Decline, Empty, Exception, Failure, Hex32, Message, Reason,
    Totals, Treatment,
};
use onehop::transfer::{Payload, SendOutcome};

use crate::common::noise::noise;
use crate::pair::{Pair, Sent};
use crate::peer::{Host, Peer, receiver_hello, sender_hello};

/// A sender that goes to a receiver of the test's, and that receiver.
pub(crate) struct Lured {
    pub(crate) pair: Pair,
    pub(crate) host: Host,
}

impl Lured {
    pub(crate) fn new() -> Self {
        Self {
            pair: Pair::of_friends(),
            host: Host::new(),
        }
    }

    pub(crate) fn send(&self, names: &[&str], content: &[u8]) -> (Sent, Peer) {
        let files = names.iter().map(|name| self.pair.file(name, content));
        self.send_paths(files.collect())
    }

    pub(crate) fn send_paths(&self, paths: Vec<PathBuf>) -> (Sent, Peer) {
        let mut options = self.pair.options(Payload::Paths(paths));
        options.port = self.host.port();
        let sent = self.pair.send_with(options);
        let peer = self.host.accept(&self.pair.receiver.identity);
        (sent, peer)
    }
}

/// The sender says why it breaks off, and to its user too.
fn is_told_off(misbehave: impl Fn(&mut Peer)) {
    let lured = Lured::new();
    let (sent, mut peer) = lured.send(&["a", "b"], b"content");
    misbehave(&mut peer);
    assert_eq!(peer.last_words(), Some(AbortReason::Protocol));
    let error = sent.failed();
    assert!(
        matches!(error, Error::Peer(PeerFault::Violation(_))),
        "{error:?}"
    );
}

pub(crate) fn answer(items: Vec<Exception>) -> Message {
    Message::Answer(Answer {
        accepted: true,
        reason: None,
        items,
    })
}

pub(crate) fn skip(index: u32) -> Exception {
    let treatment = Treatment::Skip;
    Exception { index, treatment }
}

pub(crate) fn resume(index: u32, offset: u64) -> Exception {
    let blake3 = Hex32([0; 32]);
    let treatment = Treatment::Resume { offset, blake3 };
    Exception { index, treatment }
}

pub(crate) fn want(items: Vec<u32>) -> Message {
    Message::WantHash(Batch { items })
}

fn not_saved(index: u32) -> Message {
    let reason = Reason::NotSaved;
    let items = vec![Failure {
        index,
        reason,
        cause: None,
    }];
    Message::Receipt(Batch { items })
}

pub(crate) fn end_of_receipt(files: u32, bytes: u64) -> Message {
    Message::ReceiptEnd(Totals { files, bytes })
}

#[test]
fn a_hello_without_a_number_is_refused() {
    is_told_off(|peer| {
        peer.say(&Message::Hello(sender_hello()));
    });
}

#[test]
fn a_second_hello_is_refused() {
    is_told_off(|peer| {
        let hello = Message::Hello(receiver_hello());
        peer.say(&hello).say(&hello);
    });
}

#[test]
fn an_answer_before_the_list_is_refused() {
    is_told_off(|peer| {
        peer.say(&Message::AnswerEnd(Empty {}));
    });
}

#[test]
fn exceptions_that_make_no_sense_are_refused() {
    for items in [
        vec![skip(2)],
        vec![skip(1), skip(0)],
        vec![skip(0), skip(0)],
        vec![resume(0, 8)],
    ] {
        is_told_off(|peer| {
            peer.hear_offer().say(&answer(items.clone()));
        });
    }
}

#[test]
fn a_no_after_a_yes_is_refused() {
    is_told_off(|peer| {
        peer.hear_offer().say(&answer(vec![skip(0)]));
        peer.say(&Message::Answer(Answer {
            accepted: false,
            reason: Some(Decline::Declined),
            items: Vec::new(),
        }));
    });
}

#[test]
fn hashes_of_what_is_no_file_are_refused() {
    is_told_off(|peer| {
        peer.hear_offer().say(&want(vec![2]));
    });
}

#[test]
fn content_from_a_receiver_is_refused() {
    is_told_off(|peer| {
        peer.hear_offer().say_data(b"x");
    });
}

#[test]
fn a_frame_that_is_too_long_or_of_an_unknown_kind_is_refused() {
    is_told_off(|peer| {
        peer.say_frame(99, 2, b"{}");
    });
    is_told_off(|peer| {
        peer.hear_offer();
        peer.say_frame(Kind::Answer as u8, 256 * 1024 + 1, b"{");
    });
}

#[test]
fn a_receipt_that_does_not_add_up_is_refused() {
    for (files, bytes) in [(0, 0), (1, 7), (2, 0), (2, 13), (2, 15), (3, 14)] {
        is_told_off(|peer| {
            peer.accept_all();
            while !matches!(peer.message(), Message::End(_)) {}
            while !matches!(peer.message(), Message::End(_)) {}
            peer.say(&end_of_receipt(files, bytes));
        });
    }
}

#[test]
fn a_receipt_without_end_is_refused() {
    is_told_off(|peer| {
        peer.accept_all();
        while !matches!(peer.message(), Message::End(_)) {}
        while !matches!(peer.message(), Message::End(_)) {}
        for _ in 0..3 {
            peer.say(&not_saved(0));
        }
    });
}

#[test]
fn what_only_a_sender_may_say_is_refused_in_every_state() {
    let words = [
        Message::Manifest(Batch { items: Vec::new() }),
        Message::ManifestEnd(Empty {}),
        Message::Hash(Batch { items: Vec::new() }),
    ];
    for word in words {
        is_told_off(|peer| {
            peer.say(&word);
        });
        is_told_off(|peer| {
            peer.hear_offer().say(&word);
        });
        is_told_off(|peer| {
            peer.accept_all();
            while !matches!(peer.message(), Message::End(_)) {}
            while !matches!(peer.message(), Message::End(_)) {}
            peer.say(&word);
        });
    }
}

#[test]
fn an_end_in_any_phase_is_understood() {
    let phases: [fn(&mut Peer); 4] = [
        |_| {},
        |peer| {
            peer.welcome();
        },
        |peer| {
            peer.hear_offer();
        },
        |peer| {
            peer.accept_all();
        },
    ];
    for phase in phases {
        for is_told in [true, false] {
            let lured = Lured::new();
            let (sent, mut peer) = lured.send(&["a"], &noise(1000));
            phase(&mut peer);
            if is_told {
                let (reason, detail) = (AbortReason::DiskFull, String::new());
                peer.say(&Message::Abort(Abort { reason, detail }));
            } else {
                peer.half_close();
            }
            assert_eq!(peer.last_words(), None);
            match sent.failed() {
                Error::Peer(PeerFault::Aborted { reason, .. }) if is_told => {
                    assert_eq!(reason, AbortReason::DiskFull);
                }
                Error::Peer(PeerFault::Reset { .. }) if !is_told => {}
                error => panic!("{error:?}"),
            }
        }
    }
}

/// Long enough that the sender cannot get rid of it unless somebody reads.
const TOO_MUCH: usize = 100_000_000;

fn says_full(peer: &mut Peer) {
    let (reason, detail) = (AbortReason::DiskFull, String::new());
    peer.say(&Message::Abort(Abort { reason, detail }));
}

fn is_full(error: &Error) -> bool {
    matches!(error, Error::Peer(PeerFault::Aborted { reason, .. }) if *reason == AbortReason::DiskFull)
}

#[test]
fn a_reason_is_heard_even_if_the_connection_breaks_at_once_behind_it() {
    let lured = Lured::new();
    let (sent, mut peer) = lured.send(&["big"], &noise(TOO_MUCH));
    peer.accept_all();
    peer.hear();
    says_full(&mut peer);
    peer.reset();
    let error = sent.failed();
    // There a reset takes away what has come and is not read yet, so both may happen.
    let is_lost = cfg!(windows) && matches!(error, Error::Peer(PeerFault::Reset { .. }));
    assert!(is_full(&error) || is_lost, "{error:?}");
}

#[test]
fn a_reason_in_the_middle_of_content_is_heard_by_a_sender_that_cannot_get_rid_of_it() {
    let lured = Lured::new();
    let (sent, mut peer) = lured.send(&["big"], &noise(TOO_MUCH));
    peer.accept_all();
    says_full(&mut peer);
    let error = sent.failed();
    assert!(is_full(&error), "{error:?}");
}

#[test]
fn a_receiver_that_ends_and_does_not_read_keeps_nobody_waiting() {
    let lured = Lured::new();
    let (sent, mut peer) = lured.send(&["big"], &noise(TOO_MUCH));
    peer.accept_all();
    peer.half_close();
    let error = sent.failed();
    assert!(
        matches!(error, Error::Peer(PeerFault::Reset { .. })),
        "{error:?}"
    );
}

#[test]
fn a_stop_by_the_sender_ends_it_in_any_phase_though_the_receiver_is_silent() {
    let phases: [fn(&mut Peer); 4] = [
        |_| {},
        |peer| {
            peer.welcome();
        },
        |peer| {
            peer.hear_offer();
        },
        |peer| {
            peer.accept_all();
        },
    ];
    for phase in phases {
        let lured = Lured::new();
        let (sent, mut peer) = lured.send(&["big"], &noise(TOO_MUCH));
        phase(&mut peer);
        sent.outgoing.cancel();
        assert!(matches!(sent.failed(), Error::Cancelled));
        peer.last_words();
    }
}

/// So big that hashing it would take longer than any test waits; none of it is on the disk.
const HOLLOW_BYTES: u64 = 4 << 40;

#[test]
fn a_receiver_that_gives_up_while_the_sender_hashes_is_heard_at_once() {
    let lured = Lured::new();
    let path = lured.pair.file("hollow", b"");
    let hollow = std::fs::File::create(&path).unwrap();
    if hollow.set_len(HOLLOW_BYTES).is_err() {
        // No such files on this disk.
        return;
    }
    let mut options = lured.pair.options(Payload::Paths(vec![path]));
    options.port = lured.host.port();
    for is_resumed in [false, true] {
        let sent = lured.pair.send_with(options.clone());
        let mut peer = lured.host.accept(&lured.pair.receiver.identity);
        peer.hear_offer();
        if is_resumed {
            peer.say(&answer(vec![resume(0, HOLLOW_BYTES)]));
            peer.say(&Message::AnswerEnd(Empty {}));
        } else {
            peer.say(&want(vec![0]));
        }
        let (reason, detail) = (AbortReason::Cancelled, String::new());
        peer.say(&Message::Abort(Abort { reason, detail }));
        let error = sent.failed();
        assert!(
            matches!(error, Error::Peer(PeerFault::Aborted { .. })),
            "{error:?}"
        );
    }
}

#[test]
fn a_receiver_that_never_introduces_itself_is_given_up() {
    let lured = Lured::new();
    let (sent, mut peer) = lured.send(&["a"], b"content");
    assert_eq!(peer.last_words(), Some(AbortReason::Expired));
    let SendOutcome::Failed { error, .. } = sent.ended() else {
        panic!("not failed");
    };
    assert!(matches!(error, Error::Peer(PeerFault::Silent)), "{error:?}");
}
