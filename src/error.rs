//! What can go wrong, sorted by who is to blame.
//!
//! The messages here are for logs; [`crate::messages`] turns each error into words for people.

use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::path::{Path, PathBuf};

use crate::identity::error::HandshakeFault;
use crate::identity::{DeviceIdentity, Fingerprint, clean_name};
use crate::protocol::error::Violation;
use crate::protocol::message::{Abort, AbortReason, Decline};
use crate::protocol::offer::Refusal;

/// Why a transfer, or receiving as a whole, did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user stopped it.
    #[error("cancelled")]
    Cancelled,
    /// Something on this computer, apart from its disk.
    #[error(transparent)]
    Ours(#[from] OurFault),
    /// Something the other computer did.
    #[error(transparent)]
    Peer(#[from] PeerFault),
    /// Something between the two computers.
    #[error(transparent)]
    Network(#[from] NetworkFault),
    /// Something with a file or folder on this computer.
    #[error(transparent)]
    Disk(#[from] DiskFault),
}

/// Faults of this computer or of what was typed into it.
#[derive(Debug, thiserror::Error)]
pub enum OurFault {
    /// No address or name of a receiver was given.
    #[error("no address given")]
    NoAddress,
    /// What was given for a port is none; it is kept as typed.
    #[error("not a port: {0}")]
    BadPort(String),
    /// A port was given twice, and not the same: with the address, and on its own.
    #[error("two ports given: {with_address} and {alone}")]
    TwoPorts {
        /// The one that stands behind the address.
        with_address: u16,
        /// The other one.
        alone: u16,
    },
    /// A link-local IPv6 address is good on one interface only, and that one is missing or is not
    /// there.
    #[error("{address} needs an interface, given: {given:?}")]
    Interface {
        /// The address.
        address: Ipv6Addr,
        /// What was given for an interface, if anything was.
        given: Option<String>,
        /// The address with each of the interfaces that there are, as it can be typed.
        choices: Vec<String>,
    },
    /// Another program listens on the port already.
    #[error("port {port} is in use")]
    PortTaken {
        /// The port that was asked for.
        port: u16,
        /// The name of the program that has it, where the system tells.
        owner: Option<String>,
        /// The system's error.
        source: io::Error,
    },
    /// The system keeps the port for itself or for administrators.
    #[error("port {port} is not allowed")]
    PortForbidden {
        /// The port that was asked for.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// This computer does not have the address that Onehop was told to listen on.
    #[error("not an address of this computer: {address}")]
    ForeignAddress {
        /// The address that was asked for.
        address: IpAddr,
        /// The system's error.
        source: io::Error,
    },
    /// An address that many computers share, by multicast or broadcast, cannot be listened on.
    #[error("not an address of one computer: {0}")]
    SharedAddress(IpAddr),
    /// A text is longer than a text may be.
    #[error("a text of {bytes} bytes")]
    TextTooLong {
        /// Its length.
        bytes: usize,
    },
    /// This computer has no key to prove itself with, and a Onehop answered. Nothing was sent.
    #[error("no key, and the receiver is a Onehop")]
    NoKey,
    /// The user did not answer in time. Nothing of the files had crossed.
    #[error("the question was not answered in time")]
    NotAnswered {
        /// What was asked.
        question: QuestionKind,
    },
    /// The system refused something that is expected to work, such as starting a thread.
    #[error("{doing}")]
    System {
        /// What was being done, as in "starting a thread".
        doing: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// A worker thread of ours ended by a panic: a bug.
    #[error("internal error: {0}")]
    Bug(String),
}

/// Faults that only the other computer can have caused.
#[derive(Debug, thiserror::Error)]
pub enum PeerFault {
    /// The host answers, but nothing listens on the port.
    #[error("connection refused by {host} port {port}")]
    Refused {
        /// The address or name as given.
        host: String,
        /// The port that was tried.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// The other side broke the connection before the whole file had crossed.
    #[error("connection reset after {bytes} bytes")]
    Reset {
        /// Bytes that had been sent or received.
        bytes: u64,
        /// The system's error, where the reset came as one.
        source: Option<io::Error>,
    },
    /// It did not answer in time where a program answers at once.
    #[error("the other program does not answer")]
    Silent,
    /// No encrypted connection could be established: it speaks another TLS, or could not prove its key.
    #[error("no encrypted connection: {0}")]
    Handshake(#[source] rustls::Error),
    /// It encrypts, but speaks something else.
    #[error("not onehop/1: {0}")]
    NotOnehop(#[source] HandshakeFault),
    /// It broke the rules of onehop/1.
    #[error("protocol error: {0}")]
    Violation(#[source] Violation),
    /// A text that arrived is not the one that was sent.
    #[error("a text that is not as it was sent")]
    Damaged,
    /// It gave up, and said why.
    #[error("the other side gave up: {reason:?} {detail}")]
    Aborted {
        /// Why.
        reason: AbortReason,
        /// More about it, in its own words.
        detail: String,
    },
    /// The receiver does not want what was offered.
    #[error("declined: {0:?}")]
    Declined(Decline),
    /// The receiver waited no longer for the word of this side's user.
    #[error("the receiver waited no longer for an answer here: {question:?}")]
    OutOfPatience {
        /// What was asked here.
        question: QuestionKind,
    },
    /// Its key is not the one that was expected, and the user did not go on.
    #[error("another computer than expected: {found}")]
    WrongIdentity {
        /// Whose key it has.
        found: Fingerprint,
    },
    /// It was not served here, for this reason of ours.
    #[error("turned away: {0:?}")]
    TurnedAway(TurnedAway),
    /// Two people saw different codes, or nobody said that they are the same.
    #[error("the code was not confirmed")]
    CodeRejected,
    /// It speaks only classic, and the user did not allow that.
    #[error("only classic, which is not allowed")]
    ClassicNotAllowed,
    /// It is a Onehop, and turned this sender away before anything was said.
    #[error("not now: {0:?}")]
    NotNow(Refusal),
    /// It speaks only classic where there was a Onehop before, and the user did not insist.
    #[error("only classic where there was a Onehop: {}", .0.fingerprint)]
    OnehopGone(Box<DeviceIdentity>),
    /// There was a Onehop before; what is there now closed the connection before it took anything.
    #[error("closed unused where there was a Onehop: {}", .0.fingerprint)]
    ClosedUnused(Box<DeviceIdentity>),
    /// It speaks only classic, which carries one file, and this is more.
    #[error("only classic, which carries one file")]
    ClassicCarriesOneFile,
    /// Everything was sent, and then the wait for the receiver's word ended: it may have saved it.
    #[error("everything was sent and not confirmed: {0}")]
    Unconfirmed(#[source] Box<Error>),
    /// The whole file was sent, but the receiver broke the connection instead of closing it:
    /// declined, or not saved.
    #[error("the receiver did not save the file")]
    NotSaved {
        /// Bytes that had been sent: the whole file.
        bytes: u64,
    },
}

/// Faults of the way between the two computers.
#[derive(Debug, thiserror::Error)]
pub enum NetworkFault {
    /// No such host name.
    #[error("name not found: {host}")]
    NameNotFound {
        /// The name as given.
        host: String,
        /// The system's error.
        source: io::Error,
    },
    /// The system knows no way to the address.
    #[error("no route to {host}")]
    Unreachable {
        /// The address or name as given.
        host: String,
        /// The system's error.
        source: io::Error,
    },
    /// Nothing came back within the time allowed for this phase.
    #[error("no answer from {host} while {}", phase.doing())]
    Timeout {
        /// The address or name as given.
        host: String,
        /// What was being waited for.
        phase: Phase,
    },
    /// The connection was lost while data crossed: no word from the other side.
    #[error("connection lost after {bytes} bytes")]
    Lost {
        /// Bytes that had been sent or received.
        bytes: u64,
        /// The system's error.
        source: io::Error,
    },
}

/// What a deadline was set for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Asking the system for the address of a name.
    Lookup,
    /// Opening the connection.
    Connect,
}

impl Phase {
    fn doing(self) -> &'static str {
        match self {
            Self::Lookup => "looking up its name",
            Self::Connect => "connecting",
        }
    }
}

/// Faults of a file or folder on this computer.
#[derive(Debug, thiserror::Error)]
pub enum DiskFault {
    /// The file to send is not there.
    #[error("file not found: {}", path.display())]
    FileNotFound {
        /// The file to send.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A folder was chosen where one file is needed: classic carries no folders.
    #[error("is a folder: {}", path.display())]
    IsFolder {
        /// The folder that was chosen.
        path: PathBuf,
    },
    /// Neither a file nor a folder: a device, a pipe, a socket.
    #[error("is not a regular file: {}", path.display())]
    NotAFile {
        /// What was chosen.
        path: PathBuf,
    },
    /// It claims to be empty and is not, and has more than can be held in memory to find out how
    /// much.
    #[error("does not tell its size: {}", path.display())]
    Sizeless {
        /// The file to send.
        path: PathBuf,
    },
    /// Not all that was chosen can be sent, and the rest is not sent alone.
    #[error("left out: {}", skipped.first().map_or(Path::new(""), |first| &first.path).display())]
    LeftOut {
        /// What cannot be sent, and why.
        skipped: Vec<Skipped>,
    },
    /// The file to send may not or cannot be read.
    #[error("cannot read: {}", path.display())]
    Unreadable {
        /// The file to send.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file to send became shorter while it was being sent.
    #[error("shrank from {expected_bytes} to {bytes} bytes while being sent: {}", path.display())]
    Shrank {
        /// The file being sent.
        path: PathBuf,
        /// Its size at the start.
        expected_bytes: u64,
        /// Bytes it could still give.
        bytes: u64,
    },
    /// The file to send was written to while it was being sent.
    #[error("changed while being sent: {}", path.display())]
    Changed {
        /// The file being sent.
        path: PathBuf,
    },
    /// The folder to save in is not there.
    #[error("folder not found: {}", path.display())]
    FolderMissing {
        /// The folder to save in.
        path: PathBuf,
        /// The system's error, where there is one.
        source: Option<io::Error>,
    },
    /// The folder to save in does not let us write.
    #[error("folder not writable: {}", path.display())]
    FolderNotWritable {
        /// The folder to save in.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The system gives no file this name, or the path ends in none.
    #[error("not a file name: {}", path.display())]
    NameNotAllowed {
        /// Where it was to be saved.
        path: PathBuf,
    },
    /// No room is left.
    #[error("disk full: {}", folder.display())]
    Full {
        /// The folder to save in.
        folder: PathBuf,
        /// Bytes still free there, where the system tells.
        free_bytes: Option<u64>,
    },
    /// Room is left, but the disk holds as many files as it can.
    #[error("no more files: {}", folder.display())]
    NoMoreFiles {
        /// The folder to save in.
        folder: PathBuf,
        /// Bytes still free there, where the system tells.
        free_bytes: Option<u64>,
    },
    /// The user may store no more there, whatever room is left.
    #[error("quota exceeded: {}", folder.display())]
    QuotaExceeded {
        /// The folder to save in.
        folder: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// No file of this size can be saved there: the disk has a limit, or this program.
    #[error("file too large: {}", path.display())]
    FileTooLarge {
        /// The file being written.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The disk could not do it: an input/output error.
    #[error("input/output error: {}", path.display())]
    Broken {
        /// What was being written.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Writing, syncing or renaming failed for another reason.
    #[error("cannot save: {}", path.display())]
    NotSaved {
        /// The file being written.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// Something that is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it is.
    pub path: PathBuf,
    /// Why not.
    pub why: WhySkipped,
}

/// Why something is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhySkipped {
    /// A link to something that is not sent.
    Link,
    /// A link to nothing.
    DanglingLink,
    /// A link that leads back to itself.
    LinkLoop,
    /// A link to a folder, and the receiver's Onehop is too old for it.
    FolderLink,
    /// It was chosen, but nothing is there.
    NotFound,
    /// It was removed while it was looked at.
    Vanished,
    /// A device, a pipe or a socket.
    Special,
    /// It cannot be looked at, or not into.
    Unreadable,
    /// A file that claims to be empty but has content, and more of it than can be held in memory.
    Sizeless,
    /// Too many folders in one another.
    TooDeep,
    /// More entries than one transfer takes.
    TooMany,
}

/// What a question is about. No transfer asks twice about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionKind {
    /// Whether both sides show the same code.
    Code,
    /// Whether to trust a computer that is not the expected one.
    DifferentComputer,
    /// Whether to send unencrypted.
    Classic,
}

/// Why a peer was not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnedAway {
    /// As many transfers as are allowed at once are running.
    Busy,
    /// This one address, or device, has as many transfers as one may have.
    BusyWithSameSender,
    /// It is not known here, and another first contact is under way.
    OtherFirstContact,
    /// It is not known here, and a first contact was broken off a moment ago.
    TooSoonForFirstContact,
    /// The peer is on the internet, and that is not allowed.
    NotAttached,
}

/// What the peer said when it gave up.
pub(crate) fn aborted(abort: Abort) -> Error {
    let Abort { reason, detail } = abort;
    // Nothing visible is no detail.
    let detail = clean_name(&detail).unwrap_or_default();
    PeerFault::Aborted { reason, detail }.into()
}

/// What the peer did that the protocol does not allow.
pub(crate) fn violation(violation: Violation) -> Error {
    PeerFault::Violation(violation).into()
}

/// A message that our own side may not send.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(crate) fn ours(violation: Violation) -> Error {
    OurFault::Bug(violation.to_string()).into()
}
