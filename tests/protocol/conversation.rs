//! One small transfer, stopped wherever a test wants: a folder with a file, and a second file.

use onehop::protocol::code::commitment;
use onehop::protocol::error::Violation;
use onehop::protocol::frame::Kind;
use onehop::protocol::message::{
    Abort, AbortReason, Answer, Batch, DiskCause, Empty, Entry, EntryKind, Extension, Failure,
    FileEnd, FileHash, FileStart, Hello, Hex32, Message, Reason, Reveal, Totals,
};
use onehop::protocol::receiver::{self, Receiver};
use onehop::protocol::sender::{self, Identities, Introduction, Sender};

pub(crate) const SENDER: [u8; 32] = [b'S'; 32];
pub(crate) const RECEIVER: [u8; 32] = [b'R'; 32];
pub(crate) const SENDER_NONCE: Hex32 = Hex32(counting_from(0));
pub(crate) const RECEIVER_NONCE: Hex32 = Hex32(counting_from(32));
pub(crate) const HASH: Hex32 = Hex32([0xab; 32]);
pub(crate) const IDENTITIES: Identities = Identities {
    sender: SENDER,
    receiver: RECEIVER,
};
/// The first file, in a folder, and the second.
pub(crate) const FIRST: u32 = 1;
pub(crate) const SECOND: u32 = 2;
pub(crate) const FIRST_BYTES: u64 = 4;
pub(crate) const SECOND_BYTES: u64 = 3;
pub(crate) const TOTALS: Reveal = Reveal {
    nonce: SENDER_NONCE,
    entries: 3,
    files: 2,
    bytes: FIRST_BYTES + SECOND_BYTES,
};

const fn counting_from(first: u8) -> [u8; 32] {
    let mut bytes = [first; 32];
    let mut place: u8 = 0;
    while place < 32 {
        bytes[place as usize] += place;
        place += 1;
    }
    bytes
}

pub(crate) fn introduction(device: &str, remembers: bool) -> Introduction {
    Introduction {
        app: "0.2.0".to_owned(),
        device: device.to_owned(),
        os: "linux".to_owned(),
        remembers,
        extensions: Extension::ALL.to_vec(),
    }
}

/// One that knows the first onehop/1 alone.
pub(crate) fn plain_introduction(device: &str) -> Introduction {
    Introduction {
        extensions: Vec::new(),
        ..introduction(device, false)
    }
}

pub(crate) fn entry(index: u32, path: &[&str], kind: EntryKind, size: u64) -> Entry {
    Entry {
        index,
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        kind,
        size,
        mtime_ns: None,
        executable: false,
        mode: None,
        target: None,
    }
}

pub(crate) fn file(index: u32, size: u64) -> Entry {
    entry(index, &[&format!("file {index}")], EntryKind::File, size)
}

pub(crate) fn link(index: u32, target: u32) -> Entry {
    let mut link = entry(index, &[&format!("link {index}")], EntryKind::Link, 0);
    link.target = Some(target);
    link
}

pub(crate) fn text(size: u64) -> Entry {
    entry(0, &[], EntryKind::Text, size)
}

pub(crate) fn entries() -> Vec<Entry> {
    vec![
        entry(0, &["photos"], EntryKind::Directory, 0),
        entry(FIRST, &["photos", "a.jpg"], EntryKind::File, FIRST_BYTES),
        entry(SECOND, &["b.txt"], EntryKind::File, SECOND_BYTES),
    ]
}

pub(crate) fn totals(entries: u32, files: u32, bytes: u64) -> Reveal {
    Reveal {
        nonce: SENDER_NONCE,
        entries,
        files,
        bytes,
    }
}

/// The `hello` of either side: with both numbers, of which each reads the one it needs.
pub(crate) fn hello() -> Hello {
    Hello {
        version: 1,
        app: "0.2.0".to_owned(),
        device: "laptop".to_owned(),
        os: "linux".to_owned(),
        remembers: false,
        extensions: Extension::ALL.to_vec(),
        commit: Some(commitment(&SENDER_NONCE)),
        nonce: Some(RECEIVER_NONCE),
    }
}

pub(crate) fn manifest(items: Vec<Entry>) -> Message {
    Message::Manifest(Batch { items })
}

pub(crate) fn failure(index: u32) -> Failure {
    let reason = Reason::Other;
    Failure {
        index,
        reason,
        cause: None,
    }
}

/// The first file could not be saved.
pub(crate) fn unsaved(cause: Option<DiskCause>) -> Failure {
    Failure {
        index: 0,
        reason: Reason::NotSaved,
        cause,
    }
}

/// A message of each kind but `data` that is right in this transfer, where it is its turn. The
/// batches are empty where they may be, so that they are right however far the transfer is.
pub(crate) fn sample(kind: Kind) -> Message {
    match kind {
        Kind::Hello => Message::Hello(hello()),
        Kind::Reveal => Message::Reveal(TOTALS),
        Kind::Manifest => manifest(Vec::new()),
        Kind::ManifestEnd => Message::ManifestEnd(Empty {}),
        Kind::WantHash => Message::WantHash(Batch { items: vec![FIRST] }),
        Kind::Hash => Message::Hash(Batch {
            items: vec![FileHash {
                index: FIRST,
                blake3: Some(HASH),
            }],
        }),
        Kind::Answer => Message::Answer(Answer {
            accepted: true,
            reason: None,
            items: Vec::new(),
        }),
        Kind::AnswerEnd => Message::AnswerEnd(Empty {}),
        Kind::File => Message::File(FileStart {
            index: FIRST,
            offset: 0,
        }),
        Kind::End => Message::End(FileEnd {
            blake3: HASH,
            grew: false,
        }),
        Kind::Failed => Message::Failed(failure(FIRST)),
        Kind::Receipt => Message::Receipt(Batch { items: Vec::new() }),
        Kind::ReceiptEnd => Message::ReceiptEnd(Totals {
            files: 2,
            bytes: FIRST_BYTES + SECOND_BYTES,
        }),
        Kind::Abort => Message::Abort(Abort {
            reason: AbortReason::Cancelled,
            detail: String::new(),
        }),
        Kind::Alive => Message::Alive(Empty {}),
        Kind::Renamed => Message::Renamed(Batch { items: Vec::new() }),
        Kind::Data => panic!("content is no message"),
    }
}

/// All kinds that are messages.
pub(crate) fn kinds() -> impl Iterator<Item = Kind> {
    let kinds = Kind::ALL.iter().copied();
    kinds.filter(|kind| *kind != Kind::Data)
}

/// What is legal whatever the state.
pub(crate) fn is_always_heard(kind: Kind) -> bool {
    matches!(kind, Kind::Abort | Kind::Alive)
}

pub(crate) fn is_out_of_turn<T: std::fmt::Debug>(result: &Result<T, Violation>, of: Kind) -> bool {
    matches!(result, Err(Violation::OutOfTurn { kind, .. }) if *kind == of)
}

/// A receiver to which a sender has revealed these totals.
pub(crate) fn receiver_told(totals: Reveal) -> Result<Receiver, Violation> {
    let mut receiver = Receiver::new(IDENTITIES, RECEIVER_NONCE);
    receiver.hear(Message::Hello(hello()))?;
    receiver.hello(&introduction("desk-pc", false))?;
    receiver.hear(Message::Reveal(totals))?;
    Ok(receiver)
}

/// A receiver that has all of this manifest and has to decide.
pub(crate) fn receiver_offered(entries: Vec<Entry>) -> Receiver {
    let mut receiver = receiver_told(totals_of(&entries)).unwrap();
    receiver.hear(manifest(entries)).unwrap();
    let heard = receiver.hear(Message::ManifestEnd(Empty {}));
    assert_eq!(heard, Ok(receiver::Event::Offered));
    receiver
}

/// A sender that has the receiver's hello.
pub(crate) fn sender_introduced(introduction: &Introduction) -> Sender {
    let (mut sender, _) = Sender::new(introduction, IDENTITIES, SENDER_NONCE);
    let heard = sender.hear(Message::Hello(hello())).unwrap();
    assert!(matches!(heard, sender::Event::Introduced { .. }));
    sender
}

pub(crate) fn reveal(sender: &mut Sender, totals: &Reveal) -> Result<Message, Violation> {
    sender.reveal(totals.entries, totals.files, totals.bytes)
}

/// A sender with these totals that has been told to go on.
pub(crate) fn sender_listing(totals: Reveal) -> Sender {
    let mut sender = sender_introduced(&introduction("laptop", false));
    reveal(&mut sender, &totals).unwrap();
    sender.confirmed().unwrap();
    sender
}

/// A sender that has told all of this manifest and waits for the answer.
pub(crate) fn sender_offering(entries: Vec<Entry>) -> Sender {
    let mut sender = sender_listing(totals_of(&entries));
    sender.manifest(entries).unwrap();
    sender.manifest_end().unwrap();
    sender
}

pub(crate) fn totals_of(entries: &[Entry]) -> Reveal {
    let files = entries.iter().filter(|entry| entry.kind.counts_as_file());
    totals(
        u32::try_from(entries.len()).unwrap(),
        u32::try_from(files.count()).unwrap(),
        entries.iter().map(|entry| entry.size).sum(),
    )
}
