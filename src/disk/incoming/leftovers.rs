//! What interrupted transfers left in a folder, for the user to discard.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, Metadata};

use super::folder::Folder;
use super::lease::Lease;
use super::names::{PARTIAL_PREFIX, PARTIAL_SUFFIX};
use super::partial::{Found, clear, find_dir, find_file};
use crate::error::DiskFault;

/// An empty partial that is younger may be in the making.
const NEW: Duration = Duration::from_mins(1);

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
    sweep(&folder);
    let names = partials(&folder).map_err(|source| folder.fault(source))?;
    let mut leftovers: Vec<Leftover> = names
        .iter()
        .filter_map(|name| look_at(&folder, name))
        .collect();
    leftovers.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(leftovers)
}

/// Removes partials in which nothing is: what a program leaves that is killed just when it makes
/// one. New ones stay, for a transfer that has not locked its own yet.
pub(super) fn sweep(folder: &Folder) {
    for name in partials(folder).unwrap_or_default() {
        if let Err(error) = sweep_one(folder, &name) {
            log::debug!("an empty partial stays: {error}");
        }
    }
}

fn sweep_one(folder: &Folder, name: &str) -> io::Result<()> {
    let dir = &folder.place.dir;
    let found = dir.symlink_metadata(name)?;
    let age = found.modified()?.into_std().elapsed();
    let Some(_lease) = Lease::take(folder.id, name).filter(|_| age.is_ok_and(|age| age > NEW))
    else {
        return Ok(());
    };
    let is_ours = |found: &Metadata| folder.is_ours(found);
    if found.is_file() && found.len() == 0 {
        if let Found::Ours(file) = find_file(dir, name, &is_ours)?
            // Where nothing can be locked it may be in use all the same.
            && (cfg!(windows) || file.try_lock().is_ok())
        {
            // On Windows nothing can take its place before it is closed.
            drop(file);
            return dir.remove_file(name);
        }
    } else if found.is_dir()
        && let Found::Ours(inside) = find_dir(dir, name, &is_ours)?
        && inside.dir.entries()?.next().is_none()
    {
        drop(inside);
        return dir.remove_dir(name);
    }
    Ok(())
}

/// The names of all partials, whoever's they are.
fn partials(folder: &Folder) -> io::Result<Vec<String>> {
    let entries = folder.place.dir.entries()?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| is_partial(name)).collect())
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
    let lease = Lease::take(folder.id, name).ok_or(ErrorKind::ResourceBusy)?;
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
    drop((locks, lease));
    Ok(())
}

fn is_partial(name: &str) -> bool {
    name.starts_with(PARTIAL_PREFIX) && name.ends_with(PARTIAL_SUFFIX)
}

/// `None` if a transfer uses it, or if it is none of ours: in a shared folder another user's.
fn look_at(folder: &Folder, name: &str) -> Option<Leftover> {
    let lease = Lease::take(folder.id, name)?;
    let dir = &folder.place.dir;
    let modified = dir.symlink_metadata(name).ok()?.modified().ok();
    let is_ours = |found: &Metadata| folder.is_ours(found);
    let (file, dir) = (
        find_file(dir, name, &is_ours),
        find_dir(dir, name, &is_ours),
    );
    let (bytes, is_folder) = match (file, dir) {
        (Ok(Found::Ours(file)), _) => match file.metadata().ok()?.len() {
            0 => return None,
            bytes => (bytes, false),
        },
        (_, Ok(Found::Ours(found))) => {
            // Looking into it may take long, and a transfer that goes on with it must not have to
            // start anew for that. On Windows it could not give it its name meanwhile.
            let inside = found.dir.try_clone().ok()?;
            let held = cfg!(windows).then_some((found, lease));
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
