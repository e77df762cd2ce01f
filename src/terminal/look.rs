//! Looking around on the network, as the commands need it.

use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::interrupt::Interrupt;
use super::waker;
use crate::discovery::{Browser, Found, Hint, Unavailable};
use crate::identity::{Devices, Fingerprint};

/// Looks around for as long as `goes_on` says, given what is nearby and how long it took so far.
/// Ctrl-C ends it too.
pub(super) fn look(
    own: Option<Fingerprint>,
    devices: &Arc<Devices>,
    (bell, interrupt): (Waker, &Interrupt),
    goes_on: impl Fn(&[Found], Duration) -> bool,
) -> Result<Arc<[Found]>, Unavailable> {
    /// Time passes although nobody appears.
    const STEP: Duration = Duration::from_millis(100);
    let browser = Browser::start(own.map(Hint::of), devices.clone(), bell)?;
    let began = Instant::now();
    loop {
        let found = browser.found();
        if interrupt.requested() || !goes_on(&found, began.elapsed()) {
            return Ok(found);
        }
        waker::sleep(STEP);
    }
}
