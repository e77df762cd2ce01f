//! Giving something its final name without ever replacing what has it already.

use std::borrow::Cow;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use cap_fs_ext::MetadataExt as _;
use cap_std::fs::Dir;

use super::folder::MAX_NAME_TRIES;
use super::lease::FolderId;
use super::names::{numbered, portable_name, short_name};
use crate::disk::retry::Retries;

/// An open folder, and the path that leads to it for the one system whose calls want paths.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) dir: Dir,
    pub(super) path: PathBuf,
}

impl Place {
    /// Its file system and its number there.
    pub(super) fn id(&self) -> io::Result<FolderId> {
        folder_id(&self.dir)
    }
}

/// The file system of a folder and its number there.
pub(super) fn folder_id(dir: &Dir) -> io::Result<FolderId> {
    let metadata = dir.dir_metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Something that is to be moved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved<'a> {
    /// The folder that it is in.
    pub(super) place: &'a Place,
    /// Its name there.
    pub(super) name: &'a str,
    #[cfg_attr(windows, expect(dead_code, reason = "one call moves both there"))]
    pub(super) is_folder: bool,
}

/// Moves it into `target` under the first free name, counting from `count` and leaving out those
/// that are given to others; returns that name. Where the disk refuses the name itself it gets one
/// that any disk takes.
///
/// On Windows no handle to it, or to anything in it, may be open.
pub(super) fn to_free_name(
    from: Moved<'_>,
    target: &Place,
    name: &str,
    (mut count, is_given): (u32, impl Fn(&str) -> bool),
) -> io::Result<String> {
    let mut retries = Retries::new();
    let mut name = Cow::Borrowed(name);
    loop {
        let numbered = numbered(&name, count);
        if count > 1 && count < MAX_NAME_TRIES && is_given(&numbered) {
            count += 1;
            continue;
        }
        match without_replacing(from, target, &numbered) {
            Ok(()) => return Ok(numbered.into_owned()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && count < MAX_NAME_TRIES => {
                count = count.max(1) + 1;
            }
            Err(error) => {
                if let Some(other) = acceptable_name(&name, &error) {
                    (name, count) = (Cow::Owned(other), 1);
                } else if !retries.allows_another_try(&error) {
                    return Err(error);
                }
            }
        }
    }
}

/// Another name, if it is the name itself that the disk refused.
pub(super) fn acceptable_name(name: &str, refusal: &io::Error) -> Option<String> {
    match refusal.kind() {
        ErrorKind::InvalidInput => portable_name(name),
        ErrorKind::InvalidFilename => short_name(name).or_else(|| portable_name(name)),
        _ => None,
    }
}

/// `AlreadyExists` if the name is taken.
#[cfg(unix)]
fn without_replacing(from: Moved<'_>, target: &Place, name: &str) -> io::Result<()> {
    match rename_no_replace(from, target, name) {
        // The kernel or the file system does not know how.
        Err(error) if is_unsupported(&error) => step_by_step(from, target, name),
        outcome => outcome,
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn rename_no_replace(from: Moved<'_>, target: &Place, name: &str) -> io::Result<()> {
    use rustix::fs::{RenameFlags, renameat_with};
    let flags = RenameFlags::NOREPLACE;
    Ok(renameat_with(
        &from.place.dir,
        from.name,
        &target.dir,
        name,
        flags,
    )?)
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "macos"))))]
fn rename_no_replace(_: Moved<'_>, _: &Place, _: &str) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn is_unsupported(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidInput | ErrorKind::Unsupported
    )
}

/// Takes the name first, which fails if anything has it, and then moves.
#[cfg(unix)]
fn step_by_step(from: Moved<'_>, target: &Place, name: &str) -> io::Result<()> {
    let (source, target) = (&from.place.dir, &target.dir);
    if from.is_folder {
        // A folder may take the place of an empty one, and of nothing else.
        target.create_dir(name)?;
    } else {
        match source.hard_link(from.name, target, name) {
            Ok(()) => {
                // It has its name; that it also has another one does no harm.
                if let Err(error) = source.remove_file(from.name) {
                    log::warn!("a second name is left, {}: {error}", from.name);
                }
                return Ok(());
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
            // A file system without links.
            Err(_) => drop(super::partial::create_file(target, name)?),
        }
    }
    source.rename(from.name, target, name).inspect_err(|_| {
        // Takes away what only held the name; a folder with something in it stays.
        let cleared = if from.is_folder {
            target.remove_dir(name)
        } else {
            target.remove_file(name)
        };
        if let Err(error) = cleared {
            log::warn!("an empty {name} is left: {error}");
        }
    })
}

/// `AlreadyExists` if the name is taken.
///
/// The system's call takes paths. They cannot lead astray: an open [`Dir`] can be neither renamed
/// nor removed here, nor any folder above it.
#[cfg(windows)]
fn without_replacing(from: Moved<'_>, target: &Place, name: &str) -> io::Result<()> {
    let destination = target.path.join(name);
    let mut source = tempfile::TempPath::try_from_path(from.place.path.join(from.name))?;
    // Whatever happens, what arrived stays.
    source.disable_cleanup(true);
    let moved = source.persist_noclobber(destination);
    moved.map_err(|failure| failure.error)
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::fs;
    use std::path::Path;

    use cap_std::ambient_authority;

    use super::*;

    fn place(path: &Path) -> Place {
        Place {
            dir: Dir::open_ambient_dir(path, ambient_authority()).unwrap(),
            path: path.into(),
        }
    }

    /// Moves `partial` to `name` in both ways, in a folder that `prepare` has filled; returns what
    /// came of each.
    fn both_ways(is_folder: bool, prepare: impl Fn(&Path), check: impl Fn(&Path, io::Result<()>)) {
        for way in [without_replacing, step_by_step] {
            let folder = tempfile::tempdir().unwrap();
            prepare(folder.path());
            let place = place(folder.path());
            let moved = Moved {
                place: &place,
                name: "partial",
                is_folder,
            };
            check(folder.path(), way(moved, &place, "name"));
        }
    }

    #[test]
    fn a_free_name_is_taken() {
        let file = |folder: &Path| fs::write(folder.join("partial"), "x").unwrap();
        both_ways(false, file, |folder, outcome| {
            outcome.unwrap();
            assert_eq!(fs::read(folder.join("name")).unwrap(), b"x");
            assert!(!folder.join("partial").exists());
        });
        let dir = |folder: &Path| fs::create_dir_all(folder.join("partial/inner")).unwrap();
        both_ways(true, dir, |folder, outcome| {
            outcome.unwrap();
            assert!(folder.join("name/inner").is_dir());
            assert!(!folder.join("partial").exists());
        });
    }

    #[test]
    fn a_taken_name_stays_what_it_is() {
        let files = |folder: &Path| {
            fs::write(folder.join("partial"), "x").unwrap();
            std::os::unix::fs::symlink("nowhere", folder.join("name")).unwrap();
        };
        both_ways(false, files, |folder, outcome| {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::AlreadyExists);
            assert_eq!(fs::read(folder.join("partial")).unwrap(), b"x");
            assert!(folder.join("name").is_symlink());
        });
        // An empty folder would be replaced by an ordinary rename.
        let dirs = |folder: &Path| {
            fs::create_dir_all(folder.join("partial/inner")).unwrap();
            fs::create_dir(folder.join("name")).unwrap();
        };
        both_ways(true, dirs, |folder, outcome| {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::AlreadyExists);
            assert!(folder.join("partial/inner").is_dir());
            assert!(!folder.join("name/inner").exists());
        });
    }
}
