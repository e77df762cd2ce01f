//! The arguments, as clap reads them.

use std::ffi::OsString;
use std::net::{AddrParseError, IpAddr, Ipv6Addr};
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::builder::styling::{AnsiColor, Styles};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::identity::Fingerprint;

/// A week: longer than anyone waits, short enough to be added to any clock.
const LONGEST_WAIT_SECS: u64 = 7 * 24 * 60 * 60;

/// Heads and names stand out a little; nothing depends on it.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Cyan.on_default().bold())
    .usage(AnsiColor::Cyan.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Send files straight from one computer to another on the local network.
///
/// Start `onehop-cli receive` on one computer and `onehop-cli send NAME FILE...` on the other, with
/// the name that `onehop-cli list` shows, or the address. Between two Onehops, everything is
/// encrypted and verified. The other side can also be the Onehop window, the scripts server.py and
/// client.py, or nc.
///
/// Messages go to stderr; `RUST_LOG=onehop=debug` adds a log of what happens.
///
/// A script has nobody to ask, so it names the other computer instead: `onehop-cli identity` prints
/// its fingerprint there, and --trust takes it here. With neither a terminal nor such an option,
/// nothing is sent or accepted, and the message names the option that is missing.
#[derive(Debug, Parser)]
#[command(name = "onehop-cli", version, styles = STYLES, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; for send: delivered
  1  a transfer failed, was cancelled or not confirmed, some of its files did not arrive, or
     stdout could not be written to
  2  wrong arguments";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Receive(ReceiveArguments),
    Send(SendArguments),
    Identity(IdentityArguments),
    Devices(DevicesArguments),
    List(ListArguments),
    Check(CheckArguments),
}

/// Wait for files and save them.
///
/// What another Onehop sends keeps its names. What a classic program sends is neither encrypted nor
/// verified, and becomes recv.txt. An existing file is never replaced: the next one is saved as
/// "recv (2).txt".
///
/// Asks before saving anything. Unless both computers know each other, it also shows a code that
/// has to be the same on the sender's screen; while the sender compares it, `n` declines. Names
/// that begin with a dot, such as .bashrc, are always asked about, whatever was allowed beforehand,
/// and declined without a terminal.
///
/// The final path of each saved file or folder is printed to stdout, and so is a text that arrives,
/// each followed by a line end; everything else goes to stderr. So a script can say
/// `path=$(onehop-cli receive --once --yes --trust FINGERPRINT)`.
///
/// Ctrl-C cancels cleanly, and so do SIGTERM and closing the terminal. What arrived of a classic
/// file is kept, under a name that says it is partial; what arrived from another Onehop stays
/// hidden and resumes when the same is sent again. A second Ctrl-C ends the program at once, and
/// the next `receive` says what is left in the folder.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct ReceiveArguments {
    /// The port to listen on; 0 picks a free one
    #[arg(long, default_value = "9898", allow_hyphen_values = true)]
    pub(super) port: String,
    /// The folder to save in
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) dir: PathBuf,
    /// Stop after the first transfer that was saved or broken off. A connection that brings nothing
    /// does not count, unless --empty is given
    #[arg(long)]
    pub(super) once: bool,
    #[command(flatten)]
    pub(super) saving: SavingArguments,
    #[command(flatten)]
    pub(super) network: NetworkArguments,
    #[command(flatten)]
    pub(super) trust: TrustArguments,
    #[command(flatten)]
    pub(super) config: ConfigArguments,
}

/// Send files and folders, or a text.
///
/// To another Onehop, everything is encrypted and verified. Unless both computers know each other,
/// both screens show a code, and nothing is sent until you have said that it is the same. Without a
/// terminal, nothing is sent unless --trust names the receiver. A classic receiver takes one file,
/// neither encrypted nor verified, and only if you allow that. An interrupted transfer resumes when
/// you send the same again. Ctrl-C cancels cleanly.
///
/// The name of a remembered computer means that computer: the receiver has to have its key, whoever
/// else uses the name. If several unknown computers share a name, they are listed and nothing is
/// sent. A name that no computer nearby has is taken for a host name. An address, a name with a
/// dot, or --classic means that the network is not searched: without a key to compare, a name from
/// the network proves nothing.
///
/// The address may include a port, as in `192.168.1.102:9898` or `[fd12::1]:9898`, or be a link, as
/// in `http://192.168.1.102:9898/`. One that begins with fe80 needs this computer's interface after
/// it, as in `fe80::1%eth0`; without it, the possible ones are listed.
///
/// With --to, everything goes to several receivers at once. Each line then begins with the one that
/// it is about, and one that fails does not stop the others.
#[derive(Debug, Args)]
#[command(
    override_usage = "onehop-cli send [OPTIONS] <HOST> <PATH>...\n       \
                      onehop-cli send [OPTIONS] --to <HOST> [--to <HOST>]... <PATH>...",
    after_help = "Examples: onehop-cli send 192.168.1.102 notes.txt photos\n          \
                        onehop-cli send 192.168.1.102 --text https://example.org\n          \
                        onehop-cli send --to desk-pc --to laptop photos\n          \
                        onehop-cli send --when-there --retry desk-pc photos\n\n\
                        Exit codes: 0 delivered, 1 not delivered or not completely, 2 wrong \
                        arguments."
)]
pub(super) struct SendArguments {
    /// Send to this receiver, instead of to HOST. Can be given several times
    #[arg(long, value_name = "HOST")]
    pub(super) to: Vec<String>,
    #[command(flatten)]
    pub(super) persistence: PersistenceArguments,
    /// The receiver's port. The default is the one that a computer found by name announces,
    /// otherwise 9898
    #[arg(long, allow_hyphen_values = true)]
    pub(super) port: Option<String>,
    /// Allow a classic transfer, not encrypted and not verified, if the receiver supports nothing
    /// better; HOST is then an address or a host name. Nothing is sent where a Onehop is known, or
    /// named by --trust
    #[arg(long)]
    pub(super) classic: bool,
    /// Like --classic, but also where a Onehop is known and somebody may stand in its place to read
    /// the file
    #[arg(long)]
    pub(super) unencrypted_to_known_device: bool,
    /// How long to wait for a classic receiver to confirm, once everything has been sent
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(0..=LONGEST_WAIT_SECS)
    )]
    pub(super) wait: u64,
    /// Send this text instead of files
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = NonEmptyStringValueParser::new(),
        conflicts_with = "paths",
        allow_hyphen_values = true
    )]
    pub(super) text: Option<String>,
    #[command(flatten)]
    pub(super) trust: TrustArguments,
    #[command(flatten)]
    pub(super) config: ConfigArguments,
    /// The receiver's address, host name, fingerprint, or name as `onehop-cli list` or `onehop-cli
    /// devices` shows it
    #[arg(required_unless_present = "to")]
    host: Option<OsString>,
    /// The files and folders to send
    #[arg(value_name = "PATH", required_unless_present_any = ["text", "to"])]
    pub(super) paths: Vec<PathBuf>,
}

impl Arguments {
    /// What clap cannot tell apart: with `--to`, the first name is a path like the others.
    pub(super) fn checked(mut self) -> Result<Self, clap::Error> {
        let Command::Send(send) = &mut self.command else {
            return Ok(self);
        };
        let host = send.host.take();
        if send.to.is_empty() {
            let host = host.unwrap_or_default().into_string();
            let not_unicode = |_| send_error(ErrorKind::InvalidUtf8, "HOST is not valid Unicode");
            send.to.push(host.map_err(not_unicode)?);
            return Ok(self);
        }
        send.paths.splice(0..0, host.map(PathBuf::from));
        match (&send.text, send.paths.is_empty()) {
            (None, true) => Err(send_error(
                ErrorKind::MissingRequiredArgument,
                "a PATH to send is missing",
            )),
            (Some(_), false) => Err(send_error(
                ErrorKind::ArgumentConflict,
                "--text is sent instead of files, and a PATH was given",
            )),
            _ => Ok(self),
        }
    }
}

fn send_error(kind: ErrorKind, words: &str) -> clap::Error {
    let mut command = Arguments::command();
    command.build();
    let send = command.find_subcommand_mut("send");
    match send {
        Some(send) => send.error(kind, words),
        None => command.error(kind, words),
    }
}

/// Print the fingerprint that other computers know this one by.
///
/// Only the fingerprint goes to stdout, so that --trust "$(onehop-cli identity)" takes it; the name
/// goes to stderr.
#[derive(Debug, Args)]
pub(super) struct IdentityArguments {
    #[command(flatten)]
    pub(super) config: ConfigArguments,
}

/// Find out whether other computers can reach this one.
///
/// Looks at the port, at this computer's addresses and at its firewall, as far as that takes no
/// administrator rights, and sends nothing. The first line is the result; if something is or may
/// be in the way, the lines after it say what to do. Run it while a receiver is running here, or
/// before you start one.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing is known to be in the way, 1 something is or may \
                        be, 2 wrong arguments."
)]
pub(super) struct CheckArguments {
    /// The port to receive on
    #[arg(long, default_value = "9898", allow_hyphen_values = true)]
    pub(super) port: String,
    /// The one address of this computer to receive on, if you restrict it to one
    #[arg(long, value_name = "ADDRESS", value_parser = own_address)]
    pub(super) bind: Option<IpAddr>,
}

/// List the computers that are remembered, or forget one.
///
/// Each line has the fingerprint, in the form that --trust takes, and the name.
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(super) struct DevicesArguments {
    #[command(flatten)]
    pub(super) config: ConfigArguments,
    #[command(subcommand)]
    pub(super) change: Option<DevicesChange>,
}

#[derive(Debug, Subcommand)]
pub(super) enum DevicesChange {
    /// Forget a computer: next time it shows a code again
    Forget {
        /// Its fingerprint, or its name if no other computer has it
        #[arg(value_name = "FINGERPRINT-OR-NAME")]
        device: String,
        #[command(flatten)]
        config: ConfigArguments,
    },
}

/// List the computers on this network that receive with Onehop.
///
/// Looks around for a few seconds. Each line has the address, the port and the name, and says
/// whether that computer is remembered. A name is what a computer calls itself: only its key,
/// which `send` compares, proves who it is.
#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) config: ConfigArguments,
}

/// What is saved, and how.
#[derive(Debug, Args)]
pub(super) struct SavingArguments {
    /// Do not ask before saving what classic programs and known computers send. Unknown computers
    /// still have to show the right code, and names that begin with a dot are still asked about
    #[arg(long)]
    pub(super) yes: bool,
    /// Add a folder to an existing one of the same name; nothing in it is replaced. Without this,
    /// only folders that the same computer sent before are added to
    #[arg(long)]
    pub(super) merge: bool,
    /// Save an empty file when a classic program connects and leaves without sending a byte
    #[arg(long)]
    pub(super) empty: bool,
}

/// Who may connect, and who is told that they can.
#[derive(Debug, Args)]
pub(super) struct NetworkArguments {
    /// Accept from the internet too. Without this, only private, link-local and tailnet addresses
    /// and the networks of this computer are served
    #[arg(long)]
    pub(super) any_address: bool,
    /// Listen only on this address of this computer
    #[arg(long, value_name = "ADDRESS", value_parser = own_address)]
    pub(super) bind: Option<IpAddr>,
    /// Do not announce on the network that this computer receives; with --bind 127.0.0.1, nothing
    /// is announced anyway
    #[arg(long)]
    pub(super) no_announce: bool,
}

/// What is done by itself when a receiver is not there, or is lost.
#[derive(Debug, Args)]
pub(super) struct PersistenceArguments {
    /// Try again when the connection is lost or cannot be established: after 2, 5, 15 and 30
    /// seconds, then as soon as the receiver is seen. Only for a computer that is remembered or that
    /// --trust names, and not if somebody there ended it, as by closing the receiver; what had
    /// arrived resumes. Ctrl-C stops it
    #[arg(long)]
    pub(super) retry: bool,
    /// Wait until the receiver is there: a remembered computer, or one given by its fingerprint,
    /// until it is seen nearby; an address until it answers
    #[arg(long)]
    pub(super) when_there: bool,
}

/// Whom to trust without a question.
#[derive(Debug, Args)]
pub(super) struct TrustArguments {
    /// Trust the computer with this fingerprint without a code; `onehop-cli identity` prints it
    /// there. If only one side trusts the other, both show a code, and the person on the other side
    /// compares it. Can be given several times
    #[arg(long, value_name = "FINGERPRINT")]
    pub(super) trust: Vec<Fingerprint>,
    /// Remember the other computer, once its code has been confirmed or --trust has named it
    #[arg(long)]
    pub(super) remember: bool,
}

/// Where this computer's key and the known ones are kept.
#[derive(Debug, Args)]
pub(super) struct ConfigArguments {
    #[arg(
        long,
        value_name = "DIR",
        help = "The folder with this computer's key and the computers it remembers; also set by \
                the environment variable ONEHOP_CONFIG_DIR. The default is the window's: \
                ~/.config/onehop, or %APPDATA%\\onehop on Windows"
    )]
    pub(super) config: Option<PathBuf>,
}

/// An address of this computer, also in brackets or with its interface, which is known anyway.
fn own_address(text: &str) -> Result<IpAddr, AddrParseError> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    match bare.split_once('%') {
        Some((address, _interface)) if address.parse::<Ipv6Addr>().is_ok() => address.parse(),
        _ => bare.parse(),
    }
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

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Command, clap::Error> {
        let arguments = [&["onehop-cli"], arguments].concat();
        let arguments = Arguments::try_parse_from(arguments)?.checked()?;
        Ok(arguments.command)
    }

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_own_address_may_be_in_brackets_or_name_its_interface() {
        for (typed, address) in [
            ("::1", "::1"),
            ("[::1]", "::1"),
            ("fe80::5%eth0", "fe80::5"),
            ("[fe80::5%eth0]", "fe80::5"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(
                own_address(typed).unwrap(),
                address.parse::<IpAddr>().unwrap()
            );
        }
        for wrong in ["[::1", "127.0.0.1%lo", "eth0", ""] {
            assert!(own_address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn receive_needs_no_arguments() {
        let Command::Receive(options) = parse(&["receive"]).unwrap() else {
            panic!("not receive");
        };
        assert_eq!(options.port, "9898");
        assert_eq!(options.dir, PathBuf::from("."));
        assert!(!options.once && !options.saving.yes && !options.network.any_address);
    }

    #[test]
    fn send_takes_host_and_file_and_waits_a_minute() {
        let Command::Send(options) = parse(&["send", "desk-pc", "sample.txt"]).unwrap() else {
            panic!("not send");
        };
        assert_eq!((options.to, options.wait), (vec!["desk-pc".to_owned()], 60));
        assert_eq!(options.paths, [PathBuf::from("sample.txt")]);
    }

    #[test]
    fn send_takes_several_receivers_and_then_only_paths() {
        let arguments = ["send", "--to", "desk", "a", "--to", "lap", "b"];
        let Command::Send(options) = parse(&arguments).unwrap() else {
            panic!("not send");
        };
        assert_eq!(options.to, ["desk", "lap"]);
        assert_eq!(options.paths, ["a", "b"].map(PathBuf::from));
        assert!(parse(&["send", "--to", "desk", "--text", "hi"]).is_ok());
        for wrong in [
            &["send", "--to", "desk"][..],
            &["send", "--to", "desk", "--text", "hi", "a"],
        ] {
            let error = parse(wrong).unwrap_err();
            assert!(error.use_stderr() && !lacks_host(&error), "{error}");
        }
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
    fn send_takes_a_text_or_files_and_not_both() {
        let Command::Send(options) = parse(&["send", "desk-pc", "--text", "-v"]).unwrap() else {
            panic!("not send");
        };
        assert_eq!(
            (options.text.as_deref(), options.paths.len()),
            (Some("-v"), 0)
        );
        assert!(parse(&["send", "desk-pc", "--text", "hi", "sample.txt"]).is_err());
        assert!(parse(&["send", "desk-pc", "--text", ""]).is_err());
        assert!(!lacks_host(&parse(&["send", "desk-pc"]).unwrap_err()));
    }

    #[test]
    fn fingerprints_are_taken_in_any_grouping() {
        let digits = "ab".repeat(32);
        let groups = digits.replace("abab", "abab ");
        let arguments = ["receive", "--trust", &digits, "--trust", &groups];
        let Command::Receive(options) = parse(&arguments).unwrap() else {
            panic!("not receive");
        };
        assert_eq!(
            options.trust.trust,
            [Fingerprint::from_bytes([0xab; 32]); 2]
        );
        assert!(parse(&["receive", "--trust", "ab"]).is_err());
    }

    #[test]
    fn a_wait_that_no_clock_can_take_is_refused() {
        let huge = u64::MAX.to_string();
        assert!(parse(&["send", "--wait", &huge, "desk-pc", "sample.txt"]).is_err());
    }
}
