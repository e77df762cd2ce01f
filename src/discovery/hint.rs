//! Which device somebody claims to be.

use std::fmt;

use crate::identity::Fingerprint;

/// Enough that two devices of one network do not share it by chance.
const BYTES: usize = 8;

/// The first bytes of a device's fingerprint: whom an announcement claims to be from. A claim
/// that anybody can make, and never a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hint([u8; BYTES]);

impl Hint {
    /// Of a device.
    #[must_use]
    pub fn of(fingerprint: Fingerprint) -> Self {
        let mut bytes = [0; BYTES];
        for (byte, of_fingerprint) in bytes.iter_mut().zip(fingerprint.as_bytes()) {
            *byte = *of_fingerprint;
        }
        Self(bytes)
    }

    /// From its sixteen digits; `None` for anything else.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        let is_hint = digits.len() == 2 * BYTES && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let number = u64::from_str_radix(digits, 16).ok().filter(|_| is_hint)?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_beginning_of_the_fingerprint() {
        let fingerprint = Fingerprint::of_certificate(b"abc");
        let hint = Hint::of(fingerprint);
        assert!(fingerprint.hex().starts_with(&hint.to_string()));
        assert_eq!(Hint::parse(&hint.to_string()), Some(hint));
    }

    #[test]
    fn anything_but_sixteen_digits_is_none() {
        for digits in [
            "",
            "ba78",
            "+a7816bf8f01cfea",
            "ba7816bf8f01cfea4",
            "é7816bf8f01cfe",
        ] {
            assert_eq!(Hint::parse(digits), None, "{digits}");
        }
    }
}
