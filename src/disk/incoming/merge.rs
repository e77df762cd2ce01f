//! Moving what arrived into a folder that is there already, file by file and folder by folder,
//! without replacing any. Two folders that arrive together stay two, even where the disk takes
//! their names for one.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, ErrorKind};

use cap_fs_ext::DirExt as _;

use super::folder::{MAX_NAME_TRIES, readable};
use super::lease::FolderId;
use super::names::{numbered, unified};
use super::prune::Children;
use super::rename::{Moved, Place, to_free_name};
use crate::disk::permissions::Permissions;
use crate::disk::tree::{State, Tree};

/// What is moved where.
#[derive(Debug)]
pub(super) struct Merge<'a> {
    pub(super) tree: &'a Tree,
    pub(super) children: &'a Children,
    /// The folders into which something was moved already, or which were.
    pub(super) settled: &'a mut HashSet<FolderId>,
    /// Which permissions things get, once that is known.
    pub(super) permissions: Option<&'a Permissions>,
    /// Files and folders that could not be moved, and why.
    pub(super) failed: Vec<(u32, io::Error)>,
    /// Those that have another name there, with that name.
    pub(super) renamed: Vec<(u32, String)>,
    /// Folders that were not there before.
    pub(super) new_folders: Vec<u32>,
}

impl Merge<'_> {
    /// Moves everything that is in `from`, the folder of this entry, into `to`.
    pub(super) fn folder(&mut self, from: &Place, to: &Place, folder: u32) {
        let within = self.children.within(self.tree, folder);
        // No number that is given may make the name of something else that is to come, or that
        // would be told from it no more when all of it comes again.
        let names = within.iter().map(|index| self.tree.name(*index));
        let given: HashSet<Cow<'_, str>> = names.map(unified).collect();
        let is_given = |name: &str| given.contains(&unified(name));
        let _opened_up = self.open_up(to, folder);
        for index in within {
            let done = self
                .tree
                .node(*index)
                .filter(|node| node.state == State::Done);
            let Some(node) = done else { continue };
            let moved = if node.is_folder() {
                self.inner_folder(from, to, *index, is_given)
            } else {
                self.entry(from, to, *index, (1, is_given))
            };
            if let Err(error) = moved {
                log::warn!("could not move {}: {error}", self.tree.name(*index));
                self.failed.push((*index, error));
            }
        }
    }

    /// Lets things be added to a folder that came as one that nothing can be added to.
    fn open_up(&self, to: &Place, folder: u32) -> Option<impl Sized + use<>> {
        let (permissions, node) = (self.permissions?, self.tree.node(folder)?);
        permissions.open_up(readable(&to.dir).ok()?, node)
    }

    /// Moves a folder into the one of its name that is there, or, where something else has that
    /// name, into the one with the first number that does.
    fn inner_folder(
        &mut self,
        from: &Place,
        to: &Place,
        index: u32,
        is_given: impl Fn(&str) -> bool,
    ) -> io::Result<()> {
        let name = self.tree.name(index);
        for count in 1..MAX_NAME_TRIES {
            let there = numbered(name, count);
            if count > 1 && is_given(&there) {
                continue;
            }
            match to.dir.symlink_metadata(&*there) {
                Ok(found) if found.is_dir() => {
                    let (from_inner, to_inner) = (inner(from, name)?, inner(to, &there)?);
                    if !self.settled.insert(to_inner.id()?) {
                        continue;
                    }
                    self.folder(&from_inner, &to_inner, index);
                    drop(from_inner);
                    // Empty now, unless something in it could not be moved.
                    from.dir.remove_dir(name).ok();
                    self.note(index, &there);
                    return Ok(());
                }
                Ok(_) => {}
                // Nothing, most likely; whatever else it is shows when the folder is moved there.
                Err(_) => return self.entry(from, to, index, (count, is_given)),
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    fn entry(
        &mut self,
        from: &Place,
        to: &Place,
        index: u32,
        (count, is_given): (u32, impl Fn(&str) -> bool),
    ) -> io::Result<()> {
        let name = self.tree.name(index);
        let is_folder = self.tree.is_folder(index);
        if is_folder {
            self.settled.insert(inner(from, name)?.id()?);
        }
        let moved = Moved {
            place: from,
            name,
            is_folder,
        };
        let there = to_free_name(moved, to, name, (count, is_given))?;
        if is_folder {
            self.new_folders.push(index);
        }
        self.note(index, &there);
        Ok(())
    }

    fn note(&mut self, index: u32, there: &str) {
        if there != self.tree.name(index) {
            self.renamed.push((index, there.to_owned()));
        }
    }
}

/// The folder of this name in another one. Never through a link.
pub(super) fn inner(place: &Place, name: &str) -> io::Result<Place> {
    Ok(Place {
        dir: place.dir.open_dir_nofollow(name)?,
        path: place.path.join(name),
    })
}
