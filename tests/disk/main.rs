//! Choosing files and saving what arrives, with real files and without a network.
#![expect(clippy::unwrap_used, reason = "tests")]

mod again;
#[cfg(unix)]
#[path = "../common/as_root.rs"]
mod as_root;
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
#[path = "../common/odd_disk.rs"]
mod odd_disk;
#[cfg(target_os = "linux")]
mod odd_disks;
#[cfg(target_os = "linux")]
#[path = "../common/own_mounts.rs"]
mod own_mounts;
#[cfg(unix)]
mod permissions;
mod resuming;
mod saving;
mod selecting;
#[cfg(target_os = "linux")]
#[path = "../common/skipped.rs"]
mod skipped;
mod sources;
mod support;
