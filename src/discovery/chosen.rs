//! Whom a name means that somebody typed.

use super::neighbours::{ClaimedIdentity, Neighbour, same_name};
use crate::identity::{Fingerprint, clean_name};

/// Whom a typed name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// This one.
    One {
        /// Its address, as it is typed.
        host: String,
        /// Its port.
        port: u16,
        /// The device that has to be there, if it is remembered.
        expected: Option<Fingerprint>,
    },
    /// Any of these, at least two.
    Several(Vec<Neighbour>),
    /// This remembered device, which is away, and of which no address is known.
    Away(Fingerprint),
    /// Nobody.
    Nobody,
}

/// Finds the neighbour of this name. A remembered device goes before strangers: whoever takes its
/// name neither becomes it nor gets in its way, since its key is expected.
#[must_use]
pub fn choose(name: &str, neighbours: &[Neighbour]) -> Chosen {
    // As the names that it is compared with.
    let name = clean_name(name).unwrap_or_default();
    let named = neighbours
        .iter()
        .filter(|neighbour| same_name(&neighbour.name, &name));
    let (remembered, strangers): (Vec<&Neighbour>, Vec<&Neighbour>) =
        named.partition(|neighbour| matches!(neighbour.claim, ClaimedIdentity::Remembered(_)));
    if remembered.is_empty() {
        return only(&strangers);
    }
    let is_one_device = remembered.windows(2).all(|pair| match pair {
        [one, other] => one.claim == other.claim,
        _ => true,
    });
    let seen: Vec<&Neighbour> = remembered
        .iter()
        .copied()
        .filter(|neighbour| neighbour.seen_there)
        .collect();
    // Several that claim to be one device: where it was before is likeliest.
    if is_one_device && seen.len() == 1 {
        return only(&seen);
    }
    only(&remembered)
}

fn only(neighbours: &[&Neighbour]) -> Chosen {
    match neighbours {
        [] => Chosen::Nobody,
        [one] => match (&one.place, one.claim.device()) {
            (Some((host, port)), expected) => Chosen::One {
                host: host.clone(),
                port: *port,
                expected,
            },
            (None, Some(device)) => Chosen::Away(device),
            (None, None) => Chosen::Nobody,
        },
        several => Chosen::Several(several.iter().copied().cloned().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::DeviceKind;

    const OWN: Fingerprint = Fingerprint::from_bytes([1; 32]);
    const OTHER: Fingerprint = Fingerprint::from_bytes([2; 32]);

    fn nearby(name: &str, host: &str, claim: ClaimedIdentity) -> Neighbour {
        Neighbour {
            name: name.to_owned(),
            claim,
            kind: DeviceKind::Unknown,
            nearby: true,
            seen_there: false,
            place: Some((host.to_owned(), 9898)),
        }
    }

    fn one(host: &str, expected: Option<Fingerprint>) -> Chosen {
        Chosen::One {
            host: host.to_owned(),
            port: 9898,
            expected,
        }
    }

    #[test]
    fn a_name_in_any_case_means_the_only_one_who_bears_it() {
        let all = [
            nearby("Desk-PC", "192.0.2.1", ClaimedIdentity::Stranger),
            nearby("laptop", "192.0.2.2", ClaimedIdentity::Stranger),
        ];
        assert_eq!(choose(" desk-pc ", &all), one("192.0.2.1", None));
        assert_eq!(choose("desk", &all), Chosen::Nobody);
    }

    #[test]
    fn several_strangers_of_one_name_are_for_the_user_to_tell_apart() {
        let all = [
            nearby("desk-pc", "192.0.2.1", ClaimedIdentity::Stranger),
            nearby("desk-pc", "192.0.2.2", ClaimedIdentity::Stranger),
        ];
        assert_eq!(choose("desk-pc", &all), Chosen::Several(all.to_vec()));
    }

    #[test]
    fn a_remembered_device_is_meant_whoever_else_takes_its_name() {
        let all = [
            nearby("desk-pc", "192.0.2.66", ClaimedIdentity::Namesake),
            nearby("desk-pc", "192.0.2.1", ClaimedIdentity::Remembered(OWN)),
        ];
        assert_eq!(choose("desk-pc", &all), one("192.0.2.1", Some(OWN)));
    }

    #[test]
    fn the_name_of_a_device_that_is_away_never_means_a_stranger() {
        let away = Neighbour {
            nearby: false,
            place: None,
            ..nearby("desk-pc", "", ClaimedIdentity::Remembered(OWN))
        };
        let all = [
            nearby("desk-pc", "192.0.2.66", ClaimedIdentity::Namesake),
            away,
        ];
        assert_eq!(choose("desk-pc", &all), Chosen::Away(OWN));
    }

    #[test]
    fn of_several_that_claim_to_be_one_device_the_known_address_counts() {
        let at_home = Neighbour {
            seen_there: true,
            ..nearby("desk-pc", "192.0.2.1", ClaimedIdentity::Remembered(OWN))
        };
        let elsewhere = nearby("desk-pc", "192.0.2.66", ClaimedIdentity::Remembered(OWN));
        let all = [elsewhere.clone(), at_home];
        assert_eq!(choose("desk-pc", &all), one("192.0.2.1", Some(OWN)));
        let unknown = [elsewhere.clone(), elsewhere];
        assert!(matches!(choose("desk-pc", &unknown), Chosen::Several(_)));
    }

    #[test]
    fn two_remembered_devices_of_one_name_are_not_mixed_up() {
        let all = [
            Neighbour {
                seen_there: true,
                ..nearby("desk-pc", "192.0.2.1", ClaimedIdentity::Remembered(OWN))
            },
            nearby("desk-pc", "192.0.2.2", ClaimedIdentity::Remembered(OTHER)),
        ];
        assert_eq!(choose("desk-pc", &all), Chosen::Several(all.to_vec()));
    }
}
