//! Takes in what background jobs report.

use std::path::{Path, PathBuf};

use super::App;
use super::background::{Picked, Report};
use super::dialogs;
use super::incoming_row::Stage;
use crate::transfer::{DiskFault, Error, OurFault, TransferId};
use crate::words::Notice;

impl App {
    pub(super) fn take_report(&mut self, report: Report) {
        match report {
            Report::SourcePicked(picked) => {
                let otherwise = if self.drops_are_lost {
                    OTHERWISE_START
                } else {
                    OTHERWISE_DROP
                };
                let paths = self.picked(picked, otherwise);
                if !paths.is_empty() {
                    self.choose_sources(paths);
                }
            }
            Report::FolderPicked(picked) => {
                if let Some(folder) = self.picked_one(picked, OTHERWISE_FOLDER) {
                    let before = self.settings.folder();
                    self.settings.note_folder(before);
                    self.settings.folder = Some(folder);
                    self.receiving.follow(&self.settings);
                    self.check_folder();
                }
            }
            Report::SaveAsPicked(id, picked) => {
                if let Some(path) = self.picked_one(picked, OTHERWISE_NAME)
                    && let Some(row) = self.receiving.row_mut(id)
                {
                    row.incoming.accept_as(path);
                }
            }
            Report::SaveToPicked(id, ticks, picked) => {
                if let Some(folder) = self.picked_one(picked, OTHERWISE_NAME)
                    && let Some(row) = self.receiving.row_mut(id)
                {
                    self.settings.note_folder(folder.clone());
                    row.accept(ticks, Some(folder));
                }
            }
            Report::Gathered(gathered) => self.sending.take_gathered(gathered),
            Report::LeftoversFound(folders, found) => self.take_leftovers(&folders, found),
            Report::LeftoverDiscarded(discarded) => self.leftover_discarded(&discarded),
            Report::DevicesChanged(changed) => {
                if let Err(notice) = changed {
                    self.messages.tell(notice);
                }
            }
            Report::FolderChecked(folder, checked) => self.take_folder_check(&folder, &checked),
            Report::OpenFailed(path, words) => self.messages.tell(cannot_open(&path, words)),
            Report::PartialKept(id, kept) => self.take_kept(id, kept),
            Report::PartialDiscarded(id, discarded) => self.set_stage(
                id,
                match discarded {
                    Ok(()) => Stage::PartialDiscarded,
                    Err(fault) => Stage::Failed(Notice::from(&fault)),
                },
            ),
            Report::EmptySaved(id, saved) => self.set_stage(
                id,
                match saved {
                    Ok(path) => Stage::Saved {
                        path,
                        bytes: 0,
                        elapsed: None,
                    },
                    Err(fault) => Stage::Failed(Notice::from(&fault)),
                },
            ),
            Report::Checked(number, verdict) => self.reach.take(number, verdict),
            Report::HistoryRead(found) => self.take_history(found),
            Report::HistoryFailed(notice) => self.messages.tell(notice),
            Report::Bug(words) => {
                self.reach.give_up();
                self.dialog_open = false;
                self.sending.chosen.give_up_gathering();
                let error = Error::Ours(OurFault::Bug(words));
                self.messages.tell(Notice::from(&error));
            }
        }
    }

    fn picked(&mut self, picked: Picked, otherwise: &str) -> Vec<PathBuf> {
        self.dialog_open = false;
        match picked {
            Picked::Paths(paths) => paths,
            Picked::Nothing => Vec::new(),
            Picked::NoDialog => {
                self.messages.tell(dialogs::no_dialog(otherwise));
                Vec::new()
            }
        }
    }

    fn picked_one(&mut self, picked: Picked, otherwise: &str) -> Option<PathBuf> {
        self.picked(picked, otherwise).into_iter().next()
    }

    /// Only the folder that is set now is of interest.
    fn take_folder_check(&mut self, folder: &Path, checked: &Result<(), DiskFault>) {
        if folder != self.settings.folder() {
            return;
        }
        match checked {
            Ok(()) if self.receiving.listening_port().is_some() => {
                self.receiving.set_problem(None);
            }
            Ok(()) => {}
            Err(fault) => self.receiving.set_problem(Some(Notice::from(fault))),
        }
    }

    fn take_kept(&mut self, id: TransferId, kept: Result<PathBuf, DiskFault>) {
        let stage = match kept {
            Ok(path) => {
                let bytes = self.receiving.row_mut(id).map_or(0, |row| match row.stage {
                    Stage::Interrupted { bytes, .. } => bytes,
                    _ => 0,
                });
                Stage::PartialKept { path, bytes }
            }
            Err(fault) => Stage::Failed(Notice::from(&fault)),
        };
        self.set_stage(id, stage);
    }
}

const OTHERWISE_START: &str = "Without it, start Onehop with the files: onehop FILE...";
const OTHERWISE_DROP: &str =
    "Without it, drop the files on this window, or start Onehop with them: onehop FILE...";
const OTHERWISE_FOLDER: &str =
    "Without it, close Onehop and name the folder in the settings file: folder = \"/some/folder\"";
const OTHERWISE_NAME: &str = "Without it, Accept saves in the folder shown above.";

fn cannot_open(path: &Path, words: Option<String>) -> Notice {
    let (headline, meaning) = match words {
        Some(_) => (
            "The file could not be opened.",
            "It is saved, but this system could not start a program for it. Open it from your \
             file manager:",
        ),
        None => (
            "The file is not there any more.",
            "It was saved, and has been moved, renamed or removed since. It was here:",
        ),
    };
    Notice {
        headline: headline.to_owned(),
        advice: format!("{meaning} {}", path.display()),
        details: words,
    }
}
