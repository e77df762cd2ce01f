//! Names for the way: readable, short enough, and no two alike in one folder.

use std::collections::HashSet;
use std::ffi::OsStr;

use crate::disk::incoming::{numbered, shortened};

/// Gives each item of one folder its name.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: HashSet<String>,
}

impl Names {
    /// For a folder in which these are: they keep their names, whatever else comes.
    pub(super) fn around<'a>(names: impl Iterator<Item = &'a OsStr>) -> Self {
        let kept = names.filter_map(as_it_is).map(str::to_owned);
        Self {
            given: kept.collect(),
        }
    }

    /// The name for what is called so: its own, or a readable one that nothing else has.
    pub(super) fn give(&mut self, name: &OsStr) -> String {
        let readable = name.to_string_lossy();
        let readable = shortened(&readable);
        let mut count = 1;
        loop {
            let distinct = numbered(&readable, count);
            if !self.given.contains(&*distinct) {
                self.given.insert(distinct.to_string());
                return distinct.into_owned();
            }
            count += 1;
        }
    }
}

/// The name, if it can be sent unchanged.
pub(super) fn as_it_is(name: &OsStr) -> Option<&str> {
    name.to_str().filter(|text| shortened(text) == *text)
}
