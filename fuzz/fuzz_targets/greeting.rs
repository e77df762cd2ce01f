//! Any bytes as what a receiver says first, and what a sender answers.
#![no_main]

#[expect(dead_code, reason = "the other targets call the rest")]
#[path = "../../tests/protocol/harness.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| harness::greeting(bytes));
