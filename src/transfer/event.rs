//! What workers tell the front end, and the channel they tell it through.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::mpsc;
use std::task::Waker;
use std::time::Duration;

use super::handle::IncomingHandle;
use crate::diagnostics::Diagnosis;
use crate::disk::Partial;
use crate::disk::incoming::{ExistingFolder, Naming};
use crate::error::{Error, QuestionKind, Skipped, TurnedAway};
use crate::identity::{DeviceIdentity, Fingerprint};
use crate::net::interfaces::LocalAddress;
use crate::net::peer_address::PeerAddress;
use crate::protocol::code::Code;
use crate::protocol::message::{DiskCause, Reason};

/// Names one transfer among all of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransferId(pub(crate) u64);

/// What a [`Listener`](super::Listener) and its transfers tell.
#[derive(Debug)]
pub enum ListenEvent {
    /// A peer connected and is being greeted. Nothing has come from it yet.
    Connected(IncomingHandle),
    /// Something happened to the transfer of this name.
    Transfer(TransferId, ReceiveEvent),
    /// A first contact ended after the code was settled, without a person's decision. The next one
    /// has to wait.
    BrokenOff {
        /// Where it called from.
        peer: IpAddr,
        /// What it called itself.
        device_name: String,
        /// How it ended.
        how: Unfinished,
    },
    /// A peer was not served at all.
    TurnedAway {
        /// Where it called from.
        peer: IpAddr,
        /// Why it was not served.
        reason: TurnedAway,
    },
    /// This computer's addresses are now these.
    AddressesChanged(Vec<LocalAddress>),
    /// The listener itself broke and has stopped. Running transfers go on.
    Failed(Error),
}

/// What happens to one transfer that a peer started, from [`ListenEvent::Connected`] on.
#[derive(Debug)]
pub enum ReceiveEvent {
    /// The first bytes of a classic sender came: the user must accept or decline.
    Requested,
    /// Another Onehop introduced itself. Nothing has to be decided yet.
    Introduced(Introduced),
    /// It has told what it wants to send. Unless [`Offered::decided`], the user must accept or
    /// decline.
    Offered(Offered),
    /// Accepted, by the user or by an earlier choice: what arrives is being written.
    Accepted,
    /// Bytes that are here already, from an earlier, interrupted transfer.
    Resuming(u64),
    /// It is over. The last event.
    Ended(ReceiveOutcome),
}

/// How a first contact ended that nobody decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfinished {
    /// People took too long, on this side or on the other.
    OutOfTime,
    /// The other side left, or broke the rules: somebody may be guessing codes.
    BrokenOff,
}

/// The Onehop on the other side: what its key proves, and what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerDevice {
    /// The key that it has proved to have.
    pub fingerprint: Fingerprint,
    /// Its name: the one it is remembered under, or else the one it gave itself.
    pub name: String,
    /// Whether this side remembers it.
    pub remembered: bool,
    /// Whether what it sends is saved without a question.
    pub saves_without_asking: bool,
}

/// A sender that is there, with what it has told so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// Who it is.
    pub device: PeerDevice,
    /// To be compared with the sender's screen; absent if both sides know each other.
    pub code: Option<Code>,
    /// How many files.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes free in the folder to save in, where the system tells.
    pub free_bytes: Option<u64>,
}

/// What a sender wants to send.
///
/// A yes covers the hidden things that it tells of. If more of them show up in the rest of a long
/// list, the user is told of all that comes, and asked, once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The top-level files and folders, those that are hidden first: the first
    /// [`Offered::MAX_ITEMS`].
    pub items: Vec<OfferedItem>,
    /// How many of all of them are hidden, as far as the list is read.
    pub hidden: usize,
    /// How many more there are of them, as far as the list is read.
    pub more_items: usize,
    /// Whether all of the list is read. The rest of a long one comes after the yes.
    pub complete: bool,
    /// How many files and folders in them get another name.
    pub renamed_inside: u32,
    /// A text instead of files comes.
    pub is_text: bool,
    /// The user decided it beforehand: it is accepted.
    pub decided: bool,
}

impl Offered {
    /// Maximum number of top-level items named; the rest are counted.
    pub const MAX_ITEMS: usize = 1000;
}

/// One top-level file or folder of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedItem {
    /// Its name at the sender's.
    pub name: String,
    /// The name it gets here, if that is another; empty if it is refused.
    pub renamed: Option<String>,
    /// Why it gets another name.
    pub naming: Naming,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether its name begins with a dot. Such a thing is hidden, and programs may obey it, so it
    /// is never accepted beforehand.
    pub is_hidden: bool,
    /// The folder that is here already and that it can be added to; then it gets no other name.
    pub existing: Option<ExistingFolder>,
    /// How many files.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
}

/// What became of a transfer between two Onehops.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files that the receiver has now, including those it had before.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Files among them that were there already.
    pub skipped_files: u32,
    /// Bytes that did not have to cross again after an interruption.
    pub resumed_bytes: u64,
    /// What is not there, and why; by the sender's paths. The first [`Summary::MAX_NAMED`].
    pub failures: Vec<(String, Reason)>,
    /// How many more are not there.
    pub more_failures: u32,
    /// What the receiver's disk has against those of them that it could not save. The sender has only
    /// what it was told.
    pub causes: BTreeMap<String, (WhoseDisk, DiskCause)>,
    /// What the receiver saved under another name: the sender's path, and the name there. The
    /// first [`Summary::MAX_NAMED`].
    pub saved_as: Vec<(String, String)>,
    /// How many more do.
    pub more_saved_as: u32,
    /// What grew while it was sent, by the sender's paths, and the bytes that it had when it was
    /// announced: these are there. The first [`Summary::MAX_NAMED`].
    pub grown: Vec<(String, u64)>,
    /// How many more grew.
    pub more_grown: u32,
    /// At the sender: what it left out. The first [`Summary::MAX_NAMED`].
    pub skipped: Vec<Skipped>,
    /// How many more it left out.
    pub more_skipped: u32,
    /// At the sender: what it sent under another name, since its own is not valid Unicode. The first
    /// [`Summary::MAX_NAMED`].
    pub renamed: Vec<String>,
    /// How many more it did.
    pub more_renamed: u32,
    /// From the answer to the receipt.
    pub elapsed: Duration,
}

/// Which side a disk is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoseDisk {
    /// It is this computer's.
    Ours,
    /// It is the receiver's, and this computer sends.
    TheReceivers,
}

impl Summary {
    /// Maximum number of things of a kind named; the rest are counted, since the other side has a say in how
    /// many there are.
    pub const MAX_NAMED: usize = 1000;

    /// One more is not there.
    pub(crate) fn fail(&mut self, name: impl Fn() -> String, reason: Reason) {
        if !self.grown.is_empty() {
            let name = name();
            self.grown.retain(|(grown, _)| *grown != name);
        }
        add(&mut self.failures, &mut self.more_failures, || {
            (name(), reason)
        });
    }

    /// One more was saved by the receiver under another name.
    pub(crate) fn save_as(&mut self, both: impl FnOnce() -> (String, String)) {
        add(&mut self.saved_as, &mut self.more_saved_as, both);
    }

    /// One more is left out.
    pub(crate) fn skip(&mut self, skipped: &Skipped) {
        add(&mut self.skipped, &mut self.more_skipped, || {
            skipped.clone()
        });
    }

    /// One more is sent under another name.
    pub(crate) fn send_as(&mut self, name: impl FnOnce() -> String) {
        add(&mut self.renamed, &mut self.more_renamed, name);
    }

    /// Why one of those could not be saved.
    pub(crate) fn note_cause(
        &mut self,
        name: impl FnOnce() -> String,
        whose: WhoseDisk,
        cause: DiskCause,
    ) {
        if self.causes.len() < Self::MAX_NAMED {
            self.causes.insert(name(), (whose, cause));
        }
    }

    /// One more has grown; `bytes` of it are there.
    pub(crate) fn grew(&mut self, name: impl FnOnce() -> String, bytes: u64) {
        add(&mut self.grown, &mut self.more_grown, || (name(), bytes));
    }
}

/// Names it, or counts it once that many are named.
fn add<T>(named: &mut Vec<T>, more: &mut u32, one: impl FnOnce() -> T) {
    if named.len() < Summary::MAX_NAMED {
        named.push(one());
    } else {
        *more += 1;
    }
}

/// How receiving from one peer ended.
#[derive(Debug)]
pub enum ReceiveOutcome {
    /// Files of another Onehop stand under their final names, compared with their hashes.
    Received {
        /// Who sent them.
        device: PeerDevice,
        /// The final paths of the top-level items.
        paths: Vec<PathBuf>,
        /// The numbers.
        summary: Box<Summary>,
    },
    /// Another Onehop sent a text. It is nowhere but here.
    Text {
        /// Who sent it.
        device: PeerDevice,
        /// The text, made harmless for display.
        text: String,
    },
    /// The other Onehop stopped, or the connection to it was lost. What arrived is kept hidden and
    /// a new transfer of the same files goes on from there.
    BrokenOff {
        /// What broke it.
        cause: Error,
        /// Bytes of content that had arrived.
        bytes: u64,
    },
    /// The file stands under its final name.
    Saved {
        /// The final path.
        path: PathBuf,
        /// The file's size.
        bytes: u64,
        /// From the first byte, or the yes if that came later, to the final name.
        elapsed: Duration,
    },
    /// The peer left without a byte: an empty file, a missing one, or a port scan.
    SentNothing,
    /// It was not served after all.
    TurnedAway(TurnedAway),
    /// The stream broke off, or the user cancelled it.
    Interrupted {
        /// What broke it.
        cause: Error,
        /// Bytes that had arrived.
        bytes: u64,
        /// What was written of them, if anything: to be kept or discarded.
        partial: Option<Partial>,
    },
    /// The user declined.
    Declined,
    /// Nobody decided in time.
    Expired,
    /// This side could not save it. Nothing is left on the disk; the sender was told by a reset.
    Failed(Error),
}

/// What a transfer started by [`send`](super::send()) tells.
#[derive(Debug)]
pub enum SendEvent {
    /// The connection stands.
    Connected {
        /// The address that answered.
        peer: PeerAddress,
    },
    /// What the receiver said, made harmless for display; empty where it said nothing.
    Greeted(String),
    /// Another Onehop answered, and its key is proved.
    Introduced(PeerDevice),
    /// The user is asked; [`OutgoingHandle::go_on`](super::OutgoingHandle::go_on) or
    /// [`OutgoingHandle::reject`](super::OutgoingHandle::reject) answers.
    Asked(Question),
    /// The receiver's user is asked.
    AwaitingAnswer,
    /// They accepted. Both sides read what the receiver may have already, which can take long.
    Checking,
    /// The receiver accepted: content crosses from now on.
    Accepted {
        /// Bytes that it holds already.
        held_bytes: u64,
    },
    /// The whole file was handed over; now the receiver has to close, or to send its receipt.
    AwaitingConfirmation,
    /// No connection could be established; the reason is being looked for. A cancel ends that too.
    Diagnosing,
    /// Why no connection could be established.
    Diagnosed(Box<Diagnosis>),
    /// The transfer is over. The last event.
    Ended(SendOutcome),
}

/// What only the sender's user can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Does the receiver's screen show this code?
    Code {
        /// Who the receiver is.
        device: PeerDevice,
        /// The code.
        code: Code,
    },
    /// This is a different computer than the one that was expected. Go on as a first contact?
    DifferentComputer {
        /// Who was expected: one, or all that are trusted in this run.
        expected: Vec<DeviceIdentity>,
        /// Who answered.
        found: DeviceIdentity,
    },
    /// The receiver speaks only classic. Send anyway, not encrypted and not verified?
    Classic {
        /// A Onehop was seen at this host before, this one, so somebody may stand in its place.
        /// Whoever goes on does so for this transfer alone.
        was_onehop: Option<DeviceIdentity>,
    },
}

impl Question {
    /// What it is about; the answer has to tell.
    #[must_use]
    pub fn kind(&self) -> QuestionKind {
        match self {
            Self::Code { .. } => QuestionKind::Code,
            Self::DifferentComputer { .. } => QuestionKind::DifferentComputer,
            Self::Classic { .. } => QuestionKind::Classic,
        }
    }
}

/// How sending a file ended.
#[derive(Debug)]
pub enum SendOutcome {
    /// The receiver has everything that the summary says, durable and compared with its hashes.
    Received {
        /// Who received it.
        device: PeerDevice,
        /// The numbers.
        summary: Summary,
    },
    /// The receiver closed in order after our end of stream.
    Delivered {
        /// The file's size.
        bytes: u64,
        /// It grew meanwhile: this is what it was at the start.
        grew: bool,
        /// From the first byte to the receiver's close.
        elapsed: Duration,
    },
    /// Everything was sent, but the wait for the receiver's close was given up.
    Unconfirmed {
        /// The file's size.
        bytes: u64,
        /// It grew meanwhile: this is what it was at the start.
        grew: bool,
    },
    /// It did not work.
    Failed {
        /// Why.
        error: Error,
        /// Bytes that had been handed to the network.
        bytes: u64,
    },
}

/// The worker's end of the channel: sends an event, then wakes the front end.
#[derive(Debug)]
pub(crate) struct Events<E> {
    sender: mpsc::Sender<E>,
    waker: Waker,
}

impl<E> Clone for Events<E> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            waker: self.waker.clone(),
        }
    }
}

impl<E> Events<E> {
    pub(crate) fn channel(waker: Waker) -> (Self, mpsc::Receiver<E>) {
        let (sender, receiver) = mpsc::channel();
        (Self { sender, waker }, receiver)
    }

    /// A front end that is gone needs no events, so a closed channel is no error.
    pub(crate) fn emit(&self, event: E) {
        self.sender.send(event).ok();
        self.waker.wake_by_ref();
    }

    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }
}
