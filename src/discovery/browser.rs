//! Looks around for as long as somebody wants to see what is nearby.

use std::sync::mpsc::{self, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::thread;
use std::time::{Duration, Instant};

use mdns_sd::{HostnameResolutionEvent, ServiceDaemon, ServiceEvent};

use super::address::Networks;
use super::announcement::{Announcement, SERVICE_TYPE};
use super::daemon::{self, Unavailable};
use super::hint::Hint;
use super::table::{Found, Table};
use crate::identity::Devices;

/// The reader is woken no sooner than this after the last time.
const TELL_INTERVAL: Duration = Duration::from_millis(250);
/// How often the daemon's memory is looked at, and after how many events at the latest.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);
const CHECK_EVENTS: u32 = 500;
/// How many hosts are asked for further addresses, and for how long.
const MAX_ASKED: usize = 16;
const ADDRESS_WAIT: Duration = Duration::from_secs(5);
/// The pause before everything is asked for anew; doubled each time it comes to that.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Finds receivers until it is dropped.
#[derive(Debug)]
pub struct Browser {
    shared: Arc<Shared>,
    started: Instant,
    /// Dropped to end.
    _alive: mpsc::Sender<()>,
}

/// What the handle and the supervisor both hold.
struct Shared {
    found: Mutex<Arc<[Found]>>,
    daemon: Mutex<ServiceDaemon>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Shared").field(&self.found).finish()
    }
}

impl Browser {
    /// Whoever is there has answered by then. The question is asked at once, after one second and
    /// after three; somebody who has just answered somebody else keeps silent for a second
    /// ([RFC 6762](https://www.rfc-editor.org/rfc/rfc6762#section-6)).
    pub const ANSWER_WAIT: Duration = Duration::from_millis(3500);

    /// Begins to look around on every network of this computer. `own` is left out of what is
    /// found; `devices` go first where not everything has room. `waker` is woken when the list
    /// has changed, at most four times a second, and once when [`Self::has_looked`] comes true.
    ///
    /// # Errors
    ///
    /// If the system gives no sockets or threads for it.
    pub fn start(
        own: Option<Hint>,
        devices: Arc<Devices>,
        waker: Waker,
    ) -> Result<Self, Unavailable> {
        let daemon = daemon::start()?;
        let events = daemon.browse(SERVICE_TYPE)?;
        let shared = Arc::new(Shared {
            found: Mutex::new(Arc::from([])),
            daemon: Mutex::new(daemon),
        });
        let (alive, orders) = mpsc::channel();
        let started = Instant::now();
        let supervisor = Supervisor {
            shared: shared.clone(),
            orders,
            events: Some(events),
            devices,
            waker,
            table: Table::new(own),
            asked: Vec::new(),
            taken: 0,
            changed: false,
            told: None,
            checked: started,
            round_began: started,
            looked: false,
            sweeps: false,
            pause: SHORTEST_PAUSE,
        };
        thread::Builder::new()
            .name("nearby".to_owned())
            .spawn(move || supervisor.run())
            .map_err(|error| Unavailable(error.to_string()))?;
        Ok(Self {
            shared,
            started,
            _alive: alive,
        })
    }

    /// What is nearby now, by name.
    #[must_use]
    pub fn found(&self) -> Arc<[Found]> {
        lock(&self.shared.found).clone()
    }

    /// Whether whoever is there has had time to answer.
    #[must_use]
    pub fn has_looked(&self) -> bool {
        self.started.elapsed() >= Self::ANSWER_WAIT
    }
}

impl Drop for Browser {
    /// The daemon's end wakes the supervisor, which then finds the handle gone.
    fn drop(&mut self) {
        lock(&self.shared.daemon).shutdown().ok();
    }
}

/// A lock that a panic has left is still good: each value is replaced as a whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Supervisor {
    shared: Arc<Shared>,
    orders: mpsc::Receiver<()>,
    /// `None` while it pauses.
    events: Option<mdns_sd::Receiver<ServiceEvent>>,
    devices: Arc<Devices>,
    waker: Waker,
    table: Table,
    /// Hosts whose addresses are asked for now; the answers come as events too.
    asked: Vec<(String, mdns_sd::Receiver<HostnameResolutionEvent>)>,
    /// Events since the daemon was looked at.
    taken: u32,
    changed: bool,
    told: Option<Instant>,
    checked: Instant,
    round_began: Instant,
    looked: bool,
    /// Who does not answer in this round goes.
    sweeps: bool,
    pause: Duration,
}

impl Supervisor {
    fn run(mut self) {
        while self.wait() {
            let now = Instant::now();
            self.end_first_look(now);
            self.sweep(now);
            self.check(now);
            self.tell(now);
        }
        daemon::stop(&lock(&self.shared.daemon), Duration::ZERO);
    }

    /// Waits for the next event or deadline; false when the handle is gone.
    fn wait(&mut self) -> bool {
        let Some(events) = &self.events else {
            return self.wait_out_the_pause();
        };
        match events.recv_timeout(self.next_deadline()) {
            Ok(event) => self.take(event),
            Err(mdns_sd::RecvTimeoutError::Timeout) => {}
            Err(mdns_sd::RecvTimeoutError::Disconnected) => self.rest(),
        }
        self.orders.try_recv() != Err(TryRecvError::Disconnected)
    }

    fn wait_out_the_pause(&mut self) -> bool {
        match self.orders.recv_timeout(self.pause) {
            Err(RecvTimeoutError::Timeout) => {
                self.begin_round();
                true
            }
            Ok(()) => true,
            Err(RecvTimeoutError::Disconnected) => false,
        }
    }

    fn next_deadline(&self) -> Duration {
        let mut next = self.checked + CHECK_INTERVAL;
        if self.changed {
            next = next.min(self.next_telling());
        }
        if self.sweeps || !self.looked {
            next = next.min(self.round_began + Browser::ANSWER_WAIT);
        }
        next.saturating_duration_since(Instant::now())
    }

    /// The first news are told at once.
    fn next_telling(&self) -> Instant {
        self.told
            .map_or(self.round_began, |told| told + TELL_INTERVAL)
    }

    fn take(&mut self, event: ServiceEvent) {
        self.taken += 1;
        match event {
            ServiceEvent::ServiceResolved(service) => {
                self.changed = true;
                match Announcement::read(&service) {
                    Some(announcement) => {
                        self.complete(&announcement, service.get_hostname());
                        let devices = &self.devices;
                        self.table
                            .appeared(announcement, |hint| is_known(devices, hint));
                    }
                    None => self.table.left(service.get_fullname()),
                }
            }
            ServiceEvent::ServiceRemoved(_, instance) => {
                self.changed = true;
                self.table.left(&instance);
            }
            _ => {}
        }
    }

    /// An answer over IPv6 names IPv6 addresses alone, and whoever knows a receiver by it is not
    /// answered about it any more. So the rest is asked for, of a few.
    fn complete(&mut self, announcement: &Announcement, host: &str) {
        self.asked.retain(|(_, answers)| !answers.is_disconnected());
        let has_v4 = announcement.places.iter().any(|place| place.ip.is_ipv4());
        let is_asked = self.asked.iter().any(|(asked, _)| asked == host);
        if has_v4 || is_asked || self.asked.len() >= MAX_ASKED {
            return;
        }
        let wait = u64::try_from(ADDRESS_WAIT.as_millis()).ok();
        match lock(&self.shared.daemon).resolve_hostname(host, wait) {
            Ok(answers) => self.asked.push((host.to_owned(), answers)),
            Err(error) => log::debug!("no more addresses: {error}"),
        }
    }

    fn end_first_look(&mut self, now: Instant) {
        if !self.looked && now >= self.round_began + Browser::ANSWER_WAIT {
            self.looked = true;
            self.waker.wake_by_ref();
        }
    }

    fn sweep(&mut self, now: Instant) {
        if self.sweeps && now >= self.round_began + Browser::ANSWER_WAIT {
            self.sweeps = false;
            self.changed = true;
            self.table.end_round();
        }
    }

    /// Strangers may fill the daemon's memory and the table. Then both begin anew, after a pause
    /// that grows with every time.
    fn check(&mut self, now: Instant) {
        let is_due = now >= self.checked + CHECK_INTERVAL || self.taken >= CHECK_EVENTS;
        if self.events.is_none() || !is_due {
            return;
        }
        let flooded = self.table.overflowed() || daemon::is_flooded(&lock(&self.shared.daemon));
        (self.checked, self.taken) = (Instant::now(), 0);
        if flooded {
            log::warn!("too much is announced on this network; looking around starts afresh");
            self.rest();
        } else if now >= self.round_began + LONGEST_PAUSE {
            self.pause = SHORTEST_PAUSE;
        }
    }

    fn rest(&mut self) {
        self.events = None;
        daemon::stop(&lock(&self.shared.daemon), Duration::ZERO);
    }

    fn begin_round(&mut self) {
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        match daemon::start().and_then(|daemon| Ok((daemon.browse(SERVICE_TYPE)?, daemon))) {
            Ok((events, daemon)) => {
                *lock(&self.shared.daemon) = daemon;
                self.events = Some(events);
                self.table.begin_round();
                self.asked.clear();
                self.sweeps = true;
                self.round_began = Instant::now();
                self.checked = self.round_began;
            }
            Err(error) => log::warn!("{error}"),
        }
    }

    fn tell(&mut self, now: Instant) {
        if !self.changed || now < self.next_telling() {
            return;
        }
        self.changed = false;
        self.told = Some(now);
        let networks = Networks::of_this_computer().unwrap_or_default();
        let found = self.table.found(&networks);
        let mut shown = lock(&self.shared.found);
        if **shown != *found {
            *shown = found.into();
            drop(shown);
            self.waker.wake_by_ref();
        }
    }
}

fn is_known(devices: &Devices, hint: Hint) -> bool {
    let all = devices.all();
    all.iter()
        .any(|device| Hint::of(device.fingerprint) == hint)
}
