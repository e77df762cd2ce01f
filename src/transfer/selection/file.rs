//! One file on its way out: exactly the bytes that were announced, or a reason why not.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _, Seek as _};
use std::path::Path;
use std::time::SystemTime;

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use super::listing::since_1970_ns;
use crate::protocol::message::Reason;

/// A prefix is hashed in pieces of this size.
const HASH_BUFFER_BYTES: usize = 256 * 1024;

/// A file up to this size is not looked at before it is read, if it is read in one go. Should a pipe
/// have taken its place by then, so much may be read of that before it is found out.
const SMALL_FILE_BYTES: u64 = 64 * 1024;

/// An open file that gives exactly the bytes that were announced.
#[derive(Debug)]
pub struct SourceFile {
    file: File,
    size: u64,
    /// Nanoseconds since 1970, as announced.
    modified_ns: Option<i64>,
    read: u64,
    look: Look,
}

/// What is known of whether the bytes belong together.
#[derive(Debug, Clone, Copy)]
enum Look {
    /// Nothing yet.
    None,
    /// This was its time before the first byte was read; it has to be the same after the last.
    Before(Option<SystemTime>),
    /// They were read in one go, and the file is still the one that was announced.
    Settled,
}

impl SourceFile {
    pub(super) fn new(file: File, size: u64, modified_ns: Option<i64>) -> Result<Self, Reason> {
        let mut source = Self {
            file,
            size,
            modified_ns,
            read: 0,
            look: Look::None,
        };
        if size > SMALL_FILE_BYTES {
            source.look_first()?;
        }
        Ok(source)
    }

    /// Its bytes, as announced.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The next bytes; 0 when all of them have been read and they belong together.
    ///
    /// # Errors
    ///
    /// [`Reason::Changed`] if it is another file by now, shrank, grew or was written to;
    /// [`Reason::Unreadable`].
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Reason> {
        let rest = usize::try_from(self.size - self.read).unwrap_or(usize::MAX);
        if rest == 0 {
            return self.check_unchanged().map(|()| 0);
        }
        let wanted = buffer.len().min(rest);
        let buffer = &mut buffer[..wanted];
        if let Look::None = self.look {
            if wanted == rest && self.reads_whole(buffer) {
                self.look = Look::Settled;
                self.read = self.size;
                return Ok(wanted);
            }
            self.look_first()?;
            // Some of it may have been read to no use.
            self.rewind()?;
        }
        let bytes = self.read_once(buffer)?;
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
        if let Look::Settled = self.look {
            self.look = Look::None;
        }
        Ok(())
    }

    /// A small file in one go, looked at once instead of twice, which tells where files are many.
    /// If it is not exactly what was announced it has to be looked at more closely.
    fn reads_whole(&mut self, buffer: &mut [u8]) -> bool {
        let is_read = self.file.read_exact(buffer).is_ok();
        is_read
            && self.file.metadata().is_ok_and(|metadata| {
                let modified_ns = modified(&metadata).and_then(since_1970_ns);
                self.is_announced(&metadata) && modified_ns == self.modified_ns
            })
    }

    fn look_first(&mut self) -> Result<(), Reason> {
        let metadata = self.file.metadata().map_err(|error| reason(&error))?;
        if !self.is_announced(&metadata) {
            return Err(Reason::Changed);
        }
        self.look = Look::Before(modified(&metadata));
        Ok(())
    }

    /// A link, a folder or a pipe may have taken its place.
    fn is_announced(&self, metadata: &Metadata) -> bool {
        metadata.is_file() && metadata.len() == self.size
    }

    fn read_once(&mut self, buffer: &mut [u8]) -> Result<usize, Reason> {
        loop {
            match self.file.read(buffer) {
                Ok(bytes) => return Ok(bytes),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(reason(&error)),
            }
        }
    }

    /// Whether what was read may be a mixture of old and new content.
    fn check_unchanged(&self) -> Result<(), Reason> {
        if let Look::Settled = self.look {
            return Ok(());
        }
        let metadata = self.file.metadata().map_err(|error| reason(&error))?;
        let is_unchanged = match self.look {
            Look::Before(time) => modified(&metadata) == time,
            // It is empty.
            _ => true,
        };
        if is_unchanged && self.is_announced(&metadata) {
            return Ok(());
        }
        Err(Reason::Changed)
    }
}

/// Opens the chosen folder, from which everything below is opened.
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

/// Opens a folder below another, and never one that is elsewhere.
pub(super) fn open_folder_in(dir: &Dir, below: &Path) -> Result<Dir, Reason> {
    dir.open_dir(below).map_err(|error| reason(&error))
}

/// Opens a file in or below a folder, and never one that is elsewhere.
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
    // There it is one of those that cannot be read.
    #[cfg(not(unix))]
    let code: Option<i32> = None;
    code.is_some() && error.raw_os_error() == code
}

/// Some file systems keep no times; then only the size can be compared.
fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}
