//! Opening what is built hidden: never through a link, never what another one uses, never
//! something that only looks like ours.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use cap_fs_ext::{DirExt as _, FollowSymlinks, MetadataExt as _, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, DirBuilder, Metadata, OpenOptions, OpenOptionsExt as _};

use crate::disk::retry::with_retries;

/// Windows hides files that say so, not those whose name begins with a dot.
#[cfg(windows)]
pub(super) const FILE_ATTRIBUTE_HIDDEN: u32 = 2;

/// How often a lock is tried, and the pause between: a tenth of a second in all.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// What stands under a name.
#[derive(Debug)]
pub(super) enum Found<T> {
    /// Nothing.
    Nothing,
    /// What was looked for. Nobody else uses it.
    Ours(T),
    /// Something else, or something that is in use.
    Strange,
}

/// Whether something that looks like a partial of ours is one.
pub(super) type IsOurs<'a> = dyn Fn(&Metadata) -> bool + 'a;

/// The file of this name, if it is a regular one with no other name, locked by nobody, and, as
/// `is_ours` says, nobody else's.
pub(super) fn find_file(dir: &Dir, name: &str, is_ours: &IsOurs<'_>) -> io::Result<Found<File>> {
    match dir.symlink_metadata(name) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error),
        // Opening a pipe would wait for its other end.
        Ok(metadata) if !metadata.is_file() => return Ok(Found::Strange),
        Ok(_) => {}
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).follow(FollowSymlinks::No);
    let Ok(file) = with_retries(|| dir.open_with(name, &options)) else {
        return Ok(Found::Strange);
    };
    // Looked at again by its handle: the name may lead to something else by now.
    let metadata = file.metadata()?;
    let file = file.into_std();
    let is_free = metadata.is_file() && metadata.nlink() == 1 && is_ours(&metadata);
    if is_free && lock(&file) && still_has_name(dir, name, &metadata) {
        return Ok(Found::Ours(file));
    }
    Ok(Found::Strange)
}

/// Whether the name still leads to what was locked. While the lock was waited for, its holder may
/// have given the thing its final name: then the lock is on what is delivered.
#[cfg(unix)]
fn still_has_name(dir: &Dir, name: &str, locked: &Metadata) -> bool {
    let found = dir.symlink_metadata(name);
    found.is_ok_and(|found| is_same(&found, locked))
}

/// Windows tells which file it is only by an open handle.
#[cfg(windows)]
fn still_has_name(dir: &Dir, name: &str, locked: &Metadata) -> bool {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    let found = dir.open_with(name, &options);
    let found = found.and_then(|found| found.metadata());
    found.is_ok_and(|found| is_same(&found, locked))
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// As [`find_file`], in a folder that is the user's alone. A complete file has its permissions there
/// already, and these may forbid even its owner to read it or to write to it.
pub(super) fn find_file_inside(dir: &Dir, name: &str) -> io::Result<Found<File>> {
    match find_file(dir, name, &|_| true)? {
        Found::Strange if is_opened_up(dir, name) => find_file(dir, name, &|_| true),
        found => Ok(found),
    }
}

/// Whether its owner may read it and write to it only from now on.
#[cfg(unix)]
fn is_opened_up(dir: &Dir, name: &str) -> bool {
    use cap_std::fs::{MetadataExt as _, Permissions, PermissionsExt as _};
    const OWN: u32 = 0o600;
    let found = dir.symlink_metadata(name);
    let is_closed = found.is_ok_and(|found| found.is_file() && found.mode() & OWN != OWN);
    is_closed
        && dir
            .set_permissions(name, Permissions::from_mode(OWN))
            .is_ok()
}

#[cfg(not(unix))]
fn is_opened_up(_: &Dir, _: &str) -> bool {
    false
}

/// A new file. `AlreadyExists` if the name is taken, by a link to nowhere for example.
pub(super) fn create_file(dir: &Dir, name: &str) -> io::Result<File> {
    Ok(dir.open_with(name, &creating())?.into_std())
}

/// The same, hidden and locked, for the top level.
pub(super) fn create_locked_file(dir: &Dir, name: &str) -> io::Result<File> {
    #[cfg_attr(
        not(windows),
        expect(unused_mut, reason = "only Windows hides this way")
    )]
    let mut options = creating();
    #[cfg(windows)]
    options.attributes(FILE_ATTRIBUTE_HIDDEN);
    let file = dir.open_with(name, &options)?;
    let metadata = file.metadata()?;
    let file = file.into_std();
    if lock(&file) && still_has_name(dir, name, &metadata) {
        return Ok(file);
    }
    // Another process found it before it was locked.
    Err(ErrorKind::AlreadyExists.into())
}

fn creating() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    options.follow(FollowSymlinks::No);
    // Nobody else's business before it is complete, and perhaps not even then.
    #[cfg(unix)]
    options.mode(0o600);
    options
}

/// Locks it against other processes; `false` if another one was first. Where the file system
/// knows no locks it is taken as free.
pub(super) fn lock(file: &File) -> bool {
    let is_locked = || matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    // A program that this one is just starting has all that is open, until it really starts: for
    // that moment a lock outlives its file.
    (0..LOCK_TRIES).any(|attempt| {
        if attempt > 0 {
            thread::sleep(LOCK_PAUSE);
        }
        !is_locked()
    })
}

/// An open folder, and a lock on it for as long as this lives, where the system locks folders.
#[derive(Debug)]
pub(super) struct LockedDir {
    pub(super) dir: Dir,
    _lock: Option<File>,
}

/// The folder of this name, if it is a real one, locked by nobody, and, as `is_ours` says, nobody
/// else's.
pub(super) fn find_dir(
    dir: &Dir,
    name: &str,
    is_ours: &IsOurs<'_>,
) -> io::Result<Found<LockedDir>> {
    match dir.symlink_metadata(name) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_dir() => return Ok(Found::Strange),
        Ok(_) => {}
    }
    match dir.open_dir_nofollow(name) {
        Ok(found) if is_ours(&found.dir_metadata()?) => Ok(match lock_dir(dir, name, found) {
            Ok(Some(locked)) => Found::Ours(locked),
            Ok(None) | Err(_) => Found::Strange,
        }),
        Ok(_) | Err(_) => Ok(Found::Strange),
    }
}

/// A new folder that nobody else can look into, for the top level. `AlreadyExists` if the name is
/// taken.
pub(super) fn create_dir(dir: &Dir, name: &str) -> io::Result<LockedDir> {
    create_private_dir(dir, name)?;
    let created = dir.open_dir_nofollow(name)?;
    // Another process may have found it before it was locked.
    lock_dir(dir, name, created)?.ok_or_else(|| ErrorKind::AlreadyExists.into())
}

/// The same anywhere, neither opened nor locked.
pub(super) fn create_private_dir(dir: &Dir, name: &str) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "it hands down an access list"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    cap_std::fs::DirBuilderExt::mode(&mut builder, 0o700);
    dir.create_dir_with(name, &builder)
}

/// `None` if another process has locked it, or has given it another name.
#[cfg(unix)]
fn lock_dir(above: &Dir, name: &str, dir: Dir) -> io::Result<Option<LockedDir>> {
    let handle = super::folder::readable(&dir)?;
    let is_locked = lock(&handle) && still_has_name(above, name, &dir.dir_metadata()?);
    let locked = LockedDir {
        dir,
        _lock: Some(handle),
    };
    Ok(is_locked.then_some(locked))
}

/// Windows locks no folders, but lets none be renamed or removed that is open.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn lock_dir(_: &Dir, _: &str, dir: Dir) -> io::Result<Option<LockedDir>> {
    Ok(Some(LockedDir { dir, _lock: None }))
}

/// Removes whatever has this name within a partial folder; a link goes, not what it leads to.
pub(super) fn clear(dir: &Dir, name: impl AsRef<Path>) -> io::Result<()> {
    let name = name.as_ref();
    match with_retries(|| dir.remove_file_or_symlink(name)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(_) if dir.symlink_metadata(name).is_ok_and(|found| found.is_dir()) => {
            with_retries(|| dir.remove_dir_all(name))
        }
        outcome => outcome,
    }
}

/// Removes a folder if there is nothing in it but empty files, and folders of which the same is
/// true.
pub(super) fn remove_empty(above: &Dir, name: &Path) -> io::Result<()> {
    let dir = above.open_dir_nofollow(name)?;
    for entry in dir.entries()? {
        let inner = entry?.file_name();
        match dir.symlink_metadata(&inner)? {
            found if found.is_dir() => remove_empty(&dir, inner.as_ref())?,
            found if found.is_file() && found.len() == 0 => dir.remove_file(&inner)?,
            _ => return Ok(()),
        }
    }
    drop(dir);
    match above.remove_dir(name) {
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(()),
        outcome => outcome,
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use cap_std::ambient_authority;

    use super::*;

    /// What is looked for gets its final name between being opened and being locked.
    #[test]
    fn what_got_its_final_name_meanwhile_is_not_taken_for_a_partial() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        fs::write(at("file"), "x").unwrap();
        fs::create_dir(at("folder")).unwrap();
        let is_delivered = |name: &str, is_replaced: bool| {
            fs::rename(at(name), at("delivered")).unwrap();
            if is_replaced {
                fs::write(at(name), "y").unwrap();
            }
            true
        };
        for is_replaced in [false, true] {
            let file = find_file(&dir, "file", &|_| is_delivered("file", is_replaced));
            assert!(matches!(file, Ok(Found::Strange)));
            fs::rename(at("delivered"), at("file")).unwrap();
            let found = find_dir(&dir, "folder", &|_| is_delivered("folder", is_replaced));
            assert!(matches!(found, Ok(Found::Strange)));
            fs::remove_file(at("folder")).ok();
            fs::rename(at("delivered"), at("folder")).unwrap();
        }
        assert!(matches!(
            find_file(&dir, "file", &|_| true),
            Ok(Found::Ours(_))
        ));
        assert!(matches!(
            find_dir(&dir, "folder", &|_| true),
            Ok(Found::Ours(_))
        ));
    }
}
