//! The window, driven through the names that people and screen readers know its parts by. No
//! display is needed; the sockets are real and stay on the loopback interface.
#![cfg(feature = "window")]
#![expect(clippy::unwrap_used, reason = "tests")]

mod arriving;
mod calls;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;
mod devices;
mod diagnostics;
mod history;
mod keyboard;
mod layout;
mod leaving;
mod long_lists;
mod long_names;
mod nearby;
mod onehop;
mod opening;
mod quit;
mod receive;
mod send;
mod settings;
mod several;
mod texts;
mod window;
