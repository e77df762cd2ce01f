//! Lists folders a little ahead of the walk. Asking the system what every entry is takes longer than
//! everything else that is done with it, so two threads do it: the walking one, and a helper.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::listing::{Looked, list};
use crate::disk::retry::CANCEL_INTERVAL;
use crate::error::Error;
use crate::worker;

/// So many folders of each level are listed ahead,
const MAX_FOLDERS_AHEAD: usize = 16;
/// and none while so many entries wait to be taken.
const MAX_ENTRIES_AHEAD: usize = 8192;

/// What is in a folder, or why that cannot be seen.
pub(super) type Listing = io::Result<Vec<Looked>>;

/// The walking thread's side.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    shared: Arc<Shared>,
    has_helper: bool,
}

/// How far one folder's subfolders have been ordered.
#[derive(Debug, Default)]
pub(super) struct Level {
    /// The first entry that was not looked at for that.
    next: usize,
    /// Those that are ordered and not reached yet.
    waiting: usize,
}

#[derive(Debug, Default)]
struct Shared {
    orders: Mutex<Orders>,
    changed: Condvar,
    /// The walk is over.
    over: AtomicBool,
}

#[derive(Debug, Default)]
struct Orders {
    /// In the order in which the walk gets to them.
    queue: VecDeque<Order>,
    next_id: u64,
    /// Entries in the listings that are done.
    held: usize,
}

/// A folder that is to be listed.
#[derive(Debug)]
struct Order {
    id: u64,
    path: PathBuf,
    state: State,
}

#[derive(Debug)]
enum State {
    Open,
    Begun,
    Done(Listing),
}

impl Ahead {
    /// Orders the next subfolders of `folder`, of which the walk has reached the entry at `place`,
    /// a folder.
    pub(super) fn order(
        &mut self,
        level: &mut Level,
        folder: &Path,
        entries: &[Looked],
        place: usize,
    ) {
        let mut orders = self.shared.lock();
        level.next = level.next.max(place);
        while level.waiting < MAX_FOLDERS_AHEAD
            && let Some(entry) = entries.get(level.next)
        {
            if entry.is_folder() {
                orders.insert(level.waiting, folder.join(&entry.name));
                level.waiting += 1;
            }
            level.next += 1;
        }
        // The one that is reached is taken next, or passed over.
        level.waiting = level.waiting.saturating_sub(1);
        drop(orders);
        self.wake_helper();
    }

    /// What is in this folder, as soon as that is known.
    pub(super) fn take(
        &self,
        folder: &Path,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Listing, Error> {
        let mut orders = self.shared.lock();
        while !cancelled() {
            match orders.taken(folder) {
                Taken::Listing(listing) => {
                    self.shared.changed.notify_all();
                    return Ok(listing);
                }
                Taken::Nothing => {
                    drop(orders);
                    let listing = list(folder, cancelled);
                    return if cancelled() {
                        Err(Error::Cancelled)
                    } else {
                        Ok(listing)
                    };
                }
                Taken::Wait => {}
            }
            // The helper is at it: meanwhile the next one.
            orders = match orders.claim() {
                Some(claimed) => {
                    drop(orders);
                    self.shared.fulfil(claimed, cancelled)
                }
                None => self.shared.wait(orders),
            };
        }
        Err(Error::Cancelled)
    }

    fn wake_helper(&mut self) {
        self.shared.changed.notify_all();
        if self.has_helper {
            return;
        }
        self.has_helper = true;
        let (shared, at_panic) = (self.shared.clone(), self.shared.clone());
        let on_panic = move |bug| {
            log::error!("listing folders: {bug}");
            // What it had begun nobody would end.
            at_panic.lock().queue.clear();
        };
        if let Err(error) = worker::spawn("listing", move || shared.help(), on_panic) {
            log::debug!("only one thread lists folders: {error}");
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // Under the lock, so that the helper cannot miss it.
        let orders = self.shared.lock();
        self.shared.over.store(true, Ordering::Relaxed);
        drop(orders);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, orders: MutexGuard<'a, Orders>) -> MutexGuard<'a, Orders> {
        let waited = self.changed.wait_timeout(orders, CANCEL_INTERVAL);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// The helper's work, until the walk is over.
    fn help(&self) {
        let mut orders = self.lock();
        while !self.over.load(Ordering::Relaxed) {
            orders = match orders.claim() {
                Some(claimed) => {
                    drop(orders);
                    self.fulfil(claimed, &|| self.over.load(Ordering::Relaxed))
                }
                None => self
                    .changed
                    .wait(orders)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn fulfil(
        &self,
        (id, path): (u64, PathBuf),
        cancelled: &dyn Fn() -> bool,
    ) -> MutexGuard<'_, Orders> {
        let listing = list(&path, cancelled);
        let mut orders = self.lock();
        orders.fulfilled(id, listing);
        self.changed.notify_all();
        orders
    }
}

/// What is known of an ordered folder.
enum Taken {
    Listing(Listing),
    /// It was not ordered, or nobody has begun it.
    Nothing,
    Wait,
}

impl Orders {
    fn insert(&mut self, place: usize, path: PathBuf) {
        let order = Order {
            id: self.next_id,
            path,
            state: State::Open,
        };
        self.next_id += 1;
        self.queue.insert(place.min(self.queue.len()), order);
    }

    /// The first that nobody has begun, begun by whoever asks.
    fn claim(&mut self) -> Option<(u64, PathBuf)> {
        if self.held >= MAX_ENTRIES_AHEAD {
            return None;
        }
        let mut queue = self.queue.iter_mut();
        let order = queue.find(|order| matches!(order.state, State::Open))?;
        order.state = State::Begun;
        Some((order.id, order.path.clone()))
    }

    fn fulfilled(&mut self, id: u64, listing: Listing) {
        let order = self.queue.iter_mut().find(|order| order.id == id);
        // The walk may have passed it over.
        if let Some(order) = order {
            self.held += entries_in(&listing);
            order.state = State::Done(listing);
        }
    }

    fn taken(&mut self, folder: &Path) -> Taken {
        let place = self.queue.iter().position(|order| order.path == folder);
        let Some(place) = place else {
            return Taken::Nothing;
        };
        // What is before it was passed over.
        for order in self.queue.drain(..place) {
            if let State::Done(listing) = order.state {
                self.held -= entries_in(&listing);
            }
        }
        if let Some(Order {
            state: State::Begun,
            ..
        }) = self.queue.front()
        {
            return Taken::Wait;
        }
        match self.queue.pop_front().map(|order| order.state) {
            Some(State::Done(listing)) => {
                self.held -= entries_in(&listing);
                Taken::Listing(listing)
            }
            _ => Taken::Nothing,
        }
    }
}

fn entries_in(listing: &Listing) -> usize {
    listing.as_ref().map_or(0, Vec::len)
}
