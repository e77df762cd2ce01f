//! Files and folders that are chosen.

use std::fs;
use std::path::{Path, PathBuf};

use onehop::protocol::message::EntryKind;
use onehop::transfer::selection::{Selection, Skipped, WhySkipped};
use onehop::transfer::{DiskFault, Error};

use super::support::folder;

fn put(folder: &Path, path: &str, content: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn gather(paths: &[PathBuf]) -> Selection {
    Selection::gather(paths, &|| false).unwrap()
}

fn paths(selection: &Selection) -> Vec<String> {
    (0..selection.entries())
        .map(|index| {
            let entry = selection.entry(index).unwrap();
            assert_eq!(entry.index, index);
            let path = entry.path.join("/");
            match entry.kind {
                EntryKind::Directory => format!("{path}/"),
                _ => path,
            }
        })
        .collect()
}

#[cfg(unix)]
fn skipped(selection: &Selection) -> Vec<(String, WhySkipped)> {
    let mut all: Vec<(String, WhySkipped)> = selection
        .skipped()
        .iter()
        .map(|skipped| {
            let name = skipped.path.file_name().unwrap();
            (name.to_string_lossy().into_owned(), skipped.why)
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[test]
fn folders_come_before_what_is_in_them_and_empty_ones_too() {
    let folder = folder();
    put(folder.path(), "f/b/2", "22");
    put(folder.path(), "f/a", "1");
    fs::create_dir(folder.path().join("f/empty")).unwrap();
    put(folder.path(), "single", "333");
    let selection = gather(&[folder.path().join("single"), folder.path().join("f")]);
    assert_eq!(
        paths(&selection),
        ["single", "f/", "f/a", "f/b/", "f/b/2", "f/empty/"]
    );
    assert_eq!(
        (selection.entries(), selection.files(), selection.bytes()),
        (6, 3, 6)
    );
    let chosen: Vec<_> = selection
        .chosen()
        .map(|chosen| (chosen.name, chosen.is_folder))
        .collect();
    assert_eq!(chosen, [("single", false), ("f", true)]);
    assert_eq!(selection.path(4), Some(folder.path().join("f/b/2")));
    assert_eq!(selection.path(0), Some(folder.path().join("single")));
    assert_eq!(selection.entry(6), None);
}

/// The paths of everything below a folder, in the order of the manifest.
fn in_order(folder: &Path, name: &str, found: &mut Vec<String>) {
    if !folder.is_dir() {
        found.push(name.to_owned());
        return;
    }
    found.push(format!("{name}/"));
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for below in names {
        let name = format!("{name}/{}", below.to_str().unwrap());
        in_order(&folder.join(below), &name, found);
    }
}

#[test]
fn a_wide_and_deep_tree_is_listed_whole_and_in_order() {
    let folder = folder();
    let top = folder.path().join("tree");
    for path in 0..400 {
        // Some folders hold files and folders, some only the one or the other, some nothing.
        let below = format!("{}/{}/{}", path % 40, path % 7, path % 3);
        put(&top, &format!("{below}/{path}"), "x");
        put(&top, &format!("{}/file {path}", path % 40), "x");
        fs::create_dir_all(top.join(format!("{below}/empty"))).unwrap();
    }
    let mut expected = Vec::new();
    in_order(&top, "tree", &mut expected);
    for _ in 0..20 {
        assert_eq!(paths(&gather(std::slice::from_ref(&top))), expected);
    }
}

#[test]
fn a_long_walk_can_be_cancelled_on_the_way() {
    let folder = folder();
    for path in 0..300 {
        put(folder.path(), &format!("tree/{}/{path}", path % 30), "x");
    }
    let top = folder.path().join("tree");
    for patience in [1, 10, 100, 300] {
        let asked = std::cell::Cell::new(0);
        let outcome = Selection::gather(std::slice::from_ref(&top), &|| {
            asked.set(asked.get() + 1);
            asked.get() > patience
        });
        assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    }
}

#[test]
fn chosen_things_of_the_same_name_get_numbers_and_the_same_thing_comes_once() {
    let folder = folder();
    put(folder.path(), "1/a.txt", "1");
    put(folder.path(), "2/a.txt", "2");
    let (one, two) = (folder.path().join("1/a.txt"), folder.path().join("2/a.txt"));
    let selection = gather(&[one.clone(), two.clone(), one.clone()]);
    assert_eq!(paths(&selection), ["a.txt", "a (2).txt"]);
    assert_eq!(selection.path(1), Some(two));
    let mut buffer = [0; 8];
    assert_eq!(selection.open(1).unwrap().read(&mut buffer), Ok(1));
    assert_eq!(buffer[0], b'2');
}

#[test]
fn times_and_programs_are_told() {
    let folder = folder();
    put(folder.path(), "run", "#!");
    let path = folder.path().join("run");
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_nanos(1_600_000_000_123_456_700);
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(time).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let entry = gather(&[path]).entry(0).unwrap();
    assert_eq!(entry.mtime_ns, Some(1_600_000_000_123_456_700));
    assert_eq!(entry.executable, cfg!(unix));
}

#[test]
fn a_path_that_leads_nowhere_is_named() {
    let folder = folder();
    let missing = folder.path().join("missing");
    let fault = Selection::gather(std::slice::from_ref(&missing), &|| false).unwrap_err();
    assert!(matches!(fault, Error::Disk(DiskFault::FileNotFound { path, .. }) if path == missing));
}

#[cfg(unix)]
#[test]
fn a_pipe_without_a_path_is_no_missing_file() {
    use std::os::fd::AsRawFd as _;
    let (reader, _writer) = std::io::pipe().unwrap();
    let path = PathBuf::from(format!("/dev/fd/{}", reader.as_raw_fd()));
    let fault = Selection::gather(std::slice::from_ref(&path), &|| false).unwrap_err();
    assert!(matches!(fault, Error::Disk(DiskFault::NotAFile { path: told }) if told == path));
}

#[test]
fn a_path_that_leads_nowhere_does_not_stop_the_others() {
    let folder = folder();
    put(folder.path(), "a", "1");
    let missing = folder.path().join("missing");
    let selection = gather(&[missing.clone(), folder.path().join("a")]);
    assert_eq!(paths(&selection), ["a"]);
    let skipped = Skipped {
        path: missing,
        why: WhySkipped::NotFound,
    };
    assert_eq!(selection.skipped(), [skipped]);
}

#[test]
fn gathering_can_be_cancelled() {
    let folder = folder();
    put(folder.path(), "f/a", "1");
    let cancelled = Selection::gather(&[folder.path().join("f")], &|| true);
    assert!(matches!(cancelled, Err(Error::Cancelled)));
}

#[test]
fn the_current_folder_is_sent_under_its_name() {
    let folder = folder();
    put(folder.path(), "f/a", "1");
    let selection = gather(&[folder.path().join("f").join(".")]);
    assert_eq!(paths(&selection), ["f/", "f/a"]);
    let selection = gather(&[folder.path().join("f").join("..").join("f").join("..")]);
    assert!(paths(&selection)[1].ends_with("/f/"));
}

#[cfg(unix)]
#[test]
fn links_to_files_of_the_selection_are_sent_and_others_are_not() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    put(folder.path(), "outside", "secret");
    put(folder.path(), "f/a", "1");
    put(folder.path(), "f/sub/b", "22");
    let link = |target: &str, name: &str| {
        symlink(target, folder.path().join("f").join(name)).unwrap();
    };
    link("a", "to a");
    link("sub/b", "to b");
    link("../outside", "to outside");
    link("sub", "to folder");
    link("nowhere", "dangling");
    link("loop", "loop");
    link("/etc/hostname", "absolute");
    let selection = gather(&[folder.path().join("f")]);
    assert_eq!(
        paths(&selection),
        ["f/", "f/a", "f/sub/", "f/sub/b", "f/to a", "f/to b"]
    );
    let names: Vec<String> = skipped(&selection)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        ["absolute", "dangling", "loop", "to folder", "to outside"]
    );
    assert!(
        selection
            .skipped()
            .iter()
            .all(|skipped| skipped.why == WhySkipped::Link)
    );
    let mut buffer = [0; 8];
    assert_eq!(selection.open(5).unwrap().read(&mut buffer), Ok(2));
}

#[cfg(unix)]
#[test]
fn a_link_that_is_chosen_itself_is_followed() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    put(folder.path(), "f/a", "1");
    put(folder.path(), "file", "22");
    symlink(folder.path().join("f"), folder.path().join("to f")).unwrap();
    symlink("file", folder.path().join("to file")).unwrap();
    let selection = gather(&[folder.path().join("to f"), folder.path().join("to file")]);
    assert_eq!(paths(&selection), ["to f/", "to f/a", "to file"]);
    let mut buffer = [0; 8];
    assert_eq!(selection.open(2).unwrap().read(&mut buffer), Ok(2));
}

#[cfg(unix)]
#[test]
fn pipes_and_sockets_are_skipped_and_named() {
    let folder = folder();
    put(folder.path(), "f/a", "1");
    let pipe = folder.path().join("f/pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("f/socket")).unwrap();
    let selection = gather(&[folder.path().join("f")]);
    assert_eq!(paths(&selection), ["f/", "f/a"]);
    let special = |name: &str| (name.to_owned(), WhySkipped::Special);
    assert_eq!(skipped(&selection), [special("pipe"), special("socket")]);
    let fault = Selection::gather(&[pipe], &|| false).unwrap_err();
    assert!(matches!(fault, Error::Disk(DiskFault::NotAFile { .. })));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_sent_readable_distinct_and_named() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder();
    put(folder.path(), "f/a\u{FFFD}", "kept");
    for (name, content) in [(b"a\xFF", "1"), (b"a\xFE", "2")] {
        fs::write(
            folder.path().join("f").join(OsStr::from_bytes(name)),
            content,
        )
        .unwrap();
    }
    let selection = gather(&[folder.path().join("f")]);
    let mut names = paths(&selection);
    names.sort();
    assert_eq!(
        names,
        ["f/", "f/a\u{FFFD}", "f/a\u{FFFD} (2)", "f/a\u{FFFD} (3)"]
    );
    let renamed = selection.renamed();
    assert_eq!(renamed.len(), 2);
    for index in renamed {
        assert_eq!(selection.open(index).unwrap().size(), 1);
        assert!(selection.path(index).unwrap().exists());
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_named_and_the_rest_goes_on() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    put(folder.path(), "f/closed/a", "1");
    put(folder.path(), "f/open", "1");
    let closed = folder.path().join("f/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).unwrap();
    let may_read = fs::read_dir(&closed).is_ok();
    let selection = gather(&[folder.path().join("f")]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    if may_read {
        crate::as_root::skipped_as_root(
            "disk selecting::a_folder_that_cannot_be_read_is_named_and_the_rest_goes_on",
        );
        return;
    }
    assert_eq!(paths(&selection), ["f/", "f/closed/", "f/open"]);
    assert_eq!(
        skipped(&selection),
        [("closed".to_owned(), WhySkipped::Unreadable)]
    );
}
