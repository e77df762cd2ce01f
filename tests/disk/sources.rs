//! Files that change between being chosen and being sent.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use onehop::disk::outgoing::{End, Selection, SourceFault, SourceFile};
use onehop::protocol::message::Reason;
use tempfile::TempDir;

use super::support::{folder, hash};

/// More than is called small.
const LARGE: usize = 100_000;

/// Opens the file and reads it in one go, as small ones are.
fn read_at_once(selection: &Selection) -> Result<Vec<u8>, Reason> {
    let mut source = selection.open(1)?;
    let mut content = vec![0; 2 * LARGE];
    let bytes = source.read(&mut content)?;
    content.truncate(bytes);
    end_of(&mut source, &content)?;
    Ok(content)
}

fn end_of(source: &mut SourceFile, content: &[u8]) -> Result<End, Reason> {
    let end = source.end(Some(&blake3::hash(content)), &|| false)?;
    Ok(end.unwrap())
}

/// What the receiver is told of it.
#[track_caller]
fn reason<T>(outcome: Result<T, SourceFault>) -> Reason {
    outcome.err().unwrap().into()
}

/// A folder with one file in it, chosen as a whole: the file is entry 1.
fn chosen(content: &[u8]) -> (TempDir, PathBuf, Selection) {
    let folder = folder();
    let inner = folder.path().join("f");
    fs::create_dir(&inner).unwrap();
    let file = inner.join("a");
    fs::write(&file, content).unwrap();
    let selection = Selection::gather(&[inner], &|| false).unwrap();
    (folder, file, selection)
}

/// What is left, without a look at how it ends.
fn read_rest(source: &mut SourceFile) -> Result<Vec<u8>, Reason> {
    let mut content = Vec::new();
    let mut buffer = [0; 3];
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(content),
            bytes => content.extend_from_slice(&buffer[..bytes]),
        }
    }
}

fn read_all(source: &mut SourceFile) -> Result<Vec<u8>, Reason> {
    let content = read_rest(source)?;
    end_of(source, &content)?;
    Ok(content)
}

fn touch(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(1))
        .unwrap();
}

#[test]
fn a_file_is_read_to_its_end() {
    let (_folder, _, selection) = chosen(b"0123456789");
    let mut source = selection.open(1).unwrap();
    assert_eq!(read_all(&mut source).unwrap(), b"0123456789");
    assert_eq!(source.read(&mut [0; 3]).unwrap(), 0);
}

#[test]
fn an_empty_file_is_read_too() {
    let (_folder, _, selection) = chosen(b"");
    assert_eq!(read_all(&mut selection.open(1).unwrap()).unwrap(), b"");
}

#[test]
fn a_prefix_can_be_hashed_and_the_rest_read_or_all_of_it_again() {
    let (_folder, _, selection) = chosen(b"0123456789");
    let mut source = selection.open(1).unwrap();
    let mut hasher = blake3::Hasher::new();
    assert!(!source.skip_hashing(4, &mut hasher, &|| true).unwrap());
    assert!(source.skip_hashing(4, &mut hasher, &|| false).unwrap());
    assert_eq!(*hasher.finalize().as_bytes(), hash(b"0123").0);
    assert_eq!(read_rest(&mut source).unwrap(), b"456789");
    assert_eq!(end_of(&mut source, b"0123456789"), Ok(End::Whole));
    source.rewind().unwrap();
    assert_eq!(read_all(&mut source).unwrap(), b"0123456789");
    let too_far = source.skip_hashing(11, &mut hasher, &|| false);
    assert_eq!(reason(too_far), Reason::Other);
}

#[test]
fn a_file_that_vanished_or_is_another_now_is_told() {
    for size in [10, LARGE] {
        let (_folder, file, selection) = chosen(&vec![b'o'; size]);
        fs::write(&file, vec![b'n'; size + 1]).unwrap();
        assert_eq!(read_at_once(&selection).unwrap_err(), Reason::Changed);
        fs::write(&file, vec![b'o'; size - 1]).unwrap();
        assert_eq!(read_at_once(&selection).unwrap_err(), Reason::Changed);
        fs::remove_file(&file).unwrap();
        assert_eq!(reason(selection.open(1)), Reason::Vanished);
        fs::create_dir(&file).unwrap();
        assert!(read_at_once(&selection).is_err());
        // A folder that is being sent cannot be removed on Windows.
        #[cfg(unix)]
        fs::remove_dir_all(file.parent().unwrap()).unwrap();
        #[cfg(unix)]
        assert_eq!(reason(selection.open(1)), Reason::Vanished);
        assert!(selection.open(7).is_err());
    }
}

#[test]
fn a_file_that_became_empty_or_is_empty_no_more_is_told() {
    let (_folder, file, selection) = chosen(b"");
    fs::write(&file, "x").unwrap();
    assert_eq!(read_at_once(&selection).unwrap_err(), Reason::Changed);
    let (_folder, file, selection) = chosen(b"x");
    fs::write(&file, "").unwrap();
    assert_eq!(read_at_once(&selection).unwrap_err(), Reason::Changed);
}

/// Reads a little, lets something happen to the file, then reads on.
fn read_around(selection: &Selection, happens: impl FnOnce()) -> Result<(Vec<u8>, End), Reason> {
    let mut source = selection.open(1)?;
    let mut content = vec![0; 5];
    assert_eq!(source.read(&mut content).unwrap(), 5);
    happens();
    content.extend(read_rest(&mut source)?);
    let end = end_of(&mut source, &content)?;
    Ok((content, end))
}

#[test]
fn a_file_that_shrinks_or_is_rewritten_while_being_read_is_told() {
    for size in [10, LARGE] {
        let (_folder, file, selection) = chosen(&vec![7; size]);
        let writer = || fs::File::options().write(true).open(&file).unwrap();
        let happens: [&dyn Fn(); 4] = [
            &|| writer().set_len(6).unwrap(),
            &|| touch(&file),
            &|| {
                writer().write_all(b"new").unwrap();
                touch(&file);
            },
            &|| fs::write(&file, vec![8; size + 9]).unwrap(),
        ];
        for happens in happens {
            fs::write(&file, vec![7; size]).unwrap();
            let read = read_around(&selection, happens);
            assert_eq!(read.unwrap_err(), Reason::Changed);
        }
    }
}

fn append(file: &Path) {
    let mut file = fs::File::options().append(true).open(file).unwrap();
    file.write_all(b"another line").unwrap();
}

#[test]
fn a_file_that_grows_gives_what_it_had_when_it_was_chosen() {
    for size in [10, LARGE] {
        let old: Vec<u8> = (0..=250).cycle().take(size).collect();
        let (_folder, file, selection) = chosen(&old);
        // While it is read,
        let read = read_around(&selection, || append(&file)).unwrap();
        assert!(read == (old.clone(), End::Grew));
        // between being chosen and being read, and both.
        let read = read_around(&selection, || {}).unwrap();
        assert!(read == (old.clone(), End::Grew));
        let read = read_around(&selection, || append(&file)).unwrap();
        assert!(read == (old, End::Grew));
    }
}

#[test]
fn a_second_reading_can_be_cancelled() {
    let (_folder, file, selection) = chosen(b"0123456789");
    let mut source = selection.open(1).unwrap();
    let content = read_rest(&mut source).unwrap();
    append(&file);
    let hash = blake3::hash(&content);
    assert_eq!(source.end(Some(&hash), &|| true).unwrap(), None);
    assert_eq!(source.end(Some(&hash), &|| false).unwrap(), Some(End::Grew));
}

/// As the logs beside what was just built.
#[test]
fn what_grows_among_very_many_new_files_gives_what_it_had_when_it_was_chosen() {
    let folder = folder();
    let inner = folder.path().join("f");
    fs::create_dir(&inner).unwrap();
    let an_hour_ago = SystemTime::now() - Duration::from_hours(1);
    for number in 0..1100 {
        let file = fs::File::create(inner.join(format!("m{number}"))).unwrap();
        (&file).write_all(b"built").unwrap();
        file.set_modified(an_hour_ago).unwrap();
    }
    let logs = ["a", "z"].map(|name| inner.join(name));
    for log in &logs {
        fs::write(log, "0123456789").unwrap();
    }
    let selection = Selection::gather(&[inner], &|| false).unwrap();
    for log in &logs {
        append(log);
        let mut entries = 0..selection.entries();
        let index = entries.find(|index| selection.path(*index).as_ref() == Some(log));
        let mut source = selection.open(index.unwrap()).unwrap();
        let content = read_rest(&mut source).unwrap();
        assert_eq!(content, b"0123456789");
        assert_eq!(end_of(&mut source, &content), Ok(End::Grew));
    }
}

/// As logs do that nobody wrote to for long: how they began is not known then.
#[test]
fn an_old_file_that_is_longer_when_its_turn_comes_is_told() {
    let (_folder, file, selection) = {
        let folder = folder();
        let inner = folder.path().join("f");
        fs::create_dir(&inner).unwrap();
        let file = inner.join("a");
        fs::write(&file, "0123456789").unwrap();
        touch(&file);
        let selection = Selection::gather(&[inner], &|| false).unwrap();
        (folder, file, selection)
    };
    append(&file);
    assert_eq!(read_at_once(&selection).unwrap_err(), Reason::Changed);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_claims_to_be_empty_is_read_when_it_is_chosen() {
    use std::os::unix::fs::symlink;
    let path = PathBuf::from("/proc/self/limits");
    let content = fs::read(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    let folder = folder();
    symlink(&path, folder.path().join("link")).unwrap();
    for chosen in [path.clone(), folder.path().join("link")] {
        let selection = Selection::gather(&[chosen], &|| false).unwrap();
        assert_eq!(selection.bytes(), content.len() as u64);
        let entry = selection.entry(0).unwrap();
        assert_eq!(entry.size, content.len() as u64);
        let mut source = selection.open(0).unwrap();
        assert!(read_all(&mut source).unwrap() == content);
        source.rewind().unwrap();
        let mut hasher = blake3::Hasher::new();
        assert!(source.skip_hashing(4, &mut hasher, &|| false).unwrap());
        assert!(read_rest(&mut source).unwrap() == content[4..]);
    }
    // And in a folder.
    let random = PathBuf::from("/proc/sys/kernel/random");
    let boot_id = fs::read(random.join("boot_id")).unwrap();
    let selection = Selection::gather(&[random], &|| false).unwrap();
    let entries = (0..selection.entries()).map(|index| selection.entry(index).unwrap());
    let found = entries.filter(|entry| entry.path.last().unwrap() == "boot_id");
    let found: Vec<_> = found.map(|entry| entry.index).collect();
    let mut source = selection.open(found[0]).unwrap();
    assert!(read_all(&mut source).unwrap() == boot_id);
}

#[test]
fn a_small_file_that_was_read_in_one_go_may_change_afterwards() {
    let (_folder, file, selection) = chosen(b"0123456789");
    let mut source = selection.open(1).unwrap();
    let mut content = [0; 20];
    assert_eq!(source.read(&mut content).unwrap(), 10);
    assert_eq!(&content[..10], b"0123456789");
    fs::write(&file, "something else").unwrap();
    assert_eq!(source.read(&mut content).unwrap(), 0);
    // Read anew it is another.
    source.rewind().unwrap();
    assert_eq!(reason(source.read(&mut content)), Reason::Changed);
}

#[test]
fn a_file_that_was_rewritten_in_the_same_length_before_its_turn_is_sent_as_it_is_now() {
    for size in [10, LARGE] {
        let (_folder, file, selection) = chosen(&vec![b'o'; size]);
        let new = vec![b'n'; size];
        fs::write(&file, &new).unwrap();
        touch(&file);
        assert!(read_at_once(&selection).unwrap() == new);
        assert!(read_all(&mut selection.open(1).unwrap()).unwrap() == new);
    }
}

/// On Windows a folder that is being sent stays.
#[cfg(unix)]
#[test]
fn a_folder_that_was_made_anew_on_the_way_is_sent_as_it_is_now() {
    let folder = folder();
    let sub = folder.path().join("f/sub");
    let fill = || {
        fs::create_dir_all(&sub).unwrap();
        for name in ["a", "b"] {
            fs::write(sub.join(name), "0123456789").unwrap();
        }
    };
    fill();
    let selection = Selection::gather(&[folder.path().join("f")], &|| false).unwrap();
    assert!(read_all(&mut selection.open(2).unwrap()).is_ok());
    fs::remove_dir_all(&sub).unwrap();
    fill();
    let content = read_all(&mut selection.open(3).unwrap()).unwrap();
    assert_eq!(content, b"0123456789");
}

#[cfg(unix)]
#[test]
fn a_link_that_took_the_place_of_a_file_is_not_followed() {
    use std::os::unix::fs::symlink;
    let (folder, file, selection) = chosen(b"0123456789");
    let secret = folder.path().join("secret");
    fs::write(&secret, "abcdefghij").unwrap();
    fs::remove_file(&file).unwrap();
    symlink(&secret, &file).unwrap();
    assert_eq!(reason(selection.open(1)), Reason::Changed);
}

#[cfg(unix)]
#[test]
fn a_folder_that_became_a_link_leads_nowhere_else() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    for inner in ["f/sub", "elsewhere"] {
        fs::create_dir_all(folder.path().join(inner)).unwrap();
        fs::write(folder.path().join(inner).join("a"), inner).unwrap();
    }
    fs::write(folder.path().join("elsewhere/a"), "f/SUB").unwrap();
    let selection = Selection::gather(&[folder.path().join("f")], &|| false).unwrap();
    fs::remove_dir_all(folder.path().join("f/sub")).unwrap();
    symlink(folder.path().join("elsewhere"), folder.path().join("f/sub")).unwrap();
    assert!(selection.open(2).is_err());
}

#[cfg(unix)]
#[test]
fn a_pipe_that_took_the_place_of_a_file_keeps_nobody_waiting() {
    let (_folder, file, selection) = chosen(b"");
    fs::remove_file(&file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&file).status();
    assert!(made.unwrap().success());
    assert_eq!(read_at_once(&selection).unwrap_err(), Reason::Changed);
}
