//! The sender of onehop/1: what it may say when, and what it makes of what it hears.
//!
//! ```text
//!  hello ▶          ◀ hello          reveal ▶            the user confirms the code
//! ───────▶ Greeting ───────▶ Greeted ────────▶ Introduced ────────────────────────▶ Listing
//!                                                                  manifest ▶ │ manifest-end ▶
//!          receipt-end ◀            all files settled       answer-end ◀      ▼
//!    Done ◀──────────── AwaitingReceipt ◀──────────── Sending ◀────────── AwaitingAnswer
//!                                                 file, data, end,        ◀ want-hash, hash ▶
//!                                                     failed ▶            ◀ answer (declined: Done)
//! ```
//!
//! `abort` is legal in every state and leads to Done. Pure: the caller moves the bytes.

use super::code::{self, Code};
use super::error::Violation;
use super::frame::Kind;
use super::manifest_state::ManifestState;
use super::message::{
    Abort, Answer, Batch, Decline, Empty, Entry, Exception, Extension, Failure, FileEnd, FileHash,
    FileStart, Hello, Hex32, Message, Reason, Renamed, Reveal, Totals, VERSION,
};
use super::transitions::{advance, check_kind, fail, hello, in_use, start};

pub use super::manifest_state::Turn;

/// What each side tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// The program's version.
    pub app: String,
    /// The device's name.
    pub device: String,
    /// The system.
    pub os: String,
    /// Whether this side remembers the other.
    pub remembers: bool,
    /// What it can do beyond the first onehop/1.
    pub extensions: Vec<Extension>,
}

/// The identities that the handshake has proved: SHA-256 of each certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identities {
    /// The sender's.
    pub sender: [u8; 32],
    /// The receiver's.
    pub receiver: [u8; 32],
}

/// The sender's half of a transfer.
#[derive(Debug)]
pub struct Sender {
    state: State,
    manifest_state: Option<ManifestState>,
    identities: Identities,
    nonce: Hex32,
    remembers: bool,
    /// Those of this side, and those of both once the other has said hello.
    extensions: Vec<Extension>,
    /// Hashes that the receiver waits for.
    wanted: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Greeting,
    Greeted,
    Introduced,
    Listing,
    AwaitingAnswer,
    Answering,
    Sending,
    InFile { index: u32, left: u64 },
    AwaitingReceipt,
    Done,
}

/// What the sender has heard, and so has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// The receiver introduced itself. Send [`Sender::reveal`] now; go on when the code is
    /// confirmed, where there is one.
    Introduced {
        /// Who it says it is.
        hello: Box<Hello>,
        /// To be compared by two people; `None` if both sides remember each other.
        code: Option<Code>,
    },
    /// Hash these files and tell with [`Sender::hashes`].
    HashesWanted(Vec<u32>),
    /// The receiver does not want it. It is over.
    Declined(Decline),
    /// A batch of the answer: what is not sent in full.
    Excepted(Vec<Exception>),
    /// The answer is complete. Send the files.
    Accepted,
    /// These could not be saved.
    NotSaved(Vec<Failure>),
    /// These have other names there.
    Renamed(Vec<Renamed>),
    /// The receiver is there, and has nothing to say for now.
    Alive,
    /// Everything else is saved. It is over.
    Received(Totals),
    /// The receiver gave up. It is over.
    Aborted(Abort),
}

impl Sender {
    /// A new transfer and its first message. `nonce` must be random and fresh.
    #[must_use]
    pub fn new(
        introduction: &Introduction,
        identities: Identities,
        nonce: Hex32,
    ) -> (Self, Message) {
        let sender = Self {
            state: State::Greeting,
            manifest_state: None,
            identities,
            nonce,
            remembers: introduction.remembers,
            extensions: introduction.extensions.clone(),
            wanted: Vec::new(),
        };
        let hello = hello(introduction, Some(code::commitment(&nonce)), None);
        (sender, hello)
    }

    /// Whether both sides do this. Not before the receiver's hello.
    #[must_use]
    pub fn uses(&self, extension: Extension) -> bool {
        self.state != State::Greeting && self.extensions.contains(&extension)
    }

    /// Takes a message of the receiver's.
    ///
    /// # Errors
    ///
    /// The [`Violation`] that it is.
    pub fn hear(&mut self, message: Message) -> Result<Event, Violation> {
        match (self.state, message) {
            (_, Message::Abort(abort)) => {
                self.state = State::Done;
                Ok(Event::Aborted(abort))
            }
            (State::Greeting, Message::Hello(hello)) => self.introduced(hello),
            (State::AwaitingAnswer, Message::WantHash(batch)) if self.wanted.is_empty() => {
                self.manifest_state(Kind::WantHash)?.want(&batch.items)?;
                self.wanted.clone_from(&batch.items);
                Ok(Event::HashesWanted(batch.items))
            }
            (State::AwaitingAnswer | State::Answering, Message::Answer(answer))
                if self.wanted.is_empty() =>
            {
                self.answered(answer)
            }
            (State::AwaitingAnswer | State::Answering, Message::AnswerEnd(Empty {}))
                if self.wanted.is_empty() =>
            {
                self.state = State::Sending;
                self.look_for_end();
                Ok(Event::Accepted)
            }
            (_, Message::Alive(Empty {})) if self.uses(Extension::Alive) => Ok(Event::Alive),
            (State::AwaitingReceipt, Message::Renamed(batch)) if self.uses(Extension::Names) => {
                self.manifest_state(Kind::Renamed)?.renamed(&batch.items)?;
                Ok(Event::Renamed(batch.items))
            }
            (State::AwaitingReceipt, Message::Receipt(mut batch)) => {
                self.manifest_state(Kind::Receipt)?
                    .not_saved(&batch.items)?;
                if !self.uses(Extension::Causes) {
                    batch.items.iter_mut().for_each(|item| item.cause = None);
                }
                Ok(Event::NotSaved(batch.items))
            }
            (State::AwaitingReceipt, Message::ReceiptEnd(totals)) => {
                self.manifest_state(Kind::ReceiptEnd)?
                    .check_receipt(&totals)?;
                self.state = State::Done;
                Ok(Event::Received(totals))
            }
            (state, message) => Err(Violation::OutOfTurn {
                kind: message.kind(),
                state: state.doing(),
            }),
        }
    }

    /// The sender's number and how much there is.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongTotals`] if so much cannot be sent; [`Violation::OutOfTurn`], here and
    /// below: a mistake of the caller's.
    pub fn reveal(&mut self, entries: u32, files: u32, bytes: u64) -> Result<Message, Violation> {
        self.expect(State::Greeted, Kind::Reveal)?;
        let totals = Reveal {
            nonce: self.nonce,
            entries,
            files,
            bytes,
        };
        self.manifest_state = Some(ManifestState::new(totals)?);
        self.state = State::Introduced;
        Ok(Message::Reveal(totals))
    }

    /// The code was confirmed, or there is none: the manifest may follow.
    ///
    /// # Errors
    ///
    /// [`Violation::OutOfTurn`].
    pub fn confirmed(&mut self) -> Result<(), Violation> {
        self.expect(State::Introduced, Kind::Manifest)?;
        self.state = State::Listing;
        Ok(())
    }

    /// The next batch of the manifest.
    ///
    /// # Errors
    ///
    /// [`Violation::BadEntry`] or [`Violation::WrongTotals`] if it is not as announced.
    pub fn manifest(&mut self, entries: Vec<Entry>) -> Result<Message, Violation> {
        self.expect(State::Listing, Kind::Manifest)?;
        let (links, manifest_state) = (
            self.uses(Extension::Links),
            self.manifest_state(Kind::Manifest)?,
        );
        for entry in &entries {
            check_kind(entry, links)?;
            manifest_state.enter(entry)?;
        }
        Ok(Message::Manifest(Batch { items: entries }))
    }

    /// The end of the manifest.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongTotals`] if it is not complete.
    pub fn manifest_end(&mut self) -> Result<Message, Violation> {
        self.expect(State::Listing, Kind::ManifestEnd)?;
        self.manifest_state(Kind::ManifestEnd)?.close()?;
        self.state = State::AwaitingAnswer;
        Ok(Message::ManifestEnd(Empty {}))
    }

    /// Hashes that were wanted, in the order in which they were; all of them, in one or more batches.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongFile`] if they are not.
    pub fn hashes(&mut self, hashes: Vec<FileHash>) -> Result<Message, Violation> {
        if self.wanted.is_empty() {
            return Err(self.out_of_turn(Kind::Hash));
        }
        self.expect(State::AwaitingAnswer, Kind::Hash)?;
        ManifestState::check_hashes(&self.wanted, &hashes)?;
        self.wanted.drain(..hashes.len());
        Ok(Message::Hash(Batch { items: hashes }))
    }

    /// The file to send next; `None` when all are settled, and then the receipt is waited for.
    pub fn turn(&mut self) -> Option<Turn> {
        match self.state {
            State::Sending => self.manifest_state.as_mut()?.turn(),
            _ => None,
        }
    }

    /// The file whose turn it is begins at this offset.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongFile`] or [`Violation::WrongSize`].
    pub fn start(&mut self, index: u32, offset: u64) -> Result<Message, Violation> {
        self.expect(State::Sending, Kind::File)?;
        let left = start(self.manifest_state(Kind::File)?, index, offset)?;
        self.state = State::InFile { index, left };
        Ok(Message::File(FileStart { index, offset }))
    }

    /// This many more bytes of it are being sent.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongSize`].
    pub fn data(&mut self, bytes: usize) -> Result<(), Violation> {
        let State::InFile { index, left } = self.state else {
            return Err(self.out_of_turn(Kind::Data));
        };
        let left = advance(index, left, bytes)?;
        self.state = State::InFile { index, left };
        Ok(())
    }

    /// It is complete. `grew` tells that the file is longer by now than announced.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongSize`].
    pub fn end(&mut self, blake3: Hex32, grew: bool) -> Result<Message, Violation> {
        match self.state {
            State::InFile { left: 0, .. } => {}
            State::InFile { index, .. } => return Err(Violation::WrongSize { index }),
            _ => return Err(self.out_of_turn(Kind::End)),
        }
        self.manifest_state(Kind::End)?.settle();
        self.state = State::Sending;
        self.look_for_end();
        let grew = grew && self.uses(Extension::Grown);
        Ok(Message::End(FileEnd { blake3, grew }))
    }

    /// The file whose turn it is, begun or not, cannot be sent.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongFile`].
    pub fn failed(&mut self, index: u32, reason: Reason) -> Result<Message, Violation> {
        let in_file = self.in_file()?;
        fail(self.manifest_state(Kind::Failed)?, in_file, index)?;
        self.state = State::Sending;
        self.look_for_end();
        let cause = None;
        Ok(Message::Failed(Failure {
            index,
            reason,
            cause,
        }))
    }

    fn introduced(&mut self, hello: Hello) -> Result<Event, Violation> {
        if hello.version != VERSION {
            return Err(Violation::UnknownVersion(hello.version));
        }
        let Some(nonce) = hello.nonce else {
            let detail = "no nonce".to_owned();
            return Err(Violation::Malformed {
                kind: Kind::Hello,
                detail,
            });
        };
        self.state = State::Greeted;
        self.extensions = in_use(&self.extensions, &hello.extensions);
        let remembered = self.remembers && hello.remembers;
        let Identities { sender, receiver } = &self.identities;
        let code = code::code(sender, receiver, &self.nonce, &nonce);
        Ok(Event::Introduced {
            hello: Box::new(hello),
            code: (!remembered).then_some(code),
        })
    }

    fn answered(&mut self, answer: Answer) -> Result<Event, Violation> {
        if !answer.accepted {
            if self.state == State::Answering {
                return Err(self.out_of_turn(Kind::Answer));
            }
            self.state = State::Done;
            return Ok(Event::Declined(answer.reason.unwrap_or(Decline::Other)));
        }
        self.state = State::Answering;
        self.manifest_state(Kind::Answer)?
            .except(answer.items.clone())?;
        Ok(Event::Excepted(answer.items))
    }

    fn look_for_end(&mut self) {
        if self
            .manifest_state
            .as_mut()
            .is_some_and(|manifest_state| manifest_state.turn().is_none())
        {
            self.state = State::AwaitingReceipt;
        }
    }

    /// There from `reveal` on.
    fn manifest_state(&mut self, kind: Kind) -> Result<&mut ManifestState, Violation> {
        let state = self.state.doing();
        self.manifest_state
            .as_mut()
            .ok_or(Violation::OutOfTurn { kind, state })
    }

    fn in_file(&self) -> Result<Option<u32>, Violation> {
        match self.state {
            State::InFile { index, .. } => Ok(Some(index)),
            State::Sending => Ok(None),
            _ => Err(self.out_of_turn(Kind::Failed)),
        }
    }

    fn expect(&self, state: State, kind: Kind) -> Result<(), Violation> {
        if self.state == state {
            Ok(())
        } else {
            Err(self.out_of_turn(kind))
        }
    }

    fn out_of_turn(&self, kind: Kind) -> Violation {
        let state = self.state.doing();
        Violation::OutOfTurn { kind, state }
    }
}

impl State {
    fn doing(self) -> &'static str {
        match self {
            Self::Greeting => "waiting for hello",
            Self::Greeted => "telling the totals",
            Self::Introduced => "waiting for the sender's user",
            Self::Listing => "sending the manifest",
            Self::AwaitingAnswer => "waiting for the answer",
            Self::Answering => "reading the answer",
            Self::Sending | Self::InFile { .. } => "sending files",
            Self::AwaitingReceipt => "waiting for the receipt",
            Self::Done => "done",
        }
    }
}
