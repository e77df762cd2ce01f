//! The open folders from a top-level one down to where the work is: opened one component at a
//! time without following links, and kept while the work stays near.

use std::io::{self, ErrorKind};

use cap_fs_ext::DirExt as _;
use cap_std::fs::Dir;

use super::partial::clear;
use crate::transfer::tree::Tree;

/// Each with its entry, the top-level one first.
#[derive(Debug, Default)]
pub(super) struct Chain {
    open: Vec<(u32, Dir)>,
}

impl Chain {
    /// The folder of this entry. `root` opens the top-level one. With `make` those that are
    /// missing are made, in place of whatever is in the way.
    pub(super) fn dir(
        &mut self,
        tree: &Tree,
        folder: u32,
        root: impl FnOnce() -> io::Result<Dir>,
        make: bool,
    ) -> io::Result<&Dir> {
        let is_there = self.open.last().is_some_and(|(last, _)| *last == folder);
        if !is_there {
            self.reach(&tree.chain(folder), tree, root, make)?;
        }
        let last = self.open.last().ok_or(ErrorKind::NotFound)?;
        Ok(&last.1)
    }

    /// Closes all of them: an open folder can be neither renamed nor removed on Windows.
    pub(super) fn close(&mut self) {
        self.open.clear();
    }

    fn reach(
        &mut self,
        path: &[u32],
        tree: &Tree,
        root: impl FnOnce() -> io::Result<Dir>,
        make: bool,
    ) -> io::Result<()> {
        let pairs = self.open.iter().zip(path);
        let common = pairs.take_while(|((open, _), at)| open == *at).count();
        self.open.truncate(common);
        if common == 0 {
            let top = path.first().ok_or(ErrorKind::NotFound)?;
            self.open.push((*top, root()?));
        }
        for at in &path[self.open.len()..] {
            let (_, above) = self.open.last().ok_or(ErrorKind::NotFound)?;
            let dir = open_or_make(above, tree.name(*at), make)?;
            self.open.push((*at, dir));
        }
        Ok(())
    }
}

fn open_or_make(above: &Dir, name: &str, make: bool) -> io::Result<Dir> {
    if name.is_empty() {
        return Err(ErrorKind::InvalidFilename.into());
    }
    match above.open_dir_nofollow(name) {
        Err(error) if make => {
            match above.symlink_metadata(name) {
                // It is right but cannot be opened: no reason to take it away.
                Ok(found) if found.is_dir() => return Err(error),
                // A link, or a file from an earlier try; neither is what was announced.
                Ok(_) => clear(above, name)?,
                Err(_) => {}
            }
            above.create_dir(name)?;
            above.open_dir_nofollow(name)
        }
        outcome => outcome,
    }
}
