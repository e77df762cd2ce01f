//! Transfers over real loopback sockets and real files, with peers played by the tests.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;
mod consent;
mod first_words;
mod interruptions;
mod limits;
mod receiving;
mod sending;
mod support;
#[cfg(windows)]
mod windows;
