//! `onehop-cli identity`: who this computer is to others.

use super::Exit;
use super::args::IdentityArguments;
use super::screen::Screen;
use super::trust;
use crate::messages::{UserMessage, terminal};

/// Runs the command.
pub(super) fn run(arguments: &IdentityArguments, screen: &Screen) -> Exit {
    let identity = match trust::identity(&arguments.config) {
        Ok(identity) => identity,
        Err(fault) => {
            screen.notice(&UserMessage::from(&fault));
            return Exit::Failed;
        }
    };
    let fingerprint = identity.fingerprint();
    // Alone on stdout: a script hands it to --trust.
    screen.print(&fingerprint.hex());
    let name = trust::devices(&arguments.config, screen).name();
    // The same in groups, for eyes.
    screen.say(&terminal::this_computer(&name, fingerprint));
    Exit::Done
}
