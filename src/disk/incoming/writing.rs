//! One file after the other, byte by byte.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};

use super::folder::Folder;
use super::held::{Digest, Held, rehash};
use super::plan::Entries;
use super::store::{Missing, Opened, Store};
use crate::disk::tree::State;
use crate::error::DiskFault;
use crate::protocol::message::{DiskCause, Reason};

/// So many failures keep their cause: more than a person reads.
const MAX_CAUSES: usize = 1000;

/// A transfer that is being written. Dropping it leaves what arrived to be found again.
#[derive(Debug)]
pub struct Arrival {
    pub(super) store: Store,
    pub(super) held: HashMap<u32, Held>,
    /// How many of them carry on hashing.
    pub(super) running: usize,
    current: Option<Current>,
    /// What the disk has against files that could not be saved.
    pub(super) causes: HashMap<u32, DiskCause>,
    /// Whether it came to its end, so that nothing is left to clear up.
    pub(super) committed: bool,
    /// Whether files can be marked as received here; not known at first.
    #[cfg(windows)]
    pub(super) has_streams: Option<bool>,
}

/// The file that is being written.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) index: u32,
    /// `None` from the first trouble on: what follows of it is let go.
    pub(super) file: Option<File>,
    pub(super) digest: Digest,
}

impl Arrival {
    pub(super) fn new(folder: Folder, entries: Entries) -> Self {
        Self {
            store: Store::new(folder, entries),
            held: HashMap::new(),
            running: 0,
            current: None,
            causes: HashMap::new(),
            committed: false,
            #[cfg(windows)]
            has_streams: None,
        }
    }

    /// Content of this file follows, from `offset` on, which is 0 or what [`Arrival::held`] said.
    /// If this file cannot be written, [`Arrival::finish`] tells.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] that concerns all files, here and below.
    pub fn start(&mut self, index: u32, offset: u64) -> Result<(), DiskFault> {
        let opened = self.open_at(index, offset);
        self.begin(index, opened)
    }

    /// As [`Arrival::start`], from the first byte on, of a file that the caller hashes.
    /// [`Arrival::finish_hashed`] must end it.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn start_hashed(&mut self, index: u32) -> Result<(), DiskFault> {
        let opened = self.open_empty(index);
        self.begin(index, opened.map(|file| (file, Digest::Elsewhere)))
    }

    fn begin(&mut self, index: u32, opened: io::Result<(File, Digest)>) -> Result<(), DiskFault> {
        let (file, digest) = match opened {
            Ok((file, digest)) => (Some(file), digest),
            Err(error) => {
                self.note(index, error)?;
                (None, Digest::Elsewhere)
            }
        };
        self.current = Some(Current {
            index,
            file,
            digest,
        });
        Ok(())
    }

    /// The next bytes of the file that was started.
    ///
    /// # Errors
    ///
    /// As above; [`DiskFault::Full`] above all.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), DiskFault> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        let Some(file) = &mut current.file else {
            return Ok(());
        };
        self.store.folder.watch_space(bytes.len())?;
        match file.write_all(bytes) {
            Ok(()) => current.digest.update(bytes),
            Err(error) => {
                let index = current.index;
                current.file = None;
                // What came is right and may serve the next try, unless there is no use in one.
                if error.kind() == ErrorKind::FileTooLarge {
                    self.store.remove(index).ok();
                }
                self.note(index, error)?;
            }
        }
        Ok(())
    }

    /// This file will not come, whether it was started or not. What is there of it goes.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn abandon(&mut self, index: u32) -> Result<(), DiskFault> {
        drop(self.take_current(index));
        if !self.is_awaited(index) {
            return Ok(());
        }
        self.store.entries.tree.set_state(index, State::Abandoned);
        match self.store.remove(index) {
            Ok(()) => Ok(()),
            Err(error) => self.note(index, error),
        }
    }

    pub(super) fn take_current(&mut self, index: u32) -> Option<Current> {
        self.current.take_if(|current| current.index == index)
    }

    pub(super) fn started(&self) -> Option<&Current> {
        self.current.as_ref()
    }

    /// The file that was started last.
    pub(super) fn take_started(&mut self) -> Option<Current> {
        self.current.take()
    }

    /// Notes what is wrong with one file, and returns what is wrong with all of them.
    pub(super) fn note(&mut self, index: u32, error: io::Error) -> Result<(), DiskFault> {
        let error = self.store.folder.of_all(error)?;
        let path = self.store.entries.tree.path(index).join("/");
        log::warn!("trouble with a file: {error}: {path}");
        self.note_cause(index, error);
        Ok(())
    }

    /// Remembers what the disk has against a file or folder.
    pub(super) fn note_cause(&mut self, index: u32, error: io::Error) {
        if self.causes.len() < MAX_CAUSES {
            let cause = match error.kind() {
                ErrorKind::PermissionDenied => DiskCause::NotAllowed,
                _ => self.store.folder.fault(error).cause(),
            };
            self.causes.entry(index).or_insert(cause);
        }
    }

    /// Whether it is a file of which nothing is decided yet.
    pub(super) fn is_awaited(&self, index: u32) -> bool {
        let node = self.store.entries.tree.node(index);
        node.is_some_and(|node| node.is_file() && node.state == State::Open)
    }

    fn open(&mut self, index: u32) -> io::Result<Opened> {
        if !self.is_awaited(index) {
            return Err(ErrorKind::InvalidInput.into());
        }
        let opened = self.store.open(index, Missing::Make)?;
        opened.ok_or(ErrorKind::NotFound.into())
    }

    /// What was held of it is not carried on.
    fn open_empty(&mut self, index: u32) -> io::Result<File> {
        let Opened { file, is_new } = self.open(index)?;
        drop(self.take_held(index));
        if !is_new {
            file.set_len(0)?;
        }
        Ok(file)
    }

    fn open_at(&mut self, index: u32, offset: u64) -> io::Result<(File, Digest)> {
        if offset == 0 {
            return Ok((self.open_empty(index)?, Digest::default()));
        }
        let mut file = self.open(index)?.file;
        let digest = match self.take_held(index) {
            Some(held) if held.bytes == offset => held.digest,
            _ => Digest::Unknown,
        };
        let digest = match digest {
            Digest::Unknown => rehash(&mut file, offset)?,
            digest => digest,
        };
        if file.metadata()?.len() < offset {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        file.set_len(offset)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok((file, digest))
    }
}

impl Drop for Arrival {
    /// What arrived stays for the next try; empty partials would only be litter.
    fn drop(&mut self) {
        drop(self.take_started());
        if !self.committed {
            self.store.sweep();
        }
    }
}

/// Why a file that arrived is not among the saved ones.
pub(super) fn reason(state: State) -> Option<Reason> {
    match state {
        State::Open | State::NotSaved => Some(Reason::NotSaved),
        State::Damaged => Some(Reason::Damaged),
        State::Done | State::Skipped | State::Refused | State::Abandoned => None,
    }
}
