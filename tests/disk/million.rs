//! Very many entries in little memory.

use std::fs;
use std::path::Path;

use onehop::disk::incoming::Plan;
use onehop::protocol::message::{Entry, EntryKind};

use super::support::folder;

#[test]
fn a_million_entries_take_less_than_150_mib() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "million::a_million_entries", "--ignored"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:#?}");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn a_million_entries() {
    let folder = folder();
    let before = peak_kib();
    let mut plan = Plan::new(folder.path(), [7; 32]);
    for index in 0..1_000_000 {
        plan.add(&entry_of_many(index));
    }
    plan.look().unwrap();
    assert_eq!(plan.top_level().next().unwrap().files, 999_000);
    let took_mib = (peak_kib() - before) / 1024;
    assert!(took_mib < 150, "{took_mib} MiB");
}

/// A thousand folders, in each of which are a thousand entries but one.
fn entry_of_many(index: u32) -> Entry {
    let above = format!("folder number {}", index / 1000);
    let path = match (index, index % 1000) {
        (0, _) => vec!["all".to_owned()],
        (_, 0) => vec!["all".to_owned(), above],
        (1..1000, _) => vec![
            "all".to_owned(),
            format!("a file of ours, number {index}.jpeg"),
        ],
        _ => vec![
            "all".to_owned(),
            above,
            format!("a file of ours, number {index}.jpeg"),
        ],
    };
    Entry {
        index,
        path,
        kind: if index.is_multiple_of(1000) {
            EntryKind::Directory
        } else {
            EntryKind::File
        },
        size: if index.is_multiple_of(1000) { 0 } else { 4096 },
        mtime_ns: Some(i64::from(index)),
        executable: false,
        mode: None,
        target: None,
    }
}

/// The most memory that this process has had.
fn peak_kib() -> u64 {
    let status = fs::read_to_string(Path::new("/proc/self/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
