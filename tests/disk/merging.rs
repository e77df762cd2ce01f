//! Folders that are merged into those of the same name.

use onehop::disk::Merge;

use super::support::{Offer, expected, folder, tree};
use crate::common::folder::put;

#[test]
fn new_files_join_those_that_are_there_and_replace_none() {
    let folder = folder();
    put(folder.path(), "f/mine", "mine");
    put(folder.path(), "f/both", "old");
    put(folder.path(), "f/sub/deep", "old");
    put(folder.path(), "f/file", "a file here, a folder there");
    let offer = Offer::new()
        .folder("f")
        .file("f/both", b"new")
        .file("f/yours", b"yours")
        .folder("f/sub")
        .file("f/sub/deep", b"new")
        .folder("f/sub/empty")
        .folder("f/other")
        .file("f/other/a", b"a")
        .folder("f/file")
        .file("f/file/b", b"b");
    let mut plan = offer.plan(folder.path());
    plan.set_merge(Merge::All);
    let top = plan.top_level().next().unwrap();
    assert_eq!(&*top.name, "f (2)");
    assert_eq!(top.existing.unwrap().name, "f");
    let outcome = offer.save_planned(plan);
    assert_eq!(outcome.totals.files, 5);
    assert_eq!(outcome.saved[0].name, "f");
    let renamed = outcome.renamed.iter();
    let renamed = renamed.map(|index| {
        (
            outcome.sent_path(*index).join("/"),
            outcome.saved_name(*index),
        )
    });
    let renamed: Vec<(String, &str)> = renamed.collect();
    let told = [
        ("f/both", "both (2)"),
        ("f/sub/deep", "deep (2)"),
        ("f/file", "file (2)"),
    ];
    assert_eq!(renamed, told.map(|(sent, saved)| (sent.to_owned(), saved)));
    assert_eq!(
        tree(folder.path()),
        expected(&[
            ("f/", ""),
            ("f/both", "old"),
            ("f/both (2)", "new"),
            ("f/file", "a file here, a folder there"),
            ("f/file (2)/", ""),
            ("f/file (2)/b", "b"),
            ("f/mine", "mine"),
            ("f/other/", ""),
            ("f/other/a", "a"),
            ("f/sub/", ""),
            ("f/sub/deep", "old"),
            ("f/sub/deep (2)", "new"),
            ("f/sub/empty/", ""),
            ("f/yours", "yours"),
        ])
    );
}

#[test]
fn identical_files_in_a_merged_folder_are_skipped() {
    let folder = folder();
    put(folder.path(), "f/sub/same", "same");
    put(folder.path(), "f/sub/other", "abcd");
    let offer = Offer::new()
        .folder("f")
        .folder("f/sub")
        .file("f/sub/same", b"same")
        .file("f/sub/other", b"efgh");
    let mut plan = offer.plan(folder.path());
    plan.set_merge(Merge::All);
    assert_eq!(plan.identical_candidates(), [2, 3]);
    let (outcome, sent) = offer.save_what_is_new(plan);
    assert_eq!(sent, [3]);
    assert_eq!((outcome.totals.files, outcome.totals.bytes), (2, 8));
    assert_eq!(
        tree(folder.path()),
        expected(&[
            ("f/", ""),
            ("f/sub/", ""),
            ("f/sub/other", "abcd"),
            ("f/sub/other (2)", "efgh"),
            ("f/sub/same", "same"),
        ])
    );
}

#[test]
fn nothing_is_merged_unless_somebody_says_so() {
    let folder = folder();
    put(folder.path(), "f/a", "old");
    let offer = Offer::new().folder("f").file("f/a", b"a");
    offer.save(folder.path());
    let tree = tree(folder.path());
    assert_eq!(tree["f (2)/a"], "a");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_that_is_merged_into_is_not_followed() {
    let (folder, elsewhere) = (folder(), folder());
    put(folder.path(), "f/mine", "mine");
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("f/sub")).unwrap();
    let offer = Offer::new()
        .folder("f")
        .folder("f/sub")
        .file("f/sub/a", b"a");
    let mut plan = offer.plan(folder.path());
    plan.set_merge(Merge::All);
    offer.save_planned(plan);
    assert!(tree(elsewhere.path()).is_empty());
    assert_eq!(tree(folder.path())["f/sub (2)/a"], "a");
}
