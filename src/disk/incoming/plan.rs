//! What is to arrive, and under which names: everything before the user's yes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};

use super::lease::{Key, Lease, Version};
use super::names::{numbered, safe_name, shortened, unified};
use crate::disk::Merge;
use crate::disk::tree::{EntryMetadata, State, TOP, Tree};
use crate::protocol::message::{Entry, EntryKind, Reason};

/// What is to arrive. Built entry by entry; touches no disk but to look at it, until
/// [`Plan::begin`].
#[derive(Debug)]
pub struct Plan {
    pub(super) folder: PathBuf,
    pub(super) merge: Merge,
    pub(super) entries: Entries,
    /// Hashes of the names that are given, by folder. Chance makes two names alike once in many
    /// millions of transfers, and then one gets a number.
    pub(super) seen: HashSet<u64>,
    /// From which number on a name that came several times may be free. Names that are alike once
    /// they are cut to make room for a number count together.
    next_numbers: HashMap<u64, u32>,
    /// The folders, by the hash of where the sender has them.
    folders: HashMap<u64, u32>,
    /// The one that was looked for last: most entries are where the one before is.
    last_folder: Option<(Vec<String>, u32)>,
    keys: RandomState,
}

/// The announced entries, and who announced them.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) sender: [u8; 32],
    pub(super) tree: Tree,
    /// What the sender calls those that have to be called otherwise here.
    pub(super) wanted: HashMap<u32, Box<str>>,
    /// Under which names files and folders are here already, where these are not their own.
    pub(super) stands_as: HashMap<u32, Box<str>>,
    /// Links and what they lead to, an earlier entry; in the order of the manifest.
    pub(super) links: Vec<(u32, u32)>,
    /// Whether the permissions of any folder are known.
    pub(super) has_folder_modes: bool,
    /// In the order of their nodes.
    pub(super) roots: Vec<Root>,
}

/// A file or folder of the top level.
#[derive(Debug, Default)]
pub(super) struct Root {
    pub(super) node: u32,
    pub(super) files: u32,
    pub(super) bytes: u64,
    /// The folder that is there already and that this one can be added to; when it arrives, the
    /// one that it is added to.
    pub(super) there: Option<ExistingFolder>,
    /// The name of the folder that is there and that it is compared with.
    pub(super) counterpart: Option<String>,
    /// Whether that folder has everything that is to come, as far as it shows from outside.
    pub(super) is_like: bool,
    /// The name of the folder that is there and has everything. Nothing of this one is to come.
    pub(super) stands: Option<String>,
    /// Whether its partial was there before.
    pub(super) resumed: bool,
    /// Whether it was looked for and is not there.
    pub(super) absent: bool,
    /// Its number among those of the same key; until it is settled, the first that may do.
    pub(super) series: u32,
    /// The number that makes its name free: 1 for none.
    pub(super) number: u32,
    /// Its partial, once that is settled.
    pub(super) lease: Option<Lease>,
}

/// A folder that is there already, to which one that arrives can be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingFolder {
    /// Its name.
    pub name: String,
    /// Whether the same device has sent it before.
    pub sent_before: bool,
}

impl Root {
    /// Whether it is added to the folder that is there.
    pub(super) fn is_merged(&self, merge: Merge) -> bool {
        let there = self.there.as_ref();
        there.is_some_and(|there| merge.covers(there.sent_before))
    }
}

impl Plan {
    /// Nothing yet, to be saved in `folder`, from the device with this identity.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, sender: [u8; 32]) -> Self {
        Self {
            folder: folder.into(),
            merge: Merge::default(),
            entries: Entries {
                sender,
                ..Entries::default()
            },
            seen: HashSet::new(),
            next_numbers: HashMap::new(),
            folders: HashMap::new(),
            last_folder: None,
            keys: RandomState::new(),
        }
    }

    /// The folder that it is to be saved in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// One more entry. They must come in the order of their indices, folders before what is in
    /// them; what comes without its folder is refused.
    pub fn add(&mut self, entry: &Entry) {
        let facts = EntryMetadata {
            kind: entry.kind,
            size: entry.size,
            mtime_ns: entry.mtime_ns,
            executable: entry.executable,
            mode: entry.mode.and_then(|mode| u16::try_from(mode).ok()),
        };
        self.entries.has_folder_modes |= facts.is_folder() && facts.mode.is_some();
        let Some((wanted, above)) = entry.path.split_last() else {
            // A text: none of ours.
            self.entries.tree.push(TOP, "", facts, State::Done);
            return;
        };
        let Some(parent) = self.find_folder(above) else {
            self.entries.push(TOP, wanted, "", facts);
            return;
        };
        let is_refused = |node: u32| {
            let node = self.entries.tree.node(node);
            node.is_some_and(|node| node.state == State::Refused)
        };
        let name = match safe_name(wanted) {
            Some(name) if !is_refused(parent) => self.distinct(parent, name),
            _ => Cow::Borrowed(""),
        };
        let index = self.entries.push(parent, wanted, &name, facts);
        if facts.kind == EntryKind::Directory {
            let key = self.keys.hash_one((parent, wanted.as_str()));
            self.folders.entry(key).or_insert(index);
        }
        if let (EntryKind::Link, Some(target)) = (entry.kind, entry.target) {
            self.entries.links.push((index, target));
        }
        self.entries.count(index);
    }

    /// Files whose names are impossible here: to be refused, in the order of the manifest.
    pub fn refused(&self) -> impl Iterator<Item = (u32, Reason)> + '_ {
        let tree = &self.entries.tree;
        tree.iter()
            .filter(|(_, node)| node.counts_as_file() && node.state == State::Refused)
            .map(|(index, _)| (index, Reason::NameNotAllowed))
    }

    /// Entries below the top level that get another name than they have at the sender's.
    pub fn renamed_inside(&self) -> impl Iterator<Item = u32> + '_ {
        let tree = &self.entries.tree;
        let is_inside = |index: &u32| tree.node(*index).is_some_and(|node| node.parent != TOP);
        self.entries.renamed().into_iter().filter(is_inside)
    }

    /// Where the sender has it: names from the top level down.
    #[must_use]
    pub fn sent_path(&self, index: u32) -> Vec<String> {
        self.entries.sent_path(index)
    }

    /// Where it is to stand, below the top-level name, which may get a number.
    #[must_use]
    pub fn safe_path(&self, index: u32) -> Vec<String> {
        self.entries.tree.path(index)
    }

    /// Whether a name in this folder is given to something that is to come.
    pub(super) fn is_given(&self, folder: u32, name: &str) -> bool {
        let key = self.keys.hash_one((folder, unified(name)));
        self.seen.contains(&key)
    }

    fn find_folder(&mut self, path: &[String]) -> Option<u32> {
        if let Some((last, index)) = &self.last_folder
            && last == path
        {
            return Some(*index);
        }
        let index = self.look_up_folder(path)?;
        self.last_folder = Some((path.to_vec(), index));
        Some(index)
    }

    fn look_up_folder(&self, path: &[String]) -> Option<u32> {
        path.iter().try_fold(TOP, |parent, name| {
            let key = self.keys.hash_one((parent, name.as_str()));
            let index = *self.folders.get(&key)?;
            let node = self.entries.tree.node(index)?;
            let is_it = node.parent == parent && self.entries.sent_name(index) == shortened(name);
            is_it.then_some(index)
        })
    }

    /// The name with a number, if it is taken in that folder.
    fn distinct<'a>(&mut self, parent: u32, name: Cow<'a, str>) -> Cow<'a, str> {
        let key = self.keys.hash_one((parent, unified(&name)));
        if self.seen.insert(key) {
            return name;
        }
        let cut = numbered(&name, u32::MAX);
        let key = self.keys.hash_one((parent, unified(&cut)));
        let mut count = self.next_numbers.get(&key).copied().unwrap_or(2);
        let distinct = loop {
            let distinct = numbered(&name, count);
            count += 1;
            if self
                .seen
                .insert(self.keys.hash_one((parent, unified(&distinct))))
            {
                break distinct.into_owned().into();
            }
        };
        self.next_numbers.insert(key, count);
        distinct
    }
}

impl Entries {
    /// Adds an entry that is called `wanted` by the sender and `name` here, where an empty name
    /// means that it is refused.
    fn push(&mut self, parent: u32, wanted: &str, name: &str, facts: EntryMetadata) -> u32 {
        let state = match name {
            "" => State::Refused,
            _ => State::Open,
        };
        let index = self.tree.push(parent, name, facts, state);
        if name != wanted {
            self.wanted.insert(index, shortened(wanted).into());
        }
        index
    }

    /// Gives an entry another name than it was to have.
    pub(super) fn rename(&mut self, index: u32, name: &str) {
        let before = self.tree.name(index);
        self.wanted.entry(index).or_insert_with(|| before.into());
        self.tree.rename(index, name);
    }

    /// Entries that have another name than at the sender's.
    pub(super) fn renamed(&self) -> Vec<u32> {
        let mut renamed: Vec<u32> = self.wanted.keys().copied().collect();
        renamed.retain(|index| !self.tree.name(*index).is_empty());
        renamed.sort_unstable();
        renamed
    }

    /// The name under which an entry is here already.
    pub(super) fn name_there(&self, index: u32) -> &str {
        let other = self.stands_as.get(&index).map(AsRef::as_ref);
        other.unwrap_or_else(|| self.tree.name(index))
    }

    /// The name of a top-level item of which nothing is to come, since it is there.
    pub(super) fn name_already_there(&self, place: usize) -> Option<String> {
        let top = &self.roots[place];
        let node = self.tree.node(top.node)?;
        match &top.stands {
            Some(name) => Some(name.clone()),
            None if node.is_file() && node.state == State::Skipped => {
                Some(self.name_there(top.node).to_owned())
            }
            None => None,
        }
    }

    /// Everything gets the name that it has on the disk now; `roots` are those of the top level,
    /// where they stand.
    pub(super) fn take_final_names(&mut self, roots: &[Option<String>]) {
        for (index, name) in std::mem::take(&mut self.stands_as) {
            self.rename(index, &name);
        }
        for (place, name) in roots.iter().enumerate() {
            let index = self.roots[place].node;
            if let Some(name) = name
                .as_deref()
                .filter(|name| *name != self.tree.name(index))
            {
                self.rename(index, name);
            }
        }
    }

    /// Counts an entry in at its top-level item.
    fn count(&mut self, index: u32) {
        let Some(node) = self.tree.node(index) else {
            return;
        };
        let (files, bytes) = (u32::from(node.counts_as_file()), node.size);
        if node.parent == TOP {
            self.roots.push(Root {
                node: index,
                files,
                bytes,
                number: 1,
                ..Root::default()
            });
        } else if let Some(place) = self.place(index) {
            let top = &mut self.roots[place];
            top.files += files;
            top.bytes = top.bytes.saturating_add(bytes);
        }
    }

    /// All entries.
    pub(super) fn indices(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.tree.len()).unwrap_or(u32::MAX)
    }

    /// It is not here already after all.
    pub(super) fn reopen(&mut self, index: u32) {
        if let Some(node) = self.tree.node_mut(index)
            && node.state == State::Skipped
        {
            node.state = State::Open;
        }
    }

    /// Whether nothing is to be written.
    pub(super) fn is_all_here(&self) -> bool {
        let is_here = |top: &Root| {
            let node = self.tree.node(top.node);
            top.stands.is_some()
                || node.is_none_or(|node| matches!(node.state, State::Skipped | State::Refused))
        };
        self.roots.iter().all(is_here)
    }

    /// The place of its top-level item in `roots`.
    pub(super) fn place(&self, index: u32) -> Option<usize> {
        let node = self.tree.top_of(index);
        self.roots.binary_search_by_key(&node, |top| top.node).ok()
    }

    /// What the sender calls it.
    pub(super) fn sent_name(&self, index: u32) -> Cow<'_, str> {
        let wanted = self.wanted.get(&index);
        Cow::Borrowed(wanted.map_or_else(|| self.tree.name(index), AsRef::as_ref))
    }

    pub(super) fn sent_path(&self, index: u32) -> Vec<String> {
        let chain = self.tree.chain(index);
        chain
            .into_iter()
            .map(|at| self.sent_name(at).into_owned())
            .collect()
    }

    /// What the partial of a top-level item is named after.
    pub(super) fn key<'a>(&'a self, name: &'a str, top: &Root, series: u32) -> Key<'a> {
        let node = self.tree.node(top.node);
        Key {
            sender: &self.sender,
            name,
            version: node.filter(|node| node.is_file()).map(|node| Version {
                size: node.size,
                mtime_ns: node.mtime_ns(),
            }),
            series,
        }
    }

    pub(super) fn partial_name(&self, top: &Root, series: u32) -> String {
        let name = self.sent_name(top.node);
        self.key(&name, top, series).partial_name()
    }
}
