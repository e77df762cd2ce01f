//! The terminal program as its users meet it: real processes, on the loopback interface.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[cfg(unix)]
mod cancelling;
mod cli;
mod consent;
mod faults;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(target_os = "linux")]
mod permissions;
#[cfg(unix)]
mod prompts;
mod round_trips;
mod usage;
