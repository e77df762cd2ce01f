//! Which names what arrives gets, in the plan and on the disk.

use std::collections::HashSet;
use std::fs;

use onehop::disk::incoming::Naming;
use proptest::prelude::*;

use super::support::{Offer, folder, tree};

/// What a name becomes that only Windows does not take.
fn here(kept: &'static str, on_windows: &'static str) -> &'static str {
    if cfg!(windows) { on_windows } else { kept }
}

#[test]
fn a_folder_that_is_listed_twice_has_its_content_in_the_first() {
    let folder = folder();
    let offer = Offer::new()
        .folder("a")
        .file("a/1", b"1")
        .folder("a")
        .file("a/2", b"2")
        .folder("a/b")
        .folder("a/b")
        .file("a/b/3", b"3");
    offer.save(folder.path());
    let tree = tree(folder.path());
    let names: Vec<_> = tree.keys().map(String::as_str).collect();
    let expected = ["a (2)/", "a/", "a/1", "a/2", "a/b (2)/", "a/b/", "a/b/3"];
    assert_eq!(names, expected);
}

#[test]
fn odd_names_arrive_as_they_are_where_the_system_takes_them() {
    let folder = folder();
    let longest = format!("{}.txt", "x".repeat(251));
    let offer = Offer::new()
        .file_named(&["a:b"], b"1")
        .file_named(&["CON"], b"2")
        .file_named(&["dots..."], b"3")
        .file_named(&["two\nlines"], b"4")
        .file_named(&["evil\u{202E}gpj.exe"], b"5")
        .file_named(&["日本語.txt"], b"6")
        .file_named(&["🚀.txt"], b"7")
        .file_named(&[&longest], b"8")
        .file_named(&[r"C:\evil"], b"9");
    let plan = offer.plan(folder.path());
    let kept = plan.top_level().filter(|top| top.naming == Naming::Kept);
    assert_eq!(kept.count(), if cfg!(windows) { 3 } else { 7 });
    offer.save_planned(plan);
    let tree = tree(folder.path());
    for (name, content) in [
        (here("a:b", "a_b"), "1"),
        (here("CON", "CON_"), "2"),
        (here("dots...", "dots"), "3"),
        ("two_lines", "4"),
        ("evil_gpj.exe", "5"),
        ("日本語.txt", "6"),
        ("🚀.txt", "7"),
        (&longest, "8"),
        (here(r"C:\evil", "C__evil"), "9"),
    ] {
        assert_eq!(tree.get(name).map(String::as_str), Some(content), "{name}");
    }
    assert_eq!(tree.len(), 9);
}

#[test]
fn odd_names_inside_a_folder_are_told() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f\n")
        .file_named(&["f\n", "a\tb"], b"1")
        .file_named(&["f\n", "ok"], b"2");
    let plan = offer.plan(folder.path());
    let renamed: Vec<u32> = plan.renamed_inside().collect();
    assert_eq!(renamed, [1]);
    assert_eq!(plan.sent_path(1), ["f\n", "a\tb"]);
    assert_eq!(plan.safe_path(1), ["f_", "a_b"]);
    let top = plan.top_level().next().unwrap();
    assert_eq!((&*top.sent_name, &*top.name), ("f\n", "f_"));
    assert_eq!(top.naming, Naming::NotAllowed);
    offer.save_planned(plan);
    assert_eq!(tree(folder.path())["f_/a_b"], "1");
}

#[test]
fn names_that_differ_only_in_case_get_numbers_where_they_are_the_same() {
    let folder = folder();
    let offer = Offer::new()
        .file("readme", b"1")
        .file("README", b"2")
        .folder("F")
        .file("F/a", b"3")
        .folder("f")
        .file("f/A", b"4")
        .file("f/a", b"5");
    offer.save(folder.path());
    let tree = tree(folder.path());
    assert_eq!(tree["readme"], "1");
    assert_eq!(tree[here("README", "README (2)")], "2");
    assert_eq!(tree["F/a"], "3");
    assert_eq!(tree[here("f/A", "f (2)/A")], "4");
    assert_eq!(tree[here("f/a", "f (2)/a (2)")], "5");
}

#[test]
fn the_same_name_ten_thousand_times_is_no_trouble() {
    let folder = folder();
    let mut offer = Offer::new().folder("f");
    for _ in 0..10_000 {
        offer = offer.file("f/a.txt", b"");
    }
    let plan = offer.plan(folder.path());
    assert_eq!(plan.safe_path(10_000), ["f", "a (10000).txt"]);
}

#[test]
fn long_names_that_are_alike_once_they_are_cut_share_their_numbers() {
    let folder = folder();
    let start = "x".repeat(251);
    let mut offer = Offer::new();
    for number in 0..3000 {
        let name = format!("{start}{number:04}");
        offer = offer.file(&name, b"").file(&name, b"");
    }
    let plan = offer.plan(folder.path());
    // Each second one finds its number at once; looking for it from 2 on would take ages.
    let names = (0..6000).map(|index| plan.safe_path(index).join("/"));
    let names: HashSet<String> = names.collect();
    assert_eq!(names.len(), 6000);
    let last = plan.safe_path(5999).join("/");
    assert!(last.ends_with("x (3001)"), "{last}");
}

#[test]
fn names_that_a_number_makes_too_long_are_cut() {
    let folder = folder();
    let longest = format!("{}.txt", "x".repeat(251));
    fs::write(folder.path().join(&longest), "mine").unwrap();
    let offer = Offer::new().file_named(&[&longest], b"yours");
    let outcome = offer.save(folder.path());
    let name = &outcome.saved[0].name;
    assert!(name.len() <= 255 && name.ends_with("x (2).txt"), "{name}");
    assert_eq!(fs::read(folder.path().join(name)).unwrap(), b"yours");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_announced_gets_names_that_are_distinct(
        names in prop::collection::vec("(?i)(a|b|é|ß|con|\\.|:| |~1|\\.\\.|/){0,4}", 1..40),
    ) {
        let folder = folder();
        let mut offer = Offer::new().folder("f");
        for name in &names {
            offer = offer.file_named(&["f", name], b"x").file_named(&[name], b"y");
        }
        let plan = offer.plan(folder.path());
        let refused: HashSet<u32> = plan.refused().map(|(index, _)| index).collect();
        let mut seen = HashSet::new();
        for index in offer.files().filter(|index| !refused.contains(index)) {
            let path = plan.safe_path(index).join("/");
            let key = if cfg!(windows) { path.to_uppercase().to_lowercase() } else { path };
            prop_assert!(seen.insert(key));
        }
        let outcome = offer.save_planned(plan);
        prop_assert_eq!(outcome.totals.files as usize, seen.len());
        prop_assert!(outcome.failures.is_empty());
    }
}
