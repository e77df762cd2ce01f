//! What Onehop asks of the desktop: to show a notification, and not to fall asleep.
//!
//! In scope: asking, on threads of its own, so that a desktop that is slow or missing never stops
//! the window; whatever fails is logged and nothing more. Out of scope: when to ask, and in which
//! words.

mod awake;
mod notifications;

pub use self::awake::Awake;
pub use self::notifications::{Notification, Notifier, Slot};
