//! The terminal program with peers that are not Onehop: Python programs that behave as the
//! tutorial's do and as others might, and `nc` where it is installed. And one Python program that is
//! a Onehop in its own right.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../terminal/cli.rs"]
#[expect(
    dead_code,
    reason = "the tests of the terminal program need more of it"
)]
mod cli;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;
mod from_python;
#[cfg(unix)]
mod netcat;
mod one_liners;
#[cfg(unix)]
mod onehop_from_python;
#[cfg(unix)]
#[path = "../onehop/pair.rs"]
#[expect(dead_code, reason = "the tests between two Onehops need more of it")]
mod pair;
mod python;
mod to_python;
