//! What workers tell the front end, and the channel they tell it through.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::mpsc;
use std::task::Waker;
use std::time::Duration;

use super::error::Error;
use super::incoming::Incoming;
use super::interfaces::LocalAddress;
use super::partial_file::Partial;

/// Names one transfer among all of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransferId(pub(crate) u64);

/// What a [`Listener`](super::Listener) and its transfers tell.
#[derive(Debug)]
pub enum ListenEvent {
    /// A peer connected and is being greeted. Nothing has come from it yet.
    Connected(Incoming),
    /// The first bytes came: the user must accept or decline.
    Requested(TransferId),
    /// Accepted, by the user or by an earlier choice: what arrives is being written.
    Accepted(TransferId),
    /// The transfer is over. The last event with this id.
    Ended(TransferId, ReceiveOutcome),
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

/// Why a peer was not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnedAway {
    /// As many transfers as are allowed at once are running.
    Busy,
    /// This one address has as many transfers as one address may have.
    BusyWithSameAddress,
    /// The peer is not on a directly attached network.
    NotAttached,
}

/// How receiving from one peer ended.
#[derive(Debug)]
pub enum ReceiveOutcome {
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
        peer: IpAddr,
    },
    /// What the receiver said, made harmless for display; empty where it said nothing.
    Greeted(String),
    /// The whole file was handed over; now the receiver has to close.
    AwaitingConfirmation,
    /// The transfer is over. The last event.
    Ended(SendOutcome),
}

/// How sending a file ended.
#[derive(Debug)]
pub enum SendOutcome {
    /// The receiver closed in order after our end of stream.
    Delivered {
        /// The file's size.
        bytes: u64,
        /// From the first byte to the receiver's close.
        elapsed: Duration,
    },
    /// Everything was sent, but the wait for the receiver's close was given up.
    Unconfirmed {
        /// The file's size.
        bytes: u64,
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
