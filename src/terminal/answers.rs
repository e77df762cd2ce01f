//! What the user types, line by line.

use std::io::{self, BufRead as _};
use std::sync::mpsc::{self, TryRecvError};
use std::task::Waker;
use std::thread;
use std::time::{Duration, Instant};

/// Lines typed on stdin, read by a thread of their own so that nothing else waits for them.
///
/// Reading begins with the first question, not before: a receiver in the background must not
/// touch the terminal unless it has something to ask.
#[derive(Debug)]
pub(super) struct Answers {
    lines: mpsc::Receiver<Line>,
}

/// One line that the user typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Without its end.
    pub(super) text: String,
    /// How long the reader had to wait for it: next to nothing if it had been typed before.
    pub(super) waited: Duration,
    /// When its end was typed.
    pub(super) at: Instant,
}

/// What is known of the user's next answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line.
    Line(Line),
    /// Nothing yet.
    Nothing,
    /// Nothing ever: the input has ended.
    Ended,
}

impl Answers {
    /// Starts to read; `bell` rings after each line and at the end.
    ///
    /// # Errors
    ///
    /// The system's, when it does not start the thread.
    pub(super) fn start(bell: Waker) -> io::Result<Self> {
        let (sender, lines) = mpsc::channel();
        // The thread ends with its input or with the program: a read from a terminal cannot be
        // woken, and nobody waits for this one.
        thread::Builder::new()
            .name("answers".to_owned())
            .spawn(move || {
                read_lines(&sender, &bell);
                drop(sender);
                bell.wake();
            })?;
        Ok(Self { lines })
    }

    /// The next line that has been typed.
    pub(super) fn next(&self) -> Typed {
        match self.lines.try_recv() {
            Ok(line) => Typed::Line(line),
            Err(TryRecvError::Empty) => Typed::Nothing,
            Err(TryRecvError::Disconnected) => Typed::Ended,
        }
    }
}

fn read_lines(sender: &mpsc::Sender<Line>, bell: &Waker) {
    let mut lines = io::stdin().lock().lines();
    loop {
        let from = Instant::now();
        let line = lines.next();
        let at = Instant::now();
        let text = match line {
            None => return,
            Some(Ok(text)) => text,
            // Not UTF-8: no answer at all.
            Some(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                char::REPLACEMENT_CHARACTER.into()
            }
            Some(Err(error)) => return log::warn!("the terminal cannot be read: {error}"),
        };
        let waited = at.saturating_duration_since(from);
        if sender.send(Line { text, waited, at }).is_err() {
            return;
        }
        bell.wake_by_ref();
    }
}
