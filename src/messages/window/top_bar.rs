//! The bar at the top.

use super::super::quantity::counted;

/// The program.
pub const NAME: &str = "Onehop";
/// Shows the screen for receiving.
pub const RECEIVE: &str = "Receive";
/// The same for screen readers.
pub const RECEIVE_MODE: &str = "Receive mode";
/// Shows the screen for sending.
pub const SEND: &str = "Send";
/// The same for screen readers.
pub const SEND_MODE: &str = "Send mode";

/// The switch to the send screen while something is on its way.
#[must_use]
pub fn sending(percent: u64) -> String {
    format!("{SEND} {percent} %")
}

/// The title of the window; `percent` of what is under way is done.
#[must_use]
pub fn title(percent: Option<u64>) -> String {
    match percent {
        Some(percent) => format!("{percent} % – {NAME}"),
        None => NAME.to_owned(),
    }
}

/// How many requests and questions wait for an answer.
#[must_use]
pub fn waiting_for_you(questions: usize) -> String {
    let questions = counted(questions as u64, "question", "questions");
    format!("{questions} for you")
}

/// Receiving goes on, on this port.
#[must_use]
pub fn receiving_on(port: u16) -> String {
    format!("Receiving on {port}")
}
