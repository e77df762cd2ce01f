//! Whose partial file is whose: names that are found again, and a register of those in use.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::names::{PARTIAL_PREFIX, PARTIAL_SUFFIX};

/// How many bytes of the hash a partial's name contains.
const NAME_HASH_BYTES: usize = 16;

/// What the partial of one top-level item is named after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) sender: &'a [u8; 32],
    /// As the sender calls it.
    pub(super) name: &'a str,
    /// For a file: so that another version of it gets a partial of its own.
    pub(super) version: Option<Version>,
    /// 0, or more if the ones before are in use or strange.
    pub(super) series: u32,
}

/// What tells versions of one file apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Version {
    pub(super) size: u64,
    pub(super) mtime_ns: Option<i64>,
}

impl Key<'_> {
    pub(super) fn partial_name(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut field = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        field(self.sender);
        field(self.name.as_bytes());
        if let Some(version) = &self.version {
            field(&version.size.to_be_bytes());
            let mtime = version.mtime_ns.map(i64::to_be_bytes);
            field(mtime.as_ref().map_or(&[], |bytes| bytes));
        }
        if self.series > 0 {
            field(b"series");
            match u8::try_from(self.series) {
                Ok(series) => field(&[series]),
                Err(_) => field(&self.series.to_be_bytes()),
            }
        }
        let hash = hasher.finalize();
        let mut name = String::from(PARTIAL_PREFIX);
        for byte in &hash.as_bytes()[..NAME_HASH_BYTES] {
            // Writing to a text does not fail.
            write!(name, "{byte:02x}").ok();
        }
        name.push_str(PARTIAL_SUFFIX);
        name
    }
}

/// The right to one partial, held against all other transfers of this process. A lock alone would
/// not do: not every system locks folders, and some lock for a process as a whole.
#[derive(Debug)]
pub(super) struct Lease(u64);

/// The folder that a partial is in: its file system and its number there.
pub(super) type FolderId = (u64, u64);

impl Lease {
    /// `None` if another transfer has it.
    pub(super) fn take(folder: FolderId, partial_name: &str) -> Option<Self> {
        static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        // Two that clash by chance only cost one of them its old partial.
        let token = KEYS.hash_one((folder, partial_name));
        let is_new = taken().insert(token);
        // Not a lease to be dropped at once: that would give away the other one's.
        is_new.then(|| Self(token))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        taken().remove(&self.0);
    }
}

fn taken() -> std::sync::MutexGuard<'static, HashSet<u64>> {
    static TAKEN: LazyLock<Mutex<HashSet<u64>>> = LazyLock::new(Mutex::default);
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key {
        sender: &[7; 32],
        name: "photo.jpg",
        version: None,
        series: 0,
    };

    fn version(size: u64, mtime_ns: Option<i64>) -> Version {
        Version { size, mtime_ns }
    }

    #[test]
    fn a_partial_has_the_same_name_each_time_and_its_own_for_each_version() {
        let names = [
            KEY.partial_name(),
            Key { series: 1, ..KEY }.partial_name(),
            Key { name: "b", ..KEY }.partial_name(),
            Key {
                sender: &[8; 32],
                ..KEY
            }
            .partial_name(),
            Key {
                version: Some(version(1, None)),
                ..KEY
            }
            .partial_name(),
            Key {
                version: Some(version(2, None)),
                ..KEY
            }
            .partial_name(),
            Key {
                version: Some(version(1, Some(0))),
                ..KEY
            }
            .partial_name(),
        ];
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert_eq!(KEY.partial_name(), names[0]);
    }

    #[test]
    fn a_partial_is_named_after_the_hash_of_its_fields() {
        let mut fields = Vec::new();
        for field in [&[7; 32][..], b"photo.jpg"] {
            fields.extend_from_slice(&(field.len() as u64).to_be_bytes());
            fields.extend_from_slice(field);
        }
        let hash = blake3::hash(&fields).to_hex();
        let expected = format!(".onehop-{}.partial", &hash[..32]);
        assert_eq!(KEY.partial_name(), expected);
    }

    #[test]
    fn a_lease_is_exclusive_until_it_is_dropped() {
        let folder = (u64::MAX, 1);
        let lease = Lease::take(folder, "a");
        assert!(lease.is_some());
        for _ in 0..2 {
            assert!(Lease::take(folder, "a").is_none());
        }
        assert!(Lease::take((u64::MAX, 2), "a").is_some());
        drop(lease);
        assert!(Lease::take(folder, "a").is_some());
    }
}
