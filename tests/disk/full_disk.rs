//! A disk that fills up: a small one of the test's own, in a mount namespace that ends with it.

use std::fs;
use std::path::PathBuf;

use onehop::error::DiskFault;

use super::support::{Offer, folder, partials, tree};
use crate::common::own_mounts::own_mounts;
use crate::common::skipped::skipped;

/// Names the disk to the tests that run on it.
const SMALL_DISK: &str = "ONEHOP_TEST_SMALL_DISK";
const MIB: usize = 1024 * 1024;

/// Runs one of the ignored tests below on a disk of 4 MiB, if this system lets anybody mount one.
fn run_on_a_small_disk(test: &str) {
    let folder = folder();
    let script = r#"mount -t tmpfs -o size=4m tmpfs "$1" || exit 99; shift; exec "$@""#;
    let Some(mut command) = own_mounts() else {
        skipped("a full disk: no test may mount a small one here (package mount)");
        return;
    };
    let output = command
        .args(["sh", "-c", script, "sh"])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored"])
        .env(SMALL_DISK, folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:#?}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("1 passed"), "{stdout}");
}

fn small_disk() -> PathBuf {
    std::env::var_os(SMALL_DISK).unwrap().into()
}

#[test]
fn a_disk_that_fills_up_ends_everything_and_leaves_what_can_be_carried_on() {
    run_on_a_small_disk("full_disk::fills_up");
}

#[test]
fn a_disk_that_is_full_of_names_ends_everything() {
    run_on_a_small_disk("full_disk::has_no_more_names");
}

#[test]
#[ignore = "run by a test above, on a small disk"]
fn fills_up() {
    let disk = small_disk();
    let content = vec![7; 3 * MIB];
    let offer = Offer::new()
        .folder("f")
        .file("f/a", &content)
        .file("f/b", &content);
    let mut arrival = offer.begin(&disk);
    offer.send(&mut arrival, 1).unwrap();
    let fault = offer.send(&mut arrival, 2).unwrap_err();
    let DiskFault::Full { folder, free_bytes } = fault else {
        unreachable!("{fault}");
    };
    assert_eq!(folder, disk);
    assert!(free_bytes.is_some());
    drop(arrival);
    assert_eq!(partials(&disk).len(), 1);
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 1);

    let smaller = Offer::new().folder("f").file("f/a", &content);
    let mut arrival = smaller.begin(&disk);
    assert_eq!(smaller.send(&mut arrival, 1).unwrap(), (0, None));
    arrival.commit().unwrap();
    assert_eq!(tree(&disk).len(), 2);
}

#[test]
#[ignore = "run by a test above, on a small disk"]
fn has_no_more_names() {
    let disk = small_disk();
    let mut offer = Offer::new().folder("f");
    for number in 0..20_000 {
        offer = offer.file(&format!("f/{number}"), b"x");
    }
    let mut arrival = offer.begin(&disk);
    let mut files = offer.files();
    let fault = files.find_map(|index| offer.send(&mut arrival, index).err());
    assert!(matches!(fault, Some(DiskFault::Full { .. })), "{fault:?}");
    drop(arrival);
    assert_eq!(partials(&disk).len(), 1);
}
