//! Ctrl-C, and the system asking the program to end.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;
use std::time::{Duration, Instant};

/// The exit code of a program whose user would not wait for a clean end.
const IMPATIENT: i32 = 1;
/// Who closes a terminal has the shell and the system ask at once: that is one wish, not two. Nobody
/// presses Ctrl-C twice as quickly.
const ONE_WISH: Duration = Duration::from_millis(100);

/// Whether the user asked to stop.
#[derive(Debug, Clone)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on Ctrl-C is remembered and rings `bell`; a second one ends the program at once.
    /// The same holds for a closed terminal and a polite kill. Only the first call in a process
    /// has an effect, and it has to come before any thread is started.
    pub(super) fn watch(bell: Waker) -> Self {
        keep_ignoring_hangup();
        let flag = Arc::new(AtomicBool::new(false));
        let handler_flag = Arc::clone(&flag);
        let mut first = None;
        let watched = ctrlc::set_handler(move || {
            let first = *first.get_or_insert_with(Instant::now);
            if handler_flag.swap(true, Ordering::SeqCst) && first.elapsed() > ONE_WISH {
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

/// Whoever starts the program with `nohup` has the system ignore that the terminal is closed.
/// Watching for signals would undo that, so this one is held back, from every thread to come.
#[cfg(target_os = "linux")]
fn keep_ignoring_hangup() {
    use nix::sys::signal::{SigSet, Signal};
    let status = std::fs::read_to_string("/proc/self/status");
    if status.is_ok_and(|status| ignores_hangup(&status))
        && let Err(error) = SigSet::from(Signal::SIGHUP).thread_block()
    {
        log::warn!("a closed terminal will end the program: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
fn keep_ignoring_hangup() {}

/// The line `SigIgn:` has a bit for each ignored signal; SIGHUP is the first.
#[cfg(target_os = "linux")]
fn ignores_hangup(status: &str) -> bool {
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

#[cfg(all(test, target_os = "linux"))]
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
