//! A receiver in each state it can be in. The fuzz targets include this file too.

use onehop::protocol::frame::Kind;
use onehop::protocol::message::{Decline, Message, Totals};
use onehop::protocol::receiver::Receiver;

use crate::conversation::{
    FIRST, FIRST_BYTES, IDENTITIES, RECEIVER_NONCE, SECOND, TOTALS, entries, failure, introduction,
    manifest, receiver_offered, receiver_told, sample,
};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Hello,
    Reply,
    Reveal,
    Confirm,
    List,
    Decide,
    Hashes,
    Answer,
    Send,
    File,
    FileComplete,
    Settle,
    Done,
    Declined,
    Aborted,
}

impl State {
    pub(crate) const ALL: [Self; 15] = [
        Self::Hello,
        Self::Reply,
        Self::Reveal,
        Self::Confirm,
        Self::List,
        Self::Decide,
        Self::Hashes,
        Self::Answer,
        Self::Send,
        Self::File,
        Self::FileComplete,
        Self::Settle,
        Self::Done,
        Self::Declined,
        Self::Aborted,
    ];
}

/// The receiver of the small transfer, driven as far as that.
pub(crate) fn receiver_in(state: State) -> Receiver {
    let mut receiver = match state {
        State::Hello | State::Reply | State::Reveal => Receiver::new(IDENTITIES, RECEIVER_NONCE),
        State::Confirm | State::List => receiver_told(TOTALS).unwrap(),
        _ => receiver_offered(entries()),
    };
    match state {
        State::Hello | State::Confirm | State::Decide => {}
        State::Reply => hear(&mut receiver, Kind::Hello),
        State::Reveal => {
            hear(&mut receiver, Kind::Hello);
            receiver.hello(&introduction("desk-pc", false)).unwrap();
        }
        State::List => {
            receiver.hear(manifest(entries())).unwrap();
        }
        State::Hashes => {
            receiver.want_hashes(vec![FIRST]).unwrap();
        }
        State::Answer => {
            receiver.accept(Vec::new()).unwrap();
        }
        State::Declined => {
            receiver.decline(Decline::Declined).unwrap();
        }
        State::Aborted => hear(&mut receiver, Kind::Abort),
        _ => send_until(&mut receiver, state),
    }
    receiver
}

fn send_until(receiver: &mut Receiver, state: State) {
    receiver.answer_end().unwrap();
    if state == State::Send {
        return;
    }
    hear(receiver, Kind::File);
    if state == State::File {
        return;
    }
    receiver
        .data(usize::try_from(FIRST_BYTES).unwrap())
        .unwrap();
    if state == State::FileComplete {
        return;
    }
    hear(receiver, Kind::End);
    let failed = failure(SECOND);
    receiver.hear(Message::Failed(failed)).unwrap();
    assert!(receiver.all_settled());
    if state == State::Done {
        receiver.receipt_end(one_of_two()).unwrap();
    }
}

fn hear(receiver: &mut Receiver, kind: Kind) {
    receiver.hear(sample(kind)).unwrap();
}

/// What it saves of the small transfer in which the second file failed.
pub(crate) fn one_of_two() -> Totals {
    Totals {
        files: 1,
        bytes: FIRST_BYTES,
    }
}
