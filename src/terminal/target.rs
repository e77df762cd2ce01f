//! To whom `send` sends: an address, a host name, or the name of a device.

use std::net::IpAddr;
use std::time::Duration;

use super::Exit;
use super::look::look;
use super::screen::Screen;
use crate::discovery::{Browser, Chosen, Neighbour, choose};
use crate::identity::{Device, Devices, Fingerprint};
use crate::messages::{nearby, terminal};
use crate::net::DEFAULT_PORT;
use crate::transfer::Trust;

/// So long others of the same name may take, once one has answered: whoever has answered somebody
/// else just now does so again only a second later.
const SHORTEST_LOOK: Duration = Duration::from_secs(2);

/// Where the receiver is, and which device has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) host: String,
    /// Where it is announced, or was reached before.
    pub(super) port: Option<u16>,
    pub(super) picked: Option<Fingerprint>,
}

impl Target {
    fn at(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            port: None,
            picked: None,
        }
    }
}

/// Finds out whom `typed` means, and says so if it is not plain. Who allows `classic`, where no
/// key is compared, means a host that the system knows, and not whoever takes its name.
pub(super) fn find(
    typed: &str,
    classic: bool,
    trust: &Trust,
    waiting: (std::task::Waker, &super::interrupt::Interrupt),
    screen: &Screen,
) -> Result<Target, Exit> {
    let may_be_a_stranger = !classic && may_be_a_device(typed);
    if !may_be_a_stranger && !is_remembered(typed, &trust.devices) {
        return Ok(Target::at(typed));
    }
    let own = Some(trust.identity.fingerprint());
    let interrupt = waiting.1;
    let nearby = look(own, &trust.devices, waiting, |nearby, passed| {
        goes_on(typed, nearby, passed)
    });
    if interrupt.requested() {
        screen.end_line_of_interrupt();
        return Err(Exit::Failed);
    }
    let nearby = nearby.unwrap_or_else(|fault| {
        log::warn!("{fault}");
        crate::discovery::neighbours(&[], &trust.devices.all())
    });
    let mut target = decide(typed, &nearby, screen)?;
    // Who was seen at a host of this name is expected wherever a device takes that name.
    let seen = trust.devices.expected_at(typed, DEFAULT_PORT);
    target.picked = target.picked.or(seen.filter(|_| target.host != typed));
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
                host,
                port: Some(port),
                picked: expected,
            })
        }
        // It may still be a host name that the system knows, and then this key has to be there.
        Chosen::Away(device) => Ok(Target {
            picked: Some(device),
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

/// Whether a remembered device is called so; an address stays an address.
fn is_remembered(typed: &str, devices: &Devices) -> bool {
    let same = |device: &Device| device.name.to_lowercase() == typed.to_lowercase();
    typed.parse::<IpAddr>().is_err() && devices.all().iter().any(same)
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
        assert!(is_remembered("V1.2", &devices));
        assert!(!is_remembered("192.168.1.20", &devices));
    }
}
