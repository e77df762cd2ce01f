//! An offer as another device would make it, and what the folder looks like afterwards.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use onehop::disk::incoming::{Arrival, Outcome, Plan};
use onehop::error::DiskFault;
use onehop::protocol::message::{Entry, EntryKind, Hex32, Reason};
use tempfile::TempDir;

use crate::common::folder::names_in;

/// 2020-09-13, with nanoseconds that every common file system keeps.
pub(crate) const MTIME_NS: i64 = 1_600_000_000_123_456_700;

/// Entries, and the content of the files among them.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) sender: [u8; 32],
    pub(crate) entries: Vec<Entry>,
    pub(crate) contents: HashMap<u32, Vec<u8>>,
}

impl Offer {
    pub(crate) fn new() -> Self {
        Self {
            sender: [7; 32],
            entries: Vec::new(),
            contents: HashMap::new(),
        }
    }

    pub(crate) fn from(mut self, sender: u8) -> Self {
        self.sender = [sender; 32];
        self
    }

    pub(crate) fn folder(self, path: &str) -> Self {
        self.entry(&components(path), EntryKind::Directory, b"")
    }

    pub(crate) fn file(self, path: &str, content: &[u8]) -> Self {
        self.entry(&components(path), EntryKind::File, content)
    }

    /// One whose name may have any characters.
    pub(crate) fn file_named(self, path: &[&str], content: &[u8]) -> Self {
        let path: Vec<String> = path.iter().map(ToString::to_string).collect();
        self.entry(&path, EntryKind::File, content)
    }

    #[cfg(unix)]
    pub(crate) fn executable(mut self) -> Self {
        self.entries.last_mut().unwrap().executable = true;
        self
    }

    /// A link to an entry that came before.
    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        let target = components(target);
        let mut entries = self.entries.iter();
        let index = entries.position(|entry| entry.path == target).unwrap();
        let mut offer = self.entry(&components(path), EntryKind::Link, b"");
        offer.entries.last_mut().unwrap().target = u32::try_from(index).ok();
        offer
    }

    #[cfg(unix)]
    pub(crate) fn mode(mut self, mode: u32) -> Self {
        self.entries.last_mut().unwrap().mode = Some(mode);
        self
    }

    fn entry(mut self, path: &[String], kind: EntryKind, content: &[u8]) -> Self {
        let index = u32::try_from(self.entries.len()).unwrap();
        self.entries.push(Entry {
            index,
            path: path.to_vec(),
            kind,
            size: content.len() as u64,
            mtime_ns: Some(MTIME_NS),
            executable: false,
            mode: None,
            target: None,
        });
        if kind == EntryKind::File {
            self.contents.insert(index, content.to_vec());
        }
        self
    }

    /// The same, but for one file.
    #[cfg(target_os = "linux")]
    pub(crate) fn without(&self, path: &str) -> Self {
        let path = components(path);
        let mut left = Self::new();
        left.sender = self.sender;
        for entry in self.entries.iter().filter(|entry| entry.path != path) {
            let index = u32::try_from(left.entries.len()).unwrap();
            if let Some(content) = self.contents.get(&entry.index) {
                left.contents.insert(index, content.clone());
            }
            left.entries.push(Entry {
                index,
                ..entry.clone()
            });
        }
        left
    }

    /// The plan for saving it in `folder`.
    pub(crate) fn plan(&self, folder: &Path) -> Plan {
        let mut plan = Plan::new(folder, self.sender);
        self.entries.iter().for_each(|entry| plan.add(entry));
        plan.look().unwrap();
        plan
    }

    pub(crate) fn begin(&self, folder: &Path) -> Arrival {
        self.plan(folder).begin().unwrap()
    }

    /// Sends everything as a sender would, and commits.
    pub(crate) fn save(&self, folder: &Path) -> Outcome {
        self.save_planned(self.plan(folder))
    }

    pub(crate) fn save_planned(&self, plan: Plan) -> Outcome {
        let refused: Vec<u32> = plan.refused().map(|(index, _)| index).collect();
        let mut arrival = plan.begin().unwrap();
        for index in self.files().filter(|index| !refused.contains(index)) {
            self.send(&mut arrival, index).unwrap();
        }
        arrival.commit().unwrap()
    }

    /// Sends what is not there already, and commits; tells which files had to be sent.
    pub(crate) fn save_what_is_new(&self, mut plan: Plan) -> (Outcome, Vec<u32>) {
        for index in plan.identical_candidates() {
            if plan.may_be_identical(index) {
                let hash = hash(&self.contents[&index]);
                plan.compare(index, Some(&hash), &|| false);
            }
        }
        plan.settle_identical();
        let skipped: Vec<u32> = plan.skipped().collect();
        let mut arrival = plan.begin().unwrap();
        let new: Vec<u32> = self.files().filter(|it| !skipped.contains(it)).collect();
        for index in new.iter().copied() {
            self.send(&mut arrival, index).unwrap();
        }
        (arrival.commit().unwrap(), new)
    }

    /// One file, carried on where it ended; tells how many bytes had to be sent, and the trouble.
    pub(crate) fn send(
        &self,
        arrival: &mut Arrival,
        index: u32,
    ) -> Result<(u64, Option<Reason>), DiskFault> {
        let content = &self.contents[&index];
        let mut offset = arrival.held(index);
        if offset > 0 {
            let held = arrival.hash_held(index, &|| false);
            let prefix = content.get(..usize::try_from(offset).unwrap()).unwrap();
            if held != Some((offset, hash(prefix))) {
                offset = 0;
            }
        }
        let rest = &content[usize::try_from(offset).unwrap()..];
        arrival.start(index, offset)?;
        for piece in rest.chunks(100_000) {
            arrival.write(piece)?;
        }
        let trouble = arrival.finish(&hash(content))?;
        Ok((rest.len() as u64, trouble))
    }

    /// The first bytes of one file, before the connection is lost.
    pub(crate) fn send_some(&self, arrival: &mut Arrival, index: u32, bytes: usize) {
        arrival.start(index, 0).unwrap();
        arrival.write(&self.contents[&index][..bytes]).unwrap();
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = u32> {
        let mut files: Vec<u32> = self.contents.keys().copied().collect();
        files.sort_unstable();
        files.into_iter()
    }
}

pub(crate) fn components(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

pub(crate) fn hash(content: &[u8]) -> Hex32 {
    Hex32(*blake3::hash(content).as_bytes())
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Everything in the folder, hidden or not: folders end with a slash, files have their content,
/// links say where they lead.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(folder, "", &mut found);
    found
}

fn collect(folder: &Path, above: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{above}{}", entry.file_name().into_string().unwrap());
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            let target = fs::read_link(entry.path()).unwrap();
            found.insert(name, format!("-> {}", target.display()));
        } else if kind.is_dir() {
            let inside = format!("{name}/");
            found.insert(inside.clone(), String::new());
            collect(&entry.path(), &inside, found);
        } else {
            let content = fs::read(entry.path()).unwrap();
            found.insert(name, String::from_utf8_lossy(&content).into_owned());
        }
    }
}

/// The same from pairs of path and content.
pub(crate) fn expected(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, content): &(&str, &str)| ((*name).to_owned(), (*content).to_owned());
    entries.iter().map(owned).collect()
}

/// The names of the hidden partials in the folder.
pub(crate) fn partials(folder: &Path) -> Vec<String> {
    let mut names = names_in(folder);
    names.retain(|name| name.starts_with(".onehop-"));
    names
}

/// The only one.
pub(crate) fn partial(folder: &Path) -> String {
    let names = partials(folder);
    assert_eq!(names.len(), 1, "{names:?}");
    names.into_iter().next().unwrap()
}
