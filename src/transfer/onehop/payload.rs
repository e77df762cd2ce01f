//! What is sent: files and folders, or one text.

use std::path::PathBuf;

use crate::disk::outgoing::{Selection, SourceFault, SourceFile};
use crate::error::{DiskFault, Error, OurFault, PeerFault};
use crate::protocol::message::{Entry, EntryKind, Hex32, MAX_TEXT_BYTES};
use crate::transfer::event::Summary;
use crate::transfer::send::Payload;

/// What is sent, looked at and ready to be announced.
#[derive(Debug)]
pub(crate) enum GatheredPayload {
    /// Files and folders.
    Files(Box<Selection>),
    /// A text.
    Text(String),
}

impl GatheredPayload {
    pub(crate) fn gather(payload: &Payload, cancelled: &dyn Fn() -> bool) -> Result<Self, Error> {
        match payload {
            Payload::Paths(paths) => {
                let selection = Selection::gather(paths, cancelled)?;
                Ok(Self::Files(Box::new(selection)))
            }
            Payload::Text(text) if text.len() as u64 > MAX_TEXT_BYTES => {
                Err(OurFault::TextTooLong { bytes: text.len() }.into())
            }
            Payload::Text(text) => Ok(Self::Text(text.clone())),
        }
    }

    /// The one file that this is.
    ///
    /// # Errors
    ///
    /// [`PeerFault::ClassicCarriesOneFile`] if it is more than that, and [`DiskFault::LeftOut`] if
    /// it was meant to be more: the one that is left may not be the one that is wanted there.
    pub(crate) fn only_file(&self) -> Result<PathBuf, Error> {
        let carries_one = PeerFault::ClassicCarriesOneFile;
        let Self::Files(selection) = self else {
            return Err(carries_one.into());
        };
        if let Some(path) = selection.only_sizeless() {
            return Ok(path.to_owned());
        }
        if selection.entries() > 1 || selection.files() != selection.entries() {
            return Err(carries_one.into());
        }
        match selection.path(0) {
            Some(path) if selection.skipped().is_empty() => Ok(path),
            _ => Err(left_out(selection).into()),
        }
    }

    /// Whether there is anything that can be announced.
    ///
    /// # Errors
    ///
    /// [`DiskFault::Sizeless`] or [`DiskFault::LeftOut`] if there is nothing.
    pub(crate) fn check_any(&self) -> Result<(), DiskFault> {
        match self {
            Self::Files(selection) => match selection.only_sizeless() {
                Some(path) => Err(DiskFault::Sizeless { path: path.into() }),
                None if selection.entries() == 0 => Err(left_out(selection)),
                None => Ok(()),
            },
            Self::Text(_) => Ok(()),
        }
    }

    /// For a receiver that does not know links.
    pub(super) fn copy_links(&mut self) {
        if let Self::Files(selection) = self {
            selection.copy_links();
        }
    }

    pub(crate) fn entries(&self) -> u32 {
        match self {
            Self::Files(selection) => selection.entries(),
            Self::Text(_) => 1,
        }
    }

    pub(crate) fn files(&self) -> u32 {
        match self {
            Self::Files(selection) => selection.files(),
            Self::Text(_) => 0,
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Files(selection) => selection.bytes(),
            Self::Text(text) => text.len() as u64,
        }
    }

    pub(super) fn entry(&self, index: u32) -> Option<Entry> {
        match self {
            Self::Files(selection) => selection.entry(index),
            Self::Text(text) => (index == 0).then(|| Entry {
                index,
                path: Vec::new(),
                kind: EntryKind::Text,
                size: text.len() as u64,
                mtime_ns: None,
                executable: false,
                mode: None,
                target: None,
            }),
        }
    }

    pub(super) fn size(&self, index: u32) -> u64 {
        self.entry(index).map_or(0, |entry| entry.size)
    }

    /// How much content an entry has; `None` if it has none of its own, as a folder.
    pub(super) fn content_bytes(&self, index: u32) -> Option<u64> {
        match self {
            Self::Files(selection) => selection.content_bytes(index),
            Self::Text(text) => (index == 0).then_some(text.len() as u64),
        }
    }

    /// The path of an entry as people write it.
    pub(super) fn name(&self, index: u32) -> String {
        self.entry(index)
            .map_or_else(String::new, |entry| entry.path.join("/"))
    }

    pub(super) fn open(&self, index: u32) -> Result<SourceFile, SourceFault> {
        match self {
            Self::Files(selection) => selection.open(index),
            Self::Text(text) => Ok(SourceFile::in_memory(text.as_bytes().into())),
        }
    }

    /// The BLAKE3 of a file; `None` if it cannot be read any more, or when cancelled.
    pub(super) fn hash(&self, index: u32, cancelled: &dyn Fn() -> bool) -> Option<Hex32> {
        let mut file = self.open(index).ok()?;
        let mut hasher = blake3::Hasher::new();
        let size = file.size();
        if !file.skip_hashing(size, &mut hasher, cancelled).ok()? {
            return None;
        }
        let hash = hasher.finalize();
        file.end(Some(&hash), cancelled).ok()??;
        Some(Hex32(*hash.as_bytes()))
    }

    /// What is left out, and what is sent under another name, since its own is not valid Unicode.
    pub(super) fn note_names(&self, summary: &mut Summary) {
        let Self::Files(selection) = self else { return };
        for skipped in selection.skipped() {
            summary.skip(skipped);
        }
        for index in selection.renamed() {
            summary.send_as(|| self.name(index));
        }
    }
}

fn left_out(selection: &Selection) -> DiskFault {
    DiskFault::LeftOut {
        skipped: selection.skipped().to_vec(),
    }
}
