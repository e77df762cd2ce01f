//! What became of a transfer, as the history keeps it.

use std::time::{Duration, SystemTime};

use crate::app::incoming_row::IncomingRow;
use crate::error::{Error, PeerFault};
use crate::history::{Direction, Ending, Record};
use crate::messages::contact::{amount, shown};
use crate::messages::summary::is_incomplete;
use crate::messages::{self, UserMessage};
use crate::transfer::{Payload, PeerDevice, ReceiveOutcome, SendOutcome, Summary};
use crate::ui::Receiver;

/// What is known when an incoming transfer ends; none if the peer left without a word.
pub(in crate::app) fn received(row: &IncomingRow, outcome: &ReceiveOutcome) -> Option<Record> {
    let device = row.device();
    let peer = device.map_or_else(
        || row.incoming.peer().to_string(),
        |device| shown(&device.name),
    );
    let what = if device.is_some() {
        "the transfer"
    } else {
        "the file"
    };
    let mut record = Record {
        number: 0,
        ended: SystemTime::now(),
        direction: Direction::Received,
        ending: Ending::Failed,
        peer,
        what: what.to_owned(),
        bytes: 0,
        took: None,
        secure: device.is_some(),
        agreed: row.agreed(),
        reason: None,
        host: None,
        port: None,
        paths: Vec::new(),
    };
    fill_in_received(&mut record, outcome).then_some(record)
}

/// Returns whether there is something to remember.
fn fill_in_received(record: &mut Record, outcome: &ReceiveOutcome) -> bool {
    match outcome {
        ReceiveOutcome::SentNothing | ReceiveOutcome::TurnedAway(_) => return false,
        ReceiveOutcome::Saved {
            path,
            bytes,
            elapsed,
        } => {
            record.ending = Ending::Saved;
            record.what = messages::file_name(path);
            record.bytes = *bytes;
            record.took = Some(*elapsed);
            record.paths = vec![path.clone()];
        }
        ReceiveOutcome::Received { paths, summary, .. } => {
            record.ending = if is_incomplete(summary) {
                Ending::PartlySaved
            } else {
                Ending::Saved
            };
            record.what = match paths.as_slice() {
                [one] => messages::file_name(one),
                _ => amount(summary.files, summary.bytes),
            };
            record.bytes = summary.bytes;
            record.took = Some(summary.elapsed);
            record.paths.clone_from(paths);
        }
        ReceiveOutcome::Text { text, .. } => {
            record.ending = Ending::Shown;
            "a text".clone_into(&mut record.what);
            record.bytes = text.len() as u64;
        }
        ReceiveOutcome::BrokenOff { cause, bytes } => {
            record.ending = Ending::BrokenOff;
            record.bytes = *bytes;
            record.reason = Some(UserMessage::of_broken_off(cause).headline);
        }
        ReceiveOutcome::Interrupted { cause, bytes, .. } => {
            record.ending = Ending::BrokenOff;
            record.bytes = *bytes;
            record.reason = Some(UserMessage::of_interruption(cause).headline);
        }
        ReceiveOutcome::Declined => record.ending = Ending::Declined,
        ReceiveOutcome::Expired => record.ending = Ending::Expired,
        ReceiveOutcome::Failed(error) => record.reason = Some(UserMessage::from(error).headline),
    }
    true
}

/// What an outgoing transfer was.
#[derive(Debug)]
pub(in crate::app) struct Sent<'a> {
    pub(in crate::app) to: &'a Receiver,
    pub(in crate::app) device: Option<&'a PeerDevice>,
    pub(in crate::app) payload: &'a Payload,
    pub(in crate::app) what: &'a str,
}

/// What is known when it ends.
pub(in crate::app) fn sent(sent: &Sent<'_>, outcome: &SendOutcome) -> Record {
    let device = match outcome {
        SendOutcome::Received { device, .. } => Some(device),
        _ => sent.device,
    };
    let (ending, bytes, took, reason) = match outcome {
        SendOutcome::Received { summary, .. } => delivered(summary),
        SendOutcome::Delivered { bytes, elapsed, .. } => {
            (Ending::Delivered, *bytes, Some(*elapsed), None)
        }
        SendOutcome::Unconfirmed { bytes, .. }
        | SendOutcome::Failed {
            error: Error::Peer(PeerFault::Unconfirmed(_)),
            bytes,
        } => (Ending::Unconfirmed, *bytes, None, None),
        SendOutcome::Failed { error, bytes } => {
            let reason = UserMessage::from(error).headline;
            (Ending::Failed, *bytes, None, Some(reason))
        }
    };
    let what = match outcome {
        SendOutcome::Received { summary, .. } if is_incomplete(summary) => {
            amount(summary.files, summary.bytes)
        }
        _ => sent.what.to_owned(),
    };
    Record {
        number: 0,
        ended: SystemTime::now(),
        direction: Direction::Sent,
        ending,
        peer: device.map_or_else(|| shown(&sent.to.host), |device| shown(&device.name)),
        what,
        bytes,
        took,
        secure: device.is_some(),
        agreed: true,
        reason,
        host: Some(sent.to.host.clone()),
        port: Some(sent.to.port),
        paths: match sent.payload {
            Payload::Paths(paths) => paths.clone(),
            // A text is nobody's business later.
            Payload::Text(_) => Vec::new(),
        },
    }
}

fn delivered(summary: &Summary) -> (Ending, u64, Option<Duration>, Option<String>) {
    let ending = if is_incomplete(summary) {
        Ending::PartlyDelivered
    } else {
        Ending::Delivered
    };
    (ending, summary.bytes, Some(summary.elapsed), None)
}
