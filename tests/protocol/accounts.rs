//! What is answered, sent and received has to fit the manifest and to add up, on both sides.

use onehop::protocol::error::Violation;
use onehop::protocol::frame::Kind;
use onehop::protocol::message::{
    Answer, Batch, Exception, FileHash, FileStart, MAX_TOLD_NAME_BYTES, Message, Reason, Renamed,
    Totals, Treatment,
};
use onehop::protocol::receiver::Receiver;
use onehop::protocol::sender::{Event, Sender};

use crate::conversation::{
    FIRST, FIRST_BYTES, HASH, SECOND, SECOND_BYTES, entries, failure, file, link, receiver_offered,
    sample, sender_offering, text,
};

fn exception(index: u32, treatment: Treatment) -> Exception {
    Exception { index, treatment }
}

fn resume(offset: u64) -> Treatment {
    Treatment::Resume {
        offset,
        blake3: HASH,
    }
}

fn refuse() -> Treatment {
    let reason = Reason::NameNotAllowed;
    Treatment::Refuse { reason }
}

fn yes(items: Vec<Exception>) -> Message {
    Message::Answer(Answer {
        accepted: true,
        reason: None,
        items,
    })
}

fn wrong(kind: Kind, index: u32) -> Violation {
    Violation::WrongFile { kind, index }
}

#[test]
fn hashes_are_wanted_of_files_in_order_and_once() {
    let kind = Kind::WantHash;
    for (asked, index) in [
        (vec![0], 0),
        (vec![3], 3),
        (vec![SECOND, FIRST], FIRST),
        (vec![FIRST, FIRST], FIRST),
    ] {
        let said = receiver_offered(entries()).want_hashes(asked.clone());
        assert_eq!(said, Err(wrong(kind, index)));
        let batch = Message::WantHash(Batch { items: asked });
        let heard = sender_offering(entries()).hear(batch);
        assert_eq!(heard, Err(wrong(kind, index)));
    }
    let mut sender = sender_offering(entries());
    sender.hear(sample(kind)).unwrap();
    sender.hashes(vec![hash(FIRST)]).unwrap();
    assert_eq!(sender.hear(sample(kind)), Err(wrong(kind, FIRST)));
}

#[test]
fn hashes_of_no_files_cannot_be_wanted() {
    let none = Message::WantHash(Batch { items: Vec::new() });
    let heard = sender_offering(entries()).hear(none);
    assert!(
        matches!(heard, Err(Violation::Malformed { .. })),
        "{heard:?}"
    );
    assert!(receiver_offered(entries()).want_hashes(Vec::new()).is_err());
}

fn hash(index: u32) -> FileHash {
    let blake3 = Some(HASH);
    FileHash { index, blake3 }
}

#[test]
fn the_hashes_are_those_that_were_wanted_in_that_order() {
    for told in [
        vec![hash(SECOND)],
        vec![hash(FIRST), hash(FIRST)],
        vec![hash(FIRST), hash(SECOND), hash(SECOND)],
    ] {
        let mut receiver = receiver_offered(entries());
        receiver.want_hashes(vec![FIRST, SECOND]).unwrap();
        let heard = receiver.hear(Message::Hash(Batch {
            items: told.clone(),
        }));
        assert!(matches!(
            heard,
            Err(Violation::WrongFile {
                kind: Kind::Hash,
                ..
            })
        ));
        let mut sender = sender_offering(entries());
        let items = vec![FIRST, SECOND];
        sender.hear(Message::WantHash(Batch { items })).unwrap();
        assert!(sender.hashes(told).is_err());
    }
}

#[test]
fn hashes_may_come_one_by_one() {
    let mut receiver = receiver_offered(entries());
    receiver.want_hashes(vec![FIRST, SECOND]).unwrap();
    for index in [FIRST, SECOND] {
        assert!(receiver.awaits_hashes());
        let items = vec![hash(index)];
        receiver.hear(Message::Hash(Batch { items })).unwrap();
    }
    assert!(!receiver.awaits_hashes());
}

#[test]
fn exceptions_are_files_in_order_and_no_more_is_held_than_there_is() {
    let too_much = Violation::WrongSize { index: FIRST };
    for (items, expected) in [
        (vec![exception(0, Treatment::Skip)], wrong(Kind::Answer, 0)),
        (vec![exception(9, Treatment::Skip)], wrong(Kind::Answer, 9)),
        (
            vec![
                exception(SECOND, Treatment::Skip),
                exception(FIRST, refuse()),
            ],
            wrong(Kind::Answer, FIRST),
        ),
        (
            vec![
                exception(FIRST, Treatment::Skip),
                exception(FIRST, refuse()),
            ],
            wrong(Kind::Answer, FIRST),
        ),
        (vec![exception(FIRST, resume(FIRST_BYTES + 1))], too_much),
    ] {
        let said = receiver_offered(entries()).accept(items.clone());
        assert_eq!(said, Err(expected.clone()));
        let heard = sender_offering(entries()).hear(yes(items));
        assert_eq!(heard, Err(expected));
    }
}

#[test]
fn a_text_is_sent_in_full_and_cannot_fail() {
    let mut sender = sender_offering(vec![text(3)]);
    let skip = yes(vec![exception(0, Treatment::Skip)]);
    assert_eq!(sender.hear(skip), Err(wrong(Kind::Answer, 0)));
    let mut receiver = receiver_offered(vec![text(3)]);
    receiver.answer_end().unwrap();
    let heard = receiver.hear(Message::Failed(failure(0)));
    assert_eq!(heard, Err(wrong(Kind::Failed, 0)));
    let (index, offset) = (0, 0);
    receiver
        .hear(Message::File(FileStart { index, offset }))
        .unwrap();
    receiver.data(3).unwrap();
    receiver.hear(sample(Kind::End)).unwrap();
    receiver.receipt_end(Totals::default()).unwrap();
}

/// Both sides after this answer.
fn answered(items: &[Exception]) -> (Sender, Receiver) {
    let mut receiver = receiver_offered(entries());
    receiver.accept(items.to_vec()).unwrap();
    receiver.answer_end().unwrap();
    let mut sender = sender_offering(entries());
    sender.hear(yes(items.to_vec())).unwrap();
    sender.hear(sample(Kind::AnswerEnd)).unwrap();
    (sender, receiver)
}

#[test]
fn a_file_begins_in_its_turn_and_where_it_may() {
    let size = Violation::WrongSize { index: FIRST };
    for (items, index, offset, expected) in [
        (vec![], SECOND, 0, wrong(Kind::File, SECOND)),
        (vec![], 0, 0, wrong(Kind::File, 0)),
        (vec![], FIRST, 1, size.clone()),
        (vec![exception(FIRST, resume(2))], FIRST, 1, size.clone()),
        (vec![exception(FIRST, resume(2))], FIRST, 3, size),
        (
            vec![exception(FIRST, Treatment::Skip)],
            FIRST,
            0,
            wrong(Kind::File, FIRST),
        ),
        (
            vec![exception(FIRST, refuse())],
            FIRST,
            0,
            wrong(Kind::File, FIRST),
        ),
    ] {
        let (mut sender, mut receiver) = answered(&items);
        assert_eq!(sender.start(index, offset), Err(expected.clone()));
        let heard = receiver.hear(Message::File(FileStart { index, offset }));
        assert_eq!(heard, Err(expected), "{items:?}");
    }
}

#[test]
fn a_held_beginning_may_be_used_or_not() {
    for offset in [0, 3] {
        let (mut sender, mut receiver) = answered(&[exception(FIRST, resume(3))]);
        assert_eq!(sender.turn().unwrap().held, Some((3, HASH)));
        let start = sender.start(FIRST, offset).unwrap();
        receiver.hear(start).unwrap();
        let rest = usize::try_from(FIRST_BYTES - offset).unwrap();
        assert_eq!(
            receiver.data(rest + 1),
            Err(Violation::WrongSize { index: FIRST })
        );
        assert_eq!(receiver.data(rest), Ok(FIRST));
        assert!(sender.data(rest + 1).is_err());
        sender.data(rest).unwrap();
        receiver.hear(sender.end(HASH, false).unwrap()).unwrap();
    }
}

#[test]
fn only_the_file_whose_turn_it_is_can_fail() {
    let (mut sender, mut receiver) = answered(&[]);
    assert_eq!(
        sender.failed(SECOND, Reason::Other),
        Err(wrong(Kind::Failed, SECOND))
    );
    let heard = receiver.hear(Message::Failed(failure(SECOND)));
    assert_eq!(heard, Err(wrong(Kind::Failed, SECOND)));
    receiver.hear(sender.start(FIRST, 0).unwrap()).unwrap();
    let heard = receiver.hear(Message::Failed(failure(SECOND)));
    assert_eq!(heard, Err(wrong(Kind::Failed, SECOND)));
    assert_eq!(
        sender.failed(SECOND, Reason::Other),
        Err(wrong(Kind::Failed, SECOND))
    );
    receiver
        .hear(sender.failed(FIRST, Reason::Changed).unwrap())
        .unwrap();
    assert_eq!(sender.turn().unwrap().index, SECOND);
}

/// Both sides where the first file was refused and the second has been sent.
fn one_refused_one_sent() -> (Sender, Receiver) {
    let (mut sender, mut receiver) = answered(&[exception(FIRST, refuse())]);
    receiver.hear(sender.start(SECOND, 0).unwrap()).unwrap();
    let bytes = usize::try_from(SECOND_BYTES).unwrap();
    sender.data(bytes).unwrap();
    receiver.data(bytes).unwrap();
    receiver.hear(sender.end(HASH, false).unwrap()).unwrap();
    assert!(receiver.all_settled());
    (sender, receiver)
}

#[test]
fn a_receipt_accounts_for_each_file_once() {
    let unsaved = vec![failure(SECOND)];
    for (failures, files, bytes, adds_up) in [
        (vec![], 1, SECOND_BYTES, true),
        (vec![], 1, 0, false),
        (vec![], 1, SECOND_BYTES - 1, false),
        (unsaved.clone(), 0, 1, false),
        (vec![], 0, 0, false),
        (vec![], 2, SECOND_BYTES, false),
        (vec![], u32::MAX, SECOND_BYTES, false),
        (unsaved.clone(), 0, 0, true),
        (unsaved, 1, SECOND_BYTES, false),
        (vec![], 1, FIRST_BYTES + SECOND_BYTES + 1, false),
    ] {
        let (mut sender, mut receiver) = one_refused_one_sent();
        let told = Totals { files, bytes };
        receiver.receipt(failures.clone()).unwrap();
        let said = receiver.receipt_end(told);
        sender
            .hear(Message::Receipt(Batch { items: failures }))
            .unwrap();
        let heard = sender.hear(Message::ReceiptEnd(told));
        if adds_up {
            assert_eq!(said, Ok(Message::ReceiptEnd(told)));
            assert_eq!(heard, Ok(Event::Received(told)));
        } else {
            assert_eq!(said, Err(Violation::WrongReceipt), "{told:?}");
            assert_eq!(heard, Err(Violation::WrongReceipt), "{told:?}");
        }
    }
}

#[test]
fn a_receipt_names_files_in_order_and_once() {
    for (items, index) in [
        (vec![failure(0)], 0),
        (vec![failure(3)], 3),
        (vec![failure(SECOND), failure(SECOND)], SECOND),
        // It was refused, and would count twice.
        (vec![failure(FIRST)], FIRST),
    ] {
        let (mut sender, mut receiver) = one_refused_one_sent();
        let expected = wrong(Kind::Receipt, index);
        assert_eq!(receiver.receipt(items.clone()), Err(expected.clone()));
        let heard = sender.hear(Message::Receipt(Batch { items }));
        assert_eq!(heard, Err(expected));
    }
}

#[test]
fn a_text_is_saved_nowhere() {
    let (index, offset) = (0, 0);
    for (bytes, adds_up) in [(0, true), (3, false)] {
        let mut receiver = receiver_offered(vec![text(3)]);
        receiver.answer_end().unwrap();
        let start = FileStart { index, offset };
        receiver.hear(Message::File(start)).unwrap();
        receiver.data(3).unwrap();
        receiver.hear(sample(Kind::End)).unwrap();
        let said = receiver.receipt_end(Totals { files: 0, bytes });
        assert_eq!(said.is_ok(), adds_up, "{bytes}");
    }
}

/// Both sides of a transfer of a file and of a link to it, where all is through.
fn link_settled(items: &[Exception]) -> (Sender, Receiver) {
    let both = vec![file(0, 1), link(1, 0)];
    let mut receiver = receiver_offered(both.clone());
    receiver.accept(items.to_vec()).unwrap();
    receiver.answer_end().unwrap();
    let mut sender = sender_offering(both);
    sender.hear(yes(items.to_vec())).unwrap();
    sender.hear(sample(Kind::AnswerEnd)).unwrap();
    receiver.hear(sender.start(0, 0).unwrap()).unwrap();
    sender.data(1).unwrap();
    receiver.data(1).unwrap();
    receiver.hear(sender.end(HASH, false).unwrap()).unwrap();
    assert!(receiver.all_settled());
    (sender, receiver)
}

#[test]
fn a_link_counts_as_a_file_that_has_no_turn() {
    let refused = vec![exception(1, refuse())];
    let skipped = vec![exception(1, Treatment::Skip)];
    for (items, unsaved, files) in [
        (vec![], vec![], 2),
        (vec![], vec![failure(1)], 1),
        (refused, vec![], 1),
        (skipped, vec![], 2),
    ] {
        let (mut sender, mut receiver) = link_settled(&items);
        assert_eq!(sender.turn(), None);
        let unsaved = receiver.receipt(unsaved).unwrap();
        sender.hear(unsaved).unwrap();
        let totals = Totals { files, bytes: 1 };
        let end = receiver.receipt_end(totals).unwrap();
        assert_eq!(sender.hear(end), Ok(Event::Received(totals)));
    }
}

#[test]
fn a_link_has_nothing_to_resume_or_to_hash() {
    let both = || vec![file(0, 1), link(1, 0)];
    let resumed = vec![exception(1, resume(0))];
    let said = receiver_offered(both()).accept(resumed.clone());
    assert_eq!(said, Err(wrong(Kind::Answer, 1)));
    let heard = sender_offering(both()).hear(yes(resumed));
    assert_eq!(heard, Err(wrong(Kind::Answer, 1)));
    let said = receiver_offered(both()).want_hashes(vec![1]);
    assert_eq!(said, Err(wrong(Kind::WantHash, 1)));
}

fn renamed(index: u32, name: &str) -> Renamed {
    let name = name.to_owned();
    Renamed { index, name }
}

#[test]
fn other_names_are_told_in_order_and_once_and_are_names() {
    let long = "n".repeat(MAX_TOLD_NAME_BYTES + 1);
    let no_name = |index| Violation::BadEntry {
        index,
        detail: "a name that cannot be",
    };
    let kind = Kind::Renamed;
    for (items, expected) in [
        (vec![renamed(3, "x")], wrong(kind, 3)),
        (vec![renamed(2, "x"), renamed(0, "y")], wrong(kind, 0)),
        (vec![renamed(0, "x"), renamed(0, "x")], wrong(kind, 0)),
        (vec![renamed(0, "")], no_name(0)),
        (vec![renamed(2, &long)], no_name(2)),
    ] {
        let (mut sender, mut receiver) = one_refused_one_sent();
        assert_eq!(receiver.renamed(items.clone()), Err(expected.clone()));
        let heard = sender.hear(Message::Renamed(Batch { items }));
        assert_eq!(heard, Err(expected));
    }
    let (mut sender, mut receiver) = one_refused_one_sent();
    let longest = "n".repeat(MAX_TOLD_NAME_BYTES);
    for items in [
        vec![renamed(0, "photos (2)")],
        vec![renamed(SECOND, &longest)],
    ] {
        let told = receiver.renamed(items.clone()).unwrap();
        assert_eq!(sender.hear(told), Ok(Event::Renamed(items)));
    }
}
