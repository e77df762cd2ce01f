//! What went wrong outside any transfer, until the user has read it.

use crate::messages::UserMessage;
use crate::ui::Message;

/// Older messages than these go by themselves.
const MAX_MESSAGES: usize = 5;

/// The messages that are shown.
#[derive(Debug, Default)]
pub(super) struct Messages {
    shown: Vec<Message>,
    told: u64,
}

impl Messages {
    /// Shows `notice`, unless it is shown already.
    pub(super) fn tell(&mut self, notice: UserMessage) {
        log::warn!("{} {:?}", notice.headline, notice.details);
        if self.shown.iter().any(|message| message.notice == notice) {
            return;
        }
        self.told += 1;
        self.shown.push(Message {
            number: self.told,
            notice,
        });
        if self.shown.len() > MAX_MESSAGES {
            self.shown.remove(0);
        }
    }

    pub(super) fn dismiss(&mut self, number: u64) {
        self.shown.retain(|message| message.number != number);
    }

    pub(super) fn shown(&self) -> &[Message] {
        &self.shown
    }
}
