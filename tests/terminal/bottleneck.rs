//! A way to a receiver that is stopped up in the middle of a file.

use std::io::Read as _;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use crate::common::guard::{GUARD, accept};

const BYTES_LET_THROUGH: u64 = 25_000_000;

/// Lets so many bytes of the first connection through and then no more, so that a sender behind it
/// is in the middle of its file for as long as a test likes. Later connections go all the way.
pub(crate) struct Bottleneck {
    pub(crate) port: u16,
    receiver: Arc<AtomicU16>,
    full: mpsc::Receiver<TcpStream>,
}

impl Bottleneck {
    pub(crate) fn before(receiver: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Arc::new(AtomicU16::new(receiver));
        let (tell, full) = mpsc::channel();
        let there = receiver.clone();
        named("bottleneck", move || {
            let sender = accept(&listener);
            named("stopped up", {
                let receiver = there.load(Ordering::SeqCst);
                move || pass(sender, receiver, BYTES_LET_THROUGH, Some(&tell))
            });
            listener.set_nonblocking(false).unwrap();
            for sender in listener.incoming().map_while(Result::ok) {
                let receiver = there.load(Ordering::SeqCst);
                named("open", move || pass(sender, receiver, u64::MAX, None));
            }
        });
        Self {
            port,
            receiver,
            full,
        }
    }

    /// Waits until nothing more goes through; the answer is what is left of the way.
    pub(crate) fn wait_until_full(&self) -> TcpStream {
        self.full.recv_timeout(GUARD).unwrap()
    }

    /// The receiver has another address from now on.
    pub(crate) fn lead_to(&self, receiver: u16) {
        self.receiver.store(receiver, Ordering::SeqCst);
    }
}

fn pass(sender: TcpStream, receiver: u16, bytes: u64, full: Option<&mpsc::Sender<TcpStream>>) {
    // Nobody may be there now.
    let Ok(mut receiver) = TcpStream::connect((Ipv4Addr::LOCALHOST, receiver)) else {
        return;
    };
    let mut back = sender.try_clone().unwrap();
    let mut answers = receiver.try_clone().unwrap();
    named("answers", move || {
        std::io::copy(&mut answers, &mut back).ok();
        back.shutdown(Shutdown::Both).ok();
    });
    std::io::copy(&mut sender.take(bytes), &mut receiver).ok();
    match full {
        Some(tell) => {
            tell.send(receiver).ok();
        }
        None => {
            receiver.shutdown(Shutdown::Write).ok();
        }
    }
}

fn named(name: &str, work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(work).unwrap();
}
