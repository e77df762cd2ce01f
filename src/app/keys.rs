//! This device's key and the devices it knows, as the window uses them.

use std::path::Path;
use std::sync::Arc;

use super::App;
use super::background::{Job, Report};
use crate::identity::error::StoreFault;
use crate::identity::{Devices, Fingerprint, Identity};
use crate::messages::UserMessage;
use crate::messages::window::problems;
use crate::transfer::Trust;
use crate::ui::DeviceAction;

/// The key, if there is one that can be used, and the known devices.
#[derive(Debug)]
pub(super) struct Keys {
    identity: Option<Arc<Identity>>,
    devices: Arc<Devices>,
}

impl Keys {
    /// Reads both from `folder`; without one, neither is kept. Whatever is wrong, the window goes
    /// on, and what was wrong is told beside.
    pub(super) fn open(folder: Option<&Path>) -> (Self, Vec<UserMessage>) {
        let (devices, book_fault) = Devices::open(folder);
        let identity = match folder {
            Some(folder) => Identity::open(folder),
            None => Identity::unkept(),
        };
        let (identity, key_fault) = match identity {
            Ok(identity) => (Some(Arc::new(identity)), None),
            Err(fault) => (None, Some(fault)),
        };
        let keys = Self {
            identity,
            devices: Arc::new(devices),
        };
        let notices = key_fault.as_ref().map(problems::without_a_key).into_iter();
        let notices = notices.chain(book_fault.as_ref().map(UserMessage::from));
        (keys, notices.collect())
    }

    /// What transfers with other Onehops need; without a key there are none.
    pub(super) fn trust(&self) -> Option<Trust> {
        Some(Trust {
            identity: self.identity.clone()?,
            devices: self.devices.clone(),
            trusted: Vec::new(),
        })
    }

    pub(super) fn fingerprint(&self) -> Option<Fingerprint> {
        self.identity
            .as_ref()
            .map(|identity| identity.fingerprint())
    }

    pub(super) fn devices(&self) -> &Arc<Devices> {
        &self.devices
    }
}

impl App {
    /// Changes are written to a file, which may take a moment.
    pub(super) fn perform_device(&mut self, action: DeviceAction) {
        let devices = self.keys.devices().clone();
        self.run(Job::ChangeDevices, move || {
            let changed = change(&devices, action);
            Some(Report::DevicesChanged(changed.map_err(|fault| {
                log::warn!("{fault}");
                UserMessage::from(&fault)
            })))
        });
    }
}

fn change(devices: &Devices, action: DeviceAction) -> Result<(), StoreFault> {
    match action {
        DeviceAction::SetOwnName(name) => devices.set_name(&name).map(drop),
        DeviceAction::Rename(device, name) => devices.rename(device, &name),
        DeviceAction::Forget(device) => devices.forget(device),
        DeviceAction::SaveWithoutAsking(device, on) => devices.set_save_without_asking(device, on),
        DeviceAction::AskBeforeClassic(host) => devices.disallow_classic(&host),
        DeviceAction::Refresh => {
            devices.refresh();
            Ok(())
        }
    }
}
