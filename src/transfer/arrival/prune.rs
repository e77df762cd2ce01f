//! The partial folder before it gets its final name: everything that belongs in it is there, and
//! nothing else, such as what an earlier transfer left of files that are no longer sent.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;

use cap_fs_ext::DirExt as _;
use cap_std::fs::Dir;

use super::names::folded;
use super::partial::clear;
use crate::transfer::tree::{State, Tree};

/// The entries by the folders that they are in.
#[derive(Debug)]
pub(super) struct Children {
    by_parent: Vec<u32>,
}

impl Children {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut by_parent: Vec<u32> = tree.iter().map(|(index, _)| index).collect();
        by_parent.sort_by_key(|index| parent(tree, *index));
        Self { by_parent }
    }

    /// What is in this folder.
    pub(super) fn within(&self, tree: &Tree, folder: u32) -> &[u32] {
        let start = self
            .by_parent
            .partition_point(|index| parent(tree, *index) < Some(folder));
        let end = self
            .by_parent
            .partition_point(|index| parent(tree, *index) <= Some(folder));
        &self.by_parent[start..end]
    }
}

fn parent(tree: &Tree, index: u32) -> Option<u32> {
    tree.node(index).map(|node| node.parent)
}

/// Removes from `dir`, which is the folder of that entry, whatever is not complete.
pub(super) fn prune(dir: &Dir, folder: u32, tree: &Tree, children: &Children) -> io::Result<()> {
    let found: Vec<OsString> = dir
        .entries()?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<io::Result<_>>()?;
    let expected: HashMap<&str, u32> = children
        .within(tree, folder)
        .iter()
        .filter(|index| is_done(tree, **index))
        .map(|index| (tree.name(*index), *index))
        .collect();
    let by_case = Uncased::new(&expected, &found);
    for name in found {
        let text = name.to_str();
        let index = text.and_then(|name| expected.get(name).copied().or_else(|| by_case.get(name)));
        match index {
            None => clear(dir, &name)?,
            Some(index) if tree.is_folder(index) => {
                prune(&dir.open_dir_nofollow(&name)?, index, tree, children)?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn is_done(tree: &Tree, index: u32) -> bool {
    tree.node(index)
        .is_some_and(|node| node.state == State::Done)
}

/// On file systems that ignore case an older file keeps the case of its name: what is expected
/// but not found as it is called may be there in another case.
struct Uncased(HashMap<String, u32>);

impl Uncased {
    fn new(expected: &HashMap<&str, u32>, found: &[OsString]) -> Self {
        let mut missing = expected.clone();
        for name in found.iter().filter_map(|name| name.to_str()) {
            missing.remove(name);
        }
        let missing = missing.into_iter();
        Self(missing.map(|(name, index)| (folded(name), index)).collect())
    }

    fn get(&self, name: &str) -> Option<u32> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&folded(name)).copied()
    }
}
