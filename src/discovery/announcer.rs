//! Announces a receiver for as long as it listens.

use std::net::IpAddr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use mdns_sd::{IfKind, ServiceDaemon, ServiceInfo};

use super::announcement::{HINT, KIND, NAME, PROTOCOL, SERVICE_TYPE, VERSION};
use super::daemon::{self, Unavailable};
use super::hint::Hint;
use super::kind::DeviceKind;

/// How often the daemon's memory is looked at.
const CHECK: Duration = Duration::from_secs(10);
/// So long may saying goodbye take.
const GOODBYE: Duration = Duration::from_secs(1);

/// What is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// What this device is called.
    pub name: String,
    /// Which device it is; `None` without a key, where only classic is possible.
    pub hint: Option<Hint>,
    /// What kind of computer it is.
    pub kind: DeviceKind,
    /// The port that is bound.
    pub port: u16,
    /// The one address of this computer that is listened on; `None` for all.
    pub address: Option<IpAddr>,
}

impl Announced {
    /// Whether anybody else could connect: what listens on loopback is nobody's business.
    #[must_use]
    pub fn reaches_others(&self) -> bool {
        self.address.is_none_or(|ip| !ip.is_loopback())
    }

    /// Names this receiver among all: no other device and no other port has it, so a device that
    /// is renamed stays the same entry in everybody's list.
    fn instance(&self) -> String {
        match self.hint {
            Some(hint) => format!("{hint}-{}", self.port),
            None => format!("{} {}", shortened(&self.name), self.port),
        }
    }

    /// A name of our own: the system's may be announced by the system already.
    fn host(&self) -> String {
        let device = self.hint.map(|hint| hint.to_string());
        let device = device.unwrap_or_else(|| "classic".to_owned());
        format!("onehop-{device}-{}.local.", self.port)
    }

    fn service(&self) -> Result<ServiceInfo, Unavailable> {
        let hint = self.hint.map(|hint| hint.to_string());
        let protocol = if hint.is_some() { PROTOCOL } else { 0 };
        let protocol = protocol.to_string();
        let mut properties = vec![(VERSION, protocol.as_str()), (NAME, self.name.as_str())];
        properties.extend(hint.as_deref().map(|hint| (HINT, hint)));
        properties.extend(self.kind.announced().map(|kind| (KIND, kind)));
        let (instance, host) = (self.instance(), self.host());
        let info = |addresses: &[IpAddr]| {
            ServiceInfo::new(
                SERVICE_TYPE,
                &instance,
                &host,
                addresses,
                self.port,
                properties.as_slice(),
            )
        };
        let Some(address) = self.address.filter(|ip| !ip.is_unspecified()) else {
            // Follows the interfaces as they come and go.
            return Ok(info(&[])?.enable_addr_auto());
        };
        let mut service = info(&[address])?;
        service.set_interfaces(vec![IfKind::Addr(address)]);
        Ok(service)
    }
}

/// A label of DNS has at most 63 bytes; this leaves room for the port and a number.
fn shortened(name: &str) -> &str {
    const MAX_BYTES: usize = 40;
    let end = name.floor_char_boundary(MAX_BYTES);
    name.get(..end).unwrap_or(name)
}

/// Announces until it is dropped.
#[derive(Debug)]
pub struct Announcer {
    /// New names; dropped to end.
    names: mpsc::Sender<String>,
    /// Closed when everything is over.
    over: mpsc::Receiver<()>,
}

impl Announcer {
    /// Begins to announce on every network of this computer, and follows them as they change.
    ///
    /// # Errors
    ///
    /// If the system gives no sockets or threads for it.
    pub fn start(announced: Announced) -> Result<Self, Unavailable> {
        let daemon = daemon::start()?;
        daemon.register(announced.service()?)?;
        let (names, new_names) = mpsc::channel();
        let (at_end, over) = mpsc::channel();
        let supervisor = Supervisor {
            daemon,
            announced,
            untold: false,
        };
        thread::Builder::new()
            .name("announce".to_owned())
            .spawn(move || {
                supervisor.run(&new_names);
                drop(at_end);
            })
            .map_err(|error| Unavailable(error.to_string()))?;
        Ok(Self { names, over })
    }

    /// This device is called something else from now on.
    pub fn rename(&self, name: &str) {
        self.names.send(name.to_owned()).ok();
    }

    /// Says goodbye and waits until that is done, at most for a second: for programs that end.
    pub fn end(self) {
        drop(self.names);
        self.over.recv_timeout(GOODBYE).ok();
    }
}

struct Supervisor {
    daemon: ServiceDaemon,
    announced: Announced,
    /// The daemon could not be told what is announced now.
    untold: bool,
}

impl Supervisor {
    fn run(mut self, new_names: &mpsc::Receiver<String>) {
        loop {
            match new_names.recv_timeout(CHECK) {
                Ok(name) => {
                    self.announced.name = name;
                    self.register();
                }
                Err(RecvTimeoutError::Timeout) => self.check(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        daemon::stop(&self.daemon, GOODBYE);
    }

    fn check(&mut self) {
        if !daemon::is_flooded(&self.daemon) {
            if self.untold {
                self.register();
            }
            return;
        }
        log::warn!("too much is announced on this network; announcing starts afresh");
        match daemon::start() {
            Ok(fresh) => {
                let old = std::mem::replace(&mut self.daemon, fresh);
                daemon::stop(&old, GOODBYE);
                self.register();
            }
            Err(error) => log::warn!("{error}"),
        }
    }

    fn register(&mut self) {
        let registered = self
            .announced
            .service()
            .and_then(|service| Ok(self.daemon.register(service)?));
        self.untold = registered.is_err();
        if let Err(error) = registered {
            log::warn!("not announced: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::identity::{Fingerprint, MAX_NAME_CHARS};

    fn announced() -> Announced {
        Announced {
            name: "desk-pc".to_owned(),
            hint: Some(Hint::of(Fingerprint::from_bytes([0xab; 32]))),
            kind: DeviceKind::Laptop,
            port: 9898,
            address: None,
        }
    }

    #[test]
    fn it_says_name_claim_version_and_port_and_follows_the_interfaces() {
        let service = announced().service().unwrap();
        assert_eq!(
            service.get_fullname(),
            "abababababababab-9898._onehop._tcp.local."
        );
        assert_eq!(
            service.get_hostname(),
            "onehop-abababababababab-9898.local."
        );
        assert_eq!(service.get_property_val_str(NAME), Some("desk-pc"));
        assert_eq!(service.get_property_val_str(HINT), Some("abababababababab"));
        assert_eq!(service.get_property_val_str(VERSION), Some("1"));
        assert_eq!(service.get_property_val_str(KIND), Some("laptop"));
        assert_eq!(service.get_port(), 9898);
        assert!(service.is_addr_auto());
    }

    #[test]
    fn without_a_key_it_claims_nothing_and_only_classic() {
        let without = Announced {
            hint: None,
            name: "ü".repeat(MAX_NAME_CHARS),
            ..announced()
        };
        let service = without.service().unwrap();
        assert_eq!(service.get_property_val_str(HINT), None);
        assert_eq!(service.get_property_val_str(VERSION), Some("0"));
        let label = service.get_fullname().split("._onehop").next().unwrap();
        assert!(label.len() <= 63, "{label}");
    }

    #[test]
    fn the_longest_name_fits_into_its_property() {
        let longest = Announced {
            name: "🖥".repeat(MAX_NAME_CHARS),
            ..announced()
        };
        let service = longest.service().unwrap();
        assert_eq!(
            service.get_property_val_str(NAME),
            Some(longest.name.as_str())
        );
    }

    #[test]
    fn one_address_alone_is_announced_alone() {
        let one = Announced {
            address: Some("192.0.2.7".parse().unwrap()),
            ..announced()
        };
        let service = one.service().unwrap();
        assert!(!service.is_addr_auto());
        assert_eq!(service.get_addresses_v4().len(), 1);
    }

    #[test]
    fn what_listens_on_loopback_reaches_nobody() {
        for (address, reaches) in [
            (None, true),
            (Some("127.0.0.1"), false),
            (Some("::1"), false),
            (Some("192.0.2.7"), true),
            (Some("0.0.0.0"), true),
        ] {
            let at = Announced {
                address: address.map(|text| text.parse().unwrap()),
                ..announced()
            };
            assert_eq!(at.reaches_others(), reaches, "{address:?}");
        }
    }
}
