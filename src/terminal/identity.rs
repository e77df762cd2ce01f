//! `onehop-cli identity`: who this computer is to others.

use super::Exit;
use super::args::IdentityArguments;
use super::screen::Screen;
use super::trust;
use crate::words::Notice;

/// Runs the command.
pub(super) fn run(arguments: &IdentityArguments, screen: &Screen) -> Exit {
    let identity = match trust::identity(&arguments.config) {
        Ok(identity) => identity,
        Err(fault) => {
            screen.notice(&Notice::from(&fault));
            return Exit::Failed;
        }
    };
    let fingerprint = identity.fingerprint();
    let name = trust::devices(&arguments.config, screen).name();
    screen.print(&format!("{}\n{name}\n", fingerprint.hex()));
    // The same in groups, for eyes.
    screen.say(&format!("To compare: {fingerprint}"));
    Exit::Done
}
