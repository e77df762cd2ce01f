//! Notifications of the desktop, and whether one was clicked.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux::Service;
#[cfg(windows)]
use self::windows::Service;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::Waker;
use std::thread;

/// Where a notification stands. There is one in each place, the latest: however many transfers
/// there are, the desktop is not flooded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// Somebody waits for an answer.
    Request = 0,
    /// A transfer is over.
    Ended = 1,
}

/// What a notification says. Plain text; nothing in it is taken for markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// A few words.
    pub headline: String,
    /// A sentence or two.
    pub body: String,
}

#[derive(Debug)]
enum Order {
    Show(Slot, Notification),
    Withdraw(Slot),
}

/// Shows notifications. Nothing is started before there is something to show.
#[derive(Debug)]
pub struct Notifier {
    orders: Option<mpsc::Sender<Order>>,
    clicks: Clicks,
}

/// Remembers that a notification was clicked, and wakes the window for it.
#[derive(Debug, Clone)]
struct Clicks {
    clicked: Arc<AtomicBool>,
    waker: Waker,
}

impl Clicks {
    fn click(&self) {
        self.clicked.store(true, Ordering::Release);
        self.waker.wake_by_ref();
    }
}

impl Notifier {
    /// `waker` is woken when a notification was clicked.
    #[must_use]
    pub fn new(waker: Waker) -> Self {
        let clicks = Clicks {
            clicked: Arc::default(),
            waker,
        };
        Self {
            orders: None,
            clicks,
        }
    }

    /// Shows a notification, in place of the one that `slot` had.
    pub fn show(&mut self, slot: Slot, notification: Notification) {
        if self.orders.is_none() {
            self.orders = self.start();
        }
        if let Some(orders) = &self.orders {
            orders.send(Order::Show(slot, notification)).ok();
        }
    }

    /// Takes away what `slot` shows.
    pub fn withdraw(&self, slot: Slot) {
        if let Some(orders) = &self.orders {
            orders.send(Order::Withdraw(slot)).ok();
        }
    }

    /// Whether a notification was clicked since the last time.
    #[must_use]
    pub fn clicked(&self) -> bool {
        self.clicks.clicked.swap(false, Ordering::AcqRel)
    }

    /// The thread ends with the notifier.
    fn start(&self) -> Option<mpsc::Sender<Order>> {
        let (sender, orders) = mpsc::channel();
        let clicks = self.clicks.clone();
        thread::Builder::new()
            .name("notifications".to_owned())
            .spawn(move || follow(&orders, &clicks))
            .inspect_err(|error| log::warn!("cannot show notifications: {error}"))
            .ok()?;
        Some(sender)
    }
}

fn follow(orders: &mpsc::Receiver<Order>, clicks: &Clicks) {
    let mut service: Option<Service> = None;
    let mut failed = false;
    for order in orders {
        let done = match (order, &mut service) {
            (Order::Show(slot, notification), Some(service)) => service.show(slot, &notification),
            (Order::Show(slot, notification), none) => Service::connect(clicks.clone())
                .and_then(|service| none.insert(service).show(slot, &notification)),
            (Order::Withdraw(slot), Some(service)) => service.withdraw(slot),
            (Order::Withdraw(_), None) => Ok(()),
        };
        if let Err(error) = done {
            // Once is enough: where there is no service, there is none the next time either.
            let level = if failed {
                log::Level::Debug
            } else {
                log::Level::Warn
            };
            log::log!(level, "no notification could be shown: {error}");
            failed = true;
            service = None;
        }
    }
}
