//! Which program has a port.

use std::error::Error;

use listeners::Protocol;
#[cfg(windows)]
use listeners::SocketState;

/// The name of the program that listens on this TCP port, where the system tells it to this user.
pub(crate) fn port_owner(port: u16) -> Option<String> {
    match find(port) {
        Ok(owner) => owner,
        Err(error) => {
            log::debug!("the owner of port {port} is not known: {error}");
            None
        }
    }
}

#[cfg(not(windows))]
fn find(port: u16) -> Result<Option<String>, Box<dyn Error>> {
    listeners::get_process_by_port(port, Protocol::TCP).map(|process| Some(process.name))
}

/// Windows lists connections too, and those of an earlier listener may still be going on.
#[cfg(windows)]
fn find(port: u16) -> Result<Option<String>, Box<dyn Error>> {
    let listens = |one: &listeners::Listener| {
        one.protocol == Protocol::TCP
            && one.state == SocketState::Listen
            && one.socket.port() == port
    };
    let owner = listeners::get_all()?.into_iter().find(listens);
    Ok(owner.map(|listener| listener.process.name))
}
