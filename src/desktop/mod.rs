//! What Onehop asks of the desktop: to show a notification, and not to fall asleep.
//!
//! In scope: asking, on threads of its own, so that a desktop that is slow or missing never stops
//! the window; whatever fails is logged and nothing more. Out of scope: when to ask, and in which
//! words.

mod awake;
mod notifications;

pub use self::awake::Awake;
pub use self::notifications::{Notification, Notifier, Slot};

/// The name by which desktops know the program: Wayland's app id, X11's class, the name of the
/// .desktop file without its ending, and the id that Windows shows notifications of. All the same, so
/// that each knows whose window and whose notification it is.
pub const APP_ID: &str = "io.github.onehop.Onehop";
