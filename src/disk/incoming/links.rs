//! Links among what arrives: made last, when everything that they may lead to has its final name.
//!
//! A link is made of two entries, itself and the one that it leads to, and so leads to nothing but
//! what was sent. Where no links can be made it becomes a copy, as long as that does not get out of
//! hand: folders with links to one another could be copied into each other without end.

use std::collections::HashSet;
use std::fs::{File, FileTimes};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

#[cfg(not(windows))]
use cap_fs_ext::DirExt as _;
use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, OpenOptions};

use super::commit::Durable;
use super::merge::inner;
use super::names::hidden_name;
use super::partial::{clear, create_file, create_private_dir};
use super::plan::Entries;
use super::rename::{Moved, Place, to_free_name};
use crate::disk::mark_of_the_web;
use crate::disk::tree::{Node, State, TOP};
use crate::error::DiskFault;

/// All copies that take the place of links have at most this many times the files and bytes of all
/// that arrives.
const MAX_COPIES: u64 = 4;
/// Files are compared and copied in pieces of this size.
const PIECE_BYTES: usize = 256 * 1024;

/// How much may still be copied.
struct Budget {
    entries: u64,
    bytes: u64,
}

impl Durable {
    /// Makes the links and returns the folders in which there are new ones. Of those of the top
    /// level the names are put into `names`.
    pub(super) fn make_links(
        &mut self,
        names: &mut [Option<String>],
    ) -> Result<HashSet<u32>, DiskFault> {
        let links = self.store.entries.links.clone();
        let mut budget = Budget::of(&self.store.entries);
        let mut changed = HashSet::new();
        let mut last = None;
        for (index, target) in &links {
            let state = match self.link(*index, *target, &mut last, &mut budget) {
                Ok(state) => state,
                Err(error) => {
                    self.store.note(*index, error)?;
                    State::NotSaved
                }
            };
            let entries = &mut self.store.entries;
            entries.tree.set_state(*index, state);
            let Some(node) = entries.tree.node(*index) else {
                continue;
            };
            if state == State::Done {
                changed.insert(node.parent);
            }
            if node.parent == TOP
                && node.stands()
                && let Some(place) = entries.place(*index)
            {
                names[place] = Some(entries.tree.name(*index).to_owned());
            }
        }
        Ok(changed)
    }

    /// What becomes of one of them. `last` is the folder that the one before was made in.
    fn link(
        &mut self,
        index: u32,
        target: u32,
        last: &mut Option<(u32, Place)>,
        budget: &mut Budget,
    ) -> io::Result<State> {
        let entries = &self.store.entries;
        let node = entries.tree.node(index).ok_or(ErrorKind::NotFound)?;
        let parent = node.parent;
        if node.state != State::Open {
            return Ok(node.state);
        }
        if !self.has(target) || parent != TOP && !self.has(parent) {
            return Err(ErrorKind::NotFound.into());
        }
        let place = match last.take_if(|(folder, _)| *folder == parent) {
            Some((_, place)) => place,
            None => self.folder_there(parent)?,
        };
        let (_, place) = &*last.insert((parent, place));
        let contents = entries.contents(parent, target);
        let is_folder = entries.leads_to_folder(target);
        let mut is_new = true;
        let (entries, numbers) = (&mut self.store.entries, &mut self.store.numbers);
        let made = numbers.make(entries, index, |name| {
            let made = make_link(&place.dir, &contents, name, is_folder);
            let is_taken = |error: &io::Error| error.kind() == ErrorKind::AlreadyExists;
            is_new = true;
            if made.as_ref().is_err_and(is_taken)
                && place.dir.read_link_contents(name).ok().as_ref() == Some(&contents)
            {
                is_new = false;
                return Ok(());
            }
            made
        });
        match made {
            Ok(()) if is_new => Ok(State::Done),
            Ok(()) => Ok(State::Skipped),
            Err(error) if is_about_links(&error) => {
                log::info!("copied, since it cannot be made a link here: {error}");
                self.copy_instead(index, target, place, budget)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether this entry is there under its name.
    fn has(&self, index: u32) -> bool {
        let tree = &self.store.entries.tree;
        tree.node(index).is_some_and(Node::stands)
            && !tree.upwards(index).any(|at| self.failed.contains(&at))
    }

    /// What is in this folder, and is there under its name.
    fn within(&self, folder: u32) -> impl Iterator<Item = u32> + '_ {
        let all = self.children.within(&self.store.entries.tree, folder);
        all.iter().copied().filter(|index| self.has(*index))
    }

    /// The folder of this entry under its final name.
    pub(super) fn folder_there(&self, folder: u32) -> io::Result<Place> {
        let tree = &self.store.entries.tree;
        let here = &self.store.folder.place;
        let mut place = Place {
            dir: here.dir.try_clone()?,
            path: here.path.clone(),
        };
        if folder != TOP {
            for at in tree.chain(folder) {
                place = inner(&place, tree.name(at))?;
            }
        }
        Ok(place)
    }

    fn copy_instead(
        &mut self,
        index: u32,
        target: u32,
        place: &Place,
        budget: &mut Budget,
    ) -> io::Result<State> {
        let tree = &self.store.entries.tree;
        let target = self.store.entries.end(target);
        if tree.upwards(index).any(|at| at == target) {
            // A folder that is to have itself in it.
            return Err(ErrorKind::InvalidInput.into());
        }
        let parent = tree.node(target).map_or(TOP, |node| node.parent);
        let source = self.folder_there(parent)?;
        let mut copying = Copying { done: self, budget };
        let own = tree.name(index).to_owned();
        if copying.is_same(target, &source, (place, &own))? {
            return Ok(State::Skipped);
        }
        let number = RandomState::new().hash_one(index);
        let hidden = hidden_name(number);
        let copied = copying
            .entry(target, &source, (place, &hidden))
            .and_then(|()| {
                let moved = Moved {
                    place,
                    name: &hidden,
                    is_folder: self.store.entries.leads_to_folder(target),
                };
                to_free_name(moved, place, &own, (1, |_: &str| false))
            });
        let name = copied.inspect_err(|_| {
            clear(&place.dir, &hidden).ok();
        })?;
        if name != own {
            self.store.entries.rename(index, &name);
        }
        Ok(State::Done)
    }
}

impl Budget {
    fn of(entries: &Entries) -> Self {
        let bytes = entries.roots.iter().map(|top| top.bytes);
        let bytes = bytes.fold(0, u64::saturating_add);
        Self {
            entries: MAX_COPIES.saturating_mul(entries.tree.len() as u64),
            bytes: MAX_COPIES.saturating_mul(bytes),
        }
    }

    fn take(&mut self, bytes: u64) -> io::Result<()> {
        match (self.entries.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(entries), Some(bytes)) => {
                (self.entries, self.bytes) = (entries, bytes);
                Ok(())
            }
            _ => Err(io::Error::other("too much to copy in place of links")),
        }
    }
}

/// Copies what stands there already.
struct Copying<'a> {
    done: &'a Durable,
    budget: &'a mut Budget,
}

impl Copying<'_> {
    /// Copies an entry out of the folder that it is in.
    fn entry(&mut self, index: u32, from: &Place, to: (&Place, &str)) -> io::Result<()> {
        let entries = &self.done.store.entries;
        let name = entries.tree.name(index);
        let Some(node) = entries.tree.node(index) else {
            return Ok(());
        };
        if !node.is_folder() {
            // A link is a copy here, and may be one of a folder.
            return self.whole(from, name, to);
        }
        self.budget.take(0)?;
        let (from, to) = (inner(from, name)?, make_folder(to)?);
        for child in self.done.within(index) {
            self.entry(child, &from, (&to, entries.tree.name(child)))?;
        }
        Ok(())
    }

    /// Copies a file, or a folder with all that is in it, but no links.
    fn whole(&mut self, from: &Place, name: &str, to: (&Place, &str)) -> io::Result<()> {
        let found = from.dir.symlink_metadata(name)?;
        if found.is_file() {
            self.budget.take(found.len())?;
            return copy_file(&from.dir, name, to);
        }
        if !found.is_dir() {
            return Err(ErrorKind::NotFound.into());
        }
        self.budget.take(0)?;
        let (from, to) = (inner(from, name)?, make_folder(to)?);
        for entry in from.dir.entries()? {
            if let Ok(name) = entry?.file_name().into_string() {
                self.whole(&from, &name, (&to, &name))?;
            }
        }
        Ok(())
    }

    /// Whether what is to be copied is there already under the name of the copy.
    fn is_same(&self, index: u32, from: &Place, to: (&Place, &str)) -> io::Result<bool> {
        let entries = &self.done.store.entries;
        let name = entries.tree.name(index);
        let Ok(found) = to.0.dir.symlink_metadata(to.1) else {
            return Ok(false);
        };
        if !entries.leads_to_folder(index) {
            return Ok(found.is_file() && is_same_file((&from.dir, name), (&to.0.dir, to.1))?);
        }
        if !found.is_dir() {
            return Ok(false);
        }
        let (from, to) = (inner(from, name)?, inner(to.0, to.1)?);
        // That of a link is a copy of what it leads to.
        let end = entries.end(index);
        for child in self.done.within(end) {
            if !self.is_same(child, &from, (&to, entries.tree.name(child)))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Nobody else can look into it before it is complete and has its permissions.
fn make_folder((place, name): (&Place, &str)) -> io::Result<Place> {
    create_private_dir(&place.dir, name)?;
    inner(place, name)
}

fn open(dir: &Dir, name: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    Ok(dir.open_with(name, &options)?.into_std())
}

fn copy_file(from: &Dir, name: &str, (place, new): (&Place, &str)) -> io::Result<()> {
    let (mut source, mut copy) = (open(from, name)?, create_file(&place.dir, new)?);
    io::copy(&mut source, &mut copy)?;
    let metadata = source.metadata()?;
    if let Ok(modified) = metadata.modified() {
        copy.set_times(FileTimes::new().set_modified(modified)).ok();
    }
    copy.set_permissions(metadata.permissions()).ok();
    if !cfg!(target_os = "linux") {
        // Elsewhere there is no call that syncs many at once.
        copy.sync_all()?;
    }
    drop(copy);
    mark_of_the_web::mark_as_received(&place.path.join(new));
    Ok(())
}

fn is_same_file(one: (&Dir, &str), other: (&Dir, &str)) -> io::Result<bool> {
    let (mut one, mut other) = (open(one.0, one.1)?, open(other.0, other.1)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let mut pieces = [vec![0; PIECE_BYTES], vec![0; PIECE_BYTES]];
    loop {
        let [a, b] = &mut pieces;
        let (a, b) = (fill(&mut one, a)?, fill(&mut other, b)?);
        if a != b {
            return Ok(false);
        }
        if a.is_empty() {
            return Ok(true);
        }
    }
}

/// As much as there is, up to a whole piece.
fn fill<'a>(file: &mut File, piece: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let mut filled = 0;
    while filled < piece.len() {
        match file.read(&mut piece[filled..]) {
            Ok(0) => break,
            Ok(bytes) => filled += bytes,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(&piece[..filled])
}

/// Windows wants to know what a link leads to.
fn make_link(dir: &Dir, contents: &Path, name: &str, is_folder: bool) -> io::Result<()> {
    if is_folder {
        dir.symlink_dir(contents, name)?;
    } else {
        dir.symlink_file(contents, name)?;
    }
    // Wine says that it has made one, and has not.
    match dir.symlink_metadata(name) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(ErrorKind::Unsupported.into()),
        _ => Ok(()),
    }
}

/// Whether no links can be made here: the disk knows none, as FAT does, or this user may not make
/// any, as on most Windows computers, which have many ways to say so.
fn is_about_links(error: &io::Error) -> bool {
    let kind = error.kind();
    let is_said = matches!(kind, ErrorKind::PermissionDenied | ErrorKind::Unsupported);
    let is_full = matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    is_said || cfg!(windows) && !is_full
}

impl Entries {
    /// Whether a link stands there under its name, as it would be made if all had theirs.
    pub(super) fn has_link(&self, dir: &Dir, index: u32) -> bool {
        let Some((target, node)) = self.target(index).zip(self.tree.node(index)) else {
            return false;
        };
        let contents = self.contents(node.parent, target);
        let found = dir.read_link_contents(self.tree.name(index));
        found.is_ok_and(|found| found == contents)
    }

    /// What a link in this folder says that leads to `target`.
    fn contents(&self, folder: u32, target: u32) -> PathBuf {
        let from = match folder {
            TOP => Vec::new(),
            _ => self.tree.path(folder),
        };
        way(&from, &self.tree.path(target))
    }

    fn target(&self, link: u32) -> Option<u32> {
        let place = self.links.binary_search_by_key(&link, |(link, _)| *link);
        place.ok().map(|place| self.links[place].1)
    }

    /// What is at the end of all links; itself if it is none.
    pub(super) fn end(&self, index: u32) -> u32 {
        let end = std::iter::successors(Some(index), |at| self.target(*at)).last();
        end.unwrap_or(index)
    }

    pub(super) fn leads_to_folder(&self, index: u32) -> bool {
        self.tree.is_folder(self.end(index))
    }
}

/// The way from a folder to an entry, both given by their paths from the same place.
fn way(from: &[String], to: &[String]) -> PathBuf {
    let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| "..");
    let way: PathBuf = up.chain(to[common..].iter().map(String::as_str)).collect();
    if way.as_os_str().is_empty() {
        return ".".into();
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_leads_up_to_what_is_common_and_down_again() {
        let path =
            |path: &str| -> Vec<String> { path.split_terminator('/').map(str::to_owned).collect() };
        for (from, to, expected) in [
            ("", "a", "a"),
            ("f", "f/a", "a"),
            ("f", "a", "../a"),
            ("f/g", "f/h/a", "../h/a"),
            ("f/g/h", "f", "../.."),
            ("f", "f", "."),
            ("f", "g", "../g"),
        ] {
            let expected: PathBuf = expected.split('/').collect();
            assert_eq!(way(&path(from), &path(to)), expected, "{from} {to}");
        }
    }
}
