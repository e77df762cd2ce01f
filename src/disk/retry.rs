//! How long to wait for a disk, and trying again where a system refuses something only for a moment.
//!
//! On Windows a virus scanner or an indexer opens each new file for a look, and for as long as it
//! looks the file can be neither renamed nor removed.

use std::time::Duration;
use std::{io, thread};

/// About a second in all: longer than a look takes, and shorter than a user's patience.
const PAUSES: usize = 10;
const PAUSE: Duration = Duration::from_millis(100);

/// How often a wait for a slow disk looks at whether it is still wanted.
pub(crate) const CANCEL_INTERVAL: Duration = Duration::from_millis(100);

/// Access denied, sharing violation and lock violation, as Windows numbers them.
const MOMENTARY_WINDOWS_ERRORS: [i32; 3] = [5, 32, 33];

/// How often it may still be tried again.
#[derive(Debug)]
pub(crate) struct Retries {
    pauses_left: usize,
}

impl Retries {
    pub(crate) fn new() -> Self {
        Self {
            pauses_left: PAUSES,
        }
    }

    /// Waits a little and says whether to try again after this error.
    pub(crate) fn allows_another_try(&mut self, error: &io::Error) -> bool {
        if self.pauses_left == 0 || !is_momentary(error) {
            return false;
        }
        self.pauses_left -= 1;
        log::debug!("trying again in {PAUSE:?}: {error}");
        thread::sleep(PAUSE);
        true
    }
}

/// Tries until it works, the error is no passing one, or the retries are used up.
pub(crate) fn with_retries<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let mut retries = Retries::new();
    loop {
        match attempt() {
            Err(error) if retries.allows_another_try(&error) => {}
            outcome => return outcome,
        }
    }
}

fn is_momentary(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    cfg!(windows) && code.is_some_and(|code| MOMENTARY_WINDOWS_ERRORS.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails with this code so many times, then works; tells how often it was tried.
    fn tries(code: i32, failures: usize) -> (bool, usize) {
        let mut count = 0;
        let outcome = with_retries(|| {
            count += 1;
            if count > failures {
                return Ok(());
            }
            Err(io::Error::from_raw_os_error(code))
        });
        (outcome.is_ok(), count)
    }

    #[cfg(windows)]
    #[test]
    fn a_scanner_that_looks_at_a_file_is_waited_for() {
        for code in MOMENTARY_WINDOWS_ERRORS {
            assert_eq!(tries(code, 2), (true, 3), "{code}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn retries_end() {
        assert_eq!(tries(32, usize::MAX), (false, PAUSES + 1));
    }

    #[test]
    fn any_other_error_is_final() {
        // On Windows "file not found", on Linux "no such file or directory".
        assert_eq!(tries(2, usize::MAX), (false, 1));
    }

    #[cfg(unix)]
    #[test]
    fn the_same_numbers_mean_other_things_on_unix() {
        assert_eq!(tries(5, usize::MAX), (false, 1));
    }
}
