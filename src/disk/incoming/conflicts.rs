//! The plan against what stands in the folder already: free names, free space, and files that
//! need not be sent.

use std::borrow::Cow;
use std::io::{self, Read as _};

use cap_std::fs::Dir;

use super::Arrival;
use super::existing::Existing;
use super::folder::Folder;
use super::leftovers::sweep;
use super::names::{numbered, portable_name, short_name};
use super::plan::{ExistingFolder, Plan, Root};
use super::prune::Children;
use crate::disk::tree::{State, TOP};
use crate::disk::{Merge, space};
use crate::error::DiskFault;
use crate::protocol::message::Hex32;

/// Files are hashed in pieces of this size.
pub(super) const HASH_BUFFER_BYTES: usize = 256 * 1024;
/// How many numbered folders of one name are compared with one that is to come.
const MAX_COMPARED_FOLDERS: u32 = 16;

/// A file or folder of the top level, as the user is to see it before saying yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopLevel<'a> {
    /// Its entry.
    pub index: u32,
    /// What the sender calls it.
    pub sent_name: Cow<'a, str>,
    /// What it will be called, unless it is added to a folder that is there.
    pub name: Cow<'a, str>,
    /// Why that is something else, if it is.
    pub naming: Naming,
    /// The folder that is there already and that this one can be added to.
    pub existing: Option<&'a ExistingFolder>,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Files in it, or 1 for a file.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
}

impl TopLevel<'_> {
    /// Whether its name begins with a dot: it is hidden, and programs may obey what is in it.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.name.starts_with('.')
    }
}

/// How a top-level item comes by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It keeps the sender's.
    Kept,
    /// The sender's is not allowed here, or another item has it.
    NotAllowed,
    /// Something of that name is there already.
    Taken,
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
        self.look_again(|_| None)
    }

    /// As [`Plan::look`], where `sent_before` tells what the folder of this sender is called here
    /// that it calls so.
    ///
    /// # Errors
    ///
    /// The [`DiskFault`] of a folder that cannot be used.
    pub fn look_again(
        &mut self,
        sent_before: impl Fn(&str) -> Option<String>,
    ) -> Result<(), DiskFault> {
        let folder = Folder::open(&self.folder)?;
        for place in 0..self.entries.roots.len() {
            let top = &self.entries.roots[place];
            let name = self.entries.tree.name(top.node);
            let number = match name {
                "" => 1,
                // Its own name is given to itself; only the others matter.
                _ => folder.free_number(name, 1, |free| free != name && self.is_given(TOP, free)),
            };
            let there = self.find_folder_there(&folder, top, &sent_before);
            let top = &mut self.entries.roots[place];
            (top.number, top.there) = (number, there);
        }
        Ok(())
    }

    /// The folder that this one can be added to.
    fn find_folder_there(
        &self,
        folder: &Folder,
        top: &Root,
        sent_before: impl Fn(&str) -> Option<String>,
    ) -> Option<ExistingFolder> {
        let own = self.entries.tree.name(top.node);
        if own.is_empty() || !self.entries.tree.is_folder(top.node) {
            return None;
        }
        let is_ours = |name: &str| {
            let is_others = name != own && self.is_given(TOP, name);
            !is_others && is_real_folder(&folder.place.dir, name)
        };
        let before = sent_before(&self.entries.sent_name(top.node)).filter(|name| is_ours(name));
        match before {
            Some(name) => Some(ExistingFolder {
                name,
                sent_before: true,
            }),
            None => is_ours(own).then(|| ExistingFolder {
                name: own.to_owned(),
                sent_before: false,
            }),
        }
    }

    /// Saves it in another folder instead. [`Plan::look`] must follow.
    pub fn retarget(&mut self, folder: impl Into<std::path::PathBuf>) {
        self.folder = folder.into();
        self.forget_skipped();
    }

    /// Which folders are added to those that are there. Even then no file is replaced: it gets a
    /// number, or is skipped if it is identical.
    pub fn set_merge(&mut self, merge: Merge) {
        self.merge = merge;
        self.forget_skipped();
    }

    /// Bytes that are free in the folder, where the system tells.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        space::free_bytes(&self.folder)
    }

    /// The top-level items.
    #[must_use]
    pub fn top_level(&self) -> impl ExactSizeIterator<Item = TopLevel<'_>> {
        self.entries.roots.iter().map(|top| self.describe(top))
    }

    /// Files that may be here already: a regular file of that size is, under their names or, where
    /// those were taken, under the numbers behind them. Root-level ones, those in folders that are
    /// added to, and those of a folder that may be here as a whole.
    pub fn identical_candidates(&mut self) -> Vec<u32> {
        let Ok(folder) = Folder::open(&self.folder) else {
            return Vec::new();
        };
        self.find_counterparts(&folder);
        let mut existing = Existing::new(self, &folder);
        let tree = &self.entries.tree;
        let files = tree.iter().filter(|(_, node)| node.is_file());
        files
            .filter(|(_, node)| node.state == State::Open)
            .filter(|(index, _)| existing.has_file(*index))
            .map(|(index, _)| index)
            .collect()
    }

    /// Whether the file may still be there already, once others have been compared: of a folder
    /// that is not added to another one, either all files are or none.
    #[must_use]
    pub fn may_be_identical(&self, index: u32) -> bool {
        let is_at_top = self
            .entries
            .tree
            .node(index)
            .is_some_and(|node| node.parent == TOP);
        let top = self
            .entries
            .place(index)
            .map(|place| &self.entries.roots[place]);
        is_at_top || top.is_some_and(|top| top.counterpart.is_some())
    }

    /// Whether the file that is offered is there, byte for byte; then it counts as saved. It does
    /// not if its hash or the file cannot be read, or when cancelled.
    pub fn compare(
        &mut self,
        index: u32,
        blake3: Option<&Hex32>,
        cancelled: &dyn Fn() -> bool,
    ) -> bool {
        let found = self.find_identical(index, blake3, cancelled);
        match &found {
            Some(name) => {
                if name != self.entries.tree.name(index) {
                    let name = name.as_str().into();
                    self.entries.stands_as.insert(index, name);
                }
                self.entries.tree.set_state(index, State::Skipped);
            }
            None if cancelled() => {}
            None => self.differs(index),
        }
        found.is_some()
    }

    fn find_identical(
        &self,
        index: u32,
        blake3: Option<&Hex32>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<String> {
        let folder = Folder::open(&self.folder).ok()?;
        Existing::new(self, &folder).find_file(index, blake3?, cancelled)
    }

    /// Once all candidates are compared: a folder that is here as a whole stays as it is, and one
    /// that is not is to come as a whole, unless it is added to what is there.
    pub fn settle_identical(&mut self) {
        let mut open = vec![0_u32; self.entries.roots.len()];
        for (index, node) in self.entries.tree.iter() {
            if node.is_file()
                && node.state == State::Open
                && let Some(place) = self.entries.place(index)
            {
                open[place] += 1;
            }
        }
        let mut reopened = vec![false; open.len()];
        for (place, open) in open.into_iter().enumerate() {
            let top = &mut self.entries.roots[place];
            let is_merged = top.is_merged(self.merge);
            top.stands = top.counterpart.take_if(|_| top.is_like && open == 0);
            let is_whole = top.stands.is_some();
            reopened[place] = !is_whole && !is_merged && self.entries.tree.is_folder(top.node);
        }
        for index in self.entries.indices() {
            let Some(place) = self.entries.place(index) else {
                continue;
            };
            if reopened[place] {
                self.entries.reopen(index);
                self.entries.stands_as.remove(&index);
            } else if self.entries.roots[place].stands.is_some() {
                let node = self.entries.tree.node(index);
                if node.is_some_and(|node| !node.is_file()) {
                    self.entries.tree.set_state(index, State::Skipped);
                }
            }
        }
    }

    /// Files that are here already, in the order of the manifest.
    pub fn skipped(&self) -> impl Iterator<Item = u32> + '_ {
        let files = self.entries.tree.iter();
        files
            .filter(|(_, node)| node.counts_as_file() && node.state == State::Skipped)
            .map(|(index, _)| index)
    }

    /// The user said yes. From here on the folder is held open.
    ///
    /// # Errors
    ///
    /// The [`DiskFault`] of a folder in which nothing can be saved.
    pub fn begin(mut self) -> Result<Arrival, DiskFault> {
        let folder = Folder::open(&self.folder)?;
        // Where nothing is to be written the folder is not even touched.
        if !self.entries.is_all_here() {
            folder.try_out()?;
            sweep(&folder);
        }
        for top in &mut self.entries.roots {
            let is_merged = top.is_merged(self.merge);
            top.there.take_if(|_| !is_merged);
        }
        Ok(Arrival::new(folder, self.entries))
    }

    /// Finds out which folders that are there the ones that are to come are compared with.
    fn find_counterparts(&mut self, folder: &Folder) {
        let mut children = None;
        for place in 0..self.entries.roots.len() {
            let top = &self.entries.roots[place];
            let names = self.counterpart_names(folder, top);
            if names.is_empty() {
                continue;
            }
            let is_merged = top.is_merged(self.merge);
            let children = children.get_or_insert_with(|| Children::of(&self.entries.tree));
            let mut existing = Existing::new(self, folder);
            let mut is_like =
                |name: &&String| existing.is_like(top.node, (name, is_merged), children);
            let alike = names.iter().find(&mut is_like).cloned();
            let renamed = std::mem::take(&mut existing.renamed_folders);
            let top = &mut self.entries.roots[place];
            top.is_like = alike.is_some();
            top.counterpart = alike.or_else(|| names.into_iter().next().filter(|_| is_merged));
            for (index, name) in renamed {
                self.entries.stands_as.insert(index, name.into());
            }
        }
    }

    /// The folder that this one is added to, or else those that may be the same as a whole.
    fn counterpart_names(&self, folder: &Folder, top: &Root) -> Vec<String> {
        let own = self.entries.tree.name(top.node);
        let there = top.there.as_ref().map(|there| there.name.clone());
        if top.is_merged(self.merge) {
            return there.into_iter().collect();
        }
        if !self.entries.tree.is_folder(top.node) {
            return Vec::new();
        }
        let numbers = 1..top.number.min(MAX_COMPARED_FOLDERS);
        let numbered = numbers.map(|number| numbered(own, number).into_owned());
        let others = numbered.chain(portable_name(own)).chain(short_name(own));
        let is_free = |name: &String| name == own || !self.is_given(TOP, name);
        let is_there = |name: &String| is_real_folder(&folder.place.dir, name);
        let names = there.into_iter().chain(others.filter(is_free));
        names.filter(is_there).collect()
    }

    /// One file is not there, so the folder is not there as a whole.
    fn differs(&mut self, index: u32) {
        let Some(place) = self.entries.place(index) else {
            return;
        };
        let top = &mut self.entries.roots[place];
        if !top.is_merged(self.merge) {
            top.counterpart = None;
        }
    }

    fn describe<'a>(&'a self, top: &'a Root) -> TopLevel<'a> {
        let own = self.entries.tree.name(top.node);
        let sent_name = self.entries.sent_name(top.node);
        let naming = match () {
            () if own.is_empty() => Naming::Refused,
            () if top.number > 1 => Naming::Taken,
            () if own != sent_name => Naming::NotAllowed,
            () => Naming::Kept,
        };
        TopLevel {
            index: top.node,
            sent_name,
            name: match own {
                "" => Cow::Borrowed(""),
                _ => numbered(own, top.number),
            },
            naming,
            existing: top.there.as_ref(),
            is_folder: self.entries.tree.is_folder(top.node),
            files: top.files,
            bytes: top.bytes,
        }
    }

    /// What was here may not be there, or not be in the way.
    fn forget_skipped(&mut self) {
        for top in &mut self.entries.roots {
            (top.counterpart, top.stands) = (None, None);
        }
        self.entries.stands_as.clear();
        for index in self.entries.indices() {
            self.entries.reopen(index);
        }
    }
}

fn is_real_folder(dir: &Dir, name: &str) -> bool {
    let metadata = dir.symlink_metadata(name);
    !name.is_empty() && metadata.is_ok_and(|metadata| metadata.is_dir())
}

/// Hashes at most `max` bytes from the file's position; tells how many there were. `None`
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
