//! Onehop sends files straight from one computer to another on a local network.
//!
//! This is the library behind two thin programs: `onehop`, the window, and `onehop-cli`, the
//! terminal program. Both stand on the same engine, so what one can do the other can too.
//!
//! # The modules
//!
//! | module | what it is | uses |
//! |---|---|---|
//! | [`protocol`] | what goes over the wire; pure, no sockets, files, clocks or threads | |
//! | [`config`] | the folder of Onehop's few files, and how they are read and written | |
//! | [`history`] | the list of what was transferred, and its text; pure | |
//! | [`identity`] | this device's key, the devices it knows, whom it believes | `config` |
//! | [`error`] | what can go wrong, sorted by who is to blame | `identity`, `protocol` |
//! | `worker` | named threads whose panics are told | `error` |
//! | [`net`] | addresses, listening, connecting, one connection with deadlines and cancel | `error`, `identity`, `protocol` |
//! | [`disk`] | reading what is chosen, saving what comes, and never replacing anything | `error`, `protocol` |
//! | [`discovery`] | announcing on the local network, and what is nearby | `identity` |
//! | [`diagnostics`] | the connection doctor: why a connection failed, whether this computer can be reached | `error`, `net` |
//! | [`transfer`] | the engine: transfers on threads of their own, told to the outside as events | `diagnostics`, `disk`, `error`, `identity`, `net`, `protocol`, `worker` |
//! | [`messages`] | every sentence that a person reads in the window, and what both programs say | `diagnostics`, `discovery`, `disk`, `error`, `history`, `identity`, `net`, `protocol`, `transfer` |
//! | [`session`] | one transfer as people see it: where it stands, what can be done with it, what became of it; and the queue of those to come; pure | `diagnostics`, `disk`, `error`, `history`, `identity`, `messages`, `protocol`, `transfer` |
//! | [`terminal`] | the terminal program's arguments, prompts and progress bars | `config`, `diagnostics`, `discovery`, `disk`, `error`, `history`, `identity`, `messages`, `net`, `protocol`, `session`, `transfer` |
//! | `ui` | the window's screens; they draw a view and return an action | `diagnostics`, `discovery`, `disk`, `error`, `history`, `identity`, `messages`, `net`, `protocol`, `session`, `transfer` |
//! | `desktop` | notifications, messages without a window, and staying awake | |
//! | `instance` | one window per folder of settings: a second start hands its files to the first | `config` |
//! | `app` | the window's state: drains events, draws, performs actions | `config`, `desktop`, `diagnostics`, `discovery`, `disk`, `error`, `history`, `identity`, `instance`, `messages`, `net`, `protocol`, `session`, `transfer`, `ui`, `worker` |
//!
//! Each uses only what stands above it. Only `app` and `ui` name egui, only `app` opens native
//! dialogs (`desktop` has a message box for when there is no window), and only `net` and
//! `discovery` open sockets, but for the one that `instance` talks through on this computer and one
//! by which `diagnostics` asks the system for its route. A test reads the sources and keeps this
//! true; the table tells neither more nor less than they do.
//!
//! # A walk
//!
//! One byte of a file, from computer to computer in seven steps: the `reading` thread takes it from
//! [`disk::outgoing`] (1), the `send` thread hands it to `net`'s `SecureStream` (2), which encrypts
//! it into the socket (3); over there a worker decrypts it (4) and passes it to the `saving` thread
//! (5), which writes it with [`disk::incoming::Arrival`] into a hidden partial (6). When all of it is
//! right and durable, one rename gives it its final name (7).
//!
//! One click, to the engine and back in six: a screen of `ui` returns an action (1), `app` performs it
//! on the transfer's [handle](transfer::IncomingHandle) (2), which wakes the worker out of its wait
//! (3). The worker does it and emits an [event](transfer::ReceiveEvent) (4), `app` feeds that to
//! [`session::Incoming`] (5), and the screen draws what that says (6).
//!
//! One progress number in three: the worker counts bytes in an atomic (1), the front end hands a
//! [snapshot](transfer::Snapshot) of it to [`session::Progress`] (2), which gives share, rate and
//! time left (3).
//!
//! # Where to add
//!
//! * a way for a transfer to end: [`session`] tells the steps
//! * a kind of fault: [`error`]; its sentence in [`messages::UserMessage`]; what the other side is
//!   told of it in `transfer::onehop::hello`
//! * a reason not to serve somebody: [`error::TurnedAway`]; `transfer::listen`, `transfer::slots` and
//!   `transfer::onehop::first_contact` decide, `transfer::refusal` says so before the offer is taken
//!   up and `transfer::onehop::hello` after it; [`messages::outcome`] has the words for here, and
//!   those for there stand with the faults. A new word on the wire is one of
//!   [`protocol::offer::Refusal`], with `ALL`, and of the specification
//! * a setting: `app::settings` keeps it, `app` hands it to `ui` in a view, the settings dialog
//!   draws it with words of [`messages`], an action brings it back, and `app::perform` does it
//! * a word on a screen: [`messages`], and nowhere else

pub mod config;
pub mod diagnostics;
pub mod discovery;
pub mod disk;
pub mod error;
pub mod history;
pub mod identity;
pub mod messages;
pub mod net;
pub mod protocol;
pub mod session;
pub mod terminal;
pub mod transfer;
mod worker;

#[cfg(feature = "window")]
pub mod app;
#[cfg(feature = "window")]
pub mod desktop;
#[cfg(feature = "window")]
pub mod instance;
#[cfg(feature = "window")]
pub mod ui;
