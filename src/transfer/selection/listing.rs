//! What is in a folder.

use std::ffi::OsString;
use std::fs::{self, DirEntry, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::protocol::message::EntryKind;
use crate::transfer::source::open;
use crate::transfer::tree::EntryMetadata;

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
    let entries = fs::read_dir(folder)?.map(|entry| {
        if cancelled() {
            return Err(ErrorKind::Interrupted.into());
        }
        Ok(look(&entry?))
    });
    let mut entries: Vec<_> = entries.collect::<io::Result<_>>()?;
    entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

/// What an entry is can be asked through the open folder, which is quicker than by its path.
fn look(entry: &DirEntry) -> Looked {
    let what = match entry.metadata() {
        Ok(metadata) => What::of(&metadata, || entry.path()),
        Err(_) => What::Unreadable,
    };
    let name = entry.file_name();
    Looked { name, what }
}

impl What {
    /// `path` is where it is: a file that claims to be empty is opened.
    pub(super) fn of(metadata: &Metadata, path: impl FnOnce() -> PathBuf) -> Self {
        let is_file = metadata.is_file();
        if metadata.is_symlink() {
            return Self::Link;
        }
        if !is_file && !metadata.is_dir() {
            return Self::Special;
        }
        let facts = EntryMetadata {
            kind: if is_file {
                EntryKind::File
            } else {
                EntryKind::Directory
            },
            size: if is_file { metadata.len() } else { 0 },
            mtime_ns: metadata.modified().ok().and_then(since_1970_ns),
            executable: is_file && is_executable(metadata),
            mode: mode(metadata),
        };
        if !is_file || facts.size > 0 {
            return Self::Known(facts);
        }
        // What cannot be opened may be open to us when its turn comes.
        match open(&path()).map(|mut file| file.read(&mut [0])) {
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

fn is_executable(metadata: &Metadata) -> bool {
    // Windows tells programs by their extensions.
    mode(metadata).is_some_and(|mode| mode & 0o111 != 0)
}

/// The permission bits.
#[cfg(unix)]
fn mode(metadata: &Metadata) -> Option<u16> {
    use crate::protocol::message::PERMISSION_BITS;
    use std::os::unix::fs::PermissionsExt as _;
    u16::try_from(metadata.permissions().mode() & PERMISSION_BITS).ok()
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> Option<u16> {
    None
}
