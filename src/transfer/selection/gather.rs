//! Walking through what was chosen.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::ahead::{Ahead, Level};
use super::listing::{Looked, What};
use super::names::{Names, as_it_is};
use super::{Root, Selection, Skipped, WhySkipped};
use crate::protocol::message::{MAX_ENTRIES, MAX_NAMES_BYTES, MAX_PATH_COMPONENTS};
use crate::transfer::error::{DiskFault, Error};
use crate::transfer::source::cannot_open;
use crate::transfer::tree::{Facts, State, TOP, Tree};

/// The name of a chosen thing that has none, such as a whole disk.
const NAMELESS: &str = "files";

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
                walk.roots.push(root.real.clone());
                chosen.push(root);
            }
        }
        if let (true, Some(fault)) = (chosen.is_empty(), fault) {
            return Err(fault.into());
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
    facts: Facts,
}

fn why_skipped(fault: &DiskFault) -> WhySkipped {
    match fault {
        DiskFault::FileNotFound { .. } => WhySkipped::Vanished,
        DiskFault::NotAFile { .. } => WhySkipped::Special,
        _ => WhySkipped::Unreadable,
    }
}

/// Where a chosen path leads. Links that take its place later are not followed.
fn resolve(path: &Path) -> Result<ChosenPath, DiskFault> {
    let fault = |source: io::Error| cannot_open(path, source);
    let real = fs::canonicalize(path).map_err(fault)?;
    let metadata = fs::symlink_metadata(&real).map_err(fault)?;
    let What::Known(facts) = What::of(&metadata) else {
        return Err(DiskFault::NotAFile { path: path.into() });
    };
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
        facts,
    })
}

struct Walk<'a> {
    selection: Selection,
    /// What was chosen, without links.
    roots: Vec<PathBuf>,
    names: Names,
    ahead: Ahead,
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
            selection: Selection {
                tree: Tree::default(),
                roots: Vec::new(),
                real_names: std::collections::HashMap::new(),
                targets: std::collections::HashMap::new(),
                skipped: Vec::new(),
                files: 0,
                bytes: 0,
                open_folders: std::sync::Mutex::default(),
            },
            roots: Vec::new(),
            names: Names::default(),
            ahead: Ahead::default(),
            cancelled,
        }
    }

    fn root(&mut self, root: ChosenPath) -> Result<(), Error> {
        let name = self.names.give(&root.name);
        let Some(index) = self.push(TOP, &name, || root.path.clone(), root.facts) else {
            return Ok(());
        };
        self.selection.roots.push(Root {
            node: index,
            path: root.path.clone(),
        });
        if as_it_is(&root.name).is_none() {
            self.selection.real_names.insert(index, root.name);
        }
        if root.facts.is_folder() {
            self.folder(&root.path, index, 1)?;
        }
        Ok(())
    }

    fn folder(&mut self, path: &Path, index: u32, depth: usize) -> Result<(), Error> {
        let Ok(entries) = self.ahead.take(path, self.cancelled)? else {
            self.skip(path.to_owned(), WhySkipped::Unreadable);
            return Ok(());
        };
        // Only where a name has to be changed it matters which the others are.
        let is_plain = entries.iter().all(|entry| as_it_is(&entry.name).is_some());
        let others = entries.iter().map(|entry| entry.name.as_os_str());
        let mut given = (!is_plain).then(|| Names::around(others));
        let mut level = Level::default();
        for (place, looked) in entries.iter().enumerate() {
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
            if let Some(inner) = self.item(&item, &name) {
                self.ahead.order(&mut level, path, &entries, place);
                self.folder(&item.path(), inner, depth + 1)?;
            }
        }
        Ok(())
    }

    /// Takes an item in. Returns its index if it is a folder to be gone into.
    fn item(&mut self, item: &Item<'_>, name: &str) -> Option<u32> {
        let (facts, target) = match self.what(item) {
            Ok(found) => found,
            Err(why) => {
                self.skip(item.path(), why);
                return None;
            }
        };
        let index = self.push(item.parent, name, || item.path(), facts)?;
        if let Some(target) = target {
            self.selection.targets.insert(index, target);
        }
        let real_name = &item.looked.name;
        if name != real_name {
            self.selection.real_names.insert(index, real_name.clone());
        }
        facts.is_folder().then_some(index)
    }

    /// What an item is sent as, and where it leads if it is a link; or why it is not sent.
    fn what(&self, item: &Item<'_>) -> Result<(Facts, Option<PathBuf>), WhySkipped> {
        if item.depth >= MAX_PATH_COMPONENTS {
            return Err(WhySkipped::TooDeep);
        }
        match item.looked.what {
            What::Known(facts) => Ok((facts, None)),
            What::Link => {
                let (target, facts) = self.follow(&item.path()).ok_or(WhySkipped::Link)?;
                Ok((facts, Some(target)))
            }
            What::Special => Err(WhySkipped::Special),
            What::Unreadable => Err(WhySkipped::Unreadable),
        }
    }

    /// Where a link leads, if that is a file of what was chosen.
    fn follow(&self, link: &Path) -> Option<(PathBuf, Facts)> {
        let target = fs::canonicalize(link).ok()?;
        let metadata = fs::symlink_metadata(&target).ok()?;
        let is_inside = self.roots.iter().any(|root| target.starts_with(root));
        match What::of(&metadata) {
            What::Known(facts) if is_inside && !facts.is_folder() => Some((target, facts)),
            _ => None,
        }
    }

    /// Adds an entry, unless there are too many.
    fn push(
        &mut self,
        parent: u32,
        name: &str,
        path: impl FnOnce() -> PathBuf,
        facts: Facts,
    ) -> Option<u32> {
        let selection = &mut self.selection;
        let names_bytes = selection.tree.names_bytes() + name.len();
        if selection.entries() >= MAX_ENTRIES || names_bytes > MAX_NAMES_BYTES {
            // Named once; the rest of so many would fill the list.
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
