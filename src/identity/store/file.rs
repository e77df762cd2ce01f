//! The file of the known devices, and how it is seen to have changed.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::SystemTime;

use super::super::error::StoreFault;
use super::super::records::Records;
use crate::config::{self, Others};

const HEADING: &str =
    "# The devices that Onehop knows. It rewrites this file; comments are lost.\n\n";

/// By which a file is seen to have changed, without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
    inode: u64,
    /// Whether it is believed depends on it.
    mode: u32,
}

impl Stamp {
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        #[cfg(unix)]
        let (inode, mode) = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.ino(), metadata.mode())
        };
        #[cfg(not(unix))]
        let (inode, mode) = (0, 0);
        Some(Self {
            modified: metadata.modified().ok(),
            bytes: metadata.len(),
            inode,
            mode,
        })
    }
}

/// What the file says; nothing if there is none.
pub(super) fn read(path: &Path) -> Result<Records, StoreFault> {
    let broken = |detail| StoreFault::Broken {
        path: path.to_owned(),
        detail,
        aside: None,
    };
    let unreadable = |source| StoreFault::Unreadable {
        path: path.to_owned(),
        source,
    };
    let Some(mut file) = config::open(path).map_err(unreadable)? else {
        return Ok(Records::default());
    };
    if let Some(mode) = config::exposed_to(Others::Change, path, &file).map_err(unreadable)? {
        let path = path.to_owned();
        return Err(StoreFault::Exposed { path, mode });
    }
    match config::read_open(&mut file) {
        Ok(text) => Records::parse(&text).map_err(broken),
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(broken(error.to_string())),
        Err(source) => Err(unreadable(source)),
    }
}

/// To be called under the lock: another process may be setting the file aside as well, and must
/// not take a new one for the broken one.
pub(super) fn read_or_set_aside(path: &Path) -> Result<Records, StoreFault> {
    read(path).map_err(|fault| match fault {
        StoreFault::Broken { path, detail, .. } => StoreFault::Broken {
            aside: config::move_aside(&path).ok(),
            path,
            detail,
        },
        other => other,
    })
}

pub(super) fn write(path: &Path, records: &Records) -> io::Result<()> {
    let text = records.text().map_err(io::Error::other)?;
    config::write(path, &format!("{HEADING}{text}"))
}
