//! A moment as whole seconds since 1970, which TOML and people can hold.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[expect(clippy::ref_option, reason = "serde calls it so")]
pub(super) fn serialize<S: Serializer>(
    moment: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let since = moment.and_then(|moment| moment.duration_since(UNIX_EPOCH).ok());
    // TOML's numbers have a sign.
    since
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or_default()
        .serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SystemTime>, D::Error> {
    let secs = i64::deserialize(deserializer)?;
    let secs = u64::try_from(secs).ok();
    Ok(secs.and_then(|secs| UNIX_EPOCH.checked_add(Duration::from_secs(secs))))
}
