//! Whom to trust, as the workers ask it.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::identity::error::StoreFault;
use crate::identity::{
    Address, Classic, DeviceIdentity, Devices, Expectation, Fingerprint, Identity, Verdict,
};
use crate::transfer::event::PeerDevice;

/// This device's key, the devices it knows, and those that it trusts for now.
#[derive(Debug, Clone)]
pub struct Trust {
    /// This device.
    pub identity: Arc<Identity>,
    /// The devices it knows.
    pub devices: Arc<Devices>,
    /// Identities that need no code in this run, though nothing is kept of them. A sender that is
    /// given some goes to nobody else.
    pub trusted: Vec<Fingerprint>,
}

impl Trust {
    /// Whom a sender expects at this address.
    pub(super) fn expectation_at(
        &self,
        picked: Option<Fingerprint>,
        (host, port): (&str, u16),
    ) -> Expectation {
        match picked {
            _ if !self.trusted.is_empty() => Expectation::OneOf(self.trusted.clone()),
            Some(fingerprint) => Expectation::Device(fingerprint),
            None => self.devices.expectation_at(host, port),
        }
    }

    /// Whom a receiver expects.
    pub(super) fn expectation_of_callers(&self) -> Expectation {
        Expectation::AnyoneTrusting(self.trusted.clone())
    }

    /// How the device is called here: as it is remembered, else as it calls itself.
    pub(super) fn peer(
        &self,
        verdict: &Verdict,
        proven: Fingerprint,
        own_name: &str,
    ) -> PeerDevice {
        let device = match verdict {
            Verdict::Remembered(device) => Some(device.clone()),
            _ => self.devices.find(proven),
        };
        PeerDevice {
            fingerprint: proven,
            remembered: device.is_some(),
            saves_without_asking: device
                .as_ref()
                .is_some_and(|device| device.save_without_asking),
            name: device.map_or_else(|| harmless_name(own_name), |device| device.name),
        }
    }

    pub(super) fn remember(&self, fingerprint: Fingerprint, name: &str) {
        note(self.devices.remember(fingerprint, name, SystemTime::now()));
    }

    /// It called from this address, and somebody here, or a word given beforehand, said yes to it.
    pub(super) fn note_caller(&self, fingerprint: Fingerprint, ip: IpAddr) {
        let now = SystemTime::now();
        note(self.devices.note_caller(fingerprint, ip, now));
    }

    /// A classic program called from this address.
    pub(crate) fn forget_caller(&self, ip: IpAddr) {
        note(self.devices.forget_caller(ip));
    }

    /// `at` is where it was reached, if this side called.
    pub(super) fn note_seen(&self, fingerprint: Fingerprint, at: Option<&Address>) {
        note(self.devices.note_seen(fingerprint, at, SystemTime::now()));
    }

    /// A folder of this device's stands at `path` now.
    pub(super) fn note_folder(&self, from: Fingerprint, sent_name: &str, path: &Path) {
        let path = canonical(path);
        note(self.devices.note_folder(from, sent_name, &path));
    }
}

/// Where a device is meant, since it was picked or named by its fingerprint, there has to be an
/// Onehop, whatever was agreed to before.
pub(crate) fn classic_at(
    devices: &Devices,
    meant: Option<Fingerprint>,
    (host, ip): (&str, Option<IpAddr>),
) -> Classic {
    match meant {
        Some(fingerprint) => Classic::WasOnehop(DeviceIdentity {
            fingerprint,
            device: devices.find(fingerprint),
        }),
        None => devices.classic_at(host, ip),
    }
}

pub(crate) fn allow_classic(devices: &Devices, host: &str) {
    note(devices.allow_classic(host));
}

/// Whether this side needs no code.
pub(super) fn is_known(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Remembered(_) | Verdict::Named(_))
}

/// A name from a stranger as it may be shown.
pub(super) fn harmless_name(name: &str) -> String {
    crate::identity::clean_name(name).unwrap_or_else(|| "a computer without a name".to_owned())
}

/// One spelling for each place.
pub(super) fn canonical(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn note(written: Result<(), StoreFault>) {
    if let Err(error) = written {
        log::warn!("not written down: {error}");
    }
}
