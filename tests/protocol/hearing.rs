//! What must hold whatever frames a peer sends, in whatever state they are heard. The fuzz target
//! calls this, and so do the property tests beside it.

use onehop::protocol::error::Violation;
use onehop::protocol::frame::{HEADER_BYTES, Header, Kind};
use onehop::protocol::message::{Entry, FileHash, Message, Totals};
use onehop::protocol::receiver::{self, Receiver};
use onehop::protocol::sender::{self, Sender};

use crate::conversation::{
    FIRST_BYTES, HASH, SECOND_BYTES, TOTALS, entries, introduction, is_always_heard, reveal,
};
use crate::{receiver_stages, sender_stages};

/// Who listens, and how far they are when the first frame comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Sender(sender_stages::State),
    Receiver(receiver_stages::State),
}

impl Stage {
    /// All there are.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let senders = sender_stages::State::ALL.into_iter().map(Self::Sender);
        senders.chain(receiver_stages::State::ALL.into_iter().map(Self::Receiver))
    }

    /// Each byte stands for one, and for whether its owner does its part as soon as it can. If
    /// not, a machine stays where its peer left it.
    pub(crate) fn of(byte: u8) -> (Self, bool) {
        let count = Self::all().count();
        let (round, place) = (usize::from(byte) / count, usize::from(byte) % count);
        let stage = Self::all().nth(place).unwrap();
        (stage, round % 2 == 1)
    }

    /// The first byte that stands for it.
    pub(crate) fn byte(self, owner_acts: bool) -> u8 {
        let mut bytes = 0..=u8::MAX;
        bytes
            .find(|byte| Self::of(*byte) == (self, owner_acts))
            .unwrap()
    }
}

/// Lets a machine in the state that the first byte says hear the rest as frames. Returns the kinds
/// that it did not refuse.
pub(crate) fn frames(bytes: &[u8]) -> Vec<Kind> {
    let mut heard = Vec::new();
    let Some((first, mut bytes)) = bytes.split_first() else {
        return heard;
    };
    let (stage, owner_acts) = Stage::of(*first);
    let mut listener = Listener::at(stage);
    while let Some((header, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() {
        let Ok(header) = Header::decode(*header) else {
            break;
        };
        assert_eq!(Header::decode(header.encode()), Ok(header));
        let Some((body, rest)) = rest.split_at_checked(header.body_bytes) else {
            break;
        };
        bytes = rest;
        match listener.hear(header.kind, body) {
            Ok(()) => heard.push(header.kind),
            Err(violation) => is_fit_for_a_log(&violation),
        }
        if owner_acts {
            listener.owner_acts();
        }
    }
    heard
}

fn is_fit_for_a_log(violation: &Violation) {
    let words = violation.to_string();
    assert!(!words.contains(char::is_control), "{words:?}");
    assert!(words.chars().count() < 300, "{words}");
}

/// One of the machines, and what it may never forget.
struct Listener {
    machine: Machine,
    over: bool,
    /// Bytes of the file that has begun in the receiver's hearing.
    left: Option<u64>,
}

enum Machine {
    Sender(Sender),
    Receiver(Receiver),
}

impl Listener {
    fn at(stage: Stage) -> Self {
        let machine = match stage {
            Stage::Sender(at) => Machine::Sender(sender_stages::sender_in(at)),
            Stage::Receiver(at) => Machine::Receiver(receiver_stages::receiver_in(at)),
        };
        Self {
            machine,
            over: false,
            left: None,
        }
    }

    fn hear(&mut self, kind: Kind, body: &[u8]) -> Result<(), Violation> {
        if kind == Kind::Data {
            return self.data(body.len());
        }
        let message = Message::decode(kind, body)?;
        match &mut self.machine {
            Machine::Sender(sender) => {
                let heard = sender.hear(message)?;
                self.sender_heard(kind, &heard);
            }
            Machine::Receiver(receiver) => {
                let heard = receiver.hear(message)?;
                self.receiver_heard(kind, &heard);
            }
        }
        Ok(())
    }

    fn data(&mut self, bytes: usize) -> Result<(), Violation> {
        // What a sender says, and so its owner's part alone.
        let Machine::Receiver(receiver) = &mut self.machine else {
            return Err(Violation::OutOfTurn {
                kind: Kind::Data,
                state: "sending",
            });
        };
        receiver.data(bytes)?;
        assert!(!self.over);
        if let Some(left) = &mut self.left {
            let bytes = u64::try_from(bytes).unwrap();
            *left = left.checked_sub(bytes).unwrap();
        }
        Ok(())
    }

    fn sender_heard(&mut self, kind: Kind, heard: &sender::Event) {
        assert!(
            !self.over || is_always_heard(kind),
            "{heard:?} after the end"
        );
        self.over |= matches!(
            heard,
            sender::Event::Declined(_) | sender::Event::Received(_) | sender::Event::Aborted(_)
        );
    }

    fn receiver_heard(&mut self, kind: Kind, heard: &receiver::Event) {
        assert!(
            !self.over || is_always_heard(kind),
            "{heard:?} after the end"
        );
        match heard {
            receiver::Event::FileStarted { left, .. } => self.left = Some(*left),
            receiver::Event::FileEnded { .. } => {
                assert!(self.left.take().is_none_or(|left| left == 0));
            }
            receiver::Event::FileFailed { .. } => self.left = None,
            receiver::Event::Aborted(_) => self.over = true,
            _ => {}
        }
    }

    /// What the program does for its machine, as far as it is its turn.
    fn owner_acts(&mut self) {
        match &mut self.machine {
            Machine::Sender(sender) => send(sender),
            Machine::Receiver(receiver) => self.over |= receive(receiver),
        }
    }
}

fn send(sender: &mut Sender) {
    reveal(sender, &TOTALS).ok();
    if sender.confirmed().is_ok() {
        sender.manifest(entries()).unwrap();
        sender.manifest_end().unwrap();
    }
    for Entry { index, .. } in entries() {
        let blake3 = Some(HASH);
        sender.hashes(vec![FileHash { index, blake3 }]).ok();
    }
    // The file in which it may be already.
    sender.data(usize::try_from(FIRST_BYTES).unwrap()).ok();
    sender.end(HASH, false).ok();
    while let Some(turn) = sender.turn() {
        let offset = turn.held.map_or(0, |(offset, _)| offset);
        sender.start(turn.index, offset).unwrap();
        let left = usize::try_from(turn.bytes - offset).unwrap();
        sender.data(left).unwrap();
        sender.end(HASH, false).unwrap();
    }
}

/// Returns whether it is over.
fn receive(receiver: &mut Receiver) -> bool {
    receiver.hello(&introduction("desk-pc", false)).ok();
    // Refused at the second time, and then it is time to answer.
    for Entry { index, .. } in entries() {
        if receiver.want_hashes(vec![index]).is_ok() {
            assert!(receiver.awaits_hashes());
        }
    }
    receiver.answer_end().ok();
    let settled = [
        (0, 0),
        (1, FIRST_BYTES),
        (1, SECOND_BYTES),
        (2, FIRST_BYTES + SECOND_BYTES),
    ];
    settled.into_iter().any(|(files, bytes)| {
        let said = receiver.receipt_end(Totals { files, bytes });
        assert!(said.is_err() || !receiver.all_settled());
        said.is_ok()
    })
}
