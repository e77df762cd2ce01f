//! What the user chose, as it is kept between two starts.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::net::DEFAULT_PORT;
use crate::session::Receiver;
use crate::ui::{Mode, ThemeChoice};

/// So many receivers are remembered.
const MAX_RECENT: usize = 10;
/// In so many other folders it is looked for what an interrupted transfer left.
const MAX_OTHER_FOLDERS: usize = 5;

/// Everything that is kept. Fields that a file lacks have their defaults, and fields that this
/// version does not know are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// The folder to save in; the system's folder for downloads if absent.
    pub folder: Option<PathBuf>,
    /// Folders that were saved in before, or for once, the last one first: something may be left
    /// there of an interrupted transfer.
    pub other_folders: Vec<PathBuf>,
    /// The port to receive on. 0, which the window does not offer, takes a free one.
    pub port: u16,
    /// Whether to receive from the start on.
    pub receiving: bool,
    /// Whether the user has been asked about that.
    pub asked_to_receive: bool,
    /// Whether files are saved without a question.
    pub save_without_asking: bool,
    /// Whether computers on the internet are served too.
    pub any_address: bool,
    /// Whether others on the network are told that this computer receives.
    pub announce: bool,
    /// Receive on this address of this computer only. The window does not offer it.
    pub listen_on: Option<IpAddr>,
    /// Whether the desktop shows a notification when something happens out of sight.
    pub notifications: bool,
    /// Whether transfers that are over are remembered.
    pub history: bool,
    /// The mode that the user chose last.
    #[serde(with = "ModeName")]
    pub mode: Mode,
    /// The size of the window in points when it was closed, width before height.
    pub window_size: Option<[u16; 2]>,
    /// The theme.
    #[serde(with = "ThemeName")]
    pub theme: ThemeChoice,
    /// Receivers used before, the last one first.
    #[serde(with = "recent_hosts")]
    pub recent: Vec<Receiver>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            folder: None,
            other_folders: Vec::new(),
            port: DEFAULT_PORT,
            receiving: false,
            asked_to_receive: false,
            save_without_asking: false,
            any_address: false,
            announce: true,
            listen_on: None,
            notifications: true,
            history: true,
            mode: Mode::Receive,
            window_size: None,
            theme: ThemeChoice::System,
            recent: Vec::new(),
        }
    }
}

impl Settings {
    /// The folder to save in.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder
            .clone()
            .or_else(dirs::download_dir)
            .unwrap_or_else(home_folder)
    }

    /// Notes a folder that is, or was, saved in.
    pub fn note_folder(&mut self, folder: PathBuf) {
        self.other_folders.retain(|known| *known != folder);
        self.other_folders.insert(0, folder);
        self.other_folders.truncate(MAX_OTHER_FOLDERS);
    }

    /// All folders in which something may be left of an interrupted transfer.
    #[must_use]
    pub fn all_folders(&self) -> Vec<PathBuf> {
        let first = self.folder();
        let others = self.other_folders.iter().filter(|other| **other != first);
        let others: Vec<PathBuf> = others.cloned().collect();
        std::iter::once(first).chain(others).collect()
    }

    /// Puts a receiver at the head of those that are remembered.
    pub fn remember(&mut self, host: &str, port: u16) {
        self.recent
            .retain(|known| known.port != port || !known.host.eq_ignore_ascii_case(host));
        let receiver = Receiver {
            host: host.to_owned(),
            port,
        };
        self.recent.insert(0, receiver);
        self.recent.truncate(MAX_RECENT);
    }
}

/// Some systems name no folder for downloads.
fn home_folder() -> PathBuf {
    let home = dirs::home_dir().unwrap_or_else(std::env::temp_dir);
    let downloads = home.join("Downloads");
    if downloads.is_dir() { downloads } else { home }
}

/// How the theme is written in the file.
#[derive(Serialize, Deserialize)]
#[serde(remote = "ThemeChoice", rename_all = "lowercase")]
enum ThemeName {
    System,
    Light,
    Dark,
}

/// How the mode is written in the file.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Mode", rename_all = "lowercase")]
enum ModeName {
    Receive,
    Send,
}

/// How receivers are written in the file: the screens' type knows nothing of files.
mod recent_hosts {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::session::Receiver;

    #[derive(Serialize, Deserialize)]
    struct Entry {
        host: String,
        port: u16,
    }

    pub(super) fn serialize<S: Serializer>(
        recent: &[Receiver],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let entries = recent.iter().map(|receiver| Entry {
            host: receiver.host.clone(),
            port: receiver.port,
        });
        serializer.collect_seq(entries)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Receiver>, D::Error> {
        let entries = Vec::<Entry>::deserialize(deserializer)?;
        let receivers = entries.into_iter().map(|entry| Receiver {
            host: entry.host,
            port: entry.port,
        });
        Ok(receivers.take(super::MAX_RECENT).collect())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn settings_survive_a_round_trip() {
        let mut settings = Settings {
            folder: Some(PathBuf::from("some folder")),
            other_folders: vec![PathBuf::from("/elsewhere")],
            port: 9000,
            receiving: true,
            asked_to_receive: true,
            save_without_asking: true,
            any_address: true,
            announce: false,
            listen_on: Some("127.0.0.1".parse().unwrap()),
            notifications: false,
            history: false,
            mode: Mode::Send,
            window_size: Some([800, 600]),
            theme: ThemeChoice::Dark,
            recent: Vec::new(),
        };
        settings.remember("desk-pc", 9898);
        let text = toml::to_string(&settings).unwrap();
        assert_eq!(toml::from_str::<Settings>(&text).unwrap(), settings);
    }

    #[test]
    fn what_a_file_lacks_has_its_default_and_what_is_unknown_is_ignored() {
        let settings: Settings = toml::from_str("port = 7000\ncolour = \"mauve\"\n").unwrap();
        assert_eq!(settings.port, 7000);
        assert_eq!(settings.theme, ThemeChoice::System);
    }

    #[test]
    fn the_last_ten_receivers_are_remembered_once_each() {
        let mut settings = Settings::default();
        for number in 0..12 {
            settings.remember(&format!("pc-{number}"), 9898);
        }
        settings.remember("PC-5", 9898);
        assert_eq!(settings.recent.len(), 10);
        assert_eq!(settings.recent[0].host, "PC-5");
        let fives = settings
            .recent
            .iter()
            .filter(|known| known.host.eq_ignore_ascii_case("pc-5"));
        assert_eq!(fives.count(), 1);
    }
}
