//! This computer's key and the computers it knows, as the arguments want them.

use std::sync::Arc;
use std::time::SystemTime;

use super::args::{ConfigArguments, TrustArguments};
use super::screen::Screen;
use crate::config;
use crate::identity::error::KeyFault;
use crate::identity::{Devices, Identity};
use crate::messages::UserMessage;
use crate::transfer::{PeerDevice, Trust};

/// The key and the known devices, with those that are trusted for this run.
///
/// # Errors
///
/// If this computer has no key that it could prove itself with.
pub(super) fn open(
    trust: &TrustArguments,
    config: &ConfigArguments,
    screen: &Screen,
) -> Result<Trust, KeyFault> {
    Ok(Trust {
        identity: Arc::new(identity(config)?),
        devices: Arc::new(devices(config, screen)),
        trusted: trust.trust.clone(),
    })
}

/// Who this computer is.
///
/// # Errors
///
/// If there is a key that cannot be used, or none can be made.
pub(super) fn identity(arguments: &ConfigArguments) -> Result<Identity, KeyFault> {
    match config::folder(arguments.config.as_deref()) {
        Some(folder) => Identity::open(&folder),
        None => Identity::unkept(),
    }
}

/// The devices it knows. What is wrong with their file is told, and does not stop anything.
pub(super) fn devices(arguments: &ConfigArguments, screen: &Screen) -> Devices {
    let folder = config::folder(arguments.config.as_deref());
    let (devices, fault) = Devices::open(folder.as_deref());
    if let Some(fault) = fault {
        screen.notice(&UserMessage::from(&fault));
    }
    devices
}

/// Knows this device from now on. That it cannot be kept is told, and does not stop anything.
pub(super) fn remember(devices: &Devices, device: &PeerDevice, screen: &Screen) {
    let now = SystemTime::now();
    if let Err(fault) = devices.remember(device.fingerprint, &device.name, now) {
        screen.notice(&UserMessage::from(&fault));
    }
}
