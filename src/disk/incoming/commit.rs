//! The end of an arrival: everything durable, then everything under its final name.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;

use cap_fs_ext::DirExt as _;
use cap_std::fs::Dir;

use super::arrival::{date, reason};
use super::folder::readable;
use super::lease::FolderId;
use super::merge::{Merge, inner};
use super::partial::Found;
use super::plan::Entries;
use super::prune::Children;
use super::rename::{Moved, to_free_name};
use super::store::{Missing, Store};
use crate::disk::tree::State;
use crate::error::DiskFault;
use crate::protocol::message::{DiskCause, Failure, Reason, Totals};

/// More files than these are synced together with everything else on the disk, where the system
/// can do that; so few one by one, since others may keep that disk busy.
const MAX_SINGLE_SYNCS: usize = 8;

/// What now stands in the folder.
#[derive(Debug)]
pub struct Outcome {
    /// The folder.
    pub folder: PathBuf,
    /// The top-level items of which something was saved.
    pub saved: Vec<Saved>,
    /// Files and bytes that were saved or were here already.
    pub totals: Totals,
    /// Files that arrived and yet could not be saved, in the order of the manifest.
    pub failures: Vec<Failure>,
    /// Entries that stand there under another name than the sender's, in the order of the
    /// manifest.
    pub renamed: Vec<u32>,
    /// What the disk has against those that could not be saved, or against a folder above them.
    causes: HashMap<u32, DiskCause>,
    entries: Entries,
}

/// An arrival of which all that is complete is on the disk. Dropping it leaves that to be found
/// again.
#[derive(Debug)]
pub struct Durable {
    pub(super) store: Store,
    pub(super) children: Children,
    /// What could not be completed, or not be given its name, with everything in it.
    pub(super) failed: HashSet<u32>,
    /// Of each top-level item.
    tally: Vec<Tally>,
    /// The folders that were moved to their places, or into which something was.
    folders: HashSet<FolderId>,
    /// Those of them that were not there before.
    new_folders: Vec<u32>,
}

/// A top-level item under its final name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its entry.
    pub index: u32,
    /// Its name in the folder.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Files in it, or 1 for a file; without those that failed.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Whether it is a file that was here before.
    pub already_there: bool,
}

impl Outcome {
    /// Where the sender has an entry: names from the top level down.
    #[must_use]
    pub fn sent_path(&self, index: u32) -> Vec<String> {
        self.entries.sent_path(index)
    }

    /// What the disk has against a file that could not be saved, where it said so.
    #[must_use]
    pub fn cause(&self, index: u32) -> Option<DiskCause> {
        let mut upwards = self.entries.tree.upwards(index);
        upwards.find_map(|at| self.causes.get(&at).copied())
    }

    /// Where it stands in the folder now.
    #[must_use]
    pub fn saved_path(&self, index: u32) -> Vec<String> {
        self.entries.tree.path(index)
    }

    /// What the sender calls an entry.
    #[must_use]
    pub fn sent_name(&self, index: u32) -> Cow<'_, str> {
        self.entries.sent_name(index)
    }

    /// What an entry is called there now.
    #[must_use]
    pub fn saved_name(&self, index: u32) -> &str {
        self.entries.tree.name(index)
    }
}

impl Durable {
    pub(super) fn new(mut store: Store) -> Result<Self, DiskFault> {
        let mut durable = Self {
            tally: tally(&store.entries),
            children: store.take_children(),
            store,
            failed: HashSet::new(),
            folders: HashSet::new(),
            new_folders: Vec::new(),
        };
        for place in 0..durable.tally.len() {
            if durable.is_folder(place)
                && durable.tally[place].stands(true)
                && durable.store.entries.roots[place].stands.is_none()
                && let Err(error) = durable.complete_folder(place)
            {
                let index = durable.store.entries.roots[place].node;
                durable.store.note(index, error)?;
                durable.failed.insert(index);
            }
        }
        // A folder that nothing is added to is not touched.
        if !durable.store.entries.is_all_here() {
            durable.sync()?;
        }
        Ok(durable)
    }

    /// The second half of [`Arrival::commit`](super::Arrival::commit).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn give_names(mut self) -> Result<Outcome, DiskFault> {
        let is_all_here = self.store.entries.is_all_here();
        let mut names = Vec::new();
        for place in 0..self.tally.len() {
            names.push(self.settle(place)?);
        }
        self.store.entries.take_final_names(&names);
        let linked = self.make_links(&mut names)?;
        self.finish_folders(&linked);
        if !is_all_here {
            self.store.folder.sync_names()?;
            let mut roots = self.store.entries.roots.iter();
            let is_merged = roots.any(|top| top.there.is_some());
            if is_merged || self.store.entries.has_folder_modes || !linked.is_empty() {
                // Other folders than this one have changed too.
                self.store.folder.sync_all()?;
            }
        }
        Ok(self.outcome(names))
    }

    /// Gives one item its final name and returns that; `None` if nothing of it stands.
    fn settle(&mut self, place: usize) -> Result<Option<String>, DiskFault> {
        let index = self.store.entries.roots[place].node;
        let is_folder = self.is_folder(place);
        if !self.tally[place].stands(is_folder) {
            self.store.sweep_one(place);
            return Ok(None);
        }
        if let Some(name) = self.store.entries.name_already_there(place) {
            return Ok(Some(name));
        }
        if self.failed.contains(&index) {
            return Ok(None);
        }
        let named = if is_folder {
            self.settle_folder(place)
        } else {
            self.settle_file(place)
        };
        match named {
            Ok(name) => Ok(Some(name)),
            Err(error) => {
                self.store.note(index, error)?;
                self.failed.insert(index);
                Ok(None)
            }
        }
    }

    fn settle_file(&mut self, place: usize) -> io::Result<String> {
        let entries = &self.store.entries;
        let (top, tree) = (&entries.roots[place], &entries.tree);
        let (index, number) = (top.node, top.number);
        let size = tree.node(index).map(|node| node.size);
        let partial_name = entries.partial_name(top, top.series);
        let name = tree.name(index).to_owned();
        // The lock is held until it has its name. Where handles were short it is taken again, and
        // then the content may have become another transfer's.
        let lock = match self.store.kept(index) {
            Some(file) => file,
            None => match self.store.find_file(&partial_name)? {
                Found::Ours(file) if Some(file.metadata()?.len()) == size => file,
                _ => return Err(io::ErrorKind::ResourceBusy.into()),
            },
        };
        let here = &self.store.folder.place;
        let node = self.store.entries.tree.node(index);
        if let (Some(permissions), Some(node)) = (self.store.folder.permissions(), node) {
            permissions.give_to_file(&lock, node);
        }
        let moved = Moved {
            place: here,
            name: &partial_name,
            is_folder: false,
        };
        let name = to_free_name(moved, here, &name, (number, |_: &str| false))?;
        drop(lock);
        Ok(name)
    }

    fn settle_folder(&mut self, place: usize) -> io::Result<String> {
        let closed = self.store.close(place);
        // An open folder cannot be renamed on Windows; elsewhere its lock is held until then.
        let lock = closed.filter(|_| cfg!(unix));
        let entries = &self.store.entries;
        let top = &entries.roots[place];
        let partial_name = entries.partial_name(top, top.series);
        let name = entries.tree.name(top.node);
        let here = &self.store.folder.place;
        let source = inner(here, &partial_name)?;
        if let Some(there) = &top.there
            && let Ok(target) = inner(here, &there.name)
            && self.folders.insert(target.id()?)
        {
            let mut merge = Merge {
                tree: &entries.tree,
                children: &self.children,
                settled: &mut self.folders,
                permissions: self.store.folder.permissions(),
                failed: Vec::new(),
                renamed: Vec::new(),
                new_folders: Vec::new(),
            };
            merge.folder(&source, &target, top.node);
            self.new_folders.extend(merge.new_folders);
            let (failed, renamed) = (merge.failed, merge.renamed);
            let name = there.name.clone();
            drop(source);
            here.dir.remove_dir(&partial_name).ok();
            drop(lock);
            for (index, name) in renamed {
                self.store.entries.rename(index, &name);
            }
            for (index, error) in failed {
                self.failed.insert(index);
                self.store.note_cause(index, error);
            }
            return Ok(name);
        }
        self.folders.insert(source.id()?);
        drop(source);
        let moved = Moved {
            place: here,
            name: &partial_name,
            is_folder: true,
        };
        let name = to_free_name(moved, here, name, (top.number, |_: &str| false))?;
        self.new_folders.push(top.node);
        drop(lock);
        Ok(name)
    }

    /// Makes the folders that no file has made, removes what is there of files that did not come
    /// to their end, and sets times.
    fn complete_folder(&mut self, place: usize) -> io::Result<()> {
        let top = self.store.entries.roots[place].node;
        let mut folders = vec![top];
        let mut next = 0;
        while let Some(folder) = folders.get(next).copied() {
            self.store.dir(folder, Missing::Make)?;
            self.store.entries.tree.set_state(folder, State::Done);
            for index in self.children.within(&self.store.entries.tree, folder) {
                let Some(node) = self.store.entries.tree.node(*index) else {
                    continue;
                };
                if node.is_folder() && node.state != State::Refused {
                    folders.push(*index);
                } else if node.made && node.state != State::Done {
                    self.store.remove(*index)?;
                }
            }
            next += 1;
        }
        // What is in a folder comes after it, and is done with before it.
        for folder in folders.into_iter().rev() {
            self.date_folder(folder);
        }
        Ok(())
    }

    /// Gives their permissions, which may be such that nothing can be added, to the folders that were
    /// not there before and to copies in place of links to folders, and the time once more to those in
    /// which links were made.
    fn finish_folders(&self, linked: &HashSet<u32>) {
        let entries = &self.store.entries;
        // Otherwise those within had the usual permissions from the beginning.
        let is_deep = entries.has_folder_modes || !linked.is_empty();
        let is_new = |link: &u32| {
            let node = entries.tree.node(*link);
            entries.leads_to_folder(*link) && node.is_some_and(|node| node.state == State::Done)
        };
        let links = entries.links.iter().map(|(link, _)| *link);
        for link in links.filter(|_| cfg!(unix)).filter(is_new) {
            // Where it became a copy there is a folder.
            if let Ok(copy) = self.folder_there(link) {
                self.finish_folder(&copy.dir, link, true);
            }
        }
        for folder in self.new_folders.iter().filter(|_| cfg!(unix)) {
            match self.folder_there(*folder) {
                Ok(place) => self.finish_folder(&place.dir, *folder, is_deep),
                Err(error) => log::info!("could not set a folder's permissions: {error}"),
            }
        }
    }

    fn finish_folder(&self, dir: &Dir, folder: u32, is_deep: bool) {
        let entries = &self.store.entries;
        let tree = &entries.tree;
        let folder = entries.end(folder);
        for index in self
            .children
            .within(tree, folder)
            .iter()
            .filter(|_| is_deep)
        {
            if entries.leads_to_folder(*index)
                && let Ok(inner) = dir.open_dir_nofollow(tree.name(*index))
            {
                self.finish_folder(&inner, *index, is_deep);
            }
        }
        let (Ok(handle), Some(node)) = (readable(dir), tree.node(folder)) else {
            return;
        };
        date(&handle, node);
        if let Some(permissions) = self.store.folder.permissions() {
            permissions.give_to_folder(&handle, node);
        }
    }

    fn date_folder(&mut self, folder: u32) {
        // Windows opens folders for reading only.
        if cfg!(unix)
            && let Ok(Some(dir)) = self.store.dir(folder, Missing::Leave)
            && let Ok(handle) = readable(dir)
            && let Some(node) = self.store.entries.tree.node(folder)
        {
            date(&handle, node);
        }
    }

    /// Once for all, or for a few files by themselves.
    fn sync(&mut self) -> Result<(), DiskFault> {
        let stand_in = || self.store.some_handle();
        self.store.folder.prepare_sync(stand_in);
        let entries = &self.store.entries;
        let has_folders = entries
            .roots
            .iter()
            .any(|top| entries.tree.is_folder(top.node));
        if has_folders || entries.roots.len() > MAX_SINGLE_SYNCS {
            return self.store.folder.sync_all();
        }
        self.store
            .sync_kept()
            .map_err(|error| self.store.folder.fault(error))
    }

    fn is_folder(&self, place: usize) -> bool {
        let entries = &self.store.entries;
        entries.tree.is_folder(entries.roots[place].node)
    }

    fn outcome(&mut self, names: Vec<Option<String>>) -> Outcome {
        let failed = &self.failed;
        let mut outcome = Outcome {
            folder: self.store.folder.path.clone(),
            saved: Vec::new(),
            totals: Totals::default(),
            failures: Vec::new(),
            renamed: Vec::new(),
            causes: self.store.committed(),
            entries: std::mem::take(&mut self.store.entries),
        };
        for top in &mut outcome.entries.roots {
            top.lease = None;
        }
        let entries = &outcome.entries;
        let mut sums = vec![(0_u32, 0_u64); names.len()];
        let files = entries.tree.iter();
        for (index, node) in files.filter(|(_, node)| node.counts_as_file()) {
            let moved =
                failed.is_empty() || !entries.tree.upwards(index).any(|at| failed.contains(&at));
            let stands = match node.state {
                State::Done => moved,
                State::Skipped => true,
                _ => false,
            };
            let failure = match node.state {
                State::Done if !moved => Some(Reason::NotSaved),
                state => reason(state),
            };
            let cause = outcome
                .cause(index)
                .filter(|cause| *cause != DiskCause::Other);
            outcome.failures.extend(failure.map(|reason| Failure {
                index,
                reason,
                cause: cause.filter(|_| reason == Reason::NotSaved),
            }));
            if stands && let Some(place) = entries.place(index) {
                outcome.totals.files += 1;
                outcome.totals.bytes += node.size;
                sums[place].0 += 1;
                sums[place].1 += node.size;
            }
        }
        outcome.renamed = entries.renamed();
        outcome.renamed.retain(|index| {
            let node = entries.tree.node(*index);
            node.is_some_and(|node| matches!(node.state, State::Done | State::Skipped))
                && !entries.tree.upwards(*index).any(|at| failed.contains(&at))
        });
        for ((top, name), (files, bytes)) in entries.roots.iter().zip(names).zip(sums) {
            let node = entries.tree.node(top.node);
            outcome.saved.extend(name.map(|name| Saved {
                index: top.node,
                name,
                is_folder: entries.tree.is_folder(top.node),
                files,
                bytes,
                already_there: node.is_some_and(|node| node.state == State::Skipped),
            }));
        }
        outcome
    }
}

/// Files of one top-level item.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    done: u32,
    skipped: u32,
    missing: u32,
    is_refused: bool,
}

impl Tally {
    /// A folder that was meant to have files and got none does not; an empty one does.
    fn stands(self, is_folder: bool) -> bool {
        let has_some = self.done + self.skipped > 0;
        !self.is_refused && (has_some || is_folder && self.missing == 0)
    }
}

/// What became of the files of each top-level item.
fn tally(entries: &Entries) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); entries.roots.len()];
    let files = entries.tree.iter();
    for (index, node) in files.filter(|(_, node)| node.counts_as_file()) {
        let Some(tally) = entries.place(index).map(|place| &mut tallies[place]) else {
            continue;
        };
        match node.state {
            State::Done => tally.done += 1,
            State::Skipped => tally.skipped += 1,
            // Links are made in the end.
            State::Open if node.is_link() => {}
            _ => tally.missing += 1,
        }
    }
    for (tally, top) in tallies.iter_mut().zip(&entries.roots) {
        let node = entries.tree.node(top.node);
        tally.is_refused = node.is_none_or(|node| node.state == State::Refused);
    }
    tallies
}
