//! Where a file is to be saved, and the names it may get there.

use std::ffi::{OsStr, OsString};
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

    /// The name for the `count`th file of this name: `recv.txt`, `recv (2).txt`, …
    pub(crate) fn numbered(&self, count: u32) -> PathBuf {
        match count {
            0 | 1 => self.path(),
            _ => self.with_remark(&format!("{count}")),
        }
    }

    /// The name for what is known to be incomplete: `recv (partial).txt`, `recv (partial 2).txt`, …
    pub(crate) fn partial(&self, count: u32) -> PathBuf {
        match count {
            0 | 1 => self.with_remark("partial"),
            _ => self.with_remark(&format!("partial {count}")),
        }
    }

    fn with_remark(&self, remark: &str) -> PathBuf {
        let name = Path::new(&self.file_name);
        let mut remarked = name
            .file_stem()
            .unwrap_or_else(|| OsStr::new(""))
            .to_owned();
        remarked.push(format!(" ({remark})"));
        if let Some(extension) = name.extension() {
            remarked.push(".");
            remarked.push(extension);
        }
        self.folder.join(remarked)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn numbers_go_before_the_extension() {
        let named = |name: &str| {
            let destination = Destination {
                file_name: name.into(),
                ..Destination::classic("")
            };
            destination
                .numbered(2)
                .into_os_string()
                .into_string()
                .unwrap()
        };
        assert_eq!(named("photo.jpg"), "photo (2).jpg");
        assert_eq!(named("README"), "README (2)");
        assert_eq!(named(".profile"), ".profile (2)");
    }

    #[test]
    fn a_path_without_a_folder_means_the_current_one() {
        let destination = Destination::file(Path::new("here.txt")).unwrap();
        assert_eq!(destination.folder, Path::new("."));
        assert_eq!(destination.file_name, "here.txt");
        assert_eq!(Destination::file(Path::new("/")), None);
    }
}
