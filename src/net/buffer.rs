//! Memory for a piece of a file on its way.

use std::ops::{Deref, DerefMut};

/// Allocators put large blocks 16 bytes behind the start of a page, and there the system's copies
/// in and out take up to twice as long. At the start itself they do not.
const ALIGNMENT_BYTES: usize = 4096;

/// Bytes that begin where a page of memory does.
#[derive(Debug)]
pub(crate) struct Buffer {
    memory: Vec<u8>,
    start: usize,
    length: usize,
}

impl Buffer {
    /// A buffer of `length` zeros.
    pub(crate) fn new(length: usize) -> Self {
        let memory = match length {
            0 => Vec::new(),
            _ => vec![0; length + ALIGNMENT_BYTES],
        };
        // Where the address cannot be told, any start will do.
        let start = memory.as_ptr().align_offset(ALIGNMENT_BYTES);
        let start = start.min(memory.len() - length);
        Self {
            memory,
            start,
            length,
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[self.start..self.start + self.length]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..self.start + self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_begins_where_a_page_does() {
        for length in [1, 1024, 1024 * 1024] {
            let mut buffer = Buffer::new(length);
            assert_eq!(buffer.len(), length);
            assert_eq!(buffer.as_ptr().addr() % ALIGNMENT_BYTES, 0, "{length}");
            buffer[length - 1] = 7;
            assert_eq!(buffer.last(), Some(&7));
        }
    }

    #[test]
    fn an_empty_buffer_is_possible() {
        assert!(Buffer::new(0).is_empty());
    }
}
