//! Worker threads: named, and never gone without a word.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crate::error::{Error, OurFault};

/// Runs `work` on a thread of this name. Should it panic, `on_panic` gets the panic's message, so
/// that the front end hears of the end in any case.
///
/// # Errors
///
/// [`OurFault::System`] if the system gives no more threads.
pub(crate) fn spawn(
    name: &str,
    work: impl FnOnce() + Send + 'static,
    on_panic: impl FnOnce(String) + Send + 'static,
) -> Result<thread::JoinHandle<()>, Error> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
                on_panic(message_of(&*panic));
            }
        })
        .map_err(|source| {
            OurFault::System {
                doing: "starting a thread",
                source,
            }
            .into()
        })
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a worker panicked".to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_panic_is_told() {
        let (sender, receiver) = mpsc::channel();
        let thread = spawn(
            "panic",
            || panic!("on purpose"),
            move |message| sender.send(message).unwrap(),
        );
        thread.unwrap().join().unwrap();
        assert_eq!(receiver.recv().unwrap(), "on purpose");
    }
}
