//! The terminal program as its users meet it: real processes, on the loopback interface.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod again;
#[cfg(unix)]
mod cancelling;
mod classic;
mod cli;
mod consent;
mod device;
#[cfg(target_os = "linux")]
mod disk_faults;
mod faults;
#[cfg(unix)]
mod first_contact;
#[path = "../common/guard.rs"]
mod guard;
#[cfg(target_os = "linux")]
#[path = "../common/odd_disk.rs"]
mod odd_disk;
#[cfg(target_os = "linux")]
mod odd_disks;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
#[path = "../common/own_mounts.rs"]
mod own_mounts;
#[cfg(target_os = "linux")]
mod permissions;
#[cfg(unix)]
mod person;
#[cfg(unix)]
#[path = "../common/programs.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod programs;
#[cfg(unix)]
mod prompts;
mod resuming;
mod round_trips;
#[cfg(unix)]
#[path = "../common/skipped.rs"]
mod skipped;
mod trusting;
mod usage;
