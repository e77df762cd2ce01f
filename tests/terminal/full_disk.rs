//! A disk that fills up: a small one of the test's own, in a mount namespace that ends with it.

use super::classic::deliver;
use super::cli::{Receiver, Running, file_of, fresh_home, names_in, program_with_file_limit};
use super::own_mounts::own_mounts;
use super::skipped::skipped;

const RECEIVE_ON_A_SMALL_DISK: &str = r#"
    mount -t tmpfs -o size="$2" tmpfs "$1" || exit 99
    "$3" receive --port 0 --bind 127.0.0.1 --dir "$1" --yes --once
    code=$?
    echo "left on the disk: [$(ls -A "$1")]" >&2
    exit $code
"#;

/// A receiver whose folder is a disk of so many bytes, and its port; `None` if this system lets
/// nobody mount one.
fn receiver_on_a_disk_of(size: &str) -> Option<(Running, u16)> {
    let Some(mut command) = own_mounts() else {
        skipped("a full disk: no test may mount a small one here (package mount)");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    command
        .env("ONEHOP_CONFIG_DIR", fresh_home())
        .args(["sh", "-c", RECEIVE_ON_A_SMALL_DISK, "sh"])
        .arg(folder.path())
        .args([size, env!("CARGO_BIN_EXE_onehop-cli")]);
    let mut receiver = Running::start(&mut command);
    let line = receiver.wait_for("Listening on port ");
    let port = line.rsplit(' ').next().unwrap().parse().unwrap();
    // The mount point must outlive the process; the system clears it away some day.
    let _kept = folder.keep();
    Some((receiver, port))
}

#[test]
fn a_disk_that_fills_up_ends_the_transfer_and_keeps_nothing() {
    let Some((receiver, port)) = receiver_on_a_disk_of("2m") else {
        return;
    };
    let (_folder, file) = file_of(8 * 1024 * 1024);
    assert!(!deliver(port, &file));
    receiver
        .finish()
        .with_code(1)
        .saying("There is not enough space in")
        .saying("left on the disk: []");
}

#[test]
fn a_small_disk_takes_a_small_file() {
    let Some((receiver, port)) = receiver_on_a_disk_of("2m") else {
        return;
    };
    let (_folder, file) = file_of(1024 * 1024);
    assert!(deliver(port, &file));
    receiver
        .finish()
        .with_code(0)
        .saying("left on the disk: [recv.txt]");
}

#[test]
fn a_file_beyond_the_users_limit_ends_the_transfer_and_not_the_program() {
    let receiver = Receiver::start_as(program_with_file_limit("2048"), &["--yes", "--once"]);
    let (_folder, file) = file_of(8 * 1024 * 1024);
    assert!(!deliver(receiver.port, &file));
    let (ended, folder) = receiver.finish();
    ended.with_code(1).saying("too large");
    assert_eq!(names_in(folder.path()), [""; 0]);
}
