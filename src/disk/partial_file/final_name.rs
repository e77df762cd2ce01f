//! A file's final name, on file systems of every kind.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use tempfile::{NamedTempFile, PersistError};

/// Returns the file, which stays open. `AlreadyExists` if the name is taken.
pub(super) fn without_replacing(file: NamedTempFile, name: &Path) -> Result<File, PersistError> {
    match file.persist_noclobber(name) {
        Err(failure) if knows_no_way(&failure.error) => name_first(failure.file, name),
        outcome => outcome,
    }
}

/// Whether the file system can neither rename without replacing nor link: some shared folders.
fn knows_no_way(error: &io::Error) -> bool {
    let is_refused = matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::Unsupported | ErrorKind::InvalidInput
    );
    cfg!(unix) && is_refused
}

/// Takes the name first, which fails if anything has it, and then replaces what only held it.
pub(super) fn name_first(file: NamedTempFile, name: &Path) -> Result<File, PersistError> {
    if let Err(error) = File::create_new(name) {
        return Err(PersistError { file, error });
    }
    file.persist(name).inspect_err(|_| {
        if let Err(error) = fs::remove_file(name) {
            log::warn!("an empty {} is left: {error}", name.display());
        }
    })
}
