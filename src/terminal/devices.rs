//! `onehop-cli devices`: the computers that are remembered.

use super::Exit;
use super::args::{DevicesArguments, DevicesChange};
use super::screen::Screen;
use super::trust;
use crate::identity::{Device, Devices, Fingerprint};
use crate::messages::{UserMessage, terminal};

/// Runs the command.
pub(super) fn run(arguments: &DevicesArguments, screen: &Screen) -> Exit {
    match &arguments.change {
        None => list(&trust::devices(&arguments.config, screen), screen),
        Some(DevicesChange::Forget { device, config }) => {
            let config = if config.config.is_some() {
                config
            } else {
                &arguments.config
            };
            forget(&trust::devices(config, screen), device, screen)
        }
    }
}

/// A line for each: the fingerprint, as `--trust` takes it, and the name.
fn list(devices: &Devices, screen: &Screen) -> Exit {
    let all = devices.all();
    if all.is_empty() {
        screen.say(terminal::NOTHING_REMEMBERED);
    }
    for device in all {
        screen.print(&format!("{}  {}", device.fingerprint.hex(), device.name));
    }
    Exit::Done
}

fn forget(devices: &Devices, wanted: &str, screen: &Screen) -> Exit {
    let matching = matching(devices.all(), wanted);
    let (fingerprint, name) = match (matching.as_slice(), wanted.parse::<Fingerprint>()) {
        ([device], _) => (device.fingerprint, device.name.as_str()),
        // One that was only met is kept under no name, but it is expected where it was met.
        ([], Ok(fingerprint)) => (fingerprint, wanted),
        ([], Err(_)) => {
            screen.say(&terminal::not_remembered(wanted));
            return Exit::Failed;
        }
        (several, _) => {
            screen.say(&terminal::several_remembered(wanted, several.len()));
            return Exit::Failed;
        }
    };
    match devices.forget(fingerprint) {
        Ok(()) => {
            screen.say(&terminal::forgot(name));
            Exit::Done
        }
        Err(fault) => {
            screen.notice(&UserMessage::from(&fault));
            Exit::Failed
        }
    }
}

/// A fingerprint names one device; a name may be that of several.
fn matching(all: Vec<Device>, wanted: &str) -> Vec<Device> {
    let fingerprint = wanted.parse::<Fingerprint>().ok();
    let is_wanted = |device: &Device| match fingerprint {
        Some(fingerprint) => device.fingerprint == fingerprint,
        None => device.name == wanted,
    };
    all.into_iter().filter(is_wanted).collect()
}
