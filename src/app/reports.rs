//! Takes in what background jobs report.

use std::path::{Path, PathBuf};

use super::App;
use super::background::{Job, Picked, Report};
use crate::error::{DiskFault, Error, OurFault};
use crate::messages::UserMessage;
use crate::messages::window::dialogs::{Otherwise, chosen_too_late, no_dialog};
use crate::messages::window::problems::cannot_open;
use crate::session::Incoming;
use crate::transfer::{Acceptance, TransferId};

impl App {
    pub(super) fn take_report(&mut self, report: Report) {
        match report {
            Report::SourcePicked(picked) => {
                let otherwise = if self.drops_are_lost {
                    Otherwise::Start
                } else {
                    Otherwise::Drop
                };
                let paths = self.picked(picked, otherwise);
                if !paths.is_empty() {
                    self.choose_sources(paths);
                }
            }
            Report::FolderPicked(picked) => {
                if let Some(folder) = self.picked_one(picked, Otherwise::Settings) {
                    let before = self.settings.folder();
                    self.settings.note_folder(before);
                    self.settings.folder = Some(folder);
                    self.receiving.follow(&self.settings);
                    self.check_folder();
                }
            }
            Report::SaveAsPicked(id, picked) => {
                if let Some(path) = self.picked_one(picked, Otherwise::Accept) {
                    self.save_as(id, &path);
                }
            }
            Report::SaveToPicked(id, acceptance, picked) => {
                if let Some(folder) = self.picked_one(picked, Otherwise::Accept) {
                    self.save_to(id, acceptance, folder);
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
            Report::MayRun(path) => self.asked_to_open = Some(path),
            Report::OpenFailed(path, words) => {
                self.messages.tell(cannot_open(&path, words));
            }
            Report::PartialKept(id, kept) => self.tell_row(id, |row| row.kept(kept)),
            Report::PartialDiscarded(id, discarded) => {
                self.tell_row(id, |row| row.discarded(discarded));
            }
            Report::EmptySaved(id, saved) => self.tell_row(id, |row| row.saved_empty(saved)),
            Report::Checked(number, verdict) => self.reach.take(number, verdict),
            Report::HistoryRead(found) => self.take_history(found),
            Report::HistoryFailed(notice) => self.messages.tell(notice),
            Report::Bug(job, words) => {
                self.give_up(job);
                let error = Error::Ours(OurFault::Bug(words));
                self.messages.tell(UserMessage::from(&error));
            }
        }
    }

    /// Nothing more will come of this job, whatever the others do.
    fn give_up(&mut self, job: Job) {
        match job {
            Job::CheckReach => self.reach.give_up(),
            Job::FileDialog => self.dialog_open = false,
            Job::LookAtFiles => self.sending.chosen.give_up_one(),
            Job::DiscardLeftover => self.look_for_leftovers(),
            _ => {}
        }
    }

    /// Another name was chosen for a classic sender's file.
    fn save_as(&mut self, id: TransferId, path: &Path) {
        let row = self.receiving.row_mut(id);
        if let Some(row) = row.filter(|row| row.incoming.can_accept()) {
            row.handle.accept_as(path.to_owned());
        } else {
            self.messages.tell(chosen_too_late(path));
        }
    }

    /// Another folder was chosen for what another Onehop offers.
    fn save_to(&mut self, id: TransferId, mut acceptance: Acceptance, folder: PathBuf) {
        let row = self.receiving.row_mut(id);
        if let Some(row) = row.filter(|row| row.incoming.can_accept()) {
            acceptance.folder = Some(folder.clone());
            row.handle.accept_with(acceptance);
            self.settings.note_folder(folder);
        } else {
            self.messages.tell(chosen_too_late(&folder));
        }
    }

    fn picked(&mut self, picked: Picked, otherwise: Otherwise) -> Vec<PathBuf> {
        self.dialog_open = false;
        match picked {
            Picked::Paths(paths) => paths,
            Picked::Nothing => Vec::new(),
            Picked::NoDialog => {
                self.messages.tell(no_dialog(otherwise));
                Vec::new()
            }
        }
    }

    fn picked_one(&mut self, picked: Picked, otherwise: Otherwise) -> Option<PathBuf> {
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
            Err(fault) => self.receiving.set_problem(Some(UserMessage::from(fault))),
        }
    }

    fn tell_row(&mut self, id: TransferId, tell: impl FnOnce(&mut Incoming)) {
        if let Some(row) = self.receiving.transfer_mut(id) {
            tell(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;

    use super::*;
    use crate::app::Settings;

    fn window() -> Harness<'static, App> {
        Harness::builder().build_eframe(|cc| App::with_settings(cc, Settings::default()))
    }

    #[test]
    fn the_file_dialog_is_open_whatever_becomes_of_other_jobs() {
        let mut window = window();
        let app = window.state_mut();
        app.dialog_open = true;
        for (job, is_open) in [(Job::CheckReach, true), (Job::FileDialog, false)] {
            app.take_report(Report::Bug(job, "as expected".to_owned()));
            assert_eq!(app.dialog_open, is_open, "{job:?}");
        }
    }

    #[test]
    fn what_is_chosen_for_a_request_that_is_over_is_told_and_not_remembered() {
        let gone = TransferId(7);
        let chosen = || Picked::Paths(vec!["chosen".into()]);
        for report in [
            Report::SaveAsPicked(gone, chosen()),
            Report::SaveToPicked(gone, Acceptance::default(), chosen()),
        ] {
            let mut window = window();
            let app = window.state_mut();
            app.take_report(report);
            let shown = app.messages.shown();
            let told = shown
                .iter()
                .any(|it| it.notice == chosen_too_late("chosen".as_ref()));
            assert!(told, "{shown:?}");
            assert!(!app.settings.all_folders().contains(&"chosen".into()));
        }
    }
}
