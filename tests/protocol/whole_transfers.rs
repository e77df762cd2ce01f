//! Any legal transfer, with both machines back to back: everything that one says goes through
//! bytes, the other hears it, and at the end both have the same view of what became of each file.

use onehop::protocol::error::Violation;
use onehop::protocol::frame::{HEADER_BYTES, Header, Kind};
use onehop::protocol::message::{
    Empty, Entry, EntryKind, Exception, Failure, FileHash, Message, Reason, Renamed, Totals,
    Treatment,
};
use onehop::protocol::receiver::{self, Receiver};
use onehop::protocol::sender::{self, Sender};
use proptest::prelude::*;

use crate::conversation::{HASH, entry, receiver_told, sender_listing, totals};

/// One entry and what is to become of it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each may happen with each of the others"
)]
#[derive(Debug, Clone)]
struct Fate {
    kind: EntryKind,
    size: u64,
    hash_is_wanted: bool,
    answer: Option<Treatment>,
    held_is_same: bool,
    /// After how many bytes it fails at the sender's.
    fails_after: Option<u64>,
    grows: bool,
    is_renamed: bool,
    is_saved: bool,
    piece: u64,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    Skipped,
    Refused,
    Failed,
    NotSaved,
    Saved { offset: u64 },
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = (
        0_u64..500,
        any::<[bool; 7]>(),
        0..4,
        any::<[u8; 2]>(),
        1_u64..200,
    );
    let fate = fate.prop_map(|(size, flags, answer, [held, fails], piece)| {
        let [
            is_folder,
            is_link,
            hash_is_wanted,
            held_is_same,
            is_saved,
            grows,
            is_renamed,
        ] = flags;
        let kind = match (is_folder, is_link) {
            (true, true) => EntryKind::Link,
            (true, false) => EntryKind::Directory,
            (false, _) => EntryKind::File,
        };
        let is_file = kind == EntryKind::File;
        Fate {
            kind,
            size: if is_file { size } else { 0 },
            hash_is_wanted: hash_is_wanted && is_file,
            answer: match answer {
                _ if kind == EntryKind::Directory => None,
                0 => Some(Treatment::Skip),
                1 if is_file => Some(Treatment::Resume {
                    offset: u64::from(held).min(size),
                    blake3: HASH,
                }),
                2 => Some(Treatment::Refuse {
                    reason: Reason::NameNotAllowed,
                }),
                _ => None,
            },
            held_is_same,
            fails_after: (fails < 60).then(|| u64::from(fails).min(size)),
            is_saved,
            grows,
            is_renamed,
            piece,
        }
    });
    prop::collection::vec(fate, 1..20).prop_map(|mut fates| {
        // A link leads to something before it.
        if fates[0].kind == EntryKind::Link {
            fates[0].kind = EntryKind::Directory;
            fates[0].answer = None;
        }
        fates
    })
}

/// What one side hears of what the other says: through bytes.
fn over_the_wire(message: &Message) -> Message {
    let mut frame = Vec::new();
    message.encode(&mut frame).unwrap();
    let header = Header::decode(*frame.first_chunk::<HEADER_BYTES>().unwrap()).unwrap();
    assert_eq!(header.body_bytes, frame.len() - HEADER_BYTES);
    Message::decode(header.kind, &frame[HEADER_BYTES..]).unwrap()
}

struct Pair<'a> {
    fates: &'a [Fate],
    sender: Sender,
    receiver: Receiver,
    /// By the sender, and by the receiver.
    sent: Vec<(u32, End)>,
    received: Vec<(u32, End)>,
}

impl<'a> Pair<'a> {
    fn of(fates: &'a [Fate]) -> Self {
        let files = fates.iter().filter(|fate| fate.kind.counts_as_file());
        let told = totals(
            u32::try_from(fates.len()).unwrap(),
            u32::try_from(files.count()).unwrap(),
            fates.iter().map(|fate| fate.size).sum(),
        );
        Self {
            fates,
            sender: sender_listing(told),
            receiver: receiver_told(told).unwrap(),
            sent: Vec::new(),
            received: Vec::new(),
        }
    }

    fn receiver_hears(&mut self, message: &Message) -> receiver::Event {
        self.receiver.hear(over_the_wire(message)).unwrap()
    }

    fn sender_hears(&mut self, message: &Message) -> sender::Event {
        self.sender.hear(over_the_wire(message)).unwrap()
    }

    fn files(&self) -> impl Iterator<Item = (u32, &'a Fate)> + use<'a> {
        let fates = self.fates.iter().enumerate();
        fates
            .filter(|(_, fate)| fate.kind.counts_as_file())
            .map(|(index, fate)| (u32::try_from(index).unwrap(), fate))
    }

    fn list(&mut self, batch: usize) {
        let entries: Vec<Entry> = self.fates.iter().enumerate().map(announced).collect();
        for batch in entries.chunks(batch) {
            let message = self.sender.manifest(batch.to_vec()).unwrap();
            let heard = self.receiver_hears(&message);
            assert_eq!(heard, receiver::Event::Listed(batch.to_vec()));
        }
        let end = self.sender.manifest_end().unwrap();
        assert_eq!(self.receiver_hears(&end), receiver::Event::Offered);
    }

    fn compare_hashes(&mut self, batch: usize) {
        let files = self.files().filter(|(_, fate)| fate.hash_is_wanted);
        let wanted: Vec<u32> = files.map(|(index, _)| index).collect();
        for wanted in wanted.chunks(batch) {
            let message = self.receiver.want_hashes(wanted.to_vec()).unwrap();
            let heard = self.sender_hears(&message);
            assert_eq!(heard, sender::Event::HashesWanted(wanted.to_vec()));
            for index in wanted {
                let blake3 = index.is_multiple_of(2).then_some(HASH);
                let hash = FileHash {
                    index: *index,
                    blake3,
                };
                let message = self.sender.hashes(vec![hash.clone()]).unwrap();
                let heard = self.receiver_hears(&message);
                assert_eq!(heard, receiver::Event::Hashes(vec![hash]));
            }
        }
    }

    fn answer(&mut self, batch: usize) {
        let answers = self.files().filter_map(|(index, fate)| {
            let treatment = fate.answer.clone()?;
            Some(Exception { index, treatment })
        });
        let answers: Vec<Exception> = answers.collect();
        for batch in answers.chunks(batch) {
            let message = self.receiver.accept(batch.to_vec()).unwrap();
            let heard = self.sender_hears(&message);
            assert_eq!(heard, sender::Event::Excepted(batch.to_vec()));
        }
        for answer in answers {
            let end = match answer.treatment {
                Treatment::Skip => End::Skipped,
                Treatment::Refuse { .. } => End::Refused,
                Treatment::Resume { .. } => continue,
            };
            self.sent.push((answer.index, end.clone()));
            self.received.push((answer.index, end));
        }
        let end = self.receiver.answer_end().unwrap();
        assert_eq!(self.sender_hears(&end), sender::Event::Accepted);
    }

    fn send(&mut self) {
        while let Some(turn) = self.sender.turn() {
            assert!(!self.receiver.all_settled());
            let index = turn.index;
            let fate = &self.fates[usize::try_from(index).unwrap()];
            let held = turn.held.filter(|_| fate.held_is_same);
            let offset = held.map_or(0, |(bytes, _)| bytes);
            let is_begun = fate.fails_after != Some(0);
            let mut left = turn.bytes - turn.held_bytes();
            if is_begun {
                let start = self.sender.start(index, offset).unwrap();
                left = turn.bytes - offset;
                let started = receiver::Event::FileStarted {
                    index,
                    offset,
                    left,
                    released: turn.held_bytes() - offset,
                };
                assert_eq!(self.receiver_hears(&start), started);
                left -= self.send_content(index, fate, left);
            }
            if fate.fails_after.is_some() {
                let reason = Reason::Changed;
                let failed = self.sender.failed(index, reason).unwrap();
                let heard = self.receiver_hears(&failed);
                let failed = receiver::Event::FileFailed {
                    index,
                    reason,
                    left,
                };
                assert_eq!(heard, failed);
                self.sent.push((index, End::Failed));
                self.received.push((index, End::Failed));
            } else {
                let end = self.sender.end(HASH, fate.grows).unwrap();
                let heard = self.receiver_hears(&end);
                let blake3 = HASH;
                let grew = fate.grows;
                let ended = receiver::Event::FileEnded {
                    index,
                    blake3,
                    grew,
                };
                assert_eq!(heard, ended);
                self.sent.push((index, End::Saved { offset }));
                let end = if fate.is_saved {
                    End::Saved { offset }
                } else {
                    End::NotSaved
                };
                self.received.push((index, end));
            }
        }
        assert!(self.receiver.all_settled());
        let links = self
            .files()
            .filter(|(_, fate)| fate.kind == EntryKind::Link && fate.answer.is_none());
        for (index, fate) in links.collect::<Vec<_>>() {
            let made = End::Saved { offset: 0 };
            self.sent.push((index, made.clone()));
            let end = if fate.is_saved { made } else { End::NotSaved };
            self.received.push((index, end));
        }
    }

    /// One sign of life from each side.
    fn live(&mut self) {
        let sign = Message::Alive(Empty {});
        assert_eq!(self.receiver_hears(&sign), receiver::Event::Alive);
        assert_eq!(self.sender_hears(&sign), sender::Event::Alive);
    }

    fn tell_names(&mut self, batch: usize) {
        let fates = self.fates.iter().enumerate();
        let renamed: Vec<Renamed> = fates
            .filter(|(_, fate)| fate.is_renamed)
            .map(|(index, _)| Renamed {
                index: u32::try_from(index).unwrap(),
                name: format!("日本 {index} (2)"),
            })
            .collect();
        for batch in renamed.chunks(batch) {
            let message = self.receiver.renamed(batch.to_vec()).unwrap();
            let heard = self.sender_hears(&message);
            assert_eq!(heard, sender::Event::Renamed(batch.to_vec()));
        }
    }

    /// Returns how much that was.
    fn send_content(&mut self, index: u32, fate: &Fate, bytes: u64) -> u64 {
        let sent = fate.fails_after.unwrap_or(bytes).min(bytes);
        let mut left = sent;
        while left > 0 {
            let piece = usize::try_from(fate.piece.min(left)).unwrap();
            self.sender.data(piece).unwrap();
            assert_eq!(self.receiver.data(piece), Ok(index));
            left -= piece as u64;
        }
        sent
    }

    fn give_receipt(&mut self, batch: usize) -> Totals {
        let is_unsaved = |(_, end): &&(u32, End)| *end == End::NotSaved;
        let unsaved = self.received.iter().filter(is_unsaved);
        let reason = Reason::NotSaved;
        let mut failures: Vec<Failure> = unsaved
            .map(|(index, _)| Failure {
                index: *index,
                reason,
                cause: None,
            })
            .collect();
        failures.sort_by_key(|failure| failure.index);
        for batch in failures.chunks(batch) {
            let message = self.receiver.receipt(batch.to_vec()).unwrap();
            let sender::Event::NotSaved(heard) = self.sender_hears(&message) else {
                panic!("not a receipt");
            };
            for failure in heard {
                let sent = self
                    .sent
                    .iter_mut()
                    .find(|(index, _)| *index == failure.index);
                sent.unwrap().1 = End::NotSaved;
            }
        }
        let stands = |end: &End| matches!(end, End::Skipped | End::Saved { .. });
        let standing = self.received.iter().filter(|(_, end)| stands(end));
        let sizes = standing.map(|(index, _)| self.fates[usize::try_from(*index).unwrap()].size);
        let sizes: Vec<u64> = sizes.collect();
        let told = Totals {
            files: u32::try_from(sizes.len()).unwrap(),
            bytes: sizes.iter().sum(),
        };
        let end = self.receiver.receipt_end(told).unwrap();
        assert_eq!(self.sender_hears(&end), sender::Event::Received(told));
        told
    }
}

fn announced((index, fate): (usize, &Fate)) -> Entry {
    let index = u32::try_from(index).unwrap();
    let mut entry = entry(index, &[&format!("日本 {index}")], fate.kind, fate.size);
    entry.target = (fate.kind == EntryKind::Link).then_some(index / 2);
    entry
}

fn is_done<T>(result: &Result<T, Violation>) -> bool {
    matches!(
        result,
        Err(Violation::OutOfTurn {
            kind: Kind::AnswerEnd,
            state: "done"
        })
    )
}

proptest! {
    #[test]
    fn any_legal_transfer_ends_with_both_sides_of_one_mind(
        fates in fates(),
        batch in 1_usize..6,
    ) {
        let mut pair = Pair::of(&fates);
        pair.list(batch);
        pair.live();
        pair.compare_hashes(batch);
        pair.answer(batch);
        pair.send();
        pair.live();
        pair.tell_names(batch);
        let told = pair.give_receipt(batch);
        prop_assert_eq!(&pair.sent, &pair.received);
        let files = fates.iter().filter(|fate| fate.kind.counts_as_file()).count();
        prop_assert_eq!(pair.sent.len(), files);
        prop_assert!(usize::try_from(told.files).unwrap() <= files);
        let late = Message::AnswerEnd(Empty {});
        prop_assert!(is_done(&pair.sender.hear(late.clone())));
        prop_assert!(is_done(&pair.receiver.hear(late)));
    }
}
