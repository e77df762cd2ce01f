//! What was transferred: the latest transfers, and how they are written down.
//!
//! In scope: the list, searching it, its text. Out of scope: files, clocks and how it looks. It is
//! pure, and the words for people are in [`crate::messages::history`].
//!
//! The text is a line of JSON for each transfer, the oldest first: people and programs can read it,
//! and a line that is broken takes no other with it.

mod record;

use std::collections::VecDeque;

pub use self::record::{Direction, Ending, Record};

/// Maximum number of transfers kept.
pub const MAX_RECORDS: usize = 200;

/// The last transfers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The newest first.
    records: VecDeque<Record>,
    next_number: u64,
}

impl History {
    /// Adds a transfer. What nobody here ever agreed to stands there once for each sender in a row,
    /// with its last time: else whoever calls again and again would push out everything else.
    pub fn add(&mut self, mut record: Record) {
        if let Some(last) = self.records.front()
            && last.is_repeated_by(&record)
        {
            self.records.pop_front();
        }
        self.next_number += 1;
        record.number = self.next_number;
        self.records.push_front(record);
        self.records.truncate(MAX_RECORDS);
    }

    /// Puts what was kept before behind what came since.
    pub fn add_older(&mut self, older: Self) {
        for mut record in older.records {
            if self.records.len() < MAX_RECORDS {
                self.next_number += 1;
                record.number = self.next_number;
                self.records.push_back(record);
            }
        }
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.records.clear();
    }

    /// All of it, the newest first.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The one with this number.
    #[must_use]
    pub fn record(&self, number: u64) -> Option<&Record> {
        self.records.iter().find(|record| record.number == number)
    }

    /// Everything as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let lines = self.records.iter().rev().map(Record::to_line);
        lines.collect::<Vec<_>>().concat()
    }

    /// What a text says, and how many of its lines cannot be understood.
    #[must_use]
    pub fn from_text(text: &str) -> (Self, usize) {
        let mut history = Self::default();
        let mut broken = 0;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match Record::from_line(line) {
                Some(record) => history.add(record),
                None => broken += 1,
            }
        }
        (history, broken)
    }
}

#[cfg(test)]
mod tests;
