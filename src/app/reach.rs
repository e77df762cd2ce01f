//! Whether other computers can reach this one: looked into when receiving starts, when this
//! computer's addresses change, and on request.

use super::App;
use super::background::{Job, Report};
use crate::diagnostics::readings;
use crate::messages::diagnostics::{Verdict, verdict};
use crate::net::PortState;
use crate::ui::ReachView;

/// What came out of the last look.
#[derive(Debug, Default)]
pub(super) struct Reach {
    looks: u64,
    looking: bool,
    verdict: Option<Verdict>,
}

impl Reach {
    /// A new look begins; what an earlier one finds is no longer of interest.
    fn look(&mut self) -> u64 {
        self.looks += 1;
        self.looking = true;
        self.looks
    }

    pub(super) fn take(&mut self, look: u64, verdict: Verdict) {
        if look == self.looks {
            self.looking = false;
            self.verdict = Some(verdict);
        }
    }

    /// No word will come of the look that goes on.
    pub(super) fn give_up(&mut self) {
        self.looking = false;
    }

    /// Nothing is listened on any more.
    pub(super) fn forget(&mut self) {
        self.looks += 1;
        self.looking = false;
        self.verdict = None;
    }

    pub(super) fn view(&self) -> ReachView<'_> {
        ReachView {
            looking: self.looking,
            verdict: self.verdict.as_ref(),
        }
    }
}

impl App {
    /// Looks on a thread of its own, since it may take a few seconds.
    pub(super) fn check_reach(&mut self) {
        let Some(port) = self.receiving.listening_port() else {
            return self.reach.forget();
        };
        let only_address = self.settings.listen_on;
        let look = self.reach.look();
        let started = self.run(Job::CheckReach, move || {
            let readings = readings(port, PortState::Bound, only_address);
            Some(Report::Checked(look, verdict(&readings)))
        });
        if !started {
            self.reach.give_up();
        }
    }
}
