//! Making files and folders in a partial. What exists there is never opened in place of something
//! new: if the disk takes two names for one, the second gets a number. A name that the disk refuses
//! gives way to one that any disk takes.
//!
//! Which names that are is known to the disk alone: some ignore case, some the ways in which
//! Unicode writes an accent, each in its own way.

use std::collections::HashMap;
use std::io::{self, ErrorKind};

use super::folder::MAX_NAME_TRIES;
use super::names::{folded, numbered};
use super::plan::Entries;
use super::rename::acceptable_name;

/// The numbers that were given so far.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The next one, by folder and by what the names have in common.
    next: HashMap<(u32, String), u32>,
}

impl Numbers {
    /// Makes what this entry stands for by `create`, which fails with `AlreadyExists` if anything
    /// has the name. From then on the name is the entry's own.
    pub(super) fn make<T>(
        &mut self,
        entries: &mut Entries,
        index: u32,
        mut create: impl FnMut(&str) -> io::Result<T>,
    ) -> io::Result<T> {
        let name = entries.tree.name(index);
        if name.is_empty() {
            return Err(ErrorKind::InvalidFilename.into());
        }
        let mut made = create(name);
        if let Err(error) = &made
            && let Some(other) = acceptable_name(name, error)
        {
            made = create(&other);
            entries.rename(index, &other);
        }
        if let Err(error) = &made
            && error.kind() == ErrorKind::AlreadyExists
        {
            made = self.make_numbered(entries, index, create);
        }
        let made = made?;
        entries.tree.set_made(index, true);
        Ok(made)
    }

    fn make_numbered<T>(
        &mut self,
        entries: &mut Entries,
        index: u32,
        mut create: impl FnMut(&str) -> io::Result<T>,
    ) -> io::Result<T> {
        let name = entries.tree.name(index).to_owned();
        let parent = entries.tree.node(index).map_or(index, |node| node.parent);
        let alike = (parent, folded(&numbered(&name, u32::MAX)));
        let next = self.next.entry(alike).or_insert(2);
        for _ in 0..MAX_NAME_TRIES {
            let numbered = numbered(&name, *next);
            *next += 1;
            match create(&numbered) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(made) => {
                    entries.rename(index, &numbered);
                    return Ok(made);
                }
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }
}
