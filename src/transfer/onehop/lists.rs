//! How much memory the lists of senders may take at a receiver.
//!
//! A list may be long, and everybody can send one. So before a person has said yes, no more of it
//! is read than fits in here; it waits at the sender. After the yes it is read to its end, as soon
//! as there is room beside the other lists for the most that it can take. What it does not need of
//! that is free again once it is complete. Nobody fails for a long list.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::protocol::message::{Entry, MAX_COMPONENT_BYTES, MAX_NAMES_BYTES};

/// Maximum number of full-length lists that nobody has decided about.
const MAX_UNDECIDED_LISTS: u64 = 4;
/// All accepted lists together may take as much memory as this many undecided
/// ones. With those it is a gigabyte.
const MAX_AGREED_LISTS: u64 = 28;
/// A list that is longer than that by itself is read beside others that take no more than so many
/// undecided ones.
const LISTS_BESIDE_THE_LONGEST: u64 = 4;
/// What an entry takes apart from its name.
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
    /// What it takes.
    bytes: u64,
    /// What is kept for it, once somebody said yes: no less than it takes.
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
            bytes: 0,
            agreed: None,
        }
    }

    fn max_undecided(&self) -> u64 {
        MAX_UNDECIDED_LISTS * self.limit
    }

    fn max_agreed(&self) -> u64 {
        MAX_AGREED_LISTS * self.limit
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// These entries are kept.
    pub(super) fn add(&mut self, entries: &[Entry]) {
        let bytes = entries.iter().map(|entry| {
            let name = entry.path.last().map_or(0, String::len);
            entries_bytes(1, name.min(MAX_COMPONENT_BYTES) as u64)
        });
        let bytes = bytes.sum::<u64>();
        self.bytes += bytes;
        if self.agreed.is_none() {
            self.lists.lock().undecided += bytes;
        }
    }

    /// Whether there is room for more of it before the yes. The last batch may go a little beyond.
    pub(super) fn has_room(&self) -> bool {
        if self.agreed.is_some() {
            return true;
        }
        let (max_undecided, max_agreed) = (self.lists.max_undecided(), self.lists.max_agreed());
        let state = self.lists.lock();
        self.bytes < self.lists.limit
            && state.undecided < max_undecided
            && state.undecided + state.agreed < max_undecided + max_agreed
    }

    /// Somebody accepted a list of `entries` entries. Returns whether it may be read to its end now;
    /// if not, it has to be asked again until there is room, and its turn comes.
    pub(super) fn agree(&mut self, entries: u32) -> bool {
        if self.agreed.is_some() {
            return true;
        }
        let beside = LISTS_BESIDE_THE_LONGEST * self.lists.limit;
        let (bytes, most) = (most_bytes(entries), self.lists.max_agreed());
        let mut state = self.lists.lock();
        if !state.waiting.contains(&self.id) {
            state.waiting.push_back(self.id);
        }
        let fits = state.agreed.saturating_add(bytes.min(most - beside)) <= most;
        if !fits || state.waiting.front() != Some(&self.id) {
            return false;
        }
        state.waiting.pop_front();
        state.undecided -= self.bytes;
        state.agreed += bytes;
        self.agreed = Some(bytes);
        true
    }

    /// All of it has come. What was kept for more goes to others.
    pub(super) fn complete(&mut self) {
        if let Some(agreed) = &mut self.agreed {
            let mut state = self.lists.lock();
            state.agreed = state.agreed - *agreed + self.bytes;
            *agreed = self.bytes;
        }
    }

    /// Somebody said yes to a list that has come as a whole: it keeps no undecided one waiting. It is
    /// here already, so it waits for nobody.
    pub(super) fn settle(&mut self) {
        self.complete();
        if self.agreed.is_none() {
            let mut state = self.lists.lock();
            state.waiting.retain(|id| *id != self.id);
            state.undecided -= self.bytes;
            state.agreed += self.bytes;
            self.agreed = Some(self.bytes);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut state = self.lists.lock();
        match self.agreed {
            Some(agreed) => state.agreed -= agreed,
            None => state.undecided -= self.bytes,
        }
        state.waiting.retain(|id| *id != self.id);
    }
}

/// The memory that this many entries take: names are kept as they are sent, and perhaps as they are here.
fn entries_bytes(entries: u64, names_bytes: u64) -> u64 {
    NAMELESS_ENTRY_BYTES * entries + 2 * names_bytes
}

/// The most memory that this many entries can take: all their names as long as they may be.
fn most_bytes(entries: u32) -> u64 {
    let entries = u64::from(entries);
    let names_bytes = entries * MAX_COMPONENT_BYTES as u64;
    entries_bytes(entries, names_bytes.min(MAX_NAMES_BYTES as u64))
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
        assert!(lists.lock().undecided < lists.max_undecided() + LIMIT);
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
        second.complete();
        assert!(third.agree(1));
    }

    #[test]
    fn who_waits_and_leaves_holds_up_nobody() {
        let lists = Lists::new(LIMIT);
        let [mut first, mut second, mut third] = [(); 3].map(|()| lists.share());
        assert!(first.agree(MAX_ENTRIES));
        assert!(!second.agree(MAX_ENTRIES));
        drop(second);
        first.complete();
        assert!(third.agree(1));
    }

    /// The longest name that is kept.
    fn long() -> String {
        "x".repeat(MAX_COMPONENT_BYTES)
    }

    /// Reads a list of so many batches of a hundred entries with this name, after the yes.
    fn read(share: &mut Share, name: &str, batches: u32) {
        let batch = entries(name, 100);
        (0..batches).for_each(|_| share.add(&batch));
    }

    #[test]
    fn lists_of_long_names_take_no_more_together_than_others() {
        // Each of them is a fifth of what there is.
        const BATCHES: u32 = 82;
        let lists = Lists::new(LIMIT);
        let mut shares: Vec<Share> = (0..16).map(|_| lists.share()).collect();
        let mut agreed: Vec<&mut Share> = Vec::new();
        agreed.extend(
            shares
                .iter_mut()
                .filter_map(|share| share.agree(100 * BATCHES).then_some(share)),
        );
        for share in &mut agreed {
            read(share, &long(), BATCHES);
            share.complete();
        }
        assert_eq!(agreed.len(), 5);
        let taken: u64 = agreed.iter().map(|share| share.bytes).sum();
        assert!(taken <= lists.max_agreed(), "{taken}");
        assert_eq!(lists.lock().agreed, taken);
    }

    #[test]
    fn a_list_that_is_complete_leaves_what_it_does_not_need() {
        let lists = Lists::new(LIMIT);
        let [mut first, mut second] = [(); 2].map(|()| lists.share());
        assert!(first.agree(MAX_ENTRIES));
        read(&mut first, "short", 1);
        assert!(!second.agree(1000));
        first.complete();
        assert!(second.agree(1000));
        drop((first, second));
        assert_eq!(lists.lock().agreed, 0);
    }

    #[test]
    fn a_long_transfer_keeps_no_undecided_list_waiting() {
        let lists = Lists::new(LIMIT);
        let mut shares: Vec<Share> = (0..4).map(|_| lists.share()).collect();
        for share in &mut shares {
            batches(share);
        }
        assert!(!lists.share().has_room());
        shares.iter_mut().for_each(Share::settle);
        assert_eq!(batches(&mut lists.share()), batches(&mut lists.share()));
        drop(shares);
        assert_eq!(lists.lock().undecided, 0);
        assert_eq!(lists.lock().agreed, 0);
    }

    #[test]
    fn undecided_and_agreed_lists_have_a_limit_together() {
        let lists = Lists::new(LIMIT);
        let mut shares = Vec::new();
        while shares.len() < 100 {
            let mut share = lists.share();
            batches(&mut share);
            share.settle();
            shares.push(share);
        }
        let taken = lists.lock().agreed;
        let most = lists.max_undecided() + lists.max_agreed();
        assert!(taken >= most && taken < most + LIMIT, "{taken}");
        assert!(!lists.share().has_room());
    }

    #[test]
    fn the_longest_list_need_not_wait_for_short_transfers_to_end() {
        let lists = Lists::new(LIMIT);
        let [mut short, mut longest] = [(); 2].map(|()| lists.share());
        short.add(&entries("name", 1000));
        short.settle();
        assert!(longest.agree(MAX_ENTRIES));
    }
}
