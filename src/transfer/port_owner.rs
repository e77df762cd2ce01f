//! Which program has a port, for the error message.

use listeners::Protocol;

/// The name of the program that listens on this TCP port, where the system tells it to this user.
pub(crate) fn port_owner(port: u16) -> Option<String> {
    match listeners::get_process_by_port(port, Protocol::TCP) {
        Ok(process) => Some(process.name),
        Err(error) => {
            log::debug!("the owner of port {port} is not known: {error}");
            None
        }
    }
}
