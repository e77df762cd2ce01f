//! Keeps the computer from falling asleep by itself while something runs.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux::hold;
#[cfg(windows)]
use self::windows::hold;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// What is over sooner needs no computer that is kept awake for it.
const NOT_BEFORE: Duration = Duration::from_secs(1);

/// Whether the computer is kept awake.
#[derive(Debug, Default)]
pub struct Awake {
    /// Dropped, it lets the computer sleep.
    running: Option<mpsc::Sender<()>>,
}

impl Awake {
    /// Keeps the computer awake from now on, soon at least, or no more. To be told again and again;
    /// only a change does something.
    pub fn keep(&mut self, awake: bool) {
        match (awake, &self.running) {
            (true, None) => self.running = Some(start()),
            (false, Some(_)) => self.running = None,
            _ => {}
        }
    }
}

/// One thread holds the computer awake: on Windows it is a matter of the thread that asks.
fn start() -> mpsc::Sender<()> {
    let (sender, ended) = mpsc::channel();
    thread::Builder::new()
        .name("stay awake".to_owned())
        .spawn(move || stay_awake(&ended))
        .inspect_err(|error| log::warn!("the computer may fall asleep: {error}"))
        .ok();
    // Without the thread too: then it is not tried again for this transfer.
    sender
}

fn stay_awake(ended: &mpsc::Receiver<()>) {
    if ended.recv_timeout(NOT_BEFORE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    match hold() {
        Ok(held) => {
            // Until the sender is dropped; nothing is ever sent.
            ended.recv().ok();
            drop(held);
        }
        Err(error) => log::info!("the computer may fall asleep during the transfer: {error}"),
    }
}
