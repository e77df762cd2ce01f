//! Writes the history on a thread of its own, the latest state last.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::app::background::Report;
use crate::config;
use crate::messages::window::problems;

/// Writes one file. The thread starts with the first change and ends with the keeper.
#[derive(Debug)]
pub(super) struct HistoryWriter {
    path: PathBuf,
    worker: Option<Worker>,
}

#[derive(Debug)]
struct Worker {
    texts: mpsc::Sender<String>,
    /// Closed when the thread has ended.
    ended: mpsc::Receiver<()>,
}

impl HistoryWriter {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, worker: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `text` soon, unless a later one comes before.
    pub(super) fn write(&mut self, text: String, report: impl Fn(Report) + Send + 'static) {
        if self.worker.is_none() {
            self.worker = start(self.path.clone(), report);
        }
        if let Some(worker) = &self.worker {
            worker.texts.send(text).ok();
        }
    }

    /// Waits until everything is written, but no longer than `patience`.
    pub(super) fn finish(&mut self, patience: Duration) {
        if let Some(Worker { texts, ended }) = self.worker.take() {
            drop(texts);
            if ended.recv_timeout(patience) == Err(mpsc::RecvTimeoutError::Timeout) {
                log::warn!("the history was not written in time");
            }
        }
    }
}

fn start(path: PathBuf, report: impl Fn(Report) + Send + 'static) -> Option<Worker> {
    let (texts, receiver) = mpsc::channel::<String>();
    let (alive, ended) = mpsc::channel();
    thread::Builder::new()
        .name("history".to_owned())
        .spawn(move || {
            let _alive: mpsc::Sender<()> = alive;
            while let Ok(text) = receiver.recv() {
                let latest = receiver.try_iter().last().unwrap_or(text);
                if let Err(error) = config::write(&path, &latest) {
                    report(Report::HistoryFailed(problems::history_unwritable(
                        &path, &error,
                    )));
                }
            }
        })
        .inspect_err(|error| log::warn!("the history is not written: {error}"))
        .ok()?;
    Some(Worker { texts, ended })
}
