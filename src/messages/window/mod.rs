//! What the window says, screen by screen.

pub mod buttons;
pub mod dialogs;
pub mod first_use;
pub mod help;
pub mod history;
pub mod notifications;
pub mod problems;
pub mod receive;
pub mod requests;
pub mod send;
pub mod settings;
pub mod top_bar;
pub mod transfers;
