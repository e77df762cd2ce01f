//! Where the folders stand that other devices have sent, so that one that is sent again can join
//! what is there.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::identity::Fingerprint;

/// Maximum number of known folders.
const MAX_FOLDERS: usize = 500;
/// Maximum number of those from one device.
const MAX_FOLDERS_PER_DEVICE: usize = 100;

/// The folders that were received, the latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::identity) struct Folders(Vec<ReceivedFolder>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ReceivedFolder {
    fingerprint: Fingerprint,
    /// What its sender calls it.
    sent_name: String,
    path: String,
}

impl ReceivedFolder {
    fn is(&self, fingerprint: Fingerprint, sent_name: &str, within: Option<&Path>) -> bool {
        self.fingerprint == fingerprint
            && self.sent_name == sent_name
            && Path::new(&self.path).parent() == within
    }
}

impl Folders {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes that a folder of this device's stands at `path`. Of one name only the latest counts
    /// in each place. A path that is not Unicode cannot be noted.
    pub(in crate::identity) fn note(
        &mut self,
        fingerprint: Fingerprint,
        sent_name: &str,
        path: &Path,
    ) {
        let Some(text) = path.to_str() else { return };
        let known = |folder: &ReceivedFolder| folder.is(fingerprint, sent_name, path.parent());
        if self.0.iter().any(|it| known(it) && it.path == text) {
            return;
        }
        self.0.retain(|folder| !known(folder));
        let folder = ReceivedFolder {
            fingerprint,
            sent_name: sent_name.to_owned(),
            path: text.to_owned(),
        };
        self.0.insert(0, folder);
        self.bound();
    }

    /// What the folder is called that this device sent to the folder `within`.
    pub(in crate::identity) fn find(
        &self,
        fingerprint: Fingerprint,
        sent_name: &str,
        within: &Path,
    ) -> Option<String> {
        let mut folders = self.0.iter();
        let found = folders.find(|folder| folder.is(fingerprint, sent_name, Some(within)))?;
        let name = Path::new(&found.path).file_name()?;
        Some(name.to_str()?.to_owned())
    }

    /// Whether there were any of this device's.
    pub(super) fn forget(&mut self, fingerprint: Fingerprint) -> bool {
        let before = self.0.len();
        self.0.retain(|folder| folder.fingerprint != fingerprint);
        self.0.len() < before
    }

    /// Drops the oldest if there are too many, those of the busiest devices first.
    pub(super) fn bound(&mut self) {
        let mut counts = HashMap::new();
        self.0.retain(|folder| {
            let count = counts.entry(folder.fingerprint).or_insert(0);
            *count += 1;
            *count <= MAX_FOLDERS_PER_DEVICE
        });
        self.0.truncate(MAX_FOLDERS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAPTOP: Fingerprint = Fingerprint::from_bytes([1; 32]);
    const DESK: Fingerprint = Fingerprint::from_bytes([2; 32]);

    fn inbox() -> &'static Path {
        Path::new("inbox")
    }

    #[test]
    fn a_folder_is_found_by_its_sender_its_name_and_its_place() {
        let mut folders = Folders::default();
        folders.note(LAPTOP, "photos", &inbox().join("photos (2)"));
        let found = |sender, name, within| folders.find(sender, name, within);
        let expected = Some("photos (2)".to_owned());
        assert_eq!(found(LAPTOP, "photos", inbox()), expected);
        assert_eq!(found(DESK, "photos", inbox()), None);
        assert_eq!(found(LAPTOP, "photos (2)", inbox()), None);
        assert_eq!(found(LAPTOP, "photos", Path::new("elsewhere")), None);
    }

    #[test]
    fn of_several_folders_of_one_name_the_latest_counts() {
        let mut folders = Folders::default();
        for name in ["photos", "photos (2)", "photos (2)"] {
            folders.note(LAPTOP, "photos", &inbox().join(name));
        }
        let found = folders.find(LAPTOP, "photos", inbox());
        assert_eq!(found.as_deref(), Some("photos (2)"));
        assert_eq!(folders.0.len(), 1);
    }

    #[test]
    fn one_device_cannot_push_out_the_folders_of_another() {
        let mut folders = Folders::default();
        folders.note(DESK, "mine", &inbox().join("mine"));
        for number in 0..2 * MAX_FOLDERS {
            let name = number.to_string();
            folders.note(LAPTOP, &name, &inbox().join(&name));
        }
        assert_eq!(folders.0.len(), MAX_FOLDERS_PER_DEVICE + 1);
        assert!(folders.find(DESK, "mine", inbox()).is_some());
    }

    #[test]
    fn a_forgotten_device_leaves_nothing_behind() {
        let mut folders = Folders::default();
        folders.note(LAPTOP, "photos", &inbox().join("photos"));
        assert!(folders.forget(LAPTOP) && !folders.forget(LAPTOP));
        assert!(folders.is_empty());
    }
}
