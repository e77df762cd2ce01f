//! Disks that are full, or become so: small ones, each in a mount namespace of its own that ends
//! with the receiver in it.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use onehop::error::{Error, PeerFault};
use onehop::messages::UserMessage;
use onehop::protocol::message::AbortReason;

use crate::common::folder::tree;
use crate::common::guard::wait_until;
use crate::common::noise::noise;
use crate::common::own_mounts::own_mounts;
use crate::common::skipped::{not_on_this_system, skipped};
use crate::kill::{Part, bytes_in};
use crate::pair::Pair;
use crate::proxy::{Proxy, Weather};

const ON_A_SMALL_DISK: &str =
    r#"mount -t tmpfs -o size="$1" tmpfs "$2" || exit 99; shift 2; exec "$0" "$@""#;

/// A receiver whose folder is a disk of so many bytes; `None` if this system lets nobody mount one.
fn receiver_on_a_disk_of(size: &str, pair: &Pair) -> Option<(Part, u16)> {
    if cfg!(not(target_os = "linux")) {
        not_on_this_system("a full disk: a test mounts a small one on Linux only");
        return None;
    }
    let Some(mut command) = own_mounts() else {
        skipped("a full disk: no test may mount a small one here (package mount)");
        return None;
    };
    command.args(["sh", "-c", ON_A_SMALL_DISK]);
    command.arg(std::env::current_exe().unwrap());
    command.arg(size).arg(pair.inbox.path());
    Some(Part::receiver_as(
        command,
        pair.receiver.config(),
        pair.inbox.path(),
    ))
}

#[test]
fn what_does_not_fit_on_the_disk_is_declined_and_said_so_on_both_sides() {
    let pair = Pair::of_friends();
    let Some((mut receiver, port)) = receiver_on_a_disk_of("2m", &pair) else {
        return;
    };
    let big = pair.file("big.bin", &noise(8_000_000));
    let outcome = pair.sender.send_to(port, vec![big]).ended();
    let told = format!("{outcome:?}");
    assert!(told.contains("Declined(NoSpace)"), "{told}");
    let line = receiver.says().unwrap();
    assert!(line.starts_with("broken Failed(Disk(Full"), "{line}");
    assert!(line.ends_with("leaving []"), "{line}");
    let small = pair.file("small.bin", &noise(500_000));
    pair.sender.send_to(port, vec![small]).delivered();
    let line = receiver.says().unwrap();
    assert!(line.ends_with(r#"leaving ["small.bin"]"#), "{line}");
}

#[test]
fn what_would_leave_no_room_to_others_is_declined_at_once_and_not_in_its_middle() {
    let pair = Pair::of_friends();
    let Some((mut receiver, port)) = receiver_on_a_disk_of("10m", &pair) else {
        return;
    };
    // Less than there is, and more than there is without the hundredth that is left to others.
    let nearly_all = pair.file("nearly all.bin", &noise((10 << 20) - 50_000));
    let outcome = pair.sender.send_to(port, vec![nearly_all]).ended();
    let told = format!("{outcome:?}");
    assert!(told.contains("Declined(NoSpace)"), "{told}");
    let line = receiver.says().unwrap();
    assert!(line.ends_with("leaving []"), "{line}");
}

/// The small disk as it looks from here, where it is not mounted.
fn from_outside(receiver: &Part, pair: &Pair) -> Option<PathBuf> {
    let inside = pair.inbox.path().strip_prefix("/").unwrap();
    let root = format!("/proc/{}/root", receiver.child.id());
    let disk = Path::new(&root).join(inside);
    let found = fs::read_dir(&disk).is_ok().then_some(disk);
    if found.is_none() {
        skipped("a disk that fills up: this system lets nobody look into a namespace");
    }
    found
}

/// Takes all the room that is left.
fn fill(filler: &Path) {
    let mut file = fs::File::create(filler).unwrap();
    let error = loop {
        if let Err(error) = file.write_all(&[7; 4096]) {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::StorageFull);
}

#[test]
fn a_disk_that_fills_up_after_the_yes_ends_it_on_both_sides_and_it_goes_on_once_there_is_room() {
    let pair = Pair::of_friends();
    let Some((mut receiver, port)) = receiver_on_a_disk_of("24m", &pair) else {
        return;
    };
    let Some(disk) = from_outside(&receiver, &pair) else {
        return;
    };
    let proxy = Proxy::to(port);
    proxy.set(Weather {
        hold_at: Some(3_000_000),
        ..Weather::default()
    });
    let content = noise(8_000_000);
    let file = pair.file("big.bin", &content);
    let sent = pair.sender.send_to(proxy.port, vec![file.clone()]);
    wait_until("something arrives", || bytes_in(&disk) > 0);
    let filler = disk.join("filler");
    fill(&filler);
    proxy.go_on();
    let error = sent.failed();
    assert!(
        matches!(
            error,
            Error::Peer(PeerFault::Aborted {
                reason: AbortReason::DiskFull,
                ..
            })
        ),
        "{error:?}"
    );
    let line = receiver.says().unwrap();
    assert!(line.starts_with("broken Failed(Disk(Full"), "{line}");

    // What is held is read after the yes, so that this is no answer any more.
    let outcome = pair.sender.send_to(port, vec![file.clone()]).ended();
    let told = format!("{outcome:?}");
    assert!(told.contains("DiskFull"), "{told}");
    let line = receiver.says().unwrap();
    assert!(line.starts_with("broken Failed(Disk(Full"), "{line}");

    fs::remove_file(filler).unwrap();
    let left = tree(&disk);
    assert_eq!(left.len(), 1);
    let (name, begun) = left.into_iter().next().unwrap();
    assert!(name.starts_with(".onehop-"), "{name}");
    let begun = begun.unwrap();
    assert!(!begun.is_empty() && content.starts_with(&begun));

    let (_, summary) = pair.sender.send_to(port, vec![file]).delivered();
    assert_eq!(summary.resumed_bytes, begun.len() as u64);
    let line = receiver.says().unwrap();
    assert!(line.starts_with("received"), "{line}");
    assert!(tree(&disk) == tree(pair.outbox.path()));
}

#[test]
fn a_disk_that_can_hold_no_more_files_is_not_called_full_on_either_side() {
    let pair = Pair::of_friends();
    let Some((mut receiver, port)) = receiver_on_a_disk_of("200m,nr_inodes=5", &pair) else {
        return;
    };
    for number in 0..6 {
        pair.file(&format!("folder/{number}"), b"x");
    }
    let folder = pair.outbox.path().join("folder");
    let error = pair.sender.send_to(port, vec![folder]).failed();
    let told = UserMessage::from(&error).headline;
    assert_eq!(
        told,
        "It could not be saved: the receiver's disk can hold no more files."
    );
    let line = receiver.says().unwrap();
    assert!(line.starts_with("broken Failed(Disk(NoMoreFiles"), "{line}");
}
