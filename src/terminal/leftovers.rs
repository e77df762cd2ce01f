//! What interrupted transfers left in the folder to save in, as `receive` tells it.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::task::Waker;
use std::thread;
use std::time::SystemTime;

use super::screen::{indented, paragraph};
use crate::disk::incoming::{Leftover, leftovers};
use crate::messages::leftovers::{MEANING, leftover};
use crate::messages::{and_more, terminal};

/// More than this are counted, not listed.
const MOST_LISTED: usize = 20;

/// Looks for them on a thread of its own, since that may take a while; if there are any, the
/// channel gets one text about all of them, and then `bell` rings.
pub(super) fn find(folder: &Path, bell: Waker) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    let folder: PathBuf = folder.to_owned();
    let look = move || match leftovers(&folder) {
        Ok(found) if found.is_empty() => {}
        Ok(found) => {
            tell.send(text(&found, SystemTime::now())).ok();
            bell.wake();
        }
        // That nothing can be saved there is told elsewhere.
        Err(fault) => log::info!("not looked for leftovers: {fault}"),
    };
    let started = thread::Builder::new()
        .name("leftovers".to_owned())
        .spawn(look);
    if let Err(error) = started {
        log::warn!("not looked for leftovers: {error}");
    }
    told
}

fn text(found: &[Leftover], now: SystemTime) -> String {
    let line = |one: &Leftover| {
        let age = one.modified.and_then(|time| now.duration_since(time).ok());
        let facts = leftover(one.is_folder, one.bytes, age);
        format!("{facts}: {}", one.path.display())
    };
    let mut lines: Vec<String> = found.iter().take(MOST_LISTED).map(line).collect();
    if found.len() > MOST_LISTED {
        lines.push(and_more(found.len() - MOST_LISTED));
    }
    format!(
        "{}\n{}\n{}",
        terminal::INTERRUPTED_EARLIER,
        indented(&lines.join("\n")),
        paragraph(MEANING)
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_few_are_listed_with_their_paths_and_the_rest_is_counted() {
        let modified = SystemTime::UNIX_EPOCH;
        let one = |number: usize| Leftover {
            path: PathBuf::from(format!("{number}.partial")),
            bytes: 5000,
            modified: Some(modified),
            is_folder: false,
        };
        let found: Vec<Leftover> = (0..22).map(one).collect();
        let text = text(&found, modified + Duration::from_mins(3));
        let start = "Interrupted earlier:\n  Part of a file, 5.0 kB, 3 min ago: 0.partial\n";
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains("19.partial\n  and 2 more\n"), "{text}");
    }
}
