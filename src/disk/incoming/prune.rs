//! What an earlier transfer left in a partial folder: only what is to come once more is of use.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;

use cap_fs_ext::DirExt as _;
use cap_std::fs::Dir;

use super::partial::clear;
use crate::disk::tree::{State, Tree};

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

/// Takes over what an earlier transfer left in `dir`, the folder of that entry: what has exactly
/// the name of something that is to come becomes its own, everything else goes. After that a name
/// that is taken is taken by one of these, however the disk compares names.
pub(super) fn adopt(
    dir: &Dir,
    folder: u32,
    tree: &mut Tree,
    children: &Children,
) -> io::Result<()> {
    let expected: HashMap<&str, u32> = children
        .within(tree, folder)
        .iter()
        .filter(|index| is_to_come(tree, **index))
        .map(|index| (tree.name(*index), *index))
        .collect();
    let found: Vec<(OsString, Option<u32>)> = dir
        .entries()?
        .map(|entry| {
            let entry = entry?;
            let (name, kind) = (entry.file_name(), entry.file_type()?);
            let index = name.to_str().and_then(|name| expected.get(name).copied());
            let is_it = |index: &u32| {
                let is_folder = tree.is_folder(*index);
                kind.is_dir() == is_folder && kind.is_file() != is_folder
            };
            Ok((name, index.filter(is_it)))
        })
        .collect::<io::Result<_>>()?;
    for (name, index) in found {
        let Some(index) = index else {
            clear(dir, &name)?;
            continue;
        };
        tree.set_made(index, true);
        if tree.is_folder(index) {
            adopt(&dir.open_dir_nofollow(&name)?, index, tree, children)?;
        }
    }
    Ok(())
}

/// Forgets what was taken over in this folder.
pub(super) fn disown(folder: u32, tree: &mut Tree, children: &Children) {
    for index in children.within(tree, folder) {
        tree.set_made(*index, false);
        if tree.is_folder(*index) {
            disown(*index, tree, children);
        }
    }
}

fn is_to_come(tree: &Tree, index: u32) -> bool {
    // Links are made when all is under its final name.
    tree.node(index)
        .is_some_and(|node| node.state == State::Open && !node.is_link())
}
