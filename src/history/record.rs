//! One transfer that is over.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Longer texts are cut: some of them come from another computer.
const MAX_TEXT_CHARS: usize = 200;
/// Maximum bytes of paths kept for one transfer; with more, none are kept.
const MAX_PATH_BYTES: usize = 16 * 1024;

/// Which way it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To this computer.
    Received,
    /// From this computer.
    Sent,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Received: it stands under its final name.
    Saved,
    /// Received: some of it does, not all.
    PartlySaved,
    /// Received: a text, which was shown and is saved nowhere.
    Shown,
    /// Received: somebody here said no.
    Declined,
    /// Received: nobody answered in time.
    Expired,
    /// Sent: the receiver has it, as far as the protocol lets anybody know.
    Delivered,
    /// Sent: the receiver has some of it, not all.
    PartlyDelivered,
    /// Sent: all of it went, and the receiver has not said that it has it.
    Unconfirmed,
    /// It stopped before all of it had crossed.
    BrokenOff,
    /// It did not work.
    Failed,
}

impl Ending {
    /// Whether everything went as it was meant.
    #[must_use]
    pub fn is_good(self) -> bool {
        matches!(self, Self::Saved | Self::Shown | Self::Delivered)
    }
}

/// One transfer that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Names it in this run.
    #[serde(skip)]
    pub number: u64,
    /// When it ended.
    #[serde(with = "moment")]
    pub ended: SystemTime,
    /// Which way it went.
    pub direction: Direction,
    /// How it ended.
    pub ending: Ending,
    /// The other computer: its name, or its address where it has told none.
    pub peer: String,
    /// What it was: the name of a file, or how many there were.
    pub what: String,
    /// Bytes that crossed, or stand there now.
    pub bytes: u64,
    /// How long it took, where that says something.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis")]
    pub took: Option<Duration>,
    /// Whether it was encrypted and verified.
    pub secure: bool,
    /// Whether somebody here agreed to it, now or before.
    #[serde(default)]
    pub agreed: bool,
    /// Why it did not work, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Sent: the receiver, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Sent: its port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Where it was saved, or what was sent. None of it where that is too long, or no text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<PathBuf>,
}

impl Record {
    /// Whether it can be sent once more from what is kept.
    #[must_use]
    pub fn can_be_sent_again(&self) -> bool {
        let known = self.host.is_some() && self.port.is_some() && !self.paths.is_empty();
        self.direction == Direction::Sent && known
    }

    /// Whether each word of `search` stands somewhere in it, whatever the case.
    #[must_use]
    pub fn matches(&self, search: &str) -> bool {
        let paths = self.paths.iter().map(|path| path.to_string_lossy());
        let own = [
            self.peer.as_str(),
            &self.what,
            self.host.as_deref().unwrap_or(""),
            self.reason.as_deref().unwrap_or(""),
            match self.direction {
                Direction::Received => "received",
                Direction::Sent => "sent",
            },
        ];
        let text = own.join("\n") + "\n" + &paths.collect::<Vec<_>>().join("\n");
        let text = text.to_lowercase();
        let mut words = search.split_whitespace();
        words.all(|word| text.contains(&word.to_lowercase()))
    }

    pub(super) fn is_repeated_by(&self, newer: &Self) -> bool {
        !self.agreed
            && !newer.agreed
            && self.direction == Direction::Received
            && newer.direction == Direction::Received
            && self.peer == newer.peer
            && self.ending == newer.ending
    }

    pub(super) fn to_line(&self) -> String {
        let mut record = self.clone();
        record.shorten();
        match serde_json::to_string(&record) {
            Ok(line) => line + "\n",
            Err(error) => {
                log::warn!("a transfer cannot be written down: {error}");
                String::new()
            }
        }
    }

    pub(super) fn from_line(line: &str) -> Option<Self> {
        let mut record: Self = serde_json::from_str(line).ok()?;
        record.shorten();
        Some(record)
    }

    fn shorten(&mut self) {
        let texts = [Some(&mut self.peer), Some(&mut self.what)];
        for text in texts.into_iter().chain([self.reason.as_mut()]).flatten() {
            if let Some((end, _)) = text.char_indices().nth(MAX_TEXT_CHARS) {
                text.truncate(end);
                text.push('…');
            }
        }
        let bytes: usize = self.paths.iter().map(|path| path.as_os_str().len()).sum();
        let all_text = self.paths.iter().all(|path| path.to_str().is_some());
        if bytes > MAX_PATH_BYTES || !all_text {
            self.paths.clear();
        }
    }
}

/// A moment such as `2026-11-24T14:05:12Z`.
mod moment {
    use super::{SystemTime, Timestamp};
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    #[cfg_attr(
        windows,
        expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")
    )]
    pub(super) fn serialize<S: Serializer>(
        moment: &SystemTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let second = Timestamp::try_from(*moment)
            .and_then(|moment| Timestamp::from_second(moment.as_second()))
            .unwrap_or_default();
        serializer.collect_str(&second)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SystemTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        let moment: Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(SystemTime::from(moment))
    }
}

/// A duration in whole milliseconds.
mod millis {
    use super::Duration;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(
        took: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let millis = took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        millis.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let millis = Option::<u64>::deserialize(deserializer)?;
        Ok(millis.map(Duration::from_millis))
    }
}
