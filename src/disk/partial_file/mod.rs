//! A file on its way to its final name: built hidden, synced, then renamed to a name that is free.

mod final_name;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use final_name::without_replacing;

use crate::disk::destination::Destination;
use crate::disk::incoming::{PARTIAL_PREFIX, PARTIAL_SUFFIX};
use crate::disk::permissions::Permissions;
use crate::disk::retry::{Retries, patiently};
use crate::disk::space::{check_space, write_fault};
use crate::disk::{file_name, mark_of_the_web};
use crate::error::DiskFault;

/// So many files of one name are a sign that something else is wrong.
const MAX_NAME_TRIES: u32 = 10_000;
/// After so many more bytes the free space is looked at again.
const SPACE_CHECK_BYTES: u64 = 16 * 1024 * 1024;
/// Windows takes longer paths only in its verbatim form. The rest up to its 260 is room for a
/// hidden name, or for a remark in the final one.
#[cfg(windows)]
const SHORT_PATH_LENGTH: usize = 200;
/// Windows hides files that say so, not those whose name begins with a dot.
#[cfg(windows)]
const FILE_ATTRIBUTE_HIDDEN: u32 = 2;

/// Writes an empty file for a peer that sent nothing, and returns the name that was free.
///
/// # Errors
///
/// The [`DiskFault`] that prevented it.
pub fn save_empty(destination: &Destination) -> Result<PathBuf, DiskFault> {
    PartialFile::create(destination.clone())?.commit()
}

/// A hidden file in the destination folder that grows towards its final name. Dropping it
/// removes it, if nothing holds it open at that moment.
#[derive(Debug)]
pub(crate) struct PartialFile {
    file: NamedTempFile,
    /// Those that it gets with its name; until then it is its owner's alone.
    permissions: Option<Permissions>,
    destination: Destination,
    /// The same destination in a form that the system takes however long it is.
    reachable: Destination,
    written_bytes: u64,
    next_space_check_bytes: u64,
    /// Whatever happens, it is not removed.
    stays: bool,
}

impl PartialFile {
    /// Nobody else's business before it is complete; then it is as readable as any other file of
    /// the user's.
    pub(crate) fn create(destination: Destination) -> Result<Self, DiskFault> {
        let permissions = Some(try_folder(&destination.folder)?);
        let file = Self::create_with(destination, 0o600)?;
        Ok(Self {
            permissions,
            ..file
        })
    }

    fn create_with(destination: Destination, mode: u32) -> Result<Self, DiskFault> {
        if !file_name::is_allowed(&destination.file_name) {
            let path = destination.path();
            return Err(DiskFault::NameNotAllowed { path });
        }
        let reachable = reachable(&destination);
        let file = create_hidden(&reachable.folder, mode)
            .map_err(|source| cannot_create(&destination.folder, source))?;
        if let Err(error) = file.as_file().try_lock() {
            // Locked, it is not taken for what an earlier transfer left.
            log::debug!("could not lock a hidden file: {error}");
        }
        Ok(Self {
            file,
            permissions: None,
            destination,
            reachable,
            written_bytes: 0,
            next_space_check_bytes: 0,
            stays: false,
        })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), DiskFault> {
        if self.written_bytes >= self.next_space_check_bytes {
            self.next_space_check_bytes = self.written_bytes + SPACE_CHECK_BYTES;
            check_space(&self.destination.folder)?;
        }
        self.file
            .as_file_mut()
            .write_all(bytes)
            .map_err(|source| self.fault(source))?;
        self.written_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes the content durable and gives it the first free name; returns that.
    pub(crate) fn commit(self) -> Result<PathBuf, DiskFault> {
        self.persist(Destination::numbered)
    }

    /// What arrived so far, for the user to keep or discard.
    pub(crate) fn into_partial(self) -> Partial {
        Partial { file: Some(self) }
    }

    /// From now on it is only removed on purpose.
    fn stay(&mut self) {
        self.file.disable_cleanup(true);
        self.stays = true;
    }

    /// Removes it for certain, or says why it is still there.
    pub(crate) fn remove(self) -> Result<(), DiskFault> {
        let path = self.file.into_temp_path();
        mark_of_the_web::sweep(&path);
        match patiently(|| fs::remove_file(&path)) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(DiskFault::NotSaved {
                path: path.to_path_buf(),
                source,
            }),
            _ => Ok(()),
        }
    }

    fn persist(mut self, name: fn(&Destination, u32) -> PathBuf) -> Result<PathBuf, DiskFault> {
        let hidden = self.file.path().to_owned();
        mark_of_the_web::mark_as_received(&hidden);
        let file = self.file.as_file();
        file.sync_all().map_err(|source| self.fault(source))?;
        let mut patience = Retries::new();
        let mut count = 1;
        loop {
            match without_replacing(self.file, &name(&self.reachable, count)) {
                Ok(saved) => {
                    if let Some(permissions) = &self.permissions {
                        permissions.give_usual(&saved);
                    }
                    drop(saved);
                    mark_of_the_web::sweep(&hidden);
                    sync_folder(&self.destination.folder);
                    return Ok(name(&self.destination, count));
                }
                Err(PersistError { file, error }) => {
                    self.file = file;
                    if error.kind() == ErrorKind::AlreadyExists && count < MAX_NAME_TRIES {
                        count += 1;
                    } else if !patience.allows_another_try(&error) {
                        return Err(self.give_up(error));
                    }
                }
            }
        }
    }

    /// Removes it, unless it is all there is, and says why it could not be saved.
    fn give_up(self, source: io::Error) -> DiskFault {
        let fault = self.fault(source);
        if self.stays {
            log::warn!("what arrived stays in {}", self.file.path().display());
        } else if let Err(error) = self.remove() {
            log::error!("a hidden file is left: {error}");
        }
        fault
    }

    fn fault(&self, source: io::Error) -> DiskFault {
        write_fault(&self.destination.folder, &self.destination.path(), source)
    }
}

/// What arrived of an interrupted transfer, in a hidden file.
///
/// Dropping it keeps it under a name that says it is partial, since it may be all there is.
#[derive(Debug)]
pub struct Partial {
    file: Option<PartialFile>,
}

impl Partial {
    /// Bytes that were written.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.file.as_ref().map_or(0, |file| file.written_bytes)
    }

    /// Keeps it as `recv (partial).txt` or the next free name of that kind; returns the path.
    ///
    /// # Errors
    ///
    /// The [`DiskFault`] that prevented it; then it stays hidden, as a leftover.
    pub fn keep(mut self) -> Result<PathBuf, DiskFault> {
        let mut file = self.take_file()?;
        file.stay();
        file.persist(Destination::partial)
    }

    /// Removes it.
    ///
    /// # Errors
    ///
    /// The [`DiskFault`] that prevented it; then the hidden file is still there.
    pub fn discard(mut self) -> Result<(), DiskFault> {
        self.take_file()?.remove()
    }

    /// It is there until the handle is used up, which the signatures above see to.
    fn take_file(&mut self) -> Result<PartialFile, DiskFault> {
        self.file.take().ok_or_else(|| DiskFault::NotSaved {
            path: PathBuf::new(),
            source: ErrorKind::NotFound.into(),
        })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(mut file) = self.file.take() {
            file.stay();
            match file.persist(Destination::partial) {
                Ok(path) => log::info!("kept what arrived as {}", path.display()),
                Err(error) => log::error!("could not keep what arrived: {error}"),
            }
        }
    }
}

#[cfg(not(windows))]
fn reachable(destination: &Destination) -> Destination {
    destination.clone()
}

/// Short paths stay as they are: some drives have no verbatim form.
#[cfg(windows)]
fn reachable(destination: &Destination) -> Destination {
    let mut reachable = destination.clone();
    let path = std::path::absolute(destination.path());
    if path.is_ok_and(|path| path.as_os_str().len() > SHORT_PATH_LENGTH) {
        match fs::canonicalize(&destination.folder) {
            Ok(folder) => reachable.folder = folder,
            Err(error) => log::debug!(
                "no verbatim form of {}: {error}",
                destination.folder.display()
            ),
        }
    }
    reachable
}

/// Its permissions are those of `mode` that the system leaves to it.
#[cfg_attr(
    windows,
    expect(unused_variables, reason = "it has no such permissions")
)]
fn create_hidden(folder: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PARTIAL_PREFIX).suffix(PARTIAL_SUFFIX);
    #[cfg(unix)]
    {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        builder.tempfile_in(folder)
    }
    #[cfg(windows)]
    builder.make_in(folder, |path| {
        use std::os::windows::fs::OpenOptionsExt as _;
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        // The rename to the final name takes the attribute away again.
        options.attributes(FILE_ATTRIBUTE_HIDDEN).open(path)
    })
}

pub(crate) fn cannot_create(folder: &Path, source: io::Error) -> DiskFault {
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

/// Makes the new name itself durable, where the system lets a folder be synced.
fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Err(error) = File::open(folder).and_then(|folder| folder.sync_all())
    {
        log::warn!("could not sync the folder: {error}: {}", folder.display());
    }
}

/// Whether files can be saved in this folder. It is tried with a hidden file that goes again at
/// once, since permissions alone do not tell.
///
/// # Errors
///
/// The [`DiskFault`] that would prevent it.
pub fn check_folder(folder: &Path) -> Result<(), DiskFault> {
    try_folder(folder).map(drop)
}

/// As [`check_folder`]; tells which permissions a new file gets there.
pub(crate) fn try_folder(folder: &Path) -> Result<Permissions, DiskFault> {
    let file = PartialFile::create_with(Destination::classic(folder), 0o777)?;
    let permissions = Permissions::of_new_file(file.file.as_file());
    let permissions = permissions.map_err(|source| file.fault(source));
    file.remove()?;
    permissions
}

#[cfg(test)]
mod tests;
