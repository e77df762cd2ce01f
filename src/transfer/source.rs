//! The file to send: opened once, read to the size it had then, checked for changes at the end.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::DiskFault;

/// The size in bytes of a file that can be sent.
///
/// # Errors
///
/// A [`DiskFault`] that says why it cannot: missing, a folder, no regular file, not to be looked at.
pub fn check_source(path: &Path) -> Result<u64, DiskFault> {
    let metadata = fs::metadata(path).map_err(|source| cannot_open(path, source))?;
    if metadata.is_dir() {
        return Err(DiskFault::IsFolder { path: path.into() });
    }
    // Opening a pipe would wait for its other end.
    if !metadata.is_file() {
        return Err(DiskFault::NotAFile { path: path.into() });
    }
    Ok(metadata.len())
}

/// An open file that gives exactly the bytes it had when it was opened, or a fault.
#[derive(Debug)]
pub(crate) struct Source {
    file: File,
    path: PathBuf,
    size_bytes: u64,
    read_bytes: u64,
    modified: Option<SystemTime>,
}

impl Source {
    pub(crate) fn open(path: &Path) -> Result<Self, DiskFault> {
        check_source(path)?;
        let file = File::open(path).map_err(|source| cannot_open(path, source))?;
        let metadata = file
            .metadata()
            .map_err(|source| cannot_open(path, source))?;
        Ok(Self {
            file,
            path: path.into(),
            size_bytes: metadata.len(),
            read_bytes: 0,
            modified: modified(&metadata),
        })
    }

    pub(crate) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The next bytes; 0 only when all of them have been read.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, DiskFault> {
        let rest = self.size_bytes - self.read_bytes;
        let wanted = buffer
            .len()
            .min(usize::try_from(rest).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let bytes = loop {
            match self.file.read(&mut buffer[..wanted]) {
                Ok(bytes) => break bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(cannot_open(&self.path, source)),
            }
        };
        if bytes == 0 {
            return Err(DiskFault::Shrank {
                path: self.path.clone(),
                expected_bytes: self.size_bytes,
                bytes: self.read_bytes,
            });
        }
        self.read_bytes += bytes as u64;
        Ok(bytes)
    }

    /// Whether what was read may be a mixture of old and new content.
    pub(crate) fn check_unchanged(&self) -> Result<(), DiskFault> {
        let metadata = self
            .file
            .metadata()
            .map_err(|source| cannot_open(&self.path, source))?;
        if metadata.len() == self.size_bytes && modified(&metadata) == self.modified {
            return Ok(());
        }
        Err(DiskFault::Changed {
            path: self.path.clone(),
        })
    }
}

/// Some file systems keep no times; then only the size can be compared.
fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}

pub(crate) fn cannot_open(path: &Path, source: io::Error) -> DiskFault {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => {
            DiskFault::FileNotFound { path, source }
        }
        ErrorKind::IsADirectory => DiskFault::IsFolder { path },
        _ => DiskFault::Unreadable { path, source },
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::io::Write as _;

    use super::*;

    fn file_with(content: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    #[test]
    fn a_file_is_read_to_its_end() {
        let file = file_with(b"hello");
        let mut source = Source::open(file.path()).unwrap();
        let mut buffer = [0; 3];
        assert_eq!(source.read(&mut buffer).unwrap(), 3);
        assert_eq!(source.read(&mut buffer).unwrap(), 2);
        assert_eq!(source.read(&mut buffer).unwrap(), 0);
        source.check_unchanged().unwrap();
    }

    #[test]
    fn bytes_added_meanwhile_are_not_read_but_noticed() {
        let mut file = file_with(b"hello");
        let mut source = Source::open(file.path()).unwrap();
        file.write_all(b", world").unwrap();
        let mut buffer = [0; 64];
        assert_eq!(source.read(&mut buffer).unwrap(), 5);
        assert_eq!(source.read(&mut buffer).unwrap(), 0);
        let changed = source.check_unchanged();
        assert!(matches!(changed, Err(DiskFault::Changed { .. })));
    }

    #[test]
    fn a_file_that_shrinks_is_noticed() {
        let file = file_with(b"hello");
        let mut source = Source::open(file.path()).unwrap();
        file.as_file().set_len(2).unwrap();
        let mut buffer = [0; 64];
        assert_eq!(source.read(&mut buffer).unwrap(), 2);
        let shrank = source.read(&mut buffer);
        assert!(matches!(
            shrank,
            Err(DiskFault::Shrank {
                expected_bytes: 5,
                bytes: 2,
                ..
            })
        ));
    }

    #[test]
    fn a_missing_file_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        let missing = check_source(&folder.path().join("no such file"));
        assert!(matches!(missing, Err(DiskFault::FileNotFound { .. })));
    }

    #[test]
    fn a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let refused = check_source(folder.path());
        assert!(matches!(refused, Err(DiskFault::IsFolder { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_refused() {
        let refused = check_source(Path::new("/dev/null"));
        assert!(matches!(refused, Err(DiskFault::NotAFile { .. })));
    }
}
