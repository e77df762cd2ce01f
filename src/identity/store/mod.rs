//! The devices that this one knows, and the file they are kept in.

mod file;

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use self::file::{Stamp, read, read_or_set_aside, write};
use super::error::StoreFault;
use super::name::{clean_name, host_name};
use super::records::Records;
use super::trust::{Classic, DeviceIdentity, Expectation, Verdict, judge};
use super::{Address, Device, Fingerprint};
use crate::config;

const FILE_NAME: &str = "devices.toml";
/// Maximum number of changes that wait for a disk to accept them.
const MAX_UNSAVED: usize = 1000;

/// Everything this device knows of others. One of it is shared by all threads of a process.
///
/// Several processes may use the same file: each change is made to the file as it stands at that
/// moment, under a lock, so that none is lost. Questions look first whether another process has
/// changed the file; only [`Devices::all`] and [`Devices::name`] do not, since screens ask them
/// many times a second: call [`Devices::refresh`] now and then.
///
/// A change that cannot be written counts all the same until Onehop is closed, and is written
/// along with the next one.
pub struct Devices {
    path: Option<PathBuf>,
    host_name: String,
    /// Held during a whole change, and always taken before `known`, which is held for moments.
    unsaved: Mutex<Vec<Change>>,
    known: Mutex<Cache>,
}

type Change = Box<dyn Fn(&mut Records) + Send>;

#[derive(Default)]
struct Cache {
    records: Records,
    stamp: Option<Stamp>,
    /// What was known before could not be read, and is missing.
    is_unsure: bool,
}

impl Cache {
    /// A broken file has been set aside by then, so one that can be read is no sign that nothing is
    /// missing.
    fn replace(&mut self, records: Records, stamp: Option<Stamp>) {
        (self.records, self.stamp) = (records, stamp);
    }
}

impl Devices {
    /// Reads what is known from `folder`; without one, nothing is kept. Whatever is wrong with
    /// the file, there are devices to go on with, if only none; what was wrong is told beside.
    #[must_use]
    pub fn open(folder: Option<&Path>) -> (Self, Option<StoreFault>) {
        let devices = Self {
            path: folder.map(|folder| folder.join(FILE_NAME)),
            host_name: host_name(),
            unsaved: Mutex::default(),
            known: Mutex::default(),
        };
        let fault = devices.path.as_deref().and_then(|path| {
            let stamp = Stamp::of(path);
            let outcome = read(path).or_else(|_| {
                let _lock = config::lock(path);
                read_or_set_aside(path)
            });
            let (records, fault) = match outcome {
                Ok(records) => (records, None),
                Err(fault) => (Records::default(), Some(fault)),
            };
            *held(&devices.known) = Cache {
                records,
                stamp,
                is_unsure: fault.is_some(),
            };
            fault
        });
        (devices, fault)
    }

    /// Looks whether another process has changed the file.
    pub fn refresh(&self) {
        let Some(path) = &self.path else { return };
        let unsaved = held(&self.unsaved);
        let stamp = Stamp::of(path);
        if stamp == held(&self.known).stamp {
            return;
        }
        match read(path) {
            Ok(mut records) => {
                unsaved.iter().for_each(|change| change(&mut records));
                held(&self.known).replace(records, stamp);
            }
            // What was known before is still the best there is.
            Err(fault) => {
                log::warn!("{fault}");
                held(&self.known).stamp = stamp;
            }
        }
    }

    /// What this device is called: as the user said, or else by its host name.
    #[must_use]
    pub fn name(&self) -> String {
        let known = held(&self.known);
        let name = known
            .records
            .this_device
            .as_ref()
            .unwrap_or(&self.host_name);
        name.to_owned()
    }

    /// Gives this device a name; an empty one gives it its host name again. Returns the name it
    /// has now.
    ///
    /// # Errors
    ///
    /// If it counts only until Onehop is closed.
    pub fn set_name(&self, name: &str) -> Result<String, StoreFault> {
        let name = clean_name(name);
        self.change(move |records| records.this_device.clone_from(&name))?;
        Ok(self.name())
    }

    /// All remembered devices, by name.
    #[must_use]
    pub fn all(&self) -> Vec<Device> {
        held(&self.known).records.all()
    }

    /// The device, if it is remembered.
    #[must_use]
    pub fn find(&self, fingerprint: Fingerprint) -> Option<Device> {
        self.ask(|records| records.find(fingerprint))
    }

    /// Remembers a device under the name it gave. One that is remembered already stays as it is.
    ///
    /// # Errors
    ///
    /// If it counts only until Onehop is closed.
    pub fn remember(
        &self,
        fingerprint: Fingerprint,
        name: &str,
        now: SystemTime,
    ) -> Result<(), StoreFault> {
        let name = name.to_owned();
        self.change(move |records| records.remember(fingerprint, &name, now))
    }

    /// Forgets a device, and where it was seen.
    ///
    /// # Errors
    ///
    /// If there is no such device, or it counts only until Onehop is closed.
    pub fn forget(&self, fingerprint: Fingerprint) -> Result<(), StoreFault> {
        self.change_device(fingerprint, move |records| records.forget(fingerprint))
    }

    /// Calls a device something else.
    ///
    /// # Errors
    ///
    /// If there is no such device, nothing visible in the name, or it counts only until Onehop is
    /// closed.
    pub fn rename(&self, fingerprint: Fingerprint, name: &str) -> Result<(), StoreFault> {
        let name = clean_name(name).ok_or(StoreFault::NoName)?;
        self.change_device(fingerprint, move |records| {
            records.rename(fingerprint, &name)
        })
    }

    /// Says whether what a device sends is saved without a question.
    ///
    /// # Errors
    ///
    /// If there is no such device, or it counts only until Onehop is closed.
    pub fn set_save_without_asking(
        &self,
        fingerprint: Fingerprint,
        on: bool,
    ) -> Result<(), StoreFault> {
        self.change_device(fingerprint, move |records| {
            records.set_save_without_asking(fingerprint, on)
        })
    }

    /// Notes that an identity was met; `at` tells where, if this side connected to it. Of who
    /// connected to us no address is noted: it could claim another's. Only for identities that
    /// are remembered, or whose code somebody has confirmed, or that were named by the user:
    /// otherwise anybody in the way could set up an expectation.
    ///
    /// # Errors
    ///
    /// If it counts only until Onehop is closed.
    pub fn note_seen(
        &self,
        fingerprint: Fingerprint,
        at: Option<&Address>,
        now: SystemTime,
    ) -> Result<(), StoreFault> {
        let at = at.cloned();
        self.change(move |records| records.note_seen(fingerprint, at.as_ref(), now))
    }

    /// Notes that a folder which this device calls `sent_name` stands at `path` now.
    ///
    /// # Errors
    ///
    /// If it counts only until Onehop is closed.
    pub fn note_folder(
        &self,
        from: Fingerprint,
        sent_name: &str,
        path: &Path,
    ) -> Result<(), StoreFault> {
        let (sent_name, path) = (sent_name.to_owned(), path.to_owned());
        self.change(move |records| records.folders.note(from, &sent_name, &path))
    }

    /// What the folder is called here that this device calls `sent_name` and that was saved in
    /// the folder `within`, if there was one.
    #[must_use]
    pub fn find_folder(&self, from: Fingerprint, sent_name: &str, within: &Path) -> Option<String> {
        self.ask(|records| records.folders.find(from, sent_name, within))
    }

    /// Notes that an identity called from this address. The same holds for it as for
    /// [`Self::note_seen`].
    ///
    /// # Errors
    ///
    /// If it counts only until Onehop is closed.
    pub fn note_caller(
        &self,
        fingerprint: Fingerprint,
        ip: IpAddr,
        now: SystemTime,
    ) -> Result<(), StoreFault> {
        self.change(move |records| {
            records.note_seen(fingerprint, None, now);
            records.note_caller(fingerprint, ip);
        })
    }

    /// Notes that something else than a Onehop called from this address.
    ///
    /// # Errors
    ///
    /// If it counts only until Onehop is closed.
    pub fn forget_caller(&self, ip: IpAddr) -> Result<(), StoreFault> {
        if !self.is_caller(ip) {
            return Ok(());
        }
        self.change(move |records| records.forget_caller(ip))
    }

    /// Whether a Onehop called from this address last. It proves nothing: any program there may
    /// be next.
    #[must_use]
    pub fn is_caller(&self, ip: IpAddr) -> bool {
        self.ask(|records| records.is_caller(ip))
    }

    /// The identity last seen at this address, remembered or not.
    #[must_use]
    pub fn expected_at(&self, host: &str, port: u16) -> Option<Fingerprint> {
        self.ask(|records| records.expected_at(host, port))
    }

    /// Whom to expect at an address that was typed.
    #[must_use]
    pub fn expectation_at(&self, host: &str, port: u16) -> Expectation {
        self.expected_at(host, port)
            .map_or(Expectation::Anyone, Expectation::SeenThere)
    }

    /// Judges the identity that a handshake has proved.
    #[must_use]
    pub fn judge(&self, expectation: &Expectation, proven: Fingerprint) -> Verdict {
        self.ask(|records| judge(expectation, proven, |one| records.find(*one)))
    }

    /// What to do at a host that offers only classic; `ip` is the address that answered. A Onehop
    /// counts wherever it was seen: under this name, or at this address under any other. So does a
    /// remembered device that has called from this address.
    #[must_use]
    pub fn classic_at(&self, host: &str, ip: Option<IpAddr>) -> Classic {
        let classic = self.ask(|records| {
            let there = records.was_onehop(host);
            let there = there.or_else(|| records.was_onehop(&ip?.to_string()));
            let there = there.or_else(|| records.remembered_caller(ip?));
            let seen = there.map(|fingerprint| DeviceIdentity {
                fingerprint,
                device: records.find(fingerprint),
            });
            Classic::judge(records.classic_allowed(host), seen)
        });
        match classic {
            Classic::Ask if held(&self.known).is_unsure => Classic::Unsure,
            classic => classic,
        }
    }

    /// The hosts for which the user has agreed to classic, the latest last, as far as is known
    /// here: what another process has written since [`Self::refresh`] is not among them, and no disk
    /// is waited for.
    #[must_use]
    pub fn classic_hosts(&self) -> Vec<String> {
        held(&self.known).records.classic_hosts().to_vec()
    }

    /// Notes that the user has agreed to classic for a host. It counts for nothing where a Onehop
    /// was seen, and ends when one is.
    ///
    /// # Errors
    ///
    /// If it counts only until Onehop is closed.
    pub fn allow_classic(&self, host: &str) -> Result<(), StoreFault> {
        let host = host.to_owned();
        self.change(move |records| records.allow_classic(&host))
    }

    /// Takes the agreement back.
    ///
    /// # Errors
    ///
    /// If it counts only until Onehop is closed.
    pub fn disallow_classic(&self, host: &str) -> Result<(), StoreFault> {
        let host = host.to_owned();
        self.change(move |records| records.disallow_classic(&host))
    }

    fn ask<T>(&self, question: impl FnOnce(&Records) -> T) -> T {
        self.refresh();
        question(&held(&self.known).records)
    }

    fn change_device(
        &self,
        fingerprint: Fingerprint,
        change: impl Fn(&mut Records) -> bool + Send + 'static,
    ) -> Result<(), StoreFault> {
        let known = self.change(change)?;
        known
            .then_some(())
            .ok_or(StoreFault::NoSuchDevice(fingerprint))
    }

    fn change<T>(
        &self,
        change: impl Fn(&mut Records) -> T + Send + 'static,
    ) -> Result<T, StoreFault> {
        let mut unsaved = held(&self.unsaved);
        let Some(path) = &self.path else {
            return Ok(change(&mut held(&self.known).records));
        };
        let lock = config::lock(path);
        let (mut records, is_fresh) = match read_or_set_aside(path) {
            Ok(records) => (records, true),
            // Broken by somebody since it was read: what was read then still counts.
            Err(fault @ StoreFault::Broken { aside: Some(_), .. }) => {
                log::warn!("{fault}");
                (held(&self.known).records.clone(), false)
            }
            Err(fault) => {
                change(&mut held(&self.known).records);
                keep_for_later(&mut unsaved, change);
                return Err(fault);
            }
        };
        let before = is_fresh.then(|| records.clone());
        unsaved.iter().for_each(|change| change(&mut records));
        let outcome = change(&mut records);
        let written = if before.as_ref() == Some(&records) {
            Ok(())
        } else {
            write(path, &records)
        };
        // Without a lock another process may have written since; so let it be read again.
        let stamp = lock.and_then(|_lock| Stamp::of(path));
        held(&self.known).replace(records, stamp);
        match written {
            Ok(()) => unsaved.clear(),
            Err(source) => {
                keep_for_later(&mut unsaved, change);
                let path = path.clone();
                return Err(StoreFault::NotKept { path, source });
            }
        }
        Ok(outcome)
    }
}

impl fmt::Debug for Devices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Devices").field(&self.path).finish()
    }
}

/// If the disk stays full, the oldest changes are given up.
fn keep_for_later<T>(
    unsaved: &mut Vec<Change>,
    change: impl Fn(&mut Records) -> T + Send + 'static,
) {
    let surplus = (unsaved.len() + 1).saturating_sub(MAX_UNSAVED);
    unsaved.drain(..surplus);
    unsaved.push(Box::new(move |records| drop(change(records))));
}

/// A thread that panicked meanwhile left whole records behind: they are replaced as a whole.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
