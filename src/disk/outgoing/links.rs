//! Links that lead to something that is sent too: they arrive as links.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Selection;
use super::file::is_link_loop;
use crate::disk::tree::TOP;
use crate::error::WhySkipped;

/// A link that was met on the way.
#[derive(Debug)]
pub(super) struct Link {
    /// The folder that it is in.
    pub(super) parent: u32,
    /// Its name on the way.
    pub(super) name: String,
    /// Its own name.
    pub(super) real_name: OsString,
    pub(super) path: PathBuf,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// The entry, which may be another link.
    pub(super) index: u32,
    /// Whether that is a folder in the end.
    pub(super) is_folder: bool,
}

/// A link, and where it leads; all paths without links on the way.
#[derive(Debug)]
pub(super) struct Leading {
    pub(super) link: Link,
    /// Where it stands itself.
    own: PathBuf,
    /// What it names, which may be another link.
    direct: PathBuf,
    /// Where that leads in the end.
    end: PathBuf,
    is_folder: bool,
}

impl Leading {
    /// Follows a link. `folder` is the one that it is in, without links on the way.
    ///
    /// # Errors
    ///
    /// Why it leads to nothing that can be sent.
    pub(super) fn of(link: Link, folder: &Path) -> Result<Self, (Link, WhySkipped)> {
        let end = fs::canonicalize(&link.path).and_then(|end| {
            let is_folder = fs::symlink_metadata(&end)?.is_dir();
            Ok((end, is_folder))
        });
        let (end, is_folder) = match end {
            Ok(found) => found,
            Err(error) => return Err((link, why(&error))),
        };
        let direct = named_by(&link.path, folder).unwrap_or_else(|_| end.clone());
        Ok(Self {
            own: folder.join(&link.real_name),
            link,
            direct,
            end,
            is_folder,
        })
    }
}

fn why(error: &io::Error) -> WhySkipped {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => WhySkipped::DanglingLink,
        _ if is_link_loop(error) => WhySkipped::LinkLoop,
        _ => WhySkipped::Unreadable,
    }
}

/// What a link names, which is not followed itself.
fn named_by(link: &Path, folder: &Path) -> io::Result<PathBuf> {
    let named = folder.join(fs::read_link(link)?);
    match (named.parent(), named.file_name()) {
        (Some(above), Some(name)) if above == folder => Ok(folder.join(name)),
        (Some(above), Some(name)) => Ok(fs::canonicalize(above)?.join(name)),
        _ => fs::canonicalize(named),
    }
}

/// The links in an order in which each comes after what it leads to, with the entry that this is.
/// Those to files come before those to folders.
#[derive(Debug)]
pub(super) struct InOrder {
    links: Vec<Option<Leading>>,
    /// Those of `links`, by where they stand.
    by_place: HashMap<PathBuf, usize>,
    /// Entries, by where they are: several where something was chosen and its folder too.
    entries: HashMap<PathBuf, Vec<Entry>>,
    /// Below what was chosen each of `links` is.
    tops: Vec<u32>,
}

/// An entry, and below what was chosen it is.
#[derive(Debug, Clone, Copy)]
struct Entry {
    index: u32,
    top: u32,
}

/// The one that was chosen together with the link, if there is one.
fn nearest(entries: &[Entry], top: u32) -> Option<u32> {
    let own = entries.iter().find(|entry| entry.top == top);
    own.or(entries.first()).map(|entry| entry.index)
}

impl InOrder {
    pub(super) fn new(links: Vec<Leading>, selection: &Selection) -> Self {
        let ends = links.iter().flat_map(|link| [&link.direct, &link.end]);
        let entries = find(selection, &ends.map(PathBuf::as_path).collect());
        let places = links.iter().enumerate();
        let top_of = |leading: &Leading| selection.tree.top_of(leading.link.parent);
        Self {
            tops: links.iter().map(top_of).collect(),
            by_place: places
                .map(|(place, link)| (link.own.clone(), place))
                .collect(),
            links: links.into_iter().map(Some).collect(),
            entries,
        }
    }

    /// Gives each link in turn to `take`, with what it leads to, if that is sent. `take` returns the
    /// link's own entry.
    pub(super) fn place(mut self, mut take: impl FnMut(Link, Option<Target>) -> Option<u32>) {
        for is_folder in [false, true] {
            for place in 0..self.links.len() {
                for place in self.chain(place, is_folder) {
                    let Some(Leading {
                        link,
                        own,
                        direct,
                        end,
                        ..
                    }) = self.links[place].take()
                    else {
                        continue;
                    };
                    let top = self.tops[place];
                    let target = self.entries.get(&direct).or_else(|| self.entries.get(&end));
                    let index = target.and_then(|entries| nearest(entries, top));
                    let target = index.map(|index| Target { index, is_folder });
                    if let Some(index) = take(link, target) {
                        self.entries
                            .entry(own)
                            .or_default()
                            .push(Entry { index, top });
                    }
                }
            }
        }
    }

    /// This link after the links that it leads to, if it is of this kind and not placed yet.
    fn chain(&self, place: usize, is_folder: bool) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut next = Some(place);
        while let Some(place) = next
            && let Some(Some(link)) = self.links.get(place)
            && link.is_folder == is_folder
            && !chain.contains(&place)
        {
            chain.push(place);
            next = self.by_place.get(&link.direct).copied();
        }
        chain.reverse();
        chain
    }
}

/// The entries that stand at these places.
fn find(selection: &Selection, places: &HashSet<&Path>) -> HashMap<PathBuf, Vec<Entry>> {
    // The folders above them too.
    let wanted: HashSet<&Path> = places.iter().flat_map(|place| place.ancestors()).collect();
    let mut on_the_way: HashMap<u32, PathBuf> = HashMap::new();
    let mut found: HashMap<PathBuf, Vec<Entry>> = HashMap::new();
    for (index, node) in selection.tree.iter() {
        let place = if node.parent == TOP {
            selection.root_of(index).map(|root| root.real.clone())
        } else {
            let above = on_the_way.get(&node.parent);
            above.map(|above| above.join(selection.real_name(index)))
        };
        if let Some(place) = place.filter(|place| wanted.contains(place.as_path())) {
            if node.is_folder() {
                on_the_way.insert(index, place.clone());
            }
            let top = selection.tree.top_of(index);
            found.entry(place).or_default().push(Entry { index, top });
        }
    }
    found
}
