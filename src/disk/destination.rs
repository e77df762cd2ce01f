//! Where a file is to be saved, and the names it may get there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Which folders that arrive are added to those that are there already: what is new is put into
/// them, and nothing is replaced. The others are kept apart, under names of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Merge {
    /// Those that the same device has sent before.
    #[default]
    SentBefore,
    /// All.
    All,
    /// None.
    Nothing,
}

impl Merge {
    pub(crate) fn covers(self, sent_before: bool) -> bool {
        match self {
            Self::SentBefore => sent_before,
            Self::All => true,
            Self::Nothing => false,
        }
    }
}

/// The tutorial's name for whatever arrives.
const CLASSIC_FILE_NAME: &str = "recv.txt";

/// Where a file is to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The folder; it must exist.
    pub folder: PathBuf,
    /// The wanted name. If it is taken, ` (2)` and so on is added before the extension.
    pub file_name: OsString,
    /// Which folders of another Onehop's are added to those that are there, where nobody is asked.
    pub merge: Merge,
}

impl Destination {
    /// `recv.txt` in `folder`, as the tutorial has it.
    #[must_use]
    pub fn classic(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            file_name: CLASSIC_FILE_NAME.into(),
            merge: Merge::default(),
        }
    }

    /// Exactly this file, if the path names one.
    pub(crate) fn file(path: &Path) -> Option<Self> {
        Some(Self {
            folder: match path.parent()? {
                parent if parent.as_os_str().is_empty() => PathBuf::from("."),
                parent => parent.to_owned(),
            },
            file_name: path.file_name()?.to_owned(),
            merge: Merge::default(),
        })
    }

    /// The path that is taken if nothing is in its way.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.file_name)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_path_without_a_folder_means_the_current_one() {
        let destination = Destination::file(Path::new("here.txt")).unwrap();
        assert_eq!(destination.folder, Path::new("."));
        assert_eq!(destination.file_name, "here.txt");
        assert_eq!(Destination::file(Path::new("/")), None);
    }
}
