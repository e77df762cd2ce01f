//! What goes between the thread that has the stream and the one that has the disk: one piece of a large
//! file, or many small files. Handing over each of them alone would cost more than reading or writing it.

use std::sync::mpsc::Receiver;

use crate::net::buffer::Buffer;
use crate::protocol::frame::MAX_DATA_BYTES;

/// One is being filled, one is being used up, and the others are on their way.
pub(super) const BATCHES: usize = 4;
/// The most steps in one batch.
const MAX_STEPS: usize = 1024;

/// Steps, and the content that belongs to them.
pub(super) struct Batch<S> {
    pub(super) steps: Vec<S>,
    pub(super) bytes: Buffer,
    /// So much content is in it.
    pub(super) used: usize,
}

impl<S> Batch<S> {
    pub(super) fn new() -> Self {
        Self {
            steps: Vec::with_capacity(MAX_STEPS),
            bytes: Buffer::new(MAX_DATA_BYTES),
            used: 0,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.steps.len() == MAX_STEPS || self.used == MAX_DATA_BYTES
    }

    pub(super) fn clear(&mut self) {
        self.steps.clear();
        self.used = 0;
    }
}

/// Where the next batch to fill comes from.
pub(super) struct Spares<S> {
    /// Those that were used up.
    pub(super) returned: Receiver<Batch<S>>,
    /// How many may still be made.
    unused: usize,
}

impl<S> Spares<S> {
    /// Besides the one that is filled first.
    pub(super) fn new(returned: Receiver<Batch<S>>) -> Self {
        let unused = BATCHES - 1;
        Self { returned, unused }
    }

    /// One, if there is one without a wait.
    pub(super) fn take(&mut self) -> Option<Batch<S>> {
        self.returned.try_recv().ok().or_else(|| {
            self.unused = self.unused.checked_sub(1)?;
            Some(Batch::new())
        })
    }
}
