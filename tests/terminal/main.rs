//! The terminal program as its users meet it: real processes, on the loopback interface.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod again;
mod bottleneck;
#[cfg(unix)]
mod cancelling;
mod classic;
mod cli;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;
mod consent;
mod device;
#[cfg(target_os = "linux")]
mod disk_faults;
mod faults;
#[cfg(unix)]
mod first_contact;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod permissions;
mod persisting;
#[cfg(unix)]
mod person;
#[cfg(unix)]
mod prompts;
mod resuming;
mod round_trips;
mod several;
mod trusting;
mod usage;
