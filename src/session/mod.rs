//! One transfer as people see it: where it stands, how far it is, what can be done with it now, and
//! what became of it.
//!
//! In scope: [`Outgoing`] and [`Incoming`], each fed with the engine's events, borrowed and drawn by
//! the window, printed by the terminal program, and written down in the history. Each knows of no
//! other, so there may be any number of both; the [`queue`] tells when the next one begins, and when
//! one that broke off is tried again. Out of scope: the engine's handles, channels and clocks, which
//! front ends hold, and anything drawn.
//!
//! ```text
//! Outgoing  Connecting ─▶ Greeted ─▶ Listing ─▶ AwaitingAnswer ─▶ Checking ─▶ Sending
//!               │             └── classic ───────────────────────────────────▶ │
//!           Diagnosing                                              AwaitingConfirmation ─▶ Ended
//!
//! Incoming  Waiting ─▶ Introduced ─▶ Offered ─┬─▶ Receiving ─▶ Ended ─▶ Kept, Discarded
//!              └─────▶ Requested ─────────────┘
//! ```
//!
//! A question interrupts an outgoing transfer wherever it stands, and either can end at any time.
//! An offer comes once more when the rest of a long list holds something that the yes does not cover.
//!
//! # A new way to end
//!
//! It is a variant of [`SendOutcome`](crate::transfer::SendOutcome) or
//! [`ReceiveOutcome`](crate::transfer::ReceiveOutcome). `result` in `outgoing.rs` or `incoming.rs`
//! says what it comes to, and [`crate::messages::outcome`] says it to people; the compiler asks for
//! both. If it comes to something new, that is one more [`Ending`](crate::history::Ending), with
//! whether it is good, its colour in `ui`'s theme and its words in [`crate::messages::history`].
//! Screens, the terminal program and the history take it from there.

mod incoming;
mod outgoing;
mod progress;
pub mod queue;

pub use incoming::{Incoming, IncomingState};
pub use outgoing::{Outgoing, OutgoingState, Receiver};
pub use progress::Progress;
