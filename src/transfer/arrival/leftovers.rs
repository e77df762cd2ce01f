//! What interrupted transfers left in a folder, for the user to discard.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, Metadata};

use super::claim::Claim;
use super::folder::Folder;
use super::names::{PARTIAL_PREFIX, PARTIAL_SUFFIX};
use super::partial::{Found, clear, find_dir, find_file};
use crate::transfer::error::DiskFault;

/// A partial file or folder that no transfer uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Where it is.
    pub path: PathBuf,
    /// Bytes in it.
    pub bytes: u64,
    /// When it was last written to, where the system tells.
    pub modified: Option<SystemTime>,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// The partials in `folder` that no transfer uses. Looks into each, so it may take a while.
///
/// # Errors
///
/// The [`DiskFault`] of a folder that cannot be read.
pub fn leftovers(folder: &Path) -> Result<Vec<Leftover>, DiskFault> {
    let folder = Folder::open(folder)?;
    let entries = folder.place.dir.entries();
    let entries = entries.map_err(|source| folder.fault(source))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut leftovers: Vec<Leftover> = names
        .filter(|name| is_partial(name))
        .filter_map(|name| look_at(&folder, &name))
        .collect();
    leftovers.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(leftovers)
}

impl Leftover {
    /// Removes it.
    ///
    /// # Errors
    ///
    /// The [`DiskFault`] that prevented it, such as a transfer that uses it by now.
    pub fn discard(self) -> Result<(), DiskFault> {
        let not_found = || DiskFault::NotSaved {
            path: self.path.clone(),
            source: ErrorKind::NotFound.into(),
        };
        let name = self.path.file_name().and_then(|name| name.to_str());
        let name = name.filter(|name| is_partial(name)).ok_or_else(not_found)?;
        let folder = Folder::open(self.path.parent().ok_or_else(not_found)?)?;
        remove(&folder, name).map_err(|source| DiskFault::NotSaved {
            path: self.path.clone(),
            source,
        })
    }
}

fn remove(folder: &Folder, name: &str) -> io::Result<()> {
    let claim = Claim::take(folder.id, name).ok_or(ErrorKind::ResourceBusy)?;
    let dir = &folder.place.dir;
    // Locked while it is taken apart, where a locked thing can be removed.
    let is_ours = |found: &Metadata| folder.is_ours(found);
    let file = find_file(dir, name, &is_ours)?;
    let folder = find_dir(dir, name, &is_ours)?;
    match (&file, &folder) {
        (Found::Nothing, Found::Nothing) => return Ok(()),
        (Found::Ours(_), _) | (_, Found::Ours(_)) => {}
        _ => return Err(ErrorKind::ResourceBusy.into()),
    }
    let locks = cfg!(unix).then_some((file, folder));
    clear(dir, name)?;
    drop((locks, claim));
    Ok(())
}

fn is_partial(name: &str) -> bool {
    name.starts_with(PARTIAL_PREFIX) && name.ends_with(PARTIAL_SUFFIX)
}

/// `None` if a transfer uses it, or if it is none of ours: in a shared folder another user's.
fn look_at(folder: &Folder, name: &str) -> Option<Leftover> {
    let claim = Claim::take(folder.id, name)?;
    let dir = &folder.place.dir;
    let modified = dir.symlink_metadata(name).ok()?.modified().ok();
    let is_ours = |found: &Metadata| folder.is_ours(found);
    let (file, dir) = (
        find_file(dir, name, &is_ours),
        find_dir(dir, name, &is_ours),
    );
    let (bytes, is_folder) = match (file, dir) {
        (Ok(Found::Ours(file)), _) => (file.metadata().ok()?.len(), false),
        (_, Ok(Found::Ours(found))) => {
            // Looking into it may take long, and a transfer that goes on with it must not have to
            // start anew for that. On Windows it could not give it its name meanwhile.
            let inside = found.dir.try_clone().ok()?;
            let held = cfg!(windows).then_some((found, claim));
            let bytes = bytes_in(&inside).ok()?;
            drop(held);
            (bytes, true)
        }
        _ => return None,
    };
    Some(Leftover {
        path: folder.path.join(name),
        bytes,
        modified: modified.map(cap_std::time::SystemTime::into_std),
        is_folder,
    })
}

fn bytes_in(dir: &Dir) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in dir.entries()? {
        let entry = entry?;
        let name = entry.file_name();
        let metadata = dir.symlink_metadata(&name)?;
        if metadata.is_dir() {
            bytes += bytes_in(&dir.open_dir_nofollow(&name)?)?;
        } else if metadata.is_file() {
            bytes += metadata.len();
        }
    }
    Ok(bytes)
}
