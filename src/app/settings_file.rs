//! Keeps the settings in a file that people can read.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::settings::Settings;
use crate::config::{self, Others};
use crate::messages::UserMessage;
use crate::messages::window::problems;

const FILE_NAME: &str = "settings.toml";

/// Where the settings are kept.
#[derive(Debug)]
pub struct SettingsFile {
    path: Option<PathBuf>,
    saved: Settings,
    writable: bool,
}

impl SettingsFile {
    /// Reads the settings in `folder`; without one, nothing is kept. Whatever is wrong with the
    /// file, there are settings to go on with, and a notice about what was wrong.
    #[must_use]
    pub fn open(folder: Option<&Path>) -> (Self, Option<UserMessage>) {
        let mut file = Self {
            path: folder.map(|folder| folder.join(FILE_NAME)),
            saved: Settings::default(),
            writable: true,
        };
        let Some(path) = file.path.clone() else {
            return (file, None);
        };
        let notice = match read(&path) {
            Ok(Read::Exposed) => {
                file.writable = false;
                Some(problems::settings_exposed(&path))
            }
            Ok(Read::Text(text)) => match toml::from_str(&text) {
                Ok(settings) => {
                    file.saved = settings;
                    None
                }
                Err(error) => Some(file.set_aside(&path, &error.to_string())),
            },
            Ok(Read::Nothing) => None,
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                Some(file.set_aside(&path, &error.to_string()))
            }
            Err(error) => {
                file.writable = false;
                Some(problems::settings_unreadable(&path, &error))
            }
        };
        (file, notice)
    }

    /// Settings that are kept nowhere.
    #[must_use]
    pub fn unkept(settings: Settings) -> Self {
        Self {
            path: None,
            saved: settings,
            writable: true,
        }
    }

    /// The settings as they stand in the file.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.saved
    }

    /// The file, if there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Writes the settings if they have changed. It is tried once for each change.
    ///
    /// # Errors
    ///
    /// A notice that says why they are not kept.
    pub fn save(&mut self, settings: &Settings) -> Result<(), UserMessage> {
        if self.saved == *settings {
            return Ok(());
        }
        self.saved = settings.clone();
        let Some(path) = self.path.as_deref().filter(|_| self.writable) else {
            return Ok(());
        };
        write(path, settings).map_err(|error| problems::settings_unwritable(path, &error))
    }

    /// A file that cannot be understood is never overwritten, it may be somebody's work.
    fn set_aside(&mut self, path: &Path, words: &str) -> UserMessage {
        let moved = config::move_aside(path);
        self.writable = moved.is_ok();
        problems::settings_not_understood(moved.as_deref().map_err(|_| path), words)
    }
}

/// The size in points that the window had when it was closed, as the settings in `folder` have it;
/// whatever is wrong with these is told when they are opened.
#[must_use]
pub fn window_size(folder: Option<&Path>) -> Option<[u16; 2]> {
    let text = match read(&folder?.join(FILE_NAME)).ok()? {
        Read::Text(text) => text,
        Read::Nothing | Read::Exposed => return None,
    };
    toml::from_str::<Settings>(&text).ok()?.window_size
}

/// What is at the path of the file.
enum Read {
    Nothing,
    /// Others may have written it: where files are saved, and from whom, is not for them to say.
    Exposed,
    Text(String),
}

fn read(path: &Path) -> io::Result<Read> {
    let Some(mut file) = config::open(path)? else {
        return Ok(Read::Nothing);
    };
    if config::exposed_to(Others::Change, path, &file)?.is_some() {
        return Ok(Read::Exposed);
    }
    config::read_open(&mut file).map(Read::Text)
}

fn write(path: &Path, settings: &Settings) -> io::Result<()> {
    let text = toml::to_string(settings).map_err(io::Error::other)?;
    config::write(path, &text)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::*;

    fn changed() -> Settings {
        Settings {
            port: 9000,
            ..Settings::default()
        }
    }

    /// As an editor may, and readable for others at most.
    fn write_by_hand(folder: &Path, text: impl AsRef<[u8]>) {
        let path = folder.join(FILE_NAME);
        fs::write(&path, text).unwrap();
        make_private(&path);
    }

    #[cfg(unix)]
    fn make_private(path: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    }

    #[cfg(not(unix))]
    fn make_private(_: &Path) {}

    #[test]
    fn settings_are_found_again_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("onehop");
        let (mut file, notice) = SettingsFile::open(Some(&inner));
        assert_eq!(notice, None);
        file.save(&changed()).unwrap();
        let (again, notice) = SettingsFile::open(Some(&inner));
        assert_eq!(notice, None);
        assert_eq!(again.settings(), &changed());
    }

    #[test]
    fn a_broken_file_is_set_aside_and_an_older_one_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for text in ["port = many", "[[["] {
            write_by_hand(folder.path(), text);
            let (mut file, notice) = SettingsFile::open(Some(folder.path()));
            assert_eq!(file.settings(), &Settings::default());
            assert!(notice.unwrap().details.is_some());
            file.save(&changed()).unwrap();
        }
        let first = fs::read_to_string(path("settings.broken.toml")).unwrap();
        let second = fs::read_to_string(path("settings.broken (2).toml")).unwrap();
        assert_eq!((first.as_str(), second.as_str()), ("port = many", "[[["));
    }

    #[cfg(unix)]
    #[test]
    fn what_others_may_have_changed_is_neither_believed_nor_replaced() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        SettingsFile::open(Some(folder.path()))
            .0
            .save(&changed())
            .unwrap();
        let path = folder.path().join(FILE_NAME);
        let before = fs::read(&path).unwrap();
        let set_mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        for exposed in [0o620, 0o602, 0o666] {
            set_mode(exposed);
            let (mut file, notice) = SettingsFile::open(Some(folder.path()));
            let headline = notice.unwrap().headline;
            assert_eq!(headline, "Others may have changed the settings.");
            assert_eq!(file.settings(), &Settings::default());
            file.save(&Settings {
                port: 9001,
                ..changed()
            })
            .unwrap();
            assert_eq!(fs::read(&path).unwrap(), before);
        }
        set_mode(0o644);
        let (file, notice) = SettingsFile::open(Some(folder.path()));
        assert_eq!((file.settings(), notice), (&changed(), None));
    }

    #[test]
    fn a_file_that_is_not_text_is_set_aside_too() {
        let folder = tempfile::tempdir().unwrap();
        write_by_hand(folder.path(), [0xFF, 0xFE, 0x00]);
        let (_, notice) = SettingsFile::open(Some(folder.path()));
        assert!(notice.is_some());
        assert!(folder.path().join("settings.broken.toml").exists());
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file_in_the_way = folder.path().join("onehop");
        fs::write(&file_in_the_way, "").unwrap();
        let (mut file, _) = SettingsFile::open(Some(&file_in_the_way));
        // Without a readable place nothing is written; with one, it is told that it failed.
        let outcome = file.save(&changed());
        assert!(outcome.is_err() || !file.writable);
    }

    #[test]
    fn without_a_folder_nothing_is_kept_and_nothing_is_wrong() {
        let (mut file, notice) = SettingsFile::open(None);
        assert_eq!(notice, None);
        file.save(&changed()).unwrap();
        assert_eq!(file.path(), None);
    }
}
