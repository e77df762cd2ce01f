//! How to send to or from a computer that has no Onehop; the commands themselves stand in
//! [`without_onehop`](crate::messages::without_onehop).

use super::super::without_onehop::{FILE, RECEIVED};

/// Unfolds all of this.
pub const HEADLINE: &str = "No Onehop on the other computer?";
/// Nothing can be sent here yet.
pub const PRESS_START: &str = "Press Start first.";
/// Comes before the call of the tutorial's program.
pub const TUTORIAL_CLIENT: &str =
    "With Python and the tutorial's client.py, next to the file sample.txt:";
/// What else will do.
pub const ANYTHING_WILL_DO: &str = "Anything that opens a connection and writes the file's bytes will do. None of it is \
     encrypted or verified.";
/// Comes before the command that shows an address.
pub const ADDRESS_ON_LINUX: &str = "Its address, on Linux:";
/// See [`ADDRESS_ON_LINUX`].
pub const ADDRESS_ON_WINDOWS: &str = "Its address, on Windows:";

/// Comes before the commands that send.
#[must_use]
pub fn run_to_send() -> String {
    format!("Run one of these there, with the name of the file in place of {FILE}:")
}

/// Comes before the commands that receive.
#[must_use]
pub fn run_to_receive() -> String {
    format!(
        "Run one of these there, then enter that computer's address above and send. It takes one \
         file and saves it as {RECEIVED} in the folder where it runs:"
    )
}

/// What may stand in the way.
#[must_use]
pub fn firewall(port: u16) -> String {
    format!("A firewall there has to let port {port} in. None of it is encrypted or verified.")
}
