//! To whom `send` sends: an address, a host name, or the name or fingerprint of a device.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::Exit;
use super::look::look;
use super::screen::Screen;
use crate::discovery::{Browser, Chosen, Found, Hint, Neighbour, choose, neighbours};
use crate::identity::{Device, Devices, Fingerprint};
use crate::messages::{nearby, terminal};
use crate::net::DEFAULT_PORT;
use crate::session::queue::Persistence;
use crate::transfer::Trust;

/// So long others of the same name may take, once one has answered: whoever has answered somebody
/// else just now does so again only a second later.
const SHORTEST_LOOK: Duration = Duration::from_secs(2);

/// Where the receiver is, and which device has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Absent if nothing is known but the device.
    pub(super) host: Option<String>,
    /// Where it is announced, or was reached before.
    pub(super) port: Option<u16>,
    pub(super) picked: Option<Fingerprint>,
    /// The device is meant, wherever it is seen, and not this host.
    pub(super) moves: bool,
}

impl Target {
    fn at(host: &str) -> Self {
        Self {
            host: Some(host.to_owned()),
            port: None,
            picked: None,
            moves: false,
        }
    }

    fn of(device: Fingerprint, place: Option<(String, u16)>) -> Self {
        let (host, port) = place.unzip();
        Self {
            host,
            port,
            picked: Some(device),
            moves: true,
        }
    }
}

/// How a receiver was typed.
enum Typed {
    /// By its key, or by the name of the one that has to be waited for.
    Device(Fingerprint),
    /// By a name that somebody nearby may bear.
    Name,
    /// By an address, or as a host that the system knows.
    Host,
}

/// Finds out whom each of `typed` means, and says so if it is not plain. Who allows `classic`, where
/// no key is compared, means a host that the system knows, and not whoever takes its name. Who waits
/// until somebody is there means the remembered device, whether or not it is there yet.
pub(super) fn find(
    typed: &[&str],
    (classic, persistence): (bool, Persistence),
    trust: &Trust,
    waiting: (std::task::Waker, &super::interrupt::Interrupt),
    screen: &Screen,
) -> Result<Vec<Result<Target, Exit>>, Exit> {
    let devices = &trust.devices;
    let waits = persistence.when_there;
    let kinds: Vec<Typed> = typed
        .iter()
        .map(|typed| kind(typed, (classic, waits), devices))
        .collect();
    let mut found: Arc<[Found]> = Arc::from([]);
    let is_looked_for = |kind: &Typed| match kind {
        Typed::Device(_) => !waits,
        Typed::Name => true,
        Typed::Host => false,
    };
    if kinds.iter().any(is_looked_for) {
        let own = Some(trust.identity.fingerprint());
        let interrupt = waiting.1;
        let looked = look(own, devices, waiting, |found, passed| {
            let nearby = neighbours(found, &devices.all());
            kinds.iter().zip(typed).any(|(kind, typed)| match kind {
                Typed::Device(device) => {
                    !waits && places(found, *device).is_empty() && passed < Browser::ANSWER_WAIT
                }
                Typed::Name => goes_on(typed, &nearby, passed),
                Typed::Host => false,
            })
        });
        if interrupt.requested() {
            screen.end_line_of_interrupt();
            return Err(Exit::Failed);
        }
        match looked {
            Ok(looked) => found = looked,
            Err(fault) => log::warn!("{fault}"),
        }
    }
    let target = |(kind, typed): (&Typed, &&str)| match kind {
        Typed::Host => Ok(Target::at(typed)),
        Typed::Device(device) => {
            let waits = waits || persistence.retry;
            at_device(*device, typed, (&found, waits), devices, screen)
        }
        Typed::Name => named(typed, &found, devices, screen),
    };
    let targets: Vec<Result<Target, Exit>> = kinds.iter().zip(typed).map(target).collect();
    if targets.contains(&Err(Exit::Usage)) {
        return Err(Exit::Usage);
    }
    Ok(targets)
}

/// Where somebody claims to be this device.
pub(super) fn places(found: &[Found], device: Fingerprint) -> Vec<(String, u16)> {
    let hint = Some(Hint::of(device));
    let claim = found.iter().filter(|found| found.hint == hint);
    claim
        .map(|found| (found.host.clone(), found.port))
        .collect()
}

fn kind(typed: &str, (classic, waits): (bool, bool), devices: &Devices) -> Typed {
    if let Ok(device) = typed.parse() {
        return Typed::Device(device);
    }
    let mut remembered = remembered(typed, devices);
    match (remembered.pop(), remembered.is_empty()) {
        (Some(device), true) if waits => Typed::Device(device),
        (Some(_), _) => Typed::Name,
        (None, _) if !classic && may_be_a_device(typed) => Typed::Name,
        (None, _) => Typed::Host,
    }
}

/// Where it is seen, or else where it was.
fn at_device(
    device: Fingerprint,
    typed: &str,
    (found, waits): (&[Found], bool),
    devices: &Devices,
    screen: &Screen,
) -> Result<Target, Exit> {
    let seen = places(found, device).into_iter().next();
    let before = || {
        let addresses = devices.find(device)?.addresses;
        let last = addresses.into_iter().next()?;
        Some((last.host, last.port))
    };
    let place = seen.or_else(before);
    if place.is_none() && !waits {
        screen.notice(&nearby::not_found(typed));
        return Err(Exit::Failed);
    }
    Ok(Target::of(device, place))
}

fn named(typed: &str, found: &[Found], devices: &Devices, screen: &Screen) -> Result<Target, Exit> {
    let mut target = decide(typed, &neighbours(found, &devices.all()), screen)?;
    // Who was seen at a host of this name is expected wherever a device takes that name.
    let seen = devices.expected_at(typed, DEFAULT_PORT);
    let is_elsewhere = target.host.as_deref() != Some(typed);
    target.picked = target.picked.or(seen.filter(|_| is_elsewhere));
    Ok(target)
}

/// A remembered device that is there needs no longer look; others might bear a stranger's name.
fn goes_on(typed: &str, nearby: &[Neighbour], passed: Duration) -> bool {
    let present: Vec<Neighbour> = nearby.iter().filter(|one| one.nearby).cloned().collect();
    match choose(typed, &present) {
        Chosen::One {
            expected: Some(_), ..
        } => false,
        Chosen::One { expected: None, .. } | Chosen::Several(_) => passed < SHORTEST_LOOK,
        Chosen::Away(_) | Chosen::Nobody => passed < Browser::ANSWER_WAIT,
    }
}

fn decide(typed: &str, nearby: &[Neighbour], screen: &Screen) -> Result<Target, Exit> {
    match choose(typed, nearby) {
        Chosen::One {
            host,
            port,
            expected,
        } => {
            screen.say(&terminal::sending_to(typed, &host, port));
            Ok(Target {
                port: Some(port),
                picked: expected,
                moves: expected.is_some(),
                ..Target::at(&host)
            })
        }
        // It may still be a host name that the system knows, and then this key has to be there.
        Chosen::Away(device) => Ok(Target {
            picked: Some(device),
            moves: true,
            ..Target::at(typed)
        }),
        Chosen::Several(several) => {
            screen.notice(&nearby::several(typed, &several, DEFAULT_PORT));
            Err(Exit::Usage)
        }
        Chosen::Nobody if typed.contains(char::is_whitespace) => {
            screen.notice(&nearby::not_found(typed));
            Err(Exit::Failed)
        }
        Chosen::Nobody => Ok(Target::at(typed)),
    }
}

/// Nothing is looked for where an address or a full host name was typed.
fn may_be_a_device(typed: &str) -> bool {
    let is_full = typed.contains(['.', ':', '%']) || typed.eq_ignore_ascii_case("localhost");
    !is_full || typed.contains(char::is_whitespace)
}

/// The remembered devices that are called so; an address stays an address.
fn remembered(typed: &str, devices: &Devices) -> Vec<Fingerprint> {
    if typed.parse::<IpAddr>().is_ok() {
        return Vec::new();
    }
    let same = |device: &Device| device.name.to_lowercase() == typed.to_lowercase();
    let called_so = devices.all().into_iter().filter(same);
    called_so.map(|device| device.fingerprint).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::time::SystemTime;

    use super::*;

    #[test]
    fn addresses_and_full_host_names_are_not_looked_for() {
        for typed in [
            "192.168.1.20",
            "fe80::1%eth0",
            "::1",
            "desk.example.org",
            "LOCALHOST",
        ] {
            assert!(!may_be_a_device(typed), "{typed}");
        }
        for typed in ["desk-pc", "Anna’s laptop", "St. John"] {
            assert!(may_be_a_device(typed), "{typed}");
        }
    }

    #[test]
    fn a_remembered_name_is_looked_for_unless_it_is_an_address() {
        let (devices, _) = Devices::open(None);
        for (number, name) in [(1, "v1.2"), (2, "192.168.1.20")] {
            let fingerprint = Fingerprint::from_bytes([number; 32]);
            devices
                .remember(fingerprint, name, SystemTime::UNIX_EPOCH)
                .unwrap();
        }
        let first = Fingerprint::from_bytes([1; 32]);
        assert_eq!(remembered("V1.2", &devices), [first]);
        assert!(remembered("192.168.1.20", &devices).is_empty());
    }
}
