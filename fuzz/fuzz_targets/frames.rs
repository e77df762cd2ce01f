//! Any bytes as a stream of frames, heard by either side in any of its states.
#![no_main]

#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../../tests/protocol/conversation.rs"]
mod conversation;
#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../../tests/protocol/hearing.rs"]
mod hearing;
#[path = "../../tests/protocol/receiver_stages.rs"]
mod receiver_stages;
#[path = "../../tests/protocol/sender_stages.rs"]
mod sender_stages;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hearing::frames(bytes);
});
