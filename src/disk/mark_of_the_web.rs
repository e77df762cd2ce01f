//! The Mark of the Web: Windows asks before it opens a file that came from another computer, if
//! the file says so in a stream of its own.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The zone that browsers give to what they download; a peer on the network is no better known.
const INTERNET: u8 = 3;
const STREAM: &str = ":Zone.Identifier";

/// Marks a file as received, on Windows and where its file system has streams.
pub(crate) fn mark_as_received(file: &Path) {
    if !cfg!(windows) {
        return;
    }
    if let Err(error) = mark(file) {
        // FAT drives, for one, have no streams.
        log::info!("could not mark as received: {error}: {}", file.display());
    }
}

/// Clears up after a file that has moved on to another name, taking its streams along. Wine, for
/// one, makes an ordinary file of what should be a stream, and that stays behind.
pub(crate) fn sweep(left: &Path) {
    if cfg!(windows) && fs::remove_file(stream_of(left)).is_ok() {
        log::info!("streams are files of their own here, so nothing is marked as received");
    }
}

/// Whether the mark of this file became an ordinary file instead; if so, removes it.
#[cfg(windows)]
pub(crate) fn swept_as_file(marked: &Path) -> bool {
    let stream = stream_of(marked);
    let name = stream.file_name();
    let entries = marked.parent().and_then(|folder| fs::read_dir(folder).ok());
    let is_file = entries.is_some_and(|mut entries| {
        entries.any(|entry| entry.is_ok_and(|entry| Some(entry.file_name().as_os_str()) == name))
    });
    if is_file {
        sweep(marked);
    }
    is_file
}

fn mark(file: &Path) -> io::Result<()> {
    fs::write(stream_of(file), content(INTERNET))
}

fn stream_of(file: &Path) -> PathBuf {
    let mut stream = file.as_os_str().to_owned();
    stream.push(STREAM);
    stream.into()
}

fn content(zone: u8) -> String {
    format!("[ZoneTransfer]\r\nZoneId={zone}\r\n")
}

#[cfg(test)]
mod tests {
    #![cfg_attr(unix, expect(clippy::unwrap_used, reason = "tests"))]

    use super::*;

    #[test]
    fn the_mark_is_what_browsers_write() {
        assert_eq!(content(INTERNET), "[ZoneTransfer]\r\nZoneId=3\r\n");
        let stream = stream_of(Path::new("recv.txt"));
        assert_eq!(stream, Path::new("recv.txt:Zone.Identifier"));
    }

    #[cfg(unix)]
    #[test]
    fn elsewhere_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        mark_as_received(&folder.path().join("recv.txt"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
