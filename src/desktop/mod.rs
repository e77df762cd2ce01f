//! What Onehop asks of the desktop: to show a notification or a message, and not to fall asleep.
//!
//! In scope: asking, on threads of its own, so that a desktop that is slow or missing never stops
//! the window (the message is for when there is none); whatever fails is logged and nothing more.
//! Out of scope: when to ask, and in which words.

mod awake;
mod message_box;
mod notifications;

pub use self::awake::Awake;
pub use self::message_box::message_box;
pub use self::notifications::{Notification, Notifier, Slot};

/// The name by which desktops know the program: Wayland's app id, X11's class, the name of the
/// .desktop file without its ending, and the id that Windows shows notifications of. All the same, so
/// that each knows whose window and whose notification it is.
pub const APP_ID: &str = "io.github.onehop.Onehop";
