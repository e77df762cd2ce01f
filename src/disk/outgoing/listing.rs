//! What is in a folder.

use std::ffi::OsString;
#[cfg(not(unix))]
use std::fs;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::time::SystemTime;

#[cfg(unix)]
use super::file::open_in;
use super::file::open_path;
use crate::disk::tree::EntryMetadata;
use crate::protocol::message::EntryKind;

/// An entry of a folder.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) name: OsString,
    pub(super) what: What,
}

/// What an entry is.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// Something that can be sent.
    Known(EntryMetadata),
    /// A file that claims to be empty and is not, as those in `/proc` and on some mounts.
    Sizeless(EntryMetadata),
    /// A link to somewhere.
    Link,
    /// Neither a file nor a folder.
    Special,
    /// It cannot be looked at.
    Unreadable,
}

impl Looked {
    pub(super) fn is_folder(&self) -> bool {
        matches!(&self.what, What::Known(facts) if facts.is_folder())
    }
}

/// In an order that is the same each time. Stops with an error when cancelled.
pub(super) fn list(folder: &Path, cancelled: &dyn Fn() -> bool) -> io::Result<Vec<Looked>> {
    let entries = opened(folder)?.map(|entry| {
        if cancelled() {
            return Err(ErrorKind::Interrupted.into());
        }
        entry
    });
    let mut entries: Vec<_> = entries.collect::<io::Result<_>>()?;
    entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

/// What is in a folder, and not where a link leads that has taken its place. What an entry is can be
/// asked through the open folder, which is quicker than by its path too.
#[cfg(unix)]
fn opened(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<Looked>>> {
    let dir = cap_std::fs::Dir::from_std_file(open_path(folder)?);
    let entries = dir.entries()?;
    Ok(entries.map(move |entry| {
        let entry = entry?;
        let name = entry.file_name();
        let what = match entry.metadata() {
            Ok(metadata) => What::of(&(&metadata).into(), || open_in(&dir, name.as_ref())),
            Err(_) => What::Unreadable,
        };
        Ok(Looked { name, what })
    }))
}

#[cfg(not(unix))]
fn opened(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<Looked>>> {
    Ok(fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        let what = match entry.metadata() {
            Ok(metadata) => What::of(&(&metadata).into(), || open_path(&entry.path())),
            Err(_) => What::Unreadable,
        };
        let name = entry.file_name();
        Ok(Looked { name, what })
    }))
}

/// What the system says of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    is_file: bool,
    is_folder: bool,
    is_link: bool,
    bytes: u64,
    modified: Option<SystemTime>,
    mode: Option<u16>,
}

impl From<&Metadata> for Seen {
    fn from(metadata: &Metadata) -> Self {
        Self {
            is_file: metadata.is_file(),
            is_folder: metadata.is_dir(),
            is_link: metadata.is_symlink(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            mode: mode(metadata),
        }
    }
}

#[cfg(unix)]
impl From<&cap_std::fs::Metadata> for Seen {
    fn from(metadata: &cap_std::fs::Metadata) -> Self {
        use cap_std::fs::MetadataExt as _;
        Self {
            is_file: metadata.is_file(),
            is_folder: metadata.is_dir(),
            is_link: metadata.is_symlink(),
            bytes: metadata.len(),
            modified: metadata
                .modified()
                .ok()
                .map(cap_std::time::SystemTime::into_std),
            mode: permission_bits(metadata.mode()),
        }
    }
}

impl What {
    /// A file that claims to be empty is opened by `open`.
    pub(super) fn of<E>(seen: &Seen, open: impl FnOnce() -> Result<File, E>) -> Self {
        let is_file = seen.is_file;
        if seen.is_link {
            return Self::Link;
        }
        if !is_file && !seen.is_folder {
            return Self::Special;
        }
        let facts = EntryMetadata {
            kind: if is_file {
                EntryKind::File
            } else {
                EntryKind::Directory
            },
            size: if is_file { seen.bytes } else { 0 },
            mtime_ns: seen.modified.and_then(since_1970_ns),
            // Windows tells programs by their extensions.
            executable: is_file && seen.mode.is_some_and(|mode| mode & 0o111 != 0),
            mode: seen.mode,
        };
        if !is_file || facts.size > 0 {
            return Self::Known(facts);
        }
        // What cannot be opened may be open to us when its turn comes.
        match open().map(|mut file| file.read(&mut [0])) {
            Ok(Ok(0)) | Err(_) => Self::Known(facts),
            Ok(Ok(_)) => Self::Sizeless(facts),
            Ok(Err(_)) => Self::Unreadable,
        }
    }
}

/// As it goes into the manifest; `None` if that cannot hold it.
pub(super) fn since_1970_ns(time: SystemTime) -> Option<i64> {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos())
            .ok()
            .map(|ns| -ns),
    }
}

/// The permission bits.
#[cfg(unix)]
fn mode(metadata: &Metadata) -> Option<u16> {
    use std::os::unix::fs::MetadataExt as _;
    permission_bits(metadata.mode())
}

#[cfg(unix)]
fn permission_bits(mode: u32) -> Option<u16> {
    use crate::protocol::message::PERMISSION_BITS;
    u16::try_from(mode & PERMISSION_BITS).ok()
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> Option<u16> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_link_in_the_place_of_a_folder_is_not_listed() {
        let folder = tempfile::tempdir().unwrap();
        let (inner, link) = (folder.path().join("inner"), folder.path().join("link"));
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(inner.join("a"), "1").unwrap();
        std::os::unix::fs::symlink(&inner, &link).unwrap();
        let names = |path: &Path| list(path, &|| false).map(|found| found[0].name.clone());
        assert_eq!(names(&inner).unwrap(), "a");
        assert!(names(&link).is_err());
    }
}
