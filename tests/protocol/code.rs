//! The verification code. The expected numbers come from another implementation of SHA-256 than
//! the one under test: Python's hashlib, by the formula of the specification.

use onehop::protocol::code::{code, commitment};
use onehop::protocol::message::Hex32;
use proptest::prelude::*;

use crate::conversation::{RECEIVER, RECEIVER_NONCE, SENDER, SENDER_NONCE};

const COMMITMENT: &str = "5b62ac1760ff86e00637fbef8875ddd3597fb332ca46307961a15af820f50d93";

/// [`RECEIVER_NONCE`] with another end.
fn nonce_ending_in(end: u32) -> Hex32 {
    let mut nonce = RECEIVER_NONCE;
    nonce.0[28..].copy_from_slice(&end.to_be_bytes());
    nonce
}

fn code_for(receiver_nonce: &Hex32) -> String {
    code(&SENDER, &RECEIVER, &SENDER_NONCE, receiver_nonce).to_string()
}

#[test]
fn the_commitment_is_the_one_of_the_specification() {
    assert_eq!(format!("{:?}", commitment(&SENDER_NONCE)), COMMITMENT);
}

#[test]
fn the_code_is_the_one_of_the_specification() {
    assert_eq!(code_for(&RECEIVER_NONCE), "273 166");
}

#[test]
fn zeros_are_shown_wherever_they_stand() {
    assert_eq!(code_for(&nonce_ending_in(0x196)), "000 334");
    assert_eq!(code_for(&nonce_ending_in(0x8)), "097 006");
}

#[test]
fn each_of_the_four_parts_and_their_places_count() {
    let (a, b) = (&SENDER_NONCE, &RECEIVER_NONCE);
    let right = code(&SENDER, &RECEIVER, a, b);
    for other in [
        code(&RECEIVER, &SENDER, a, b),
        code(&SENDER, &RECEIVER, b, a),
        code(&SENDER, &SENDER, a, b),
        code(&RECEIVER, &RECEIVER, a, b),
        code(&SENDER, &RECEIVER, a, a),
        code(&SENDER, &RECEIVER, b, b),
    ] {
        assert_ne!(right, other);
    }
}

#[test]
fn codes_are_spread_evenly() {
    let mut first_digits = [0_u32; 10];
    let mut last_digits = [0_u32; 10];
    for end in 0..10_000 {
        let digits = code_for(&nonce_ending_in(end)).replace(' ', "");
        let digit = |at: usize| usize::from(digits.as_bytes()[at] - b'0');
        first_digits[digit(0)] += 1;
        last_digits[digit(5)] += 1;
    }
    for count in first_digits.into_iter().chain(last_digits) {
        assert!(
            (850..1150).contains(&count),
            "{first_digits:?} {last_digits:?}"
        );
    }
}

proptest! {
    #[test]
    fn a_code_always_has_six_digits_in_two_groups(bytes in any::<[u8; 32]>()) {
        let shown = code_for(&Hex32(bytes));
        let groups: Vec<&str> = shown.split(' ').collect();
        prop_assert_eq!(groups.len(), 2);
        for group in groups {
            prop_assert!(group.len() == 3 && group.bytes().all(|digit| digit.is_ascii_digit()));
        }
    }

    #[test]
    fn another_number_is_another_commitment(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
        prop_assert_eq!(a == b, commitment(&Hex32(a)) == commitment(&Hex32(b)));
    }
}
