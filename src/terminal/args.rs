//! The arguments, as clap reads them.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};

/// A week: longer than anyone waits, short enough to be added to any clock.
const LONGEST_WAIT_SECS: u64 = 7 * 24 * 60 * 60;

/// Heads and names stand out a little; nothing depends on it.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Cyan.on_default().bold())
    .usage(AnsiColor::Cyan.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Send a file straight from one computer to another on the local network.
///
/// Start `onehop-cli receive` on one computer and `onehop-cli send ADDRESS FILE` on the other.
/// The other side may also be the Onehop window, the scripts server.py and client.py, or nc.
#[derive(Debug, Parser)]
#[command(name = "onehop-cli", version, styles = STYLES, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 done, 1 a transfer failed or was cancelled, 2 wrong arguments.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Receive(ReceiveArguments),
    Send(SendArguments),
}

/// Wait for files and save them as recv.txt.
///
/// Asks before each file, unless --yes is given. An existing file is never replaced: the next
/// one is saved as "recv (2).txt". The final path of each saved file is printed to stdout,
/// everything else to stderr. Ctrl-C stops.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct ReceiveArguments {
    /// The port to listen on; 0 picks a free one
    #[arg(long, default_value = "9898", allow_hyphen_values = true)]
    pub(super) port: String,
    /// The folder to save in
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) dir: PathBuf,
    /// Stop after the first file that was saved or broke off
    #[arg(long)]
    pub(super) once: bool,
    /// Save without asking
    #[arg(long)]
    pub(super) yes: bool,
    /// Serve everyone who can reach this computer, not only its own networks
    #[arg(long)]
    pub(super) any_address: bool,
    /// Listen on this address of this computer only
    #[arg(long, value_name = "ADDRESS")]
    pub(super) bind: Option<IpAddr>,
}

/// Send one file.
///
/// The file crosses as it is: not encrypted, not verified.
#[derive(Debug, Args)]
#[command(after_help = "Example: onehop-cli send 192.168.1.102 sample.txt\n\n\
                        Exit codes: 0 delivered, 1 not delivered or not confirmed, 2 wrong \
                        arguments.")]
pub(super) struct SendArguments {
    /// The receiver's port
    #[arg(long, default_value = "9898", allow_hyphen_values = true)]
    pub(super) port: String,
    /// An unencrypted transfer is fine (today each one is, so this changes nothing yet)
    #[arg(long)]
    pub(super) classic: bool,
    /// How long to wait for the receiver to confirm, once everything was sent
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(0..=LONGEST_WAIT_SECS)
    )]
    pub(super) wait: u64,
    /// The receiving computer's address or name
    pub(super) host: String,
    /// The file to send
    pub(super) file: PathBuf,
}

/// Whether the arguments end before the receiver's address.
pub(super) fn lacks_host(error: &clap::Error) -> bool {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
        return false;
    };
    error.kind() == ErrorKind::MissingRequiredArgument
        && missing.iter().any(|argument| argument == "<HOST>")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use clap::CommandFactory as _;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Command, clap::Error> {
        let arguments = [&["onehop-cli"], arguments].concat();
        Arguments::try_parse_from(arguments).map(|arguments| arguments.command)
    }

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn receive_needs_no_arguments() {
        let Command::Receive(options) = parse(&["receive"]).unwrap() else {
            panic!("not receive");
        };
        assert_eq!(options.port, "9898");
        assert_eq!(options.dir, PathBuf::from("."));
        assert!(!options.once && !options.yes && !options.any_address);
    }

    #[test]
    fn send_takes_host_and_file_and_waits_a_minute() {
        let Command::Send(options) = parse(&["send", "desk-pc", "sample.txt"]).unwrap() else {
            panic!("not send");
        };
        assert_eq!((options.host.as_str(), options.wait), ("desk-pc", 60));
        assert_eq!(options.file, PathBuf::from("sample.txt"));
    }

    #[test]
    fn a_negative_port_is_kept_for_a_better_message() {
        let Command::Receive(options) = parse(&["receive", "--port", "-1"]).unwrap() else {
            panic!("not receive");
        };
        assert_eq!(options.port, "-1");
    }

    #[test]
    fn a_missing_host_is_told_from_other_faults() {
        assert!(lacks_host(&parse(&["send"]).unwrap_err()));
        assert!(!lacks_host(&parse(&["send", "desk-pc"]).unwrap_err()));
        assert!(!lacks_host(&parse(&["sned"]).unwrap_err()));
    }

    #[test]
    fn a_wait_that_no_clock_can_take_is_refused() {
        let huge = u64::MAX.to_string();
        assert!(parse(&["send", "--wait", &huge, "desk-pc", "sample.txt"]).is_err());
    }
}
