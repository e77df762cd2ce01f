//! Links to something that is sent too.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use onehop::disk::Merge;
use onehop::disk::incoming::Outcome;
use onehop::protocol::message::Reason;

use super::support::{Offer, expected, folder, hash, partials, tree};

fn with_links() -> Offer {
    Offer::new()
        .folder("f")
        .file("f/a", b"a")
        .folder("f/sub")
        .file("f/sub/b", b"b")
        .file("c", b"c")
        .link("f/to a", "f/a")
        .link("f/to sub", "f/sub")
        .link("f/sub/up", "f")
        .link("f/sub/self", "f/sub")
        .link("f/to link", "f/to sub")
        .link("f/to c", "c")
        .link("to c", "c")
        .link("to f", "f")
}

fn lead(links: &[(&str, &str)], tree: &std::collections::BTreeMap<String, String>) {
    for (link, to) in links {
        assert_eq!(tree[*link], format!("-> {to}"), "{link}");
    }
}

#[test]
fn links_lead_where_they_did_at_the_senders() {
    let folder = folder();
    let outcome = with_links().save(folder.path());
    assert!(outcome.failures.is_empty());
    assert_eq!(outcome.totals.files, 11);
    let links = [
        ("f/to a", "a"),
        ("f/to sub", "sub"),
        ("f/sub/up", ".."),
        ("f/sub/self", "."),
        ("f/to link", "to sub"),
        ("f/to c", "../c"),
        ("to c", "c"),
        ("to f", "f"),
    ];
    let found = tree(folder.path());
    lead(&links, &found);
    assert_eq!(found.len(), 5 + links.len());
    assert_eq!(
        fs::read(folder.path().join("to f/to link/b")).unwrap(),
        b"b"
    );
    let saved: Vec<&str> = outcome.saved.iter().map(|saved| &*saved.name).collect();
    assert_eq!(saved, ["f", "c", "to c", "to f"]);
}

#[test]
fn links_follow_what_gets_another_name() {
    let folder = folder();
    for taken in ["c", "to c"] {
        fs::write(folder.path().join(taken), "mine").unwrap();
    }
    fs::create_dir(folder.path().join("f")).unwrap();
    let offer = with_links();
    let mut plan = offer.plan(folder.path());
    plan.set_merge(Merge::Nothing);
    plan.look().unwrap();
    let outcome = offer.save_planned(plan);
    assert!(outcome.failures.is_empty());
    let links = [
        ("f (2)/to a", "a"),
        ("f (2)/to c", "../c (2)"),
        ("to c (2)", "c (2)"),
        ("to f", "f (2)"),
    ];
    let found = tree(folder.path());
    lead(&links, &found);
    assert_eq!((&*found["c"], &*found["to c"]), ("mine", "mine"));
    assert!(outcome.renamed.contains(&11), "{:?}", outcome.renamed);
}

/// Sends it again into the folder that is there, as one that compares what is there.
fn save_again(offer: &Offer, folder: &Path, merge: Merge) -> Outcome {
    let mut plan = offer.plan(folder);
    plan.set_merge(merge);
    plan.look().unwrap();
    for index in plan.identical_candidates() {
        plan.compare(index, Some(&hash(&offer.contents[&index])), &|| false);
    }
    plan.settle_identical();
    let skipped: Vec<u32> = plan.skipped().collect();
    let mut arrival = plan.begin().unwrap();
    for index in offer.files().filter(|index| !skipped.contains(index)) {
        offer.send(&mut arrival, index).unwrap();
    }
    arrival.commit().unwrap()
}

#[test]
fn links_that_are_there_already_stay_and_nothing_is_replaced() {
    for merge in [Merge::All, Merge::SentBefore] {
        let folder = folder();
        let offer = with_links();
        offer.save(folder.path());
        let before = tree(folder.path());
        let outcome = save_again(&offer, folder.path(), merge);
        assert_eq!(outcome.totals.files, 11);
        assert_eq!(tree(folder.path()), before);
    }

    let folder = folder();
    fs::create_dir(folder.path().join("f")).unwrap();
    symlink("elsewhere", folder.path().join("f/to a")).unwrap();
    fs::write(folder.path().join("f/to sub"), "mine").unwrap();
    let outcome = save_again(&with_links(), folder.path(), Merge::All);
    assert!(outcome.failures.is_empty());
    let links = [
        ("f/to a", "elsewhere"),
        ("f/to a (2)", "a"),
        ("f/to sub (2)", "sub"),
        ("f/to link", "to sub (2)"),
    ];
    let found = tree(folder.path());
    lead(&links, &found);
    assert_eq!(found["f/to sub"], "mine");
}

#[test]
fn a_link_to_what_did_not_arrive_is_named_and_not_made() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .file("f/good", b"good")
        .file("f/bad", b"bad")
        .file("gone", b"gone")
        .link("f/to bad", "f/bad")
        .link("f/to link", "f/to bad")
        .link("to gone", "gone")
        .link("to good", "f/good");
    let mut arrival = offer.begin(folder.path());
    offer.send(&mut arrival, 1).unwrap();
    arrival.start(2, 0).unwrap();
    arrival.write(b"bud").unwrap();
    arrival.finish(&hash(b"bad")).unwrap();
    arrival.abandon(3).unwrap();
    let outcome = arrival.commit().unwrap();
    let failures: Vec<_> = outcome
        .failures
        .iter()
        .map(|failure| (failure.index, failure.reason))
        .collect();
    let not_saved = |index| (index, Reason::NotSaved);
    assert_eq!(
        failures,
        [
            (2, Reason::Damaged),
            not_saved(4),
            not_saved(5),
            not_saved(6)
        ]
    );
    let all = expected(&[("f/", ""), ("f/good", "good"), ("to good", "-> f/good")]);
    assert_eq!(tree(folder.path()), all);
}

#[test]
fn links_are_made_anew_after_an_interruption_and_not_before_the_end() {
    let folder = folder();
    let offer = with_links();
    let mut arrival = offer.begin(folder.path());
    offer.send(&mut arrival, 1).unwrap();
    offer.send_some(&mut arrival, 3, 1);
    drop(arrival);
    let partial = folder.path().join(&partials(folder.path())[0]);
    symlink("/etc/passwd", partial.join("to a")).unwrap();
    fs::write(partial.join("to sub"), "planted").unwrap();
    offer.save(folder.path());
    let found = tree(folder.path());
    lead(&[("f/to a", "a"), ("f/to sub", "sub")], &found);
    assert_eq!(found.len(), 13);
}

#[test]
fn nothing_is_written_through_a_link() {
    let (folder, elsewhere) = (folder(), folder());
    let offer = Offer::new()
        .folder("f")
        .file("f/a", b"a")
        .link("f/l", "f")
        .file_named(&["f", "l", "x"], b"through a link");
    let plan = offer.plan(folder.path());
    let refused: Vec<u32> = plan.refused().map(|(index, _)| index).collect();
    assert_eq!(refused, [3]);
    symlink(elsewhere.path(), folder.path().join("g")).unwrap();
    offer.save_planned(plan);
    assert!(tree(elsewhere.path()).is_empty());
    assert!(!folder.path().join("f/x").exists());
}

#[test]
fn a_folder_with_links_keeps_its_time_and_its_permissions() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .mode(0o500)
        .folder("f/sub")
        .mode(0o500)
        .file("f/sub/a", b"a")
        .link("f/sub/l", "f/sub/a")
        .link("f/l", "f/sub");
    offer.save(folder.path());
    for path in ["f", "f/sub"] {
        let path = folder.path().join(path);
        let metadata = fs::metadata(&path).unwrap();
        assert_eq!(metadata.mode() & 0o777, 0o500);
        let mtime = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
        assert_eq!(mtime, super::support::MTIME_NS);
        assert!(path.join("l").is_symlink());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    }
}
