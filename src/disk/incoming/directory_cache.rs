//! The open folders from a top-level one down to where the work is: opened one component at a
//! time without following links, and kept while the work stays near.

use std::io::{self, ErrorKind};

use cap_std::fs::Dir;

/// Each with its entry, the top-level one first.
#[derive(Debug, Default)]
pub(super) struct DirectoryCache {
    open: Vec<(u32, Dir)>,
}

impl DirectoryCache {
    /// Whether the folder of this entry is the last one.
    pub(super) fn is_at(&self, folder: u32) -> bool {
        self.open.last().is_some_and(|(last, _)| *last == folder)
    }

    /// The last folder.
    pub(super) fn last(&self) -> io::Result<&Dir> {
        let last = self.open.last().ok_or(ErrorKind::NotFound)?;
        Ok(&last.1)
    }

    /// Opens the folders of these entries, the top-level one first: that one by `root`, each of
    /// the others by `step` out of the one above it.
    pub(super) fn reach(
        &mut self,
        path: &[u32],
        root: impl FnOnce() -> io::Result<Dir>,
        mut step: impl FnMut(&Dir, u32) -> io::Result<Dir>,
    ) -> io::Result<()> {
        let pairs = self.open.iter().zip(path);
        let common = pairs.take_while(|((open, _), at)| open == *at).count();
        self.open.truncate(common);
        if common == 0 {
            let top = path.first().ok_or(ErrorKind::NotFound)?;
            self.open.push((*top, root()?));
        }
        for at in &path[self.open.len()..] {
            let dir = step(self.last()?, *at)?;
            self.open.push((*at, dir));
        }
        Ok(())
    }

    /// Closes all of them: an open folder can be neither renamed nor removed on Windows.
    pub(super) fn close(&mut self) {
        self.open.clear();
    }
}
