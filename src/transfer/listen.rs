//! Listening: binds the port, and gives every peer that may be served a thread.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::task::Waker;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};

use super::control::Control;
use super::event::{Events, ListenEvent, ReceiveEvent, ReceiveOutcome, TransferId};
use super::handle::IncomingHandle;
use super::onehop::{FirstContacts, Lists, Trust};
use super::progress::Progress;
use super::protocol_detection::OnehopPolicy;
use super::receive::Receiving;
use super::refusal::{TURNED_AWAY_TIME, refusal};
use super::slots::{Limits, Slot, Slots};
use crate::disk::Destination;
use crate::error::{Error, OurFault, TurnedAway};
use crate::net::access_policy::AccessPolicy;
use crate::net::bind::{bind, bind_fault, check_listen_address};
use crate::net::connection::{Connection, Readiness};
use crate::net::interfaces::{LocalAddress, local_addresses};
use crate::net::interrupt::Interrupt;
use crate::net::socket_options::break_off_unless_told;
use crate::worker;

/// How often this computer's addresses are looked at for changes.
const ADDRESS_LOOK: Duration = Duration::from_secs(3);
/// How many peers at a time are told why they are turned away; more are cut off without a word.
pub(super) const MAX_TURNED_AWAY: usize = 32;

/// What to listen on, whom to serve and where to save.
#[derive(Debug, Clone)]
pub struct ListenOptions {
    /// The port; 0 lets the system pick a free one.
    pub port: u16,
    /// Only this address of this computer; all of them, IPv4 and IPv6, if absent.
    pub address: Option<IpAddr>,
    /// Who may connect.
    pub access: AccessPolicy,
    /// Whether the user is asked before anything is written.
    pub consent: Consent,
    /// A classic peer that connects and leaves without a byte means an empty file. Otherwise it is
    /// nothing: port scanners and monitoring do the same.
    pub empty_files: bool,
    /// Where an accepted file goes.
    pub destination: Destination,
    /// How many at once, and how long they may stay undecided.
    pub limits: Limits,
    /// This device's key and the devices it knows; without them onehop/1 is not offered.
    pub trust: Option<Trust>,
}

/// Whether a file needs a yes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// Ask for each file.
    #[default]
    Ask,
    /// The user said yes to all of them beforehand.
    SaveWithoutAsking,
}

/// The choices that may change while listening. A peer gets those of the moment they matter.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) access: AccessPolicy,
    pub(crate) consent: Consent,
    pub(crate) empty_files: bool,
    pub(crate) destination: Destination,
}

/// A bound port that serves peers until it is stopped or dropped.
#[derive(Debug)]
pub struct Listener {
    port: u16,
    policy: Arc<Mutex<Policy>>,
    contacts: FirstContacts,
    interrupt: Arc<Interrupt>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Binds the port and starts to serve. `waker` is woken after each event and when progress
    /// moved.
    ///
    /// # Errors
    ///
    /// [`OurFault::PortTaken`], [`OurFault::PortForbidden`], [`OurFault::ForeignAddress`], or
    /// [`OurFault::System`].
    pub fn start(
        options: ListenOptions,
        waker: Waker,
    ) -> Result<(Self, mpsc::Receiver<ListenEvent>), Error> {
        check_listen_address(options.address)?;
        let socket = bind(options.address, options.port)
            .map_err(|source| bind_fault(options.address, options.port, source))?;
        let port = socket.local_addr().map_err(preparing)?.port();
        let mut readiness = Readiness::new().map_err(preparing)?;
        let mut socket = TcpListener::from_std(socket);
        readiness.watch(&mut socket).map_err(preparing)?;
        let policy = Arc::new(Mutex::new(Policy {
            access: options.access,
            consent: options.consent,
            empty_files: options.empty_files,
            destination: options.destination,
        }));
        let interrupt = readiness.interrupt().clone();
        let contacts = FirstContacts::default();
        let (events, receiver) = Events::channel(waker);
        let acceptor = Acceptor {
            socket,
            readiness,
            policy: policy.clone(),
            slots: Slots::new(options.limits),
            limits: options.limits,
            onehop_policy: options.trust.map(|trust| OnehopPolicy {
                trust,
                contacts: contacts.clone(),
                lists: Lists::new(options.limits.list),
            }),
            events: events.clone(),
            addresses: Vec::new(),
            addresses_known: true,
            turned_away: VecDeque::new(),
        };
        let thread = worker::spawn(
            "listen",
            move || acceptor.run(),
            move |bug| events.emit(ListenEvent::Failed(OurFault::Bug(bug).into())),
        )?;
        let listener = Self {
            port,
            policy,
            contacts,
            interrupt,
            thread: Some(thread),
        };
        Ok((listener, receiver))
    }

    /// The port that is bound.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether files need a yes from now on. Requests that are shown already stay as they are.
    pub fn set_consent(&self, consent: Consent) {
        self.change(|policy| policy.consent = consent);
    }

    /// Who may connect from now on.
    pub fn set_access(&self, access: AccessPolicy) {
        self.change(|policy| policy.access = access);
    }

    /// Where files that are accepted from now on go.
    pub fn set_destination(&self, destination: Destination) {
        self.change(|policy| policy.destination = destination);
    }

    /// The next unknown Onehop need not wait, although a first contact was broken off.
    pub fn allow_first_contact(&self) {
        self.contacts.allow_next();
    }

    /// Whether the next unknown Onehop has to wait, since a first contact was broken off.
    #[must_use]
    pub fn first_contacts_wait(&self) -> bool {
        self.contacts.somebody_waits(Instant::now())
    }

    /// Frees the port. Running transfers go on; whoever waits for a yes gets a no.
    pub fn stop(self) {
        drop(self);
    }

    fn change(&self, change: impl FnOnce(&mut Policy)) {
        change(&mut lock(&self.policy));
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.interrupt.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic in it has been told as an event.
            thread.join().ok();
        }
    }
}

/// The listener's thread.
struct Acceptor {
    socket: TcpListener,
    readiness: Readiness,
    policy: Arc<Mutex<Policy>>,
    slots: Slots,
    limits: Limits,
    onehop_policy: Option<OnehopPolicy>,
    events: Events<ListenEvent>,
    addresses: Vec<LocalAddress>,
    /// Nobody was told yet that the system does not tell them.
    addresses_known: bool,
    /// Peers that are reading why they are not served, and since when.
    turned_away: VecDeque<(Instant, TcpStream)>,
}

impl Acceptor {
    fn run(mut self) {
        let mut next_look = Instant::now();
        while !self.readiness.interrupt().cancelled() {
            self.accept_waiting();
            self.release_turned_away();
            if next_look <= Instant::now() {
                self.look_at_addresses();
                next_look = Instant::now() + ADDRESS_LOOK;
            }
            let release = self
                .turned_away
                .front()
                .map(|(at, _)| *at + TURNED_AWAY_TIME);
            let deadline = release.map_or(next_look, |release| release.min(next_look));
            if let Err(source) = self.readiness.wait(Some(deadline)) {
                self.events.emit(ListenEvent::Failed(waiting(source)));
                break;
            }
        }
        self.slots.decline_undecided();
    }

    fn accept_waiting(&mut self) {
        loop {
            match self.socket.accept() {
                Ok((stream, address)) => self.serve(stream, address),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if is_transient(&error) => {}
                Err(error) => {
                    // Out of file handles, most likely. The next look comes soon, and without spinning.
                    log::warn!("could not accept a connection: {error}");
                    return;
                }
            }
        }
    }

    fn serve(&mut self, stream: TcpStream, address: SocketAddr) {
        let peer = address.ip().to_canonical();
        if let Err(error) = break_off_unless_told(&stream) {
            log::warn!("{peer} left before it could be served: {error}");
            return;
        }
        let access = lock(&self.policy).access;
        let served = match access.admits(peer) {
            Ok(true) => self.prepare(stream, peer),
            Ok(false) => return self.turn_away(stream, peer, TurnedAway::NotAttached),
            Err(error) => Err(error),
        };
        match served {
            Ok((slot, connection)) => self.start(slot, connection),
            Err(error) => log::error!("could not serve {peer}: {error}"),
        }
    }

    fn prepare(&self, stream: TcpStream, peer: IpAddr) -> io::Result<(Slot, Connection)> {
        let readiness = Readiness::new()?;
        let incoming = IncomingHandle {
            id: next_id(),
            peer,
            control: Arc::new(Control::new(&readiness)),
            progress: Arc::new(Progress::new()),
        };
        let connection = Connection::new(stream, readiness).map_err(|(_, error)| error)?;
        Ok((self.slots.enter(incoming), connection))
    }

    fn start(&self, slot: Slot, connection: Connection) {
        let slot = Arc::new(slot);
        let id = slot.incoming().id;
        self.events
            .emit(ListenEvent::Connected(slot.incoming().clone()));
        let (events, limits) = (self.events.clone(), self.limits);
        let (policy, onehop_policy) = (self.policy.clone(), self.onehop_policy.clone());
        let receiving = Receiving::new(slot.clone(), connection, events, policy, onehop_policy);
        let end = |events: Events<ListenEvent>| {
            move |outcome| events.emit(ListenEvent::Transfer(id, ReceiveEvent::Ended(outcome)))
        };
        let (on_end, on_panic) = (end(self.events.clone()), end(self.events.clone()));
        let spawned = worker::spawn(
            &format!("receive {}", id.0),
            move || {
                let outcome = receiving.run(limits);
                let evicted = slot.evicted();
                drop(slot);
                on_end(if evicted {
                    ReceiveOutcome::SentNothing
                } else {
                    outcome
                });
            },
            move |bug| on_panic(ReceiveOutcome::Failed(OurFault::Bug(bug).into())),
        );
        if let Err(error) = spawned {
            end(self.events.clone())(ReceiveOutcome::Failed(error));
        }
    }

    /// Says why, then breaks the connection a little later: at once, the words could be lost.
    fn turn_away(&mut self, mut stream: TcpStream, peer: IpAddr, reason: TurnedAway) {
        log::info!("turned {peer} away: {reason:?}");
        self.events.emit(ListenEvent::TurnedAway { peer, reason });
        if self.turned_away.len() >= MAX_TURNED_AWAY {
            return;
        }
        match stream.write_all(refusal(reason).as_bytes()) {
            Ok(()) => self.turned_away.push_back((Instant::now(), stream)),
            Err(error) => log::debug!("{peer} did not hear why: {error}"),
        }
    }

    fn release_turned_away(&mut self) {
        while let Some((since, _)) = self.turned_away.front()
            && since.elapsed() >= TURNED_AWAY_TIME
        {
            self.turned_away.pop_front();
        }
    }

    fn look_at_addresses(&mut self) {
        match local_addresses() {
            Ok(addresses) if addresses != self.addresses => {
                self.addresses.clone_from(&addresses);
                self.events.emit(ListenEvent::AddressesChanged(addresses));
            }
            // Once is enough: it is looked at again and again.
            Err(error) if self.addresses_known => {
                log::warn!("this computer's addresses are not known: {error}");
                self.addresses_known = false;
            }
            Ok(_) | Err(_) => {}
        }
    }
}

fn lock(policy: &Mutex<Policy>) -> MutexGuard<'_, Policy> {
    policy.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next_id() -> TransferId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    TransferId(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The peer's trouble, not the listener's.
fn is_transient(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted
    )
}

fn preparing(source: io::Error) -> Error {
    OurFault::System {
        doing: "preparing to listen",
        source,
    }
    .into()
}

fn waiting(source: io::Error) -> Error {
    OurFault::System {
        doing: "waiting for connections",
        source,
    }
    .into()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::io::Read as _;
    use std::net::Ipv4Addr;

    use super::*;
    use crate::net::interfaces::are_listed_here;

    /// One that serves the own networks alone, and is asked by hand.
    fn acceptor() -> Acceptor {
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let policy = Policy {
            access: AccessPolicy::AttachedNetworks,
            consent: Consent::Ask,
            empty_files: false,
            destination: Destination::classic("nowhere"),
        };
        Acceptor {
            socket: TcpListener::bind(loopback).unwrap(),
            readiness: Readiness::new().unwrap(),
            policy: Arc::new(Mutex::new(policy)),
            slots: Slots::new(Limits::default()),
            limits: Limits::default(),
            onehop_policy: None,
            events: Events::channel(Waker::noop().clone()).0,
            addresses: Vec::new(),
            addresses_known: true,
            turned_away: VecDeque::new(),
        }
    }

    #[test]
    fn of_too_many_that_are_turned_away_the_last_are_reset_without_a_word() {
        if !are_listed_here() {
            return;
        }
        let mut acceptor = acceptor();
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let from_afar = SocketAddr::from((Ipv4Addr::new(203, 0, 113, 9), 1));
        for number in 0..=MAX_TURNED_AWAY {
            let mut peer = std::net::TcpStream::connect(address).unwrap();
            let (stream, _) = listener.accept().unwrap();
            stream.set_nonblocking(true).unwrap();
            acceptor.serve(TcpStream::from_std(stream), from_afar);
            let mut told = [0; 200];
            let heard = peer.read(&mut told);
            if number < MAX_TURNED_AWAY {
                let told = &told[..heard.unwrap()];
                assert!(told.starts_with(b"Computers on the internet are not served here."));
                assert!(told.ends_with(b"\nonehop/1 refused not-served\n"));
            } else {
                assert_eq!(heard.unwrap_err().kind(), ErrorKind::ConnectionReset);
            }
        }
    }
}
