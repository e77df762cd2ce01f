//! Links to something that is sent too.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use onehop::error::WhySkipped;

use crate::pair::Pair;

fn leads_to(path: impl AsRef<Path>) -> PathBuf {
    fs::read_link(path).unwrap()
}

#[test]
fn links_arrive_as_links_and_those_that_lead_out_are_named() {
    let pair = Pair::of_friends();
    let folder = pair.outbox.path().join("folder");
    pair.file("folder/a", b"a");
    pair.file("folder/sub/b", b"b");
    let top = pair.file("c", b"c");
    symlink("a", folder.join("to a")).unwrap();
    symlink("sub", folder.join("to sub")).unwrap();
    // As absolute as it is there, it stays within what is sent.
    symlink(folder.join("a"), folder.join("sub/up")).unwrap();
    symlink("../c", folder.join("to c")).unwrap();
    symlink("/etc/hostname", folder.join("out")).unwrap();

    let paths = vec![folder, top];
    let (_, summary) = pair.sender.send_to(pair.listener.port(), paths).delivered();
    assert_eq!(summary.files, 7);
    let skipped: Vec<_> = summary.skipped.iter().map(|skipped| skipped.why).collect();
    assert_eq!(skipped, [WhySkipped::Link]);
    let (paths, summary) = pair.saved();
    assert_eq!((paths.len(), summary.files), (2, 7));
    assert!(summary.failures.is_empty());
    let inbox = pair.inbox.path();
    assert_eq!(leads_to(inbox.join("folder/to a")), Path::new("a"));
    assert_eq!(leads_to(inbox.join("folder/to sub")), Path::new("sub"));
    assert_eq!(leads_to(inbox.join("folder/sub/up")), Path::new("../a"));
    assert_eq!(leads_to(inbox.join("folder/to c")), Path::new("../c"));
    assert!(!inbox.join("folder/out").exists());
    assert_eq!(fs::read(inbox.join("folder/to sub/b")).unwrap(), b"b");
}

#[test]
fn a_folder_with_links_that_is_sent_again_is_all_there() {
    let pair = Pair::of_friends();
    let folder = pair.outbox.path().join("folder");
    pair.file("folder/a", b"a");
    symlink("a", folder.join("to a")).unwrap();
    for _ in 0..2 {
        let send = pair
            .sender
            .send_to(pair.listener.port(), vec![folder.clone()]);
        let (_, summary) = send.delivered();
        assert_eq!(summary.files, 2);
        let (_, summary) = pair.saved();
        assert_eq!(summary.files, 2);
        let names = fs::read_dir(pair.inbox.path()).unwrap().count();
        assert_eq!(names, 1);
        let names = fs::read_dir(pair.inbox.path().join("folder")).unwrap();
        assert_eq!(names.count(), 2);
    }
}

#[test]
fn a_link_follows_what_got_a_number() {
    let pair = Pair::of_friends();
    let file = pair.file("a", b"a");
    let folder = pair.outbox.path().join("folder");
    fs::create_dir(&folder).unwrap();
    symlink("../a", folder.join("to a")).unwrap();
    fs::write(pair.inbox.path().join("a"), "mine").unwrap();
    let paths = vec![folder, file];
    pair.sender.send_to(pair.listener.port(), paths).delivered();
    pair.saved();
    let link = pair.inbox.path().join("folder/to a");
    assert_eq!(leads_to(&link), Path::new("../a (2)"));
    assert_eq!(fs::read(link).unwrap(), b"a");
}
