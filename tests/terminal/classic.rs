//! A sender as simple as the tutorial's: bytes, then the end.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::path::Path;
use std::thread::{self, JoinHandle};

use crate::common::guard::connect;

/// Sends `file` to a receiver on this computer; whether the receiver took it to the end.
pub(crate) fn deliver(port: u16, file: &Path) -> bool {
    let bytes = fs::read(file).unwrap();
    let mut peer = connect(port);
    if !peer.read(&mut [0; 1024]).is_ok_and(|greeting| greeting > 0) {
        return false;
    }
    let sent = peer
        .write_all(&bytes)
        .and_then(|()| peer.shutdown(Shutdown::Write));
    sent.is_ok() && peer.read_to_end(&mut Vec::new()).is_ok()
}

/// As [`deliver`], while the test goes on.
pub(crate) fn start_delivering(port: u16, file: &Path) -> JoinHandle<bool> {
    let file = file.to_owned();
    thread::Builder::new()
        .name("classic sender".to_owned())
        .spawn(move || deliver(port, &file))
        .unwrap()
}
