//! One file on its way out: exactly the bytes that were announced, or a reason why not.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _, Seek as _};
use std::path::Path;
use std::time::SystemTime;

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use crate::protocol::message::Reason;

/// A prefix is hashed in pieces of this size.
const HASH_BUFFER_BYTES: usize = 256 * 1024;

/// An open file that gives exactly the bytes that were announced.
#[derive(Debug)]
pub struct SourceFile {
    file: File,
    size: u64,
    read: u64,
    modified: Option<SystemTime>,
}

impl SourceFile {
    pub(super) fn new(file: File, size: u64) -> Result<Self, Reason> {
        let metadata = file.metadata().map_err(|error| reason(&error))?;
        // A link, a folder or a pipe may have taken its place.
        if !metadata.is_file() || metadata.len() != size {
            return Err(Reason::Changed);
        }
        Ok(Self {
            file,
            size,
            read: 0,
            modified: modified(&metadata),
        })
    }

    /// Its bytes, as announced.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The next bytes; 0 when all of them have been read and the file is still what it was.
    ///
    /// # Errors
    ///
    /// [`Reason::Changed`] if it shrank, grew or was written to; [`Reason::Unreadable`].
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Reason> {
        let rest = usize::try_from(self.size - self.read).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(rest);
        if rest == 0 {
            return self.check_unchanged().map(|()| 0);
        }
        let bytes = loop {
            match self.file.read(&mut buffer[..wanted]) {
                Ok(bytes) => break bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(reason(&error)),
            }
        };
        if bytes == 0 && wanted > 0 {
            return Err(Reason::Changed);
        }
        self.read += bytes as u64;
        Ok(bytes)
    }

    /// Reads on up to `offset` and hashes what it reads; `false` when cancelled.
    ///
    /// # Errors
    ///
    /// As for [`SourceFile::read`], and [`Reason::Other`] if there are not so many bytes.
    pub fn skip_hashing(
        &mut self,
        offset: u64,
        hasher: &mut blake3::Hasher,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<bool, Reason> {
        if offset > self.size {
            return Err(Reason::Other);
        }
        let mut buffer = vec![0; HASH_BUFFER_BYTES];
        while self.read < offset {
            if cancelled() {
                return Ok(false);
            }
            let rest = usize::try_from(offset - self.read).unwrap_or(usize::MAX);
            let wanted = rest.min(buffer.len());
            let bytes = self.read(&mut buffer[..wanted])?;
            hasher.update(&buffer[..bytes]);
        }
        Ok(true)
    }

    /// Back to the first byte.
    ///
    /// # Errors
    ///
    /// [`Reason::Unreadable`].
    pub fn rewind(&mut self) -> Result<(), Reason> {
        self.file.rewind().map_err(|error| reason(&error))?;
        self.read = 0;
        Ok(())
    }

    /// Whether what was read may be a mixture of old and new content.
    fn check_unchanged(&self) -> Result<(), Reason> {
        let metadata = self.file.metadata().map_err(|error| reason(&error))?;
        if metadata.len() == self.size && modified(&metadata) == self.modified {
            return Ok(());
        }
        Err(Reason::Changed)
    }
}

/// Opens the folder that everything below is opened from.
pub(super) fn open_root(path: &Path) -> Result<Dir, Reason> {
    Dir::open_ambient_dir(path, ambient_authority()).map_err(|error| reason(&error))
}

/// Opens a file that was chosen, or that a link was found to lead to.
pub(super) fn open_path(path: &Path) -> Result<File, Reason> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(Reason::Vanished);
    };
    open_in(&open_root(parent)?, Path::new(name))
}

/// Opens a file below a folder, and never one that is elsewhere.
pub(super) fn open_in(dir: &Dir, below: &Path) -> Result<File, Reason> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    // So that a pipe that has taken its place does not keep us waiting for its other end.
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NONBLOCK.bits();
        options.custom_flags(flags.cast_signed());
    }
    let file = dir.open_with(below, &options);
    Ok(file.map_err(|error| reason(&error))?.into_std())
}

fn reason(error: &io::Error) -> Reason {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Reason::Vanished,
        _ if is_link(error) => Reason::Changed,
        _ => Reason::Unreadable,
    }
}

/// Whether the error is that a link is in the way.
fn is_link(error: &io::Error) -> bool {
    #[cfg(unix)]
    let code = Some(rustix::io::Errno::LOOP.raw_os_error());
    // There a link is opened itself, and found to be no file.
    #[cfg(not(unix))]
    let code: Option<i32> = None;
    code.is_some() && error.raw_os_error() == code
}

/// Some file systems keep no times; then only the size can be compared.
fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}
