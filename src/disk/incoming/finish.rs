//! The end of one file: is it what was sent, and what else belongs to it.

use std::fs::{File, FileTimes};
use std::io;
use std::time::{Duration, SystemTime};

use super::Arrival;
use super::writing::{Current, reason};
use crate::disk::tree::{Node, State, TOP};
use crate::error::DiskFault;
use crate::protocol::message::{Hex32, Reason};

impl Arrival {
    /// The file that was started is complete and must have this hash. `Some` if it cannot be
    /// saved; the rest goes on.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] that concerns all files.
    pub fn finish(&mut self, blake3: &Hex32) -> Result<Option<Reason>, DiskFault> {
        let hash = self.started().and_then(|current| current.digest.hash());
        self.finish_hashed(hash == Some(*blake3))
    }

    /// As [`Arrival::finish`], where the caller knows whether what it handed over has the hash
    /// that it must have.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn finish_hashed(&mut self, is_right: bool) -> Result<Option<Reason>, DiskFault> {
        let Some(current) = self.take_started() else {
            return Ok(Some(Reason::NotSaved));
        };
        let index = current.index;
        let state = match self.complete(current, is_right) {
            Ok(state) => state,
            Err(error) => {
                self.note(index, error)?;
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
        let top = &entries.tops[place];
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
    let time = time.ok_or(io::ErrorKind::InvalidInput)?;
    file.set_times(FileTimes::new().set_modified(time))
}
