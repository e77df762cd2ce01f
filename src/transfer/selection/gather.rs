//! Walking through what was chosen.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::names::{Names, as_it_is};
use super::{Root, Selection, Skipped, WhySkipped};
use crate::protocol::message::{EntryKind, MAX_ENTRIES, MAX_NAMES_BYTES, MAX_PATH_COMPONENTS};
use crate::transfer::error::{DiskFault, Error};
use crate::transfer::source::cannot_open;
use crate::transfer::tree::{Facts, State, TOP, Tree};

/// The name of a chosen thing that has none, such as a whole disk.
const NAMELESS: &str = "files";

impl Selection {
    /// Everything in these files and folders. A link that is chosen itself is followed.
    ///
    /// # Errors
    ///
    /// A [`DiskFault`] if one of the paths leads nowhere or cannot be looked at, or
    /// [`Error::Cancelled`]. What cannot be sent of a chosen folder is skipped and named.
    pub fn gather(paths: &[PathBuf], cancelled: &dyn Fn() -> bool) -> Result<Self, Error> {
        let mut walk = Walk::new(cancelled);
        let mut seen = HashSet::new();
        let mut chosen = Vec::new();
        for path in paths {
            let root = resolve(path)?;
            if seen.insert((root.real.clone(), root.name.clone())) {
                walk.roots.push(root.real.clone());
                chosen.push(root);
            }
        }
        for root in chosen {
            walk.root(root)?;
        }
        Ok(walk.selection)
    }
}

/// A chosen path.
struct ChosenPath {
    /// As it is shown, and opened.
    path: PathBuf,
    name: OsString,
    /// Without any links.
    real: PathBuf,
    metadata: Metadata,
}

/// Where a chosen path leads. Links that take its place later are not followed.
fn resolve(path: &Path) -> Result<ChosenPath, DiskFault> {
    let fault = |source: io::Error| cannot_open(path, source);
    let real = fs::canonicalize(path).map_err(fault)?;
    let metadata = fs::symlink_metadata(&real).map_err(fault)?;
    if !metadata.is_dir() && !metadata.is_file() {
        return Err(DiskFault::NotAFile { path: path.into() });
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
        metadata,
    })
}

struct Walk<'a> {
    selection: Selection,
    /// What was chosen, without links.
    roots: Vec<PathBuf>,
    names: Names,
    cancelled: &'a dyn Fn() -> bool,
}

/// An item of a folder.
struct Item<'a> {
    path: &'a Path,
    entry: &'a DirEntry,
    real_name: &'a OsStr,
    parent: u32,
    depth: usize,
}

impl<'a> Walk<'a> {
    fn new(cancelled: &'a dyn Fn() -> bool) -> Self {
        Self {
            selection: Selection {
                tree: Tree::default(),
                roots: Vec::new(),
                real_names: std::collections::HashMap::new(),
                targets: std::collections::HashMap::new(),
                skipped: Vec::new(),
                files: 0,
                bytes: 0,
                open_root: std::sync::Mutex::default(),
            },
            roots: Vec::new(),
            names: Names::default(),
            cancelled,
        }
    }

    fn root(&mut self, root: ChosenPath) -> Result<(), Error> {
        let name = self.names.give(&root.name);
        let Some(index) = self.push(TOP, &name, &root.path, &root.metadata) else {
            return Ok(());
        };
        self.selection.roots.push(Root {
            node: index,
            path: root.path.clone(),
        });
        if as_it_is(&root.name).is_none() {
            self.selection.real_names.insert(index, root.name);
        }
        if root.metadata.is_dir() {
            self.folder(&root.path, index, 1)?;
        }
        Ok(())
    }

    fn folder(&mut self, path: &Path, index: u32, depth: usize) -> Result<(), Error> {
        let Ok(entries) = entries_in(path) else {
            self.skip(path, WhySkipped::Unreadable);
            return Ok(());
        };
        // Only where a name has to be changed it matters which the others are.
        let is_plain = entries.iter().all(|(name, _)| as_it_is(name).is_some());
        let others = entries.iter().map(|(name, _)| name.as_os_str());
        let mut given = (!is_plain).then(|| Names::around(others));
        for (real_name, entry) in &entries {
            if (self.cancelled)() {
                return Err(Error::Cancelled);
            }
            let name = match as_it_is(real_name) {
                Some(name) => name.to_owned(),
                None => given.get_or_insert_default().give(real_name),
            };
            let item = Item {
                path: &path.join(real_name),
                entry,
                real_name,
                parent: index,
                depth,
            };
            self.item(&item, &name)?;
        }
        Ok(())
    }

    fn item(&mut self, item: &Item<'_>, name: &str) -> Result<(), Error> {
        if item.depth >= MAX_PATH_COMPONENTS {
            self.skip(item.path, WhySkipped::TooDeep);
            return Ok(());
        }
        let Ok(mut metadata) = item.entry.metadata() else {
            self.skip(item.path, WhySkipped::Unreadable);
            return Ok(());
        };
        let mut target = None;
        if metadata.is_symlink() {
            let Some((path, found)) = self.follow(item.path) else {
                self.skip(item.path, WhySkipped::Link);
                return Ok(());
            };
            (target, metadata) = (Some(path), found);
        }
        if !metadata.is_dir() && !metadata.is_file() {
            self.skip(item.path, WhySkipped::Special);
            return Ok(());
        }
        let Some(index) = self.push(item.parent, name, item.path, &metadata) else {
            return Ok(());
        };
        if let Some(target) = target {
            self.selection.targets.insert(index, target);
        }
        if name != item.real_name {
            let real_name = item.real_name.to_owned();
            self.selection.real_names.insert(index, real_name);
        }
        if metadata.is_dir() {
            self.folder(item.path, index, item.depth + 1)?;
        }
        Ok(())
    }

    /// Where a link leads, if that is a file of what was chosen.
    fn follow(&self, link: &Path) -> Option<(PathBuf, Metadata)> {
        let target = fs::canonicalize(link).ok()?;
        let metadata = fs::symlink_metadata(&target).ok()?;
        let is_inside = self.roots.iter().any(|root| target.starts_with(root));
        (is_inside && metadata.is_file()).then_some((target, metadata))
    }

    /// Adds an entry, unless there are too many.
    fn push(&mut self, parent: u32, name: &str, path: &Path, metadata: &Metadata) -> Option<u32> {
        let selection = &mut self.selection;
        let names_bytes = selection.tree.names_bytes() + name.len();
        if selection.entries() >= MAX_ENTRIES || names_bytes > MAX_NAMES_BYTES {
            // Named once; the rest of so many would fill the list.
            if selection.skipped.last().map(|last| last.why) != Some(WhySkipped::TooMany) {
                self.skip(path, WhySkipped::TooMany);
            }
            return None;
        }
        let is_file = metadata.is_file();
        let facts = Facts {
            kind: if is_file {
                EntryKind::File
            } else {
                EntryKind::Directory
            },
            size: if is_file { metadata.len() } else { 0 },
            mtime_ns: metadata.modified().ok().and_then(since_1970_ns),
            executable: is_file && is_executable(metadata),
        };
        selection.files += u32::from(is_file);
        selection.bytes = selection.bytes.saturating_add(facts.size);
        Some(selection.tree.push(parent, name, facts, State::Open))
    }

    fn skip(&mut self, path: &Path, why: WhySkipped) {
        self.selection.skipped.push(Skipped {
            path: path.to_owned(),
            why,
        });
    }
}

/// In an order that is the same each time. What an entry is can be asked through the open folder,
/// which is quicker than by its path.
fn entries_in(folder: &Path) -> io::Result<Vec<(OsString, DirEntry)>> {
    let entries = fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        Ok((entry.file_name(), entry))
    });
    let mut entries: Vec<_> = entries.collect::<io::Result<_>>()?;
    entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

fn since_1970_ns(time: SystemTime) -> Option<i64> {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos())
            .ok()
            .map(|ns| -ns),
    }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

/// Windows tells programs by their extensions.
#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}
