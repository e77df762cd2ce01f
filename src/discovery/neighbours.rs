//! What is nearby together with who is remembered: one list for people.

use super::hint::Hint;
use super::kind::DeviceKind;
use super::table::Found;
use crate::identity::{Address, Device, Fingerprint};

/// Who a neighbour is, as far as it says so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimedIdentity {
    /// A device that the user remembers. Only its key proves that, so whoever picks it has to
    /// expect this one.
    Remembered(Fingerprint),
    /// Nobody that the user remembers.
    Stranger,
    /// Nobody that the user remembers, though it bears the name of somebody who is.
    Namesake,
}

impl ClaimedIdentity {
    /// The device that it has to prove to be, if it is one that the user remembers.
    #[must_use]
    pub fn device(self) -> Option<Fingerprint> {
        match self {
            Self::Remembered(fingerprint) => Some(fingerprint),
            Self::Stranger | Self::Namesake => None,
        }
    }
}

/// A receiver that is nearby, or a remembered device that is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// As the user calls it if it is remembered, else as it calls itself.
    pub name: String,
    /// Who it says it is.
    pub claim: ClaimedIdentity,
    /// What kind of computer it says it is.
    pub kind: DeviceKind,
    /// Whether it is announced now.
    pub nearby: bool,
    /// Whether a remembered device was reached at this very address before.
    pub seen_there: bool,
    /// Its address as it is typed, and its port. A device that is away has the last one at which
    /// it was reached, if any.
    pub place: Option<(String, u16)>,
}

/// By name: first who is nearby and remembered, then other receivers nearby, then who is remembered
/// and away.
#[must_use]
pub fn neighbours(found: &[Found], remembered: &[Device]) -> Vec<Neighbour> {
    let mut neighbours: Vec<Neighbour> = found
        .iter()
        .map(|found| neighbour(found, remembered))
        .collect();
    let is_nearby = |device: &&Device| {
        let claim = ClaimedIdentity::Remembered(device.fingerprint);
        neighbours.iter().any(|neighbour| neighbour.claim == claim)
    };
    let away: Vec<Neighbour> = remembered
        .iter()
        .filter(|device| !is_nearby(device))
        .map(away)
        .collect();
    neighbours.extend(away);
    neighbours.sort_by_cached_key(|neighbour| {
        let is_stranger = neighbour.claim.device().is_none();
        (
            !neighbour.nearby,
            is_stranger,
            natural_order(&neighbour.name),
        )
    });
    neighbours
}

/// One run of a name, as people sort names: `device-5` before `device-10`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    /// Digits, without zeros in front: the more there are, the greater the number.
    Number(usize, String),
    /// Anything else.
    Text(String),
}

fn natural_order(name: &str) -> Vec<Run> {
    let name = name.to_lowercase();
    let runs = name
        .as_bytes()
        .chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit());
    runs.map(|run| {
        let text = String::from_utf8_lossy(run);
        if !run[0].is_ascii_digit() {
            return Run::Text(text.into_owned());
        }
        let digits = text.trim_start_matches('0');
        Run::Number(digits.len(), digits.to_owned())
    })
    .collect()
}

fn neighbour(found: &Found, remembered: &[Device]) -> Neighbour {
    let claimed = remembered
        .iter()
        .find(|device| found.hint == Some(Hint::of(device.fingerprint)));
    let bears_name = |device: &Device| same_name(&device.name, &found.name);
    Neighbour {
        name: claimed.map_or(&found.name, |device| &device.name).clone(),
        claim: match claimed {
            Some(device) => ClaimedIdentity::Remembered(device.fingerprint),
            None if remembered.iter().any(bears_name) => ClaimedIdentity::Namesake,
            None => ClaimedIdentity::Stranger,
        },
        kind: found.kind,
        nearby: true,
        seen_there: claimed.is_some_and(|device| {
            let mut addresses = device.addresses.iter();
            addresses.any(|address| is_at(address, found))
        }),
        place: Some((found.host.clone(), found.port)),
    }
}

fn away(device: &Device) -> Neighbour {
    let last = device.addresses.first();
    Neighbour {
        name: device.name.clone(),
        claim: ClaimedIdentity::Remembered(device.fingerprint),
        kind: DeviceKind::Unknown,
        nearby: false,
        seen_there: last.is_some(),
        place: last.map(|address| (address.host.clone(), address.port)),
    }
}

fn is_at(address: &Address, found: &Found) -> bool {
    let same_ip = address.ip.is_some_and(|ip| ip.to_string() == found.host);
    address.port == found.port && (same_ip || address.host == found.host)
}

/// Names are compared as people read them.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRIEND: Fingerprint = Fingerprint::from_bytes([1; 32]);

    fn friend() -> Device {
        Device {
            fingerprint: FRIEND,
            name: "Anna’s laptop".to_owned(),
            save_without_asking: false,
            last_seen: None,
            addresses: vec![Address {
                host: "192.0.2.1".to_owned(),
                ip: None,
                port: 9898,
            }],
        }
    }

    fn found(name: &str, hint: Option<Hint>, host: &str) -> Found {
        Found {
            name: name.to_owned(),
            hint,
            kind: DeviceKind::Unknown,
            protocol: 1,
            host: host.to_owned(),
            port: 9898,
        }
    }

    #[test]
    fn a_remembered_device_has_the_name_that_the_user_gave_it() {
        let nearby = [found("laptop-7", Some(Hint::of(FRIEND)), "192.0.2.1")];
        let listed = neighbours(&nearby, &[friend()]);
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].name, "Anna’s laptop");
        assert_eq!(listed[0].claim, ClaimedIdentity::Remembered(FRIEND));
        assert!(listed[0].nearby && listed[0].seen_there);
    }

    #[test]
    fn a_remembered_device_that_is_away_stays_below_the_others_with_its_last_address() {
        let listed = neighbours(&[found("zebra", None, "192.0.2.9")], &[friend()]);
        let names: Vec<&str> = listed.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["zebra", "Anna’s laptop"]);
        assert!(!listed[1].nearby);
        assert_eq!(listed[1].place, Some(("192.0.2.1".to_owned(), 9898)));
    }

    #[test]
    fn remembered_devices_come_before_strangers() {
        let nearby = [
            found("aardvark", None, "192.0.2.9"),
            found("laptop-7", Some(Hint::of(FRIEND)), "192.0.2.1"),
        ];
        let listed = neighbours(&nearby, &[friend()]);
        let names: Vec<&str> = listed.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Anna’s laptop", "aardvark"]);
    }

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let names = [
            "device-10",
            "Device-5",
            "device-010b",
            "device",
            "7 of 9",
            "über-2",
        ];
        let nearby = names.map(|name| found(name, None, "192.0.2.9"));
        let listed = neighbours(&nearby, &[]);
        let names: Vec<&str> = listed.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "7 of 9",
                "device",
                "Device-5",
                "device-10",
                "device-010b",
                "über-2"
            ]
        );
    }

    #[test]
    fn the_name_of_a_remembered_device_does_not_make_a_stranger_one() {
        let other = Some(Hint::of(Fingerprint::from_bytes([2; 32])));
        let nearby = [
            found("ANNA’S laptop", other, "192.0.2.1"),
            found("Anna’s laptop", None, "192.0.2.2"),
        ];
        let listed = neighbours(&nearby, &[friend()]);
        assert_eq!(listed.len(), 3);
        assert!(
            listed[..2]
                .iter()
                .all(|one| one.claim == ClaimedIdentity::Namesake)
        );
        assert_eq!(listed[0].claim.device(), None);
        // And the friend itself is still there, away.
        assert_eq!(listed[2].claim, ClaimedIdentity::Remembered(FRIEND));
    }

    #[test]
    fn who_only_claims_to_be_remembered_is_expected_to_prove_it() {
        let nearby = [found("whoever", Some(Hint::of(FRIEND)), "192.0.2.66")];
        let listed = neighbours(&nearby, &[friend()]);
        assert_eq!(listed[0].claim.device(), Some(FRIEND));
        assert!(!listed[0].seen_there);
    }
}
