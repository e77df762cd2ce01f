//! One file, as a classic receiver gets it: opened once, read to the size it had then, checked for
//! changes at the end.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::file::{End, SourceFault, SourceFile, open_path};
use crate::error::DiskFault;

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

/// An open file that gives exactly the bytes it had when it was opened, or a fault. One that claims
/// to be empty gives what is in it.
#[derive(Debug)]
pub(crate) struct SingleFile {
    source: SourceFile,
    path: PathBuf,
}

impl SingleFile {
    pub(crate) fn open(path: &Path) -> Result<Self, DiskFault> {
        check_source(path)?;
        let file = open_path(path).map_err(|source| cannot_open(path, source))?;
        match SourceFile::unannounced(file) {
            Ok(source) => Ok(Self {
                source,
                path: path.into(),
            }),
            Err(fault) => Err(disk_fault(path, 0, fault)),
        }
    }

    pub(crate) fn size_bytes(&self) -> u64 {
        self.source.size()
    }

    /// The next bytes; 0 only when all of them have been read.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, DiskFault> {
        let read = self.source.read(buffer);
        read.map_err(|fault| disk_fault(&self.path, self.source.size(), fault))
    }

    /// Whether the file has grown since it was opened, once all was read.
    ///
    /// # Errors
    ///
    /// [`DiskFault::Changed`] if what was read may be a mixture of old and new content.
    pub(crate) fn check_end(&mut self) -> Result<bool, DiskFault> {
        let end = self.source.end(None, &|| false);
        let end = end.map_err(|fault| disk_fault(&self.path, self.source.size(), fault))?;
        Ok(end == Some(End::Grew))
    }
}

fn disk_fault(path: &Path, expected_bytes: u64, fault: SourceFault) -> DiskFault {
    let path = path.to_owned();
    match fault {
        SourceFault::Unreadable(source) => cannot_open(&path, source),
        SourceFault::Shrank(bytes) => DiskFault::Shrank {
            path,
            expected_bytes,
            bytes,
        },
        SourceFault::Changed | SourceFault::Missing => DiskFault::Changed { path },
    }
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
    use std::time::SystemTime;

    use super::*;

    fn file_with(content: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    #[test]
    fn a_file_is_read_to_its_end() {
        let file = file_with(b"hello");
        let mut source = SingleFile::open(file.path()).unwrap();
        let mut buffer = [0; 3];
        assert_eq!(source.read(&mut buffer).unwrap(), 3);
        assert_eq!(source.read(&mut buffer).unwrap(), 2);
        assert_eq!(source.read(&mut buffer).unwrap(), 0);
        assert!(!source.check_end().unwrap());
    }

    #[test]
    fn bytes_added_meanwhile_are_not_read_but_noticed() {
        let mut file = file_with(b"hello");
        let mut source = SingleFile::open(file.path()).unwrap();
        file.write_all(b", world").unwrap();
        let mut buffer = [0; 64];
        assert_eq!(source.read(&mut buffer).unwrap(), 5);
        assert_eq!(source.read(&mut buffer).unwrap(), 0);
        assert!(source.check_end().unwrap());
    }

    #[test]
    fn a_file_that_is_rewritten_meanwhile_is_noticed() {
        for new in ["olleh", "olleh, dlrow", "hell!"] {
            let file = file_with(b"hello");
            let mut source = SingleFile::open(file.path()).unwrap();
            let mut buffer = [0; 64];
            assert_eq!(source.read(&mut buffer).unwrap(), 5);
            fs::write(file.path(), new).unwrap();
            let time = SystemTime::UNIX_EPOCH;
            file.as_file().set_modified(time).unwrap();
            let changed = source.check_end();
            assert!(matches!(changed, Err(DiskFault::Changed { .. })), "{new}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_claims_to_be_empty_is_read_to_its_end() {
        let mut source = SingleFile::open(Path::new("/proc/self/limits")).unwrap();
        assert_eq!(source.size_bytes(), 0);
        let (mut content, mut buffer) = (Vec::new(), [0; 64]);
        loop {
            match source.read(&mut buffer).unwrap() {
                0 => break,
                bytes => content.extend_from_slice(&buffer[..bytes]),
            }
        }
        assert!(!source.check_end().unwrap());
        assert_eq!(content, fs::read("/proc/self/limits").unwrap());
    }

    #[test]
    fn a_file_that_shrinks_is_noticed() {
        let file = file_with(b"hello");
        let mut source = SingleFile::open(file.path()).unwrap();
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
