//! Small jobs that might block, each on a named thread: native dialogs, looking at files, opening
//! them. The window's own thread never waits.

use std::path::PathBuf;
use std::sync::mpsc;
use std::task::Waker;

use super::history::Found;
use super::sending::Gathered;
use crate::disk::incoming::Leftover;
use crate::error::{DiskFault, Error};
use crate::messages::UserMessage;
use crate::messages::diagnostics::Verdict;
use crate::transfer::{Acceptance, TransferId};
use crate::worker::spawn;

/// What a job found out.
#[derive(Debug)]
pub(super) enum Report {
    /// The dialog for files or a folder to send was closed.
    SourcePicked(Picked),
    /// The dialog for the folder to save in was closed.
    FolderPicked(Picked),
    /// The dialog for another name for an incoming file was closed.
    SaveAsPicked(TransferId, Picked),
    /// The dialog for another folder for what another Onehop offers was closed.
    SaveToPicked(TransferId, Acceptance, Picked),
    /// What was chosen to be sent was looked at.
    Gathered(Gathered),
    /// The folder to save in was searched for what interrupted transfers left.
    LeftoversFound(Vec<PathBuf>, Vec<Leftover>),
    /// A leftover was thrown away, or not.
    LeftoverDiscarded(Result<(), DiskFault>),
    /// The known devices were changed, or not.
    DevicesChanged(Result<(), UserMessage>),
    /// The folder to save in was looked at.
    FolderChecked(PathBuf, Result<(), DiskFault>),
    /// Opening this file may run something, so it was not opened.
    MayRun(PathBuf),
    /// A file could not be opened or shown: the system's words, or nothing if it is not there.
    OpenFailed(PathBuf, Option<String>),
    /// What arrived of an interrupted transfer was kept, or not.
    PartialKept(TransferId, Result<PathBuf, DiskFault>),
    /// What arrived of an interrupted transfer was thrown away, or not.
    PartialDiscarded(TransferId, Result<(), DiskFault>),
    /// An empty file was saved, or not.
    EmptySaved(TransferId, Result<PathBuf, DiskFault>),
    /// Whether other computers can reach this one was looked into; which look it was.
    Checked(u64, Verdict),
    /// What was transferred before this start.
    HistoryRead(Found),
    /// The history could not be written.
    HistoryFailed(UserMessage),
    /// A job ended by a panic: a bug, in these words. It reports nothing else.
    Bug(Job, String),
}

/// What is done in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    ChangeDevices,
    CheckFolder,
    CheckReach,
    DiscardLeftover,
    DiscardPartial,
    FileDialog,
    KeepPartial,
    LookAtFiles,
    LookForLeftovers,
    Open,
    ReadHistory,
    SaveEmpty,
    ShowInFolder,
}

impl Job {
    fn thread_name(self) -> &'static str {
        match self {
            Self::ChangeDevices => "change-devices",
            Self::CheckFolder => "check-folder",
            Self::CheckReach => "check",
            Self::DiscardLeftover => "discard-leftover",
            Self::DiscardPartial => "discard-partial",
            Self::FileDialog => "file-dialog",
            Self::KeepPartial => "keep-partial",
            Self::LookAtFiles => "look-at-files",
            Self::LookForLeftovers => "look-for-leftovers",
            Self::Open => "open-file",
            Self::ReadHistory => "read-history",
            Self::SaveEmpty => "save-empty",
            Self::ShowInFolder => "show-file",
        }
    }
}

/// How a native dialog ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Picked {
    /// The user chose these, at least one.
    Paths(Vec<PathBuf>),
    /// The user chose nothing.
    Nothing,
    /// The system showed no dialog.
    NoDialog,
}

/// Starts jobs and gathers what they report.
#[derive(Debug)]
pub(super) struct Background {
    sender: mpsc::Sender<Report>,
    receiver: mpsc::Receiver<Report>,
    waker: Waker,
}

impl Background {
    /// `waker` is woken after each report.
    pub(super) fn new(waker: Waker) -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            sender,
            receiver,
            waker,
        }
    }

    /// Runs `work` on a thread of its own; it reports at most once.
    pub(super) fn run(
        &self,
        job: Job,
        work: impl FnOnce() -> Option<Report> + Send + 'static,
    ) -> Result<(), Error> {
        let report = self.reporter();
        let report_bug = report.clone();
        spawn(
            job.thread_name(),
            move || {
                if let Some(found) = work() {
                    report(found);
                }
            },
            move |words| report_bug(Report::Bug(job, words)),
        )?;
        Ok(())
    }

    /// Takes reports from any thread.
    pub(super) fn reporter(&self) -> impl Fn(Report) + Clone + Send + 'static {
        let (sender, waker) = (self.sender.clone(), self.waker.clone());
        move |report| {
            // The window may be gone already; then nobody needs the report.
            sender.send(report).ok();
            waker.wake_by_ref();
        }
    }

    /// What has been reported since the last time.
    pub(super) fn reports(&self) -> Vec<Report> {
        self.receiver.try_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use std::time::Duration;

    use super::*;

    #[test]
    fn a_panic_is_reported_with_the_job_that_it_ended() {
        let background = Background::new(Waker::noop().clone());
        background
            .run(Job::SaveEmpty, || panic!("as expected"))
            .unwrap();
        let report = background
            .receiver
            .recv_timeout(Duration::from_secs(10))
            .unwrap();
        assert!(matches!(report, Report::Bug(Job::SaveEmpty, words) if words == "as expected"));
    }
}
