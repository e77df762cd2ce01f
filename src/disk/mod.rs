//! This computer's files: reading what is chosen ([`outgoing`]) and saving what comes
//! ([`incoming`]) without ever replacing anything.
//!
//! In scope: names, numbering, partial data, free space, permissions, links, durability. Out of
//! scope: where the bytes come from and go to ([`crate::transfer`]), and words for people
//! ([`crate::messages`]).

mod destination;
mod file_name;
pub mod incoming;
mod mark_of_the_web;
pub mod outgoing;
mod permissions;
pub(crate) mod retry;
pub(crate) mod space;
mod tree;

pub use destination::{Destination, Merge};
pub use incoming::{Partial, check_folder, save_empty};
pub use outgoing::check_source;
pub use space::outlive_file_size_limit;
