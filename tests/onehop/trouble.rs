//! Trouble with the files themselves, at the sender's and at the receiver's.

use std::fs;
use std::path::Path;

use onehop::protocol::message::{Batch, Entry, EntryKind, Failure, Message, Reason, Totals};
use onehop::transfer::{Consent, IncomingHandle, Payload, ReceiveOutcome, SendOutcome};

#[cfg(unix)]
use crate::common::folder::tree;
use crate::common::noise::noise;
use crate::common::skipped::not_on_this_system;
use crate::hostile_receiver::Lured;
use crate::pair::{Pair, Sent};
use crate::peer::{Came, Peer, end, entry, start};

/// A sender and a receiver who know each other, and a receiver's user who is asked.
fn asking() -> Pair {
    Pair::new(Consent::Ask, |sender, receiver| {
        sender.knows(receiver);
        receiver.knows(sender);
    })
}

/// A transfer that waits for the receiver's yes: everything is announced, nothing is read.
fn waiting(pair: &Pair, paths: &[std::path::PathBuf]) -> (Sent, IncomingHandle) {
    let sent = pair.send(paths);
    let incoming = pair.connected();
    pair.introduced();
    pair.offered();
    (sent, incoming)
}

/// What happens to the file called `bad` before it is read is told on both sides; the rest comes.
fn is_told(spoil: impl FnOnce(&Path), reason: Reason) {
    let pair = asking();
    let bad = pair.file("folder/bad", b"content");
    pair.file("folder/first", b"first");
    pair.file("folder/zlast", b"last");
    let (sent, incoming) = waiting(&pair, &[pair.outbox.path().join("folder")]);
    spoil(&bad);
    incoming.accept();
    let (_, summary) = sent.delivered();
    let failures = [("folder/bad".to_owned(), reason)];
    assert_eq!(summary.failures, failures);
    let (_, summary) = pair.saved();
    assert_eq!(summary.failures, failures);
    let names: Vec<_> = pair.arrived().into_keys().collect();
    assert_eq!(names, ["folder", "folder/first", "folder/zlast"]);
}

#[test]
fn a_file_that_became_shorter_is_named_and_the_rest_comes() {
    is_told(|path| fs::write(path, "con").unwrap(), Reason::Changed);
}

#[test]
fn a_file_that_was_rewritten_is_named_and_the_rest_comes() {
    is_told(
        |path| fs::write(path, "something else, and more").unwrap(),
        Reason::Changed,
    );
}

#[test]
fn a_file_that_was_deleted_is_named_and_the_rest_comes() {
    is_told(|path| fs::remove_file(path).unwrap(), Reason::Vanished);
}

#[test]
fn a_file_that_became_a_folder_is_named_and_the_rest_comes() {
    let become_folder = |path: &Path| {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
    };
    let reason = if cfg!(windows) {
        Reason::Unreadable
    } else {
        Reason::Changed
    };
    is_told(become_folder, reason);
}

#[cfg(unix)]
#[test]
fn a_file_that_became_a_link_is_not_followed() {
    let become_link = |path: &Path| {
        fs::remove_file(path).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", path).unwrap();
    };
    is_told(become_link, Reason::Changed);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named_and_the_rest_comes() {
    use std::os::unix::fs::PermissionsExt as _;
    let probe = tempfile::NamedTempFile::new().unwrap();
    let nobody = fs::Permissions::from_mode(0o000);
    fs::set_permissions(probe.path(), nobody.clone()).unwrap();
    if fs::File::open(probe.path()).is_ok() {
        crate::common::as_root::skipped_as_root(
            "onehop trouble::a_file_that_may_not_be_read_is_named_and_the_rest_comes",
        );
        return;
    }
    is_told(
        |path| fs::set_permissions(path, nobody).unwrap(),
        Reason::Unreadable,
    );
}

#[test]
fn a_file_that_is_cut_short_while_it_is_sent_is_named() {
    let lured = Lured::new();
    // Long enough that most of it is not read yet when the first bytes arrive.
    let (sent, mut peer) = lured.send(&["log.bin"], &noise(100_000_000));
    peer.accept_all();
    while !matches!(peer.hear(), Came::Data(_)) {}
    let path = lured.pair.outbox.path().join("log.bin");
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(1000).unwrap();
    let (index, reason) = (0, Reason::Changed);
    assert_eq!(
        peer.message(),
        Message::Failed(Failure {
            index,
            reason,
            cause: None,
        })
    );
    peer.say(&Message::ReceiptEnd(Totals::default()));
    let (_, summary) = sent.delivered();
    assert_eq!(summary.failures, [("log.bin".to_owned(), reason)]);
}

#[cfg(unix)]
#[test]
fn links_in_the_destination_lead_nothing_out_of_it() {
    use std::os::unix::fs::symlink;
    let pair = Pair::of_friends();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("precious"), "mine").unwrap();
    symlink(elsewhere.path(), pair.inbox.path().join("folder")).unwrap();
    symlink(
        elsewhere.path().join("precious"),
        pair.inbox.path().join("file"),
    )
    .unwrap();
    symlink(
        elsewhere.path().join("new"),
        pair.inbox.path().join("nowhere"),
    )
    .unwrap();
    pair.file("folder/inside", b"in");
    let files = [
        pair.outbox.path().join("folder"),
        pair.file("file", b"file"),
        pair.file("nowhere", b"somewhere"),
    ];
    pair.send(&files).delivered();
    pair.saved();
    let outside = tree(elsewhere.path());
    assert_eq!(outside.len(), 1);
    assert_eq!(outside["precious"].as_deref(), Some(&b"mine"[..]));
    for (name, content) in [
        ("folder (2)/inside", &b"in"[..]),
        ("file (2)", b"file"),
        ("nowhere (2)", b"somewhere"),
    ] {
        let path = pair.inbox.path().join(name);
        assert_eq!(fs::read(path).unwrap(), content, "{name}");
    }
}

/// The hidden file or folder that a broken transfer has left.
fn partial(pair: &Pair) -> std::path::PathBuf {
    let names = pair.arrived().into_keys();
    let mut partials = names.filter(|name| name.starts_with(".onehop-") && !name.contains('/'));
    pair.inbox.path().join(partials.next().unwrap())
}

/// Sends half of a file by hand and breaks off.
fn half_of(pair: &Pair, entries: &[Entry], file: u32) {
    let mut peer = Peer::call(pair.listener.port(), &pair.sender.identity);
    peer.be_accepted(entries);
    peer.say(&start(file, 0)).say_data(b"half");
    peer.half_close();
    peer.last_words();
    pair.ended();
}

/// Sends by hand what [`half_of`] began, from the start if need be.
fn whole_of(pair: &Pair, entries: &[Entry], file: u32) {
    let mut peer = Peer::call(pair.listener.port(), &pair.sender.identity);
    peer.be_accepted(entries).file(file, b"half and half");
    peer.last_words();
    pair.saved();
}

#[test]
fn an_old_partial_with_other_content_does_no_harm() {
    for spoilt in [&b"else"[..], b"", b"longer than the whole file ever was"] {
        let pair = Pair::of_friends();
        let file = [entry(0, "a", 13)];
        half_of(&pair, &file, 0);
        fs::write(partial(&pair), spoilt).unwrap();
        whole_of(&pair, &file, 0);
        let arrived = pair.arrived();
        assert_eq!(arrived["a"].as_deref(), Some(&b"half and half"[..]));
        assert_eq!(arrived.len(), 1);
    }
}

#[cfg(unix)]
#[test]
fn an_old_partial_that_became_a_link_is_not_followed() {
    let pair = Pair::of_friends();
    let file = [entry(0, "a", 13)];
    half_of(&pair, &file, 0);
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    let partial = partial(&pair);
    fs::remove_file(&partial).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), &partial).unwrap();
    whole_of(&pair, &file, 0);
    assert_eq!(pair.arrived()["a"].as_deref(), Some(&b"half and half"[..]));
    assert!(fs::read(elsewhere.path()).unwrap().is_empty());
}

fn folder_with_a_file() -> [Entry; 3] {
    let folder = |index, path: &[&str]| Entry {
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        kind: EntryKind::Directory,
        ..entry(index, "", 0)
    };
    let mut file = entry(2, "", 13);
    file.path = ["top", "inner", "a"].map(str::to_owned).to_vec();
    [folder(0, &["top"]), folder(1, &["top", "inner"]), file]
}

#[cfg(unix)]
#[test]
fn a_link_planted_in_a_partial_folder_is_not_followed() {
    let pair = Pair::of_friends();
    let entries = folder_with_a_file();
    half_of(&pair, &entries, 2);
    let elsewhere = tempfile::tempdir().unwrap();
    let inner = partial(&pair).join("inner");
    fs::remove_dir_all(&inner).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), &inner).unwrap();
    whole_of(&pair, &entries, 2);
    assert_eq!(
        pair.arrived()["top/inner/a"].as_deref(),
        Some(&b"half and half"[..])
    );
    assert!(tree(elsewhere.path()).is_empty());
}

#[test]
fn strange_things_planted_in_a_partial_folder_do_not_arrive() {
    let pair = Pair::of_friends();
    let entries = folder_with_a_file();
    half_of(&pair, &entries, 2);
    fs::write(partial(&pair).join("inner/planted"), "planted").unwrap();
    fs::write(partial(&pair).join("planted"), "planted").unwrap();
    whole_of(&pair, &entries, 2);
    let names: Vec<_> = pair.arrived().into_keys().collect();
    assert_eq!(names, ["top", "top/inner", "top/inner/a"]);
}

#[test]
fn a_folder_that_goes_away_in_the_middle_is_told_on_both_sides() {
    let pair = Pair::of_friends();
    let mut peer = Peer::call(pair.listener.port(), &pair.sender.identity);
    peer.be_accepted(&[entry(0, "a", 8)]);
    peer.say(&start(0, 0)).say_data(b"half");
    let away = pair.outbox.path().join("away");
    let renamed = fs::rename(pair.inbox.path(), &away);
    if cfg!(windows) && renamed.is_err() {
        not_on_this_system("a folder that goes away: Windows does not let it");
        return;
    }
    renamed.unwrap();
    fs::remove_dir_all(&away).unwrap();
    peer.say_data(b"half");
    peer.say(&end(onehop::protocol::message::Hex32(
        *blake3::hash(b"halfhalf").as_bytes(),
    )));
    let failure = Failure {
        index: 0,
        reason: Reason::NotSaved,
        cause: None,
    };
    let items = vec![failure];
    assert_eq!(peer.message(), Message::Receipt(Batch { items }));
    assert_eq!(peer.message(), Message::ReceiptEnd(Totals::default()));
    let (paths, summary) = pair.saved();
    assert_eq!((summary.files, paths.len()), (0, 0));
    assert_eq!(summary.failures, [("a".to_owned(), Reason::NotSaved)]);
    fs::create_dir(pair.inbox.path()).unwrap();
}

#[test]
fn a_folder_that_is_gone_before_the_yes_is_told_on_both_sides() {
    let pair = asking();
    let (sent, incoming) = waiting(&pair, &[pair.file("a", b"a")]);
    fs::remove_dir(pair.inbox.path()).unwrap();
    incoming.accept();
    let outcome = sent.ended();
    assert!(matches!(outcome, SendOutcome::Failed { .. }), "{outcome:?}");
    let outcome = pair.ended();
    assert!(matches!(outcome, ReceiveOutcome::Failed(_)), "{outcome:?}");
    fs::create_dir(pair.inbox.path()).unwrap();
    let again = pair.send(&[pair.outbox.path().join("a")]);
    pair.connected().accept();
    again.delivered();
}

#[test]
fn two_senders_at_once_with_the_same_names_both_arrive() {
    let pair = Pair::of_friends();
    let other = crate::pair::Computer::named("other");
    pair.receiver.knows(&other);
    other.knows(&pair.receiver);
    let theirs = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (folder, byte) in [(pair.outbox.path(), 1), (theirs.path(), 2)] {
        fs::create_dir(folder.join("same")).unwrap();
        for number in 0..20 {
            fs::write(folder.join(format!("same/{number}")), vec![byte; 300_000]).unwrap();
        }
        fs::write(folder.join("file"), vec![byte; 5_000_000]).unwrap();
        paths.push(vec![folder.join("same"), folder.join("file")]);
    }
    for _ in 0..2 {
        let mut sent = Vec::new();
        for (computer, paths) in [&pair.sender, &other].into_iter().zip(&paths) {
            let mut options = pair.options(Payload::Paths(paths.clone()));
            options.trust = Some(computer.trust());
            sent.push(pair.send_with(options));
        }
        for sent in sent {
            let (_, summary) = sent.delivered();
            assert!(summary.failures.is_empty(), "{summary:?}");
        }
        pair.saved();
        pair.saved();
    }
    let arrived = pair.arrived();
    assert!(arrived.keys().all(|name| !name.starts_with(".onehop-")));
    // Each folder is one sender's alone, and each content is there.
    for byte in [1, 2] {
        let files = arrived.iter().filter(|(_, content)| {
            let is_theirs = |content: &Vec<u8>| content.iter().all(|found| *found == byte);
            content.as_ref().is_some_and(is_theirs)
        });
        let folders: Vec<_> = files.filter_map(|(name, _)| name.split_once('/')).collect();
        // The second time all of it was there.
        assert_eq!(folders.len(), 20);
        let mut folders: Vec<_> = folders.into_iter().map(|(folder, _)| folder).collect();
        folders.dedup();
        folders.sort_unstable();
        folders.dedup();
        assert_eq!(folders.len(), 1);
    }
}

#[test]
fn one_sender_that_sends_the_same_twice_at_once_gets_it_there_whole() {
    let pair = Pair::of_friends();
    let file = pair.file("big.bin", &noise(30_000_000));
    let sent = [0; 3].map(|_| pair.send(std::slice::from_ref(&file)));
    for sent in sent {
        sent.delivered();
        pair.saved();
    }
    let content = noise(30_000_000);
    for (name, arrived) in pair.arrived() {
        assert!(!name.starts_with(".onehop-"));
        assert!(arrived.as_deref() == Some(&content[..]), "{name}");
    }
}
