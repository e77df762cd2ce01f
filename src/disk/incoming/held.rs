//! What an earlier transfer left of a file, and how it is carried on.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind};

use super::conflicts::hash_up_to;
use super::store::{Missing, Store};
use crate::protocol::message::Hex32;

/// Maximum number of unfinished hashes kept; each takes about 2 kB. The others are made anew when
/// their files are carried on. Mostly one file of a transfer is incomplete.
const MAX_RUNNING: usize = 16;

/// Files of which an earlier transfer left something that was hashed again.
#[derive(Debug, Default)]
pub(super) struct HeldFiles {
    files: HashMap<u32, Held>,
    /// How many of them carry on hashing.
    running: usize,
}

/// The hash of a file's first bytes.
#[derive(Debug)]
struct Held {
    bytes: u64,
    digest: Digest,
}

/// A hash on its way.
#[derive(Debug)]
pub(super) enum Digest {
    /// To be carried on.
    Running(Box<blake3::Hasher>),
    /// Of a file of which all bytes are there.
    Known(Hex32),
    /// To be made anew from the file.
    Unknown,
    /// Made by whoever hands the bytes over.
    Elsewhere,
}

impl HeldFiles {
    /// As many bytes as [`bytes_held`] says, and their hash; `None` if there are none, when
    /// they cannot be read, or when cancelled.
    pub(super) fn hash(
        &mut self,
        index: u32,
        store: &mut Store,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<(u64, Hex32)> {
        let size = store.entries.tree.node(index)?.size;
        let mut file = store.open(index, Missing::Leave).ok()??.file;
        let outcome = hash_up_to(&mut file, size, cancelled);
        store.keep(index, file);
        let (bytes, hasher) = outcome.ok()??;
        if bytes == 0 {
            return None;
        }
        let hash = Hex32(*hasher.finalize().as_bytes());
        let digest = match () {
            () if bytes == size => Digest::Known(hash),
            () if self.running < MAX_RUNNING => Digest::Running(Box::new(hasher)),
            () => Digest::Unknown,
        };
        self.running += usize::from(matches!(digest, Digest::Running(_)));
        self.files.insert(index, Held { bytes, digest });
        Some((bytes, hash))
    }

    /// What is known of the first `bytes` of this file, to be carried on.
    pub(super) fn take(&mut self, index: u32, bytes: u64) -> Digest {
        let Some(held) = self.files.remove(&index) else {
            return Digest::Unknown;
        };
        self.running -= usize::from(matches!(held.digest, Digest::Running(_)));
        if held.bytes == bytes {
            held.digest
        } else {
            Digest::Unknown
        }
    }
}

/// Bytes of this file that are here already, from a transfer that was interrupted.
pub(super) fn bytes_held(index: u32, store: &mut Store) -> u64 {
    look_at_held(index, store).unwrap_or_else(|error| {
        log::debug!("nothing is carried on: {error}");
        0
    })
}

fn look_at_held(index: u32, store: &mut Store) -> io::Result<u64> {
    let node = store.entries.tree.node(index);
    let Some(size) = node.filter(|node| node.is_file()).map(|node| node.size) else {
        return Ok(0);
    };
    let Some(opened) = store.open(index, Missing::Leave)? else {
        return Ok(0);
    };
    let file = opened.file;
    let mut bytes = file.metadata()?.len();
    if bytes > size {
        // Of another version.
        file.set_len(0)?;
        bytes = 0;
    }
    store.keep(index, file);
    Ok(bytes)
}

impl Default for Digest {
    fn default() -> Self {
        Self::Running(Box::default())
    }
}

impl Digest {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Running(hasher) => {
                hasher.update(bytes);
            }
            // More than was announced: no hash will fit.
            Self::Known(_) if !bytes.is_empty() => *self = Self::Unknown,
            Self::Known(_) | Self::Unknown | Self::Elsewhere => {}
        }
    }

    /// The hash of everything, if it is known.
    pub(super) fn hash(&self) -> Option<Hex32> {
        match self {
            Self::Running(hasher) => Some(Hex32(*hasher.finalize().as_bytes())),
            Self::Known(hash) => Some(*hash),
            Self::Unknown | Self::Elsewhere => None,
        }
    }
}

/// Hashes the first bytes again.
pub(super) fn rehash(file: &mut File, bytes: u64) -> io::Result<Digest> {
    match hash_up_to(file, bytes, &|| false)? {
        Some((count, hasher)) if count == bytes => Ok(Digest::Running(Box::new(hasher))),
        _ => Err(ErrorKind::UnexpectedEof.into()),
    }
}
