//! Ctrl-C, and the system asking the program to end.

use std::fs;
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
    /// The same holds for a closed terminal and a polite kill. Only the first call in a process
    /// has an effect.
    pub(super) fn watch(bell: Waker) -> Self {
        let flag = Arc::new(AtomicBool::new(false));
        if survives_its_terminal() {
            return Self(flag);
        }
        let handler_flag = Arc::clone(&flag);
        let watched = ctrlc::set_handler(move || {
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

/// Started by `nohup`, which has the system ignore that the terminal is closed. Watching for
/// signals would undo that: it is all of them or none.
fn survives_its_terminal() -> bool {
    cfg!(target_os = "linux")
        && fs::read_to_string("/proc/self/status").is_ok_and(|status| ignores_hangup(&status))
}

/// The line `SigIgn:` has a bit for each ignored signal; SIGHUP is the first.
fn ignores_hangup(status: &str) -> bool {
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignored_hangup_is_read_from_the_mask() {
        let status = |mask: &str| format!("Name:\tonehop-cli\nSigIgn:\t{mask}\nSigCgt:\t0001\n");
        assert!(ignores_hangup(&status("0000000000001001")));
        assert!(!ignores_hangup(&status("0000000000001006")));
        assert!(!ignores_hangup("Name:\tonehop-cli\n"));
    }
}
