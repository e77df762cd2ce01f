//! What stands in the folder already of what is to come: under its name, or under another that it
//! got when it came before.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, ErrorKind, Read as _};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, Metadata, OpenOptions};

use super::conflicts::hash_up_to;
use super::directory_cache::DirectoryCache;
use super::folder::{Folder, MAX_NAME_TRIES};
use super::lease::FolderId;
use super::names::{numbered, portable_name, short_name};
use super::plan::Plan;
use super::prune::Children;
use super::rename::folder_id;
use crate::disk::tree::{State, TOP};
use crate::protocol::message::Hex32;

/// Looks for what is there. Never follows a link.
pub(super) struct Existing<'a> {
    plan: &'a Plan,
    folder: &'a Folder,
    directories: DirectoryCache,
    /// Which entry each folder that is there is for: two that come stay two, even where the disk
    /// takes their names for one.
    taken: HashMap<FolderId, u32>,
    /// Folders that are there under another name than their own.
    pub(super) renamed_folders: Vec<(u32, String)>,
}

impl<'a> Existing<'a> {
    pub(super) fn new(plan: &'a Plan, folder: &'a Folder) -> Self {
        Self {
            plan,
            folder,
            directories: DirectoryCache::default(),
            taken: HashMap::new(),
            renamed_folders: Vec::new(),
        }
    }

    /// Whether a file of this size is there under one of its names.
    pub(super) fn has_file(&mut self, index: u32) -> bool {
        let plan = self.plan;
        let dir = self.dir_of(index);
        dir.is_ok_and(|dir| has_file(plan, dir, index))
    }

    /// The name under which exactly this file is there; `None` also when cancelled.
    pub(super) fn find_file(
        &mut self,
        index: u32,
        blake3: &Hex32,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<String> {
        let plan = self.plan;
        let size = plan.entries.tree.node(index)?.size;
        let dir = self.dir_of(index).ok()?;
        let names = names(plan, dir, index).filter(|(_, found)| is_file_of(found, size));
        let mut names = names.map(|(name, _)| name);
        names.find(|name| hash(dir, name, size, cancelled) == Some(*blake3))
    }

    /// Whether everything that is to come in this folder of the top level is in the folder
    /// `name`, as far as that can be told without reading files. If it is, or if this is to be
    /// found out of everything in it, [`Self::renamed_folders`] tells how folders are called there.
    pub(super) fn is_like(
        &mut self,
        top: u32,
        (name, thoroughly): (&str, bool),
        children: &Children,
    ) -> bool {
        self.renamed_folders.clear();
        let dir = self.folder.place.dir.open_dir_nofollow(name);
        dir.is_ok_and(|dir| self.has_all(&dir, top, thoroughly, children))
    }

    fn has_all(&mut self, dir: &Dir, folder: u32, thoroughly: bool, children: &Children) -> bool {
        let mut has_all = true;
        for index in children.within(&self.plan.entries.tree, folder) {
            has_all &= self.has(dir, *index, thoroughly, children);
            if !(has_all || thoroughly) {
                break;
            }
        }
        has_all
    }

    fn has(&mut self, dir: &Dir, index: u32, thoroughly: bool, children: &Children) -> bool {
        let plan = self.plan;
        let node = plan.entries.tree.node(index);
        match node.filter(|node| node.state != State::Refused) {
            Some(node) if node.is_file() => has_file(plan, dir, index),
            Some(node) if node.is_link() => plan.entries.has_link(dir, index),
            Some(node) if node.is_folder() => {
                let Ok((dir, name)) = self.find_folder(dir, index) else {
                    return false;
                };
                if name != plan.entries.tree.name_of(node) {
                    self.renamed_folders.push((index, name));
                }
                self.has_all(&dir, index, thoroughly, children)
            }
            _ => false,
        }
    }

    fn find_folder(&mut self, above: &Dir, index: u32) -> io::Result<(Dir, String)> {
        for (name, _) in names(self.plan, above, index).filter(|(_, found)| found.is_dir()) {
            let dir = above.open_dir_nofollow(&name)?;
            if *self.taken.entry(folder_id(&dir)?).or_insert(index) == index {
                return Ok((dir, name));
            }
        }
        Err(ErrorKind::NotFound.into())
    }

    /// The folder that an entry would be in.
    fn dir_of(&mut self, index: u32) -> io::Result<&Dir> {
        let entries = &self.plan.entries;
        let node = entries.tree.node(index).ok_or(ErrorKind::NotFound)?;
        if node.parent == TOP {
            return Ok(&self.folder.place.dir);
        }
        let top = entries.place(index).map(|place| &entries.roots[place]);
        let counterpart = top.and_then(|top| top.counterpart.as_deref());
        let counterpart = counterpart.ok_or(ErrorKind::NotFound)?;
        if !self.directories.is_at(node.parent) {
            let path = entries.tree.chain(node.parent);
            let root = || self.folder.place.dir.open_dir_nofollow(counterpart);
            let step = |above: &Dir, at| above.open_dir_nofollow(entries.name_there(at));
            self.directories.reach(&path, root, step)?;
        }
        self.directories.last()
    }
}

fn has_file(plan: &Plan, dir: &Dir, index: u32) -> bool {
    let size = plan.entries.tree.node(index).map(|node| node.size);
    size.is_some_and(|size| names(plan, dir, index).any(|(_, found)| is_file_of(&found, size)))
}

fn is_file_of(found: &Metadata, size: u64) -> bool {
    found.is_file() && found.len() == size
}

/// What is there under the name of an entry, under the numbers behind it, and, if there is nothing
/// of that, under the name that it gets where the disk refuses its own.
fn names<'a>(
    plan: &'a Plan,
    dir: &'a Dir,
    index: u32,
) -> impl Iterator<Item = (String, Metadata)> + 'a {
    let name = plan.entries.tree.name(index);
    let parent = plan
        .entries
        .tree
        .node(index)
        .map_or(TOP, |node| node.parent);
    let of_name = move |base: Cow<'a, str>| {
        (1..MAX_NAME_TRIES)
            .map(move |count| numbered(&base, count).into_owned())
            .filter(move |other| other == name || !plan.is_given(parent, other))
            .map_while(move |name| {
                let found = dir.symlink_metadata(&name).ok()?;
                Some((name, found))
            })
    };
    let mut own = of_name(Cow::Borrowed(name)).peekable();
    let others = match own.peek() {
        Some(_) => [None, None],
        None => [portable_name(name), short_name(name)],
    };
    let others = others.into_iter().flatten().map(Cow::Owned);
    own.chain(others.flat_map(of_name))
}

/// The hash of a file that has exactly this size.
fn hash(dir: &Dir, name: &str, size: u64, cancelled: &dyn Fn() -> bool) -> Option<Hex32> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    let mut file = dir.open_with(name, &options).ok()?.into_std();
    let (bytes, hasher) = hash_up_to(&mut file, size, cancelled).ok()??;
    let is_longer = file.read(&mut [0]).ok()? > 0;
    let hash = Hex32(*hasher.finalize().as_bytes());
    (bytes == size && !is_longer).then_some(hash)
}
