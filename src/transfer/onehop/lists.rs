//! How much memory the lists of senders may take at a receiver.
//!
//! A list may be long, and everybody can send one. So before a person has said yes, no more of it
//! is read than fits in here; it waits at the sender. After the yes it is read to its end, as soon
//! as there is room beside the other lists. Nobody fails for a long list.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::protocol::message::Entry;

/// So many undecided lists of full length may be there at once.
const MAX_UNDECIDED_LISTS: u64 = 4;
/// The most memory for all lists that somebody said yes to, but for one that is longer by itself. With
/// the others that is a gigabyte.
const MAX_AGREED_BYTES: u64 = 896 << 20;
/// What an entry takes, its name included, if names are as long as names mostly are.
const ENTRY_BYTES: u64 = 224;
/// What it takes apart from its name.
const NAMELESS_ENTRY_BYTES: u64 = 176;

/// The lists of all transfers of a listener.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    /// The most memory for one of them before the yes.
    limit: u64,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    undecided: u64,
    agreed: u64,
    /// Shares that wait for room, the first first.
    waiting: VecDeque<u64>,
    next_id: u64,
}

/// The memory of one list; dropping it makes room for others.
#[derive(Debug)]
pub(super) struct Share {
    lists: Lists,
    id: u64,
    undecided: u64,
    agreed: Option<u64>,
}

impl Lists {
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            state: Arc::default(),
        }
    }

    pub(super) fn share(&self) -> Share {
        let mut state = self.lock();
        state.next_id += 1;
        Share {
            lists: self.clone(),
            id: state.next_id,
            undecided: 0,
            agreed: None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// These entries are kept.
    pub(super) fn add(&mut self, entries: &[Entry]) {
        if self.agreed.is_some() {
            return;
        }
        let bytes = entries.iter().map(|entry| {
            // As it is sent, and perhaps as it is called here.
            let name = entry.path.last().map_or(0, String::len);
            NAMELESS_ENTRY_BYTES + 2 * name as u64
        });
        let bytes = bytes.sum::<u64>();
        self.undecided += bytes;
        self.lists.lock().undecided += bytes;
    }

    /// Whether there is room for more of it before the yes. The last batch may go a little beyond.
    pub(super) fn has_room(&self) -> bool {
        self.agreed.is_some()
            || self.undecided < self.lists.limit
                && self.lists.lock().undecided < MAX_UNDECIDED_LISTS * self.lists.limit
    }

    /// Somebody said yes to a list of so many entries. Returns whether it may be read to its end now;
    /// if not, it has to be asked again until there is room, and its turn comes.
    pub(super) fn agree(&mut self, entries: u32) -> bool {
        if self.agreed.is_some() {
            return true;
        }
        let mut state = self.lists.lock();
        if !state.waiting.contains(&self.id) {
            state.waiting.push_back(self.id);
        }
        let bytes = ENTRY_BYTES * u64::from(entries);
        let fits = state.agreed == 0 || state.agreed.saturating_add(bytes) <= MAX_AGREED_BYTES;
        if !fits || state.waiting.front() != Some(&self.id) {
            return false;
        }
        state.waiting.pop_front();
        state.undecided -= self.undecided;
        state.agreed += bytes;
        self.undecided = 0;
        self.agreed = Some(bytes);
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut state = self.lists.lock();
        state.undecided -= self.undecided;
        state.agreed -= self.agreed.unwrap_or_default();
        state.waiting.retain(|id| *id != self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::message::{EntryKind, MAX_ENTRIES};

    const LIMIT: u64 = 1 << 20;

    fn entries(name: &str, count: u32) -> Vec<Entry> {
        let entry = |index| Entry {
            index,
            path: vec![name.to_owned()],
            kind: EntryKind::File,
            size: 1,
            mtime_ns: None,
            executable: false,
            mode: None,
            target: None,
        };
        (0..count).map(entry).collect()
    }

    /// How many batches of a hundred entries go in before the yes.
    fn batches(share: &mut Share) -> usize {
        let batch = entries("some name", 100);
        let mut count = 0;
        while share.has_room() {
            share.add(&batch);
            count += 1;
        }
        count
    }

    #[test]
    fn a_list_is_not_read_beyond_its_share_before_the_yes_and_goes_on_after_it() {
        let lists = Lists::new(LIMIT);
        let mut share = lists.share();
        let count = batches(&mut share) as u64;
        assert!(count * 100 * NAMELESS_ENTRY_BYTES <= LIMIT);
        assert!(share.agree(1_000_000));
        share.add(&entries("more", 100));
        assert!(share.has_room());
    }

    #[test]
    fn all_undecided_lists_together_have_a_limit_and_leave_room_when_they_go() {
        let lists = Lists::new(LIMIT);
        let mut shares: Vec<Share> = (0..16).map(|_| lists.share()).collect();
        let counts: Vec<usize> = shares.iter_mut().map(batches).collect();
        assert!(lists.lock().undecided < (MAX_UNDECIDED_LISTS + 1) * LIMIT);
        assert_eq!(counts.last(), Some(&0));
        drop(shares);
        assert_eq!(lists.lock().undecided, 0);
        assert_eq!(batches(&mut lists.share()), counts[0]);
    }

    #[test]
    fn the_longest_list_is_read_and_the_next_waits_until_it_is_over() {
        let lists = Lists::new(LIMIT);
        let [mut first, mut second, mut third] = [(); 3].map(|()| lists.share());
        assert!(first.agree(MAX_ENTRIES));
        assert!(!second.agree(MAX_ENTRIES));
        // Whoever came later does not overtake.
        assert!(!third.agree(1));
        drop(first);
        assert!(!third.agree(1));
        assert!(second.agree(MAX_ENTRIES));
        assert!(third.agree(1));
    }

    #[test]
    fn who_waits_and_leaves_holds_up_nobody() {
        let lists = Lists::new(LIMIT);
        let [mut first, mut second, mut third] = [(); 3].map(|()| lists.share());
        assert!(first.agree(MAX_ENTRIES));
        assert!(!second.agree(MAX_ENTRIES));
        drop(second);
        assert!(third.agree(1));
    }
}
