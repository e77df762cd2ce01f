//! Choosing files and saving what arrives, with real files and without a network.
#![expect(clippy::unwrap_used, reason = "tests")]

#[cfg(target_os = "linux")]
mod full_disk;
mod hostile;
mod leftovers;
mod many;
mod merging;
#[cfg(target_os = "linux")]
mod million;
mod names;
mod resuming;
mod saving;
mod selecting;
mod sources;
mod support;
