//! The wire, without a wire: greetings, classic streams and onehop/1 as pure state machines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod accounts;
mod classic;
mod code;
mod conversation;
mod frames;
mod fuzzing;
mod golden_bytes;
mod greeting;
mod harness;
mod hearing;
mod manifest;
mod messages;
mod offer;
mod receiver_stages;
mod receiver_states;
mod sender_stages;
mod sender_states;
mod specification;
mod whole_transfers;
mod words;
