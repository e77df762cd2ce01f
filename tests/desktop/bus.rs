//! A bus with the two services that Onehop asks.
#![expect(
    clippy::needless_pass_by_value,
    clippy::used_underscore_binding,
    reason = "the functions are as the bus calls them"
)]

use std::collections::HashMap;
use std::io::{PipeReader, Read as _};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use zbus::blocking::{Connection, connection};
use zbus::zvariant::{OwnedFd, OwnedValue};

use crate::common::guard::GUARD;
use crate::screen::Program;

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
const NOTIFICATIONS_PATH: &str = "/org/freedesktop/Notifications";

/// What the notification service was told.
#[derive(Debug, PartialEq)]
pub(crate) enum Told {
    Shown(Shown),
    Closed(u32),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Shown {
    pub(crate) id: u32,
    pub(crate) replaces: u32,
    pub(crate) headline: String,
    pub(crate) body: String,
    pub(crate) actions: Vec<String>,
    pub(crate) desktop_entry: String,
}

/// A lock that somebody holds against sleep.
#[derive(Debug)]
pub(crate) struct Lock {
    pub(crate) what: String,
    pub(crate) who: String,
    pub(crate) mode: String,
    released: Arc<AtomicBool>,
}

impl Lock {
    pub(crate) fn is_released(&self) -> bool {
        self.released.load(Ordering::Acquire)
    }
}

pub(crate) struct Bus {
    pub(crate) address: String,
    connection: Connection,
    told: mpsc::Receiver<Told>,
    locks: mpsc::Receiver<Lock>,
    _daemon: Program,
}

impl Bus {
    pub(crate) fn start() -> Self {
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--session", "--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut daemon = Program::start(command);
        let address = daemon.first_line();
        let (told_sender, told) = mpsc::channel();
        let (lock_sender, locks) = mpsc::channel();
        let notifications = Notifications {
            told: told_sender,
            last_id: AtomicU32::new(7),
        };
        let manager = Manager { locks: lock_sender };
        let connection = connection::Builder::address(address.as_str())
            .unwrap()
            .serve_at(NOTIFICATIONS_PATH, notifications)
            .unwrap()
            .serve_at("/org/freedesktop/login1", manager)
            .unwrap()
            .name(NOTIFICATIONS)
            .unwrap()
            .name("org.freedesktop.login1")
            .unwrap()
            .build()
            .unwrap();
        Self {
            address,
            connection,
            told,
            locks,
            _daemon: daemon,
        }
    }

    /// What the notification service is told next.
    pub(crate) fn next(&self) -> Told {
        self.told.recv_timeout(GUARD).unwrap()
    }

    /// The next notification that is shown.
    pub(crate) fn notification(&self) -> Shown {
        match self.next() {
            Told::Shown(shown) => shown,
            Told::Closed(id) => panic!("{id} was closed"),
        }
    }

    /// The next lock against sleep.
    pub(crate) fn lock(&self) -> Lock {
        self.locks.recv_timeout(GUARD).unwrap()
    }

    /// As if somebody clicked this notification.
    pub(crate) fn click(&self, id: u32) {
        self.connection
            .emit_signal(
                None::<&str>,
                NOTIFICATIONS_PATH,
                NOTIFICATIONS,
                "ActionInvoked",
                &(id, "default"),
            )
            .unwrap();
    }
}

struct Notifications {
    told: mpsc::Sender<Told>,
    last_id: AtomicU32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::unused_self, reason = "the bus calls it so")]
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).into()
    }

    #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
    fn notify(
        &self,
        _app_name: &str,
        replaces: u32,
        _app_icon: &str,
        headline: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let id = match replaces {
            0 => self.last_id.fetch_add(1, Ordering::Relaxed) + 1,
            id => id,
        };
        let entry = hints.get("desktop-entry").unwrap();
        let shown = Shown {
            id,
            replaces,
            headline,
            body,
            actions,
            desktop_entry: entry.downcast_ref::<&str>().unwrap().to_owned(),
        };
        self.told.send(Told::Shown(shown)).ok();
        id
    }

    fn close_notification(&self, id: u32) {
        self.told.send(Told::Closed(id)).ok();
    }
}

struct Manager {
    locks: mpsc::Sender<Lock>,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(&self, what: String, who: String, _why: &str, mode: String) -> OwnedFd {
        let (reader, writer) = std::io::pipe().unwrap();
        let released = Arc::new(AtomicBool::new(false));
        watch(reader, released.clone());
        let lock = Lock {
            what,
            who,
            mode,
            released,
        };
        self.locks.send(lock).ok();
        OwnedFd::from(std::os::fd::OwnedFd::from(writer))
    }
}

/// The lock is released when nobody has the other end open any more.
fn watch(mut reader: PipeReader, released: Arc<AtomicBool>) {
    thread::Builder::new()
        .name("lock".to_owned())
        .spawn(move || {
            reader.read_to_end(&mut Vec::new()).ok();
            released.store(true, Ordering::Release);
        })
        .unwrap();
}
