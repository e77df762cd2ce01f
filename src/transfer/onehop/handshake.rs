//! The sender meets the receiver: whose key it is, who both say they are, and what only people can
//! decide about that.

use std::time::Instant;

use super::hello::{expect_message, fresh_nonce, introduction};
use super::send::{Start, out_of_turn};
use super::trust::is_known;
use super::work::Work;
use crate::error::{Error, OurFault, PeerFault, QuestionKind, aborted, ours, violation};
use crate::identity::{Fingerprint, Verdict};
use crate::net::secure_stream::{Frame, SecureStream};
use crate::protocol::code::Code;
use crate::protocol::message::{Abort, AbortReason, Extension, Message};
use crate::protocol::sender::{Event, Identities, Sender};
use crate::transfer::control::Decision;
use crate::transfer::event::{PeerDevice, Question, SendEvent};

/// Decides whose key it is and introduces both sides.
pub(super) fn meet(
    stream: &mut SecureStream,
    start: &mut Start<'_>,
) -> Result<(Sender, PeerDevice), Error> {
    let proven = stream.proven_peer()?;
    let trust = start.trust;
    let expectation = trust.expectation_at(start.picked, start.target);
    let verdict = trust.devices.judge(&expectation, proven);
    ask_about_identity(stream, start, &verdict, proven)?;
    let introduction = introduction(trust, is_known(&verdict));
    let (mut machine, hello) = Sender::new(
        &introduction,
        Identities {
            sender: *trust.identity.fingerprint().as_bytes(),
            receiver: *proven.as_bytes(),
        },
        fresh_nonce()?,
    );
    stream.queue(&hello)?;
    let message = expect_message(stream, start.control)?;
    match machine.hear(message).map_err(violation)? {
        Event::Introduced { hello, code } => {
            if machine.uses(Extension::Alive) {
                stream.expect_signs(start.limits.pace);
            }
            let payload = &mut start.payload;
            if !machine.uses(Extension::Links) {
                payload.copy_links();
            }
            let reveal = machine.reveal(payload.entries(), payload.files(), payload.bytes());
            stream.queue(&reveal.map_err(ours)?)?;
            stream.flush()?;
            let device = trust.peer(&verdict, proven, &hello.device);
            start.events.emit(SendEvent::Introduced(device.clone()));
            confirm(stream, &mut machine, start, &device, code)?;
            Ok((machine, device))
        }
        Event::Aborted(abort) => Err(aborted(abort)),
        _ => Err(out_of_turn()),
    }
}

/// Where there is a code, two people compare it.
fn confirm(
    stream: &mut SecureStream,
    machine: &mut Sender,
    start: &Start<'_>,
    device: &PeerDevice,
    code: Option<Code>,
) -> Result<(), Error> {
    if let Some(code) = code {
        let device = device.clone();
        let (fingerprint, name) = (device.fingerprint, device.name.clone());
        let question = Question::Code { device, code };
        let is_same = ask(stream, start, question, |message| {
            match machine.hear(message).map_err(violation)? {
                Event::Alive => Ok(()),
                Event::Aborted(abort) => Err(aborted_while_asking(abort, QuestionKind::Code)),
                _ => Err(out_of_turn()),
            }
        })?;
        match is_same {
            Some(true) => {
                let trust = start.trust.clone();
                let interrupt = stream.interrupt().clone();
                let remembering = Work::start("disk", interrupt, move |_| {
                    trust.remember(fingerprint, &name);
                })?;
                remembering.attended(stream)?;
            }
            Some(false) => {}
            None => return Err(PeerFault::CodeRejected.into()),
        }
    }
    machine.confirmed().map_err(ours)
}

/// Another computer than expected: the user alone may go on, as with a stranger.
fn ask_about_identity(
    stream: &mut SecureStream,
    start: &Start<'_>,
    verdict: &Verdict,
    proven: Fingerprint,
) -> Result<(), Error> {
    let Verdict::DifferentComputer { expected, found } = verdict else {
        return Ok(());
    };
    let question = Question::DifferentComputer {
        expected: expected.clone(),
        found: found.clone(),
    };
    let may_go_on = ask(stream, start, question, |message| match message {
        Message::Abort(abort) => {
            let kind = QuestionKind::DifferentComputer;
            Err(aborted_while_asking(abort, kind))
        }
        _ => Err(out_of_turn()),
    })?;
    match may_go_on {
        Some(_) => Ok(()),
        None => Err(PeerFault::WrongIdentity { found: proven }.into()),
    }
}

/// What the receiver said when it gave up while this side's user was asked: nobody else kept it
/// waiting.
fn aborted_while_asking(abort: Abort, question: QuestionKind) -> Error {
    match abort.reason {
        AbortReason::Expired => PeerFault::OutOfPatience { question }.into(),
        _ => aborted(abort),
    }
}

/// Asks the user and waits, while the receiver may give up. Returns whether to remember; `None` is
/// the user's no.
fn ask(
    stream: &mut SecureStream,
    start: &Start<'_>,
    question: Question,
    mut hear: impl FnMut(Message) -> Result<(), Error>,
) -> Result<Option<bool>, Error> {
    let (control, kind) = (start.control, question.kind());
    control.ask(kind);
    start.events.emit(SendEvent::Asked(question));
    let deadline = Instant::now() + start.limits.decision;
    loop {
        control.interrupt().check()?;
        match control.take_answer() {
            Some(Decision::GoOn { remember, .. }) => return Ok(Some(remember)),
            Some(_) => return Ok(None),
            None => {}
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(OurFault::NotAnswered { question: kind }.into());
        }
        match stream.next(Some(left))? {
            Frame::Message(message) => hear(message)?,
            Frame::Data(_) => return Err(out_of_turn()),
            Frame::Quiet | Frame::Called => {}
        }
    }
}
