#![doc = include_str!("README.md")]

pub mod classic;
pub mod greeting;
