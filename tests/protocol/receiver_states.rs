//! Every message in every state of the receiver, and everything that it may say itself.

use onehop::protocol::error::Violation;
use onehop::protocol::frame::Kind;
use onehop::protocol::message::{
    Batch, Decline, DiskCause, Extension, FileStart, Message, Reveal, Totals,
};
use onehop::protocol::receiver::{Event, Receiver};

use crate::conversation::{
    FIRST, FIRST_BYTES, SECOND, SECOND_BYTES, TOTALS, entries, file, hello, introduction,
    is_always_heard, is_out_of_turn, kinds, link, manifest, plain_introduction, receiver_offered,
    sample, totals_of, unsaved,
};
use crate::receiver_stages::{State, one_of_two, receiver_in};

/// What may be heard in each state, and what may be said. Nothing else may.
pub(crate) const TABLE: &[(State, &[Kind], &[Kind])] = &[
    (State::Hello, &[Kind::Hello], &[]),
    (State::Reply, &[], &[Kind::Hello]),
    (State::Reveal, &[Kind::Reveal], &[]),
    (State::Confirm, &[Kind::Manifest], &[]),
    (State::List, &[Kind::Manifest, Kind::ManifestEnd], &[]),
    (
        State::Decide,
        &[],
        &[Kind::WantHash, Kind::Answer, Kind::AnswerEnd],
    ),
    (State::Hashes, &[Kind::Hash], &[]),
    (State::Answer, &[], &[Kind::Answer, Kind::AnswerEnd]),
    (State::Send, &[Kind::File, Kind::Failed], &[]),
    (State::File, &[Kind::Data, Kind::Failed], &[]),
    (State::FileComplete, &[Kind::End, Kind::Failed], &[]),
    (
        State::Settle,
        &[],
        &[Kind::Renamed, Kind::Receipt, Kind::ReceiptEnd],
    ),
    (State::Done, &[], &[]),
    (State::Declined, &[], &[]),
    (State::Aborted, &[], &[]),
];

fn say(receiver: &mut Receiver, kind: Kind) -> Option<Result<Message, Violation>> {
    Some(match kind {
        Kind::Hello => receiver.hello(&introduction("desk-pc", false)),
        Kind::WantHash => receiver.want_hashes(vec![FIRST]),
        Kind::Answer => receiver.accept(Vec::new()),
        Kind::AnswerEnd => receiver.answer_end(),
        Kind::Renamed => receiver.renamed(Vec::new()),
        Kind::Receipt => receiver.receipt(Vec::new()),
        Kind::ReceiptEnd => receiver.receipt_end(one_of_two()),
        _ => return None,
    })
}

#[test]
fn every_message_is_heard_only_when_it_is_its_turn() {
    for (state, heard, _) in TABLE {
        for kind in kinds().filter(|kind| !is_always_heard(*kind)) {
            let result = receiver_in(*state).hear(sample(kind));
            match (state, kind) {
                // It is their turn, but they come too early.
                (State::Confirm, Kind::ManifestEnd) => {
                    assert_eq!(result, Err(Violation::WrongTotals));
                }
                (State::File, Kind::End) => {
                    assert_eq!(result, Err(Violation::WrongSize { index: FIRST }));
                }
                _ if heard.contains(&kind) => assert!(result.is_ok(), "{state:?} {result:?}"),
                _ => assert!(is_out_of_turn(&result, kind), "{state:?} {kind} {result:?}"),
            }
        }
    }
}

#[test]
fn content_is_taken_only_within_a_file_and_no_more_than_it_has() {
    for (state, heard, _) in TABLE {
        let result = receiver_in(*state).data(1);
        match state {
            State::FileComplete => {
                assert_eq!(result, Err(Violation::WrongSize { index: FIRST }));
            }
            _ if heard.contains(&Kind::Data) => assert_eq!(result, Ok(FIRST)),
            _ => assert!(is_out_of_turn(&result, Kind::Data), "{state:?} {result:?}"),
        }
    }
}

#[test]
fn the_receiver_says_nothing_out_of_turn_either() {
    for (state, _, said) in TABLE {
        for kind in kinds() {
            let Some(result) = say(&mut receiver_in(*state), kind) else {
                continue;
            };
            if said.contains(&kind) {
                assert_eq!(result.unwrap().kind(), kind, "{state:?}");
            } else {
                assert!(is_out_of_turn(&result, kind), "{state:?} {kind} {result:?}");
            }
        }
    }
}

#[test]
fn a_no_is_possible_until_the_yes() {
    for (state, _, _) in TABLE {
        let result = receiver_in(*state).decline(Decline::NoSpace);
        match state {
            State::Decide => assert!(result.is_ok(), "{state:?}"),
            _ => assert!(is_out_of_turn(&result, Kind::Answer), "{state:?}"),
        }
    }
}

#[test]
fn an_abort_is_heard_in_every_state_and_ends_it() {
    for (state, _, _) in TABLE {
        let mut receiver = receiver_in(*state);
        let heard = receiver.hear(sample(Kind::Abort));
        assert!(matches!(heard, Ok(Event::Aborted(_))), "{state:?}");
        for kind in kinds().filter(|kind| !is_always_heard(*kind)) {
            let after = receiver.hear(sample(kind));
            assert!(is_out_of_turn(&after, kind), "{state:?} {kind}");
        }
    }
}

#[test]
fn a_sign_of_life_is_heard_and_said_as_soon_as_both_have_named_it() {
    for (state, _, _) in TABLE {
        let mut receiver = receiver_in(*state);
        let is_named = !matches!(state, State::Hello | State::Reply);
        assert_eq!(receiver.uses(Extension::Alive), is_named, "{state:?}");
        let heard = receiver.hear(sample(Kind::Alive));
        if is_named {
            assert_eq!(heard, Ok(Event::Alive), "{state:?}");
        } else {
            assert!(is_out_of_turn(&heard, Kind::Alive), "{state:?}");
        }
    }
}

/// A receiver of the first onehop/1 alone.
fn old_receiver(totals: &Reveal) -> Receiver {
    let mut receiver = receiver_in(State::Hello);
    receiver.hear(Message::Hello(hello())).unwrap();
    receiver.hello(&plain_introduction("desk-pc")).unwrap();
    receiver.hear(Message::Reveal(*totals)).unwrap();
    receiver
}

#[test]
fn what_only_one_side_knows_is_not_done() {
    let with_link = vec![file(0, 1), link(1, 0)];
    let mut old = old_receiver(&totals_of(&with_link));
    assert!(Extension::ALL.iter().all(|extension| !old.uses(*extension)));
    assert!(!old.uses(Extension::Alive));
    let heard = old.hear(sample(Kind::Alive));
    assert!(is_out_of_turn(&heard, Kind::Alive), "{heard:?}");
    assert!(old.hear(manifest(with_link)).is_err());
    let mut with_mode = file(0, 1);
    with_mode.mode = Some(0o600);
    let mut old = old_receiver(&totals_of(std::slice::from_ref(&with_mode)));
    let heard = old.hear(manifest(vec![with_mode]));
    assert_eq!(heard, Ok(Event::Listed(vec![file(0, 1)])));
}

#[test]
fn what_the_disk_has_against_a_file_is_told_to_those_who_know_of_it() {
    let one = [file(0, 0)];
    let totals = totals_of(&one);
    let mut new = receiver_in(State::Hello);
    new.hear(Message::Hello(hello())).unwrap();
    new.hello(&introduction("desk-pc", false)).unwrap();
    new.hear(Message::Reveal(totals)).unwrap();
    for (mut receiver, cause) in [
        (old_receiver(&totals), None),
        (new, Some(DiskCause::Broken)),
    ] {
        receiver.hear(manifest(one.to_vec())).unwrap();
        receiver.hear(sample(Kind::ManifestEnd)).unwrap();
        receiver.answer_end().unwrap();
        receiver
            .hear(Message::File(FileStart {
                index: 0,
                offset: 0,
            }))
            .unwrap();
        receiver.hear(sample(Kind::End)).unwrap();
        let told = receiver.receipt(vec![unsaved(Some(DiskCause::Broken))]);
        let items = vec![unsaved(cause)];
        assert_eq!(told, Ok(Message::Receipt(Batch { items })));
    }
}

#[test]
fn the_last_file_that_is_through_leads_to_the_receipt() {
    let mut receiver = receiver_in(State::Send);
    for (index, bytes) in [(FIRST, FIRST_BYTES), (SECOND, SECOND_BYTES)] {
        assert!(!receiver.all_settled());
        let start = FileStart { index, offset: 0 };
        receiver.hear(Message::File(start)).unwrap();
        receiver.data(usize::try_from(bytes).unwrap()).unwrap();
        receiver.hear(sample(Kind::End)).unwrap();
    }
    assert!(receiver.all_settled());
}

#[test]
fn with_nothing_to_send_the_receipt_follows_the_answer() {
    let folder = entries().remove(0);
    let mut receiver = receiver_offered(vec![folder]);
    receiver.answer_end().unwrap();
    assert!(receiver.all_settled());
    receiver.receipt_end(Totals::default()).unwrap();
}

#[test]
fn a_hello_of_another_version_or_without_a_commitment_is_refused() {
    let mut other = hello();
    other.version = 2;
    let heard = receiver_in(State::Hello).hear(Message::Hello(other));
    assert_eq!(heard, Err(Violation::UnknownVersion(2)));
    let mut bare = hello();
    bare.commit = None;
    let heard = receiver_in(State::Hello).hear(Message::Hello(bare));
    assert!(matches!(
        heard,
        Err(Violation::Malformed {
            kind: Kind::Hello,
            ..
        })
    ));
}

#[test]
fn a_number_that_was_not_committed_to_is_refused() {
    let mut totals = TOTALS;
    totals.nonce.0[31] ^= 1;
    let heard = receiver_in(State::Reveal).hear(Message::Reveal(totals));
    assert_eq!(heard, Err(Violation::BrokenCommitment));
}

#[test]
fn there_is_a_code_unless_both_remember() {
    for (mine, theirs) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut receiver = receiver_in(State::Hello);
        let mut hello = hello();
        hello.remembers = theirs;
        receiver.hear(Message::Hello(hello)).unwrap();
        receiver.hello(&introduction("desk-pc", mine)).unwrap();
        let Ok(Event::Introduced { totals, code }) = receiver.hear(sample(Kind::Reveal)) else {
            panic!("not introduced");
        };
        let shown = code.map(|code| code.to_string());
        let expected = (!(mine && theirs)).then(|| "273 166".to_owned());
        assert_eq!(shown, expected, "{mine} {theirs}");
        assert_eq!(totals, TOTALS);
    }
}
