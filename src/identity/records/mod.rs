//! What is known of other devices, and every change to it. Pure: the file is elsewhere.

mod folders;
mod unix_secs;

use std::collections::HashSet;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use self::folders::Folders;
use super::{Fingerprint, clean_name};

/// Maximum number of known addresses.
const MAX_SEEN: usize = 200;
/// Maximum number of those for one device.
const MAX_SEEN_PER_DEVICE: usize = 8;
/// Maximum number of addresses that Onehops have called from.
const MAX_CALLERS: usize = 64;
/// Maximum number of hosts for which the user has agreed to classic.
const MAX_CLASSIC: usize = 200;
/// A device that was seen less than this ago is not written down anew.
const SEEN_STEP: Duration = Duration::from_mins(10);

/// A device that the user remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// What the user calls it; at first the name that it gave itself.
    pub name: String,
    /// Whether what it sends is saved without a question.
    pub save_without_asking: bool,
    /// When it was last connected, as far as is known.
    pub last_seen: Option<SystemTime>,
    /// Where it was last reached, the latest first.
    pub addresses: Vec<Address>,
}

/// Where a receiver was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The name or address as the user typed it.
    pub host: String,
    /// The address that it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<IpAddr>,
    /// The port.
    pub port: u16,
}

impl Address {
    fn is_host(&self, host: &str) -> bool {
        let host = plain_host(host);
        plain_host(&self.host) == host
            || self
                .ip
                .is_some_and(|ip| parsed(&host) == Some(ip.to_canonical()))
    }

    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.is_host(host)
    }
}

/// The content of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Records {
    /// What this device is called, if the user has said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) this_device: Option<String>,
    /// Hosts for which the user agreed to classic, the latest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classic_hosts: Vec<String>,
    /// Remembered devices.
    #[serde(rename = "device", skip_serializing_if = "Vec::is_empty")]
    devices: Vec<Record>,
    /// Which identity was last seen where, remembered or not, the latest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    seen: Vec<LastSeen>,
    /// Where the folders stand that devices have sent, remembered or not.
    #[serde(rename = "folder", skip_serializing_if = "Folders::is_empty")]
    pub(super) folders: Folders,
    /// Where a Onehop called from last, the latest first. Tells how to greet, and where a remembered
    /// device may be; never whom to believe.
    #[serde(rename = "caller", skip_serializing_if = "Vec::is_empty")]
    callers: Vec<Caller>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    name: String,
    fingerprint: Fingerprint,
    #[serde(default)]
    save_without_asking: bool,
    #[serde(
        default,
        with = "unix_secs",
        rename = "last_seen_unix_secs",
        skip_serializing_if = "Option::is_none"
    )]
    last_seen: Option<SystemTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LastSeen {
    #[serde(flatten)]
    address: Address,
    fingerprint: Fingerprint,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Caller {
    ip: IpAddr,
    fingerprint: Fingerprint,
    /// Something else has called from there since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_past: bool,
}

impl Records {
    /// From the text of a file. What people or other versions may have put in is brought in
    /// order; what cannot be understood is an error.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut records: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        records.this_device = records.this_device.as_deref().and_then(clean_name);
        let mut known = HashSet::new();
        records
            .devices
            .retain(|device| known.insert(device.fingerprint));
        for device in &mut records.devices {
            device.name = name_or_digits(&device.name, device.fingerprint);
        }
        records.bound();
        Ok(records)
    }

    pub(super) fn text(&self) -> Result<String, String> {
        toml::to_string(self).map_err(|error| error.to_string())
    }

    pub(super) fn find(&self, fingerprint: Fingerprint) -> Option<Device> {
        let record = self.record(fingerprint)?;
        Some(self.device(record))
    }

    /// All remembered devices, by name.
    pub(super) fn all(&self) -> Vec<Device> {
        let mut all: Vec<Device> = self.devices.iter().map(|one| self.device(one)).collect();
        all.sort_by_cached_key(|device| (device.name.to_lowercase(), device.fingerprint));
        all
    }

    /// A device that is remembered already keeps the name that the user knows it by.
    pub(super) fn remember(&mut self, fingerprint: Fingerprint, name: &str, now: SystemTime) {
        if self.record(fingerprint).is_none() {
            self.devices.push(Record {
                name: name_or_digits(name, fingerprint),
                fingerprint,
                save_without_asking: false,
                last_seen: Some(now),
            });
        }
    }

    /// Also where it was seen, or its successor there would be taken for an impostor for ever.
    pub(super) fn forget(&mut self, fingerprint: Fingerprint) -> bool {
        let was_seen = self.seen.iter().any(|seen| seen.fingerprint == fingerprint);
        let known = was_seen || self.record(fingerprint).is_some();
        self.devices
            .retain(|device| device.fingerprint != fingerprint);
        self.seen.retain(|seen| seen.fingerprint != fingerprint);
        let had_folders = self.folders.forget(fingerprint);
        self.callers
            .retain(|caller| caller.fingerprint != fingerprint);
        known || had_folders
    }

    pub(super) fn rename(&mut self, fingerprint: Fingerprint, name: &str) -> bool {
        self.edit(fingerprint, |device| name.clone_into(&mut device.name))
    }

    pub(super) fn set_save_without_asking(&mut self, fingerprint: Fingerprint, on: bool) -> bool {
        self.edit(fingerprint, |device| device.save_without_asking = on)
    }

    pub(super) fn note_seen(
        &mut self,
        fingerprint: Fingerprint,
        at: Option<&Address>,
        now: SystemTime,
    ) {
        self.edit(fingerprint, |device| {
            if device
                .last_seen
                .is_none_or(|last| is_worth_noting(last, now))
            {
                device.last_seen = Some(now);
            }
        });
        let Some(address) = at else { return };
        let mut address = address.clone();
        address.ip = address.ip.map(|ip| ip.to_canonical());
        self.classic_hosts.retain(|host| !address.is_host(host));
        self.seen
            .retain(|seen| !is_same_place(&seen.address, &address));
        self.seen.insert(
            0,
            LastSeen {
                address,
                fingerprint,
            },
        );
        self.bound();
    }

    /// An address that is known already keeps its place, so that two devices that take turns cost
    /// no writes.
    pub(super) fn note_caller(&mut self, fingerprint: Fingerprint, ip: IpAddr) {
        let caller = Caller {
            ip,
            fingerprint,
            is_past: false,
        };
        match self.callers.iter_mut().find(|known| known.ip == ip) {
            Some(known) => *known = caller,
            None => self.callers.insert(0, caller),
        }
        self.bound();
    }

    /// That a remembered device called from there is kept: whoever calls after it may be about to
    /// stand in its place.
    pub(super) fn forget_caller(&mut self, ip: IpAddr) {
        let devices = &self.devices;
        self.callers.retain_mut(|caller| {
            let is_there = caller.ip == ip;
            caller.is_past |= is_there;
            let mut devices = devices.iter();
            !is_there || devices.any(|device| device.fingerprint == caller.fingerprint)
        });
    }

    pub(super) fn is_caller(&self, ip: IpAddr) -> bool {
        let mut callers = self.callers.iter();
        callers.any(|caller| caller.ip == ip && !caller.is_past)
    }

    /// The remembered device that called from this address last.
    pub(super) fn remembered_caller(&self, ip: IpAddr) -> Option<Fingerprint> {
        let mut callers = self.callers.iter();
        let caller = callers.find(|caller| caller.ip.to_canonical() == ip.to_canonical())?;
        self.record(caller.fingerprint)?;
        Some(caller.fingerprint)
    }

    /// The identity that was last seen at this address.
    pub(super) fn expected_at(&self, host: &str, port: u16) -> Option<Fingerprint> {
        let mut seen = self.seen.iter();
        let found = seen.find(|seen| seen.address.is(host, port))?;
        Some(found.fingerprint)
    }

    /// The identity that was last seen at this host, on whichever port.
    pub(super) fn was_onehop(&self, host: &str) -> Option<Fingerprint> {
        let mut seen = self.seen.iter();
        let found = seen.find(|seen| seen.address.is_host(host))?;
        Some(found.fingerprint)
    }

    pub(super) fn classic_allowed(&self, host: &str) -> bool {
        self.classic_hosts.contains(&plain_host(host))
    }

    pub(super) fn allow_classic(&mut self, host: &str) {
        self.disallow_classic(host);
        self.classic_hosts.push(plain_host(host));
        self.bound();
    }

    pub(super) fn disallow_classic(&mut self, host: &str) {
        let host = plain_host(host);
        self.classic_hosts.retain(|known| *known != host);
    }

    pub(super) fn classic_hosts(&self) -> &[String] {
        &self.classic_hosts
    }

    fn record(&self, fingerprint: Fingerprint) -> Option<&Record> {
        let mut devices = self.devices.iter();
        devices.find(|device| device.fingerprint == fingerprint)
    }

    fn edit(&mut self, fingerprint: Fingerprint, change: impl FnOnce(&mut Record)) -> bool {
        let mut devices = self.devices.iter_mut();
        let found = devices.find(|device| device.fingerprint == fingerprint);
        found.map(change).is_some()
    }

    fn device(&self, record: &Record) -> Device {
        let here = |seen: &&LastSeen| seen.fingerprint == record.fingerprint;
        let addresses = self.seen.iter().filter(here);
        Device {
            fingerprint: record.fingerprint,
            name: record.name.clone(),
            save_without_asking: record.save_without_asking,
            last_seen: record.last_seen,
            addresses: addresses.map(|seen| seen.address.clone()).collect(),
        }
    }

    /// Strangers' addresses go first when there are too many, so that nobody can push out those
    /// of the user's own devices.
    fn bound(&mut self) {
        let mut counts = std::collections::HashMap::new();
        self.seen.retain(|seen| {
            let count = counts.entry(seen.fingerprint).or_insert(0);
            *count += 1;
            *count <= MAX_SEEN_PER_DEVICE
        });
        while self.seen.len() > MAX_SEEN {
            let stranger = |seen: &LastSeen| self.record(seen.fingerprint).is_none();
            match self.seen.iter().rposition(stranger) {
                Some(oldest) => drop(self.seen.remove(oldest)),
                None => self.seen.truncate(MAX_SEEN),
            }
        }
        self.callers.truncate(MAX_CALLERS);
        let surplus = self.classic_hosts.len().saturating_sub(MAX_CLASSIC);
        self.classic_hosts.drain(..surplus);
        self.folders.bound();
    }
}

/// Written down once in a while only, since each time costs a write to the disk. A clock that
/// was set back is put right.
fn is_worth_noting(last: SystemTime, now: SystemTime) -> bool {
    now.duration_since(last)
        .map_or(true, |since| since >= SEEN_STEP)
}

/// At one place there is one identity: the last one.
fn is_same_place(one: &Address, other: &Address) -> bool {
    one.port == other.port && plain_host(&one.host) == plain_host(&other.host)
}

fn name_or_digits(name: &str, fingerprint: Fingerprint) -> String {
    clean_name(name).unwrap_or_else(|| fingerprint.short())
}

/// One spelling for each host: names differ neither by case nor by a dot at their end, and
/// addresses have many forms.
fn plain_host(host: &str) -> String {
    let host = host.trim();
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let host = inner.unwrap_or(host);
    match parsed(host) {
        Some(ip) => ip.to_string(),
        None => host.strip_suffix('.').unwrap_or(host).to_lowercase(),
    }
}

fn parsed(host: &str) -> Option<IpAddr> {
    host.parse().ok().map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests;
