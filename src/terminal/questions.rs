//! Questions to the user: one at a time, and an answer counts only for the question it was
//! typed under.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::answers::{Answers, Line, Typed};
use super::question::{Question, Reply};
use super::screen::Screen;
use crate::messages::terminal;
use crate::session::queue::SendId;
use crate::transfer::TransferId;

/// Nobody reads a question and answers it so fast: such a line was typed for an earlier question
/// and must not put a file on the disk.
const FASTEST_ANSWER: Duration = Duration::from_millis(250);
/// A line that comes at once was waiting already: it was typed before anything was asked.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// The open question and those that wait for their turn.
#[derive(Debug)]
pub(super) struct Questions {
    bell: Waker,
    interactive: bool,
    answers: Option<Answers>,
    open: Option<Open>,
    waiting: VecDeque<Question>,
}

#[derive(Debug)]
struct Open {
    question: Question,
    asked_at: Instant,
}

impl Questions {
    pub(super) fn new(bell: Waker) -> Self {
        Self {
            bell,
            interactive: Screen::interactive(),
            answers: None,
            open: None,
            waiting: VecDeque::new(),
        }
    }

    /// Whether there is somebody who can answer.
    pub(super) fn interactive(&self) -> bool {
        self.interactive
    }

    /// Whether nothing is left to be decided.
    pub(super) fn all_answered(&self) -> bool {
        let open = self.open.iter().map(|open| &open.question);
        open.chain(&self.waiting).all(Question::can_wait)
    }

    /// Whether this question, which concerns no transfer, is open or waits for its turn.
    pub(super) fn asks_to_allow_next(&self) -> bool {
        let open = self.open.iter().map(|open| &open.question);
        open.chain(&self.waiting)
            .any(|question| matches!(question, Question::AllowNext))
    }

    /// Takes back this question, which concerns no transfer.
    pub(super) fn withdraw_allow_next(&mut self, screen: &Screen) {
        self.withdraw_if(screen, |question| matches!(question, Question::AllowNext));
    }

    /// Puts a question that follows from an answer, before those that wait.
    pub(super) fn put_next(&mut self, question: Question, screen: &Screen) {
        self.waiting.push_front(question);
        self.ask_next(screen);
    }

    /// Puts a question, now or after those that came before it.
    pub(super) fn put(&mut self, question: Question, screen: &Screen) {
        if !question.can_wait()
            && let Some(open) = self.open.take_if(|open| open.question.can_wait())
        {
            screen.withdrawn();
            self.waiting.push_back(open.question);
        }
        self.waiting.push_back(question);
        self.ask_next(screen);
    }

    /// The transfer is over: nobody needs an answer about it any more.
    pub(super) fn withdraw(&mut self, id: TransferId, screen: &Screen) {
        self.withdraw_if(screen, |question| question.is_about(id));
    }

    /// The try is over: nobody needs an answer about it any more.
    pub(super) fn withdraw_of(&mut self, id: SendId, screen: &Screen) {
        self.withdraw_if(screen, |question| question.is_of(id));
    }

    fn withdraw_if(&mut self, screen: &Screen, is_meant: impl Fn(&Question) -> bool) {
        self.waiting.retain(|question| !is_meant(question));
        if self.open.take_if(|open| is_meant(&open.question)).is_some() {
            screen.withdrawn();
        }
    }

    /// The next question that has been decided. Puts the one after it.
    pub(super) fn next_decided(&mut self, screen: &Screen) -> Option<(Question, Reply)> {
        let decided = self.read_answers(screen);
        if decided.is_none() {
            self.ask_next(screen);
        }
        decided
    }

    /// Closes all questions and returns them undecided.
    pub(super) fn give_up(&mut self, screen: &Screen) -> Vec<Question> {
        screen.withdrawn();
        let open = self.open.take().map(|open| open.question);
        open.into_iter().chain(self.waiting.drain(..)).collect()
    }

    fn read_answers(&mut self, screen: &Screen) -> Option<(Question, Reply)> {
        while self.interactive {
            match self.answers.as_ref()?.next() {
                Typed::Nothing => return None,
                Typed::Ended => self.interactive = false,
                // What is typed while nothing is asked means nothing.
                Typed::Line(line) => {
                    let Some(open) = self.open.take() else {
                        continue;
                    };
                    screen.answered();
                    match open.question.reply(&line.text) {
                        _ if !is_answer(&line, open.asked_at) => {
                            screen.say(terminal::TOO_EARLY);
                        }
                        Err(instead) => screen.say(instead),
                        Ok(reply) => return Some((open.question, reply)),
                    }
                    self.ask(open.question, screen);
                }
            }
        }
        screen.withdrawn();
        let open = self.open.take().map(|open| open.question);
        let question = open.or_else(|| self.waiting.pop_front())?;
        Some((question, Reply::Nobody))
    }

    fn ask_next(&mut self, screen: &Screen) {
        if self.open.is_some() || !self.interactive {
            return;
        }
        let urgent = self.waiting.iter().position(|it| !it.can_wait());
        if let Some(question) = self.waiting.remove(urgent.unwrap_or(0)) {
            self.ask(question, screen);
        }
    }

    fn ask(&mut self, question: Question, screen: &Screen) {
        if self.answers.is_none() {
            match Answers::start(self.bell.clone()) {
                Ok(answers) => self.answers = Some(answers),
                Err(error) => {
                    log::error!("no thread to read answers: {error}");
                    self.interactive = false;
                }
            }
        }
        screen.ask(&question.text());
        self.open = Some(Open {
            question,
            asked_at: Instant::now(),
        });
    }
}

/// Whether the line was typed under the question, and not before it.
fn is_answer(line: &Line, asked_at: Instant) -> bool {
    line.waited >= SHORTEST_WAIT && line.at.saturating_duration_since(asked_at) >= FASTEST_ANSWER
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(waited: Duration, at: Instant) -> Line {
        Line {
            text: "y".to_owned(),
            waited,
            at,
        }
    }

    #[test]
    fn a_line_that_was_typed_before_the_question_is_no_answer() {
        let asked_at = Instant::now();
        let later = asked_at + Duration::from_secs(2);
        assert!(!is_answer(&line(Duration::ZERO, later), asked_at));
        let at_once = asked_at + Duration::from_millis(10);
        assert!(!is_answer(&line(Duration::from_secs(9), at_once), asked_at));
        assert!(is_answer(&line(Duration::from_secs(2), later), asked_at));
    }
}
