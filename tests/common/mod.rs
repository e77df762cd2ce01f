//! What several suites need, each a part of it.

#[cfg(unix)]
pub(crate) mod as_root;
pub(crate) mod folder;
pub(crate) mod guard;
pub(crate) mod noise;
#[cfg(target_os = "linux")]
pub(crate) mod odd_disk;
pub(crate) mod own_mounts;
pub(crate) mod programs;
pub(crate) mod skipped;
pub(crate) mod sockets;
