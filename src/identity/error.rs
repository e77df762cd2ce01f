//! What can go wrong with identities, sorted by what is to blame.
//!
//! The messages here are for logs, yet each says what to do about it.

use std::io;
use std::path::PathBuf;

use super::Fingerprint;

/// Why this device has no identity to show. It is never answered by a new identity in place of
/// the old one: to all who know this device it would be another device.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The key could not be read.
    #[error("the key of this device could not be read, check who may read it: {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Others than the owner can read or change the key, so it may be known to them.
    #[error(
        "others may read the key of this device (mode {mode:o}): if nobody did, make it private \
         with chmod 600, else remove it to become a new device: {}",
        path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// What stands in the file is not a key with its certificate.
    #[error(
        "the key of this device cannot be understood ({detail}): restore it from a copy, or \
         remove it to become a new device: {}",
        path.display()
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A new key could not be written.
    #[error("a new key could not be kept, check that the folder can be written to: {}", path.display())]
    NotKept {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The cryptography failed, which it does only on a broken system.
    #[error("a key could not be made or used: {0}")]
    Cryptography(String),
}

/// What is wrong with the known devices or with a change to them.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// The file could not be read: Onehop goes on knowing nobody, and keeps no changes.
    #[error("the known devices could not be read, check who may read the file: {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Others than the owner can change the file, so what it says is not believed: Onehop goes on
    /// knowing nobody, and keeps no changes.
    #[error(
        "others may change the list of known devices (mode {mode:o}), so it is not believed: if \
         nobody did, make it private with chmod 600, else remove it: {}",
        path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file could not be understood.
    #[error("the known devices could not be understood ({detail}): {}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
        /// Where it was set aside; `None` if even that failed, and then no changes are kept.
        aside: Option<PathBuf>,
    },
    /// The change counts until Onehop is closed, but could not be written.
    #[error("the known devices could not be saved: {}", path.display())]
    NotKept {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// No such device is remembered.
    #[error("no remembered device: {0}")]
    NoSuchDevice(Fingerprint),
    /// Nothing was left of the name when it had been cleaned.
    #[error("a name needs at least one visible character")]
    NoName,
}

/// Why a finished TLS handshake is not one of onehop/1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeFault {
    /// It is not finished yet: a mistake of the caller.
    #[error("the handshake is not finished")]
    Unfinished,
    /// The other side did not agree to onehop/1 by ALPN.
    #[error("the other side did not agree to onehop/1")]
    WrongProtocol,
    /// The other side showed no certificate.
    #[error("the other side showed no certificate")]
    NoCertificate,
}

/// Why a certificate is not looked at. It reaches the caller inside a [`rustls::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is longer than any that is meant honestly.
    #[error("a certificate of {0} bytes")]
    TooLong(usize),
    /// It came with others. An identity is one certificate.
    #[error("{0} certificates where one is meant")]
    TooMany(usize),
}

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAFingerprint {
    /// It holds something else than hexadecimal digits and separators.
    #[error("not a hexadecimal digit: {0:?}")]
    Character(char),
    /// It has too few or too many digits.
    #[error("{0} digits where a fingerprint has 64")]
    Length(usize),
}
