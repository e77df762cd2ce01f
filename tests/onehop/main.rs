//! Two Onehops: real sockets, real files, real keys.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod pair;
mod peer;
mod proxy;

mod again;
#[cfg(unix)]
#[path = "../common/as_root.rs"]
mod as_root;
mod bad_weather;
mod contact;
mod files;
mod folders;
mod full_disk;
#[path = "../common/guard.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod guard;
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
#[path = "../common/own_mounts.rs"]
mod own_mounts;
mod resuming;
mod signs;
mod silent_sender;
#[path = "../common/skipped.rs"]
mod skipped;
#[cfg(target_os = "linux")]
mod slow_disk;
mod trouble;
