#![doc = include_str!("README.md")]

pub mod classic;
pub mod code;
pub mod error;
pub mod frame;
pub mod greeting;
mod hex32;
mod manifest_state;
pub mod message;
mod object;
pub mod offer;
pub mod receiver;
pub mod sender;
mod transitions;
