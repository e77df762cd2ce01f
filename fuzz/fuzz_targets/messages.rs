//! Any bytes as the body of one message.
#![no_main]

#[expect(dead_code, reason = "the other targets call the rest")]
#[path = "../../tests/protocol/harness.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| harness::messages(bytes));
