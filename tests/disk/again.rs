//! The same folder once more: what is there does not come again.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use onehop::disk::Merge;
use onehop::disk::incoming::Plan;

use super::support::{Offer, expected, folder, tree};

/// Files, folders in folders, and an empty one.
fn photos() -> Offer {
    Offer::new()
        .folder("f")
        .file("f/a", b"a")
        .folder("f/sub")
        .file("f/sub/b", b"bb")
        .folder("f/sub/empty")
        .file("f/sub/nothing", b"")
}

/// The same, but for what is in `f/a`.
fn changed() -> Offer {
    let mut changed = photos();
    changed.contents.insert(1, b"A".to_vec());
    changed
}

/// The plan for an offer of which `f` was sent before, and stands as `name`.
fn sent_before(offer: &Offer, folder: &Path, name: &str) -> Plan {
    let mut plan = offer.plan(folder);
    plan.look_again(|sent| (sent == "f").then(|| name.to_owned()))
        .unwrap();
    plan
}

/// A time that none of the folders has by chance.
fn long_ago() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 30)
}

fn set_old(folders: &[&Path]) {
    for folder in folders {
        let folder = fs::File::open(folder).unwrap();
        folder.set_modified(long_ago()).unwrap();
    }
}

fn is_old(folder: &Path) -> bool {
    fs::metadata(folder).unwrap().modified().unwrap() == long_ago()
}

#[test]
fn a_folder_that_is_here_as_it_is_does_not_come_again() {
    for merge in [Merge::SentBefore, Merge::All, Merge::Nothing] {
        let folder = folder();
        photos().save(folder.path());
        let before = tree(folder.path());
        let (f, sub) = (folder.path().join("f"), folder.path().join("f/sub"));
        if cfg!(unix) {
            set_old(&[&sub, &f, folder.path()]);
        }
        let mut plan = photos().plan(folder.path());
        plan.set_merge(merge);
        let (outcome, sent) = photos().save_what_is_new(plan);
        assert!(sent.is_empty(), "{merge:?}");
        assert_eq!((outcome.totals.files, outcome.totals.bytes), (3, 3));
        let saved = &outcome.saved[0];
        assert_eq!((&*saved.name, saved.already_there), ("f", true));
        assert!(outcome.renamed.is_empty() && outcome.failures.is_empty());
        assert_eq!(tree(folder.path()), before);
        if cfg!(unix) {
            assert!([&f, &sub, folder.path()].into_iter().all(is_old));
        }
    }
}

#[test]
fn a_folder_that_has_changed_comes_as_a_whole_and_both_are_kept() {
    let folder = folder();
    photos().save(folder.path());
    let plan = changed().plan(folder.path());
    let (outcome, sent) = changed().save_what_is_new(plan);
    assert_eq!(sent, [1, 3, 5]);
    assert_eq!(outcome.saved[0].name, "f (2)");
    let tree = tree(folder.path());
    assert_eq!((&*tree["f/a"], &*tree["f (2)/a"]), ("a", "A"));
    assert_eq!(tree["f (2)/sub/b"], "bb");
}

#[test]
fn only_what_changed_joins_a_folder_that_was_sent_before() {
    let folder = folder();
    photos().save(folder.path());
    let plan = sent_before(&changed(), folder.path(), "f");
    let (outcome, sent) = changed().save_what_is_new(plan);
    assert_eq!(sent, [1]);
    assert_eq!(outcome.renamed, [1]);
    assert_eq!(outcome.saved_name(1), "a (2)");
    let after = tree(folder.path());
    assert_eq!((&*after["f/a"], &*after["f/a (2)"]), ("a", "A"));
    assert!(!after.contains_key("f (2)/"));

    // What got a number is known by it, and is told each time.
    let plan = sent_before(&changed(), folder.path(), "f");
    let (outcome, sent) = changed().save_what_is_new(plan);
    assert!(sent.is_empty());
    assert_eq!(outcome.renamed, [1]);
    assert_eq!(outcome.saved_name(1), "a (2)");
    assert_eq!(tree(folder.path()), after);
}

#[test]
fn a_folder_that_got_a_number_is_known_by_it() {
    let folder = folder();
    fs::create_dir(folder.path().join("f")).unwrap();
    fs::write(folder.path().join("f/mine"), "mine").unwrap();
    let outcome = photos().save(folder.path());
    assert_eq!(outcome.saved[0].name, "f (2)");
    assert_eq!(outcome.renamed, [0]);
    let before = tree(folder.path());
    // Also where nobody remembers who has sent it.
    for plan in [
        photos().plan(folder.path()),
        sent_before(&photos(), folder.path(), "f (2)"),
    ] {
        let (outcome, sent) = photos().save_what_is_new(plan);
        assert!(sent.is_empty());
        assert_eq!(outcome.saved[0].name, "f (2)");
        assert_eq!(outcome.renamed, [0]);
        assert_eq!(tree(folder.path()), before);
    }
    let plan = sent_before(&changed(), folder.path(), "f (2)");
    let (_, sent) = changed().save_what_is_new(plan);
    assert_eq!(sent, [1]);
    assert_eq!(tree(folder.path())["f (2)/a (2)"], "A");
}

#[test]
fn what_is_missing_comes_again_into_the_folder_that_was_sent_before() {
    let folder = folder();
    photos().save(folder.path());
    let before = tree(folder.path());
    fs::remove_file(folder.path().join("f/sub/b")).unwrap();
    fs::remove_dir(folder.path().join("f/sub/empty")).unwrap();
    let plan = sent_before(&photos(), folder.path(), "f");
    let (outcome, sent) = photos().save_what_is_new(plan);
    assert_eq!(sent, [3]);
    assert!(outcome.renamed.is_empty());
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn a_missing_empty_folder_is_made_although_every_file_is_there() {
    let folder = folder();
    photos().save(folder.path());
    let before = tree(folder.path());
    fs::remove_dir(folder.path().join("f/sub/empty")).unwrap();
    let plan = sent_before(&photos(), folder.path(), "f");
    let (_, sent) = photos().save_what_is_new(plan);
    assert!(sent.is_empty());
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn folders_in_a_folder_are_known_by_their_numbers_too() {
    let folder = folder();
    fs::create_dir(folder.path().join("f")).unwrap();
    fs::write(folder.path().join("f/sub"), "a file where a folder comes").unwrap();
    for expected in [&[1, 3, 5][..], &[]] {
        let plan = sent_before(&photos(), folder.path(), "f");
        let (outcome, sent) = photos().save_what_is_new(plan);
        assert_eq!(sent, expected);
        assert_eq!(outcome.saved_name(2), "sub (2)");
    }
    assert_eq!(tree(folder.path())["f/sub (2)/b"], "bb");
}

#[test]
fn a_number_that_is_given_makes_no_name_of_something_else_that_comes() {
    let folder = folder();
    fs::create_dir(folder.path().join("f")).unwrap();
    fs::write(folder.path().join("f/a"), "old").unwrap();
    let offer = Offer::new()
        .folder("f")
        .file("f/a", b"new")
        .file("f/a (2)", b"other");
    for expected in [&[1, 2][..], &[]] {
        let plan = sent_before(&offer, folder.path(), "f");
        let (_, sent) = offer.save_what_is_new(plan);
        assert_eq!(sent, expected);
    }
    assert_eq!(
        tree(folder.path()),
        expected(&[
            ("f/", ""),
            ("f/a", "old"),
            ("f/a (2)", "other"),
            ("f/a (3)", "new"),
        ])
    );
}

#[test]
fn a_file_that_got_a_number_is_known_by_it() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), "mine").unwrap();
    let offer = Offer::new().file("a.txt", b"your");
    for expected in [&[0][..], &[]] {
        let (outcome, sent) = offer.save_what_is_new(offer.plan(folder.path()));
        assert_eq!(sent, expected);
        assert_eq!(outcome.saved[0].name, "a (2).txt");
        assert_eq!(outcome.renamed, [0]);
    }
    assert_eq!(tree(folder.path()).len(), 2);
}

#[test]
fn two_folders_of_one_name_do_not_join_each_other() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .file("f/a", b"first")
        .folder("f (2)")
        .file("f (2)/a", b"second");
    offer.save(folder.path());
    let plan = sent_before(&offer, folder.path(), "f (2)");
    let (_, sent) = offer.save_what_is_new(plan);
    assert!(sent.is_empty());
    let tree = tree(folder.path());
    assert_eq!((&*tree["f/a"], &*tree["f (2)/a"]), ("first", "second"));
    assert_eq!(tree.len(), 4);
}
