//! The files and folders that are to be sent.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::disk::outgoing::Selection;
use crate::error::{DiskFault, Error, WhySkipped};
use crate::messages::window::problems;
use crate::messages::{UserMessage, contact};
use crate::ui::ChosenItem;

/// So many that cannot be sent are named.
const MAX_NAMED: usize = 20;

/// What is chosen, and what is still being looked at.
#[derive(Debug, Default)]
pub(in crate::app) struct Chosen {
    items: Vec<ChosenItem>,
    files: u64,
    bytes: u64,
    choices: u64,
    /// Another one for each list that there was.
    version: u64,
    gathering: usize,
    /// Set when nobody wants any more what is being looked at.
    cancelled: Arc<AtomicBool>,
}

/// What looking at some paths has found.
#[derive(Debug)]
pub(in crate::app) struct Gathered {
    items: Vec<ChosenItem>,
    faults: Vec<Error>,
    cancelled: Arc<AtomicBool>,
}

impl Chosen {
    /// More was chosen: the job that looks at it, to be run in the background.
    pub(in crate::app) fn look_at(
        &mut self,
        paths: Vec<PathBuf>,
    ) -> impl FnOnce() -> Gathered + Send + 'static {
        self.gathering += 1;
        let cancelled = self.cancelled.clone();
        move || gather(&paths, cancelled)
    }

    /// Takes what was found; returns what cannot be sent.
    pub(super) fn take(&mut self, gathered: Gathered) -> Option<UserMessage> {
        if gathered.cancelled.load(Ordering::Relaxed) {
            return None;
        }
        self.gathering = self.gathering.saturating_sub(1);
        let known: HashSet<PathBuf> = self.items.iter().map(|item| item.path.clone()).collect();
        let new = gathered.items.into_iter();
        let new: Vec<ChosenItem> = new.filter(|item| !known.contains(&item.path)).collect();
        for item in &new {
            self.files += u64::from(item.files);
            self.bytes += item.bytes;
        }
        self.items.extend(new);
        self.choices += 1;
        self.version += 1;
        refused(&gathered.faults)
    }

    pub(super) fn remove(&mut self, index: usize) {
        self.version += 1;
        if index < self.items.len() {
            let item = self.items.remove(index);
            self.files -= u64::from(item.files);
            self.bytes -= item.bytes;
        }
    }

    pub(super) fn remove_all(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        *self = Self {
            choices: self.choices,
            version: self.version + 1,
            ..Self::default()
        };
    }

    /// A job that broke off tells nothing any more.
    pub(in crate::app) fn give_up_one(&mut self) {
        self.gathering = self.gathering.saturating_sub(1);
    }

    pub(super) fn gathering(&self) -> bool {
        self.gathering > 0
    }

    pub(super) fn items(&self) -> &[ChosenItem] {
        &self.items
    }

    pub(super) fn files(&self) -> u64 {
        self.files
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn choices(&self) -> u64 {
        self.choices
    }

    /// Names the list as it is now.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.items.iter().map(|item| item.path.clone()).collect()
    }

    /// What is sent, in a few words: the name of one file, or how many there are.
    pub(super) fn words(&self) -> String {
        let folders = self.items.iter().filter(|item| item.is_folder).count();
        match (self.items.as_slice(), folders) {
            ([one], _) => contact::shown(&one.name),
            (all, folders) => contact::things(all.len() - folders, folders),
        }
    }
}

fn gather(paths: &[PathBuf], cancelled: Arc<AtomicBool>) -> Gathered {
    let mut seen = HashSet::new();
    let (mut items, mut faults) = (Vec::new(), Vec::new());
    for path in paths.iter().filter(|path| seen.insert(*path)) {
        let gathered = Selection::gather(std::slice::from_ref(path), &|| {
            cancelled.load(Ordering::Relaxed)
        });
        match gathered {
            Ok(selection) => match selection.only_sizeless() {
                Some(path) => faults.push(DiskFault::Sizeless { path: path.into() }.into()),
                None => items.push(item(path, &selection)),
            },
            Err(Error::Cancelled) => break,
            Err(fault) => faults.push(fault),
        }
    }
    Gathered {
        items,
        faults,
        cancelled,
    }
}

fn item(path: &Path, selection: &Selection) -> ChosenItem {
    let chosen = selection.chosen().next();
    ChosenItem {
        path: path.to_owned(),
        name: chosen.as_ref().map_or("", |chosen| chosen.name).to_owned(),
        is_folder: chosen.is_some_and(|chosen| chosen.is_folder),
        files: selection.files(),
        bytes: selection.bytes(),
        skipped: skipped(selection),
    }
}

/// How many things in it are left out for each reason.
fn skipped(selection: &Selection) -> BTreeMap<WhySkipped, usize> {
    let mut skipped = BTreeMap::new();
    for left_out in selection.skipped() {
        *skipped.entry(left_out.why).or_default() += 1;
    }
    skipped
}

fn refused(faults: &[Error]) -> Option<UserMessage> {
    match faults {
        [] => None,
        [fault] => Some(UserMessage::from(fault)),
        faults => {
            let named = faults.iter().take(MAX_NAMED);
            let headlines: Vec<String> = named
                .map(|fault| UserMessage::from(fault).headline)
                .collect();
            Some(problems::cannot_be_sent(faults.len(), &headlines))
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("photos")).unwrap();
        for name in ["photos/a.jpg", "photos/b.jpg", "note.txt"] {
            fs::write(folder.path().join(name), "12345").unwrap();
        }
        folder
    }

    fn choose(chosen: &mut Chosen, paths: &[PathBuf]) -> Option<UserMessage> {
        let gathered = chosen.look_at(paths.to_vec())();
        chosen.take(gathered)
    }

    #[test]
    fn files_and_folders_are_counted_with_all_that_is_in_them() {
        let folder = folder();
        let mut chosen = Chosen::default();
        let paths = ["photos", "note.txt"].map(|name| folder.path().join(name));
        assert_eq!(choose(&mut chosen, &paths), None);
        assert_eq!((chosen.files(), chosen.bytes()), (3, 15));
        assert_eq!(chosen.words(), "2 files and folders");
        chosen.remove(0);
        assert_eq!((chosen.files(), chosen.bytes()), (1, 5));
        assert_eq!(chosen.words(), "note.txt");
    }

    #[test]
    fn what_is_chosen_twice_is_there_once() {
        let folder = folder();
        let mut chosen = Chosen::default();
        let note = folder.path().join("note.txt");
        choose(&mut chosen, &[note.clone(), note.clone()]);
        choose(&mut chosen, &[note]);
        assert_eq!(chosen.items().len(), 1);
    }

    #[test]
    fn one_that_is_missing_does_not_keep_the_others_out() {
        let folder = folder();
        let mut chosen = Chosen::default();
        let paths = ["gone.txt", "note.txt", "lost.txt"].map(|name| folder.path().join(name));
        let notice = choose(&mut chosen, &paths).unwrap();
        assert_eq!(notice.headline, "2 of the chosen files cannot be sent.");
        assert!(notice.details.unwrap().contains("gone.txt"));
        assert_eq!(chosen.items().len(), 1);
    }

    #[test]
    fn what_was_removed_while_it_was_looked_at_does_not_come_back() {
        let folder = folder();
        let mut chosen = Chosen::default();
        let job = chosen.look_at(vec![folder.path().join("photos")]);
        chosen.remove_all();
        chosen.take(job());
        assert!(chosen.items().is_empty() && !chosen.gathering());
    }
}
