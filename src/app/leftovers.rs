//! What interrupted transfers left in the folders that were saved in.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::App;
use super::background::{Job, Report};
use crate::disk::incoming::{Leftover, leftovers};
use crate::error::DiskFault;
use crate::messages::UserMessage;
use crate::ui::LeftoverView;

/// As it was when it was last looked for.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    found: Vec<Leftover>,
    shown: Vec<LeftoverView>,
}

impl Leftovers {
    pub(super) fn shown(&self) -> &[LeftoverView] {
        &self.shown
    }

    fn set(&mut self, found: Vec<Leftover>, now: SystemTime) {
        let view = |leftover: &Leftover| LeftoverView {
            path: leftover.path.clone(),
            bytes: leftover.bytes,
            age: leftover
                .modified
                .map(|modified| now.duration_since(modified).unwrap_or_default()),
            is_folder: leftover.is_folder,
            going: false,
        };
        self.shown = found.iter().map(view).collect();
        self.found = found;
    }

    /// The one at `path`, which is then shown as going.
    fn take(&mut self, path: &Path) -> Option<Leftover> {
        let shown = self.shown.iter_mut().find(|shown| shown.path == path)?;
        shown.going = true;
        let place = self.found.iter().position(|found| found.path == path)?;
        Some(self.found.remove(place))
    }
}

impl App {
    /// Looks again; the report tells.
    pub(super) fn look_for_leftovers(&mut self) {
        let folders = self.settings.all_folders();
        self.run(Job::LookForLeftovers, move || {
            // That a folder cannot be read is told elsewhere.
            let found = folders.iter().filter_map(|folder| leftovers(folder).ok());
            let found = found.flatten().collect();
            Some(Report::LeftoversFound(folders, found))
        });
    }

    pub(super) fn take_leftovers(&mut self, folders: &[PathBuf], found: Vec<Leftover>) {
        if folders == self.settings.all_folders() {
            self.leftovers.set(found, SystemTime::now());
        }
    }

    pub(super) fn discard_leftover(&mut self, path: &Path) {
        if let Some(leftover) = self.leftovers.take(path) {
            self.run(Job::DiscardLeftover, move || {
                Some(Report::LeftoverDiscarded(leftover.discard()))
            });
        }
    }

    pub(super) fn leftover_discarded(&mut self, discarded: &Result<(), DiskFault>) {
        if let Err(fault) = discarded {
            self.messages.tell(UserMessage::from(fault));
        }
        self.look_for_leftovers();
    }
}
