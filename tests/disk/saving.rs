//! An offer that arrives whole.

use std::fs;
use std::time::{Duration, SystemTime};

use onehop::protocol::message::{Failure, Reason};

use super::support::{MTIME_NS, Offer, expected, folder, hash, partials, tree};

fn mtime() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_nanos(MTIME_NS.unsigned_abs())
}

#[test]
fn files_and_folders_arrive_under_their_names() {
    let folder = folder();
    let offer = Offer::new()
        .file("note.txt", b"hello")
        .folder("photos")
        .file("photos/1.jpg", b"one")
        .folder("photos/old")
        .file("photos/old/0.jpg", b"zero")
        .folder("photos/empty")
        .folder("nothing");
    let outcome = offer.save(folder.path());
    assert_eq!(
        tree(folder.path()),
        expected(&[
            ("note.txt", "hello"),
            ("nothing/", ""),
            ("photos/", ""),
            ("photos/1.jpg", "one"),
            ("photos/empty/", ""),
            ("photos/old/", ""),
            ("photos/old/0.jpg", "zero"),
        ])
    );
    assert_eq!((outcome.totals.files, outcome.totals.bytes), (3, 12));
    assert!(outcome.failures.is_empty());
    let saved = outcome
        .saved
        .iter()
        .map(|saved| (&*saved.name, saved.files, saved.bytes));
    let all: Vec<_> = saved.collect();
    assert_eq!(
        all,
        [("note.txt", 1, 5), ("photos", 2, 7), ("nothing", 0, 0)]
    );
}

#[test]
fn files_that_come_in_any_order_of_folders_arrive() {
    let folder = folder();
    let offer = Offer::new()
        .folder("a")
        .folder("b")
        .folder("a/x")
        .folder("b/x")
        .file("b/x/1", b"b1")
        .file("a/x/1", b"a1")
        .file("b/2", b"b2")
        .file("a/x/2", b"a2");
    offer.save(folder.path());
    let tree = tree(folder.path());
    assert_eq!(tree["a/x/1"], "a1");
    assert_eq!(tree["a/x/2"], "a2");
    assert_eq!(tree["b/x/1"], "b1");
    assert_eq!(tree["b/2"], "b2");
}

#[test]
fn nothing_stands_under_its_name_before_the_end() {
    let folder = folder();
    let offer = Offer::new().file("a", b"a").folder("f").file("f/b", b"b");
    let mut arrival = offer.begin(folder.path());
    for index in offer.files() {
        offer.send(&mut arrival, index).unwrap();
    }
    assert_eq!(partials(folder.path()).len(), 2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    arrival.commit().unwrap();
    assert!(partials(folder.path()).is_empty());
}

#[test]
fn times_are_kept() {
    let folder = folder();
    let offer = Offer::new().folder("f").file("f/a", b"a").file("b", b"b");
    offer.save(folder.path());
    let modified = |name: &str| {
        let metadata = fs::metadata(folder.path().join(name)).unwrap();
        metadata.modified().unwrap()
    };
    assert_eq!(modified("f/a"), mtime());
    assert_eq!(modified("b"), mtime());
    if cfg!(unix) {
        assert_eq!(modified("f"), mtime());
    }
}

#[cfg(unix)]
#[test]
fn programs_stay_programs_and_nothing_else_becomes_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let offer = Offer::new()
        .file("run", b"#!")
        .executable()
        .file("read", b"text");
    offer.save(folder.path());
    let mode = |name: &str| {
        let metadata = fs::metadata(folder.path().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    // Whatever the umask leaves: executable for those who may read.
    assert_eq!(mode("run"), mode("read") | (mode("read") & 0o444) >> 2);
    assert_eq!(mode("read") & 0o111, 0);
}

#[test]
fn taken_names_get_a_number_and_what_is_there_stays() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), "mine").unwrap();
    fs::create_dir(folder.path().join("f")).unwrap();
    let offer = Offer::new()
        .file("a.txt", b"yours")
        .folder("f")
        .file("f/b", b"b");
    let plan = offer.plan(folder.path());
    let names: Vec<String> = plan.top_level().map(|top| top.name.into_owned()).collect();
    assert_eq!(names, ["a (2).txt", "f (2)"]);
    let outcome = offer.save_planned(plan);
    let names: Vec<&str> = outcome.saved.iter().map(|saved| &*saved.name).collect();
    assert_eq!(names, ["a (2).txt", "f (2)"]);
    let tree = tree(folder.path());
    assert_eq!(tree["a.txt"], "mine");
    assert_eq!(tree["a (2).txt"], "yours");
    assert_eq!(tree["f (2)/b"], "b");
}

#[test]
fn a_name_that_is_taken_in_the_last_moment_gets_a_number() {
    let folder = folder();
    let offer = Offer::new()
        .file("a.txt", b"yours")
        .folder("f")
        .file("f/b", b"b");
    let mut arrival = offer.begin(folder.path());
    for index in offer.files() {
        offer.send(&mut arrival, index).unwrap();
    }
    fs::write(folder.path().join("a.txt"), "mine").unwrap();
    fs::create_dir(folder.path().join("f")).unwrap();
    arrival.commit().unwrap();
    let tree = tree(folder.path());
    assert_eq!(tree["a.txt"], "mine");
    assert_eq!(tree["a (2).txt"], "yours");
    assert_eq!(tree["f (2)/b"], "b");
    assert!(!tree.contains_key("f/b"));
}

#[test]
fn a_number_leads_to_no_name_that_another_item_wants() {
    let folder = folder();
    fs::write(folder.path().join("a"), "mine").unwrap();
    let offer = Offer::new().file("a", b"first").file("a (2)", b"second");
    let plan = offer.plan(folder.path());
    let names: Vec<String> = plan.top_level().map(|top| top.name.into_owned()).collect();
    assert_eq!(names, ["a (3)", "a (2)"]);
    offer.save_planned(plan);
    let tree = tree(folder.path());
    assert_eq!((&*tree["a (2)"], &*tree["a (3)"]), ("second", "first"));
}

#[test]
fn a_file_that_is_hashed_elsewhere_is_kept_or_discarded_as_told() {
    let folder = folder();
    let offer = Offer::new().file("bad", b"bad").file("good", b"good");
    let mut arrival = offer.begin(folder.path());
    for (index, content, is_right) in [(0, &b"bat"[..], false), (1, b"good", true)] {
        arrival.start_hashed(index).unwrap();
        arrival.write(content).unwrap();
        let reason = arrival.finish_hashed(is_right).unwrap();
        assert_eq!(reason, (!is_right).then_some(Reason::Damaged));
    }
    arrival.commit().unwrap();
    assert_eq!(tree(folder.path()), expected(&[("good", "good")]));
}

#[test]
fn a_damaged_file_is_discarded_and_the_rest_arrives() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .file("f/bad", b"bad")
        .file("f/good", b"good")
        .file("bad", b"bad");
    let mut arrival = offer.begin(folder.path());
    for index in [1, 3] {
        arrival.start(index, 0).unwrap();
        arrival.write(b"bat").unwrap();
        let reason = arrival.finish(&hash(b"bad")).unwrap();
        assert_eq!(reason, Some(Reason::Damaged));
    }
    offer.send(&mut arrival, 2).unwrap();
    let outcome = arrival.commit().unwrap();
    let failed = |index| Failure {
        index,
        reason: Reason::Damaged,
        cause: None,
    };
    assert_eq!(outcome.failures, [failed(1), failed(3)]);
    assert_eq!((outcome.totals.files, outcome.totals.bytes), (1, 4));
    let expected = expected(&[("f/", ""), ("f/good", "good")]);
    assert_eq!(tree(folder.path()), expected);
}

#[test]
fn a_file_that_fails_at_the_senders_is_missing_and_no_failure_of_ours() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .file("f/a", b"aaa")
        .file("f/b", b"b")
        .file("c", b"ccc");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 1, 2);
    arrival.abandon(1).unwrap();
    offer.send(&mut arrival, 2).unwrap();
    arrival.abandon(3).unwrap();
    let outcome = arrival.commit().unwrap();
    assert!(outcome.failures.is_empty());
    assert_eq!(outcome.totals.files, 1);
    assert_eq!(tree(folder.path()), expected(&[("f/", ""), ("f/b", "b")]));
}

#[test]
fn a_folder_of_which_no_file_arrived_is_not_made() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .folder("f/sub")
        .file("f/sub/a", b"a");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 2, 1);
    arrival.abandon(2).unwrap();
    let outcome = arrival.commit().unwrap();
    assert!(outcome.saved.is_empty());
    assert!(tree(folder.path()).is_empty());
}

#[test]
fn a_transfer_that_ends_before_anything_came_leaves_nothing() {
    let folder = folder();
    let offer = Offer::new()
        .file("a", b"a")
        .folder("f")
        .folder("f/g")
        .file("f/g/b", b"b");
    let mut arrival = offer.begin(folder.path());
    for index in offer.files() {
        offer.send_some(&mut arrival, index, 0);
    }
    drop(arrival);
    assert!(tree(folder.path()).is_empty());
}

#[test]
fn a_text_touches_no_disk() {
    use onehop::protocol::message::{Entry, EntryKind};
    let folder = folder();
    let mut plan = Offer::new().plan(folder.path());
    plan.add(&Entry {
        index: 0,
        path: Vec::new(),
        kind: EntryKind::Text,
        size: 5,
        mtime_ns: None,
        executable: false,
        mode: None,
        target: None,
    });
    assert_eq!(plan.top_level().len(), 0);
    let outcome = plan.begin().unwrap().commit().unwrap();
    assert!(outcome.saved.is_empty());
    assert!(tree(folder.path()).is_empty());
}

#[test]
fn identical_files_need_not_be_sent() {
    let folder = folder();
    fs::write(folder.path().join("same"), "same").unwrap();
    fs::write(folder.path().join("other"), "othr").unwrap();
    fs::write(folder.path().join("longer"), "longer").unwrap();
    let offer = Offer::new()
        .file("same", b"same")
        .file("other", b"OTHR")
        .file("longer", b"long")
        .file("new", b"new");
    let mut plan = offer.plan(folder.path());
    assert_eq!(plan.identical_candidates(), [0, 1]);
    assert!(!plan.compare(0, Some(&hash(b"same")), &|| true));
    assert!(plan.compare(0, Some(&hash(b"same")), &|| false));
    assert!(!plan.compare(1, Some(&hash(b"OTHR")), &|| false));
    let mut arrival = plan.begin().unwrap();
    for index in 1..4 {
        offer.send(&mut arrival, index).unwrap();
    }
    let outcome = arrival.commit().unwrap();
    let names = outcome
        .saved
        .iter()
        .map(|saved| (&*saved.name, saved.already_there));
    let names: Vec<_> = names.collect();
    assert_eq!(
        names,
        [
            ("same", true),
            ("other (2)", false),
            ("longer (2)", false),
            ("new", false)
        ]
    );
    assert_eq!((outcome.totals.files, outcome.totals.bytes), (4, 15));
}

#[test]
fn another_folder_can_be_chosen_before_the_yes() {
    let (first, second) = (folder(), folder());
    fs::write(first.path().join("a"), "a").unwrap();
    let offer = Offer::new().file("a", b"a");
    let mut plan = offer.plan(first.path());
    assert!(plan.compare(0, Some(&hash(b"a")), &|| false));
    plan.retarget(second.path());
    plan.look().unwrap();
    assert!(plan.identical_candidates().is_empty());
    offer.save_planned(plan);
    assert_eq!(tree(second.path()), expected(&[("a", "a")]));
    assert_eq!(tree(first.path()), expected(&[("a", "a")]));
}

#[test]
fn what_a_link_leads_to_is_found_where_the_link_is_whatever_it_is_made_of() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .file("f/a", b"a")
        .folder("f/sub")
        .file("f/sub/b", b"b")
        .link("f/to a", "f/a")
        .link("f/to sub", "f/sub")
        .link("to b", "f/sub/b");
    let outcome = offer.save(folder.path());
    assert_eq!((outcome.totals.files, outcome.failures.len()), (5, 0));
    let content = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(content("f/to a"), "a");
    assert_eq!(content("f/to sub/b"), "b");
    assert_eq!(content("to b"), "b");
}

#[test]
fn what_is_durable_and_dropped_has_no_final_name_and_is_found_again() {
    let folder = folder();
    let offer = Offer::new()
        .file("a", b"content")
        .folder("f")
        .file("f/b", b"b");
    let mut arrival = offer.begin(folder.path());
    for index in offer.files() {
        offer.send(&mut arrival, index).unwrap();
    }
    drop(arrival.make_durable().unwrap());
    let names: Vec<_> = tree(folder.path()).into_keys().collect();
    assert!(
        names.iter().all(|name| name.starts_with(".onehop-")),
        "{names:?}"
    );
    assert_eq!(offer.begin(folder.path()).maybe_held().len(), 2);
}
