//! A way between two computers that delays, splits, corrupts and cuts.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// What the way does to what the sender says, and where it counts, to both directions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weather {
    /// Never more bytes than these at once, in both directions.
    pub(crate) piece: Option<usize>,
    /// So long before each piece.
    pub(crate) delay: Duration,
    /// This byte of the sender's comes out as another.
    pub(crate) corrupt_at: Option<u64>,
    /// The way ends behind so many bytes of the sender's.
    pub(crate) cut_at: Option<u64>,
    /// It ends as if both sides had closed, not by a reset.
    pub(crate) cut_in_order: bool,
    /// No more than so many bytes of the sender's pass until [`Proxy::go_on`].
    pub(crate) hold_at: Option<u64>,
}

/// What becomes of the receiver's next words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// A byte in their middle comes out as another.
    Corrupt,
    /// The way ends before them.
    Cut,
}

/// The way itself. Its threads end with the connections.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    weather: Arc<Mutex<Weather>>,
    mishap: Arc<Mutex<Option<Mishap>>>,
    gate: Arc<Gate>,
}

/// Where the sender's bytes wait.
#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        let is_open = self.is_open.lock().unwrap();
        drop(
            self.opened
                .wait_while(is_open, |is_open| !*is_open)
                .unwrap(),
        );
    }

    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

impl Proxy {
    pub(crate) fn to(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let own_port = listener.local_addr().unwrap().port();
        let weather = Arc::new(Mutex::new(Weather::default()));
        let mishap: Arc<Mutex<Option<Mishap>>> = Arc::default();
        let gate: Arc<Gate> = Arc::default();
        let (now, next, closed) = (weather.clone(), mishap.clone(), gate.clone());
        spawn("proxy", move || {
            for sender in listener.incoming().map_while(Result::ok) {
                let receiver = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
                let Ok(receiver) = receiver else { return };
                let weather = *now.lock().unwrap();
                for socket in [&sender, &receiver] {
                    socket.set_nodelay(true).unwrap();
                }
                let back = Weather {
                    corrupt_at: None,
                    cut_at: None,
                    ..weather
                };
                let (from, to) = (clone(&receiver), clone(&sender));
                let (next, closed) = (next.clone(), closed.clone());
                spawn("proxy back", move || {
                    pump(from, to, back, |bytes, _| befall(bytes, &next));
                });
                spawn("proxy forth", move || {
                    pump(sender, receiver, weather, |bytes, passed| {
                        let end = passed + bytes.len() as u64;
                        if weather.hold_at.is_some_and(|at| end > at) {
                            closed.pass();
                        }
                        true
                    });
                });
            }
        });
        Self {
            port: own_port,
            weather,
            mishap,
            gate,
        }
    }

    /// From the next connection on.
    pub(crate) fn set(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }

    /// At once, to whatever the receiver says next.
    pub(crate) fn let_happen(&self, mishap: Mishap) {
        *self.mishap.lock().unwrap() = Some(mishap);
    }

    /// Lets pass what is held, and everything after it.
    pub(crate) fn go_on(&self) {
        self.gate.open();
    }
}

/// Whether these bytes of the receiver's go on their way.
fn befall(bytes: &mut [u8], mishap: &Mutex<Option<Mishap>>) -> bool {
    let mishap = mishap.lock().unwrap().take();
    if mishap == Some(Mishap::Corrupt) {
        // Not a length: the sender would only wait for more.
        bytes[bytes.len() / 2] ^= 1;
    }
    mishap != Some(Mishap::Cut)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(work).unwrap();
}

fn clone(socket: &TcpStream) -> TcpStream {
    socket.try_clone().unwrap()
}

fn pump(
    mut from: TcpStream,
    mut to: TcpStream,
    weather: Weather,
    mut lets_pass: impl FnMut(&mut [u8], u64) -> bool,
) {
    let mut buffer = vec![0; 64 * 1024];
    let mut passed = 0_u64;
    while let Ok(bytes @ 1..) = from.read(&mut buffer) {
        let mut bytes = &mut buffer[..bytes];
        if let Some(at) = weather.corrupt_at.and_then(|at| at.checked_sub(passed))
            && let Some(byte) = usize::try_from(at).ok().and_then(|at| bytes.get_mut(at))
        {
            *byte ^= 1;
        }
        let left = weather.cut_at.map(|at| at - passed);
        let is_at_its_end = left.is_some_and(|left| left <= bytes.len() as u64);
        if is_at_its_end {
            let left = usize::try_from(left.unwrap_or_default()).unwrap();
            bytes = &mut bytes[..left];
        }
        let is_cut = !lets_pass(bytes, passed) || is_at_its_end;
        if is_cut && !is_at_its_end {
            bytes = &mut [];
        }
        passed += bytes.len() as u64;
        for piece in bytes.chunks(weather.piece.unwrap_or(usize::MAX)) {
            thread::sleep(weather.delay);
            if to.write_all(piece).is_err() {
                break;
            }
        }
        if is_cut {
            if !weather.cut_in_order {
                for socket in [&from, &to] {
                    let socket = socket2::SockRef::from(socket);
                    socket.set_linger(Some(Duration::ZERO)).ok();
                }
            }
            break;
        }
    }
    from.shutdown(std::net::Shutdown::Both).ok();
    to.shutdown(std::net::Shutdown::Both).ok();
}
