//! Who may read and change what arrives, before it is complete and afterwards.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use onehop::disk::Merge;
use onehop::disk::incoming::leftovers;
use onehop::protocol::message::DiskCause;

use super::support::{Offer, folder, partials, tree};

/// Tells a test below the mask that it runs with, in octal digits.
const MASK: &str = "ONEHOP_TEST_MASK";

fn mode_of(path: impl AsRef<Path>) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn permissions_are_kept_as_far_as_the_mask_goes() {
    for mask in ["022", "002", "077", "000"] {
        let output = Command::new("sh")
            .args(["-c", r#"umask "$0"; exec "$@""#, mask])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "permissions::under_a_mask", "--ignored"])
            .env(MASK, mask)
            .output()
            .unwrap();
        assert!(output.status.success(), "{mask}: {output:#?}");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains("1 passed"), "{stdout}");
    }
}

const MODES: [u32; 8] = [0o600, 0o644, 0o755, 0o400, 0o640, 0o711, 0o777, 0o000];

/// Files of all these modes at the top and in folders, and some of which none is told.
fn with_modes() -> Offer {
    let mut offer = Offer::new();
    for mode in MODES {
        offer = offer.file(&format!("{mode:o}"), b"x").mode(mode);
        let folder = format!("f{mode:o}");
        // What is in a folder comes though nothing may be added to it in the end.
        offer = offer.folder(&folder).mode(mode | 0o500);
        for inner in MODES {
            let name = format!("{folder}/{inner:o}");
            offer = offer.file(&name, b"x").mode(inner);
        }
        let inner = format!("{folder}/inner");
        offer = offer.folder(&inner).mode(mode | 0o500);
        offer = offer.file(&format!("{inner}/none"), b"x");
        offer = offer.file(&format!("{inner}/run"), b"x").executable();
    }
    offer.file("none", b"x").file("run", b"x").executable()
}

fn has_its_permissions(folder: &Path, offer: &Offer, mask: u32) {
    for entry in &offer.entries {
        let path = folder.join(entry.path.join("/"));
        let usual = if entry.executable { 0o777 } else { 0o666 };
        let wanted = entry.mode.unwrap_or(usual) & !mask;
        let found = mode_of(&path);
        assert_eq!(found, wanted, "{found:o} {wanted:o} {}", path.display());
    }
}

/// So that it can be cleared away.
fn open_all(folder: &Path) {
    set_mode(folder, 0o700);
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            open_all(&entry.path());
        }
    }
}

#[test]
#[ignore = "run by a test above, with several masks"]
fn under_a_mask() {
    let mask = u32::from_str_radix(&std::env::var(MASK).unwrap(), 8).unwrap();
    let offer = with_modes();
    let all = folder();
    offer.save(all.path());
    has_its_permissions(all.path(), &offer, mask);
    open_all(all.path());

    // Interrupted in the middle of every second file.
    let resumed = folder();
    let mut arrival = offer.begin(resumed.path());
    let files: Vec<u32> = offer.files().collect();
    for pair in files.chunks(2) {
        offer.send(&mut arrival, pair[0]).unwrap();
    }
    drop(arrival);
    offer.save(resumed.path());
    has_its_permissions(resumed.path(), &offer, mask);
    open_all(resumed.path());
}

/// Root may write to all of them: what others may not, `.ci/as-a-user` tries.
#[test]
fn what_its_owner_may_not_change_does_not_come_anew_after_an_interruption() {
    let folder = folder();
    let mut offer = Offer::new().folder("f");
    for mode in MODES {
        offer = offer.file(&format!("f/{mode:o}"), b"0123456789").mode(mode);
    }
    offer = offer.file("f/last", b"0123456789");
    let files: Vec<u32> = offer.files().collect();
    let (last, complete) = files.split_last().unwrap();
    for _ in 0..2 {
        let mut arrival = offer.begin(folder.path());
        for index in complete {
            let sent = offer.send(&mut arrival, *index).unwrap();
            assert_eq!(sent.1, None);
        }
        offer.send_some(&mut arrival, *last, 4);
    }
    let mut arrival = offer.begin(folder.path());
    for index in complete {
        assert_eq!(arrival.held(*index), 10, "{index}");
        assert_eq!(offer.send(&mut arrival, *index).unwrap(), (0, None));
    }
    assert_eq!(offer.send(&mut arrival, *last).unwrap(), (6, None));
    arrival.commit().unwrap();
    for mode in MODES {
        let path = folder.path().join(format!("f/{mode:o}"));
        assert_eq!(mode_of(&path) & 0o700, mode & 0o700, "{mode:o}");
    }
}

#[test]
fn a_folder_that_joins_another_keeps_its_permissions_and_the_other_its_own() {
    let folder = folder();
    fs::create_dir(folder.path().join("f")).unwrap();
    set_mode(folder.path().join("f"), 0o750);
    let offer = Offer::new()
        .folder("f")
        .mode(0o500)
        .folder("f/new")
        .mode(0o500)
        .folder("f/new/inner")
        .mode(0o500)
        .file("f/new/inner/a", b"a")
        .mode(0o400);
    let mut plan = offer.plan(folder.path());
    plan.set_merge(Merge::All);
    plan.look().unwrap();
    offer.save_planned(plan);
    let mode = |path: &str| mode_of(folder.path().join(path));
    assert_eq!(mode("f"), 0o750);
    assert_eq!(mode("f/new"), 0o500);
    assert_eq!(mode("f/new/inner"), 0o500);
    assert_eq!(mode("f/new/inner/a"), 0o400);
    open_all(folder.path());
}

#[test]
fn what_is_not_complete_is_its_owners_alone() {
    let folder = folder();
    let offer = Offer::new()
        .file("top", b"0123456789")
        .mode(0o644)
        .folder("f")
        .mode(0o755)
        .file("f/a", b"0123456789")
        .mode(0o644);
    let are_private = || {
        let names = partials(folder.path());
        assert_eq!(names.len(), 2);
        for name in names {
            assert_eq!(mode_of(folder.path().join(name)) & 0o077, 0);
        }
    };
    let mut arrival = offer.begin(folder.path());
    offer.send(&mut arrival, 0).unwrap();
    offer.send_some(&mut arrival, 2, 4);
    are_private();
    drop(arrival);
    // As an earlier version has left it.
    for name in partials(folder.path()) {
        let path = folder.path().join(name);
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        set_mode(path, mode);
    }
    let mut arrival = offer.begin(folder.path());
    assert_eq!((arrival.held(0), arrival.held(2)), (10, 4));
    are_private();
}

/// Begins the offer and leaves its partial; returns its path.
fn interrupted(offer: &Offer, folder: &Path) -> std::path::PathBuf {
    let before = partials(folder);
    let mut arrival = offer.begin(folder);
    let file = offer.files().next().unwrap();
    offer.send_some(&mut arrival, file, 4);
    drop(arrival);
    let mut new = partials(folder);
    new.retain(|name| !before.contains(name));
    assert_eq!(new.len(), 1);
    folder.join(&new[0])
}

#[test]
fn a_partial_that_others_may_change_is_left_alone() {
    let file = Offer::new().file("a", b"0123456789");
    let dir = Offer::new().folder("a").file("a/b", b"0123456789");
    for offer in [file, dir] {
        for exposed in [0o020, 0o002] {
            let folder = folder();
            let path = interrupted(&offer, folder.path());
            set_mode(&path, mode_of(&path) | exposed);
            let before = tree(folder.path());
            assert!(leftovers(folder.path()).unwrap().is_empty());

            let index = offer.files().next().unwrap();
            let mut arrival = offer.begin(folder.path());
            assert_eq!(arrival.held(index), 0);
            assert_eq!(offer.send(&mut arrival, index).unwrap(), (10, None));
            arrival.commit().unwrap();
            let mut after = tree(folder.path());
            after.retain(|name, _| name.starts_with('.'));
            assert_eq!(after, before);
        }
    }
}

#[test]
fn whoever_plants_partials_of_all_names_is_not_in_the_way() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    for _ in 0..20 {
        set_mode(interrupted(&offer, folder.path()), 0o666);
    }
    offer.save(folder.path());
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"0123456789");
    assert_eq!(partials(folder.path()).len(), 20);
}

#[test]
fn what_is_new_in_a_folder_that_came_read_only_is_added_to_it() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .mode(0o555)
        .folder("f/inner")
        .mode(0o555)
        .file("f/inner/a", b"a");
    offer.save(folder.path());
    let inner = folder.path().join("f/inner");
    let may_add = fs::write(inner.join("try"), b"").is_ok();
    fs::remove_file(inner.join("try")).ok();
    let more = offer.file("f/inner/b", b"b").file("f/c", b"c");
    let mut plan = more.plan(folder.path());
    plan.set_merge(Merge::All);
    plan.look().unwrap();
    let (outcome, new) = more.save_what_is_new(plan);
    assert_eq!((new.len(), outcome.failures), (2, vec![]));
    assert_eq!(fs::read(inner.join("b")).unwrap(), b"b");
    assert_eq!(fs::read(folder.path().join("f/c")).unwrap(), b"c");
    assert_eq!(mode_of(&inner), 0o555);
    assert_eq!(mode_of(folder.path().join("f")), 0o555);
    open_all(folder.path());
    if may_add {
        crate::common::as_root::skipped_as_root(
            "disk permissions::what_is_new_in_a_folder_that_came_read_only_is_added_to_it",
        );
    }
}

#[test]
fn a_read_only_folder_of_the_users_own_stays_as_it_is_and_the_cause_is_told() {
    let folder = folder();
    let theirs = folder.path().join("f");
    fs::create_dir(&theirs).unwrap();
    set_mode(&theirs, 0o555);
    let may_add = fs::write(theirs.join("try"), b"").is_ok();
    let offer = Offer::new().folder("f").mode(0o755).file("f/a", b"a");
    let mut plan = offer.plan(folder.path());
    plan.set_merge(Merge::All);
    plan.look().unwrap();
    let outcome = offer.save_planned(plan);
    assert_eq!(mode_of(&theirs), 0o555);
    open_all(folder.path());
    if may_add {
        crate::common::as_root::skipped_as_root(
            "disk permissions::a_read_only_folder_of_the_users_own_stays_as_it_is_and_the_cause_is_told",
        );
        return;
    }
    assert_eq!(outcome.cause(1), Some(DiskCause::NotAllowed));
    assert_eq!(outcome.failures.len(), 1);
}

#[test]
fn a_folder_that_may_be_written_but_not_read_takes_many_files_and_folders() {
    let folder = folder();
    let inbox = folder.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    set_mode(&inbox, 0o333);
    let may_read = fs::read_dir(&inbox).is_ok();
    let mut offer = Offer::new().folder("f").mode(0o755).file("f/a", b"a");
    for number in 0..20 {
        offer = offer.file(&number.to_string(), b"content");
    }
    let outcome = offer.save(&inbox);
    set_mode(&inbox, 0o755);
    assert_eq!(outcome.totals.files, 21);
    assert_eq!(fs::read_dir(&inbox).unwrap().count(), 21);
    if may_read {
        crate::common::as_root::skipped_as_root(
            "disk permissions::a_folder_that_may_be_written_but_not_read_takes_many_files_and_folders",
        );
    }
}
