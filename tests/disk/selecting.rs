//! Files and folders that are chosen.

use std::fs;
use std::path::{Path, PathBuf};

use onehop::disk::outgoing::Selection;
use onehop::error::{DiskFault, Error, Skipped, WhySkipped};
use onehop::protocol::message::EntryKind;

use super::support::folder;
use crate::common::folder::put;

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
    assert_eq!(selection.open(1).unwrap().read(&mut buffer).unwrap(), 1);
    assert_eq!(buffer[0], b'2');
}

#[test]
fn times_programs_and_permissions_are_told() {
    let folder = folder();
    put(folder.path(), "run", "#!");
    let path = folder.path().join("run");
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_nanos(1_600_000_000_123_456_700);
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(time).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o4750)).unwrap();
    }
    let entry = gather(&[path]).entry(0).unwrap();
    assert_eq!(entry.mtime_ns, Some(1_600_000_000_123_456_700));
    assert_eq!(entry.executable, cfg!(unix));
    assert_eq!(entry.mode, cfg!(unix).then_some(0o750));
}

#[cfg(unix)]
#[test]
fn the_permissions_of_folders_are_told_too() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    put(folder.path(), "f/a", "1");
    let path = folder.path().join("f");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o1700)).unwrap();
    let selection = gather(&[path]);
    assert_eq!(selection.entry(0).unwrap().mode, Some(0o700));
    assert!(!selection.entry(0).unwrap().executable);
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

/// The links of a selection, each with what it leads to.
#[cfg(unix)]
fn links(selection: &Selection) -> Vec<(String, String)> {
    let path = |index| selection.entry(index).unwrap().path.join("/");
    let links = (0..selection.entries()).filter_map(|index| {
        let entry = selection.entry(index).unwrap();
        assert_eq!(entry.target.is_some(), entry.kind == EntryKind::Link);
        let target = entry.target?;
        assert!(target < index, "each target comes first");
        assert_eq!(entry.size, 0);
        Some((path(index), path(target)))
    });
    links.collect()
}

#[cfg(unix)]
fn link(folder: &Path, path: &str, target: impl AsRef<Path>) {
    std::os::unix::fs::symlink(target, folder.join(path)).unwrap();
}

#[cfg(unix)]
fn lead(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
        .collect()
}

#[cfg(unix)]
#[test]
fn links_to_what_is_sent_are_sent_as_links_after_everything_else() {
    let folder = folder();
    let at = folder.path();
    put(at, "f/a", "1");
    put(at, "f/sub/b", "22");
    link(at, "f/0 to sub", "sub");
    link(at, "f/absolute", at.join("f/sub/b"));
    link(at, "f/self", ".");
    link(at, "f/sub/up", "../a");
    link(at, "f/through a link", "0 to sub/b");
    let selection = gather(&[at.join("f")]);
    assert_eq!(paths(&selection)[..4], ["f/", "f/a", "f/sub/", "f/sub/b"]);
    assert_eq!(
        links(&selection),
        lead(&[
            ("f/absolute", "f/sub/b"),
            ("f/sub/up", "f/a"),
            ("f/through a link", "f/sub/b"),
            ("f/0 to sub", "f/sub"),
            ("f/self", "f"),
        ])
    );
    assert_eq!(
        (selection.entries(), selection.files(), selection.bytes()),
        (9, 7, 3)
    );
    assert!(selection.skipped().is_empty());
}

#[cfg(unix)]
#[test]
fn links_to_links_come_after_these_whatever_their_names() {
    let folder = folder();
    let at = folder.path();
    put(at, "f/file", "1");
    fs::create_dir(at.join("f/sub")).unwrap();
    link(at, "f/1", "2");
    link(at, "f/2", "sub/3");
    link(at, "f/sub/3", "../file");
    link(at, "f/folder 1", "folder 2");
    link(at, "f/folder 2", "sub");
    let selection = gather(&[at.join("f")]);
    assert_eq!(
        links(&selection),
        lead(&[
            ("f/sub/3", "f/file"),
            ("f/2", "f/sub/3"),
            ("f/1", "f/2"),
            ("f/folder 2", "f/sub"),
            ("f/folder 1", "f/folder 2"),
        ])
    );
}

#[cfg(unix)]
#[test]
fn links_between_two_chosen_folders_are_sent_and_names_on_the_way_do_not_matter() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder();
    let at = folder.path();
    put(at, "1/f/a", "1");
    put(at, "2/f/b", "1");
    let odd = std::ffi::OsStr::from_bytes(b"od\xFFd");
    std::os::unix::fs::symlink("../../2/f/b", at.join("1/f").join(odd)).unwrap();
    link(at, "link to 1", "1");
    let selection = gather(&[at.join("link to 1/f"), at.join("2/f")]);
    assert_eq!(links(&selection), lead(&[("f/od\u{FFFD}d", "f (2)/b")]));
    assert_eq!(selection.renamed().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_file_in_its_own_folder_where_that_file_is_chosen_too() {
    let folder = folder();
    let at = folder.path();
    put(at, "d/f", "1");
    link(at, "d/l", "f");
    for chosen in [["d/f", "d"], ["d", "d/f"]] {
        let selection = gather(&chosen.map(|path| at.join(path)));
        assert_eq!(links(&selection), lead(&[("d/l", "d/f")]));
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_or_nowhere_are_named_with_their_reasons() {
    let folder = folder();
    let at = folder.path();
    put(at, "outside", "secret");
    put(at, "f/a", "1");
    let made = std::process::Command::new("mkfifo")
        .arg(at.join("f/pipe"))
        .status();
    assert!(made.unwrap().success());
    link(at, "f/1 outside", "../outside");
    link(at, "f/2 above", "..");
    link(at, "f/3 absolute", "/etc");
    link(at, "f/4 pipe", "pipe");
    link(at, "f/5 nowhere", "nowhere");
    link(at, "f/6 nowhere", "5 nowhere");
    link(at, "f/7 loop", "8 loop");
    link(at, "f/8 loop", "7 loop");
    let selection = gather(&[at.join("f")]);
    assert_eq!(paths(&selection), ["f/", "f/a"]);
    let because = |name: &str, why| (name.to_owned(), why);
    assert_eq!(
        skipped(&selection),
        [
            because("1 outside", WhySkipped::Link),
            because("2 above", WhySkipped::Link),
            because("3 absolute", WhySkipped::Link),
            because("4 pipe", WhySkipped::Link),
            because("5 nowhere", WhySkipped::DanglingLink),
            because("6 nowhere", WhySkipped::DanglingLink),
            because("7 loop", WhySkipped::LinkLoop),
            because("8 loop", WhySkipped::LinkLoop),
            because("pipe", WhySkipped::Special),
        ]
    );
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
    assert_eq!(selection.open(2).unwrap().read(&mut buffer).unwrap(), 2);
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
    let alone = Selection::gather(std::slice::from_ref(&closed), &|| false);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    if may_read {
        crate::common::as_root::skipped_as_root(
            "disk selecting::a_folder_that_cannot_be_read_is_named_and_the_rest_goes_on",
        );
        return;
    }
    // An empty folder in its place would say that there is nothing in it.
    assert_eq!(paths(&selection), ["f/", "f/open"]);
    assert_eq!(
        skipped(&selection),
        [("closed".to_owned(), WhySkipped::Unreadable)]
    );
    assert!(matches!(
        alone,
        Err(Error::Disk(DiskFault::Unreadable { .. }))
    ));
}
