//! Performs what the user asked for.

use std::path::PathBuf;

use eframe::egui::Context;

use super::background::{Background, Job, Report};
use super::{App, dialogs, receiving, theme_preference};
use crate::disk::{check_folder, save_empty};
use crate::error::Error;
use crate::messages::UserMessage;
use crate::messages::window::dialogs as say;
use crate::net::parse_port;
use crate::transfer::{Acceptance, TransferId};
use crate::ui::{Action, IncomingAction, Mode, ReceiveAction, SendAction};

impl App {
    pub(super) fn perform(&mut self, action: Action, ctx: &Context, frame: &eframe::Frame) {
        match action {
            Action::Show(mode) => {
                self.choose_mode(mode);
                if mode == Mode::Receive {
                    self.look_for_leftovers();
                }
            }
            Action::BeFound(yes) => {
                self.settings.asked_to_receive = true;
                if yes {
                    self.settings.announce = true;
                    self.start_receiving_on(&self.settings.port.to_string());
                }
            }
            Action::Receive(action) => self.perform_receive(action, frame),
            Action::Incoming(id, action) => self.perform_incoming(id, action, frame),
            Action::Send(action) => self.perform_send(action, frame),
            Action::Outgoing(id, action) => {
                let context = self.send_context();
                self.sending.perform(id, action, &context);
            }
            Action::ClearFinished => {
                self.receiving.clear_finished();
                self.sending.clear_finished();
            }
            Action::Device(action) => self.perform_device(action),
            Action::History(action) => self.perform_history(action),
            Action::Opening(answer) => self.perform_opening(answer),
            Action::Notify(on) => self.settings.notifications = on,
            Action::ChooseTheme(theme) => {
                self.settings.theme = theme;
                ctx.set_theme(theme_preference(theme));
            }
            Action::DismissMessage(number) => self.messages.dismiss(number),
            Action::Quit => self.quit(ctx),
            Action::StayOpen => self.stay_open(),
        }
        // What was pressed shows its effect in this pass's successor.
        ctx.request_repaint();
    }

    /// The user wants to see this one, and at the next start again.
    pub(super) fn choose_mode(&mut self, mode: Mode) {
        self.mode = mode;
        self.settings.mode = mode;
    }

    fn perform_receive(&mut self, action: ReceiveAction, frame: &eframe::Frame) {
        match action {
            ReceiveAction::Start(port) => self.start_receiving_on(&port),
            ReceiveAction::Stop => {
                self.receiving.stop();
                self.reach.forget();
                self.settings.receiving = false;
                self.settings.asked_to_receive = true;
            }
            ReceiveAction::Check => self.check_reach(),
            ReceiveAction::ChangeFolder => self.ask_for_folder(frame),
            ReceiveAction::SaveWithoutAsking(on) => self.settings.save_without_asking = on,
            ReceiveAction::ServeAnyAddress(on) => self.settings.any_address = on,
            ReceiveAction::Announce(on) => self.settings.announce = on,
            ReceiveAction::AllowFirstContact => self.receiving.allow_first_contact(),
            ReceiveAction::DiscardLeftover(path) => self.discard_leftover(&path),
        }
        self.receiving.follow(&self.settings);
    }

    fn start_receiving_on(&mut self, typed: &str) {
        // 0 cannot be typed, but may be set: then it stands in the field.
        let unchanged = typed == self.settings.port.to_string();
        match parse_port(typed) {
            Ok(port) => self.settings.port = port,
            Err(_) if unchanged => {}
            Err(fault) => return self.receiving.fail(&Error::Ours(fault)),
        }
        self.start_receiving();
        self.settings.asked_to_receive = true;
        self.settings.receiving = self.receiving.listening_port().is_some();
    }

    pub(super) fn start_receiving(&mut self) {
        let trust = self.keys.trust();
        self.receiving
            .start(&self.settings, trust, self.waker.clone());
        self.check_reach();
        self.check_folder();
    }

    /// A folder that is missing is better told now than when a file comes.
    pub(super) fn check_folder(&mut self) {
        let folder = self.settings.folder();
        self.run(Job::CheckFolder, move || {
            let checked = check_folder(&folder);
            Some(Report::FolderChecked(folder, checked))
        });
        self.look_for_leftovers();
    }

    fn perform_incoming(&mut self, id: TransferId, action: IncomingAction, frame: &eframe::Frame) {
        let Some(row) = self.receiving.row_mut(id) else {
            return;
        };
        match action {
            IncomingAction::Accept(acceptance) => {
                if row.incoming.can_accept() {
                    row.handle.accept_with(acceptance);
                }
            }
            IncomingAction::SaveTo(acceptance) => self.ask_where_to_save(id, acceptance, frame),
            IncomingAction::Decline => row.handle.decline(),
            IncomingAction::Cancel => row.handle.cancel(),
            IncomingAction::SaveAs => self.ask_for_name(id, frame),
            IncomingAction::Open(number) => {
                let path = row.incoming.paths().get(number).cloned();
                self.open(path);
            }
            IncomingAction::ShowInFolder(number) => {
                let path = row.incoming.paths().get(number).cloned();
                self.show_in_folder(path);
            }
            IncomingAction::SaveEmpty => {
                let destination = receiving::destination(&self.settings);
                self.run(Job::SaveEmpty, move || {
                    Some(Report::EmptySaved(id, save_empty(&destination)))
                });
            }
            IncomingAction::KeepPartial => {
                let partial = row.incoming.take_partial();
                self.run(Job::KeepPartial, move || {
                    Some(Report::PartialKept(id, partial?.keep()))
                });
            }
            IncomingAction::DiscardPartial => {
                let partial = row.incoming.take_partial();
                self.run(Job::DiscardPartial, move || {
                    Some(Report::PartialDiscarded(id, partial?.discard()))
                });
            }
            IncomingAction::Dismiss => self.receiving.dismiss(id),
        }
    }

    fn perform_send(&mut self, action: SendAction, frame: &eframe::Frame) {
        match action {
            SendAction::ChooseFiles => self.ask_for_sources(frame),
            SendAction::ChooseFolder => self.ask_for_source_folder(frame),
            SendAction::Remove(index) => self.sending.remove(index),
            SendAction::RemoveAll => self.sending.remove_all(),
            SendAction::Start { to, text } => {
                let context = self.send_context();
                self.sending.start(to, text, &context);
            }
        }
    }

    /// Looks at files and folders that are to be sent too; the report adds them to the list.
    pub(super) fn choose_sources(&mut self, paths: Vec<PathBuf>) {
        self.mode = Mode::Send;
        let job = self.sending.choose(paths);
        if !self.run(Job::LookAtFiles, move || Some(Report::Gathered(job()))) {
            self.sending.chosen.give_up_one();
        }
    }

    pub(super) fn ask_for_sources(&mut self, frame: &eframe::Frame) {
        let dialog = dialogs::dialog(frame, say::CHOOSE_FILES, None);
        self.show_dialog(move || {
            Report::SourcePicked(dialogs::pick_several(|| dialog.pick_files()))
        });
    }

    fn ask_for_source_folder(&mut self, frame: &eframe::Frame) {
        let dialog = dialogs::dialog(frame, say::CHOOSE_FOLDER, None);
        self.show_dialog(move || Report::SourcePicked(dialogs::pick(|| dialog.pick_folder())));
    }

    fn ask_where_to_save(&mut self, id: TransferId, acceptance: Acceptance, frame: &eframe::Frame) {
        let folder = self.settings.folder();
        let dialog = dialogs::dialog(frame, say::CHOOSE_DESTINATION, Some(&folder));
        self.show_dialog(move || {
            Report::SaveToPicked(id, acceptance, dialogs::pick(|| dialog.pick_folder()))
        });
    }

    fn ask_for_folder(&mut self, frame: &eframe::Frame) {
        let folder = self.settings.folder();
        let dialog = dialogs::dialog(frame, say::CHOOSE_DESTINATION, Some(&folder));
        self.show_dialog(move || Report::FolderPicked(dialogs::pick(|| dialog.pick_folder())));
    }

    fn ask_for_name(&mut self, id: TransferId, frame: &eframe::Frame) {
        let destination = receiving::destination(&self.settings);
        let dialog = dialogs::dialog(frame, say::SAVE_AS, Some(&destination.folder))
            .set_file_name(destination.file_name.to_string_lossy());
        self.show_dialog(move || Report::SaveAsPicked(id, dialogs::pick(|| dialog.save_file())));
    }

    fn show_dialog(&mut self, show: impl FnOnce() -> Report + Send + 'static) {
        if !self.dialog_open {
            self.dialog_open = self.run(Job::FileDialog, move || Some(show()));
        }
    }

    /// Does `work` in the background; returns whether it was started.
    pub(super) fn run(
        &mut self,
        job: Job,
        work: impl FnOnce() -> Option<Report> + Send + 'static,
    ) -> bool {
        let started = Background::run(&self.background, job, work);
        started
            .map_err(|error| self.messages.tell(UserMessage::from(&error)))
            .is_ok()
    }
}
