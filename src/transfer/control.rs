//! How a handle reaches its worker: cancel, and the user's decision about a request.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::Merge;
use crate::error::QuestionKind;
use crate::net::connection::Readiness;
use crate::net::interrupt::Interrupt;

/// What the user decided where a worker had to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A receiver's yes.
    Accept(Acceptance),
    /// A classic receiver's yes: save it as exactly this file.
    AcceptAs(PathBuf),
    /// A receiver's no.
    Decline,
    /// A sender's yes.
    GoOn {
        /// What it was asked.
        question: QuestionKind,
        /// Not to be asked again: remember the device, or that classic is fine for this host.
        remember: bool,
    },
    /// A sender's no.
    Reject(QuestionKind),
}

impl Decision {
    /// What a sender was asked.
    fn question(&self) -> Option<QuestionKind> {
        match self {
            Self::GoOn { question, .. } | Self::Reject(question) => Some(*question),
            Self::Accept(_) | Self::AcceptAs(_) | Self::Decline => None,
        }
    }
}

/// A receiver's yes, and how it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acceptance {
    /// Save in this folder instead of the usual one.
    pub folder: Option<PathBuf>,
    /// Which folders are added to those that are there already.
    pub merge: Merge,
    /// Know this device from now on.
    pub remember: bool,
}

/// Shared by a handle and its worker thread.
#[derive(Debug)]
pub(crate) struct Control {
    interrupt: Arc<Interrupt>,
    decisions: Mutex<Decisions>,
}

#[derive(Debug, Default)]
struct Decisions {
    /// What a sender is asked now.
    open: Option<QuestionKind>,
    made: Option<Decision>,
}

impl Control {
    /// Of the worker that waits there.
    pub(crate) fn new(readiness: &Readiness) -> Self {
        Self {
            interrupt: readiness.interrupt().clone(),
            decisions: Mutex::default(),
        }
    }

    /// What cancels and wakes the worker.
    pub(crate) fn interrupt(&self) -> &Arc<Interrupt> {
        &self.interrupt
    }

    pub(crate) fn cancel(&self) {
        self.interrupt.cancel();
    }

    pub(crate) fn cancelled(&self) -> bool {
        self.interrupt.cancelled()
    }

    /// The first decision counts; later ones are ignored, and so are answers to a question that is
    /// not open.
    pub(crate) fn decide(&self, decision: Decision) {
        let mut decisions = self.decisions();
        let question = decision.question();
        if question.is_none() || question == decisions.open {
            decisions.made.get_or_insert(decision);
        }
        drop(decisions);
        self.interrupt.wake();
    }

    pub(crate) fn decision(&self) -> Option<Decision> {
        self.decisions().made.clone()
    }

    /// A receiver's yes covers not all that turned out to come: another one is needed.
    pub(crate) fn take_back_yes(&self) {
        let is_yes = |made: &mut Decision| matches!(made, Decision::Accept(_));
        self.decisions().made.take_if(is_yes);
    }

    /// From now on this is the open question.
    pub(crate) fn ask(&self, question: QuestionKind) {
        *self.decisions() = Decisions {
            open: Some(question),
            made: None,
        };
    }

    /// The answer to the open question, which then is open no more.
    pub(crate) fn take_answer(&self) -> Option<Decision> {
        let mut decisions = self.decisions();
        let answer = decisions.made.take()?;
        decisions.open = None;
        Some(answer)
    }

    fn decisions(&self) -> MutexGuard<'_, Decisions> {
        let decisions = self.decisions.lock();
        decisions.unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const YES: Decision = Decision::GoOn {
        question: QuestionKind::DifferentComputer,
        remember: false,
    };

    #[test]
    fn an_answer_answers_its_own_question_alone() {
        let control = Control::new(&Readiness::new().unwrap());
        control.decide(YES);
        assert_eq!(control.take_answer(), None);
        control.ask(QuestionKind::DifferentComputer);
        control.decide(YES);
        // The button was pressed twice.
        control.decide(YES);
        assert_eq!(control.take_answer(), Some(YES));
        control.decide(YES);
        control.ask(QuestionKind::Code);
        control.decide(YES);
        assert_eq!(control.take_answer(), None);
        let no = Decision::Reject(QuestionKind::Code);
        control.decide(no.clone());
        control.decide(Decision::GoOn {
            question: QuestionKind::Code,
            remember: true,
        });
        assert_eq!(control.take_answer(), Some(no));
    }
}
