//! The wire, without a wire: greetings and classic streams as pure state machines.
#![expect(clippy::unwrap_used, reason = "tests")]

mod classic;
mod greeting;
