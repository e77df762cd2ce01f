//! One file after the other, byte by byte: what is held of it, its content, its end.

use std::fs::{File, FileTimes};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::commit::{Durable, Outcome};
use super::folder::{Folder, exists};
use super::held::{Digest, HeldFiles, bytes_held, rehash};
use super::plan::Entries;
use super::store::{Missing, Opened, Store};
use crate::disk::space;
use crate::disk::tree::{Node, State, TOP};
use crate::error::DiskFault;
use crate::protocol::message::{Hex32, Reason};

/// A transfer that is being written. Dropping it leaves what arrived to be found again.
#[derive(Debug)]
pub struct Arrival {
    // Closed before what is left is swept together.
    current: Option<Current>,
    held: HeldFiles,
    store: Store,
    /// Whether files can be marked as received here; not known at first.
    #[cfg(windows)]
    has_streams: Option<bool>,
}

/// The file that is being written.
#[derive(Debug)]
struct Current {
    index: u32,
    /// `None` from the first trouble on: what follows of it is let go.
    file: Option<File>,
    digest: Digest,
}

impl Arrival {
    pub(super) fn new(folder: Folder, entries: Entries) -> Self {
        Self {
            current: None,
            held: HeldFiles::default(),
            store: Store::new(folder, entries),
            #[cfg(windows)]
            has_streams: None,
        }
    }

    /// The folder that it is saved in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.store.folder.path
    }

    /// Bytes that are free in the folder, where the system tells.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        space::free_bytes(&self.store.folder.path)
    }

    /// How many of them are reserved for the rest of the system.
    #[must_use]
    pub fn reserve_bytes(&self) -> u64 {
        space::reserve(&self.store.folder.path)
    }

    /// Bytes of all files that are to come, what is held of them included.
    #[must_use]
    pub fn wanted_bytes(&self) -> u64 {
        let files = self.store.entries.tree.iter();
        files
            .filter(|(_, node)| node.is_file() && node.state == State::Open)
            .map(|(_, node)| node.size)
            .sum()
    }

    /// Where the sender has a file: names from the top level down.
    #[must_use]
    pub fn sent_path(&self, index: u32) -> Vec<String> {
        self.store.entries.sent_path(index)
    }

    /// Files of which an earlier transfer may have left something, in the order of the manifest.
    #[must_use]
    pub fn maybe_held(&self) -> Vec<u32> {
        let entries = &self.store.entries;
        let dir = &self.store.folder.place.dir;
        // Mostly there is no partial at all, and then no file has to be looked for.
        let left: Vec<bool> = entries
            .roots
            .iter()
            .map(|top| exists(dir, &entries.partial_name(top, top.series)))
            .collect();
        if !left.contains(&true) {
            return Vec::new();
        }
        let is_left = |index: u32| entries.place(index).is_some_and(|place| left[place]);
        let files = entries.tree.iter();
        files
            .filter(|(_, node)| node.is_file() && node.state == State::Open)
            .map(|(index, _)| index)
            .filter(|index| is_left(*index))
            .collect()
    }

    /// Bytes of this file that are here already, from a transfer that was interrupted.
    pub fn held(&mut self, index: u32) -> u64 {
        bytes_held(index, &mut self.store)
    }

    /// As many bytes as [`Arrival::held`] says, and their hash; `None` if there are none, when
    /// they cannot be read, or when cancelled.
    pub fn hash_held(&mut self, index: u32, cancelled: &dyn Fn() -> bool) -> Option<(u64, Hex32)> {
        self.held.hash(index, &mut self.store, cancelled)
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
    /// A [`DiskFault`] that concerns all files.
    pub fn start_hashed(&mut self, index: u32) -> Result<(), DiskFault> {
        let opened = self.open_empty(index);
        self.begin(index, opened.map(|file| (file, Digest::Elsewhere)))
    }

    fn begin(&mut self, index: u32, opened: io::Result<(File, Digest)>) -> Result<(), DiskFault> {
        let (file, digest) = match opened {
            Ok((file, digest)) => (Some(file), digest),
            Err(error) => {
                self.store.note(index, error)?;
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
    /// A [`DiskFault`] that concerns all files, most likely [`DiskFault::Full`].
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
                self.store.note(index, error)?;
            }
        }
        Ok(())
    }

    /// This file will not come, whether it was started or not. What is there of it goes.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] that concerns all files.
    pub fn abandon(&mut self, index: u32) -> Result<(), DiskFault> {
        drop(self.current.take_if(|current| current.index == index));
        if !self.is_awaited(index) {
            return Ok(());
        }
        self.store.entries.tree.set_state(index, State::Abandoned);
        match self.store.remove(index) {
            Ok(()) => Ok(()),
            Err(error) => self.store.note(index, error),
        }
    }

    /// The file that was started is complete and must have this hash. `Some` if it cannot be
    /// saved; the rest goes on.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] that concerns all files.
    pub fn finish(&mut self, blake3: &Hex32) -> Result<Option<Reason>, DiskFault> {
        let hash = self
            .current
            .as_ref()
            .and_then(|current| current.digest.hash());
        self.finish_hashed(hash == Some(*blake3))
    }

    /// As [`Arrival::finish`], where the caller knows whether what it handed over has the hash
    /// that it must have.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] that concerns all files.
    pub fn finish_hashed(&mut self, is_right: bool) -> Result<Option<Reason>, DiskFault> {
        let Some(current) = self.current.take() else {
            return Ok(Some(Reason::NotSaved));
        };
        let index = current.index;
        let state = match self.complete(current, is_right) {
            Ok(state) => state,
            Err(error) => {
                self.store.note(index, error)?;
                State::NotSaved
            }
        };
        if self.is_awaited(index) {
            self.store.entries.tree.set_state(index, state);
        }
        Ok(reason(state))
    }

    fn complete(&mut self, current: Current, is_right: bool) -> io::Result<State> {
        let Current { index, file, .. } = current;
        let Some(file) = file else {
            return Ok(State::NotSaved);
        };
        if !is_right {
            // Locked while it is removed, where a locked file can be.
            let lock = cfg!(unix).then_some(file);
            self.store.remove(index)?;
            drop(lock);
            return Ok(State::Damaged);
        }
        self.mark(index);
        if let Some(node) = self.store.entries.tree.node(index) {
            // One of the top level is its owner's alone until it has its name.
            if node.parent != TOP
                && let Some(permissions) = self.store.folder.permissions()
            {
                permissions.give_to_file(&file, node);
            }
            date(&file, node);
        }
        if !cfg!(target_os = "linux") {
            // Elsewhere there is no call that syncs many at once.
            file.sync_all()?;
        }
        self.store.keep(index, file);
        Ok(State::Done)
    }

    /// Says on Windows that the file came from another computer.
    #[cfg(windows)]
    fn mark(&mut self, index: u32) {
        use crate::disk::mark_of_the_web;
        if self.has_streams == Some(false) {
            return;
        }
        let Some(place) = self.store.entries.place(index) else {
            return;
        };
        let entries = &self.store.entries;
        let top = &entries.roots[place];
        let folder = &self.store.folder.place.path;
        let mut path = folder.join(entries.partial_name(top, top.series));
        for at in entries.tree.chain(index).into_iter().skip(1) {
            path.push(entries.tree.name(at));
        }
        mark_of_the_web::mark_as_received(&path);
        if self.has_streams.is_none() {
            self.has_streams = Some(!mark_of_the_web::swept_as_file(&path));
        }
    }

    #[cfg(not(windows))]
    #[expect(clippy::unused_self, reason = "there is something to do on Windows")]
    fn mark(&mut self, _: u32) {}

    /// Makes durable what is complete and gives it its final name.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] that concerns all of it. Then some items may stand under their final names;
    /// the others are left to be found again.
    pub fn commit(self) -> Result<Outcome, DiskFault> {
        self.make_durable()?.give_names()
    }

    /// The first half of [`Arrival::commit`]: nothing has its final name after it.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] that concerns all of it.
    pub fn make_durable(self) -> Result<Durable, DiskFault> {
        drop(self.current);
        Durable::new(self.store)
    }

    /// Whether it is a file of which nothing is decided yet.
    fn is_awaited(&self, index: u32) -> bool {
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
        drop(self.held.take(index, 0));
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
        let digest = match self.held.take(index, offset) {
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

/// Why a file that arrived is not among the saved ones.
pub(super) fn reason(state: State) -> Option<Reason> {
    match state {
        State::Open | State::NotSaved => Some(Reason::NotSaved),
        State::Damaged => Some(Reason::Damaged),
        State::Done | State::Skipped | State::Refused | State::Abandoned => None,
    }
}

/// Gives a file or folder its time, as far as the file system keeps such things.
pub(super) fn date(file: &File, node: &Node) {
    if let Some(mtime_ns) = node.mtime_ns()
        && let Err(error) = set_modified(file, mtime_ns)
    {
        log::info!("could not set a time: {error}");
    }
}

/// Sets when it was last changed, in nanoseconds since 1970 began.
fn set_modified(file: &File, mtime_ns: i64) -> io::Result<()> {
    let distance = Duration::from_nanos(mtime_ns.unsigned_abs());
    let time = match mtime_ns {
        0.. => SystemTime::UNIX_EPOCH.checked_add(distance),
        _ => SystemTime::UNIX_EPOCH.checked_sub(distance),
    };
    let time = time.ok_or(ErrorKind::InvalidInput)?;
    file.set_times(FileTimes::new().set_modified(time))
}
