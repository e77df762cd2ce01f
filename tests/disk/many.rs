//! Many files.

use std::fs;
use std::time::Instant;

use onehop::disk::outgoing::Selection;

use super::support::{Offer, folder};

/// Fewer for Windows, which syncs each, and for Wine above all.
const FILES: usize = if cfg!(windows) { 500 } else { 10_000 };

/// Generous for any machine, and far from what a sync for each file would take.
const GUARD_SECS: u64 = 60;

#[test]
fn many_small_files_in_folders_are_saved() {
    let folder = folder();
    let mut offer = Offer::new().folder("f");
    for number in 0..FILES {
        if number % 100 == 0 {
            offer = offer.folder(&format!("f/{}", number / 100));
        }
        offer = offer.file(&format!("f/{}/{number}", number / 100), &[7; 4096]);
    }
    let started = Instant::now();
    let outcome = offer.save(folder.path());
    assert!(started.elapsed().as_secs() < GUARD_SECS);
    assert_eq!(outcome.totals.files as usize, FILES);
    assert_eq!(
        fs::read_dir(folder.path().join("f/4")).unwrap().count(),
        100
    );
}

#[test]
fn many_single_files_are_saved() {
    let folder = folder();
    let mut offer = Offer::new();
    for number in 0..FILES {
        offer = offer.file(&number.to_string(), b"x");
    }
    let started = Instant::now();
    let outcome = offer.save(folder.path());
    assert!(started.elapsed().as_secs() < GUARD_SECS);
    assert_eq!(outcome.saved.len(), FILES);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), FILES);
}

#[test]
fn many_files_are_gathered_in_order() {
    let folder = folder();
    for number in 0..FILES {
        fs::write(folder.path().join(format!("{number:05}")), b"x").unwrap();
    }
    let paths = [folder.path().to_path_buf()];
    let selection = Selection::gather(&paths, &|| false).unwrap();
    assert_eq!(selection.files() as usize, FILES);
    let last = selection.entry(selection.entries() - 1).unwrap();
    assert_eq!(last.path.last().unwrap(), &format!("{:05}", FILES - 1));
}
