//! Two Onehops: real sockets, real files, real keys.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod pair;
mod peer;
mod proxy;

mod again;
mod bad_weather;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;
mod contact;
mod cuts;
mod files;
mod folders;
mod full_disk;
mod hashes;
mod hostile_receiver;
mod hostile_records;
mod hostile_sender;
mod kill;
#[cfg(unix)]
mod links;
mod long_lists;
mod man_in_the_middle;
mod names;
mod not_saved;
mod resuming;
mod signs;
mod silent_sender;
#[cfg(target_os = "linux")]
mod slow_disk;
mod trouble;
