//! The plan against what stands in the folder already: free names, free space, and files that
//! need not be sent.

use std::borrow::Cow;
use std::io::{self, Read as _};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, OpenOptions};

use super::Arrival;
use super::chain::Chain;
use super::folder::Folder;
use super::names::numbered;
use super::plan::{Plan, Top};
use crate::protocol::message::Hex32;
use crate::transfer::disk_space;
use crate::transfer::error::DiskFault;
use crate::transfer::partial_file::check_folder;
use crate::transfer::tree::{State, TOP};

/// Files are hashed in pieces of this size.
pub(super) const HASH_BUFFER_BYTES: usize = 256 * 1024;

/// A file or folder of the top level, as the user is to see it before saying yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopLevel<'a> {
    /// Its entry.
    pub index: u32,
    /// What the sender calls it.
    pub sent_name: Cow<'a, str>,
    /// What it will be called.
    pub name: Cow<'a, str>,
    /// Why that is something else, if it is.
    pub naming: Naming,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Files in it, or 1 for a file.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Whether a folder of its name is there, into which it could be merged.
    pub can_merge: bool,
}

/// How a top-level item comes by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It keeps the sender's.
    Kept,
    /// The sender's is not allowed here, or another item has one that differs only in case.
    NotAllowed,
    /// Something of that name is there already.
    Taken,
    /// It is merged into the folder of that name.
    Merged,
    /// No name will do: it is refused, with everything in it.
    Refused,
}

impl Plan {
    /// Looks at the folder, once all entries are added: which names are free.
    ///
    /// # Errors
    ///
    /// The [`DiskFault`] of a folder that cannot be used.
    pub fn look(&mut self) -> Result<(), DiskFault> {
        let folder = Folder::open(&self.folder)?;
        for place in 0..self.cargo.tops.len() {
            let name = self.cargo.tree.name(self.cargo.tops[place].node);
            let is_folder_there = is_real_folder(&folder.place.dir, name);
            let number = match name {
                "" => 1,
                // Its own name is given to itself; only the others matter.
                _ => folder.free_number(name, 1, |free| free != name && self.is_given(free)),
            };
            let top = &mut self.cargo.tops[place];
            (top.number, top.is_folder_there) = (number, is_folder_there);
        }
        Ok(())
    }

    /// Saves it in another folder instead. [`Plan::look`] must follow.
    pub fn retarget(&mut self, folder: impl Into<std::path::PathBuf>) {
        self.folder = folder.into();
        self.forget_skipped();
    }

    /// Whether folders are merged into those of the same name that are there. Even then no file
    /// is replaced: it gets a number, or is skipped if it is identical.
    pub fn set_merge(&mut self, merge: bool) {
        self.merge = merge;
        self.forget_skipped();
    }

    /// Bytes that are free in the folder, where the system tells.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        disk_space::free_bytes(&self.folder)
    }

    /// The top-level items.
    #[must_use]
    pub fn top_level(&self) -> impl ExactSizeIterator<Item = TopLevel<'_>> {
        self.cargo.tops.iter().map(|top| self.describe(top))
    }

    /// Files that may be here already: a regular file of that name and size is. Top-level ones,
    /// and those in folders that are merged.
    #[must_use]
    pub fn identical_candidates(&self) -> Vec<u32> {
        let Ok(folder) = Folder::open(&self.folder) else {
            return Vec::new();
        };
        let mut existing = Existing::new(self, &folder);
        let tree = &self.cargo.tree;
        let files = tree.iter().filter(|(_, node)| node.is_file());
        files
            .filter(|(_, node)| node.state == State::Open)
            .filter(|(index, node)| existing.size(*index) == Some(node.size))
            .map(|(index, _)| index)
            .collect()
    }

    /// Whether the file of that name is byte for byte the one that is offered; then it counts as
    /// saved. `false` also if that cannot be told, or when cancelled.
    pub fn is_identical(
        &mut self,
        index: u32,
        blake3: &Hex32,
        cancelled: &dyn Fn() -> bool,
    ) -> bool {
        let is_same = self.hash_existing(index, cancelled) == Some(*blake3);
        if is_same {
            self.cargo.tree.set_state(index, State::Skipped);
        }
        is_same
    }

    /// The user said yes. From here on the folder is held open.
    ///
    /// # Errors
    ///
    /// The [`DiskFault`] of a folder in which nothing can be saved.
    pub fn begin(self) -> Result<Arrival, DiskFault> {
        let folder = Folder::open(&self.folder)?;
        check_folder(&self.folder)?;
        Ok(Arrival::new(folder, self.cargo, self.merge))
    }

    fn hash_existing(&self, index: u32, cancelled: &dyn Fn() -> bool) -> Option<Hex32> {
        let folder = Folder::open(&self.folder).ok()?;
        let node = self.cargo.tree.node(index)?;
        let mut file = Existing::new(self, &folder).open(index).ok()?;
        let (bytes, hasher) = hash_up_to(&mut file, node.size, cancelled).ok()??;
        let is_longer = file.read(&mut [0]).ok()? > 0;
        let hash = Hex32(*hasher.finalize().as_bytes());
        (bytes == node.size && !is_longer).then_some(hash)
    }

    fn describe<'a>(&'a self, top: &Top) -> TopLevel<'a> {
        let own = self.cargo.tree.name(top.node);
        let sent_name = self.cargo.sent_name(top.node);
        let is_folder = self.cargo.tree.is_folder(top.node);
        let can_merge = is_folder && top.is_folder_there;
        let merged = can_merge && self.merge;
        let name = match own {
            "" => Cow::Borrowed(""),
            _ if merged => Cow::Borrowed(own),
            _ => numbered(own, top.number),
        };
        let naming = match () {
            () if own.is_empty() => Naming::Refused,
            () if merged => Naming::Merged,
            () if top.number > 1 => Naming::Taken,
            () if own != sent_name => Naming::NotAllowed,
            () => Naming::Kept,
        };
        TopLevel {
            index: top.node,
            sent_name,
            name,
            naming,
            is_folder,
            files: top.files,
            bytes: top.bytes,
            can_merge,
        }
    }

    /// What was here may not be there, or not be in the way.
    fn forget_skipped(&mut self) {
        let tree = &mut self.cargo.tree;
        for index in (0..tree.len()).filter_map(|place| u32::try_from(place).ok()) {
            if let Some(node) = tree.node_mut(index)
                && node.state == State::Skipped
            {
                node.state = State::Open;
            }
        }
    }
}

/// The files that are there already under the names of those that are to come.
struct Existing<'a> {
    plan: &'a Plan,
    folder: &'a Folder,
    chain: Chain,
}

impl<'a> Existing<'a> {
    fn new(plan: &'a Plan, folder: &'a Folder) -> Self {
        Self {
            plan,
            folder,
            chain: Chain::default(),
        }
    }

    fn size(&mut self, index: u32) -> Option<u64> {
        let (dir, name) = self.locate(index).ok()?;
        let metadata = dir.symlink_metadata(name).ok()?;
        metadata.is_file().then_some(metadata.len())
    }

    fn open(&mut self, index: u32) -> io::Result<std::fs::File> {
        let (dir, name) = self.locate(index)?;
        // A pipe would keep us waiting.
        if !dir.symlink_metadata(name)?.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut options = OpenOptions::new();
        options.read(true).follow(FollowSymlinks::No);
        Ok(dir.open_with(name, &options)?.into_std())
    }

    /// The folder that it would be in, and its name there.
    fn locate(&mut self, index: u32) -> io::Result<(&Dir, &'a str)> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let cargo = &self.plan.cargo;
        let node = cargo.tree.node(index).ok_or_else(missing)?;
        let name = cargo.tree.name_of(node);
        if node.parent == TOP {
            return Ok((&self.folder.place.dir, name));
        }
        let top = cargo.place(index).map(|place| &cargo.tops[place]);
        let merged = top.filter(|top| self.plan.merge && top.is_folder_there);
        let top = merged.ok_or_else(missing)?.node;
        let root = || {
            let dir = &self.folder.place.dir;
            dir.open_dir_nofollow(cargo.tree.name(top))
        };
        if !self.chain.is_at(node.parent) {
            let path = cargo.tree.chain(node.parent);
            let step = |above: &Dir, at| above.open_dir_nofollow(cargo.tree.name(at));
            self.chain.reach(&path, root, step)?;
        }
        Ok((self.chain.last()?, name))
    }
}

fn is_real_folder(dir: &Dir, name: &str) -> bool {
    let metadata = dir.symlink_metadata(name);
    !name.is_empty() && metadata.is_ok_and(|metadata| metadata.is_dir())
}

/// Hashes at most so many bytes from where the file stands; tells how many there were. `None`
/// when cancelled.
pub(super) fn hash_up_to(
    file: &mut std::fs::File,
    max_bytes: u64,
    cancelled: &dyn Fn() -> bool,
) -> io::Result<Option<(u64, blake3::Hasher)>> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; HASH_BUFFER_BYTES];
    let mut limited = file.take(max_bytes);
    let mut total = 0;
    loop {
        if cancelled() {
            return Ok(None);
        }
        match limited.read(&mut buffer) {
            Ok(0) => return Ok(Some((total, hasher))),
            Ok(bytes) => {
                hasher.update(&buffer[..bytes]);
                total += bytes as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
