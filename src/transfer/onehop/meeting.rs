//! The sender meets the receiver: whose key it is, who both say they are, and what only people can
//! decide about that.

use std::time::{Duration, Instant};

use super::channel::{Channel, Frame, ours, violation};
use super::introduction::{aborted, expect_message, fresh_nonce, introduction};
use super::send::{Start, out_of_turn};
use super::trust::is_known;
use crate::identity::{Fingerprint, Verdict};
use crate::protocol::code::Code;
use crate::protocol::message::{Extension, Message};
use crate::protocol::sender::{Heard, Identities, Sender};
use crate::transfer::control::Decision;
use crate::transfer::error::{Error, PeerFault};
use crate::transfer::event::{Events, PeerDevice, Question, SendEvent};

/// How long the user of either side may take to decide.
const DECISION_TIME: Duration = Duration::from_mins(10);

/// Decides whose key it is and introduces both sides.
pub(super) fn meet(
    channel: &mut Channel,
    start: &mut Start<'_>,
) -> Result<(Sender, PeerDevice), Error> {
    let proven = channel.proven_peer()?;
    let trust = start.trust;
    let expectation = trust.expectation_at(start.picked, start.target);
    let verdict = trust.devices.judge(&expectation, proven);
    ask_about_identity(channel, start, &verdict, proven)?;
    let introduction = introduction(trust, is_known(&verdict));
    let (mut machine, hello) = Sender::new(
        &introduction,
        Identities {
            sender: *trust.identity.fingerprint().as_bytes(),
            receiver: *proven.as_bytes(),
        },
        fresh_nonce()?,
    );
    channel.queue(&hello)?;
    let message = expect_message(channel)?;
    match machine.hear(message).map_err(violation)? {
        Heard::Introduced { hello, code } => {
            let goods = &mut *start.goods;
            if !machine.uses(Extension::Links) {
                goods.copy_links();
            }
            let reveal = machine.reveal(goods.entries(), goods.files(), goods.bytes());
            channel.queue(&reveal.map_err(ours)?)?;
            channel.flush()?;
            let device = trust.peer(&verdict, proven, &hello.device);
            start.events.emit(SendEvent::Introduced(device.clone()));
            confirm(channel, &mut machine, start, &device, code)?;
            Ok((machine, device))
        }
        Heard::Aborted(abort) => Err(aborted(abort)),
        _ => Err(out_of_turn()),
    }
}

/// Where there is a code, two people compare it.
fn confirm(
    channel: &mut Channel,
    machine: &mut Sender,
    start: &Start<'_>,
    device: &PeerDevice,
    code: Option<Code>,
) -> Result<(), Error> {
    if let Some(code) = code {
        let device = device.clone();
        let (fingerprint, name) = (device.fingerprint, device.name.clone());
        let question = Question::Code { device, code };
        if ask(channel, machine, start.events, question)? {
            start.trust.remember(fingerprint, &name);
        }
    }
    machine.confirmed().map_err(ours)
}

/// Another computer than expected: the user alone may go on, as with a stranger.
fn ask_about_identity(
    channel: &mut Channel,
    start: &Start<'_>,
    verdict: &Verdict,
    proven: Fingerprint,
) -> Result<(), Error> {
    let Verdict::DifferentComputer { expected, found } = verdict else {
        return Ok(());
    };
    start
        .events
        .emit(SendEvent::Asked(Question::DifferentComputer {
            expected: expected.clone(),
            found: found.clone(),
        }));
    let hear = |message| match message {
        Message::Abort(abort) => Err(aborted(abort)),
        _ => Err(out_of_turn()),
    };
    match wait_for_decision(channel, hear)? {
        Decision::GoOn { .. } => Ok(()),
        _ => Err(PeerFault::WrongIdentity { found: proven }.into()),
    }
}

/// Asks the user and waits, while the receiver may give up. Returns whether to remember.
fn ask(
    channel: &mut Channel,
    machine: &mut Sender,
    events: &Events<SendEvent>,
    question: Question,
) -> Result<bool, Error> {
    events.emit(SendEvent::Asked(question));
    let answer = wait_for_decision(channel, |message| {
        match machine.hear(message).map_err(violation)? {
            Heard::Aborted(abort) => Err(aborted(abort)),
            _ => Err(out_of_turn()),
        }
    });
    match answer? {
        Decision::GoOn { remember } => Ok(remember),
        _ => Err(PeerFault::CodeRejected.into()),
    }
}

fn wait_for_decision(
    channel: &mut Channel,
    mut hear: impl FnMut(Message) -> Result<(), Error>,
) -> Result<Decision, Error> {
    let deadline = Instant::now() + DECISION_TIME;
    loop {
        let control = channel.connection().control().clone();
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        if let Some(decision) = control.take_decision() {
            return Ok(decision);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(PeerFault::CodeRejected.into());
        }
        match channel.next(Some(left))? {
            Frame::Message(message) => hear(message)?,
            Frame::Data(_) => return Err(out_of_turn()),
            Frame::Quiet | Frame::Called => {}
        }
    }
}
