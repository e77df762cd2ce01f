//! How receiving ends: what the sender is told, and what is told here.

use std::path::PathBuf;
use std::time::Instant;

use super::hello::farewell;
use super::receive::{SecureReceiving, Stop};
use crate::error::{Error, PeerFault, ours};
use crate::protocol::message::{Abort, AbortReason, Decline, Message};
use crate::transfer::event::{ListenEvent, ReceiveOutcome, Unfinished};

impl SecureReceiving {
    pub(super) fn received(self, paths: Vec<PathBuf>) -> ReceiveOutcome {
        self.stream.close();
        let device = self.device;
        match self.text {
            Some(text) => ReceiveOutcome::Text {
                device,
                text: String::from_utf8_lossy(&text).into_owned(),
            },
            None => ReceiveOutcome::Received {
                device,
                paths,
                summary: Box::new(self.summary),
            },
        }
    }

    /// Tells the sender, and what is to be told here.
    pub(super) fn stopped(mut self, stop: Stop) -> ReceiveOutcome {
        self.settle_attempt(&stop);
        let bytes = self.start.incoming.snapshot().bytes;
        match stop {
            Stop::Declined => {
                self.refuse(Decline::Declined);
                ReceiveOutcome::Declined
            }
            Stop::Expired => {
                self.refuse(Decline::Expired);
                ReceiveOutcome::Expired
            }
            Stop::Told(error) => {
                self.stream.close();
                broken_off(error, bytes)
            }
            Stop::Broken(error) => {
                if let Some(message) = farewell(&error) {
                    self.stream.abort(&message);
                }
                broken_off(error, bytes)
            }
        }
    }

    /// A person's no is a decision, and trouble of our own is nobody's guess; everything else before
    /// the yes may have been one.
    fn settle_attempt(&mut self, stop: &Stop) {
        let Some(attempt) = self.attempt.take() else {
            return;
        };
        let is_ours =
            |error: &Error| matches!(error, Error::Cancelled | Error::Disk(_) | Error::Ours(_));
        if matches!(stop, Stop::Declined) || matches!(stop, Stop::Broken(error) if is_ours(error)) {
            attempt.decided();
        } else if attempt.broken_off(Instant::now()) {
            self.start.events.emit(ListenEvent::BrokenOff {
                peer: self.start.incoming.peer,
                device_name: self.device.name.clone(),
                how: unfinished(stop),
            });
        }
    }

    /// A no: as the answer where one is due, else by giving up.
    fn refuse(mut self, reason: Decline) {
        let answer = self.machine.decline(reason);
        match answer.map_err(ours) {
            Ok(answer) if self.stream.queue(&answer).is_ok() => self.stream.close(),
            _ => self.stream.abort(&Message::Abort(Abort {
                reason: match reason {
                    Decline::Expired => AbortReason::Expired,
                    _ => AbortReason::Declined,
                },
                detail: String::new(),
            })),
        }
    }
}

/// Whether people were too slow: the user here, the sender's, or both.
fn unfinished(stop: &Stop) -> Unfinished {
    match stop {
        Stop::Expired
        | Stop::Broken(Error::Peer(
            PeerFault::Silent
            | PeerFault::Aborted {
                reason: AbortReason::Expired,
                ..
            },
        )) => Unfinished::OutOfTime,
        Stop::Declined | Stop::Told(_) | Stop::Broken(_) => Unfinished::BrokenOff,
    }
}

pub(super) fn broken_off(cause: Error, bytes: u64) -> ReceiveOutcome {
    match cause {
        Error::Disk(_) => ReceiveOutcome::Failed(cause),
        Error::Peer(PeerFault::TurnedAway(reason)) => ReceiveOutcome::TurnedAway(reason),
        cause => ReceiveOutcome::BrokenOff { cause, bytes },
    }
}
