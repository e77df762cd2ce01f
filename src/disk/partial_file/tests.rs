#![expect(clippy::unwrap_used, reason = "tests")]

use super::final_name::name_first;
use super::*;

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_gets_its_final_name_only_when_it_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = PartialFile::create(Destination::classic(folder.path())).unwrap();
    file.write(b"hello").unwrap();
    assert!(!folder.path().join("recv.txt").exists());
    let path = file.commit().unwrap();
    assert_eq!(path, folder.path().join("recv.txt"));
    assert_eq!(fs::read(path).unwrap(), b"hello");
}

#[test]
fn a_taken_name_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let destination = Destination::classic(folder.path());
    for _ in 0..3 {
        save_empty(&destination).unwrap();
    }
    assert_eq!(
        names_in(folder.path()),
        ["recv (2).txt", "recv (3).txt", "recv.txt"]
    );
}

#[test]
fn a_dangling_link_is_not_written_through() {
    #[cfg(unix)]
    {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, folder.path().join("recv.txt")).unwrap();
        let path = save_empty(&Destination::classic(folder.path())).unwrap();
        assert_eq!(path, folder.path().join("recv (2).txt"));
        assert!(!elsewhere.exists());
    }
}

#[test]
fn a_file_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = PartialFile::create(Destination::classic(folder.path())).unwrap();
    file.write(b"hello").unwrap();
    drop(file);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn a_partial_is_kept_under_a_name_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for expected in ["recv (partial).txt", "recv (partial 2).txt"] {
        let mut file = PartialFile::create(Destination::classic(folder.path())).unwrap();
        file.write(b"hel").unwrap();
        let partial = file.into_partial();
        assert_eq!(partial.bytes(), 3);
        assert_eq!(partial.keep().unwrap(), folder.path().join(expected));
    }
}

#[test]
fn a_discarded_partial_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let file = PartialFile::create(Destination::classic(folder.path())).unwrap();
    file.into_partial().discard().unwrap();
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn a_partial_that_nobody_decides_about_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = PartialFile::create(Destination::classic(folder.path())).unwrap();
    drop(file.into_partial());
    assert_eq!(names_in(folder.path()), ["recv (partial).txt"]);
}

#[test]
fn what_cannot_be_kept_stays_as_a_leftover() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = PartialFile::create(Destination::classic(folder.path())).unwrap();
    file.write(b"hel").unwrap();
    // No name is free: each is tried, and then it is given up.
    file.destination.folder = folder.path().join("gone");
    file.reachable.folder = folder.path().join("gone");
    file.into_partial().keep().unwrap_err();
    let mut names = names_in(folder.path());
    // Wine has no streams and puts the mark of what was received into a file beside it.
    names.retain(|name| name.ends_with(PARTIAL_SUFFIX));
    assert_eq!(names.len(), 1);
    assert_eq!(fs::read(folder.path().join(&names[0])).unwrap(), b"hel");
}

#[test]
fn where_nothing_else_works_the_name_is_taken_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recv.txt");
    let hidden = || {
        let mut file = create_hidden(folder.path(), 0o666).unwrap();
        file.write_all(b"hello").unwrap();
        file
    };
    name_first(hidden(), &path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"hello");
    let failure = name_first(hidden(), &path).unwrap_err();
    assert_eq!(failure.error.kind(), ErrorKind::AlreadyExists);
    drop(failure);
    assert_eq!(names_in(folder.path()), ["recv.txt"]);
}

#[test]
fn a_folder_of_that_name_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("recv.txt")).unwrap();
    let path = save_empty(&Destination::classic(folder.path())).unwrap();
    assert_eq!(path, folder.path().join("recv (2).txt"));
}

#[test]
fn checking_a_folder_leaves_nothing_in_it() {
    let folder = tempfile::tempdir().unwrap();
    check_folder(folder.path()).unwrap();
    assert!(names_in(folder.path()).is_empty());
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(check_folder(&file).is_err());
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let fault = PartialFile::create(Destination::classic(&missing)).unwrap_err();
    assert!(matches!(fault, DiskFault::FolderMissing { path, .. } if path == missing));
}
