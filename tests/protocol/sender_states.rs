//! Every message in every state of the sender, and everything that it may say itself.

use onehop::protocol::error::Violation;
use onehop::protocol::frame::Kind;
use onehop::protocol::message::{Batch, Decline, DiskCause, Extension, FileHash, Message, Reason};
use onehop::protocol::sender::{Event, Introduction, Sender};

use crate::conversation::{
    FIRST, HASH, IDENTITIES, SENDER_NONCE, TOTALS, file, hello, introduction, is_always_heard,
    is_out_of_turn, kinds, link, plain_introduction, reveal, sample, sender_introduced, totals,
    totals_of, unsaved,
};
use crate::sender_stages::{State, no, sender_in};

/// What may be heard in each state, and what may be said. Nothing else may.
pub(crate) const TABLE: &[(State, &[Kind], &[Kind])] = &[
    (State::Reply, &[Kind::Hello], &[]),
    (State::Reveal, &[], &[Kind::Reveal]),
    (State::Confirm, &[], &[]),
    (State::List, &[], &[Kind::Manifest, Kind::ManifestEnd]),
    (
        State::Decide,
        &[Kind::WantHash, Kind::Answer, Kind::AnswerEnd],
        &[],
    ),
    (State::Hashes, &[], &[Kind::Hash]),
    (State::Answer, &[Kind::Answer, Kind::AnswerEnd], &[]),
    (State::Send, &[], &[Kind::File, Kind::Failed]),
    (State::File, &[], &[Kind::Data, Kind::Failed]),
    (State::FileComplete, &[], &[Kind::End, Kind::Failed]),
    (
        State::Settle,
        &[Kind::Renamed, Kind::Receipt, Kind::ReceiptEnd],
        &[],
    ),
    (State::Done, &[], &[]),
    (State::Declined, &[], &[]),
    (State::Aborted, &[], &[]),
];

fn say(sender: &mut Sender, kind: Kind) -> Option<Result<Kind, Violation>> {
    let said = match kind {
        Kind::Reveal => reveal(sender, &TOTALS),
        Kind::Manifest => sender.manifest(Vec::new()),
        Kind::ManifestEnd => sender.manifest_end(),
        Kind::Hash => sender.hashes(vec![FileHash {
            index: FIRST,
            blake3: None,
        }]),
        Kind::File => sender.start(FIRST, 0),
        Kind::Data => return Some(sender.data(1).map(|()| Kind::Data)),
        Kind::End => sender.end(HASH, false),
        Kind::Failed => sender.failed(FIRST, Reason::Vanished),
        _ => return None,
    };
    Some(said.map(|message| message.kind()))
}

#[test]
fn every_message_is_heard_only_when_it_is_its_turn() {
    for (state, heard, _) in TABLE {
        for kind in kinds().filter(|kind| !is_always_heard(*kind)) {
            let result = sender_in(*state).hear(sample(kind));
            if heard.contains(&kind) {
                assert!(result.is_ok(), "{state:?} {kind} {result:?}");
            } else {
                assert!(is_out_of_turn(&result, kind), "{state:?} {kind} {result:?}");
            }
        }
    }
}

#[test]
fn the_sender_says_nothing_out_of_turn_either() {
    for (state, _, said) in TABLE {
        for kind in Kind::ALL.iter().copied() {
            let Some(result) = say(&mut sender_in(*state), kind) else {
                continue;
            };
            let too_early_or_late = Err(Violation::WrongSize { index: FIRST });
            match (state, kind) {
                (State::File, Kind::End) | (State::FileComplete, Kind::Data) => {
                    assert_eq!(result, too_early_or_late);
                }
                _ if said.contains(&kind) => assert_eq!(result, Ok(kind), "{state:?}"),
                _ => assert!(is_out_of_turn(&result, kind), "{state:?} {kind} {result:?}"),
            }
        }
    }
}

#[test]
fn the_manifest_waits_for_the_users_word() {
    for (state, _, _) in TABLE {
        let confirmed = sender_in(*state).confirmed();
        assert_eq!(confirmed.is_ok(), *state == State::Confirm, "{state:?}");
    }
}

#[test]
fn a_no_is_heard_only_as_the_first_answer() {
    for (state, _, _) in TABLE {
        let result = sender_in(*state).hear(no());
        match state {
            State::Decide => assert_eq!(result, Ok(Event::Declined(Decline::Declined))),
            _ => assert!(is_out_of_turn(&result, Kind::Answer), "{state:?}"),
        }
    }
}

#[test]
fn an_abort_is_heard_in_every_state_and_ends_it() {
    for (state, _, _) in TABLE {
        let mut sender = sender_in(*state);
        let heard = sender.hear(sample(Kind::Abort));
        assert!(matches!(heard, Ok(Event::Aborted(_))), "{state:?}");
        for kind in kinds().filter(|kind| !is_always_heard(*kind)) {
            let after = sender.hear(sample(kind));
            assert!(is_out_of_turn(&after, kind), "{state:?} {kind}");
        }
        assert_eq!(sender.turn(), None);
    }
}

#[test]
fn a_sign_of_life_is_heard_and_said_as_soon_as_both_have_named_it() {
    for (state, _, _) in TABLE {
        let mut sender = sender_in(*state);
        let is_named = *state != State::Reply;
        assert_eq!(sender.uses(Extension::Alive), is_named, "{state:?}");
        let heard = sender.hear(sample(Kind::Alive));
        if is_named {
            assert_eq!(heard, Ok(Event::Alive), "{state:?}");
        } else {
            assert!(is_out_of_turn(&heard, Kind::Alive), "{state:?}");
        }
    }
}

#[test]
fn what_only_one_side_knows_is_not_done() {
    let mut old = sender_introduced(&plain_introduction("laptop"));
    assert!(Extension::ALL.iter().all(|extension| !old.uses(*extension)));
    assert!(!old.uses(Extension::Alive));
    let heard = old.hear(sample(Kind::Alive));
    assert!(is_out_of_turn(&heard, Kind::Alive), "{heard:?}");
    let with_link = vec![file(0, 1), link(1, 0)];
    reveal(&mut old, &totals_of(&with_link)).unwrap();
    old.confirmed().unwrap();
    assert!(old.manifest(with_link).is_err());
}

#[test]
fn a_file_that_grew_is_told_to_those_who_know_that_it_can() {
    for extensions in [Vec::new(), Extension::ALL.to_vec()] {
        let introduction = Introduction {
            extensions: extensions.clone(),
            ..introduction("laptop", false)
        };
        let mut sender = sender_introduced(&introduction);
        let one = vec![file(0, 1)];
        reveal(&mut sender, &totals_of(&one)).unwrap();
        sender.confirmed().unwrap();
        sender.manifest(one).unwrap();
        sender.manifest_end().unwrap();
        sender.hear(sample(Kind::AnswerEnd)).unwrap();
        sender.start(0, 0).unwrap();
        sender.data(1).unwrap();
        let Ok(Message::End(end)) = sender.end(HASH, true) else {
            panic!("no end");
        };
        assert_eq!(end.grew, !extensions.is_empty());
    }
}

#[test]
fn what_the_disk_has_against_a_file_is_heard_where_both_know_of_it() {
    for extensions in [Vec::new(), Extension::ALL.to_vec()] {
        let introduction = Introduction {
            extensions: extensions.clone(),
            ..introduction("laptop", false)
        };
        let mut sender = sender_introduced(&introduction);
        let one = vec![file(0, 0)];
        reveal(&mut sender, &totals_of(&one)).unwrap();
        sender.confirmed().unwrap();
        sender.manifest(one).unwrap();
        sender.manifest_end().unwrap();
        sender.hear(sample(Kind::AnswerEnd)).unwrap();
        sender.start(0, 0).unwrap();
        sender.end(HASH, false).unwrap();
        let told = unsaved(Some(DiskCause::Broken));
        let items = vec![told.clone()];
        let heard = sender.hear(Message::Receipt(Batch { items }));
        let expected = if extensions.is_empty() {
            unsaved(None)
        } else {
            told
        };
        assert_eq!(heard, Ok(Event::NotSaved(vec![expected])));
    }
}

#[test]
fn a_file_has_its_turn_only_while_files_are_due() {
    for (state, _, _) in TABLE {
        let turn = sender_in(*state).turn();
        let expected = (*state == State::Send).then_some(FIRST);
        assert_eq!(turn.map(|turn| turn.index), expected, "{state:?}");
    }
}

#[test]
fn a_hello_of_another_version_or_without_a_number_is_refused() {
    let mut other = hello();
    other.version = 0;
    let heard = sender_in(State::Reply).hear(Message::Hello(other));
    assert_eq!(heard, Err(Violation::UnknownVersion(0)));
    let mut bare = hello();
    bare.nonce = None;
    let heard = sender_in(State::Reply).hear(Message::Hello(bare));
    let kind = Kind::Hello;
    assert!(matches!(heard, Err(Violation::Malformed { kind: k, .. }) if k == kind));
}

#[test]
fn the_first_message_commits_to_the_number_that_is_revealed() {
    let (mut sender, first) = Sender::new(&introduction("laptop", true), IDENTITIES, SENDER_NONCE);
    let mut expected = hello();
    expected.remembers = true;
    expected.nonce = None;
    assert_eq!(first, Message::Hello(expected));
    sender.hear(sample(Kind::Hello)).unwrap();
    assert_eq!(reveal(&mut sender, &TOTALS), Ok(sample(Kind::Reveal)));
}

#[test]
fn there_is_a_code_unless_both_remember() {
    for (mine, theirs) in [(false, false), (false, true), (true, false), (true, true)] {
        let (mut sender, _) = Sender::new(&introduction("laptop", mine), IDENTITIES, SENDER_NONCE);
        let mut reply = hello();
        reply.remembers = theirs;
        let Ok(Event::Introduced { code, .. }) = sender.hear(Message::Hello(reply)) else {
            panic!("not introduced");
        };
        let shown = code.map(|code| code.to_string());
        let expected = (!(mine && theirs)).then(|| "273 166".to_owned());
        assert_eq!(shown, expected, "{mine} {theirs}");
    }
}

#[test]
fn totals_that_nobody_may_send_are_refused_at_once() {
    for wrong in [totals(0, 0, 0), totals(1, 2, 0), totals(4_000_001, 1, 0)] {
        let mut sender = sender_in(State::Reveal);
        let said = reveal(&mut sender, &wrong);
        assert_eq!(said, Err(Violation::WrongTotals), "{wrong:?}");
    }
}
