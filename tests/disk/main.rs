//! Choosing files and saving what arrives, with real files and without a network.
#![expect(clippy::unwrap_used, reason = "tests")]

mod again;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;
#[cfg(target_os = "linux")]
mod full_disk;
mod hostile;
mod leftovers;
#[cfg(unix)]
mod links;
mod many;
mod merging;
#[cfg(target_os = "linux")]
mod million;
mod names;
#[cfg(target_os = "linux")]
mod odd_disks;
#[cfg(unix)]
mod permissions;
mod resuming;
mod saving;
mod selecting;
mod sources;
mod support;
