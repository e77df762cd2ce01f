#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::Write as _;

use tempfile::TempDir;

use super::*;

/// So long may something take that has to happen. It is no measurement.
const GUARD: Duration = Duration::from_secs(30);
/// Long enough to try more than once, short enough to wait for it in vain.
const SHORT: Duration = Duration::from_millis(300);

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn first(folder: &Path) -> Instance {
    match enter(Some(folder), &[]) {
        Entry::First(instance) => instance,
        other => panic!("{other:?}"),
    }
}

fn files(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(PathBuf::from).collect()
}

fn hand_over(folder: &Path, names: &[&str]) {
    let entry = enter_within(folder, &files(names), GUARD);
    assert!(matches!(entry, Entry::HandedOver), "{entry:?}");
}

fn next_call(instance: &Instance) -> Vec<PathBuf> {
    instance.calls.recv_timeout(GUARD).unwrap().into_files()
}

#[test]
fn a_second_start_hands_its_files_to_the_first() {
    let folder = folder();
    let instance = first(folder.path());
    hand_over(folder.path(), &["/some/photo.jpg", "/a folder"]);
    hand_over(folder.path(), &[]);
    assert_eq!(
        next_call(&instance),
        files(&["/some/photo.jpg", "/a folder"])
    );
    assert_eq!(next_call(&instance), files(&[]));
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_is_handed_over_as_it_is() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = folder();
    let instance = first(folder.path());
    let odd = vec![PathBuf::from(OsStr::from_bytes(b"/tmp/\xFF\n\"odd"))];
    let entry = enter_within(folder.path(), &odd, GUARD);
    assert!(matches!(entry, Entry::HandedOver), "{entry:?}");
    assert_eq!(next_call(&instance), odd);
}

#[test]
fn the_longest_command_line_is_handed_over() {
    let folder = folder();
    let instance = first(folder.path());
    // 2 MiB on Linux, 32 KiB on Windows.
    let count = if cfg!(windows) { 320 } else { 20_000 };
    let many: Vec<PathBuf> = (0..count)
        .map(|number| PathBuf::from(format!("/{number:0>100}")))
        .collect();
    let entry = enter_within(folder.path(), &many, GUARD);
    assert!(matches!(entry, Entry::HandedOver), "{entry:?}");
    assert_eq!(next_call(&instance), many);
}

#[test]
fn each_folder_of_settings_has_a_window_of_its_own() {
    let (one, other) = (folder(), folder());
    let _one = first(one.path());
    let other_window = first(other.path());
    hand_over(other.path(), &["/only for the other"]);
    assert_eq!(next_call(&other_window).len(), 1);
}

#[test]
fn a_folder_with_a_long_path_has_one_window_too() {
    let folder = folder();
    let deep = folder.path().join("a".repeat(120)).join("b".repeat(120));
    let instance = first(&deep);
    hand_over(&deep, &["/x"]);
    assert_eq!(next_call(&instance), files(&["/x"]));
}

#[test]
fn the_window_is_woken_by_a_call() {
    struct Flag(mpsc::Sender<()>);
    impl std::task::Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.send(()).unwrap();
        }
    }
    let folder = folder();
    let instance = first(folder.path());
    let (sender, woken) = mpsc::channel();
    instance.wake(Waker::from(Arc::new(Flag(sender))));
    hand_over(folder.path(), &[]);
    woken.recv_timeout(GUARD).unwrap();
}

#[test]
fn after_the_window_is_gone_the_next_start_is_first() {
    let folder = folder();
    drop(first(folder.path()));
    drop(first(folder.path()));
}

#[test]
fn a_start_while_the_window_is_closing_waits_and_is_first() {
    let folder = folder();
    let instance = first(folder.path());
    instance.close();
    let path = folder.path().to_owned();
    let start = thread::Builder::new()
        .name("second start".to_owned())
        .spawn(move || enter_within(&path, &files(&["/x"]), GUARD))
        .unwrap();
    thread::sleep(SHORT);
    assert!(
        !start.is_finished(),
        "nobody may answer at a closed endpoint"
    );
    drop(instance);
    let entry = start.join().unwrap();
    assert!(matches!(entry, Entry::First(_)), "{entry:?}");
}

#[test]
fn a_window_that_never_answers_keeps_nobody_waiting_for_long() {
    let folder = folder();
    let lock = crate::config::try_lock(&folder.path().join(LOCK_NAME)).unwrap();
    assert!(lock.is_some());
    // Callers get through to it, and nobody ever looks.
    let _door = endpoint::Endpoint::open(folder.path()).unwrap();
    let entry = enter_within(folder.path(), &[], SHORT);
    assert!(matches!(entry, Entry::Alone), "{entry:?}");
}

#[test]
fn what_a_crash_left_behind_is_in_nobodys_way() {
    let folder = folder();
    // An endpoint with nobody behind it, and no lock: as after a power cut.
    drop(endpoint::Endpoint::open(folder.path()).unwrap());
    let instance = first(folder.path());
    hand_over(folder.path(), &["/x"]);
    assert_eq!(next_call(&instance), files(&["/x"]));
}

#[test]
fn a_folder_that_cannot_be_written_to_keeps_no_window_from_opening() {
    let folder = folder();
    let in_the_way = folder.path().join("onehop");
    std::fs::write(&in_the_way, "").unwrap();
    let entry = enter(Some(&in_the_way), &[]);
    assert!(matches!(entry, Entry::Alone), "{entry:?}");
    assert!(matches!(enter(None, &[]), Entry::Alone));
}

#[cfg(unix)]
#[test]
fn callers_that_talk_nonsense_or_say_nothing_do_not_shut_others_out() {
    use std::os::unix::net::UnixStream;

    let folder = folder();
    let instance = first(folder.path());
    hand_over(folder.path(), &[]);
    let wake = || UnixStream::connect(folder.path().join("window.sock")).unwrap();
    let silent = [wake(), wake()];
    for nonsense in [
        &b"{}"[..],
        b"[[[[",
        b"\xFF\0",
        b"{\"files\":[{\"Unix\":7}]}",
    ] {
        wake().write_all(nonsense).unwrap();
    }
    hand_over(folder.path(), &["/x"]);
    drop(silent);
    next_call(&instance);
    assert_eq!(next_call(&instance), files(&["/x"]));
}

#[cfg(unix)]
#[test]
fn nobody_but_the_owner_can_connect() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder();
    let _instance = first(folder.path());
    hand_over(folder.path(), &[]);
    for name in ["window.sock", "window.lock"] {
        let metadata = std::fs::metadata(folder.path().join(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

/// The endpoint that Windows has, with one caller. Returns what the window heard.
fn at_loopback(folder: &Path, speak: impl FnOnce() -> io::Result<()>) -> io::Result<Handoff> {
    let endpoint = loopback::Endpoint::open(folder).unwrap();
    thread::scope(|scope| {
        let window = thread::Builder::new()
            .name("window".to_owned())
            .spawn_scoped(scope, move || {
                let deadline = Instant::now() + GUARD;
                let mut caller = handoff::Timed::until(endpoint.accept()?, deadline);
                endpoint.admit(&mut caller)?;
                let call = handoff::read(&mut caller)?;
                handoff::confirm(&mut caller)?;
                Ok(call)
            })
            .unwrap();
        let spoken = speak();
        let heard = window.join().unwrap();
        assert_eq!(spoken.is_ok(), heard.is_ok(), "{spoken:?} {heard:?}");
        heard
    })
}

#[test]
fn by_the_loopback_interface_files_are_handed_over_too() {
    let folder = folder();
    let call = Handoff::with(&files(&["/some/photo.jpg"]));
    let heard = at_loopback(folder.path(), || {
        loopback::call(folder.path(), &call, Instant::now() + GUARD)
    });
    assert_eq!(heard.unwrap(), call);
}

#[test]
fn a_knock_at_the_loopback_interface_ends_the_wait_for_a_caller() {
    let folder = folder();
    let endpoint = loopback::Endpoint::open(folder.path()).unwrap();
    loopback::wake(folder.path()).unwrap();
    endpoint.accept().unwrap();
    loopback::remove(folder.path());
    assert!(loopback::wake(folder.path()).is_err());
}

#[test]
fn a_caller_without_the_secret_is_not_heard() {
    let folder = folder();
    let heard = at_loopback(folder.path(), || {
        let path = folder.path().join("window.toml");
        let credentials = std::fs::read_to_string(&path).unwrap();
        let lines = credentials
            .lines()
            .map(|line| match line.strip_prefix("caller") {
                Some(_) => format!("caller = {:?}", [7; 32]),
                None => line.to_owned(),
            });
        let forged = lines.collect::<Vec<_>>().join("\n");
        std::fs::write(&path, forged).unwrap();
        loopback::call(folder.path(), &Handoff::default(), Instant::now() + GUARD)
    });
    assert_eq!(heard.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
}

#[test]
fn a_stranger_at_the_windows_port_learns_no_files() {
    use std::io::Read as _;

    let folder = folder();
    drop(loopback::Endpoint::open(folder.path()).unwrap());
    let path = folder.path().join("window.toml");
    let credentials = std::fs::read_to_string(&path).unwrap();
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = stranger.local_addr().unwrap().port();
    let lines = credentials
        .lines()
        .map(|line| match line.strip_prefix("port") {
            Some(_) => format!("port = {port}"),
            None => line.to_owned(),
        });
    std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let listening = thread::Builder::new()
        .name("stranger".to_owned())
        .spawn(move || {
            let (mut caller, _) = stranger.accept().unwrap();
            caller.write_all(&[0; 32]).unwrap();
            let mut heard = Vec::new();
            // The caller may leave by a reset, since it was told something it never read.
            caller.read_to_end(&mut heard).ok();
            heard
        })
        .unwrap();
    let call = Handoff::with(&files(&["/secret plans.txt"]));
    let error = loopback::call(folder.path(), &call, Instant::now() + GUARD).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    let heard = listening.join().unwrap();
    assert!(heard.len() <= 32, "{}", String::from_utf8_lossy(&heard));
}
