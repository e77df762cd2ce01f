//! What arrives, on its way to the disk: over onehop/1 as a [`Plan`], from a classic sender as a
//! single file.
//!
//! In scope: which names arriving files and folders get, hidden partial files and folders, going
//! on where an earlier transfer ended, syncing, and giving final names without replacing
//! anything. Out of scope: sockets, messages, and what the user is asked.
//!
//! # How a transfer uses it
//!
//! ```text
//! Plan::new ─ add … add ─ look ─ (is_identical …) ─ begin
//!                                                     │ Arrival
//!       held, hash_held … ─ start ─ write … ─ finish ─┴─ … ─ commit
//! ```
//!
//! A [`Plan`] gathers the announced entries and only looks at the folder. [`Plan::begin`] makes an
//! [`Arrival`] of it, which writes. Everything that can go wrong with one file only is kept to
//! that file: it is told when the file ends, and once more by [`Arrival::commit`]. A [`DiskFault`]
//! is about all of it and ends the transfer. An arrival that is dropped instead of committed
//! leaves what it has in hidden partials, where the next arrival of the same items finds it.
//!
//! # What is safe
//!
//! The chosen folder is opened once; below it every name is one component and is opened through
//! the folder's handle without following links. Nothing that is already there is replaced, and
//! what an item is made of gets its final name in one step, when all of it is on the disk.
//!
//! [`DiskFault`]: crate::error::DiskFault

mod arrival;
mod characters;
mod commit;
mod conflicts;
mod directory_cache;
mod existing;
mod folder;
mod held;
mod lease;
mod leftovers;
mod links;
mod making;
mod merge;
mod names;
mod partial;
mod plan;
mod prune;
mod rename;
mod single;
mod store;

pub use arrival::Arrival;
pub use commit::{Durable, Outcome, Saved};
pub use conflicts::{Naming, TopLevel};
pub use leftovers::{Leftover, leftovers};
pub use plan::{ExistingFolder, Plan};
pub(crate) use single::SingleFile;
pub use single::{Partial, check_folder, save_empty};

pub(super) use names::{numbered, shortened};
