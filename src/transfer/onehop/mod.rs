//! onehop/1: encrypted transfers of files and folders between two Onehops.
//!
//! In scope: what a worker does once both sides know that they are Onehops. The rules are those of
//! [`crate::protocol::sender`] and [`crate::protocol::receiver`]; this moves the bytes, asks the
//! people, and reads and writes the files.

mod answer;
mod batch;
mod first_contact;
mod handshake;
mod hello;
mod lists;
mod outcome;
mod payload;
mod reader;
pub(crate) mod receive;
mod saver;
pub(crate) mod send;
mod send_files;
#[cfg(test)]
mod specification;
mod trust;
mod work;

pub(crate) use first_contact::FirstContacts;
pub(crate) use hello::fresh_offer;
pub(crate) use lists::Lists;
pub(crate) use payload::GatheredPayload;
pub use trust::Trust;
pub(crate) use trust::{allow_classic, classic_at};
