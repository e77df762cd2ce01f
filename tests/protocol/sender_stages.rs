//! A sender in each state it can be in. The fuzz targets include this file too.

use onehop::protocol::frame::Kind;
use onehop::protocol::message::{Answer, Decline, Message};
use onehop::protocol::sender::Sender;

use crate::conversation::{
    FIRST, FIRST_BYTES, HASH, IDENTITIES, SECOND, SENDER_NONCE, TOTALS, entries, introduction,
    reveal, sample, sender_introduced, sender_listing, sender_offering,
};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
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
    pub(crate) const ALL: [Self; 14] = [
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

/// The sender of the small transfer, driven as far as that.
pub(crate) fn sender_in(state: State) -> Sender {
    let introduction = introduction("laptop", false);
    let mut sender = match state {
        State::Reply => Sender::new(&introduction, IDENTITIES, SENDER_NONCE).0,
        State::Reveal | State::Confirm => sender_introduced(&introduction),
        State::List => sender_listing(TOTALS),
        _ => sender_offering(entries()),
    };
    match state {
        State::Reply | State::Reveal | State::Decide => {}
        State::Confirm => {
            reveal(&mut sender, &TOTALS).unwrap();
        }
        State::List => {
            sender.manifest(entries()).unwrap();
        }
        State::Hashes => hear(&mut sender, Kind::WantHash),
        State::Answer => hear(&mut sender, Kind::Answer),
        State::Declined => {
            sender.hear(no()).unwrap();
        }
        State::Aborted => hear(&mut sender, Kind::Abort),
        _ => send_until(&mut sender, state),
    }
    sender
}

fn send_until(sender: &mut Sender, state: State) {
    hear(sender, Kind::AnswerEnd);
    if state == State::Send {
        return;
    }
    sender.start(FIRST, 0).unwrap();
    if state == State::File {
        return;
    }
    sender.data(usize::try_from(FIRST_BYTES).unwrap()).unwrap();
    if state == State::FileComplete {
        return;
    }
    sender.end(HASH, false).unwrap();
    sender.start(SECOND, 0).unwrap();
    sender.data(3).unwrap();
    sender.end(HASH, false).unwrap();
    if state == State::Done {
        hear(sender, Kind::ReceiptEnd);
    }
}

fn hear(sender: &mut Sender, kind: Kind) {
    sender.hear(sample(kind)).unwrap();
}

/// What the receiver says that does not want anything.
pub(crate) fn no() -> Message {
    Message::Answer(Answer {
        accepted: false,
        reason: Some(Decline::Declined),
        items: Vec::new(),
    })
}
