//! Names from other systems, from hostile ones and from none, and things that are no files.

#[cfg(unix)]
use std::collections::BTreeMap;
#[cfg(unix)]
use std::ffi::OsStr;
use std::fs;
#[cfg(unix)]
use std::os::unix::ffi::OsStrExt as _;

#[cfg(unix)]
use onehop::error::{Skipped, WhySkipped};
use onehop::protocol::message::{
    Empty, Entry, EntryKind, Exception, Message, Reason, Totals, Treatment,
};
use onehop::transfer::Consent;

use crate::hostile_receiver::{Lured, answer, end_of_receipt};
use crate::hostile_sender::call;
use crate::pair::{Pair, listen};
use crate::peer::entry;

/// What stands there: folders end with a slash and have no content.
#[cfg(unix)]
fn standing(paths: &[(&str, &str)]) -> BTreeMap<String, Option<Vec<u8>>> {
    let standing = paths.iter().map(|(path, content)| {
        let content = (!path.ends_with('/')).then(|| content.as_bytes().to_vec());
        (path.trim_end_matches('/').to_owned(), content)
    });
    standing.collect()
}

#[cfg(unix)]
#[test]
fn odd_names_at_every_depth_arrive_as_they_are_unless_they_do_harm() {
    let longest = format!("{}.txt", "x".repeat(251));
    let deepest = format!("odd/nul./deep /{longest}");
    let pair = Pair::of_friends();
    for (path, content) in [
        ("CON", "1"),
        ("a:b", "2"),
        (r"C:\x", "3"),
        ("odd/CON", "4"),
        ("odd/a:b", "5"),
        (r"odd/C:\x", "6"),
        (r"odd/..\..\up", "7"),
        ("odd/dots...", "8"),
        ("odd/evil\u{202E}gpj.exe", "9"),
        ("odd/two\nlines", "10"),
        ("odd/日本語", "11"),
        ("odd/🚀", "12"),
        ("odd/README", "13"),
        ("odd/readme", "14"),
        ("odd/nul./deep /CON.txt", "15"),
        (&deepest, "16"),
        ("odd/.onehop-mine.partial", "17"),
    ] {
        pair.file(path, content.as_bytes());
    }
    let paths = ["CON", "a:b", r"C:\x", "odd"].map(|name| pair.outbox.path().join(name));
    let (_, summary) = pair.send(&paths).delivered();
    assert_eq!((summary.files, summary.failures.len()), (17, 0));
    let (paths, summary) = pair.saved();
    assert_eq!((summary.files, summary.failures.len()), (17, 0));
    let here = ["CON", "a:b", r"C:\x", "odd"].map(|name| pair.inbox.path().join(name));
    assert_eq!(paths, here);
    let expected = standing(&[
        ("CON", "1"),
        ("a:b", "2"),
        (r"C:\x", "3"),
        ("odd/", ""),
        ("odd/CON", "4"),
        ("odd/a:b", "5"),
        (r"odd/C:\x", "6"),
        (r"odd/..\..\up", "7"),
        ("odd/dots...", "8"),
        ("odd/evil_gpj.exe", "9"),
        ("odd/two_lines", "10"),
        ("odd/日本語", "11"),
        ("odd/🚀", "12"),
        ("odd/README", "13"),
        ("odd/readme", "14"),
        ("odd/nul./", ""),
        ("odd/nul./deep /", ""),
        ("odd/nul./deep /CON.txt", "15"),
        (&deepest, "16"),
        ("odd/_onehop-mine.partial", "17"),
    ]);
    assert_eq!(pair.arrived(), expected);
}

fn at(index: u32, path: &[&str]) -> Entry {
    Entry {
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        ..entry(index, "", 4)
    }
}

fn folder_at(index: u32, path: &[&str]) -> Entry {
    Entry {
        kind: EntryKind::Directory,
        size: 0,
        ..at(index, path)
    }
}

fn refusal(index: u32) -> Exception {
    let reason = Reason::NameNotAllowed;
    let treatment = Treatment::Refuse { reason };
    Exception { index, treatment }
}

#[test]
fn names_that_lead_elsewhere_are_refused_and_told_and_the_rest_arrives() {
    let mut pair = Pair::of_friends();
    let inner = pair.inbox.path().join("inner");
    fs::create_dir(&inner).unwrap();
    (pair.listener, pair.events) = listen(&pair.receiver, &inner, Consent::SaveWithoutAsking);
    let absolute = format!("{}/escaped", pair.inbox.path().display());
    let mut peer = call(&pair);
    peer.offer(&[
        at(0, &[".."]),
        at(1, &[&absolute]),
        at(2, &["../escaped"]),
        folder_at(3, &[".."]),
        at(4, &["..", "escaped"]),
        folder_at(5, &["f"]),
        at(6, &["f", ".."]),
        at(7, &["f", "a/b"]),
        folder_at(8, &["f", ".."]),
        at(9, &["f", "..", "escaped"]),
        at(10, &["f", "good"]),
        at(11, &["good"]),
    ]);
    let refused = [0, 1, 2, 4, 6, 7, 9];
    let refusals = refused.map(refusal).to_vec();
    assert_eq!(peer.message(), answer(refusals));
    assert_eq!(peer.message(), Message::AnswerEnd(Empty {}));
    peer.file(10, b"in f").file(11, b"here");
    let totals = Totals { files: 2, bytes: 8 };
    assert_eq!(peer.message(), Message::ReceiptEnd(totals));
    let (_, summary) = pair.saved();
    assert_eq!(summary.files, 2);
    let names = [
        "..",
        &absolute,
        "../escaped",
        "../escaped",
        "f/..",
        "f/a/b",
        "f/../escaped",
    ];
    let told = names.map(|name| (name.to_owned(), Reason::NameNotAllowed));
    assert_eq!(summary.failures, told);
    // Nothing of it beside the folder either.
    let arrived = pair.arrived();
    let names: Vec<_> = arrived.keys().map(String::as_str).collect();
    assert_eq!(names, ["inner", "inner/f", "inner/f/good", "inner/good"]);
    assert_eq!(arrived["inner/f/good"].as_deref(), Some(&b"in f"[..]));
    assert_eq!(arrived["inner/good"].as_deref(), Some(&b"here"[..]));
}

#[test]
fn a_name_that_the_receiver_refuses_is_named_and_the_rest_is_sent() {
    let lured = Lured::new();
    let (sent, mut peer) = lured.send(&["a", "b"], b"content");
    peer.hear_offer().say(&answer(vec![refusal(0)]));
    peer.say(&Message::AnswerEnd(Empty {}));
    let Message::File(file) = peer.message() else {
        panic!("no file");
    };
    assert_eq!(file.index, 1);
    while !matches!(peer.message(), Message::End(_)) {}
    peer.say(&end_of_receipt(1, 7));
    let (_, summary) = sent.delivered();
    assert_eq!(summary.files, 1);
    let failures = [("a".to_owned(), Reason::NameNotAllowed)];
    assert_eq!(summary.failures, failures);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_stays_behind_and_what_is_no_text_is_renamed_and_both_are_told() {
    use std::os::unix::fs::symlink;
    let pair = Pair::of_friends();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("secret"), "secret").unwrap();
    pair.file("folder/plain", b"plain");
    let folder = pair.outbox.path().join("folder");
    for (name, content) in [(b"caf\xE8", "one"), (b"caf\xE9", "two")] {
        fs::write(folder.join(OsStr::from_bytes(name)), content).unwrap();
    }
    let [pipe, link, way_out] = ["pipe", "to a file", "to a folder"].map(|name| folder.join(name));
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    symlink(elsewhere.path().join("secret"), &link).unwrap();
    symlink(elsewhere.path(), &way_out).unwrap();

    let (_, summary) = pair.send(&[folder]).delivered();
    assert_eq!(summary.files, 3);
    assert!(summary.failures.is_empty(), "{summary:?}");
    let skipped = [
        (pipe, WhySkipped::Special),
        (link, WhySkipped::Link),
        (way_out, WhySkipped::Link),
    ];
    let skipped = skipped.map(|(path, why)| Skipped { path, why });
    assert_eq!(summary.skipped, skipped);
    let renamed = ["folder/caf\u{FFFD}", "folder/caf\u{FFFD} (2)"];
    assert_eq!(summary.renamed, renamed);
    let expected = standing(&[
        ("folder/", ""),
        ("folder/caf\u{FFFD}", "one"),
        ("folder/caf\u{FFFD} (2)", "two"),
        ("folder/plain", "plain"),
    ]);
    assert_eq!(pair.arrived(), expected);
}
