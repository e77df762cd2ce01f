//! The chosen files and folders as a manifest.
//!
//! In scope: what is sent of them and under which names, in which order, and the content of each
//! file, unless it changes meanwhile. Out of scope: messages and sockets.

mod ends;
mod file;
mod gather;
mod links;
mod listing;
mod names;
mod single;

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cap_std::fs::Dir;

use self::ends::Ends;
use crate::disk::tree::{Node, TOP, Tree};
use crate::error::{Skipped, WhySkipped};
use crate::protocol::message::Entry;

use file::Announced;
pub use file::{End, SourceFault, SourceFile};
use links::Target;
pub(crate) use single::SingleFile;
pub use single::check_source;

/// What is to be sent: everything in the chosen files and folders, in an order in which a folder
/// comes before what is in it.
#[derive(Debug, Default)]
pub struct Selection {
    tree: Tree,
    /// In the order of their nodes.
    roots: Vec<Root>,
    /// What the system calls those that are called otherwise on the way.
    real_names: HashMap<u32, OsString>,
    /// Where links lead: those of the last entries.
    links: Vec<Target>,
    /// The files that links lead to which are sent as copies.
    copies: HashMap<u32, u32>,
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
    /// The same without links on the way.
    real: PathBuf,
}

/// A chosen file or folder as it will appear on the receiver's disk.
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
    /// Entries: files, folders and links.
    #[must_use]
    pub fn entries(&self) -> u32 {
        u32::try_from(self.tree.len()).unwrap_or(u32::MAX)
    }

    /// Files and links among them.
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

    /// For a receiver that does not know links: those to files are sent as copies of these, and those
    /// to folders are left out.
    pub(crate) fn copy_links(&mut self) {
        let first = self.first_link();
        for (index, target) in (first..).zip(std::mem::take(&mut self.links)) {
            if target.is_folder {
                // They are the last.
                let path = self.path(index).unwrap_or_default();
                let why = WhySkipped::FolderLink;
                self.skipped.push(Skipped { path, why });
                self.files -= 1;
                continue;
            }
            // That of a link has become a copy already.
            let original = self.copies.get(&target.index).copied();
            let original = original.unwrap_or(target.index);
            self.copies.insert(index, original);
            self.bytes = self
                .bytes
                .saturating_add(self.tree.copy_facts(original, index));
        }
        let kept = first as usize + self.copies.len();
        self.tree.truncate(kept);
    }

    /// The first entry that is a link, if there are any.
    fn first_link(&self) -> u32 {
        let links = u32::try_from(self.links.len()).unwrap_or(u32::MAX);
        self.entries() - links
    }

    /// An entry as it goes into the manifest; `None` beyond the last one.
    #[must_use]
    pub fn entry(&self, index: u32) -> Option<Entry> {
        let node = self.tree.node(index)?;
        let link = index.checked_sub(self.first_link());
        let target = link.and_then(|link| self.links.get(usize::try_from(link).ok()?));
        Some(Entry {
            index,
            path: self.tree.path(index),
            kind: node.kind,
            size: node.size,
            mtime_ns: node.mtime_ns(),
            executable: node.executable,
            mode: node.mode(),
            target: target.map(|target| target.index),
        })
    }

    /// How many bytes a file has; `None` if it is none.
    pub(crate) fn content_bytes(&self, index: u32) -> Option<u64> {
        let node = self.tree.node(index)?;
        node.is_file().then_some(node.size)
    }

    /// Where an entry is on this computer.
    #[must_use]
    pub fn path(&self, index: u32) -> Option<PathBuf> {
        let root = self.root_of(index)?;
        // Joining a dot would add it to what is shown.
        Some(if root.node == index {
            root.path.clone()
        } else {
            root.path.join(self.below_root(index))
        })
    }

    /// The same without links on the way.
    fn real_path(&self, index: u32) -> PathBuf {
        match self.root_of(index) {
            Some(root) if root.node == index => root.real.clone(),
            Some(root) => root.real.join(self.below_root(index)),
            None => PathBuf::new(),
        }
    }

    fn real_name(&self, index: u32) -> &OsStr {
        let real = self.real_names.get(&index).map(OsString::as_os_str);
        real.unwrap_or_else(|| self.tree.name(index).as_ref())
    }

    /// Opens a file for sending, without following a link that has taken its place.
    ///
    /// # Errors
    ///
    /// Why it cannot be sent any more.
    pub fn open(&self, index: u32) -> Result<SourceFile, SourceFault> {
        let index = self.copies.get(&index).copied().unwrap_or(index);
        let node = self.tree.node(index).ok_or(SourceFault::Missing)?;
        if let Some(content) = self.contents.get(&index) {
            return Ok(SourceFile::in_memory(content.clone()));
        }
        let file = self.open_file(index)?;
        let announced = Announced {
            size: node.size,
            modified_ns: node.mtime_ns(),
            ends: self.ends.get(&index).cloned(),
        };
        SourceFile::new(file, announced)
    }

    fn open_file(&self, index: u32) -> io::Result<File> {
        let node = self.tree.node(index).ok_or(ErrorKind::NotFound)?;
        if node.parent == TOP {
            let root = self.root_of(index).ok_or(ErrorKind::NotFound)?;
            return file::open_path(&root.path);
        }
        self.open_below_root(index, node)
    }

    fn open_below_root(&self, index: u32, node: &Node) -> io::Result<File> {
        let name = Path::new(self.real_name(index));
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
        match root.open_dir(self.below_root(node.parent)) {
            Ok(dir) => {
                let (_, dir) = open.parent.insert((node.parent, dir));
                file::open_in(dir, name)
            }
            // Windows opens no folder that has the name of a device, but what is in it.
            Err(_) => file::open_in(root, &self.below_root(index)),
        }
    }

    fn open_root<'a>(&self, open: &'a mut Option<(u32, Dir)>, index: u32) -> io::Result<&'a Dir> {
        let root = self.root_of(index).ok_or(ErrorKind::NotFound)?;
        let opened = match open.take_if(|(node, _)| *node == root.node) {
            Some(opened) => opened,
            None => (root.node, file::open_root(&root.path)?),
        };
        Ok(&open.insert(opened).1)
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
        let names = chain.into_iter().skip(1);
        names.map(|at| self.real_name(at)).collect()
    }
}
