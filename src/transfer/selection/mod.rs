//! The chosen files and folders as a manifest.
//!
//! In scope: what is sent of them and under which names, in which order, and the content of each
//! file, unless it changes meanwhile. Out of scope: messages and sockets.

mod ahead;
mod file;
mod gather;
mod listing;
mod names;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cap_std::fs::Dir;

use super::ends::Ends;
use super::tree::{Node, TOP, Tree};
use crate::protocol::message::{Entry, Reason};

use file::Announced;
pub use file::{End, SourceFile};

/// What is to be sent: everything in the chosen files and folders, in an order in which a folder
/// comes before what is in it.
#[derive(Debug)]
pub struct Selection {
    tree: Tree,
    /// In the order of their nodes.
    roots: Vec<Root>,
    /// What the system calls those that are called otherwise on the way.
    real_names: HashMap<u32, OsString>,
    /// Where links lead that are sent as what they lead to.
    targets: HashMap<u32, PathBuf>,
    /// What is in files that do not tell their size.
    contents: HashMap<u32, Arc<[u8]>>,
    /// How files begin and end that may grow.
    ends: HashMap<u32, Ends>,
    skipped: Vec<Skipped>,
    files: u32,
    bytes: u64,
    open_folders: Mutex<OpenFolders>,
}

/// Where the file is that was opened last: the next one is mostly there too.
#[derive(Debug, Default)]
struct OpenFolders {
    /// The chosen folder.
    root: Option<(u32, Dir)>,
    /// The folder of the file itself.
    parent: Option<(u32, Dir)>,
}

/// A chosen file or folder.
#[derive(Debug)]
struct Root {
    node: u32,
    path: PathBuf,
}

/// Something that is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it is.
    pub path: PathBuf,
    /// Why not.
    pub why: WhySkipped,
}

/// Why something is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhySkipped {
    /// A link to something that is not a file of the selection.
    Link,
    /// It was chosen, but nothing is there.
    NotFound,
    /// It was removed while it was looked at.
    Vanished,
    /// A device, a pipe or a socket.
    Special,
    /// It cannot be looked at, or not into.
    Unreadable,
    /// A file that claims to be empty but has content, and more of it than can be held in memory.
    Sizeless,
    /// Too many folders in one another.
    TooDeep,
    /// More entries than one transfer takes.
    TooMany,
}

/// A chosen file or folder as it will appear at the receiver's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// Its entry.
    pub index: u32,
    /// Its name on the way.
    pub name: &'a str,
    /// Whether it is a folder.
    pub is_folder: bool,
}

impl Selection {
    /// Entries: files and folders.
    #[must_use]
    pub fn entries(&self) -> u32 {
        u32::try_from(self.tree.len()).unwrap_or(u32::MAX)
    }

    /// Files among them.
    #[must_use]
    pub fn files(&self) -> u32 {
        self.files
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What is not sent, and why.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// The one thing that was chosen, if it is left out for want of a size.
    pub(crate) fn only_sizeless(&self) -> Option<&Path> {
        match self.skipped.as_slice() {
            [only] if self.tree.len() == 0 && only.why == WhySkipped::Sizeless => Some(&only.path),
            _ => None,
        }
    }

    /// Entries whose names had to be changed to be sent, in order.
    #[must_use]
    pub fn renamed(&self) -> Vec<u32> {
        let mut renamed: Vec<u32> = self.real_names.keys().copied().collect();
        renamed.sort_unstable();
        renamed
    }

    /// The chosen files and folders themselves.
    pub fn chosen(&self) -> impl ExactSizeIterator<Item = Chosen<'_>> {
        self.roots.iter().map(|root| Chosen {
            index: root.node,
            name: self.tree.name(root.node),
            is_folder: self.tree.node(root.node).is_some_and(Node::is_folder),
        })
    }

    /// An entry as it goes into the manifest; `None` beyond the last one.
    #[must_use]
    pub fn entry(&self, index: u32) -> Option<Entry> {
        let node = self.tree.node(index)?;
        Some(Entry {
            index,
            path: self.tree.path(index),
            kind: node.kind,
            size: node.size,
            mtime_ns: node.mtime_ns(),
            executable: node.executable,
            mode: None,
            target: None,
        })
    }

    /// Where an entry is on this computer.
    #[must_use]
    pub fn path(&self, index: u32) -> Option<PathBuf> {
        if let Some(target) = self.targets.get(&index) {
            return Some(target.clone());
        }
        let root = self.root_of(index)?;
        // Joining a dot would add it to what is shown.
        Some(if root.node == index {
            root.path.clone()
        } else {
            root.path.join(self.below_root(index))
        })
    }

    /// Opens a file for sending, without following a link that has taken its place.
    ///
    /// # Errors
    ///
    /// Why it cannot be sent any more.
    pub fn open(&self, index: u32) -> Result<SourceFile, Reason> {
        let node = self.tree.node(index).ok_or(Reason::Other)?;
        if let Some(content) = self.contents.get(&index) {
            return Ok(SourceFile::in_memory(content.clone()));
        }
        let file = match self.targets.get(&index) {
            Some(target) => file::open_path(target)?,
            None if node.parent == TOP => {
                let root = self.root_of(index).ok_or(Reason::Other)?;
                file::open_path(&root.path)?
            }
            None => self.open_below_root(index, node)?,
        };
        let announced = Announced {
            size: node.size,
            modified_ns: node.mtime_ns(),
            ends: self.ends.get(&index).cloned(),
        };
        SourceFile::new(file, announced)
    }

    fn open_below_root(&self, index: u32, node: &Node) -> Result<File, Reason> {
        let real_name = self.real_names.get(&index).map(OsString::as_os_str);
        let name = Path::new(real_name.unwrap_or_else(|| self.tree.name_of(node).as_ref()));
        let open = self.open_folders.lock();
        let open = &mut *open.unwrap_or_else(PoisonError::into_inner);
        if let Some((folder, dir)) = &open.parent
            && *folder == node.parent
            && let Ok(file) = file::open_in(dir, name)
        {
            return Ok(file);
        }
        // Also if there was trouble: the folder may be another one by now.
        open.parent = None;
        let root = self.open_root(&mut open.root, index)?;
        match file::open_folder_in(root, &self.below_root(node.parent)) {
            Ok(dir) => {
                let (_, dir) = open.parent.insert((node.parent, dir));
                file::open_in(dir, name)
            }
            // Windows opens no folder that has the name of a device, but what is in it.
            Err(_) => file::open_in(root, &self.below_root(index)),
        }
    }

    fn open_root<'a>(
        &self,
        open: &'a mut Option<(u32, Dir)>,
        index: u32,
    ) -> Result<&'a Dir, Reason> {
        let root = self.root_of(index).ok_or(Reason::Other)?;
        if !matches!(open, Some((node, _)) if *node == root.node) {
            *open = Some((root.node, file::open_root(&root.path)?));
        }
        open.as_ref().map(|(_, dir)| dir).ok_or(Reason::Other)
    }

    fn root_of(&self, index: u32) -> Option<&Root> {
        let node = self.tree.top_of(index);
        let place = self.roots.binary_search_by_key(&node, |root| root.node);
        self.roots.get(place.ok()?)
    }

    /// The way from the chosen folder to this entry, as the system calls it; `.` for itself.
    fn below_root(&self, index: u32) -> PathBuf {
        let chain = self.tree.chain(index);
        if chain.len() == 1 {
            return PathBuf::from(".");
        }
        let names = chain.iter().skip(1).map(|at| {
            let real = self.real_names.get(at).map(OsString::as_os_str);
            real.unwrap_or_else(|| self.tree.name(*at).as_ref())
        });
        names.collect()
    }
}
