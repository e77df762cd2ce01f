//! The folder that Onehop keeps its few files in, and how they are read and written.
//!
//! In scope: finding the folder; reading a short text; writing one so that nobody ever sees half
//! of it and nobody but its owner reads it; setting aside what cannot be understood.
//! Out of scope: what stands in the files.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

/// The environment variable that names another folder.
const FOLDER_VARIABLE: &str = "ONEHOP_CONFIG_DIR";
/// Far more than any of the files needs.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Once this many broken files have been set aside, a new one stays where it is.
const MAX_BROKEN: u32 = 100;
/// Another process holds the lock for one small write. One that was stopped in the middle must
/// not stop this one too.
const MAX_LOCK_WAIT: Duration = Duration::from_millis(500);
const LOCK_PAUSE: Duration = Duration::from_millis(5);
const MAX_TRIES: u32 = 20;
const TRY_PAUSE: Duration = Duration::from_millis(10);

/// The folder that was `chosen`; else the one that `ONEHOP_CONFIG_DIR` names; else `onehop` in
/// the system's folder for settings; `None` if the system names none.
#[must_use]
pub fn folder(chosen: Option<&Path>) -> Option<PathBuf> {
    if let Some(chosen) = chosen {
        return Some(chosen.to_owned());
    }
    match std::env::var_os(FOLDER_VARIABLE) {
        Some(folder) if !folder.is_empty() => Some(PathBuf::from(folder)),
        _ => dirs::config_dir().map(|folder| folder.join("onehop")),
    }
}

/// The text of a file; `None` if there is none.
///
/// # Errors
///
/// The system's. `InvalidData` if the file is not text or too long.
#[cfg(any(test, feature = "window"))]
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    match open(path)? {
        Some(mut file) => read_open(&mut file).map(Some),
        None => Ok(None),
    }
}

/// The file, for reading; `None` if there is none.
pub(crate) fn open(path: &Path) -> io::Result<Option<File>> {
    match patiently(|| File::open(path)) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What others than its owner could do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    /// Read or change it.
    Touch,
    /// Change it.
    Change,
}

/// The permissions of the open file at `path`, if others can do this with it, or if it is another
/// user's, who is not the administrator either. The file is asked, not its path, which may lead to
/// another one a moment later.
#[cfg(unix)]
pub(crate) fn exposed_to(others: Others, path: &Path, file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = file.metadata()?;
    let mode = metadata.mode() & 0o777;
    let their_rights = match others {
        Others::Touch => mode & 0o077,
        Others::Change => mode & 0o022,
    };
    let user = rustix::process::geteuid();
    let owner = metadata.uid();
    // The administrator may work in the folder of a user, who could put any file there.
    let is_ours = [0, user.as_raw()].contains(&owner)
        || user.is_root() && fs::metadata(parent(path))?.uid() == owner;
    Ok((their_rights != 0 || !is_ours).then_some(mode))
}

/// On Windows the access list of the user's profile, which the folder is in, keeps others out.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it does ask elsewhere")]
pub(crate) fn exposed_to(_: Others, _: &Path, _: &File) -> io::Result<Option<u32>> {
    Ok(None)
}

/// The text of an open file.
pub(crate) fn read_open(file: &mut File) -> io::Result<String> {
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::new(
            ErrorKind::InvalidData,
            "the file is too long",
        ));
    }
    Ok(text)
}

/// To a file of its own first, then over the old one: nobody ever sees half of it, not even
/// after a power cut.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder_of(path)?;
    let mut file = Some(written(folder, text)?);
    patiently(|| {
        let Some(temporary) = file.take() else {
            return Ok(());
        };
        temporary.persist(path).map(drop).map_err(|error| {
            file = Some(error.file);
            error.error
        })
    })?;
    sync_folder(folder);
    Ok(())
}

/// As [`write()`], but leaves a file alone that is there already, and then says `false`.
pub(crate) fn write_new(path: &Path, text: &str) -> io::Result<bool> {
    let folder = folder_of(path)?;
    match written(folder, text)?.persist_noclobber(path) {
        Ok(_) => {
            sync_folder(folder);
            Ok(true)
        }
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// Gives a file that cannot be understood another name, since it may be somebody's work. Takes
/// the first free name; creating it is what makes sure that it is free.
pub(crate) fn move_aside(path: &Path) -> io::Result<PathBuf> {
    for number in 1..=MAX_BROKEN {
        let aside = path.with_file_name(broken_name(path, number));
        let created = OpenOptions::new().write(true).create_new(true).open(&aside);
        // Closed first: on Windows an open file is in the way of the rename.
        match created.map(drop) {
            Ok(()) => {
                fs::rename(path, &aside)?;
                return Ok(aside);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Keeps other processes from changing the file at `path` as long as the answer lives. They are
/// kept off by a file beside it, for the file itself is replaced at each change. Without the
/// lock, where the file system has none or another process keeps it too long, changes still go
/// well one after the other; only of two at the same moment the first might be lost.
pub(crate) fn lock(path: &Path) -> Option<File> {
    let path = path.with_extension("lock");
    let file = lock_file(&path).ok()?;
    let deadline = Instant::now() + MAX_LOCK_WAIT;
    loop {
        match file.try_lock() {
            Ok(()) => return Some(file),
            Err(fs::TryLockError::WouldBlock) if Instant::now() < deadline => {
                thread::sleep(LOCK_PAUSE);
            }
            Err(error) => {
                log::warn!("going on without a lock: {error}: {}", path.display());
                return None;
            }
        }
    }
}

/// Holds the lock that is the file at `path` as long as the answer lives; `None` if another process
/// holds it. A process that ends, however it ends, holds nothing any more.
///
/// # Errors
///
/// The system's. `Unsupported` where the file system knows no locks.
#[cfg(feature = "window")]
pub(crate) fn try_lock(path: &Path) -> io::Result<Option<File>> {
    let file = lock_file(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

fn lock_file(path: &Path) -> io::Result<File> {
    folder_of(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    // Whoever can open it can hold it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The folder that a file is in.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the folder of a file if there is none yet, for its owner only.
fn folder_of(path: &Path) -> io::Result<&Path> {
    let folder = parent(path);
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)?;
    Ok(folder)
}

/// A temporary file is readable by its owner only: by its mode on Unix; on Windows by the access
/// list that everything inside a user's profile has.
fn written(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// So that the new name outlives a power cut too. Windows does that by itself.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).ok();
    }
}

/// On Windows a file that another process is just opening or replacing is denied for a moment.
fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..MAX_TRIES {
        match attempt() {
            Err(error) if cfg!(windows) && error.kind() == ErrorKind::PermissionDenied => {
                thread::sleep(TRY_PAUSE);
            }
            outcome => return outcome,
        }
    }
    attempt()
}

/// `settings.broken (2).toml` for `settings.toml`.
fn broken_name(path: &Path, number: u32) -> OsString {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(".broken");
    if number > 1 {
        name.push(format!(" ({number})"));
    }
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    name
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_folder_that_was_chosen_goes_before_all_others() {
        let chosen = Path::new("chosen");
        assert_eq!(folder(Some(chosen)).unwrap(), chosen);
    }

    #[test]
    fn what_was_written_is_read_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("some.toml");
        assert_eq!(read(&path).unwrap(), None);
        write(&path, "first").unwrap();
        write(&path, "second").unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), "second");
        let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "temporary files were left behind");
    }

    #[test]
    fn a_new_file_never_replaces_an_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.pem");
        assert!(write_new(&path, "first").unwrap());
        assert!(!write_new(&path, "second").unwrap());
        assert_eq!(read(&path).unwrap().unwrap(), "first");
    }

    #[test]
    fn a_file_that_is_too_long_is_not_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.toml");
        let length = usize::try_from(MAX_BYTES).unwrap() + 1;
        fs::write(&path, vec![b'a'; length]).unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn a_lock_keeps_a_second_one_waiting_but_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.toml");
        let first = lock(&path);
        assert!(first.is_some());
        assert!(lock(&path).is_none());
        drop(first);
        assert!(lock(&path).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_what_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("some.toml");
        write(&path, "text").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }
}
