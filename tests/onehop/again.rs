//! The same folder once more, and names that have to be others at the receiver's: what crosses,
//! and what both sides are told.

use std::fs;
use std::path::PathBuf;

use onehop::disk::Merge;
use onehop::protocol::message::{
    Batch, Empty, Entry, EntryKind, Extension, FileHash, Hello, Hex32, Message, Renamed, Totals,
};
use onehop::transfer::{Acceptance, Consent, Summary};

use crate::hostile_receiver::{answer, skip};
use crate::hostile_sender::call;
use crate::pair::Pair;
use crate::peer::{Peer, entry, manifest, manifest_end, reveal, sender_hello};

/// A folder with two files, one of them below another folder, which has an empty one beside it.
fn photos(pair: &Pair) -> PathBuf {
    pair.file("photos/a.jpg", b"a");
    pair.file("photos/sub/b.jpg", b"bb");
    let folder = pair.outbox.path().join("photos");
    fs::create_dir_all(folder.join("empty")).unwrap();
    folder
}

/// What the sender is told, and the receiver; it is the same but for the times.
fn sent(pair: &Pair, folder: &PathBuf) -> Summary {
    let (_, told) = pair.send(std::slice::from_ref(folder)).delivered();
    let (_, summary) = pair.saved();
    assert_eq!(told.saved_as, summary.saved_as);
    assert_eq!(told.skipped_files, summary.skipped_files);
    told
}

#[test]
fn a_folder_that_is_there_does_not_cross_again() {
    let pair = Pair::of_friends();
    let folder = photos(&pair);
    assert_eq!(sent(&pair, &folder).skipped_files, 0);
    let before = pair.arrived();
    let summary = sent(&pair, &folder);
    assert_eq!((summary.files, summary.skipped_files), (2, 2));
    assert!(summary.saved_as.is_empty());
    assert_eq!(pair.arrived(), before);
}

#[test]
fn only_what_changed_crosses_into_the_folder_that_was_sent_before_and_both_are_told_its_number() {
    let pair = Pair::of_friends();
    let folder = photos(&pair);
    sent(&pair, &folder);
    pair.file("photos/a.jpg", b"A");
    pair.file("photos/c.jpg", b"new");
    let told = [("photos/a.jpg".to_owned(), "a (2).jpg".to_owned())];
    // Once more changes nothing, and the number is known.
    for skipped in [1, 3] {
        let summary = sent(&pair, &folder);
        assert_eq!((summary.files, summary.skipped_files), (3, skipped));
        assert_eq!(summary.saved_as, told);
    }
    let arrived = pair.arrived();
    let content = |path: &str| arrived[path].as_deref();
    assert_eq!(content("photos/a.jpg"), Some(&b"a"[..]));
    assert_eq!(content("photos/a (2).jpg"), Some(&b"A"[..]));
    assert_eq!(content("photos/c.jpg"), Some(&b"new"[..]));
    assert!(!arrived.contains_key("photos (2)"));
}

#[test]
fn a_folder_that_somebody_else_made_stays_as_it_is_and_the_one_beside_it_is_gone_on_with() {
    let pair = Pair::of_friends();
    let folder = photos(&pair);
    let mine = pair.inbox.path().join("photos");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("mine"), "mine").unwrap();
    let told = [("photos".to_owned(), "photos (2)".to_owned())];
    for _ in 0..2 {
        assert_eq!(sent(&pair, &folder).saved_as, told);
    }
    pair.file("photos/c.jpg", b"new");
    assert_eq!(sent(&pair, &folder).skipped_files, 2);
    let arrived = pair.arrived();
    assert!(arrived.contains_key("photos (2)/c.jpg"));
    assert!(!arrived.contains_key("photos/a.jpg") && !arrived.contains_key("photos (3)"));
}

#[test]
fn a_device_that_was_forgotten_has_sent_nothing_before() {
    let pair = Pair::of_friends();
    let folder = photos(&pair);
    sent(&pair, &folder);
    let sender = pair.sender.fingerprint();
    pair.receiver.devices.forget(sender).unwrap();
    pair.receiver.knows(&pair.sender);
    pair.file("photos/a.jpg", b"A");
    let summary = sent(&pair, &folder);
    assert_eq!(summary.skipped_files, 0);
    assert!(pair.arrived().contains_key("photos (2)/a.jpg"));
}

fn of_friends_who_ask() -> Pair {
    Pair::new(Consent::Ask, |sender, receiver| {
        sender.knows(receiver);
        receiver.knows(sender);
    })
}

#[test]
fn the_user_is_shown_what_can_be_added_to_and_decides() {
    let pair = of_friends_who_ask();
    let folder = photos(&pair);
    fs::create_dir(pair.inbox.path().join("photos")).unwrap();
    let expected = ["photos/a.jpg", "photos (2)/c.jpg"];
    let answers = [Merge::All, Merge::Nothing];
    for (merge, expected) in answers.into_iter().zip(expected) {
        let sent = pair.send(std::slice::from_ref(&folder));
        let incoming = pair.connected();
        pair.introduced();
        let offered = pair.offered();
        let existing = offered.items[0].existing.as_ref().unwrap();
        assert_eq!(existing.name, "photos");
        assert_eq!(existing.sent_before, merge == Merge::Nothing);
        incoming.accept_with(Acceptance {
            merge,
            ..Acceptance::default()
        });
        sent.delivered();
        pair.saved();
        let arrived = pair.arrived();
        assert!(arrived.contains_key(expected), "{expected}");
        pair.file("photos/c.jpg", b"new");
    }
}

#[test]
fn a_name_that_begins_with_a_dot_is_asked_about_although_the_yes_was_given_beforehand() {
    let pair = Pair::of_friends();
    let files = [pair.file(".bashrc", b"rm"), pair.file("plain", b"plain")];
    let sent = pair.send(&files);
    let incoming = pair.connected();
    pair.introduced();
    let offered = pair.offered();
    assert!(!offered.decided);
    let hidden: Vec<bool> = offered.items.iter().map(|item| item.is_hidden).collect();
    assert_eq!(hidden, [true, false]);
    assert!(pair.arrived().is_empty());
    incoming.accept();
    sent.delivered();
    pair.saved();
    assert_eq!(pair.arrived().len(), 2);
}

#[test]
fn what_is_hidden_inside_a_folder_needs_no_yes_of_its_own() {
    let pair = Pair::of_friends();
    pair.file("project/.gitignore", b"target");
    let folder = pair.outbox.path().join("project");
    sent(&pair, &folder);
    assert!(pair.arrived().contains_key("project/.gitignore"));
}

#[cfg(unix)]
#[test]
fn both_sides_are_told_of_every_name_that_is_another_there() {
    let pair = Pair::of_friends();
    fs::write(pair.inbox.path().join("taken"), "mine").unwrap();
    pair.file("odd\n/inner\t/evil\u{202E}gpj", b"1");
    let odd = pair.outbox.path().join("odd\n");
    let taken = pair.file("taken", b"yours");
    let (_, told) = pair.send(&[odd, taken]).delivered();
    let (_, summary) = pair.saved();
    let expected = [
        ("odd\n", "odd_"),
        ("odd\n/inner\t", "inner_"),
        ("odd\n/inner\t/evil\u{202E}gpj", "evil_gpj"),
        ("taken", "taken (2)"),
    ];
    let expected = expected.map(|(sent, saved)| (sent.to_owned(), saved.to_owned()));
    assert_eq!(told.saved_as, expected);
    assert_eq!(summary.saved_as, expected);
}

/// A folder with one file, as a hand-written sender lists it.
fn listed() -> [Entry; 2] {
    let folder = Entry {
        kind: EntryKind::Directory,
        ..entry(0, "f", 0)
    };
    let file = Entry {
        path: vec!["f".to_owned(), "a".to_owned()],
        ..entry(1, "", 1)
    };
    [folder, file]
}

fn tell_hash(peer: &mut Peer, content: &[u8]) {
    let wanted = Message::WantHash(Batch { items: vec![1] });
    assert_eq!(peer.message(), wanted);
    let blake3 = Some(Hex32(*blake3::hash(content).as_bytes()));
    let items = vec![FileHash { index: 1, blake3 }];
    peer.say(&Message::Hash(Batch { items }));
}

#[test]
fn a_sender_without_extensions_sends_a_folder_again_and_is_told_nothing_it_does_not_know() {
    let pair = Pair::of_friends();
    let all_here = Message::ReceiptEnd(Totals { files: 1, bytes: 1 });
    let mut first = call(&pair);
    first.be_accepted(&listed()).file(1, b"a");
    assert_eq!(first.message(), all_here);
    pair.saved();

    let mut same = call(&pair);
    same.offer(&listed());
    tell_hash(&mut same, b"a");
    assert_eq!(same.message(), answer(vec![skip(1)]));
    assert_eq!(same.message(), Message::AnswerEnd(Empty {}));
    assert_eq!(same.message(), all_here);
    assert_eq!(pair.saved().1.skipped_files, 1);

    let mut changed = call(&pair);
    changed.offer(&listed());
    tell_hash(&mut changed, b"A");
    assert_eq!(changed.message(), Message::AnswerEnd(Empty {}));
    changed.file(1, b"A");
    assert_eq!(changed.message(), all_here);
    let told = [("f/a".to_owned(), "a (2)".to_owned())];
    assert_eq!(pair.saved().1.saved_as, told);
}

#[test]
fn a_sender_that_asks_for_names_is_told_those_that_are_others_there() {
    let pair = Pair::of_friends();
    fs::create_dir(pair.inbox.path().join("f")).unwrap();
    let mut peer = call(&pair);
    peer.say(&Message::Hello(Hello {
        extensions: vec![Extension::Names],
        ..sender_hello()
    }));
    assert!(matches!(peer.message(), Message::Hello(_)));
    peer.say(&reveal(2, 1, 1));
    peer.say(&manifest(&listed())).say(&manifest_end());
    assert_eq!(peer.message(), Message::AnswerEnd(Empty {}));
    peer.file(1, b"a");
    let items = vec![Renamed {
        index: 0,
        name: "f (2)".to_owned(),
    }];
    assert_eq!(peer.message(), Message::Renamed(Batch { items }));
    let all_here = Message::ReceiptEnd(Totals { files: 1, bytes: 1 });
    assert_eq!(peer.message(), all_here);
}
