//! What an arrival tells of itself.

use std::path::Path;

use super::Arrival;
use super::folder::exists;
use crate::disk::space;
use crate::disk::tree::State;

impl Arrival {
    /// The folder that it is saved in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.store.folder.path
    }

    /// Bytes that are free in the folder, where the system tells.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        space::free_bytes(&self.store.folder.path)
    }

    /// So many of them are left to the rest of the system.
    #[must_use]
    pub fn reserve_bytes(&self) -> u64 {
        space::reserve(&self.store.folder.path)
    }

    /// Bytes of all files that are to come, what is held of them included.
    #[must_use]
    pub fn wanted_bytes(&self) -> u64 {
        let files = self.store.entries.tree.iter();
        files
            .filter(|(_, node)| node.is_file() && node.state == State::Open)
            .map(|(_, node)| node.size)
            .sum()
    }

    /// Where the sender has a file: names from the top level down.
    #[must_use]
    pub fn sent_path(&self, index: u32) -> Vec<String> {
        self.store.entries.sent_path(index)
    }

    /// Files of which an earlier transfer may have left something, in the order of the manifest.
    #[must_use]
    pub fn maybe_held(&self) -> Vec<u32> {
        let entries = &self.store.entries;
        let dir = &self.store.folder.place.dir;
        // Mostly there is no partial at all, and then no file has to be looked for.
        let left: Vec<bool> = entries
            .tops
            .iter()
            .map(|top| exists(dir, &entries.partial_name(top, top.series)))
            .collect();
        if !left.contains(&true) {
            return Vec::new();
        }
        let is_left = |index: u32| entries.place(index).is_some_and(|place| left[place]);
        let files = entries.tree.iter();
        files
            .filter(|(_, node)| node.is_file() && node.state == State::Open)
            .map(|(index, _)| index)
            .filter(|index| is_left(*index))
            .collect()
    }
}
