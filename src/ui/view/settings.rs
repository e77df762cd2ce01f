//! What the settings dialog draws.

use std::path::Path;

use super::ThemeChoice;
use crate::identity::{Device, Fingerprint};

/// What the settings dialog draws, apart from what the receive screen has.
#[derive(Debug)]
pub struct SettingsView<'a> {
    /// The chosen theme.
    pub theme: ThemeChoice,
    /// Whether the desktop shows notifications.
    pub notifications: bool,
    /// The file that keeps the settings, if they are kept.
    pub file: Option<&'a Path>,
    /// Others on the network are told when this computer receives.
    pub announce: bool,
    /// What this device is called.
    pub device_name: String,
    /// This device's own fingerprint, if it has a key.
    pub fingerprint: Option<Fingerprint>,
    /// The devices that the user remembers, by name.
    pub devices: Vec<Device>,
    /// The hosts for which the user has agreed to classic.
    pub classic_hosts: Vec<String>,
}
