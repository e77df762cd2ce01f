//! Moving what arrived into a folder that is there already, file by file and folder by folder,
//! without replacing any. Two folders that arrive together stay two, even where the disk takes
//! their names for one.

use std::collections::HashSet;
use std::io::{self, ErrorKind};

use cap_fs_ext::DirExt as _;

use super::claim::FolderId;
use super::prune::Children;
use super::rename::{Moved, Place, to_free_name};
use crate::transfer::tree::{State, Tree};

/// What is moved where.
#[derive(Debug)]
pub(super) struct Merge<'a> {
    pub(super) tree: &'a Tree,
    pub(super) children: &'a Children,
    /// The folders into which something was moved already, or which were.
    pub(super) settled: &'a mut HashSet<FolderId>,
    /// Files and folders that could not be moved.
    pub(super) failed: Vec<u32>,
}

impl Merge<'_> {
    /// Moves everything that is in `from`, the folder of this entry, into `to`.
    pub(super) fn folder(&mut self, from: &Place, to: &Place, folder: u32) {
        for index in self.children.within(self.tree, folder) {
            let done = self
                .tree
                .node(*index)
                .filter(|node| node.state == State::Done);
            if let Some(node) = done
                && let Err(error) = self.child(from, to, *index, node.is_folder())
            {
                log::warn!("could not move {}: {error}", self.tree.name(*index));
                self.failed.push(*index);
            }
        }
    }

    fn child(&mut self, from: &Place, to: &Place, index: u32, is_folder: bool) -> io::Result<()> {
        let name = self.tree.name(index);
        if is_folder {
            let from_inner = inner(from, name)?;
            if is_real_folder(to, name)? {
                let to_inner = inner(to, name)?;
                if self.settled.insert(to_inner.id()?) {
                    self.folder(&from_inner, &to_inner, index);
                    drop(from_inner);
                    // Empty now, unless something in it could not be moved.
                    from.dir.remove_dir(name).ok();
                    return Ok(());
                }
            }
            self.settled.insert(from_inner.id()?);
        }
        let moved = Moved {
            place: from,
            name,
            is_folder,
        };
        to_free_name(moved, to, name, 1).map(|_| ())
    }
}

fn is_real_folder(place: &Place, name: &str) -> io::Result<bool> {
    match place.dir.symlink_metadata(name) {
        Ok(metadata) => Ok(metadata.is_dir()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The folder of this name in another one. Never through a link.
pub(super) fn inner(place: &Place, name: &str) -> io::Result<Place> {
    Ok(Place {
        dir: place.dir.open_dir_nofollow(name)?,
        path: place.path.join(name),
    })
}
