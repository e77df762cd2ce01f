//! Disks that take two names for one, that hold no large files, that break.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use onehop::disk::Merge;
use onehop::disk::incoming::{Outcome, leftovers};
use onehop::error::DiskFault;
use onehop::protocol::message::{DiskCause, Reason};

use super::support::{Offer, expected, folder, partial, partials, tree};
use crate::common::odd_disk::with_odd_disk;

/// Names the disk to the tests that run on it.
const ODD_DISK: &str = "ONEHOP_TEST_ODD_DISK";

/// Runs an ignored test of this program on such a disk, where [`odd_disk`] names it.
fn run_on_an_odd_disk(options: &[&str], test: &str) {
    let folder = folder();
    let program = std::env::current_exe().unwrap();
    let Some(mut command) = with_odd_disk(options, folder.path(), program.as_os_str()) else {
        return;
    };
    let output = command
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(ODD_DISK, folder.path())
        .output()
        .unwrap();
    let [stdout, stderr] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{stdout}{stderr}");
    assert!(stdout.contains("1 passed"), "{stdout}");
}

fn odd_disk() -> PathBuf {
    std::env::var_os(ODD_DISK).unwrap().into()
}

const COMPOSED: &str = "caf\u{e9}";
const DECOMPOSED: &str = "cafe\u{301}";

/// Files and folders whose names some disk takes for one: by case, by the way an accent is
/// written, by both.
fn with_names_alike() -> Offer {
    Offer::new()
        .file("TOP", b"TOP")
        .file("top", b"top")
        .folder("f")
        .file("f/README", b"upper")
        .file("f/readme", b"lower")
        .file(&format!("f/{COMPOSED}"), b"composed")
        .file(&format!("f/{DECOMPOSED}"), b"decomposed")
        .file("f/readme (2)", b"with a number of its own")
        .folder("f/Photos")
        .file("f/Photos/a", b"a of Photos")
        .folder("f/photos")
        .file("f/photos/a", b"a of photos")
        .folder(COMPOSED)
        .file(&format!("{COMPOSED}/a"), b"a of composed")
        .folder(DECOMPOSED)
        .file(&format!("{DECOMPOSED}/a"), b"a of decomposed")
}

/// Every file stands where the outcome says it does, whole, and nothing else is there.
fn everything_is_there(offer: &Offer, outcome: &Outcome, disk: &Path) {
    assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    assert_eq!(outcome.totals.files as usize, offer.contents.len());
    let mut found: BTreeMap<String, String> = tree(disk);
    found.retain(|name, _| !name.ends_with('/'));
    for (index, content) in &offer.contents {
        let path = outcome.saved_path(*index).join("/");
        // Some disks write a name in their own way.
        let there = fs::read(disk.join(&path)).unwrap();
        assert_eq!(&there, content, "{path}");
    }
    let mut contents: Vec<String> = found.into_values().collect();
    let sent = offer.contents.values();
    let mut sent: Vec<String> = sent
        .map(|content| String::from_utf8(content.clone()).unwrap())
        .collect();
    contents.sort();
    sent.sort();
    assert_eq!(contents, sent);
}

#[test]
fn names_that_the_disk_takes_for_one_get_numbers_and_nothing_is_lost() {
    for options in [
        &["fold-case"][..],
        &["fold-accents"],
        &["fold-case", "decompose"],
        &[],
    ] {
        run_on_an_odd_disk(options, "odd_disks::names_alike");
    }
}

#[test]
#[ignore = "run by a test above, on a disk that folds names"]
fn names_alike() {
    let disk = odd_disk();
    let offer = with_names_alike();
    let outcome = offer.save(&disk);
    everything_is_there(&offer, &outcome, &disk);
    for index in offer.files() {
        let is_told = outcome.renamed.contains(&index);
        let (sent, saved) = (outcome.sent_path(index), outcome.saved_path(index));
        assert_eq!(is_told, sent.last() != saved.last(), "{saved:?}");
    }
    // Once more, nothing has to come: each is known by the number that it got. Of a name that some
    // disk gives to two, and that a third has as its own, this cannot be told.
    let again = offer.without("f/readme (2)");
    let folder = tempfile::tempdir_in(&disk).unwrap();
    again.save(folder.path());
    let before = tree(folder.path());
    let (outcome, sent) = again.save_what_is_new(again.plan(folder.path()));
    assert!(sent.is_empty(), "{sent:?}");
    assert_eq!(tree(folder.path()), before);
    everything_is_there(&again, &outcome, folder.path());
}

#[test]
fn a_name_that_the_disk_refuses_gives_way_to_one_that_it_takes_and_is_told() {
    run_on_an_odd_disk(&["windows-names"], "odd_disks::refused_names");
}

#[test]
#[ignore = "run by a test above, on a disk that refuses names"]
fn refused_names() {
    let disk = odd_disk();
    let offer = Offer::new()
        .file_named(&["a:b"], b"1")
        .file_named(&["plain"], b"2")
        .folder("what?")
        .file_named(&["what?", "a*b"], b"3")
        .file_named(&["what?", "a?b"], b"4")
        .file_named(&["what?", "dots..."], b"5")
        .folder("what?/in<")
        .file_named(&["what?", "in<", "c|d"], b"6");
    // The second time nothing has to come.
    for expected in [offer.contents.len(), 0] {
        let (outcome, sent) = offer.save_what_is_new(offer.plan(&disk));
        assert_eq!(sent.len(), expected);
        assert_eq!(outcome.renamed, [0, 2, 3, 4, 5, 6, 7]);
        everything_is_there(&offer, &outcome, &disk);
    }
    let expected = expected(&[
        ("a_b", "1"),
        ("plain", "2"),
        ("what_/", ""),
        ("what_/a_b", "3"),
        ("what_/a_b (2)", "4"),
        ("what_/dots", "5"),
        ("what_/in_/", ""),
        ("what_/in_/c_d", "6"),
    ]);
    assert_eq!(tree(&disk), expected);
}

#[test]
fn what_was_interrupted_on_a_disk_that_folds_names_arrives_whole() {
    for options in [
        &["fold-case"][..],
        &["fold-accents"],
        &["fold-case", "decompose"],
    ] {
        run_on_an_odd_disk(options, "odd_disks::interrupted_names_alike");
    }
}

#[test]
#[ignore = "run by a test above, on a disk that folds names"]
fn interrupted_names_alike() {
    let disk = odd_disk();
    let offer = with_names_alike();
    let files: Vec<u32> = offer.files().collect();
    for stop in 1..files.len() {
        let folder = tempfile::tempdir_in(&disk).unwrap();
        let mut arrival = offer.begin(folder.path());
        for index in &files[..stop] {
            offer.send(&mut arrival, *index).unwrap();
        }
        offer.send_some(&mut arrival, files[stop], 1);
        drop(arrival);
        let mut arrival = offer.begin(folder.path());
        // Any order will do: what belongs to whom is a matter of names alone.
        for index in files.iter().rev() {
            offer.send(&mut arrival, *index).unwrap();
        }
        let outcome = arrival.commit().unwrap();
        everything_is_there(&offer, &outcome, folder.path());
        assert!(partials(folder.path()).is_empty());
    }
}

#[test]
fn folders_that_the_disk_takes_for_one_are_not_merged_with_each_other() {
    run_on_an_odd_disk(&["fold-case"], "odd_disks::merged_names_alike");
}

#[test]
#[ignore = "run by a test above, on a disk that folds names"]
fn merged_names_alike() {
    let disk = odd_disk();
    fs::create_dir_all(disk.join("f")).unwrap();
    fs::write(disk.join("f/mine"), "mine").unwrap();
    let offer = Offer::new()
        .folder("F")
        .folder("F/Photos")
        .file("F/Photos/a", b"a of Photos")
        .folder("F/photos")
        .file("F/photos/a", b"a of photos")
        .folder("Photos")
        .file("Photos/a", b"other a of Photos")
        .folder("photos")
        .file("photos/a", b"other a of photos");
    let mut plan = offer.plan(&disk);
    plan.set_merge(Merge::All);
    plan.look().unwrap();
    offer.save_planned(plan);
    let found = tree(&disk);
    let of = |path: &str| found.get(path).map(String::as_str);
    assert_eq!(of("f/mine"), Some("mine"));
    assert_eq!(of("f/Photos/a"), Some("a of Photos"));
    assert_eq!(of("f/photos (2)/a"), Some("a of photos"));
    assert_eq!(of("Photos/a"), Some("other a of Photos"));
    assert_eq!(of("photos (2)/a"), Some("other a of photos"));
}

#[test]
fn a_file_that_is_too_large_for_the_disk_leaves_no_half_file() {
    run_on_an_odd_disk(&["limit=1000000"], "odd_disks::unsaved_file");
}

#[test]
fn a_file_that_the_disk_cannot_write_leaves_no_half_file() {
    run_on_an_odd_disk(&["broken=bad"], "odd_disks::unsaved_file");
}

#[test]
#[ignore = "run by tests above, on a disk that does not take all files"]
fn unsaved_file() {
    let disk = odd_disk();
    let large = vec![7; 2_000_000];
    let offer = Offer::new()
        .folder("f")
        .file("f/good", b"good")
        .file("f/bad", &large);
    let mut arrival = offer.begin(&disk);
    assert_eq!(offer.send(&mut arrival, 1).unwrap().1, None);
    let trouble = offer.send(&mut arrival, 2).unwrap().1;
    assert_eq!(trouble, Some(Reason::NotSaved));
    let outcome = arrival.commit().unwrap();
    let failed: Vec<u32> = outcome
        .failures
        .iter()
        .map(|failure| failure.index)
        .collect();
    assert_eq!(failed, [2]);
    assert_eq!(tree(&disk), expected(&[("f/", ""), ("f/good", "good")]));
}

#[test]
fn a_disk_that_tells_no_space_is_not_full() {
    run_on_an_odd_disk(&["tells-no-space"], "odd_disks::silent_on_space");
}

#[test]
#[ignore = "run by a test above, on a disk that tells no space"]
fn silent_on_space() {
    let disk = odd_disk();
    let offer = Offer::new().file("a", b"a").folder("f").file("f/b", b"b");
    let plan = offer.plan(&disk);
    assert_eq!(plan.free_bytes(), None);
    let outcome = offer.save_planned(plan);
    assert_eq!(outcome.totals.files, 2);
}

#[test]
fn what_the_disk_has_against_a_file_is_told() {
    run_on_an_odd_disk(
        &["limit=1000", "broken=bad", "quota=5000"],
        "odd_disks::unwilling",
    );
}

#[test]
#[ignore = "run by a test above, on a disk that does not take all files"]
fn unwilling() {
    let disk = odd_disk();
    let offer = Offer::new()
        .folder("f")
        .file("f/large", &[7; 2000])
        .file("f/bad", b"bad")
        .file("top", &[7; 2000])
        .file("f/good", b"good");
    let outcome = offer.save(&disk);
    let causes = [1, 2, 3, 4].map(|index| outcome.cause(index));
    let too_large = Some(DiskCause::FileTooLarge);
    assert_eq!(
        causes,
        [too_large, Some(DiskCause::Broken), too_large, None]
    );
    assert_eq!(outcome.totals.files, 1);
    // There is no use in carrying on with what is too large.
    assert!(partials(&disk).is_empty());

    let offer = (0..9).fold(Offer::new(), |offer, number| {
        offer.file(&number.to_string(), &[7; 999])
    });
    let mut arrival = offer.begin(&disk);
    let mut files = offer.files();
    let fault = files.find_map(|index| offer.send(&mut arrival, index).err());
    assert!(
        matches!(fault, Some(DiskFault::QuotaExceeded { .. })),
        "{fault:?}"
    );
}

#[test]
fn what_was_interrupted_is_carried_on_where_everybody_may_change_everything() {
    run_on_an_odd_disk(&["open-to-all"], "odd_disks::carried_on");
}

#[test]
#[ignore = "run by a test above, on a disk that keeps no permissions"]
fn carried_on() {
    let disk = odd_disk();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(&disk);
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    assert_eq!(leftovers(&disk).unwrap().len(), 1);
    assert_eq!(offer.begin(&disk).held(0), 4);
}

#[test]
fn a_partial_of_somebody_else_is_left_alone() {
    for offer in [a_file(), a_folder()] {
        let folder = folder();
        let mut arrival = offer.begin(folder.path());
        let file = offer.files().next().unwrap();
        offer.send_some(&mut arrival, file, 4);
        drop(arrival);
        let theirs = format!("theirs={}", partial(folder.path()));
        run_on_an_odd_disk(&[&theirs], "odd_disks::somebody_elses");
    }
}

fn a_file() -> Offer {
    Offer::new().file("a", b"0123456789")
}

fn a_folder() -> Offer {
    Offer::new().folder("f").file("f/a", b"0123456789")
}

#[test]
#[ignore = "run by a test above, on a disk where one partial is somebody else's"]
fn somebody_elses() {
    let disk = odd_disk();
    // One of the two is theirs once it is made.
    for offer in [a_file(), a_folder()] {
        let file = offer.files().next().unwrap();
        let mut arrival = offer.begin(&disk);
        offer.send_some(&mut arrival, file, 4);
        drop(arrival);
    }
    let theirs = partials(&disk);
    let listed = leftovers(&disk).unwrap();
    assert_eq!((theirs.len(), listed.len()), (2, 1));
    for offer in [a_file(), a_folder()] {
        offer.save(&disk);
    }
    let left = partials(&disk);
    assert_eq!(left.len(), 1);
    assert_ne!(disk.join(&left[0]), listed[0].path);
}

#[test]
fn links_lead_to_what_they_were_meant_to_whatever_its_name_is_here() {
    run_on_an_odd_disk(&["fold-case"], "odd_disks::links_to_names_alike");
}

#[test]
#[ignore = "run by a test above, on a disk that folds names"]
fn links_to_names_alike() {
    let disk = odd_disk();
    let offer = Offer::new()
        .folder("f")
        .file("f/A", b"upper")
        .file("f/a", b"lower")
        .folder("F")
        .file("F/other", b"other")
        .link("f/to a", "f/a")
        .link("f/to other", "F/other")
        .link("f/TO A", "f/A");
    let outcome = offer.save(&disk);
    assert_eq!(outcome.totals.files, 6);
    for (index, content) in [(5, "lower"), (6, "other"), (7, "upper")] {
        let path = disk.join(outcome.saved_path(index).join("/"));
        assert!(path.is_symlink());
        assert_eq!(fs::read_to_string(path).unwrap(), content);
    }
}

#[test]
fn where_no_links_can_be_made_they_become_copies() {
    run_on_an_odd_disk(&["no-links"], "odd_disks::links_as_copies");
}

#[test]
#[ignore = "run by a test above, on a disk without links"]
fn links_as_copies() {
    let disk = odd_disk();
    let offer = Offer::new()
        .folder("f")
        .file("f/a", b"a")
        .folder("f/sub")
        .file("f/sub/b", b"b")
        .link("f/to a", "f/a")
        .link("f/to sub", "f/sub")
        .link("f/to link", "f/to sub")
        .link("f/sub/up", "f")
        .link("top", "f/sub/b");
    let outcome = offer.save(&disk);
    // One would have to have itself in it.
    let failed: Vec<u32> = outcome
        .failures
        .iter()
        .map(|failure| failure.index)
        .collect();
    assert_eq!((failed, outcome.totals.files), (vec![7], 6));
    let all = expected(&[
        ("f/", ""),
        ("f/a", "a"),
        ("f/sub/", ""),
        ("f/sub/b", "b"),
        ("f/to a", "a"),
        ("f/to sub/", ""),
        ("f/to sub/b", "b"),
        ("f/to link/", ""),
        ("f/to link/b", "b"),
        ("top", "b"),
    ]);
    assert_eq!(tree(&disk), all);

    // Once more, into the same folder: all of it is there.
    let mut plan = offer.plan(&disk);
    plan.set_merge(Merge::All);
    plan.look().unwrap();
    for index in plan.identical_candidates() {
        let hash = super::support::hash(&offer.contents[&index]);
        plan.compare(index, Some(&hash), &|| false);
    }
    plan.settle_identical();
    let outcome = plan.begin().unwrap().commit().unwrap();
    assert_eq!(outcome.totals.files, 6);
    assert_eq!(tree(&disk), all);
}

#[test]
fn copies_in_place_of_links_are_as_private_as_what_the_links_lead_to() {
    run_on_an_odd_disk(&["no-links"], "odd_disks::private_copies");
}

#[test]
#[ignore = "run by a test above, on a disk without links"]
fn private_copies() {
    use std::os::unix::fs::PermissionsExt as _;
    let disk = odd_disk();
    let offer = Offer::new()
        // Copies may be a few times as large as everything else.
        .file("large", b"0123456789")
        .folder("f")
        .mode(0o755)
        .folder("f/private")
        .mode(0o700)
        .folder("f/private/inner")
        .mode(0o500)
        .file("f/private/inner/a", b"a")
        .mode(0o644)
        .link("f/private/to inner", "f/private/inner")
        .link("f/to private", "f/private")
        .link("top", "f/to private");
    let check = |folder: &str, top: &str| {
        for (path, mode) in [
            (folder, 0o755),
            (&format!("{folder}/private"), 0o700),
            (&format!("{folder}/private/inner"), 0o500),
            (&format!("{folder}/private/to inner"), 0o500),
            (&format!("{folder}/to private"), 0o700),
            (&format!("{folder}/to private/inner"), 0o500),
            (&format!("{folder}/to private/to inner"), 0o500),
            (top, 0o700),
            (&format!("{top}/inner"), 0o500),
            (&format!("{top}/to inner"), 0o500),
        ] {
            let found = fs::metadata(disk.join(path)).unwrap().permissions().mode();
            assert_eq!(found & 0o700, mode & 0o700, "{path}");
            assert_eq!(found & 0o077 & !mode, 0, "{path}");
        }
    };
    assert!(offer.save(&disk).failures.is_empty());
    check("f", "top");

    // In folders that were there.
    fs::create_dir_all(disk.join("other/f")).unwrap();
    let mut plan = offer.plan(&disk.join("other"));
    plan.set_merge(Merge::All);
    plan.look().unwrap();
    assert!(offer.save_planned(plan).failures.is_empty());
    check("other/f", "other/top");
}

#[test]
fn copies_in_place_of_links_do_not_get_out_of_hand() {
    run_on_an_odd_disk(&["no-links"], "odd_disks::many_copies");
}

#[test]
#[ignore = "run by a test above, on a disk without links"]
fn many_copies() {
    let disk = odd_disk();
    // Each folder has two links to the one before: copies of copies of copies.
    let mut offer = Offer::new().folder("0").file("0/a", &[7; 1000]);
    for number in 1..30 {
        offer = offer.folder(&number.to_string());
    }
    for number in 1..30 {
        for link in ["x", "y"] {
            offer = offer.link(&format!("{number}/{link}"), &(number - 1).to_string());
        }
    }
    let outcome = offer.save(&disk);
    assert!(!outcome.failures.is_empty());
    let found = tree(&disk);
    let bytes: usize = found.values().map(String::len).sum();
    assert!(bytes <= 5 * 1000, "{bytes}");
    assert!(found.len() < 1000, "{}", found.len());
    assert!(!found.keys().any(|name| name.contains(".onehop")));
}

#[test]
fn a_file_that_came_damaged_is_not_in_its_folder() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .file("f/good", b"good")
        .file("f/bad", b"bad");
    let mut arrival = offer.begin(folder.path());
    offer.send(&mut arrival, 1).unwrap();
    arrival.start(2, 0).unwrap();
    arrival.write(b"bud").unwrap();
    let trouble = arrival.finish(&super::support::hash(b"bad")).unwrap();
    assert_eq!(trouble, Some(Reason::Damaged));
    arrival.commit().unwrap();
    assert_eq!(
        tree(folder.path()),
        expected(&[("f/", ""), ("f/good", "good")])
    );
}
