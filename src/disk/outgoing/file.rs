//! One file on its way out: exactly the bytes that were announced, or what is wrong with it.

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
use crate::protocol::message::{Hex32, Reason};

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
    /// Nobody was told a size: it gives what is in it.
    is_open_ended: bool,
    read: u64,
    look: Look,
}

/// Why a file does not give what was announced of it.
#[derive(Debug)]
pub enum SourceFault {
    /// The system's error of opening or reading it.
    Unreadable(io::Error),
    /// It ended after so many bytes.
    Shrank(u64),
    /// It is another one by now, or was rewritten.
    Changed,
    /// There is no such file, or not that much of it: a mistake of the caller's.
    Missing,
}

impl From<io::Error> for SourceFault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl From<SourceFault> for Reason {
    fn from(fault: SourceFault) -> Self {
        match fault {
            SourceFault::Unreadable(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Vanished,
                _ if is_link_loop(&error) => Self::Changed,
                _ => Self::Unreadable,
            },
            SourceFault::Shrank(_) | SourceFault::Changed => Self::Changed,
            SourceFault::Missing => Self::Other,
        }
    }
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
    pub(super) fn new(file: File, announced: Announced) -> Result<Self, SourceFault> {
        let mut source = Self {
            content: Content::Disk(file),
            is_open_ended: false,
            announced,
            read: 0,
            look: Look::None,
        };
        if source.size() > SMALL_FILE_BYTES {
            source.look_first()?;
        }
        Ok(source)
    }

    /// As it is now, which is told to nobody beforehand.
    pub(super) fn unannounced(mut file: File) -> Result<Self, SourceFault> {
        let metadata = file.metadata()?;
        let size = metadata.len();
        let mut source = Self {
            announced: Announced {
                size,
                modified_ns: modified(&metadata).and_then(since_1970_ns),
                // What cannot be read is found out when it is sent.
                ends: Ends::of(&mut file, size).ok(),
            },
            content: Content::Disk(file),
            is_open_ended: size == 0,
            read: 0,
            look: Look::None,
        };
        source.look_first()?;
        Ok(source)
    }

    pub(crate) fn in_memory(content: Arc<[u8]>) -> Self {
        Self {
            announced: Announced {
                size: content.len() as u64,
                modified_ns: None,
                ends: None,
            },
            content: Content::Memory(content),
            is_open_ended: false,
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
    /// Any [`SourceFault`] but [`SourceFault::Missing`].
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, SourceFault> {
        let end = if self.is_open_ended {
            u64::MAX
        } else {
            self.size()
        };
        let rest = end - self.read;
        let rest = usize::try_from(rest).unwrap_or(usize::MAX);
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
        if bytes == 0 && !self.is_open_ended {
            return Err(self.why_short());
        }
        self.read += bytes as u64;
        Ok(bytes)
    }

    /// What was read, once all of it was; `content` is its hash. If somebody has written to the
    /// file meanwhile it takes a second reading to tell: `None` if that was cancelled. Without a
    /// hash only its ends are compared.
    ///
    /// # Errors
    ///
    /// As for [`SourceFile::read`].
    pub fn end(
        &mut self,
        content: Option<&blake3::Hash>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<End>, SourceFault> {
        let (time, size) = match self.look {
            Look::Settled => return Ok(Some(End::Whole)),
            Look::Before(time, size) => (time, size),
            // It is empty.
            Look::None => (None, 0),
        };
        let metadata = self.metadata()?;
        let (announced, now) = (self.size(), metadata.len());
        if !metadata.is_file() || now < announced {
            return Err(SourceFault::Changed);
        }
        let given = if self.is_open_ended {
            self.read
        } else {
            announced
        };
        let is_dated_so = given == 0 || modified(&metadata) == time;
        match (now == size && is_dated_so, now == announced) {
            (true, true) => Ok(Some(End::Whole)),
            (true, false) => Ok(Some(End::Grew)),
            _ if self.is_open_ended && now == given => Ok(Some(End::Whole)),
            (false, true) => Err(SourceFault::Changed),
            (false, false) => {
                let has_grown = given > 0 && now > given;
                match self.begins_as_read(content, cancelled)? {
                    None => Ok(None),
                    Some(true) if has_grown => Ok(Some(End::Grew)),
                    Some(_) => Err(SourceFault::Changed),
                }
            }
        }
    }

    /// Whether its first bytes are still those that were read, as far as can be told.
    fn begins_as_read(
        &mut self,
        content: Option<&blake3::Hash>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<bool>, SourceFault> {
        let Some(content) = content else {
            return Ok(Some(self.begins_as_announced()));
        };
        let mut hasher = blake3::Hasher::new();
        self.rewind()?;
        let is_read = self.skip_hashing(self.size(), &mut hasher, cancelled)?;
        Ok(is_read.then(|| hasher.finalize() == *content))
    }

    /// Reads on up to `offset` and hashes what it reads; `false` when cancelled.
    ///
    /// # Errors
    ///
    /// As for [`SourceFile::read`], and [`SourceFault::Missing`] if the file is shorter than that.
    pub fn skip_hashing(
        &mut self,
        offset: u64,
        hasher: &mut blake3::Hasher,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<bool, SourceFault> {
        if offset > self.size() {
            return Err(SourceFault::Missing);
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

    /// Whether the first bytes have this hash, which is then that of `hasher`; else it is back at
    /// the beginning.
    pub(crate) fn begins_with(
        &mut self,
        bytes: u64,
        hash: &Hex32,
        hasher: &mut blake3::Hasher,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<bool, SourceFault> {
        let is_read = self.skip_hashing(bytes, hasher, cancelled)?;
        if is_read && hasher.finalize().as_bytes() == &hash.0 {
            return Ok(true);
        }
        hasher.reset();
        self.rewind()?;
        Ok(false)
    }

    /// Back to the first byte.
    ///
    /// # Errors
    ///
    /// [`SourceFault::Unreadable`].
    pub fn rewind(&mut self) -> Result<(), SourceFault> {
        self.read = 0;
        if let Content::Disk(file) = &mut self.content {
            file.rewind()?;
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
    fn look_first(&mut self) -> Result<(), SourceFault> {
        let metadata = self.metadata()?;
        let has_grown = metadata.len() > self.size();
        if !metadata.is_file()
            || metadata.len() < self.size()
            || has_grown && !self.begins_as_announced()
        {
            return Err(SourceFault::Changed);
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

    fn metadata(&self) -> io::Result<Metadata> {
        match &self.content {
            Content::Disk(file) => file.metadata(),
            Content::Memory(_) => Err(ErrorKind::Unsupported.into()),
        }
    }

    /// Reads once, as much as there is room for.
    fn read_once(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
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
        loop {
            match file.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }

    /// It gave fewer bytes than were announced: it shrank, or never had as many as it says.
    fn why_short(&self) -> SourceFault {
        match self.metadata() {
            Ok(metadata) if metadata.len() >= self.size() => {
                SourceFault::Unreadable(ErrorKind::UnexpectedEof.into())
            }
            _ => SourceFault::Shrank(self.read),
        }
    }
}

/// Opens the chosen folder, from which everything below is opened.
pub(super) fn open_root(path: &Path) -> io::Result<Dir> {
    Dir::open_ambient_dir(path, ambient_authority())
}

/// Opens what was chosen or found, without following a link that has taken its place, or waiting for
/// the other end of a pipe or for anything else.
#[cfg(unix)]
pub(super) fn open_path(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW;
    let mut options = File::options();
    options.read(true).custom_flags(flags.bits().cast_signed());
    options.open(path)
}

#[cfg(not(unix))]
pub(super) fn open_path(path: &Path) -> io::Result<File> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(ErrorKind::NotFound.into());
    };
    open_in(&open_root(parent)?, Path::new(name))
}

/// Opens a file in or below a folder, and never one that is elsewhere.
pub(super) fn open_in(dir: &Dir, below: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    // So that a pipe that has taken its place does not keep us waiting for its other end.
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NONBLOCK.bits();
        options.custom_flags(flags.cast_signed());
    }
    Ok(dir.open_with(below, &options)?.into_std())
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

/// Some file systems keep no times; then only the size can be compared.
fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}
