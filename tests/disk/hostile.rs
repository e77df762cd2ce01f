//! Names and links that would lead out of the folder, or onto what is not ours.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;

#[cfg(unix)]
use onehop::disk::Merge;
use onehop::disk::incoming::Naming;
use onehop::protocol::message::Reason;

use super::support::{Offer, expected, folder, partial, partials, tree};

#[test]
fn names_that_lead_elsewhere_are_refused_and_nothing_else_is() {
    let outer = folder();
    let inner = outer.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let offer = Offer::new()
        .file_named(&["..", "escaped"], b"x")
        .file_named(&[".."], b"x")
        .file_named(&["/etc/passwd"], b"x")
        .file_named(&["../escaped"], b"x")
        .file_named(&[""], b"x")
        .folder("..")
        .file("../escaped", b"x")
        .folder("f")
        .file_named(&["f", ".."], b"x")
        .file_named(&["f", "..", "..", "escaped"], b"x")
        .file_named(&["f", "a/b"], b"x")
        .file_named(&["unknown", "a"], b"x")
        .file("f/good", b"good");
    let plan = offer.plan(&inner);
    let refused: Vec<u32> = plan.refused().map(|(index, _)| index).collect();
    assert_eq!(refused, [0, 1, 2, 3, 4, 6, 8, 9, 10, 11]);
    assert!(
        plan.refused()
            .all(|(_, reason)| reason == Reason::NameNotAllowed)
    );
    let namings: Vec<Naming> = plan.top_level().map(|top| top.naming).collect();
    assert_eq!(
        namings
            .iter()
            .filter(|naming| **naming == Naming::Refused)
            .count(),
        5
    );
    let outcome = offer.save_planned(plan);
    assert!(outcome.failures.is_empty());
    let tree = tree(outer.path());
    let expected = expected(&[("inner/", ""), ("inner/f/", ""), ("inner/f/good", "good")]);
    assert_eq!(tree, expected);
}

#[test]
fn refused_files_that_are_sent_all_the_same_are_not_saved() {
    let folder = folder();
    let offer = Offer::new()
        .file_named(&[".."], b"x")
        .file_named(&["no", "a"], b"x");
    let mut arrival = offer.begin(folder.path());
    for index in [0, 1, 99] {
        arrival.start(index, 0).unwrap();
        arrival.write(b"x").unwrap();
        assert!(
            arrival
                .finish(&super::support::hash(b"x"))
                .unwrap()
                .is_some()
        );
    }
    arrival.commit().unwrap();
    assert!(tree(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_is_neither_followed_nor_replaced() {
    let (folder, elsewhere) = (folder(), folder());
    fs::write(elsewhere.path().join("a"), "mine").unwrap();
    symlink(elsewhere.path().join("a"), folder.path().join("a")).unwrap();
    symlink(elsewhere.path(), folder.path().join("f")).unwrap();
    symlink("/nowhere", folder.path().join("b")).unwrap();
    let offer = Offer::new()
        .file("a", b"your")
        .file("b", b"b")
        .folder("f")
        .file("f/c", b"c");
    let mut plan = offer.plan(folder.path());
    plan.set_merge(Merge::All);
    assert!(plan.identical_candidates().is_empty());
    assert!(plan.top_level().all(|top| top.existing.is_none()));
    offer.save_planned(plan);
    assert_eq!(tree(elsewhere.path()), expected(&[("a", "mine")]));
    let tree = tree(folder.path());
    assert_eq!(tree["a (2)"], "your");
    assert_eq!(tree["b (2)"], "b");
    assert_eq!(tree["f (2)/c"], "c");
    assert_eq!(tree["b"], "-> /nowhere");
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_partial_is_left_alone() {
    let (folder, elsewhere) = (folder(), folder());
    fs::write(elsewhere.path().join("a"), "mine").unwrap();
    let offer = Offer::new()
        .file("a", b"yours")
        .folder("f")
        .file("f/b", b"b");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 1);
    drop(arrival);
    let file = folder.path().join(partial(folder.path()));
    fs::remove_file(&file).unwrap();
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 2, 1);
    drop(arrival);
    let dir = folder.path().join(partial(folder.path()));
    fs::remove_dir_all(&dir).unwrap();
    symlink(elsewhere.path().join("a"), &file).unwrap();
    symlink(elsewhere.path(), &dir).unwrap();

    let mut arrival = offer.begin(folder.path());
    assert_eq!((arrival.held(0), arrival.held(2)), (0, 0));
    for index in offer.files() {
        offer.send(&mut arrival, index).unwrap();
    }
    let outcome = arrival.commit().unwrap();
    assert_eq!(outcome.totals.files, 2);
    assert_eq!(tree(elsewhere.path()), expected(&[("a", "mine")]));
    assert_eq!(tree(folder.path())["a"], "yours");
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert!(fs::symlink_metadata(&dir).unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn links_inside_a_partial_folder_are_taken_away_and_not_followed() {
    let (folder, elsewhere) = (folder(), folder());
    fs::write(elsewhere.path().join("a"), "mine").unwrap();
    let offer = Offer::new()
        .folder("f")
        .folder("f/sub")
        .file("f/sub/a", b"yours")
        .file("f/b", b"b");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 2, 1);
    drop(arrival);
    let partial = folder.path().join(partial(folder.path()));
    fs::remove_dir_all(partial.join("sub")).unwrap();
    symlink(elsewhere.path(), partial.join("sub")).unwrap();
    symlink(elsewhere.path().join("a"), partial.join("b")).unwrap();
    symlink(elsewhere.path(), partial.join("stray")).unwrap();

    let mut arrival = offer.begin(folder.path());
    assert_eq!((arrival.held(2), arrival.held(3)), (0, 0));
    for index in offer.files() {
        offer.send(&mut arrival, index).unwrap();
    }
    arrival.commit().unwrap();
    assert_eq!(tree(elsewhere.path()), expected(&[("a", "mine")]));
    let expected = expected(&[
        ("f/", ""),
        ("f/b", "b"),
        ("f/sub/", ""),
        ("f/sub/a", "yours"),
    ]);
    assert_eq!(tree(folder.path()), expected);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_swapped_for_a_link_makes_no_difference() {
    let outer = folder();
    let (chosen, elsewhere) = (outer.path().join("chosen"), outer.path().join("elsewhere"));
    fs::create_dir(&chosen).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    let offer = Offer::new().file("a", b"a").folder("f").file("f/b", b"b");
    let mut arrival = offer.begin(&chosen);
    offer.send(&mut arrival, 0).unwrap();
    let moved = outer.path().join("moved");
    fs::rename(&chosen, &moved).unwrap();
    symlink(&elsewhere, &chosen).unwrap();
    offer.send(&mut arrival, 2).unwrap();
    arrival.commit().unwrap();
    assert!(tree(&elsewhere).is_empty());
    let expected = expected(&[("a", "a"), ("f/", ""), ("f/b", "b")]);
    assert_eq!(tree(&moved), expected);
}

#[test]
fn a_partial_with_a_second_name_is_left_alone() {
    let (folder, elsewhere) = (folder(), folder());
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let other = elsewhere.path().join("other");
    fs::hard_link(folder.path().join(partial(folder.path())), &other).unwrap();
    let mut arrival = offer.begin(folder.path());
    assert_eq!(arrival.held(0), 0);
    offer.send(&mut arrival, 0).unwrap();
    arrival.commit().unwrap();
    assert_eq!(fs::read(&other).unwrap(), b"0123");
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"0123456789");
    assert_eq!(partials(folder.path()).len(), 1);
}

#[test]
fn a_partial_that_another_process_has_locked_is_left_alone() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let path = folder.path().join(partial(folder.path()));
    let theirs = fs::File::options()
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    theirs.lock().unwrap();
    let mut arrival = offer.begin(folder.path());
    assert_eq!(arrival.held(0), 0);
    assert_eq!(offer.send(&mut arrival, 0).unwrap(), (10, None));
    arrival.commit().unwrap();
    assert_eq!(theirs.metadata().unwrap().len(), 4);
    drop(theirs);
    assert_eq!(fs::read(path).unwrap(), b"0123");
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"0123456789");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_partial_keeps_nobody_waiting() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let path = folder.path().join(partial(folder.path()));
    fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    offer.save(folder.path());
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"0123456789");
}

#[test]
fn partials_are_locked_against_other_processes() {
    use std::fs::TryLockError;
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let is_locked = || {
        let path = folder.path().join(partial(folder.path()));
        let file = fs::File::options().write(true).open(path).unwrap();
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    };
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    assert!(is_locked());
    drop(arrival);
    assert!(!is_locked());
    let mut arrival = offer.begin(folder.path());
    assert_eq!(arrival.held(0), 4);
    assert!(is_locked());
    offer.send(&mut arrival, 0).unwrap();
    assert!(is_locked());
}
