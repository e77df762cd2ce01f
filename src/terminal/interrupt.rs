//! Ctrl-C, and the system asking the program to end.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;

/// The exit code of a program whose user would not wait for a clean end.
const IMPATIENT: i32 = 1;

/// Whether the user asked to stop.
#[derive(Debug, Clone)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on Ctrl-C is remembered and rings `bell`; a second one ends the program at once.
    /// Only the first call in a process has an effect.
    pub(super) fn watch(bell: Waker) -> Self {
        let flag = Arc::new(AtomicBool::new(false));
        let handler_flag = Arc::clone(&flag);
        let watched = ctrlc::try_set_handler(move || {
            if handler_flag.swap(true, Ordering::SeqCst) {
                process::exit(IMPATIENT);
            }
            bell.wake_by_ref();
        });
        if let Err(error) = watched {
            // Ctrl-C then ends the program at once, as it does without a handler.
            log::warn!("Ctrl-C cannot be watched for: {error}");
        }
        Self(flag)
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn requested(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
