//! Walking through what was chosen.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::ends::Ends;
use super::file::{is_link_loop, open_path};
use super::links::{InOrder, Leading, Link};
use super::listing::{Looked, What, list, since_1970_ns};
use super::names::{Names, as_it_is};
use super::single::cannot_open;
use super::{Root, Selection};
use crate::disk::tree::{EntryMetadata, State, TOP};
use crate::error::{DiskFault, Error, Skipped, WhySkipped};
use crate::protocol::message::{MAX_ENTRIES, MAX_NAMES_BYTES, MAX_PATH_COMPONENTS};

/// The name of a chosen thing that has none, such as a whole disk.
const NAMELESS: &str = "files";
/// The most bytes that are held in memory, of all files together that do not tell their size.
const MAX_SIZELESS_BYTES: usize = 16 * 1024 * 1024;
/// A file that was written to so recently may go on growing.
const MAY_GROW_FOR: Duration = Duration::from_hours(24);
/// For this many of the most recently modified files, remembers how they begin and end.
const MAX_GROWING: usize = 1000;

impl Selection {
    /// Everything in these files and folders. A link that is chosen itself is followed. What cannot
    /// be sent is skipped and named.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] if all of the paths lead nowhere or cannot be looked at, or
    /// [`Error::Cancelled`].
    pub fn gather(paths: &[PathBuf], cancelled: &dyn Fn() -> bool) -> Result<Self, Error> {
        let mut walk = Walk::new(cancelled);
        let mut seen = HashSet::new();
        let mut chosen = Vec::new();
        let mut fault = None;
        for path in paths {
            let root = match resolve(path) {
                Ok(root) => root,
                Err(why) => {
                    walk.skip(path.clone(), why_skipped(&why));
                    fault.get_or_insert(why);
                    continue;
                }
            };
            if seen.insert((root.real.clone(), root.name.clone())) {
                chosen.push(root);
            }
        }
        if let (true, Some(fault)) = (chosen.is_empty(), fault) {
            return Err(fault.into());
        }
        for root in chosen {
            walk.root(root)?;
        }
        if let (true, Some(fault)) = (walk.selection.entries() == 0, walk.fault.take()) {
            return Err(fault.into());
        }
        walk.place_links()?;
        walk.look_at_growing()?;
        Ok(walk.selection)
    }
}

/// The content of a file that does not tell its size.
type Held = Arc<[u8]>;

/// A chosen path.
struct ChosenPath {
    /// As it is shown, and opened.
    path: PathBuf,
    name: OsString,
    /// Without any links.
    real: PathBuf,
    what: What,
}

fn why_skipped(fault: &DiskFault) -> WhySkipped {
    match fault {
        DiskFault::FileNotFound { .. } => WhySkipped::NotFound,
        DiskFault::NotAFile { .. } => WhySkipped::Special,
        _ => WhySkipped::Unreadable,
    }
}

/// Where a chosen path leads. Links that take its place later are not followed.
fn resolve(path: &Path) -> Result<ChosenPath, DiskFault> {
    let fault = |source: io::Error| cannot_open(path, source);
    let special = || DiskFault::NotAFile { path: path.into() };
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        // Such as standard input that is a pipe: it has no path.
        Err(_) if is_special(path) => return Err(special()),
        Err(source) => return Err(fault(source)),
    };
    let metadata = fs::symlink_metadata(&real).map_err(fault)?;
    let what = What::of(&(&metadata).into(), || open_path(&real));
    match what {
        What::Known(_) | What::Sizeless(_) => {}
        What::Special | What::Link => return Err(special()),
        What::Unreadable => {
            let why = open_path(&real).and_then(|mut file| file.read(&mut [0]));
            return Err(fault(why.err().unwrap_or(io::ErrorKind::Other.into())));
        }
    }
    let shown = std::path::absolute(path).map_err(fault)?;
    let name = shown.file_name().or(real.file_name());
    let name = name.unwrap_or(NAMELESS.as_ref()).to_owned();
    let is_link = fs::symlink_metadata(&shown).is_ok_and(|found| found.is_symlink());
    let has_name = shown.file_name().is_some();
    Ok(ChosenPath {
        path: if has_name && !is_link {
            shown
        } else {
            real.clone()
        },
        name,
        real,
        what,
    })
}

/// Whether somebody may be writing to it.
fn may_grow(facts: &EntryMetadata, now: SystemTime) -> bool {
    let since_ns = since_1970_ns(now).zip(facts.mtime_ns);
    let since_ns = since_ns.map(|(now, then)| now.saturating_sub(then));
    since_ns.is_some_and(|since_ns| i128::from(since_ns) < MAY_GROW_FOR.as_nanos().cast_signed())
}

fn why_not_listed(error: &io::Error) -> WhySkipped {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => WhySkipped::Vanished,
        // A link has taken its place.
        _ if is_link_loop(error) => WhySkipped::Vanished,
        _ => WhySkipped::Unreadable,
    }
}

fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

struct Walk<'a> {
    selection: Selection,
    names: Names,
    /// Why a chosen folder could not be looked into.
    fault: Option<DiskFault>,
    /// What leads elsewhere, for when it is known what is sent.
    links: Vec<Link>,
    /// Files that may grow, by the time when they were written to, the one longest ago first.
    growing: BinaryHeap<Reverse<(i64, u32)>>,
    /// Bytes of memory that are left for files that do not tell their size.
    memory_left: usize,
    now: SystemTime,
    cancelled: &'a dyn Fn() -> bool,
}

/// An item of a folder.
struct Item<'a> {
    folder: &'a Path,
    looked: &'a Looked,
    parent: u32,
    depth: usize,
}

impl Item<'_> {
    fn path(&self) -> PathBuf {
        self.folder.join(&self.looked.name)
    }
}

impl<'a> Walk<'a> {
    fn new(cancelled: &'a dyn Fn() -> bool) -> Self {
        Self {
            selection: Selection::default(),
            names: Names::default(),
            fault: None,
            links: Vec::new(),
            growing: BinaryHeap::new(),
            memory_left: MAX_SIZELESS_BYTES,
            now: SystemTime::now(),
            cancelled,
        }
    }

    fn root(&mut self, root: ChosenPath) -> Result<(), Error> {
        let (facts, content) = match self.content(root.what, || root.real.clone()) {
            Ok(found) => found,
            Err(why) => {
                self.skip(root.path, why);
                return Ok(());
            }
        };
        let is_folder = facts.is_folder();
        let entries = if is_folder {
            match self.list(&root.path)? {
                Ok(entries) => entries,
                Err(error) => {
                    let fault = cannot_open(&root.path, error);
                    self.fault.get_or_insert(fault);
                    return Ok(());
                }
            }
        } else {
            Vec::new()
        };
        let name = self.names.give(&root.name);
        let Some(index) = self.push(TOP, &name, || root.path.clone(), facts) else {
            return Ok(());
        };
        self.keep(index, content, &facts, || root.real.clone());
        self.selection.roots.push(Root {
            node: index,
            path: root.path.clone(),
            real: root.real.clone(),
        });
        if as_it_is(&root.name).is_none() {
            self.selection.real_names.insert(index, root.name);
        }
        if is_folder {
            self.folder(&root.path, &entries, index, 1)?;
        }
        Ok(())
    }

    /// What is in a folder. One that cannot be looked into is left out: an empty one in its place
    /// would say that nothing is in it.
    fn list(&mut self, path: &Path) -> Result<io::Result<Vec<Looked>>, Error> {
        let listing = list(path, self.cancelled);
        if (self.cancelled)() {
            return Err(Error::Cancelled);
        }
        if let Err(error) = &listing {
            self.skip(path.to_owned(), why_not_listed(error));
        }
        Ok(listing)
    }

    fn folder(
        &mut self,
        path: &Path,
        entries: &[Looked],
        index: u32,
        depth: usize,
    ) -> Result<(), Error> {
        // Only where a name has to be changed it matters which the others are.
        let is_plain = entries.iter().all(|entry| as_it_is(&entry.name).is_some());
        let others = entries.iter().map(|entry| entry.name.as_os_str());
        let mut given = (!is_plain).then(|| Names::around(others));
        for looked in entries {
            if (self.cancelled)() {
                return Err(Error::Cancelled);
            }
            let name = match as_it_is(&looked.name) {
                Some(name) => Cow::Borrowed(name),
                None => Cow::Owned(given.get_or_insert_default().give(&looked.name)),
            };
            let item = Item {
                folder: path,
                looked,
                parent: index,
                depth,
            };
            if !looked.is_folder() || depth >= MAX_PATH_COMPONENTS {
                self.item(&item, &name);
                continue;
            }
            let inner_path = item.path();
            if let Ok(inner_entries) = self.list(&inner_path)?
                && let Some(inner) = self.item(&item, &name)
            {
                self.folder(&inner_path, &inner_entries, inner, depth + 1)?;
            }
        }
        Ok(())
    }

    /// Takes an item in. Returns its index if it is a folder to be gone into.
    fn item(&mut self, item: &Item<'_>, name: &str) -> Option<u32> {
        let found = match item.looked.what {
            _ if item.depth >= MAX_PATH_COMPONENTS => Err(WhySkipped::TooDeep),
            What::Link => {
                self.links.push(Link {
                    parent: item.parent,
                    name: name.to_owned(),
                    real_name: item.looked.name.clone(),
                    path: item.path(),
                });
                return None;
            }
            what => self.content(what, || item.path()),
        };
        let (facts, content) = match found {
            Ok(found) => found,
            Err(why) => {
                self.skip(item.path(), why);
                return None;
            }
        };
        let index = self.push(item.parent, name, || item.path(), facts)?;
        self.keep(index, content, &facts, || item.path());
        let real_name = &item.looked.name;
        if name != real_name {
            self.selection.real_names.insert(index, real_name.clone());
        }
        facts.is_folder().then_some(index)
    }

    /// Links to what is sent come last, each after what it leads to.
    fn place_links(&mut self) -> Result<(), Error> {
        let mut leading = Vec::new();
        for link in std::mem::take(&mut self.links) {
            if (self.cancelled)() {
                return Err(Error::Cancelled);
            }
            let folder = self.selection.real_path(link.parent);
            match Leading::of(link, &folder) {
                Ok(link) => leading.push(link),
                Err((link, why)) => self.skip(link.path, why),
            }
        }
        if leading.is_empty() {
            return Ok(());
        }
        let ordered = InOrder::new(leading, &self.selection);
        ordered.place(|link, target| {
            let Some(target) = target else {
                self.skip(link.path, WhySkipped::Link);
                return None;
            };
            let index = self.push(link.parent, &link.name, || link.path, EntryMetadata::LINK)?;
            self.selection.links.push(target);
            if *link.name != *link.real_name {
                self.selection.real_names.insert(index, link.real_name);
            }
            Some(index)
        });
        Ok(())
    }

    /// What is announced of it. A file that does not tell its size has to be read for that.
    fn content(
        &mut self,
        what: What,
        path: impl FnOnce() -> PathBuf,
    ) -> Result<(EntryMetadata, Option<Held>), WhySkipped> {
        let mut facts = match what {
            What::Known(facts) => return Ok((facts, None)),
            What::Sizeless(facts) => facts,
            What::Link => return Err(WhySkipped::Link),
            What::Special => return Err(WhySkipped::Special),
            What::Unreadable => return Err(WhySkipped::Unreadable),
        };
        let mut content = Vec::new();
        let limit = self.memory_left as u64 + 1;
        let read = open_path(&path()).map(|file| file.take(limit).read_to_end(&mut content));
        if !matches!(read, Ok(Ok(_))) {
            return Err(WhySkipped::Unreadable);
        }
        let left = self.memory_left.checked_sub(content.len());
        self.memory_left = left.ok_or(WhySkipped::Sizeless)?;
        facts.size = content.len() as u64;
        Ok((facts, Some(content.into())))
    }

    /// Keeps what has to be known later of the content of an entry.
    fn keep(
        &mut self,
        index: u32,
        content: Option<Held>,
        facts: &EntryMetadata,
        path: impl FnOnce() -> PathBuf,
    ) {
        if let Some(content) = content {
            self.selection.contents.insert(index, content);
        } else if facts.size > 0 && may_grow(facts, self.now) {
            let modified_ns = facts.mtime_ns.unwrap_or_default();
            self.growing.push(Reverse((modified_ns, index)));
            if self.growing.len() <= MAX_GROWING {
                let ends = open_path(&path()).and_then(|mut file| Ends::of(&mut file, facts.size));
                self.selection
                    .ends
                    .extend(ends.ok().map(|ends| (index, ends)));
            } else if let Some(Reverse((_, oldest))) = self.growing.pop() {
                self.selection.ends.remove(&oldest);
            }
        }
    }

    /// Where many may grow it is known only now which of them were written to last.
    fn look_at_growing(&mut self) -> Result<(), Error> {
        let growing = std::mem::take(&mut self.growing).into_iter();
        let mut growing: Vec<u32> = growing.map(|Reverse((_, index))| index).collect();
        growing.retain(|index| !self.selection.ends.contains_key(index));
        // So that folders stay open.
        growing.sort_unstable();
        for index in growing {
            if (self.cancelled)() {
                return Err(Error::Cancelled);
            }
            let size = self.selection.content_bytes(index).unwrap_or_default();
            if let Ok(mut file) = self.selection.open_file(index)
                && let Ok(ends) = Ends::of(&mut file, size)
            {
                self.selection.ends.insert(index, ends);
            }
        }
        Ok(())
    }

    /// Adds an entry, unless there are too many.
    fn push(
        &mut self,
        parent: u32,
        name: &str,
        path: impl FnOnce() -> PathBuf,
        facts: EntryMetadata,
    ) -> Option<u32> {
        let selection = &mut self.selection;
        let names_bytes = selection.tree.names_bytes() + name.len();
        if selection.entries() >= MAX_ENTRIES || names_bytes > MAX_NAMES_BYTES {
            // Named once; that many names would fill the list.
            if selection.skipped.last().map(|last| last.why) != Some(WhySkipped::TooMany) {
                self.skip(path(), WhySkipped::TooMany);
            }
            return None;
        }
        selection.files += u32::from(!facts.is_folder());
        selection.bytes = selection.bytes.saturating_add(facts.size);
        Some(selection.tree.push(parent, name, facts, State::Open))
    }

    fn skip(&mut self, path: PathBuf, why: WhySkipped) {
        self.selection.skipped.push(Skipped { path, why });
    }
}
