//! What is nearby, kept small whatever is announced.

use super::address::Networks;
use super::announcement::Announcement;
use super::hint::Hint;
use super::kind::DeviceKind;

/// Maximum number of receivers kept.
pub const MAX_FOUND: usize = 64;
/// How many may claim to be the same device: one computer may run the window and the terminal
/// program on several ports.
const MAX_PER_HINT: usize = 4;

/// One receiver that is nearby.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it calls itself, made harmless. A label: anybody may claim any name.
    pub name: String,
    /// Which device it claims to be.
    pub hint: Option<Hint>,
    /// What kind of computer it says it is.
    pub kind: DeviceKind,
    /// The newest protocol it speaks; 0 for classic alone.
    pub protocol: u8,
    /// The address that most likely reaches it, as it is typed.
    pub host: String,
    /// The port it is bound to.
    pub port: u16,
}

/// The announcements that count now.
#[derive(Debug, Default)]
pub struct Table {
    own: Option<Hint>,
    entries: Vec<Entry>,
    /// Grows each time everything is asked for anew.
    round: u64,
    /// Something had no room.
    overflowed: bool,
}

#[derive(Debug)]
struct Entry {
    announcement: Announcement,
    round: u64,
}

impl Table {
    /// An empty table that leaves out the device `own`.
    #[must_use]
    pub fn new(own: Option<Hint>) -> Self {
        Self {
            own,
            ..Self::default()
        }
    }

    /// Somebody is there, or has changed. `is_known` tells whether a claim is one of a device
    /// that the user remembers: those go before strangers when there is no room for all.
    pub fn appeared(&mut self, announcement: Announcement, is_known: impl Fn(Hint) -> bool) {
        if announcement.hint.is_some() && announcement.hint == self.own {
            // A computer that took up this key is not somebody else from now on.
            self.left(&announcement.instance);
            return;
        }
        let entry = Entry {
            announcement,
            round: self.round,
        };
        let instance = &entry.announcement.instance;
        match self.position(instance) {
            Some(index) if self.has_room_for(&entry) => {
                if let Some(known) = self.entries.get_mut(index) {
                    *known = entry;
                }
            }
            Some(index) => {
                self.entries.remove(index);
            }
            None => self.add(entry, is_known),
        }
    }

    /// Somebody is gone.
    pub fn left(&mut self, instance: &str) {
        self.entries
            .retain(|entry| entry.announcement.instance != instance);
    }

    /// From now on everything is asked for anew.
    pub fn begin_round(&mut self) {
        self.round += 1;
        self.overflowed = false;
    }

    /// Whoever has not answered since [`Self::begin_round`] is gone.
    pub fn end_round(&mut self) {
        let round = self.round;
        self.entries.retain(|entry| entry.round == round);
    }

    /// Whether there was no room for something since the round began, so that it is not complete.
    #[must_use]
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// What is nearby, by name, with the address that most likely reaches it from `networks`.
    /// Whoever announces no address there is left out.
    #[must_use]
    pub fn found(&self, networks: &Networks) -> Vec<Found> {
        let mut found: Vec<Found> = self
            .entries
            .iter()
            .filter_map(|entry| found(&entry.announcement, networks))
            .collect();
        found.sort_by_cached_key(|found| {
            let name = found.name.to_lowercase();
            (name, found.host.clone(), found.port, found.hint)
        });
        // Two programs that say the same are one to whoever connects.
        found.dedup();
        found
    }

    fn position(&self, instance: &str) -> Option<usize> {
        let is_it = |entry: &Entry| entry.announcement.instance == instance;
        self.entries.iter().position(is_it)
    }

    /// Whether few enough others claim to be the same device.
    fn has_room_for(&self, new: &Entry) -> bool {
        let Some(hint) = new.announcement.hint else {
            return true;
        };
        let others = self.entries.iter().filter(|entry| {
            let announcement = &entry.announcement;
            announcement.hint == Some(hint) && announcement.instance != new.announcement.instance
        });
        others.count() < MAX_PER_HINT
    }

    fn add(&mut self, new: Entry, is_known: impl Fn(Hint) -> bool) {
        if !self.has_room_for(&new) {
            return;
        }
        if self.entries.len() >= MAX_FOUND {
            self.overflowed = true;
            let is_stranger = |entry: &Entry| !entry.announcement.hint.is_some_and(&is_known);
            let last_stranger = self.entries.iter().rposition(is_stranger);
            match last_stranger.filter(|_| !is_stranger(&new)) {
                Some(index) => self.entries.remove(index),
                None => return,
            };
        }
        self.entries.push(new);
    }
}

fn found(announcement: &Announcement, networks: &Networks) -> Option<Found> {
    let best = announcement
        .places
        .iter()
        .filter(|place| networks.reach(place.ip))
        .min_by_key(|place| (networks.rank(place.ip), *place))?;
    Some(Found {
        name: announcement.name.clone(),
        hint: announcement.hint,
        kind: announcement.kind,
        protocol: announcement.protocol,
        host: best.to_string(),
        port: announcement.port,
    })
}

#[cfg(test)]
mod tests;
