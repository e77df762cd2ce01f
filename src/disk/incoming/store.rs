//! The partial files and folders of one arrival: found or made when first needed, and kept open
//! and locked as far as the system's supply of handles allows.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, ErrorKind, Seek as _};
use std::iter::repeat_with;

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, Metadata};

use super::directory_cache::DirectoryCache;
use super::folder::{Folder, make_dir_private, readable};
use super::lease::Lease;
use super::making::Numbers;
use super::partial::{
    self, Found, IsOurs, LockedDir, create_dir, create_file, create_locked_file,
    create_private_dir, find_dir, find_file, find_file_inside,
};
use super::plan::Entries;
use super::prune::{Children, adopt, disown};
use crate::disk::permissions::make_private;
use crate::disk::tree::TOP;
use crate::error::DiskFault;
use crate::protocol::message::DiskCause;

/// Maximum number of partial files, and of partial folders, kept open. Some systems allow a process no more
/// than 256 handles in all.
const MAX_OPEN: usize = 32;
/// How many partials of one item can be found again. If others have all their names, as who wants
/// to be in the way may see to, it gets one that nobody could know before.
const MAX_SERIES: u32 = 16;
const RANDOM_SERIES: usize = 4;

/// Maximum number of failures that keep their cause: more than anybody reads.
const MAX_CAUSES: usize = 1000;

/// Where the bytes go. Dropping it leaves what arrived to be found again.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) folder: Folder,
    pub(super) entries: Entries,
    /// Root-level folders, by their places.
    dirs: HashMap<usize, LockedDir>,
    /// Root-level files, by their entries.
    files: HashMap<u32, File>,
    /// The way to the folder that was used last.
    directories: DirectoryCache,
    pub(super) numbers: Numbers,
    /// Once they were needed.
    children: Option<Children>,
    /// What the disk has against files that could not be saved.
    causes: HashMap<u32, DiskCause>,
    /// Whether all has come to its end, so that nothing is left to clear up.
    is_committed: bool,
}

/// A file that is open for reading and writing, at its start.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: File,
    /// Whether it was made just now.
    pub(super) is_new: bool,
}

/// Whether something is made that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Make,
    Leave,
}

impl Store {
    pub(super) fn new(folder: Folder, entries: Entries) -> Self {
        Self {
            folder,
            entries,
            dirs: HashMap::new(),
            files: HashMap::new(),
            directories: DirectoryCache::default(),
            numbers: Numbers::default(),
            children: None,
            causes: HashMap::new(),
            is_committed: false,
        }
    }

    /// The file in which this one is built.
    pub(super) fn open(&mut self, index: u32, missing: Missing) -> io::Result<Option<Opened>> {
        let place = self.entries.place(index).ok_or(ErrorKind::NotFound)?;
        let node = self.entries.tree.node(index).ok_or(ErrorKind::NotFound)?;
        let parent = node.parent;
        if parent == TOP {
            if let Some(mut file) = self.files.remove(&index) {
                file.rewind()?;
                return Ok(Some(Opened::found(file)));
            }
            let found = self.find_or_make(place, missing, find_file, create_locked_file)?;
            return Ok(found.map(|(file, is_new)| {
                if !is_new {
                    make_private(&file);
                }
                Opened { file, is_new }
            }));
        }
        if !self.has_dir(place, missing)? {
            return Ok(None);
        }
        let is_made = self.entries.tree.is_made(index);
        if !is_made && missing == Missing::Leave {
            return Ok(None);
        }
        self.go_to(parent, missing)?;
        let dir = self.directories.last()?;
        if is_made {
            let name = self.entries.tree.name(index);
            match find_file_inside(dir, name)? {
                Found::Ours(file) => return Ok(Some(Opened::found(file))),
                _ if missing == Missing::Leave => return Ok(None),
                Found::Strange => partial::clear(dir, name)?,
                Found::Nothing => {}
            }
        }
        let create = |name: &str| create_file(dir, name);
        let file = self.numbers.make(&mut self.entries, index, create)?;
        Ok(Some(Opened::new(file)))
    }

    /// The partial of this name of a top-level file.
    pub(super) fn find_file(&self, partial_name: &str) -> io::Result<Found<File>> {
        let is_ours = |found: &Metadata| self.folder.is_ours(found);
        find_file(&self.folder.place.dir, partial_name, &is_ours)
    }

    /// Takes back the open partial of a top-level file, if there is room, to keep it locked.
    pub(super) fn keep(&mut self, index: u32, file: File) {
        let node = self.entries.tree.node(index);
        if node.is_some_and(|node| node.parent == TOP) && self.files.len() < MAX_OPEN {
            self.files.insert(index, file);
        }
    }

    /// The open partial of a top-level file, if it is kept.
    pub(super) fn kept(&mut self, index: u32) -> Option<File> {
        self.files.remove(&index)
    }

    /// Removes what is there of a file.
    pub(super) fn remove(&mut self, index: u32) -> io::Result<()> {
        drop(self.files.remove(&index));
        let place = self.entries.place(index).ok_or(ErrorKind::NotFound)?;
        let is_top = self.entries.roots[place].node == index;
        if is_top {
            let top = &self.entries.roots[place];
            if top.lease.is_none() {
                return Ok(());
            }
            let name = self.entries.partial_name(top, top.series);
            return partial::clear(&self.folder.place.dir, &name);
        }
        if !self.has_dir(place, Missing::Leave)? {
            return Ok(());
        }
        let tree = &self.entries.tree;
        let Some(node) = tree.node(index).filter(|node| node.made) else {
            return Ok(());
        };
        self.go_to(node.parent, Missing::Leave)?;
        let name = self.entries.tree.name(index);
        partial::clear(self.directories.last()?, name)?;
        self.entries.tree.set_made(index, false);
        Ok(())
    }

    /// The folder of this entry, in the partial of its top-level folder.
    pub(super) fn dir(&mut self, folder: u32, missing: Missing) -> io::Result<Option<&Dir>> {
        let place = self.entries.place(folder).ok_or(ErrorKind::NotFound)?;
        if !self.has_dir(place, missing)? {
            return Ok(None);
        }
        self.go_to(folder, missing)?;
        self.directories.last().map(Some)
    }

    /// Makes the content of all kept files durable, one by one.
    pub(super) fn sync_kept(&self) -> io::Result<()> {
        self.files.values().try_for_each(File::sync_all)
    }

    /// A handle to any partial that is open.
    pub(super) fn some_handle(&self) -> Option<File> {
        let file = self.files.values().next();
        let handle = file.map(File::try_clone);
        let dir = self.dirs.values().next();
        let handle = handle.or_else(|| dir.map(|dir| readable(&dir.dir)));
        handle.and_then(Result::ok)
    }

    /// Notes what is wrong with one file, and returns what is wrong with all of them.
    pub(super) fn note(&mut self, index: u32, error: io::Error) -> Result<(), DiskFault> {
        let error = self.folder.of_all(error)?;
        let path = self.entries.tree.path(index).join("/");
        log::warn!("trouble with a file: {error}: {path}");
        self.note_cause(index, error);
        Ok(())
    }

    /// Remembers what the disk has against a file or folder.
    pub(super) fn note_cause(&mut self, index: u32, error: io::Error) {
        if self.causes.len() < MAX_CAUSES {
            let cause = match error.kind() {
                ErrorKind::PermissionDenied => DiskCause::NotAllowed,
                _ => self.folder.fault(error).cause(),
            };
            self.causes.entry(index).or_insert(cause);
        }
    }

    /// Everything has its final name. What the disk had against the rest.
    pub(super) fn committed(&mut self) -> HashMap<u32, DiskCause> {
        self.is_committed = true;
        std::mem::take(&mut self.causes)
    }

    /// Removes the partials in which nothing is.
    fn sweep(&mut self) {
        for place in 0..self.entries.roots.len() {
            self.sweep_one(place);
        }
    }

    /// Removes the partial of an item if nothing is in it.
    pub(super) fn sweep_one(&mut self, place: usize) {
        let top = &self.entries.roots[place];
        if top.lease.is_none() {
            return;
        }
        let (index, name) = (top.node, self.entries.partial_name(top, top.series));
        let dir = &self.folder.place.dir;
        let swept = match dir.symlink_metadata(&name) {
            Ok(found) if found.is_dir() => {
                // Locked while it is removed, where a locked thing can be.
                let _lock = self.close(place).filter(|_| cfg!(unix));
                partial::remove_empty(&self.folder.place.dir, name.as_ref())
            }
            Ok(found) if found.is_file() && found.len() == 0 => {
                let _lock = self.files.remove(&index).filter(|_| cfg!(unix));
                self.folder.place.dir.remove_file(&name)
            }
            _ => Ok(()),
        };
        if let Err(error) = swept {
            log::debug!("not cleared away: {error}");
        }
    }

    /// Closes what is open of a top-level folder, but for a lock that may stay.
    pub(super) fn close(&mut self, place: usize) -> Option<LockedDir> {
        self.directories.close();
        self.dirs.remove(&place)
    }

    /// Whether there is a partial of this top-level folder; it is open then.
    fn has_dir(&mut self, place: usize, missing: Missing) -> io::Result<bool> {
        if self.dirs.contains_key(&place) {
            return Ok(true);
        }
        // It need not be looked for again for each file that would be in it.
        if missing == Missing::Leave && self.entries.roots[place].absent {
            return Ok(false);
        }
        let is_leased = self.entries.roots[place].lease.is_some();
        let dir = loop {
            let found = self.find_or_make(place, missing, find_dir, create_dir)?;
            self.entries.roots[place].absent = found.is_none();
            let Some((dir, is_new)) = found else {
                return Ok(false);
            };
            if is_new || is_leased || self.adopt(place, &dir.dir) {
                break dir;
            }
        };
        if self.dirs.len() >= MAX_OPEN {
            // Their leases stay.
            self.directories.close();
            self.dirs.clear();
        }
        self.dirs.insert(place, dir);
        Ok(true)
    }

    /// Takes over what an earlier transfer left in the partial of this folder. If that cannot be
    /// done, it is left alone, and the next one of its series is due.
    fn adopt(&mut self, place: usize, dir: &Dir) -> bool {
        let children = self.take_children();
        let (tree, top) = (&mut self.entries.tree, &mut self.entries.roots[place]);
        let adopted = make_dir_private(dir).and_then(|()| adopt(dir, top.node, tree, &children));
        if let Err(error) = &adopted {
            log::warn!("a partial folder is left alone: {error}");
            disown(top.node, tree, &children);
            (top.lease, top.resumed) = (None, false);
            top.series += 1;
        }
        self.children = Some(children);
        adopted.is_ok()
    }

    /// Which entries are in which folders.
    pub(super) fn take_children(&mut self) -> Children {
        let children = self.children.take();
        children.unwrap_or_else(|| Children::of(&self.entries.tree))
    }

    /// Opens this folder, of which [`Store::has_dir`] has opened the top-level one.
    fn go_to(&mut self, folder: u32, missing: Missing) -> io::Result<()> {
        if self.directories.is_at(folder) {
            return Ok(());
        }
        let place = self.entries.place(folder).ok_or(ErrorKind::NotFound)?;
        let root = self.dirs.get(&place).ok_or(ErrorKind::NotFound)?;
        let root = || root.dir.try_clone();
        let path = self.entries.tree.chain(folder);
        let (entries, numbers) = (&mut self.entries, &mut self.numbers);
        let has_modes = entries.has_folder_modes;
        self.directories.reach(&path, root, |above, at| {
            if !entries.tree.is_made(at) && missing == Missing::Make {
                // In a folder that it is added to others could look into it, until it has its own
                // permissions at the very end.
                let create = |name: &str| {
                    if has_modes {
                        create_private_dir(above, name)
                    } else {
                        above.create_dir(name)
                    }
                };
                numbers.make(entries, at, create)?;
            }
            above.open_dir_nofollow(entries.tree.name(at))
        })
    }

    /// The partial of a top-level item, by the first name of its series that nobody else uses;
    /// and whether it was made just now.
    fn find_or_make<T>(
        &mut self,
        place: usize,
        missing: Missing,
        find: impl Fn(&Dir, &str, &IsOurs<'_>) -> io::Result<Found<T>>,
        make: impl Fn(&Dir, &str) -> io::Result<T>,
    ) -> io::Result<Option<(T, bool)>> {
        let dir = &self.folder.place.dir;
        let top = &self.entries.roots[place];
        let is_leased = top.lease.is_some();
        let (known, random) = if is_leased {
            (top.series..=top.series, 0)
        } else {
            (top.series..=MAX_SERIES, RANDOM_SERIES)
        };
        for series in known.chain(repeat_with(random_series).take(random)) {
            let name = self
                .entries
                .partial_name(&self.entries.roots[place], series);
            // Ours already, or ours from now on, or another transfer's.
            let lease = Lease::take(self.folder.id, &name);
            if lease.is_none() && !is_leased {
                continue;
            }
            let (partial, resumed) = match find(dir, &name, &|found| self.folder.is_ours(found))? {
                Found::Strange => continue,
                Found::Ours(found) => (found, true),
                Found::Nothing if missing == Missing::Leave => return Ok(None),
                Found::Nothing => match make(dir, &name) {
                    // It came up just now.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                    outcome => (outcome?, false),
                },
            };
            let top = &mut self.entries.roots[place];
            if !is_leased {
                (top.lease, top.series, top.resumed) = (lease, series, resumed);
            }
            return Ok(Some((partial, !resumed)));
        }
        Err(ErrorKind::ResourceBusy.into())
    }
}

impl Drop for Store {
    /// What arrived stays for the next try; empty partials would only be litter.
    fn drop(&mut self) {
        if !self.is_committed {
            self.sweep();
        }
    }
}

/// Beyond those that can be found again.
fn random_series() -> u32 {
    let [a, b, c, d, ..] = RandomState::new().hash_one(()).to_be_bytes();
    u32::from_be_bytes([a, b, c, d]).saturating_add(u32::from(u8::MAX))
}

impl Opened {
    fn new(file: File) -> Self {
        Self { file, is_new: true }
    }

    fn found(file: File) -> Self {
        Self {
            file,
            is_new: false,
        }
    }
}
