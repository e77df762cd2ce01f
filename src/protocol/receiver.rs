//! The receiver of onehop/1: what it may say when, and what it makes of what it hears.
//!
//! ```text
//!          ◀ hello, hello ▶           ◀ reveal              ◀ manifest, manifest-end
//! Greeting ────────────────▶ Greeted ─────────▶ Introduced ─────────────────────────▶ Deciding
//!                                                                want-hash ▶, ◀ hash    │ answer ▶
//!            receipt-end ▶              all files settled                answer-end ▶   ▼
//!     Done ◀────────────── Settling ◀──────────────────────────────────────────── Receiving
//!                                                                     ◀ file, data, end, failed
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
use super::sender::{Identities, Introduction};
use super::transitions::{advance, check_kind, fail, hello, in_use, start};

/// The receiver's half of a transfer.
#[derive(Debug)]
pub struct Receiver {
    state: State,
    manifest_state: Option<ManifestState>,
    identities: Identities,
    nonce: Hex32,
    commit: Option<Hex32>,
    remembers: bool,
    peer_remembers: bool,
    /// Those of the sender, and those of both once this side has said hello.
    extensions: Vec<Extension>,
    /// Hashes that are waited for.
    wanted: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Greeting,
    Greeted,
    Introduced,
    Deciding,
    Answering,
    Receiving,
    InFile { index: u32, left: u64 },
    Settling,
    Done,
}

/// What the receiver has heard, and so has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// The sender introduced itself. Answer with [`Receiver::hello`].
    Greeted(Hello),
    /// The sender's number fits: show the code, where there is one, and the totals.
    Introduced {
        /// How much is to come.
        totals: Reveal,
        /// To be compared by two people; `None` if both sides remember each other.
        code: Option<Code>,
    },
    /// A batch of what is offered.
    Listed(Vec<Entry>),
    /// All of it is known. Decide.
    Offered,
    /// Hashes that were wanted.
    Hashes(Vec<FileHash>),
    /// This file's content follows, from this offset on.
    FileStarted {
        /// The file.
        index: u32,
        /// Bytes that stay as they are held.
        offset: u64,
        /// Bytes that follow.
        left: u64,
        /// Bytes that were held to no use: they are among those that follow.
        released: u64,
    },
    /// This file is complete and must have this hash.
    FileEnded {
        /// The file.
        index: u32,
        /// The BLAKE3 of the sender's.
        blake3: Hex32,
        /// The sender's is longer by now.
        grew: bool,
    },
    /// This file will not come.
    FileFailed {
        /// The file.
        index: u32,
        /// Why.
        reason: Reason,
        /// Bytes of it that were still expected.
        left: u64,
    },
    /// The sender is there, and has nothing to say for now.
    Alive,
    /// The sender gave up. It is over.
    Aborted(Abort),
}

impl Receiver {
    /// A new transfer. `nonce` must be random and fresh.
    #[must_use]
    pub fn new(identities: Identities, nonce: Hex32) -> Self {
        Self {
            state: State::Greeting,
            manifest_state: None,
            identities,
            nonce,
            commit: None,
            remembers: false,
            peer_remembers: false,
            extensions: Vec::new(),
            wanted: Vec::new(),
        }
    }

    /// Whether both sides do this. Not before this side's hello.
    #[must_use]
    pub fn uses(&self, extension: Extension) -> bool {
        self.state != State::Greeting && self.extensions.contains(&extension)
    }

    /// Takes a message of the sender's.
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
            (_, Message::Alive(Empty {})) if self.uses(Extension::Alive) => Ok(Event::Alive),
            (State::Greeting, Message::Hello(hello)) if self.commit.is_none() => {
                self.greeted(hello)
            }
            (State::Greeted, Message::Reveal(reveal)) => self.revealed(reveal),
            (State::Introduced, Message::Manifest(batch)) => self.listed(batch.items),
            (State::Introduced, Message::ManifestEnd(Empty {})) => {
                self.manifest_state(Kind::ManifestEnd)?.close()?;
                self.state = State::Deciding;
                Ok(Event::Offered)
            }
            (State::Deciding, Message::Hash(batch)) if self.awaits_hashes() => {
                ManifestState::check_hashes(&self.wanted, &batch.items)?;
                self.wanted.drain(..batch.items.len());
                Ok(Event::Hashes(batch.items))
            }
            (State::Receiving, Message::File(start)) => self.file_started(&start),
            (State::InFile { .. }, Message::End(end)) => self.file_ended(end),
            (State::Receiving | State::InFile { .. }, Message::Failed(failure)) => {
                self.file_failed(&failure)
            }
            (state, message) => Err(Violation::OutOfTurn {
                kind: message.kind(),
                state: state.doing(),
            }),
        }
    }

    /// This many bytes of content arrived; returns the file they belong to.
    ///
    /// # Errors
    ///
    /// [`Violation::OutOfTurn`] or [`Violation::WrongSize`].
    pub fn data(&mut self, bytes: usize) -> Result<u32, Violation> {
        let State::InFile { index, left } = self.state else {
            return Err(self.out_of_turn(Kind::Data));
        };
        let left = advance(index, left, bytes)?;
        self.state = State::InFile { index, left };
        Ok(index)
    }

    /// The answer to the sender's hello.
    ///
    /// # Errors
    ///
    /// [`Violation::OutOfTurn`], here and below: a mistake of the caller's.
    pub fn hello(&mut self, introduction: &Introduction) -> Result<Message, Violation> {
        if self.state != State::Greeting || self.commit.is_none() {
            return Err(self.out_of_turn(Kind::Hello));
        }
        self.remembers = introduction.remembers;
        self.extensions = in_use(&introduction.extensions, &self.extensions);
        self.state = State::Greeted;
        Ok(hello(introduction, None, Some(self.nonce)))
    }

    /// Asks for the hashes of files that may be here already, at most a batch at a time, in the
    /// order of the manifest.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongFile`] if one of them is none or was asked for before.
    pub fn want_hashes(&mut self, indices: Vec<u32>) -> Result<Message, Violation> {
        if self.state != State::Deciding || !self.wanted.is_empty() {
            return Err(self.out_of_turn(Kind::WantHash));
        }
        self.manifest_state(Kind::WantHash)?.want(&indices)?;
        self.wanted.clone_from(&indices);
        Ok(Message::WantHash(Batch { items: indices }))
    }

    /// Whether hashes are still to come.
    #[must_use]
    pub fn awaits_hashes(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// No, thank you. It is over.
    ///
    /// # Errors
    ///
    /// [`Violation::OutOfTurn`].
    pub fn decline(&mut self, reason: Decline) -> Result<Message, Violation> {
        if self.state != State::Deciding || self.awaits_hashes() {
            return Err(self.out_of_turn(Kind::Answer));
        }
        self.state = State::Done;
        Ok(Message::Answer(Answer {
            accepted: false,
            reason: Some(reason),
            items: Vec::new(),
        }))
    }

    /// Yes, but with these exceptions; in batches, in the order of the manifest.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongFile`] or [`Violation::WrongSize`].
    pub fn accept(&mut self, items: Vec<Exception>) -> Result<Message, Violation> {
        if !self.may_accept() {
            return Err(self.out_of_turn(Kind::Answer));
        }
        self.state = State::Answering;
        self.manifest_state(Kind::Answer)?.except(items.clone())?;
        Ok(Message::Answer(Answer {
            accepted: true,
            reason: None,
            items,
        }))
    }

    /// The answer is complete.
    ///
    /// # Errors
    ///
    /// [`Violation::OutOfTurn`].
    pub fn answer_end(&mut self) -> Result<Message, Violation> {
        if !self.may_accept() {
            return Err(self.out_of_turn(Kind::AnswerEnd));
        }
        self.state = State::Receiving;
        self.look_for_end();
        Ok(Message::AnswerEnd(Empty {}))
    }

    /// Every accepted file is settled: time to make it durable, and to send the receipt.
    #[must_use]
    pub fn all_settled(&self) -> bool {
        self.state == State::Settling
    }

    /// A batch of files that came but could not be saved, in the order of the manifest.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongFile`] if they are not.
    pub fn receipt(&mut self, mut failures: Vec<Failure>) -> Result<Message, Violation> {
        if self.state != State::Settling {
            return Err(self.out_of_turn(Kind::Receipt));
        }
        self.manifest_state(Kind::Receipt)?.not_saved(&failures)?;
        if !self.uses(Extension::Causes) {
            for failure in &mut failures {
                failure.cause = None;
            }
        }
        Ok(Message::Receipt(Batch { items: failures }))
    }

    /// A batch of what has another name here, in the order of the manifest.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongFile`] or [`Violation::BadEntry`] if that cannot be.
    pub fn renamed(&mut self, renamed: Vec<Renamed>) -> Result<Message, Violation> {
        if self.state != State::Settling || !self.uses(Extension::Names) {
            return Err(self.out_of_turn(Kind::Renamed));
        }
        self.manifest_state(Kind::Renamed)?.renamed(&renamed)?;
        Ok(Message::Renamed(Batch { items: renamed }))
    }

    /// Everything else stands under its final name. It is over.
    ///
    /// # Errors
    ///
    /// [`Violation::WrongReceipt`] if this does not add up.
    pub fn receipt_end(&mut self, totals: Totals) -> Result<Message, Violation> {
        if self.state != State::Settling {
            return Err(self.out_of_turn(Kind::ReceiptEnd));
        }
        self.manifest_state(Kind::ReceiptEnd)?
            .check_receipt(&totals)?;
        self.state = State::Done;
        Ok(Message::ReceiptEnd(totals))
    }

    fn greeted(&mut self, hello: Hello) -> Result<Event, Violation> {
        if hello.version != VERSION {
            return Err(Violation::UnknownVersion(hello.version));
        }
        if hello.commit.is_none() {
            let detail = "no commit".to_owned();
            return Err(Violation::Malformed {
                kind: Kind::Hello,
                detail,
            });
        }
        self.commit = hello.commit;
        self.peer_remembers = hello.remembers;
        self.extensions.clone_from(&hello.extensions);
        Ok(Event::Greeted(hello))
    }

    fn revealed(&mut self, reveal: Reveal) -> Result<Event, Violation> {
        if self.commit != Some(code::commitment(&reveal.nonce)) {
            return Err(Violation::BrokenCommitment);
        }
        self.manifest_state = Some(ManifestState::new(reveal)?);
        self.state = State::Introduced;
        let Identities { sender, receiver } = &self.identities;
        let code = code::code(sender, receiver, &reveal.nonce, &self.nonce);
        let remembered = self.remembers && self.peer_remembers;
        Ok(Event::Introduced {
            totals: reveal,
            code: (!remembered).then_some(code),
        })
    }

    fn listed(&mut self, mut entries: Vec<Entry>) -> Result<Event, Violation> {
        let (links, modes) = (self.uses(Extension::Links), self.uses(Extension::Modes));
        let manifest_state = self.manifest_state(Kind::Manifest)?;
        for entry in &mut entries {
            // A field that means nothing here, as any other.
            entry.mode = entry.mode.filter(|_| modes);
            check_kind(entry, links)?;
            manifest_state.enter(entry)?;
        }
        Ok(Event::Listed(entries))
    }

    fn file_started(&mut self, file: &FileStart) -> Result<Event, Violation> {
        let FileStart { index, offset } = *file;
        let manifest_state = self.manifest_state(Kind::File)?;
        let held = manifest_state.turn().map_or(0, |turn| turn.held_bytes());
        let left = start(manifest_state, index, offset)?;
        self.state = State::InFile { index, left };
        Ok(Event::FileStarted {
            index,
            offset,
            left,
            released: held - offset,
        })
    }

    fn file_ended(&mut self, end: FileEnd) -> Result<Event, Violation> {
        let FileEnd { blake3, grew } = end;
        let grew = grew && self.uses(Extension::Grown);
        match self.state {
            State::InFile { index, left: 0 } => {
                self.manifest_state(Kind::End)?.settle();
                self.state = State::Receiving;
                self.look_for_end();
                Ok(Event::FileEnded {
                    index,
                    blake3,
                    grew,
                })
            }
            State::InFile { index, .. } => Err(Violation::WrongSize { index }),
            _ => Err(self.out_of_turn(Kind::End)),
        }
    }

    fn file_failed(&mut self, failure: &Failure) -> Result<Event, Violation> {
        let Failure { index, reason, .. } = *failure;
        let in_file = match self.state {
            State::InFile { index, left } => Some((index, left)),
            _ => None,
        };
        let manifest_state = self.manifest_state(Kind::Failed)?;
        let turn = manifest_state.turn();
        let left = in_file.map(|(_, left)| left);
        let left = left.or(turn.map(|turn| turn.bytes - turn.held_bytes()));
        fail(manifest_state, in_file.map(|(index, _)| index), index)?;
        self.state = State::Receiving;
        self.look_for_end();
        Ok(Event::FileFailed {
            index,
            reason,
            left: left.unwrap_or_default(),
        })
    }

    fn may_accept(&self) -> bool {
        matches!(self.state, State::Deciding | State::Answering) && !self.awaits_hashes()
    }

    fn look_for_end(&mut self) {
        if self
            .manifest_state
            .as_mut()
            .is_some_and(|manifest_state| manifest_state.turn().is_none())
        {
            self.state = State::Settling;
        }
    }

    /// There from `reveal` on.
    fn manifest_state(&mut self, kind: Kind) -> Result<&mut ManifestState, Violation> {
        let state = self.state.doing();
        self.manifest_state
            .as_mut()
            .ok_or(Violation::OutOfTurn { kind, state })
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
            Self::Greeted => "waiting for reveal",
            Self::Introduced => "waiting for the manifest",
            Self::Deciding => "deciding",
            Self::Answering => "answering",
            Self::Receiving | Self::InFile { .. } => "receiving files",
            Self::Settling => "saving",
            Self::Done => "done",
        }
    }
}
