//! A million entries in little memory: names in one text, everything else in small nodes.
//!
//! Shared by both sides: the sender's chosen files and the receiver's announced ones. In scope:
//! who is whose child, and what was announced of it. Out of scope: the disk.

use crate::protocol::message::EntryKind;

/// Stands for "no folder above": what is sent or received at the top level.
pub(super) const TOP: u32 = u32::MAX;
/// Stands for "not known".
const NO_TIME: i64 = i64::MIN;
const NO_MODE: u16 = u16::MAX;

/// Entries, each under its parent, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Tree {
    names: String,
    nodes: Vec<Node>,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) size: u64,
    mtime_ns: i64,
    pub(super) parent: u32,
    name_start: u32,
    name_len: u8,
    mode: u16,
    pub(super) kind: EntryKind,
    pub(super) executable: bool,
    pub(super) state: State,
    /// At the receiver: whether it stands in the partial under its name, so that this name is its
    /// own there and no other entry's.
    pub(super) made: bool,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing yet.
    Open,
    /// No file or folder can have its name, or there is none above it.
    Refused,
    /// It is here already.
    Skipped,
    /// Complete, or for a folder: made.
    Done,
    /// It arrived, but could not be saved.
    NotSaved,
    /// It arrived, but not as it was sent.
    Damaged,
    /// It will not come.
    Abandoned,
}

/// A new entry, but for its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct EntryMetadata {
    pub(super) kind: EntryKind,
    pub(super) size: u64,
    pub(super) mtime_ns: Option<i64>,
    pub(super) executable: bool,
    /// Its permission bits, 0 to 0o777, where the system has them.
    pub(super) mode: Option<u16>,
}

impl Tree {
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Bytes of all names.
    pub(super) fn names_bytes(&self) -> usize {
        self.names.len()
    }

    /// Adds an entry below `parent` and returns its index. A name of more than 255 bytes or a
    /// tree of more than 4 GiB of names is cut: callers check both.
    pub(super) fn push(
        &mut self,
        parent: u32,
        name: &str,
        facts: EntryMetadata,
        state: State,
    ) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(TOP);
        let name_start = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let name_len = u8::try_from(name.len()).unwrap_or(0);
        if name_len > 0 {
            self.names.push_str(name);
        }
        self.nodes.push(Node {
            size: facts.size,
            mtime_ns: facts.mtime_ns.unwrap_or(NO_TIME),
            mode: facts.mode.unwrap_or(NO_MODE),
            parent,
            name_start,
            name_len,
            kind: facts.kind,
            executable: facts.executable,
            state,
            made: false,
        });
        index
    }

    /// Gives an entry another name, of at most 255 bytes.
    pub(super) fn rename(&mut self, index: u32, name: &str) {
        let start = u32::try_from(self.names.len());
        let length = u8::try_from(name.len());
        if let Some(node) = self.node_mut(index)
            && let (Ok(start), Ok(length)) = (start, length)
        {
            (node.name_start, node.name_len) = (start, length);
            self.names.push_str(name);
        }
    }

    /// Makes an entry a copy of a file, but for its name. Returns its size.
    pub(super) fn copy_facts(&mut self, original: u32, copy: u32) -> u64 {
        let Some(node) = self.node(original) else {
            return 0;
        };
        let (kind, size, mtime_ns) = (node.kind, node.size, node.mtime_ns);
        let (executable, mode) = (node.executable, node.mode);
        if let Some(node) = self.node_mut(copy) {
            (node.kind, node.size, node.mtime_ns) = (kind, size, mtime_ns);
            (node.executable, node.mode) = (executable, mode);
        }
        size
    }

    /// Forgets the entries from this index on.
    pub(super) fn truncate(&mut self, length: usize) {
        self.nodes.truncate(length);
    }

    pub(super) fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(usize::try_from(index).ok()?)
    }

    pub(super) fn node_mut(&mut self, index: u32) -> Option<&mut Node> {
        self.nodes.get_mut(usize::try_from(index).ok()?)
    }

    pub(super) fn name(&self, index: u32) -> &str {
        self.node(index).map_or("", |node| self.name_of(node))
    }

    pub(super) fn name_of(&self, node: &Node) -> &str {
        let start = usize::try_from(node.name_start).unwrap_or(usize::MAX);
        let end = start.saturating_add(node.name_len.into());
        self.names.get(start..end).unwrap_or_default()
    }

    /// All nodes with their indices, parents before children.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &Node)> {
        (0..self.nodes.len()).map(|place| (u32::try_from(place).unwrap_or(TOP), &self.nodes[place]))
    }

    /// The entry and the folders above it, the top-level one last.
    pub(super) fn upwards(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let next = |at: &u32| self.node(*at).map(|node| node.parent);
        std::iter::successors(Some(index), next).take_while(|at| *at != TOP)
    }

    /// Where it stands, from the top-level entry down to itself.
    pub(super) fn chain(&self, index: u32) -> Vec<u32> {
        let mut chain: Vec<u32> = self.upwards(index).collect();
        chain.reverse();
        chain
    }

    /// Its top-level entry, which may be itself.
    pub(super) fn top_of(&self, index: u32) -> u32 {
        self.upwards(index).last().unwrap_or(index)
    }

    /// The names from the top-level one down to its own.
    pub(super) fn path(&self, index: u32) -> Vec<String> {
        let names = self.chain(index);
        names.into_iter().map(|at| self.name(at).into()).collect()
    }

    pub(super) fn is_folder(&self, index: u32) -> bool {
        self.node(index)
            .is_some_and(|node| node.kind == EntryKind::Directory)
    }

    pub(super) fn set_state(&mut self, index: u32, state: State) {
        if let Some(node) = self.node_mut(index) {
            node.state = state;
        }
    }

    pub(super) fn is_made(&self, index: u32) -> bool {
        self.node(index).is_some_and(|node| node.made)
    }

    pub(super) fn set_made(&mut self, index: u32, made: bool) {
        if let Some(node) = self.node_mut(index) {
            node.made = made;
        }
    }
}

impl EntryMetadata {
    /// Those of a link, which has none of its own.
    pub(super) const LINK: Self = Self {
        kind: EntryKind::Link,
        size: 0,
        mtime_ns: None,
        executable: false,
        mode: None,
    };

    pub(super) fn is_folder(&self) -> bool {
        self.kind == EntryKind::Directory
    }
}

impl Node {
    pub(super) fn mtime_ns(&self) -> Option<i64> {
        (self.mtime_ns != NO_TIME).then_some(self.mtime_ns)
    }

    /// Its permission bits, 0 to 0o777.
    pub(super) fn mode(&self) -> Option<u32> {
        (self.mode != NO_MODE).then(|| self.mode.into())
    }

    pub(super) fn is_file(&self) -> bool {
        self.kind == EntryKind::File
    }

    pub(super) fn is_link(&self) -> bool {
        self.kind == EntryKind::Link
    }

    /// Whether it is one of the files that totals and receipts count, as links are too.
    pub(super) fn counts_as_file(&self) -> bool {
        self.kind.counts_as_file()
    }

    /// Whether it is here, or has been made.
    pub(super) fn stands(&self) -> bool {
        matches!(self.state, State::Done | State::Skipped)
    }

    pub(super) fn is_folder(&self) -> bool {
        self.kind == EntryKind::Directory
    }
}
