//! What to think of an identity that a handshake has proved, given who was expected.

use super::{Device, Fingerprint};

/// Who is expected at the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// Nobody in particular: an address where no identity was ever seen, or somebody who
    /// connects to us.
    Anyone,
    /// Nobody in particular, but these need no code: what a receiver is given by `--trust`.
    AnyoneTrusting(Vec<Fingerprint>),
    /// The device that the user picked from a list.
    Device(Fingerprint),
    /// The identity that was last seen at the address that the user typed.
    SeenThere(Fingerprint),
    /// One of these and nobody else: what a sender is given by `--trust`.
    OneOf(Vec<Fingerprint>),
}

/// An identity, with what the user knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceIdentity {
    /// The identity.
    pub fingerprint: Fingerprint,
    /// The device, if the user remembers it.
    pub device: Option<Device>,
}

/// What follows from who was expected and who has proved to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A device that the user remembers, where it may be: no code.
    Remembered(Device),
    /// Not remembered, but named by its fingerprint for this transfer: no code.
    Named(Fingerprint),
    /// Nobody knows who it is: both people compare the code.
    FirstContact,
    /// Somebody else than was expected. It stops with a warning; if the user wants to go on
    /// knowingly, it is a first contact with a code, even if `found` is remembered.
    DifferentComputer {
        /// Whom the user meant: one, or all whom `--trust` named.
        expected: Vec<DeviceIdentity>,
        /// Who is there.
        found: DeviceIdentity,
    },
}

/// Judges the identity that was `proven`. `find` looks a device up among those remembered.
#[must_use]
pub fn judge(
    expectation: &Expectation,
    proven: Fingerprint,
    find: impl Fn(&Fingerprint) -> Option<Device>,
) -> Verdict {
    let (expected, named): (&[Fingerprint], &[Fingerprint]) = match expectation {
        Expectation::Anyone => (&[], &[]),
        Expectation::AnyoneTrusting(trusted) => (&[], trusted),
        Expectation::Device(one) | Expectation::SeenThere(one) => (std::slice::from_ref(one), &[]),
        Expectation::OneOf(trusted) => (trusted, trusted),
    };
    // An empty list of `OneOf` names nobody, so nobody is right.
    let is_open = matches!(
        expectation,
        Expectation::Anyone | Expectation::AnyoneTrusting(_)
    );
    let party = |fingerprint: Fingerprint| DeviceIdentity {
        fingerprint,
        device: find(&fingerprint),
    };
    if !is_open && !expected.contains(&proven) {
        return Verdict::DifferentComputer {
            expected: expected.iter().copied().map(party).collect(),
            found: party(proven),
        };
    }
    match find(&proven) {
        Some(device) => Verdict::Remembered(device),
        None if named.contains(&proven) => Verdict::Named(proven),
        None => Verdict::FirstContact,
    }
}

/// What to do at a receiver that offers only classic, which is neither encrypted nor verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Classic {
    /// No Onehop was ever seen at this host, and the user has agreed to classic there.
    Allowed,
    /// Nothing is known of this host: ask once.
    Ask,
    /// What was known cannot be read, so it cannot be told whether there was a Onehop: ask, also
    /// whoever has agreed to classic beforehand.
    Unsure,
    /// There was a Onehop at this host, so somebody may be standing in its place: stop with a
    /// warning. No earlier agreement counts, and whoever goes on knowingly does so this once.
    WasOnehop(DeviceIdentity),
}

impl Classic {
    /// Judges a host: whether classic is `allowed` there, and which Onehop was last seen there.
    #[must_use]
    pub fn judge(allowed: bool, seen: Option<DeviceIdentity>) -> Self {
        match seen {
            Some(party) => Self::WasOnehop(party),
            None if allowed => Self::Allowed,
            None => Self::Ask,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Fingerprint = Fingerprint::from_bytes([1; 32]);
    const OTHER: Fingerprint = Fingerprint::from_bytes([2; 32]);
    const STRANGER: Fingerprint = Fingerprint::from_bytes([3; 32]);
    const SECOND: Fingerprint = Fingerprint::from_bytes([4; 32]);

    fn device(fingerprint: Fingerprint, name: &str) -> Device {
        Device {
            fingerprint,
            name: name.to_owned(),
            save_without_asking: false,
            last_seen: None,
            addresses: Vec::new(),
        }
    }

    /// The user remembers two devices, and no strangers.
    fn find(fingerprint: &Fingerprint) -> Option<Device> {
        match *fingerprint {
            OWN => Some(device(OWN, "own laptop")),
            OTHER => Some(device(OTHER, "other laptop")),
            _ => None,
        }
    }

    fn party(fingerprint: Fingerprint) -> DeviceIdentity {
        DeviceIdentity {
            fingerprint,
            device: find(&fingerprint),
        }
    }

    fn different(expected: &[Fingerprint], found: Fingerprint) -> Verdict {
        Verdict::DifferentComputer {
            expected: expected.iter().copied().map(party).collect(),
            found: party(found),
        }
    }

    fn check(table: &[(Expectation, Fingerprint, Verdict)]) {
        for (expectation, proven, verdict) in table {
            assert_eq!(
                judge(expectation, *proven, find),
                *verdict,
                "{expectation:?} {proven:?}"
            );
        }
    }

    #[test]
    fn where_nobody_is_expected_only_remembered_devices_are_known() {
        check(&[
            (
                Expectation::Anyone,
                OWN,
                Verdict::Remembered(device(OWN, "own laptop")),
            ),
            (Expectation::Anyone, STRANGER, Verdict::FirstContact),
        ]);
    }

    #[test]
    fn a_picked_device_is_itself_or_a_different_computer() {
        let picked = || Expectation::Device(OWN);
        check(&[
            (
                picked(),
                OWN,
                Verdict::Remembered(device(OWN, "own laptop")),
            ),
            (picked(), OTHER, different(&[OWN], OTHER)),
            (picked(), STRANGER, different(&[OWN], STRANGER)),
        ]);
    }

    #[test]
    fn a_picked_device_that_was_forgotten_meanwhile_is_a_first_contact() {
        check(&[(
            Expectation::Device(STRANGER),
            STRANGER,
            Verdict::FirstContact,
        )]);
    }

    #[test]
    fn at_a_typed_address_the_identity_last_seen_there_is_expected() {
        let seen = Expectation::SeenThere;
        check(&[
            (
                seen(OWN),
                OWN,
                Verdict::Remembered(device(OWN, "own laptop")),
            ),
            (seen(OWN), OTHER, different(&[OWN], OTHER)),
            (seen(STRANGER), STRANGER, Verdict::FirstContact),
            (seen(STRANGER), SECOND, different(&[STRANGER], SECOND)),
            (seen(STRANGER), OWN, different(&[STRANGER], OWN)),
        ]);
    }

    #[test]
    fn a_sender_that_is_told_whom_to_trust_trusts_nobody_else() {
        let one_of = |list: &[Fingerprint]| Expectation::OneOf(list.to_vec());
        check(&[
            (one_of(&[STRANGER, SECOND]), SECOND, Verdict::Named(SECOND)),
            (
                one_of(&[OWN]),
                OWN,
                Verdict::Remembered(device(OWN, "own laptop")),
            ),
            (one_of(&[STRANGER]), OWN, different(&[STRANGER], OWN)),
            (
                one_of(&[OWN, OTHER]),
                STRANGER,
                different(&[OWN, OTHER], STRANGER),
            ),
            (one_of(&[]), STRANGER, different(&[], STRANGER)),
        ]);
    }

    #[test]
    fn a_receiver_that_is_told_whom_to_trust_still_knows_its_devices_and_asks_strangers() {
        let trusting = || Expectation::AnyoneTrusting(vec![STRANGER]);
        check(&[
            (trusting(), STRANGER, Verdict::Named(STRANGER)),
            (
                trusting(),
                OWN,
                Verdict::Remembered(device(OWN, "own laptop")),
            ),
            (trusting(), SECOND, Verdict::FirstContact),
        ]);
    }

    #[test]
    fn classic_is_asked_for_once_and_refused_where_an_onehop_was_whatever_was_agreed() {
        for (allowed, seen, verdict) in [
            (false, None, Classic::Ask),
            (true, None, Classic::Allowed),
            (false, Some(party(OWN)), Classic::WasOnehop(party(OWN))),
            (
                false,
                Some(party(STRANGER)),
                Classic::WasOnehop(party(STRANGER)),
            ),
            (true, Some(party(OWN)), Classic::WasOnehop(party(OWN))),
        ] {
            assert_eq!(Classic::judge(allowed, seen), verdict);
        }
    }
}
