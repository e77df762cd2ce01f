//! Several computers on networks of the test's own, so that what depends on the network between
//! two of them can be tried: who finds whom, and what stands in the way.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod cable;
mod child;
#[path = "../terminal/cli.rs"]
#[expect(dead_code, reason = "more is needed there")]
mod cli;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;
#[path = "../terminal/device.rs"]
#[expect(dead_code, reason = "more is needed there")]
mod device;
mod diagnostics;
mod discovery;
mod flood;
mod hosts;
mod two_hosts;
