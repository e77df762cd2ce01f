//! The history as the window keeps it: in memory, and in a file beside the settings.

mod writer;

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use self::writer::HistoryWriter;
use super::App;
use super::background::{Background, Job, Report};
use crate::config;
use crate::history::{History, Record};
use crate::messages::UserMessage;
use crate::messages::window::problems;
use crate::ui::{HistoryAction, Mode, To};

const FILE_NAME: &str = "history.jsonl";
/// So long closing the window waits for the last write.
const PATIENCE: Duration = Duration::from_secs(2);

/// The history, and where it is kept.
#[derive(Debug)]
pub(super) struct SavedHistory {
    history: History,
    keeper: Option<HistoryWriter>,
    /// What the file holds is known: it may be written.
    read: bool,
}

/// What a job found in the file.
#[derive(Debug)]
pub(super) struct Found {
    /// `None` if the file cannot be read and must be left alone.
    history: Option<History>,
    /// What the user has to know of it.
    notice: Option<UserMessage>,
}

impl SavedHistory {
    /// Without a folder the history lasts as long as the window.
    pub(super) fn new(folder: Option<&Path>) -> Self {
        Self {
            history: History::default(),
            keeper: folder.map(|folder| HistoryWriter::new(folder.join(FILE_NAME))),
            read: false,
        }
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.keeper.as_ref().map(HistoryWriter::path)
    }

    pub(super) fn add(&mut self, records: Vec<Record>, background: &Background) {
        if !records.is_empty() {
            for record in records {
                self.history.add(record);
            }
            self.save(background);
        }
    }

    fn clear(&mut self, background: &Background) {
        self.history.clear();
        // Also of what could not be read.
        self.read = true;
        self.save(background);
    }

    fn take_found(&mut self, found: History, background: &Background) {
        let had_some = !self.history.is_empty();
        self.history.add_older(found);
        self.read = true;
        if had_some {
            self.save(background);
        }
    }

    fn save(&mut self, background: &Background) {
        if let Some(keeper) = self.keeper.as_mut().filter(|_| self.read) {
            keeper.write(self.history.to_text(), background.reporter());
        }
    }

    pub(super) fn finish(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            keeper.finish(PATIENCE);
        }
    }
}

/// Reads what is kept. A file with lines that cannot be understood is kept as it is beside the one
/// that is written from now on, and that has all the others in it.
fn read(path: &Path) -> Found {
    let (history, notice) = match config::read(path) {
        Ok(None) => (Some(History::default()), None),
        Ok(Some(text)) => match History::from_text(&text) {
            (history, 0) => (Some(history), None),
            (history, _) => set_aside(path, history),
        },
        Err(error) if error.kind() == ErrorKind::InvalidData => set_aside(path, History::default()),
        Err(error) => (None, Some(problems::history_unreadable(path, &error))),
    };
    Found { history, notice }
}

fn set_aside(path: &Path, understood: History) -> (Option<History>, Option<UserMessage>) {
    let aside = config::move_aside(path).and_then(|aside| {
        config::write(path, &understood.to_text())?;
        Ok(aside)
    });
    match aside {
        Ok(aside) => (
            Some(understood),
            Some(problems::history_not_understood(&aside)),
        ),
        Err(error) => (None, Some(problems::history_unreadable(path, &error))),
    }
}

impl App {
    pub(super) fn read_history(&mut self) {
        if let Some(path) = self.saved_history.path().map(Path::to_owned) {
            self.run(Job::ReadHistory, move || {
                Some(Report::HistoryRead(read(&path)))
            });
        }
    }

    pub(super) fn take_history(&mut self, found: Found) {
        if let Some(history) = found.history {
            self.saved_history.take_found(history, &self.background);
        }
        if let Some(notice) = found.notice {
            self.messages.tell(notice);
        }
    }

    /// Remembers what is over, if that is wanted.
    pub(super) fn remember_transfers(&mut self, over: Vec<Record>) {
        if self.settings.history {
            self.saved_history.add(over, &self.background);
        }
    }

    pub(super) fn perform_history(&mut self, action: HistoryAction) {
        let path_of = |app: &Self, number| {
            let record = app.saved_history.history().record(number)?;
            record.paths.first().cloned()
        };
        match action {
            HistoryAction::Open(number) => {
                let path = path_of(self, number);
                self.open(path);
            }
            HistoryAction::ShowInFolder(number) => {
                let path = path_of(self, number);
                self.show_in_folder(path);
            }
            HistoryAction::SendAgain(number) => self.send_again(number),
            HistoryAction::Clear => self.saved_history.clear(&self.background),
            HistoryAction::Keep(on) => self.settings.history = on,
        }
    }

    fn send_again(&mut self, number: u64) {
        let Some(record) = self.saved_history.history().record(number) else {
            return;
        };
        let (Some(host), Some(port)) = (record.host.clone(), record.port) else {
            return;
        };
        let (paths, what) = (record.paths.clone(), record.what.clone());
        let to = To {
            host,
            port: port.to_string(),
            picked: None,
        };
        let context = self.send_context();
        self.mode = Mode::Send;
        self.sending.start_paths(&to, paths, what, &context);
    }
}
