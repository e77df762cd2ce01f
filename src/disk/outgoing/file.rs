//! One file on its way out: exactly the bytes that were announced, or a reason why not.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _, Seek as _};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use super::ends::Ends;
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
    content: Content,
    announced: Announced,
    read: u64,
    look: Look,
}

/// Where the bytes come from.
#[derive(Debug)]
enum Content {
    Disk(File),
    /// They were read when the file was chosen, since it does not tell its size.
    Memory(Arc<[u8]>),
}

/// What was announced of a file.
#[derive(Debug)]
pub(super) struct Announced {
    pub(super) size: u64,
    /// Nanoseconds since 1970.
    pub(super) modified_ns: Option<i64>,
    /// Of a file that may well have grown since.
    pub(super) ends: Option<Ends>,
}

/// What is known of whether the bytes belong together.
#[derive(Debug, Clone, Copy)]
enum Look {
    /// Nothing yet.
    None,
    /// These were its time and size before the first byte was read. If they are the same after the
    /// last, nobody wrote to it meanwhile.
    Before(Option<SystemTime>, u64),
    /// They were read in one go, and the file is still the one that was announced.
    Settled,
}

/// What the bytes are that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The whole file.
    Whole,
    /// What it was when it was announced: it has grown since.
    Grew,
}

impl SourceFile {
    pub(super) fn new(file: File, announced: Announced) -> Result<Self, Reason> {
        let is_small = announced.size <= SMALL_FILE_BYTES;
        let mut source = Self {
            content: Content::Disk(file),
            announced,
            read: 0,
            look: Look::None,
        };
        if !is_small {
            source.look_first()?;
        }
        Ok(source)
    }

    pub(super) fn in_memory(content: Arc<[u8]>) -> Self {
        Self {
            announced: Announced {
                size: content.len() as u64,
                modified_ns: None,
                ends: None,
            },
            content: Content::Memory(content),
            read: 0,
            look: Look::Settled,
        }
    }

    /// Its bytes, as announced.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.announced.size
    }

    /// The next bytes; 0 when all of them have been read. [`SourceFile::end`] tells whether they
    /// belong together.
    ///
    /// # Errors
    ///
    /// [`Reason::Changed`] if it is another file by now, shrank or was rewritten;
    /// [`Reason::Unreadable`].
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Reason> {
        let rest = usize::try_from(self.size() - self.read).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(rest);
        if wanted == 0 {
            return Ok(0);
        }
        let buffer = &mut buffer[..wanted];
        if let Look::None = self.look {
            if wanted == rest && self.reads_whole(buffer) {
                self.look = Look::Settled;
                self.read = self.size();
                return Ok(wanted);
            }
            self.look_first()?;
            // Some of it may have been read to no use.
            self.rewind()?;
        }
        let bytes = self.read_once(buffer)?;
        if bytes == 0 {
            return Err(self.why_short());
        }
        self.read += bytes as u64;
        Ok(bytes)
    }

    /// What was read, once all of it was; `content` is its hash. If somebody has written to the
    /// file meanwhile it takes a second reading to tell: `None` if that was cancelled.
    ///
    /// # Errors
    ///
    /// As for [`SourceFile::read`].
    pub fn end(
        &mut self,
        content: &blake3::Hash,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<End>, Reason> {
        let (time, size) = match self.look {
            Look::Settled => return Ok(Some(End::Whole)),
            Look::Before(time, size) => (time, size),
            // It is empty.
            Look::None => (None, 0),
        };
        let metadata = self.metadata()?;
        let announced = self.size();
        if !metadata.is_file() || metadata.len() < announced {
            return Err(Reason::Changed);
        }
        let is_unchanged = metadata.len() == size && (size == 0 || modified(&metadata) == time);
        match (is_unchanged, metadata.len() == announced) {
            (true, true) => Ok(Some(End::Whole)),
            (true, false) => Ok(Some(End::Grew)),
            (false, true) => Err(Reason::Changed),
            (false, false) => self.reread(content, cancelled),
        }
    }

    /// Whether its first bytes are still those that were read: then all that happened is that it
    /// grew.
    fn reread(
        &mut self,
        content: &blake3::Hash,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<End>, Reason> {
        let size = self.size();
        let mut hasher = blake3::Hasher::new();
        self.rewind()?;
        if !self.skip_hashing(size, &mut hasher, cancelled)? {
            return Ok(None);
        }
        if size > 0 && hasher.finalize() == *content {
            return Ok(Some(End::Grew));
        }
        Err(Reason::Changed)
    }

    /// Reads on up to `offset` and hashes what it reads; `false` when cancelled.
    ///
    /// # Errors
    ///
    /// As for [`SourceFile::read`], and [`Reason::Other`] if the file is shorter than that.
    pub fn skip_hashing(
        &mut self,
        offset: u64,
        hasher: &mut blake3::Hasher,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<bool, Reason> {
        if offset > self.size() {
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
        self.read = 0;
        if let Content::Disk(file) = &mut self.content {
            file.rewind().map_err(|error| reason(&error))?;
            if let Look::Settled = self.look {
                self.look = Look::None;
            }
        }
        Ok(())
    }

    /// A small file in one go, looked at once instead of twice, which tells where files are many.
    /// If it is not exactly what was announced it has to be looked at more closely.
    fn reads_whole(&mut self, buffer: &mut [u8]) -> bool {
        let Content::Disk(file) = &mut self.content else {
            return false;
        };
        let is_read = file.read_exact(buffer).is_ok();
        is_read
            && file.metadata().is_ok_and(|metadata| {
                let modified_ns = modified(&metadata).and_then(since_1970_ns);
                metadata.is_file()
                    && metadata.len() == self.announced.size
                    && modified_ns == self.announced.modified_ns
            })
    }

    /// A link, a folder or a pipe may have taken its place.
    fn look_first(&mut self) -> Result<(), Reason> {
        let metadata = self.metadata()?;
        let has_grown = metadata.len() > self.size();
        if !metadata.is_file()
            || metadata.len() < self.size()
            || has_grown && !self.begins_as_announced()
        {
            return Err(Reason::Changed);
        }
        self.look = Look::Before(modified(&metadata), metadata.len());
        Ok(())
    }

    /// Whether it was appended to, as far as its ends tell.
    fn begins_as_announced(&mut self) -> bool {
        let Announced { size, ends, .. } = &self.announced;
        match (&mut self.content, ends) {
            (Content::Disk(file), Some(ends)) => {
                Ends::of(file, *size).is_ok_and(|now| now == *ends)
            }
            _ => false,
        }
    }

    fn metadata(&self) -> Result<Metadata, Reason> {
        match &self.content {
            Content::Disk(file) => file.metadata().map_err(|error| reason(&error)),
            Content::Memory(_) => Err(Reason::Other),
        }
    }

    fn read_once(&mut self, buffer: &mut [u8]) -> Result<usize, Reason> {
        let file = match &mut self.content {
            Content::Disk(file) => file,
            Content::Memory(content) => {
                let start = usize::try_from(self.read).unwrap_or(usize::MAX);
                let rest = content.get(start..).unwrap_or_default();
                let bytes = rest.len().min(buffer.len());
                buffer[..bytes].copy_from_slice(&rest[..bytes]);
                return Ok(bytes);
            }
        };
        read_some(file, buffer).map_err(|error| reason(&error))
    }

    /// It gave fewer bytes than were announced: it shrank, or never had as many as it says.
    fn why_short(&self) -> Reason {
        match self.metadata() {
            Ok(metadata) if metadata.len() >= self.size() => Reason::Unreadable,
            _ => Reason::Changed,
        }
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
        _ if is_link_loop(error) => Reason::Changed,
        _ => Reason::Unreadable,
    }
}

/// Whether the error is that a link is in the way where none may be, or that links lead in a circle.
pub(super) fn is_link_loop(error: &io::Error) -> bool {
    #[cfg(unix)]
    let code = Some(rustix::io::Errno::LOOP.raw_os_error());
    // There it is one of those that cannot be read.
    #[cfg(not(unix))]
    let code: Option<i32> = None;
    code.is_some() && error.raw_os_error() == code
}

/// Reads once, as much as there is room for.
pub(super) fn read_some(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// Some file systems keep no times; then only the size can be compared.
pub(super) fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}
