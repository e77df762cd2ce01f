//! One file whose length nobody knows: what a classic sender sends.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::names::remarked;
use super::rename::{Moved, to_free_name};
use crate::disk::destination::Destination;
use crate::disk::file_name;
use crate::disk::mark_of_the_web;
use crate::disk::space::write_fault;
use crate::error::DiskFault;

/// Writes an empty file for a peer that sent nothing, and returns the name that was free.
///
/// # Errors
///
/// The [`DiskFault`] that prevented it.
pub fn save_empty(destination: &Destination) -> Result<PathBuf, DiskFault> {
    SingleFile::create(destination)?.commit()
}

/// A hidden file in the destination folder that grows towards its final name. Dropping it
/// removes it.
#[derive(Debug)]
pub(crate) struct SingleFile {
    folder: Folder,
    /// Locked, so that it is not taken for what an earlier transfer left. `None` only while it gets
    /// its name and once it has it.
    file: Option<File>,
    hidden: String,
    /// The wanted name.
    name: String,
    written_bytes: u64,
    /// Whether dropping it leaves it where it is.
    stays: bool,
}

impl SingleFile {
    pub(crate) fn create(destination: &Destination) -> Result<Self, DiskFault> {
        let allowed = destination.file_name.to_str();
        let allowed = allowed.filter(|name| file_name::is_allowed(name.as_ref()));
        let name = allowed.ok_or_else(|| DiskFault::NameNotAllowed {
            path: destination.path(),
        })?;
        let folder = Folder::open(&destination.folder)?;
        folder.try_out()?;
        let (hidden, file) = folder.create_hidden(0o600)?;
        Ok(Self {
            folder,
            file: Some(file),
            hidden,
            name: name.to_owned(),
            written_bytes: 0,
            stays: false,
        })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), DiskFault> {
        self.folder.watch_space(bytes.len())?;
        let written = self.open().and_then(|mut file| file.write_all(bytes));
        written.map_err(|source| self.fault(source))?;
        self.written_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes the content durable and gives it the first free name; returns that.
    pub(crate) fn commit(mut self) -> Result<PathBuf, DiskFault> {
        let name = self.name.clone();
        self.persist(&name)
    }

    /// What arrived so far, for the user to keep or discard.
    pub(crate) fn into_partial(self) -> Partial {
        Partial {
            file: Some(Box::new(self)),
        }
    }

    /// Removes it for certain, or says why it is still there.
    pub(crate) fn remove(mut self) -> Result<(), DiskFault> {
        self.stays = true;
        self.clear().map_err(|source| DiskFault::NotSaved {
            path: self.folder.path.join(&self.hidden),
            source,
        })
    }

    fn persist(&mut self, name: &str) -> Result<PathBuf, DiskFault> {
        let place = &self.folder.place;
        let hidden = place.path.join(&self.hidden);
        mark_of_the_web::mark_as_received(&hidden);
        let synced = self.open().and_then(File::sync_all);
        synced.map_err(|source| self.fault(source))?;
        let file = self.file.take();
        // Windows moves nothing that is open.
        let file = file.filter(|_| cfg!(unix));
        let moved = Moved {
            place,
            name: &self.hidden,
            is_folder: false,
        };
        let name = to_free_name(moved, place, name, (1, |_: &str| false));
        let name = name.map_err(|source| self.fault(source))?;
        self.stays = true;
        if let (Some(file), Some(permissions)) = (file, self.folder.permissions()) {
            permissions.give_usual(&file);
        }
        mark_of_the_web::sweep(&hidden);
        if let Err(fault) = self.folder.sync_names() {
            log::warn!("the name of what is saved is not durable: {fault}");
        }
        Ok(self.folder.path.join(name))
    }

    fn open(&self) -> io::Result<&File> {
        self.file.as_ref().ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn clear(&mut self) -> io::Result<()> {
        drop(self.file.take());
        mark_of_the_web::sweep(&self.folder.place.path.join(&self.hidden));
        self.folder.remove_hidden(&self.hidden)
    }

    fn fault(&self, source: io::Error) -> DiskFault {
        let path = self.folder.path.join(&self.name);
        write_fault(&self.folder.path, &path, source)
    }
}

impl Drop for SingleFile {
    fn drop(&mut self) {
        if !self.stays
            && let Err(error) = self.clear()
        {
            log::error!("a hidden file is left: {error}");
        }
    }
}

/// What arrived of an interrupted transfer, in a hidden file.
///
/// Dropping it keeps it under a name that says it is partial, since it may be all there is.
#[derive(Debug)]
pub struct Partial {
    file: Option<Box<SingleFile>>,
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
        file.stays = true;
        let name = remarked(&file.name, "partial");
        file.persist(&name)
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
    fn take_file(&mut self) -> Result<Box<SingleFile>, DiskFault> {
        self.file.take().ok_or_else(|| DiskFault::NotSaved {
            path: PathBuf::new(),
            source: ErrorKind::NotFound.into(),
        })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            match (Self { file: Some(file) }).keep() {
                Ok(path) => log::info!("kept what arrived as {}", path.display()),
                Err(error) => log::error!("could not keep what arrived: {error}"),
            }
        }
    }
}

/// Whether files can be saved in this folder. It is tried with a hidden file that goes again at
/// once, since permissions alone do not tell.
///
/// # Errors
///
/// The [`DiskFault`] that would prevent it.
pub fn check_folder(folder: &Path) -> Result<(), DiskFault> {
    Folder::open(folder)?.try_out().map(drop)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::super::names::PARTIAL_SUFFIX;
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_gets_its_final_name_only_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = SingleFile::create(&Destination::classic(folder.path())).unwrap();
        file.write(b"hello").unwrap();
        assert!(!folder.path().join("recv.txt").exists());
        let path = file.commit().unwrap();
        assert_eq!(path, folder.path().join("recv.txt"));
        assert_eq!(fs::read(path).unwrap(), b"hello");
    }

    #[test]
    fn a_taken_name_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let destination = Destination::classic(folder.path());
        for _ in 0..3 {
            save_empty(&destination).unwrap();
        }
        assert_eq!(
            names_in(folder.path()),
            ["recv (2).txt", "recv (3).txt", "recv.txt"]
        );
    }

    #[test]
    fn a_dangling_link_is_not_written_through() {
        #[cfg(unix)]
        {
            let folder = tempfile::tempdir().unwrap();
            let elsewhere = folder.path().join("elsewhere");
            std::os::unix::fs::symlink(&elsewhere, folder.path().join("recv.txt")).unwrap();
            let path = save_empty(&Destination::classic(folder.path())).unwrap();
            assert_eq!(path, folder.path().join("recv (2).txt"));
            assert!(!elsewhere.exists());
        }
    }

    #[test]
    fn a_file_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = SingleFile::create(&Destination::classic(folder.path())).unwrap();
        file.write(b"hello").unwrap();
        drop(file);
        assert!(names_in(folder.path()).is_empty());
    }

    #[test]
    fn a_partial_is_kept_under_a_name_that_says_so() {
        let folder = tempfile::tempdir().unwrap();
        for expected in ["recv (partial).txt", "recv (partial) (2).txt"] {
            let mut file = SingleFile::create(&Destination::classic(folder.path())).unwrap();
            file.write(b"hel").unwrap();
            let partial = file.into_partial();
            assert_eq!(partial.bytes(), 3);
            assert_eq!(partial.keep().unwrap(), folder.path().join(expected));
        }
    }

    #[test]
    fn a_discarded_partial_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let file = SingleFile::create(&Destination::classic(folder.path())).unwrap();
        file.into_partial().discard().unwrap();
        assert!(names_in(folder.path()).is_empty());
    }

    #[test]
    fn a_partial_that_nobody_decides_about_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = SingleFile::create(&Destination::classic(folder.path())).unwrap();
        drop(file.into_partial());
        assert_eq!(names_in(folder.path()), ["recv (partial).txt"]);
    }

    #[test]
    fn what_cannot_be_kept_stays_as_a_leftover() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = SingleFile::create(&Destination::classic(folder.path())).unwrap();
        file.write(b"hel").unwrap();
        file.name = "no such folder/recv.txt".to_owned();
        file.into_partial().keep().unwrap_err();
        let mut names = names_in(folder.path());
        // Wine has no streams and puts the mark of what was received into a file beside it.
        names.retain(|name| name.ends_with(PARTIAL_SUFFIX));
        assert_eq!(names.len(), 1);
        assert_eq!(fs::read(folder.path().join(&names[0])).unwrap(), b"hel");
    }

    #[test]
    fn a_folder_of_that_name_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("recv.txt")).unwrap();
        let path = save_empty(&Destination::classic(folder.path())).unwrap();
        assert_eq!(path, folder.path().join("recv (2).txt"));
    }

    #[test]
    fn checking_a_folder_leaves_nothing_in_it() {
        let folder = tempfile::tempdir().unwrap();
        check_folder(folder.path()).unwrap();
        assert!(names_in(folder.path()).is_empty());
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(check_folder(&file).is_err());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let fault = SingleFile::create(&Destination::classic(&missing)).unwrap_err();
        assert!(matches!(fault, DiskFault::FolderMissing { path, .. } if path == missing));
    }
}
