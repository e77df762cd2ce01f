//! What arrives: files, folders, texts.

use std::fs;
use std::io::Write as _;
#[cfg(unix)]
use std::path::Path;
use std::time::{Duration, SystemTime};

#[cfg(unix)]
use onehop::protocol::message::EntryKind;
use onehop::protocol::message::{Empty, Message, Reason};
use onehop::transfer::{Consent, Payload, ReceiveOutcome};

use crate::common::folder::tree;
use crate::common::noise::noise;
use crate::hostile_receiver::{Lured, answer, end_of_receipt};
use crate::pair::Pair;

#[test]
fn files_of_every_size_arrive_under_their_own_names() {
    let pair = Pair::of_friends();
    let sizes = [0, 1, 4096, 65_536, 262_144, 262_145, 1_048_577, 5_000_000];
    let files: Vec<_> = sizes
        .iter()
        .map(|size| pair.file(&format!("{size}.bin"), &noise(*size)))
        .collect();
    let (_, summary) = pair.send(&files).delivered();
    assert_eq!(summary.files, 8);
    assert_eq!(summary.bytes, sizes.iter().sum::<usize>() as u64);
    let (paths, _) = pair.saved();
    assert_eq!(paths.len(), 8);
    assert_eq!(pair.arrived(), tree(pair.outbox.path()));
}

#[test]
fn a_folder_keeps_its_structure_and_its_empty_folders() {
    let pair = Pair::of_friends();
    pair.file("photos/a.jpg", b"a");
    pair.file("photos/2026/summer/b.jpg", b"b");
    pair.file("photos/日本語 🎉.txt", b"c");
    let folder = pair.outbox.path().join("photos");
    fs::create_dir_all(folder.join("nothing/in here")).unwrap();
    let (_, summary) = pair.send(&[folder]).delivered();
    assert_eq!(summary.files, 3);
    assert_eq!(pair.arrived(), tree(pair.outbox.path()));
}

#[test]
fn the_times_of_files_and_folders_come_with_them() {
    let pair = Pair::of_friends();
    let paths = [pair.file("a", b"a"), pair.file("folder/inner/b", b"b")];
    let folder = pair.outbox.path().join("folder");
    // As fine as every system keeps it.
    let after = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_700);
    let before = SystemTime::UNIX_EPOCH - Duration::new(1_000_000, 700);
    for (path, time) in paths.iter().zip([after, before]) {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(time).unwrap();
    }
    #[cfg(unix)]
    fs::File::open(folder.join("inner"))
        .unwrap()
        .set_modified(after)
        .unwrap();
    pair.send(&[paths[0].clone(), folder]).delivered();
    pair.saved();
    let time_of = |path: &str| {
        let metadata = fs::metadata(pair.inbox.path().join(path)).unwrap();
        metadata.modified().unwrap()
    };
    assert_eq!(time_of("a"), after);
    assert_eq!(time_of("folder/inner/b"), before);
    // Windows dates folders by itself.
    #[cfg(unix)]
    assert_eq!(time_of("folder/inner"), after);
}

#[cfg(unix)]
#[test]
fn programs_stay_programs_and_nothing_else_becomes_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let pair = Pair::of_friends();
    let names = ["run", "folder/run", "plain", "folder/plain"];
    for (name, mode) in names.into_iter().zip([0o700, 0o4755, 0o600, 0o644]) {
        let path = pair.file(name, name.as_bytes());
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let paths = ["run", "plain", "folder"].map(|name| pair.outbox.path().join(name));
    pair.send(&paths).delivered();
    pair.saved();
    for (name, is_program) in names.into_iter().zip([true, true, false, false]) {
        let metadata = fs::metadata(pair.inbox.path().join(name)).unwrap();
        let mode = metadata.permissions().mode();
        // For everyone who may read it; whose it runs as is not for the sender to say.
        let wanted = if is_program { (mode & 0o444) >> 2 } else { 0 };
        assert_eq!(mode & 0o7111, wanted, "{name}: {mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn permissions_come_along_as_far_as_the_receivers_umask_allows() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode_of = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let pair = Pair::of_friends();
    let usual = pair.outbox.path().join("usual");
    fs::create_dir(&usual).unwrap();
    let modes = [
        ("key", 0o600),
        ("all", 0o666),
        ("folder/key", 0o400),
        ("folder/group", 0o640),
        ("folder", 0o700),
    ];
    for (name, mode) in modes {
        let path = pair.outbox.path().join(name);
        if name != "folder" {
            pair.file(name, name.as_bytes());
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let paths = ["key", "all", "folder"].map(|name| pair.outbox.path().join(name));
    pair.send(&paths).delivered();
    pair.saved();
    for (name, mode) in modes {
        let arrived = mode_of(&pair.inbox.path().join(name));
        assert_eq!(arrived, mode & mode_of(&usual), "{name}: {arrived:o}");
    }
}

#[test]
fn a_taken_name_gets_a_number_and_nothing_is_replaced() {
    let pair = Pair::of_friends();
    fs::write(pair.inbox.path().join("sample.txt"), "mine").unwrap();
    pair.send(&[pair.file("sample.txt", b"yours")]).delivered();
    let arrived = pair.arrived();
    assert_eq!(arrived["sample.txt"].as_deref(), Some(&b"mine"[..]));
    assert_eq!(arrived["sample (2).txt"].as_deref(), Some(&b"yours"[..]));
}

#[test]
fn what_is_there_already_is_skipped_and_said_so() {
    let pair = Pair::of_friends();
    let file = pair.file("sample.txt", &noise(100_000));
    pair.send(std::slice::from_ref(&file)).delivered();
    let (_, summary) = pair.send(&[file]).delivered();
    assert_eq!((summary.files, summary.skipped_files), (1, 1));
    assert_eq!(pair.arrived().len(), 1);
}

#[test]
fn a_text_is_shown_and_touches_no_disk() {
    let pair = Pair::of_friends();
    // Nothing of it is changed, whatever may be shown of it.
    let text = "https://example.org/\r\n\tsee you there \u{1F468}\u{200D}\u{1F467}";
    pair.send_payload(Payload::Text(text.to_owned()))
        .delivered();
    let ReceiveOutcome::Text { device, text: told } = pair.ended() else {
        panic!("no text");
    };
    assert_eq!(told, text);
    assert_eq!(device.name, "laptop");
    assert!(pair.arrived().is_empty());
}

#[test]
fn a_file_that_vanishes_does_not_stop_the_others() {
    let pair = Pair::new(Consent::Ask, |sender, receiver| {
        sender.knows(receiver);
        receiver.knows(sender);
    });
    let kept = pair.file("kept.txt", b"here");
    let gone = pair.file("gone.txt", b"not for long");
    let last = pair.file("last.txt", b"here too");
    let sent = pair.send(&[kept, gone.clone(), last]);
    let incoming = pair.connected();
    pair.introduced();
    pair.offered();
    fs::remove_file(gone).unwrap();
    incoming.accept();
    let outgoing = sent.outgoing.clone();
    let (_, summary) = sent.delivered();
    let failures = [("gone.txt".to_owned(), Reason::Vanished)];
    assert_eq!(summary.files, 2);
    assert_eq!(summary.failures, failures);
    let (_, summary) = pair.saved();
    assert_eq!(summary.failures, failures);
    let names: Vec<_> = pair.arrived().into_keys().collect();
    assert_eq!(names, ["kept.txt", "last.txt"]);
    for snapshot in [outgoing.snapshot(), incoming.snapshot()] {
        assert_eq!(snapshot.bytes, 12);
        assert_eq!(snapshot.total_bytes, Some(12), "nothing more is due");
    }
}

#[test]
fn a_file_that_grows_arrives_as_it_was_and_that_is_told() {
    let pair = Pair::new(Consent::Ask, |sender, receiver| {
        sender.knows(receiver);
        receiver.knows(sender);
    });
    let content = noise(300_000);
    let log = pair.file("logs/now.log", &content);
    let sent = pair.send(&[pair.outbox.path().join("logs")]);
    let incoming = pair.connected();
    pair.introduced();
    pair.offered();
    let mut file = fs::File::options().append(true).open(log).unwrap();
    file.write_all(b"another line").unwrap();
    incoming.accept();
    let (_, summary) = sent.delivered();
    assert!(summary.failures.is_empty(), "{summary:?}");
    let grown = [("logs/now.log".to_owned(), 300_000)];
    assert_eq!(summary.grown, grown);
    let (_, summary) = pair.saved();
    assert_eq!(summary.grown, grown);
    assert!(pair.arrived()["logs/now.log"] == Some(content));
}

#[test]
fn a_receiver_of_the_first_version_is_not_told_that_a_file_grew() {
    let lured = Lured::new();
    let (sent, mut peer) = lured.send(&["log"], b"content");
    peer.hear_offer();
    lured.pair.file("log", b"content and more");
    peer.say(&answer(Vec::new()));
    peer.say(&Message::AnswerEnd(Empty {}));
    let end = loop {
        if let Message::End(end) = peer.message() {
            break end;
        }
    };
    assert!(!end.grew);
    peer.say(&end_of_receipt(1, 7));
    let (_, summary) = sent.delivered();
    assert_eq!(summary.grown, [("log".to_owned(), 7)]);
}

#[cfg(unix)]
#[test]
fn links_to_what_is_sent_arrive_as_links_and_the_others_are_named() {
    use std::os::unix::fs::symlink;
    let pair = Pair::of_friends();
    let real = pair.file("f/real/file", b"content");
    pair.file("outside", b"secret");
    let folder = pair.outbox.path().join("f");
    symlink("real", folder.join("latest")).unwrap();
    symlink(real, folder.join("absolute")).unwrap();
    symlink("latest", folder.join("chain")).unwrap();
    symlink("../outside", folder.join("data")).unwrap();
    let sent = pair.send(std::slice::from_ref(&folder));
    let (outgoing, incoming) = (sent.outgoing.clone(), pair.connected());
    let (_, summary) = sent.delivered();
    let skipped: Vec<_> = summary.skipped.iter().map(|it| it.path.clone()).collect();
    assert_eq!(skipped, [folder.join("data")]);
    assert!(summary.failures.is_empty(), "{summary:?}");
    assert_eq!((summary.files, summary.bytes), (4, 7));
    let (_, summary) = pair.saved();
    assert_eq!((summary.files, summary.bytes), (4, 7));
    for (name, target) in [
        ("latest", "real"),
        ("absolute", "real/file"),
        ("chain", "latest"),
    ] {
        let link = pair.inbox.path().join("f").join(name);
        assert_eq!(fs::read_link(link).unwrap(), Path::new(target), "{name}");
    }
    assert!(!pair.inbox.path().join("f/data").exists());
    for snapshot in [outgoing.snapshot(), incoming.snapshot()] {
        assert_eq!((snapshot.bytes, snapshot.total_bytes), (7, Some(7)));
    }
    // Once more, all of it is there already.
    let (_, summary) = pair.send(&[folder]).delivered();
    assert_eq!((summary.files, summary.skipped_files), (4, 4));
    assert_eq!(
        pair.arrived().len(),
        tree(&pair.inbox.path().join("f")).len() + 1
    );
}

#[cfg(unix)]
#[test]
fn a_receiver_of_the_first_version_gets_copies_of_files_for_links() {
    use onehop::error::WhySkipped;
    use std::os::unix::fs::symlink;
    let lured = Lured::new();
    lured.pair.file("f/a", b"content");
    let folder = lured.pair.outbox.path().join("f");
    symlink("a", folder.join("to a")).unwrap();
    symlink("to a", folder.join("to a link")).unwrap();
    symlink(".", folder.join("to a folder")).unwrap();
    let (sent, mut peer) = lured.send_paths(vec![folder.clone()]);
    peer.welcome();
    let mut listed = Vec::new();
    while let Message::Manifest(batch) = peer.message() {
        listed.extend(batch.items);
    }
    assert!(
        listed
            .iter()
            .all(|it| it.target.is_none() && it.mode.is_none())
    );
    let listed: Vec<_> = listed
        .iter()
        .map(|it| (it.path.join("/"), it.kind, it.size))
        .collect();
    assert_eq!(
        listed,
        [
            ("f".to_owned(), EntryKind::Directory, 0),
            ("f/a".to_owned(), EntryKind::File, 7),
            ("f/to a".to_owned(), EntryKind::File, 7),
            ("f/to a link".to_owned(), EntryKind::File, 7),
        ]
    );
    peer.say(&answer(Vec::new()));
    peer.say(&Message::AnswerEnd(Empty {}));
    let mut ended = 0;
    while ended < 3 {
        if let Message::End(end) = peer.message() {
            assert_eq!(end.blake3.0, *blake3::hash(b"content").as_bytes());
            ended += 1;
        }
    }
    peer.say(&end_of_receipt(3, 21));
    let (_, summary) = sent.delivered();
    let skipped = &summary.skipped[0];
    assert_eq!(skipped.path, folder.join("to a folder"));
    assert_eq!(skipped.why, WhySkipped::FolderLink);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_claims_to_be_empty_arrives_whole() {
    let pair = Pair::of_friends();
    let path = Path::new("/proc/self/limits").to_owned();
    let content = fs::read(&path).unwrap();
    let (_, summary) = pair.send(std::slice::from_ref(&path)).delivered();
    assert_eq!(summary.bytes, content.len() as u64);
    assert_eq!(pair.arrived()["limits"], Some(content));
    // The receiver asks for the hash of what it has.
    let (_, summary) = pair.send(&[path]).delivered();
    assert_eq!(summary.skipped_files, 1);
}

#[test]
fn ten_thousand_small_files_arrive() {
    let pair = Pair::of_friends();
    for number in 0..10_000 {
        pair.file(&format!("many/{}/{number}", number % 100), &noise(64));
    }
    let (_, summary) = pair.send(&[pair.outbox.path().join("many")]).delivered();
    assert_eq!(summary.files, 10_000);
    assert_eq!(pair.arrived(), tree(pair.outbox.path()));
}
