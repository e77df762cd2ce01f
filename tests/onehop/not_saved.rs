//! Files that came and yet could not be saved.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use onehop::disk::Merge;
use onehop::protocol::message::{DiskCause, Reason};
use onehop::transfer::{Acceptance, Consent, WhoseDisk};

use crate::bad_weather::send_through;
use crate::common::folder::tree;
use crate::common::guard::wait_until;
use crate::common::noise::noise;
use crate::common::skipped::{not_on_this_system, skipped};
use crate::kill::bytes_in;
use crate::pair::Pair;
use crate::proxy::{Proxy, Weather};

/// Sends these, has the folder spoilt while the big one of their files is held on its way, and
/// says what both sides tell of it in the end.
fn is_told(pair: &Pair, paths: &[PathBuf], spoil: impl FnOnce(&Path)) -> Vec<(String, Reason)> {
    let proxy = Proxy::to(pair.listener.port());
    proxy.set(Weather {
        hold_at: Some(3_000_000),
        ..Weather::default()
    });
    let sent = send_through(&proxy, pair, paths);
    let incoming = pair.connected();
    incoming.accept_with(Acceptance {
        merge: Merge::All,
        ..Acceptance::default()
    });
    // Files are saved in their order, so those before the big one are there.
    wait_until("something arrives", || {
        bytes_in(pair.inbox.path()) / 1_000_000 > 0
    });
    spoil(pair.inbox.path());
    proxy.go_on();
    let (_, summary) = sent.delivered();
    let failures = summary.failures;
    let causes_of = |causes: BTreeMap<String, (WhoseDisk, DiskCause)>| -> Vec<_> {
        causes
            .into_iter()
            .map(|(name, (_, cause))| (name, cause))
            .collect()
    };
    let told = causes_of(summary.causes);
    let (_, summary) = pair.saved();
    assert_eq!(summary.failures, failures);
    assert_eq!(causes_of(summary.causes), told);
    failures
}

fn asking() -> Pair {
    Pair::new(Consent::Ask, |sender, receiver| {
        sender.knows(receiver);
        receiver.knows(sender);
    })
}

/// The hidden file with this content.
fn hidden_with(content: &[u8], folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let found = paths.find(|path| path.is_file() && fs::read(path).unwrap() == content);
    found.unwrap()
}

#[test]
fn a_file_that_cannot_join_a_merged_folder_is_named_on_both_sides_and_the_rest_arrives() {
    let pair = asking();
    fs::create_dir(pair.inbox.path().join("folder")).unwrap();
    fs::write(pair.inbox.path().join("folder/mine"), "mine").unwrap();
    pair.file("folder/a", b"a");
    pair.file("folder/bad", b"bad");
    pair.file("folder/big", &noise(8_000_000));
    let paths = [pair.outbox.path().join("folder")];
    let failures = is_told(&pair, &paths, |inbox| {
        let mut names = fs::read_dir(inbox).unwrap().map(|entry| entry.unwrap());
        let is_partial = |entry: &fs::DirEntry| entry.file_name() != "folder";
        let partial = names.find(is_partial).unwrap().path();
        fs::remove_file(partial.join("bad")).unwrap();
    });
    assert_eq!(failures, [("folder/bad".to_owned(), Reason::NotSaved)]);
    let arrived = pair.arrived();
    let names: Vec<_> = arrived.keys().map(String::as_str).collect();
    assert_eq!(names, ["folder", "folder/a", "folder/big", "folder/mine"]);
    assert_eq!(arrived["folder/a"].as_deref(), Some(&b"a"[..]));
    assert_eq!(arrived["folder/mine"].as_deref(), Some(&b"mine"[..]));
    assert!(arrived["folder/big"].as_deref() == Some(&noise(8_000_000)[..]));
}

#[test]
fn a_file_whose_partial_was_replaced_is_named_on_both_sides_and_the_rest_arrives() {
    let pair = asking();
    // More than are kept open.
    let names: Vec<String> = (10..60).map(|number| number.to_string()).collect();
    let mut paths: Vec<_> = names
        .iter()
        .map(|name| pair.file(name, name.as_bytes()))
        .collect();
    paths.push(pair.file("big", &noise(8_000_000)));
    let failures = is_told(&pair, &paths, |inbox| {
        let partial = hidden_with(b"57", inbox);
        fs::remove_file(&partial).unwrap();
        fs::create_dir(&partial).unwrap();
    });
    assert_eq!(failures, [("57".to_owned(), Reason::NotSaved)]);
    let mut arrived = pair.arrived();
    arrived.retain(|name, _| !name.starts_with(".onehop-"));
    let mut expected = tree(pair.outbox.path());
    expected.remove("57").unwrap();
    assert!(arrived == expected, "{:?}", arrived.keys());
}

#[test]
fn a_folder_that_goes_away_under_what_comes_takes_it_along_and_both_sides_are_told() {
    let pair = asking();
    pair.file("folder/a", b"a");
    pair.file("folder/big", &noise(8_000_000));
    pair.file("folder/last", b"last");
    let away = pair.outbox.path().join("away");
    let paths = [pair.outbox.path().join("folder")];
    let mut is_gone = false;
    let failures = is_told(&pair, &paths, |inbox| {
        is_gone = fs::rename(inbox, &away).is_ok();
        fs::remove_dir_all(&away).ok();
    });
    if !is_gone {
        let why = "a folder that goes away: this system does not let it";
        if cfg!(windows) {
            not_on_this_system(why);
        } else {
            skipped(why);
        }
        return;
    }
    let names = ["folder/a", "folder/big", "folder/last"];
    let told = names.map(|name| (name.to_owned(), Reason::NotSaved));
    assert_eq!(failures, told);
    assert!(!pair.inbox.path().exists());
}
