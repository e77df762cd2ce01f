//! What was announced and what is to become of each file: kept alike by both sides, so that each
//! can check the other.

use super::error::Violation;
use super::frame::Kind;
use super::message::{
    Entry, EntryKind, Exception, Failure, FileHash, MAX_ENTRIES, MAX_NAMES_BYTES,
    MAX_PATH_COMPONENTS, MAX_TEXT_BYTES, MAX_TOLD_NAME_BYTES, PERMISSION_BITS, Renamed, Reveal,
    Totals, Treatment,
};

/// The manifest without its paths, and the answer to it.
#[derive(Debug)]
pub(super) struct ManifestState {
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
    /// The last file whose hash was wanted, the last that could not be saved, and the last entry
    /// whose other name was told.
    last_wanted: Option<u32>,
    last_unsaved: Option<u32>,
    last_renamed: Option<u32>,
    /// What the receiver will not have: it was refused, could not be sent, or could not be
    /// saved.
    missing: Totals,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    kind: EntryKind,
    /// Whether it is known that the receiver will not have it in the end.
    missing: bool,
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

impl Turn {
    /// How many of its bytes the receiver holds already.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        self.held.map_or(0, |(bytes, _)| bytes)
    }
}

impl ManifestState {
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
            last_renamed: None,
            missing: Totals::default(),
        })
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
            EntryKind::Link if entry.size != 0 => return Err(bad("a link with a size")),
            EntryKind::Link if entry.target.is_none_or(|target| target >= index) => {
                return Err(bad("a link to nothing before it"));
            }
            EntryKind::File | EntryKind::Directory | EntryKind::Link
                if entry.path.is_empty() || entry.path.len() > MAX_PATH_COMPONENTS =>
            {
                return Err(bad("too short or too long a path"));
            }
            kind => self.files += u32::from(kind.counts_as_file()),
        }
        if entry.mode.is_some_and(|mode| mode > PERMISSION_BITS) {
            return Err(bad("permissions that there are not"));
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
            missing: false,
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
            self.check_next(kind, self.last_wanted, *index, EntryKind::has_content)?;
            self.last_wanted = Some(*index);
        }
        Ok(())
    }

    /// These arrived, but could not be saved.
    pub(super) fn not_saved(&mut self, failures: &[Failure]) -> Result<(), Violation> {
        let kind = Kind::Receipt;
        for Failure { index, .. } in failures {
            let index = *index;
            self.check_next(kind, self.last_unsaved, index, EntryKind::counts_as_file)?;
            // It would count twice.
            if self.item(index).is_some_and(|item| item.missing) {
                return Err(Violation::WrongFile { kind, index });
            }
            self.last_unsaved = Some(index);
            self.miss(index);
        }
        Ok(())
    }

    /// The receiver saved these under other names.
    pub(super) fn renamed(&mut self, renamed: &[Renamed]) -> Result<(), Violation> {
        for Renamed { index, name } in renamed {
            let index = *index;
            self.check_next(Kind::Renamed, self.last_renamed, index, |kind| {
                kind != EntryKind::Text
            })?;
            self.last_renamed = Some(index);
            if name.is_empty() || name.len() > MAX_TOLD_NAME_BYTES {
                let detail = "a name that cannot be";
                return Err(Violation::BadEntry { index, detail });
            }
        }
        Ok(())
    }

    /// It must be of such a kind, and come after the last one in the order of the manifest.
    fn check_next(
        &self,
        kind: Kind,
        last: Option<u32>,
        index: u32,
        is_meant: impl FnOnce(EntryKind) -> bool,
    ) -> Result<(), Violation> {
        let in_order = last.is_none_or(|last| last < index);
        if in_order && self.item(index).is_some_and(|item| is_meant(item.kind)) {
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
            let is_meant = match &exception.treatment {
                Treatment::Resume { .. } => EntryKind::has_content,
                Treatment::Skip | Treatment::Refuse { .. } => EntryKind::counts_as_file,
            };
            self.check_next(Kind::Answer, last, index, is_meant)?;
            match &exception.treatment {
                Treatment::Resume { offset, .. } if *offset > self.bytes_of(index) => {
                    return Err(Violation::WrongSize { index });
                }
                Treatment::Refuse { .. } => self.miss(index),
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
            match exception.map(|exception| &exception.treatment) {
                Some(Treatment::Skip | Treatment::Refuse { .. }) => self.settle(),
                _ if !item.kind.has_content() => self.settle(),
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
        if let Ok(index) = u32::try_from(self.next) {
            self.miss(index);
        }
        self.settle();
    }

    /// Whether a receipt accounts for each file and each byte. A text is saved nowhere.
    pub(super) fn check_receipt(&self, totals: &Totals) -> Result<(), Violation> {
        let is_text = self.is_kind(0, EntryKind::Text);
        let announced = if is_text { 0 } else { self.totals.bytes };
        let expected = Totals {
            files: self.totals.files - self.missing.files,
            bytes: announced - self.missing.bytes,
        };
        if *totals == expected {
            return Ok(());
        }
        Err(Violation::WrongReceipt)
    }

    pub(super) fn is_file(&self, index: u32) -> bool {
        self.is_kind(index, EntryKind::File)
    }

    fn is_kind(&self, index: u32, kind: EntryKind) -> bool {
        self.item(index).is_some_and(|item| item.kind == kind)
    }

    /// The receiver will not have this file. It is told so once.
    fn miss(&mut self, index: u32) {
        let place = usize::try_from(index).ok();
        if let Some(item) = place.and_then(|place| self.items.get_mut(place)) {
            item.missing = true;
            self.missing.files += 1;
            self.missing.bytes += item.bytes;
        }
    }

    fn bytes_of(&self, index: u32) -> u64 {
        self.item(index).map_or(0, |item| item.bytes)
    }

    fn item(&self, index: u32) -> Option<&Item> {
        self.items.get(usize::try_from(index).ok()?)
    }
}
