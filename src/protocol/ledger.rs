//! What was announced and what is to become of each file: kept alike by both sides, so that each
//! can check the other.

use super::error::Violation;
use super::frame::Kind;
use super::message::{
    Entry, EntryKind, Exception, Failure, FileHash, MAX_ENTRIES, MAX_NAMES_BYTES,
    MAX_PATH_COMPONENTS, MAX_TEXT_BYTES, Reveal, Totals, Treatment,
};

/// The manifest without its paths, and the answer to it.
#[derive(Debug)]
pub(super) struct Ledger {
    totals: Reveal,
    items: Vec<Item>,
    files: u32,
    bytes: u64,
    names_bytes: usize,
    /// In the order of the manifest.
    exceptions: Vec<Exception>,
    /// The first entry that is not settled.
    next: usize,
    /// The first exception that is not passed.
    next_exception: usize,
    /// The last file whose hash was wanted, and the last that could not be saved.
    last_wanted: Option<u32>,
    last_unsaved: Option<u32>,
    /// Files that the receiver refused, that the sender could not send, and that arrived but
    /// could not be saved.
    refused: u32,
    failed: u32,
    unsaved: u32,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    kind: EntryKind,
    bytes: u64,
}

/// A file whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The file.
    pub index: u32,
    /// Its bytes.
    pub bytes: u64,
    /// What the receiver holds of it already: how many bytes, and their BLAKE3.
    pub held: Option<(u64, super::message::Hex32)>,
}

impl Ledger {
    pub(super) fn new(totals: Reveal) -> Result<Self, Violation> {
        if totals.entries > MAX_ENTRIES || totals.files > totals.entries || totals.entries == 0 {
            return Err(Violation::WrongTotals);
        }
        Ok(Self {
            totals,
            items: Vec::new(),
            files: 0,
            bytes: 0,
            names_bytes: 0,
            exceptions: Vec::new(),
            next: 0,
            next_exception: 0,
            last_wanted: None,
            last_unsaved: None,
            refused: 0,
            failed: 0,
            unsaved: 0,
        })
    }

    pub(super) fn totals(&self) -> &Reveal {
        &self.totals
    }

    /// One more entry of the manifest.
    pub(super) fn enter(&mut self, entry: &Entry) -> Result<(), Violation> {
        let index = entry.index;
        let bad = |detail| Violation::BadEntry { index, detail };
        if usize::try_from(index) != Ok(self.items.len()) {
            return Err(bad("out of order"));
        }
        match entry.kind {
            EntryKind::Text if self.totals.entries != 1 || !entry.path.is_empty() => {
                return Err(bad("a text is alone and has no path"));
            }
            EntryKind::Text if entry.size > MAX_TEXT_BYTES => return Err(bad("too long a text")),
            EntryKind::Directory if entry.size != 0 => return Err(bad("a folder with a size")),
            EntryKind::File | EntryKind::Directory
                if entry.path.is_empty() || entry.path.len() > MAX_PATH_COMPONENTS =>
            {
                return Err(bad("too short or too long a path"));
            }
            EntryKind::File => self.files += 1,
            EntryKind::Directory | EntryKind::Text => {}
        }
        self.names_bytes += entry.path.last().map_or(0, String::len);
        if self.names_bytes > MAX_NAMES_BYTES {
            return Err(bad("too many names"));
        }
        // Sizes whose sum is no number are more than any totals.
        let bytes = self.bytes.checked_add(entry.size);
        self.bytes = bytes.ok_or(Violation::WrongTotals)?;
        self.items.push(Item {
            kind: entry.kind,
            bytes: entry.size,
        });
        let too_many = index >= self.totals.entries
            || self.files > self.totals.files
            || self.bytes > self.totals.bytes;
        if too_many {
            Err(Violation::WrongTotals)
        } else {
            Ok(())
        }
    }

    /// The manifest is complete: it must be what the totals said.
    pub(super) fn close(&self) -> Result<(), Violation> {
        let entries = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let seen = (entries, self.files, self.bytes);
        if seen == (self.totals.entries, self.totals.files, self.totals.bytes) {
            return Ok(());
        }
        Err(Violation::WrongTotals)
    }

    /// Hashes of these are wanted: each at most once, so that a sender need not read its files
    /// over and over.
    pub(super) fn want(&mut self, indices: &[u32]) -> Result<(), Violation> {
        let kind = Kind::WantHash;
        if indices.is_empty() {
            let detail = "no files".to_owned();
            return Err(Violation::Malformed { kind, detail });
        }
        for index in indices {
            self.check_next(kind, self.last_wanted, *index)?;
            self.last_wanted = Some(*index);
        }
        Ok(())
    }

    /// These arrived, but could not be saved.
    pub(super) fn not_saved(&mut self, failures: &[Failure]) -> Result<(), Violation> {
        for failure in failures {
            self.check_next(Kind::Receipt, self.last_unsaved, failure.index)?;
            self.last_unsaved = Some(failure.index);
            self.unsaved += 1;
        }
        Ok(())
    }

    /// It must be a file, and come after the last one in the order of the manifest.
    fn check_next(&self, kind: Kind, last: Option<u32>, index: u32) -> Result<(), Violation> {
        let in_order = last.is_none_or(|last| last < index);
        if in_order && self.is_file(index) {
            return Ok(());
        }
        Err(Violation::WrongFile { kind, index })
    }

    /// The hashes must be those that were wanted, in that order.
    pub(super) fn check_hashes(wanted: &[u32], hashes: &[FileHash]) -> Result<(), Violation> {
        let kind = Kind::Hash;
        for (place, hash) in hashes.iter().enumerate() {
            if wanted.get(place) != Some(&hash.index) {
                let index = hash.index;
                return Err(Violation::WrongFile { kind, index });
            }
        }
        Ok(())
    }

    /// More of the answer.
    pub(super) fn except(&mut self, exceptions: Vec<Exception>) -> Result<(), Violation> {
        for exception in exceptions {
            let index = exception.index;
            let last = self.exceptions.last().map(|last| last.index);
            self.check_next(Kind::Answer, last, index)?;
            match &exception.treatment {
                Treatment::Resume { offset, .. } if *offset > self.bytes_of(index) => {
                    return Err(Violation::WrongSize { index });
                }
                Treatment::Refuse { .. } => self.refused += 1,
                Treatment::Skip | Treatment::Resume { .. } => {}
            }
            self.exceptions.push(exception);
        }
        Ok(())
    }

    /// The file whose turn it is; `None` when all are settled.
    pub(super) fn turn(&mut self) -> Option<Turn> {
        while let Some(item) = self.items.get(self.next) {
            let index = u32::try_from(self.next).ok()?;
            let exception = self
                .exceptions
                .get(self.next_exception)
                .filter(|exception| exception.index == index);
            let is_content = item.kind != EntryKind::Directory;
            match exception.map(|exception| &exception.treatment) {
                Some(Treatment::Skip | Treatment::Refuse { .. }) => self.settle(),
                _ if !is_content => self.settle(),
                Some(Treatment::Resume { offset, blake3 }) => {
                    return Some(Turn {
                        index,
                        bytes: item.bytes,
                        held: Some((*offset, *blake3)),
                    });
                }
                None => {
                    return Some(Turn {
                        index,
                        bytes: item.bytes,
                        held: None,
                    });
                }
            }
        }
        None
    }

    /// The file whose turn it was is through with.
    pub(super) fn settle(&mut self) {
        let passed = self
            .exceptions
            .get(self.next_exception)
            .is_some_and(|exception| usize::try_from(exception.index) == Ok(self.next));
        self.next_exception += usize::from(passed);
        self.next += 1;
    }

    /// The file whose turn it was did not make it.
    pub(super) fn fail(&mut self) {
        self.failed += 1;
        self.settle();
    }

    /// Whether a receipt accounts for each file.
    pub(super) fn check_receipt(&self, totals: &Totals) -> Result<(), Violation> {
        let accounted = u64::from(totals.files)
            + u64::from(self.refused)
            + u64::from(self.failed)
            + u64::from(self.unsaved);
        if accounted == u64::from(self.totals.files) && totals.bytes <= self.totals.bytes {
            return Ok(());
        }
        Err(Violation::WrongReceipt)
    }

    pub(super) fn is_file(&self, index: u32) -> bool {
        self.item(index)
            .is_some_and(|item| item.kind == EntryKind::File)
    }

    fn bytes_of(&self, index: u32) -> u64 {
        self.item(index).map_or(0, |item| item.bytes)
    }

    fn item(&self, index: u32) -> Option<&Item> {
        self.items.get(usize::try_from(index).ok()?)
    }
}
