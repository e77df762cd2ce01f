//! How a device is told from all others.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::error::NotAFingerprint;

const BYTES: usize = 32;
const DIGITS: usize = 2 * BYTES;
/// Digits that stand together when shown to people.
const GROUP: usize = 4;
const SHORT_GROUPS: usize = 2;

/// The identity of a device: the SHA-256 of its certificate. It is no secret.
///
/// Shown in sixteen groups of four digits, read in any grouping, and kept as 64 plain digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; BYTES]);

impl Fingerprint {
    /// Of a certificate in DER.
    #[must_use]
    pub fn of_certificate(der: &[u8]) -> Self {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(digest(&SHA256, der).as_ref());
        Self(bytes)
    }

    /// From the digest itself.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// The digest itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// The 64 digits without separators, as scripts want it.
    #[must_use]
    pub fn hex(&self) -> String {
        self.0.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").ok();
            text
        })
    }

    /// The first eight digits: enough to tell devices in a list apart, not to trust one.
    #[must_use]
    pub fn short(&self) -> String {
        self.groups(SHORT_GROUPS)
    }

    fn groups(&self, count: usize) -> String {
        let hex = self.hex();
        let groups = (0..count).filter_map(|group| hex.get(group * GROUP..(group + 1) * GROUP));
        groups.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.groups(DIGITS / GROUP))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({})", self.hex())
    }
}

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    /// Spaces, colons and dashes may stand anywhere, since people copy from anywhere.
    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let mut bytes = [0; BYTES];
        let mut digits = 0;
        let meant = |c: &char| !c.is_whitespace() && !matches!(c, ':' | '-');
        for character in text.chars().filter(meant) {
            let digit = character
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
                .ok_or(NotAFingerprint::Character(character))?;
            if let Some(byte) = bytes.get_mut(digits / 2) {
                *byte = (*byte << 4) | digit;
            }
            digits += 1;
        }
        if digits == DIGITS {
            Ok(Self(bytes))
        } else {
            Err(NotAFingerprint::Length(digits))
        }
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn it_is_the_sha_256_of_the_certificate() {
        assert_eq!(Fingerprint::of_certificate(b"abc").hex(), ABC);
    }

    #[test]
    fn people_see_groups_of_four_digits() {
        let fingerprint = Fingerprint::of_certificate(b"abc");
        let shown =
            "ba78 16bf 8f01 cfea 4141 40de 5dae 2223 b003 61a3 9617 7a9c b410 ff61 f200 15ad";
        assert_eq!(fingerprint.to_string(), shown);
        assert_eq!(fingerprint.short(), "ba78 16bf");
    }

    #[test]
    fn it_is_read_in_any_grouping_and_case() {
        let expected = Fingerprint::of_certificate(b"abc");
        let colons = ABC
            .to_uppercase()
            .as_bytes()
            .chunks(2)
            .fold(String::new(), |text, pair| {
                text + std::str::from_utf8(pair).unwrap() + ":"
            });
        let dashes = ABC.split_at(20).0.to_owned() + "-" + ABC.split_at(20).1;
        for text in [
            ABC,
            &expected.to_string(),
            &colons,
            &dashes,
            &format!(" {ABC}\n"),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_and_says_why() {
        for (text, fault) in [
            ("", NotAFingerprint::Length(0)),
            (&ABC[1..], NotAFingerprint::Length(63)),
            (&format!("{ABC}0"), NotAFingerprint::Length(65)),
            (&format!("{ABC}{ABC}"), NotAFingerprint::Length(128)),
            ("0x12", NotAFingerprint::Character('x')),
            ("١٢", NotAFingerprint::Character('١')),
        ] {
            assert_eq!(text.parse::<Fingerprint>(), Err(fault), "{text}");
        }
    }

    #[test]
    fn files_hold_the_plain_digits() {
        let fingerprint = Fingerprint::of_certificate(b"abc");
        let json = serde_json::to_string(&fingerprint).unwrap();
        assert_eq!(json, format!("\"{ABC}\""));
        assert_eq!(
            serde_json::from_str::<Fingerprint>(&json).unwrap(),
            fingerprint
        );
    }
}
