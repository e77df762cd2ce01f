//! How a queue is written down: a line of JSON for each send.
//!
//! Only files for a device are: it proves its key before anything leaves, however much later that
//! is. An address proves nothing, and a text is nobody's business later.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Order, Persistence, Queue, QueuedSend, Recipient};
use crate::identity::Fingerprint;
use crate::transfer::Payload;

#[derive(Serialize, Deserialize)]
struct Line {
    device: Fingerprint,
    what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    paths: Vec<Name>,
}

/// A path as people read it, or as the system has it where it is not valid Unicode.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Raw(OsString),
}

impl Queue {
    /// What is to be kept of what is not over, as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let open = self
            .sends()
            .filter(|send| !send.is_over() && !send.cancelled);
        open.filter_map(line).collect()
    }

    /// What a text says, and how many of its lines cannot be understood. Each send waits until its
    /// device is seen.
    #[must_use]
    pub fn from_text(text: &str, persistence: Persistence) -> (Self, usize) {
        let mut queue = Self::default();
        let mut broken = 0;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let Ok(line) = serde_json::from_str::<Line>(line) else {
                broken += 1;
                continue;
            };
            queue.add_away(Order {
                to: Recipient::Device(line.device),
                payload: Payload::Paths(line.paths.into_iter().map(path).collect()),
                what: line.what,
                bytes: line.bytes,
                persistence,
            });
        }
        (queue, broken)
    }
}

/// Nothing if it is not to be kept.
fn line(send: &QueuedSend) -> Option<String> {
    let Order {
        to,
        payload,
        what,
        bytes,
        ..
    } = &send.order;
    let (Recipient::Device(device), Payload::Paths(paths)) = (to, payload) else {
        return None;
    };
    let line = Line {
        device: *device,
        what: what.clone(),
        bytes: *bytes,
        paths: paths.iter().cloned().map(name).collect(),
    };
    match serde_json::to_string(&line) {
        Ok(line) => Some(line + "\n"),
        Err(error) => {
            log::warn!("a send cannot be written down: {error}");
            None
        }
    }
}

fn name(path: PathBuf) -> Name {
    match path.into_os_string().into_string() {
        Ok(text) => Name::Text(text),
        Err(raw) => Name::Raw(raw),
    }
}

fn path(name: Name) -> PathBuf {
    match name {
        Name::Text(text) => text.into(),
        Name::Raw(raw) => raw.into(),
    }
}
