//! The verification code: six digits by which two people see that nobody stands between them.
//!
//! Each side's number is fixed before it knows the other's, since the sender commits to its own
//! first. So somebody in the middle, who must settle on one number towards each side, has one
//! guess in a million that both show the same code.

use aws_lc_rs::digest::{Context, SHA256};

use super::message::Hex32;

const COMMIT_LABEL: &[u8] = b"onehop/1 commit";
const CODE_LABEL: &[u8] = b"onehop/1 code";
const CODES: u64 = 1_000_000;

/// Six decimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(u32);

impl std::fmt::Display for Code {
    /// In two groups, as it is read aloud.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:03} {:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// What the sender tells of its number before it knows the receiver's.
#[must_use]
pub fn commitment(sender_nonce: &Hex32) -> Hex32 {
    sha256(&[COMMIT_LABEL, &sender_nonce.0])
}

/// The code that both sides show. Identities are SHA-256 of the certificates.
#[must_use]
pub fn code(
    sender_identity: &[u8; 32],
    receiver_identity: &[u8; 32],
    sender_nonce: &Hex32,
    receiver_nonce: &Hex32,
) -> Code {
    let digest = sha256(&[
        CODE_LABEL,
        sender_identity,
        receiver_identity,
        &sender_nonce.0,
        &receiver_nonce.0,
    ]);
    let mut first = [0; 8];
    first.copy_from_slice(&digest.0[..8]);
    let number = u64::from_be_bytes(first) % CODES;
    Code(u32::try_from(number).unwrap_or_default())
}

fn sha256(parts: &[&[u8]]) -> Hex32 {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.finish().as_ref());
    Hex32(bytes)
}
