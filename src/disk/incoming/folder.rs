//! The folder that everything is saved in, opened once; from there on only names count.
//!
//! In scope: what is said of its errors, free names, free space, syncing. Out of scope: what is
//! built in it.

use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cap_std::ambient_authority;
#[cfg(unix)]
use cap_std::fs::OpenOptions;
use cap_std::fs::{Dir, Metadata};

use super::lease::FolderId;
use super::names::{hidden_name, numbered};
#[cfg(windows)]
use super::partial::FILE_ATTRIBUTE_HIDDEN;
use super::partial::{clear, lock};
use super::rename::Place;
use crate::disk::permissions::{Permissions, is_private};
use crate::disk::retry::with_retries;
use crate::disk::space::{check_space, write_fault};
use crate::error::DiskFault;

/// More files of one name than this are a sign that something else is wrong.
pub(super) const MAX_NAME_TRIES: u32 = 10_000;
/// How many random names are tried for a hidden file.
const HIDDEN_NAME_TRIES: usize = 16;
/// The free space is checked again after this many bytes.
const SPACE_CHECK_BYTES: u64 = 16 * 1024 * 1024;

/// An open folder. What its path leads to later makes no difference.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) place: Place,
    /// As the user knows it.
    pub(super) path: PathBuf,
    pub(super) id: FolderId,
    bytes_to_space_check: u64,
    permissions: OnceLock<Permissions>,
    /// Something in it, if it cannot be read itself and so not be asked to sync its disk.
    stand_in: OnceLock<File>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, DiskFault> {
        let cannot_open = |source| cannot_create(path, source);
        let opened = Dir::open_ambient_dir(path, ambient_authority());
        let dir = opened.map_err(cannot_open)?;
        let place = Place {
            dir,
            path: reachable(path),
        };
        Ok(Self {
            id: place.id().map_err(cannot_open)?,
            place,
            path: path.into(),
            bytes_to_space_check: 0,
            permissions: OnceLock::new(),
            stand_in: OnceLock::new(),
        })
    }

    /// Finds out whether anything can be saved in it, and with which permissions.
    pub(super) fn try_out(&self) -> Result<Permissions, DiskFault> {
        if let Some(known) = self.permissions.get() {
            return Ok(*known);
        }
        let (name, file) = self.create_hidden(0o777)?;
        let permissions = Permissions::of_new_file(&file);
        drop(file);
        let removed = self.remove_hidden(&name);
        let permissions = permissions.and_then(|found| removed.map(|()| found));
        let permissions = permissions.map_err(|source| self.fault(source))?;
        Ok(*self.permissions.get_or_init(|| permissions))
    }

    /// A new hidden file under a random name, which no later transfer looks for: locked, and with
    /// these permissions, as far as the system grants them. Returns its name too.
    pub(super) fn create_hidden(&self, mode: u32) -> Result<(String, File), DiskFault> {
        let random = RandomState::new();
        for number in 0..HIDDEN_NAME_TRIES {
            let name = hidden_name(random.hash_one(number));
            match self.open_hidden(&name, mode) {
                Ok(file) => {
                    lock(&file);
                    return Ok((name, file));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(source) => return Err(cannot_create(&self.path, source)),
            }
        }
        Err(cannot_create(&self.path, ErrorKind::AlreadyExists.into()))
    }

    #[cfg(unix)]
    fn open_hidden(&self, name: &str, mode: u32) -> io::Result<File> {
        use cap_std::fs::OpenOptionsExt as _;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(mode);
        Ok(self.place.dir.open_with(name, &options)?.into_std())
    }

    /// By the path that the user knows: one made through the folder's handle is not hidden, lets
    /// nobody else open it, and fails where the path is longer than 260 characters.
    #[cfg(windows)]
    fn open_hidden(&self, name: &str, _: u32) -> io::Result<File> {
        use std::os::windows::fs::OpenOptionsExt as _;
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        let options = options.attributes(FILE_ATTRIBUTE_HIDDEN);
        options.open(self.path.join(name))
    }

    /// Removes such a file.
    pub(super) fn remove_hidden(&self, name: &str) -> io::Result<()> {
        if cfg!(unix) {
            return clear(&self.place.dir, name);
        }
        match with_retries(|| fs::remove_file(self.place.path.join(name))) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// Which permissions a new file gets, once [`Folder::try_out`] has found out.
    pub(super) fn permissions(&self) -> Option<&Permissions> {
        self.permissions.get()
    }

    /// Whether a partial belongs to the user and nobody else may change it: who can might plant or
    /// change what is called verified later. On disks without owners that cannot be known, and
    /// all are taken for the user's.
    pub(super) fn is_ours(&self, found: &Metadata) -> bool {
        let on_this_disk = || self.try_out().is_ok_and(|usual| usual.is_private(found));
        is_private(found) || on_this_disk()
    }

    /// The first number from `count` on whose name is free here. Something else may take it yet.
    pub(super) fn free_number(
        &self,
        name: &str,
        count: u32,
        is_taken: impl Fn(&str) -> bool,
    ) -> u32 {
        let is_free = |count: &u32| {
            let name = numbered(name, *count);
            !is_taken(&name) && !exists(&self.place.dir, &name)
        };
        (count..MAX_NAME_TRIES).find(is_free).unwrap_or(count)
    }

    /// Looks from time to time whether there is room for what is being written.
    pub(super) fn watch_space(&mut self, bytes: usize) -> Result<(), DiskFault> {
        let bytes = bytes as u64;
        if let Some(left) = self.bytes_to_space_check.checked_sub(bytes) {
            self.bytes_to_space_check = left;
            return Ok(());
        }
        self.bytes_to_space_check = SPACE_CHECK_BYTES;
        check_space(&self.path)
    }

    /// The fault, if this error is one of the whole disk; the error itself if of one file only.
    pub(super) fn of_all(&self, error: io::Error) -> Result<io::Error, DiskFault> {
        match error.kind() {
            ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::StaleNetworkFileHandle => Err(self.fault(error)),
            _ => Ok(error),
        }
    }

    /// The fault that this error is, as it concerns everything.
    pub(super) fn fault(&self, source: io::Error) -> DiskFault {
        write_fault(&self.path, &self.path, source)
    }

    /// One may write into a folder that one may not read. What is in it is on the same disk.
    pub(super) fn prepare_sync(&self, inside: impl FnOnce() -> Option<File>) {
        if cfg!(target_os = "linux")
            && readable(&self.place.dir).is_err()
            && let Some(stand_in) = inside()
        {
            self.stand_in.set(stand_in).ok();
        }
    }

    /// Makes everything on the disk durable.
    #[cfg(target_os = "linux")]
    pub(super) fn sync_all(&self) -> Result<(), DiskFault> {
        let synced = match self.stand_in.get() {
            Some(stand_in) => rustix::fs::syncfs(stand_in).map_err(io::Error::from),
            None => readable(&self.place.dir)
                .and_then(|folder| rustix::fs::syncfs(folder).map_err(io::Error::from)),
        };
        synced.map_err(|source| self.fault(source))
    }

    /// Nothing: where one call cannot sync many files each has been synced by itself.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on Linux")]
    pub(super) fn sync_all(&self) -> Result<(), DiskFault> {
        Ok(())
    }

    /// Makes the names in it durable, where the system lets a folder be synced.
    pub(super) fn sync_names(&self) -> Result<(), DiskFault> {
        if !cfg!(unix) {
            return Ok(());
        }
        let synced = readable(&self.place.dir).map(|folder| folder.sync_all());
        match synced {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if !is_unheard_of(&error) => Err(self.fault(error)),
            // One may write into a folder that one may not read.
            Ok(Err(error)) | Err(error) => {
                log::warn!("no way to sync {}: {error}", self.path.display());
                Ok(())
            }
        }
    }
}

fn cannot_create(folder: &Path, source: io::Error) -> DiskFault {
    let path = folder.to_owned();
    match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => DiskFault::FolderMissing {
            path,
            source: Some(source),
        },
        ErrorKind::PermissionDenied => DiskFault::FolderNotWritable { path, source },
        _ => write_fault(folder, folder, source),
    }
}

/// Whether the file system does not know how to sync a folder.
fn is_unheard_of(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidInput | ErrorKind::Unsupported
    )
}

/// The form of a path that Windows takes however long it is. Some drives have none.
fn reachable(path: &Path) -> PathBuf {
    let verbatim = cfg!(windows).then(|| fs::canonicalize(path).ok());
    verbatim.flatten().unwrap_or_else(|| path.into())
}

/// Whether anything has this name, a link to nowhere included.
pub(super) fn exists(dir: &Dir, name: &str) -> bool {
    !matches!(dir.symlink_metadata(name), Err(error) if error.kind() == ErrorKind::NotFound)
}

/// A handle to the folder itself that can be locked and synced, as a [`Dir`] cannot everywhere.
pub(super) fn readable(dir: &Dir) -> io::Result<File> {
    Ok(dir.open(".")?.into_std())
}

/// Takes all permissions from others.
#[cfg(unix)]
pub(super) fn make_dir_private(dir: &Dir) -> io::Result<()> {
    crate::disk::permissions::make_private(&readable(dir)?);
    Ok(())
}

/// Windows hands down an access list, and opens no folder as a file.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(super) fn make_dir_private(_: &Dir) -> io::Result<()> {
    Ok(())
}
