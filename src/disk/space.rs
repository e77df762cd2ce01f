//! What a disk has room for, and what it says when it takes no more.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::DiskFault;
use crate::protocol::message::DiskCause;

/// What is left to the rest of the system on a large disk; a hundredth of a small one.
const MAX_RESERVE_BYTES: u64 = 64 * 1024 * 1024;

/// The room on a disk, in bytes.
#[derive(Debug, Clone, Copy)]
struct Space {
    free: u64,
    total: u64,
}

/// `None` if the system does not tell, or the disk: some that are shared or made up say that they
/// have no room at all, and take files all the same.
fn space(folder: &Path) -> Option<Space> {
    let told = fs4::statvfs(folder).ok()?;
    let space = Space {
        free: told.available_space(),
        total: told.total_space(),
    };
    (space.total > 0).then_some(space)
}

/// Leaves some room to the rest of the system: a disk filled to the last byte breaks more than
/// this transfer.
pub(crate) fn check_space(folder: &Path) -> Result<(), DiskFault> {
    match space(folder) {
        Some(space) if space.free <= reserve_bytes(space.total) => Err(full(folder)),
        // One that does not tell will refuse a write in time.
        Some(_) | None => Ok(()),
    }
}

/// Bytes that are free, where the disk tells.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    space(folder).map(|space| space.free)
}

/// How much of the free space is not ours to use; 0 if the disk does not tell.
pub(crate) fn reserve(folder: &Path) -> u64 {
    space(folder).map_or(0, |space| reserve_bytes(space.total))
}

/// Has the system tell a write that goes beyond the user's limit for files (`ulimit -f`) as an error,
/// where it would end the program without a word. It holds for the calling thread and those that it
/// starts from now on, so it comes first of all.
#[cfg(target_os = "linux")]
pub fn outlive_file_size_limit() {
    use nix::sys::signal::{SigSet, Signal};
    if let Err(error) = SigSet::from(Signal::SIGXFSZ).thread_block() {
        log::warn!("a file beyond the user's limit will end the program: {error}");
    }
}

/// Only Linux is known to need it.
#[cfg(not(target_os = "linux"))]
pub fn outlive_file_size_limit() {}

fn reserve_bytes(total_bytes: u64) -> u64 {
    MAX_RESERVE_BYTES.min(total_bytes / 100)
}

fn full(folder: &Path) -> DiskFault {
    DiskFault::Full {
        folder: folder.to_owned(),
        free_bytes: free_bytes(folder),
    }
}

/// What this error of making, writing or renaming `path` in `folder` means.
pub(crate) fn write_fault(folder: &Path, path: &Path, source: io::Error) -> DiskFault {
    let folder = folder.to_owned();
    match source.kind() {
        ErrorKind::StorageFull if has_no_more_files(&folder) => DiskFault::NoMoreFiles {
            free_bytes: free_bytes(&folder),
            folder,
        },
        ErrorKind::StorageFull => full(&folder),
        ErrorKind::QuotaExceeded => DiskFault::QuotaExceeded { folder, source },
        ErrorKind::FileTooLarge => DiskFault::FileTooLarge {
            path: path.to_owned(),
            source,
        },
        ErrorKind::ReadOnlyFilesystem => DiskFault::FolderNotWritable {
            path: folder,
            source,
        },
        ErrorKind::NotFound if !folder.is_dir() => DiskFault::FolderMissing {
            path: folder,
            source: Some(source),
        },
        _ if is_broken(&source) => DiskFault::Broken {
            path: path.to_owned(),
            source,
        },
        _ => DiskFault::NotSaved {
            path: path.to_owned(),
            source,
        },
    }
}

/// Whether the disk holds as many files as it can, however small they are.
#[cfg(unix)]
fn has_no_more_files(folder: &Path) -> bool {
    // Those that have no limit say 0 of both.
    rustix::fs::statvfs(folder).is_ok_and(|told| told.f_files > 0 && told.f_favail == 0)
}

#[cfg(not(unix))]
fn has_no_more_files(_: &Path) -> bool {
    false
}

/// Whether the disk itself could not do it: an input/output error.
#[cfg(unix)]
fn is_broken(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}

#[cfg(not(unix))]
fn is_broken(error: &io::Error) -> bool {
    /// Bad data, a missing sector, a fault of writing, a device that does not work, an error of
    /// the device, as Windows numbers them.
    const CODES: [i32; 5] = [23, 27, 29, 31, 1117];
    error
        .raw_os_error()
        .is_some_and(|code| CODES.contains(&code))
}

impl DiskFault {
    /// A full disk with the space that is free now; any other fault as it is.
    pub(crate) fn recounted(self) -> Self {
        match self {
            Self::Full { folder, .. } => full(&folder),
            other => other,
        }
    }

    /// What it comes down to.
    pub(crate) fn cause(&self) -> DiskCause {
        match self {
            Self::Full { .. } => DiskCause::Full,
            Self::NoMoreFiles { .. } => DiskCause::NoMoreFiles,
            Self::QuotaExceeded { .. } => DiskCause::QuotaExceeded,
            Self::FileTooLarge { .. } => DiskCause::FileTooLarge,
            Self::Broken { .. } => DiskCause::Broken,
            Self::FolderMissing { .. } => DiskCause::FolderMissing,
            Self::FolderNotWritable { source, .. }
                if source.kind() == ErrorKind::ReadOnlyFilesystem =>
            {
                DiskCause::ReadOnly
            }
            Self::FolderNotWritable { .. } => DiskCause::NotAllowed,
            _ => DiskCause::Other,
        }
    }
}

impl DiskCause {
    const ALL: [Self; 9] = [
        Self::Full,
        Self::NoMoreFiles,
        Self::QuotaExceeded,
        Self::FileTooLarge,
        Self::Broken,
        Self::FolderMissing,
        Self::ReadOnly,
        Self::NotAllowed,
        Self::Other,
    ];

    /// The cause of which another Onehop told this detail.
    pub(crate) fn of_detail(detail: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|cause| !detail.is_empty() && cause.detail() == detail)
    }

    /// What goes over the wire as `detail`: a few words without a path, 63 characters at most.
    /// Nothing where the reason that goes with it says as much.
    pub(crate) fn detail(self) -> &'static str {
        match self {
            Self::NoMoreFiles => "the disk can hold no more files",
            Self::QuotaExceeded => "the user's quota on the disk is used up",
            Self::FileTooLarge => "the disk takes no file of this size",
            Self::Broken => "the disk reported an input/output error",
            Self::FolderMissing => "the folder is gone",
            Self::ReadOnly => "the disk can only be read",
            Self::NotAllowed => "the folder may not be written to",
            Self::Full | Self::Other => "",
        }
    }
}
