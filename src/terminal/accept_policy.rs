//! What `receive` does with other Onehops: who they are, what they offer, whether to take it.

use std::io::{self, IsTerminal as _};

use super::question::{Question, Reply};
use super::receiving::{Receiving, Transfer};
use super::screen::{Screen, indented};
use super::trust;
use crate::disk::Merge;
use crate::messages::{contact, terminal};
use crate::protocol::greeting::harmless;
use crate::transfer::{Acceptance, Introduced, Offered, PeerDevice, TransferId, Trust};

/// More top-level names than this are counted, not listed.
const MOST_NAMES: usize = 20;

/// What was decided on the command line about other Onehops.
#[derive(Debug)]
pub(super) struct AcceptPolicy {
    /// Keys, and who is known.
    pub(super) trust: Trust,
    /// Known computers are not asked about.
    pub(super) yes: bool,
    /// Whoever is accepted is remembered.
    pub(super) remember: bool,
    /// Which folders are added to those that are there.
    pub(super) merge: Merge,
}

impl AcceptPolicy {
    /// Whether this device needs no code from here: it is remembered, or `--trust` names it.
    fn knows(&self, device: &PeerDevice) -> bool {
        device.remembered || self.trust.trusted.contains(&device.fingerprint)
    }

    /// Whether a yes was given beforehand. That it has to show a code, since it does not know this
    /// computer, is then its own user's business.
    fn accepts(&self, introduced: &Introduced) -> bool {
        let device = &introduced.device;
        (self.yes && self.knows(device))
            || (introduced.code.is_none() && device.saves_without_asking)
    }

    /// Why nothing is taken from it while nobody can be asked, with the word that is missing.
    fn missing_word(&self, device: &PeerDevice) -> String {
        if self.knows(device) {
            return terminal::CANNOT_ASK.to_owned();
        }
        terminal::cannot_compare(device.fingerprint, !self.yes)
    }

    /// Knows whoever was accepted from now on, if that is wanted; nobody does yet where no question
    /// was put.
    pub(super) fn remember(&self, device: &PeerDevice, screen: &Screen) {
        if self.remember && self.trust.devices.find(device.fingerprint).is_none() {
            trust::remember(&self.trust.devices, device, screen);
        }
    }
}

impl Receiving {
    /// A sender says who it is and how much it has.
    pub(super) fn introduced(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get_mut(&id) else {
            return;
        };
        let Some(introduced) = transfer.incoming.introduced() else {
            return;
        };
        let welcome = self.accept_policy.accepts(introduced);
        if !welcome && !self.questions.interactive() {
            // At once, so that nobody over there compares a code in vain, and in one line with
            // the no: whoever keeps calling must not fill a log.
            transfer.missing_word = Some(self.accept_policy.missing_word(&introduced.device));
            transfer.handle.decline();
            return;
        }
        let sentence = contact::introduced(introduced, transfer.incoming.peer());
        self.screen.say(&sentence);
        if let Some(code) = introduced.code {
            self.screen.say(&terminal::code_to_confirm(code));
            if !welcome {
                self.questions
                    .put(Question::Unconfirmed { id }, &self.screen);
            }
        }
    }

    /// It has told the names.
    pub(super) fn offered(&mut self, id: TransferId, offered: &Offered) {
        self.questions.withdraw(id, &self.screen);
        let is_declined = |transfer: &Transfer| transfer.missing_word.is_some();
        if self.transfers.get(&id).is_some_and(is_declined) {
            // The list was under way when the no was said.
            return;
        }
        let Some(introduced) = self.introduction(id) else {
            return;
        };
        let name = &introduced.device.name;
        let code = introduced.code;
        let is_hidden = offered.hidden > 0;
        let welcome = self.accept_policy.accepts(introduced) && !is_hidden;
        if offered.is_text {
            self.screen.say(&terminal::offers_text(name));
        } else {
            let merge = self.accept_policy.merge;
            let names = indented(&contact::offered(offered, merge, MOST_NAMES));
            let offers = terminal::offers(name);
            self.screen.say(&format!("{offers}\n{names}"));
        }
        if offered.decided {
            return;
        }
        let interactive = self.questions.interactive();
        if let Some(transfer) = self.transfers.get_mut(&id) {
            // Of a long list more may have come to light after a yes.
            if let Some(bar) = transfer.bar.take() {
                bar.remove(&self.screen);
            }
            if is_hidden && !interactive {
                transfer.missing_word = Some(terminal::CANNOT_ASK_ABOUT_HIDDEN.to_owned());
            }
        }
        if welcome {
            self.accept(id, self.accept_policy.remember);
        } else {
            self.put(Question::Accept { id, code });
        }
    }

    /// The user has decided about an offer.
    pub(super) fn decide(&mut self, id: TransferId, reply: Reply) {
        let is_known = |introduced: &Introduced| introduced.device.remembered;
        let is_known = self.introduction(id).is_some_and(is_known);
        match reply {
            Reply::Yes if is_known || self.accept_policy.remember => {
                self.accept(id, self.accept_policy.remember);
            }
            Reply::Yes => {
                let question = Question::Remember { id };
                self.questions.put_next(question, &self.screen);
            }
            Reply::No | Reply::Nobody => {
                if let Some(transfer) = self.transfers.get(&id) {
                    transfer.handle.decline();
                }
            }
        }
    }

    /// Takes what it offers.
    pub(super) fn accept(&self, id: TransferId, remember: bool) {
        if let Some(transfer) = self.transfers.get(&id) {
            transfer.handle.accept_with(Acceptance {
                remember,
                merge: self.accept_policy.merge,
                ..Acceptance::default()
            });
        }
    }

    /// A text came: it is for stdout, as it is, unless a terminal would take some of it for a command.
    pub(super) fn print_text(&self, text: &str) {
        let printed = if io::stdout().is_terminal() {
            self.screen.print(&harmless(text.as_bytes()))
        } else {
            self.screen.print(text)
        };
        if !printed {
            // The sender has been told that it is here, so it must not be lost.
            self.screen.say(text);
        }
    }

    fn introduction(&self, id: TransferId) -> Option<&Introduced> {
        self.transfers.get(&id)?.incoming.introduced()
    }
}
