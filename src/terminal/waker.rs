//! How the thread of a command sleeps, and is woken.

use std::sync::Arc;
use std::task::{Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

/// A waker for the thread that asks for it: it ends [`sleep`], also one that begins later.
pub(super) fn for_this_thread() -> Waker {
    Arc::new(TerminalWaker(thread::current())).into()
}

/// Sleeps until the bell has rung, at most for `longest`. It may also wake without a reason.
pub(super) fn sleep(longest: Duration) {
    thread::park_timeout(longest);
}

struct TerminalWaker(Thread);

impl Wake for TerminalWaker {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_that_rang_before_the_sleep_ends_it_at_once() {
        for_this_thread().wake();
        sleep(Duration::MAX);
    }
}
