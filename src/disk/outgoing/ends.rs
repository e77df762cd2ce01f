//! Tells a file that grew from one that was rewritten.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// How many bytes are compared at either end.
const END_BYTES: u64 = 4096;

/// The first and the last bytes of a file, up to a size that it had. Appending leaves them alone;
/// rewriting, as editors and databases do it, does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ends(blake3::Hash);

impl Ends {
    /// Those of the first `size` bytes. The position in the file stays where it was.
    ///
    /// # Errors
    ///
    /// The system's error, also if the file is shorter.
    pub(super) fn of(file: &mut File, size: u64) -> io::Result<Self> {
        let position = file.stream_position()?;
        let mut bytes = Vec::new();
        for start in [0, size.saturating_sub(END_BYTES)] {
            let length = END_BYTES.min(size);
            file.seek(SeekFrom::Start(start))?;
            let read = file.take(length).read_to_end(&mut bytes)?;
            if read as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        file.seek(SeekFrom::Start(position))?;
        Ok(Self(blake3::hash(&bytes)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::io::Write as _;

    use super::*;

    #[test]
    fn appending_leaves_the_ends_alone_and_rewriting_does_not() {
        for size in [1, 5_000, 100_000] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&vec![b'o'; size]).unwrap();
            let size = size as u64;
            let ends = Ends::of(&mut file, size).unwrap();
            assert_eq!(file.stream_position().unwrap(), size);
            file.write_all(b"more").unwrap();
            assert_eq!(Ends::of(&mut file, size).unwrap(), ends);
            for place in [0, size - 1] {
                file.seek(SeekFrom::Start(place)).unwrap();
                file.write_all(b"n").unwrap();
                assert_ne!(Ends::of(&mut file, size).unwrap(), ends);
                file.seek(SeekFrom::Start(place)).unwrap();
                file.write_all(b"o").unwrap();
            }
            file.set_len(size - 1).unwrap();
            assert!(Ends::of(&mut file, size).is_err());
        }
    }
}
