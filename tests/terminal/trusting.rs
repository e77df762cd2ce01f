//! Whom a computer sends to and takes from when there is nobody to ask.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};

use crate::cli::{Ended, Running, file_of, program};
use crate::common::folder::names_in;
use crate::common::guard::accept;
use crate::device::Device;

/// A receiver as the tutorial has it: it greets and takes bytes.
fn classic_receiver() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Everything that a sender sends to a classic receiver.
fn bytes_taken(listener: &TcpListener) -> Vec<u8> {
    let mut stream = accept(listener);
    stream.write_all(b"hello\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok();
    bytes
}

/// Fails unless a sender without a terminal was told which word was missing.
#[track_caller]
fn names_trust(ended: Ended, receiver: &Device) {
    ended
        .with_code(1)
        .saying("so nothing was sent")
        .saying(&format!("--trust {}", receiver.fingerprint()));
}

#[test]
fn identity_prints_the_fingerprint_alone_and_says_the_name_to_people() {
    let (one, other) = (Device::new(), Device::new());
    let identity = Running::start(program().args(["identity", "--config", &one.config()]));
    let identity = identity.finish().with_code(0);
    let fingerprint = identity.stdout.strip_suffix('\n').unwrap();
    let is_digit = |character: char| character.is_ascii_hexdigit();
    assert!(fingerprint.chars().all(is_digit), "{identity:#?}");
    let (_, name) = identity.stderr.split_once('“').unwrap();
    let (name, _) = name.split_once('”').unwrap();
    let mut receiver = other.receives(&[]);
    let (_folder, file) = file_of(18);
    one.sends_to(&other, receiver.port, &[&file])
        .finish()
        .with_code(1)
        .saying("The receiver declined.");
    let line = receiver.process.wait_for(&format!("“{name}” (127.0.0.1)"));
    let trust = format!("--trust {fingerprint}");
    assert!(line.ends_with(&trust), "{line}");
}

#[test]
fn a_key_stays_the_same_and_is_another_for_each_folder() {
    let (one, other) = (Device::new(), Device::new());
    assert_eq!(one.fingerprint(), one.fingerprint());
    assert_ne!(one.fingerprint(), other.fingerprint());
    let by_variable = Running::start(
        program()
            .arg("identity")
            .env("ONEHOP_CONFIG_DIR", one.config()),
    );
    let identity = by_variable.finish().with_code(0).stdout;
    assert!(identity.starts_with(&one.fingerprint()), "{identity}");
}

#[test]
fn without_a_terminal_nothing_is_sent_to_a_receiver_that_is_not_named() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &[]);
    let (_folder, file) = file_of(18);
    let sender = one.sends(receiver.port, &[], &[&file]).finish();
    names_trust(sender, &other);
    assert!(receiver.names().is_empty());
}

#[test]
fn a_receiver_that_is_not_the_named_one_gets_nothing() {
    let (one, other, third) = (Device::new(), Device::new(), Device::new());
    let receiver = other.receives_from(&one, &[]);
    let (_folder, file) = file_of(18);
    let sender = one.sends_to(&third, receiver.port, &[&file]).finish();
    assert!(sender.stderr.contains("This isn't the "), "{sender:#?}");
    names_trust(sender, &other);
    assert!(receiver.names().is_empty());
}

#[test]
fn another_key_at_a_known_address_is_refused() {
    let (one, other, third) = (Device::new(), Device::new(), Device::new());
    let (_folder, file) = file_of(18);
    let receiver = other.receives_from(&one, &["--once"]);
    let port = receiver.port;
    one.sends_to(&other, port, &[&file]).finish().with_code(0);
    receiver.finish().0.with_code(0);

    let port_text = port.to_string();
    let impostor = third.receives_from(&one, &["--port", &port_text]);
    assert_eq!(impostor.port, port);
    let sender = one.sends(port, &[], &[&file]).finish();
    assert!(sender.stderr.contains("This isn't the "), "{sender:#?}");
    names_trust(sender, &third);
    assert!(impostor.names().is_empty());
    one.sends_to(&third, port, &[&file]).finish().with_code(0);
}

#[test]
fn yes_does_not_replace_the_code() {
    let (one, other) = (Device::new(), Device::new());
    let mut receiver = other.receives(&["--yes"]);
    let (_folder, file) = file_of(18);
    one.sends_to(&other, receiver.port, &[&file])
        .finish()
        .with_code(1)
        .saying("The receiver declined.");
    let line = receiver.process.wait_for("Declined");
    let trust = format!("--trust {}", one.fingerprint());
    assert!(line.ends_with(&trust), "{line}");
    assert!(receiver.names().is_empty());
}

#[test]
fn a_receiver_says_that_it_is_busy_to_who_has_to_wait_and_to_nobody_else() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &[]);
    let (_folder, file) = file_of(18);
    // Gives up whenever the code is out, so that there are longer and longer pauses.
    let mut tries = (0..10).map(|_| one.sends(receiver.port, &[], &[&file]).finish());
    let busy = tries.find(|ended| ended.stderr.contains("The receiver is busy."));
    let busy = busy.unwrap().with_code(1);
    assert!(!busy.stderr.contains("Details:"), "{busy:#?}");
    let stranger = Device::new();
    let declined = stranger.sends_to(&other, receiver.port, &[&file]).finish();
    declined.with_code(1).saying("The receiver declined.");
    one.sends_to(&other, receiver.port, &[&file])
        .finish()
        .with_code(0);
}

#[test]
fn a_named_sender_needs_a_yes_all_the_same() {
    let (one, other) = (Device::new(), Device::new());
    let mut receiver = other.receives(&["--trust", &one.fingerprint()]);
    let (_folder, file) = file_of(18);
    one.sends_to(&other, receiver.port, &[&file])
        .finish()
        .with_code(1);
    receiver
        .process
        .wait_for("Use --yes to save without asking");
    assert!(receiver.names().is_empty());
}

#[test]
fn remembered_computers_need_no_words_the_next_time() {
    let (one, other) = (Device::new(), Device::new());
    let (_folder, file) = file_of(18);
    let receiver = other.receives_from(&one, &["--once", "--remember"]);
    let words = ["--remember", "--trust", &other.fingerprint()];
    one.sends(receiver.port, &words, &[&file])
        .finish()
        .with_code(0);
    receiver.finish().0.with_code(0);

    let receiver = other.receives(&["--once", "--yes"]);
    one.sends(receiver.port, &[], &[&file])
        .finish()
        .with_code(0)
        .saying("a computer that you remember");
    receiver.finish().0.with_code(0);
}

#[test]
fn a_forgotten_computer_is_unknown_again() {
    let (one, other) = (Device::new(), Device::new());
    let (_folder, file) = file_of(18);
    let receiver = other.receives_from(&one, &[]);
    let words = ["--remember", "--trust", &other.fingerprint()];
    one.sends(receiver.port, &words, &[&file])
        .finish()
        .with_code(0);
    assert!(one.run(&["devices"]).starts_with(&other.fingerprint()));
    one.run(&["devices", "forget", &other.fingerprint()]);
    assert_eq!(one.run(&["devices"]), "");
    names_trust(one.sends(receiver.port, &[], &[&file]).finish(), &other);
}

#[test]
fn without_a_terminal_a_classic_receiver_gets_nothing_unless_that_is_allowed() {
    let one = Device::new();
    let (listener, port) = classic_receiver();
    let (_folder, file) = file_of(18);
    let sender = one.sends(port, &[], &[&file]);
    assert_eq!(bytes_taken(&listener), b"");
    sender
        .finish()
        .with_code(1)
        .saying("so nothing was sent")
        .saying("--classic");

    let sender = one.sends(port, &["--classic"], &[&file]);
    assert_eq!(bytes_taken(&listener), fs::read(&file).unwrap());
    sender
        .finish()
        .with_code(0)
        .saying("Delivered sample.txt")
        .saying("not encrypted, not verified");
}

#[test]
fn a_classic_receiver_gets_nothing_where_not_all_that_was_chosen_can_be_sent() {
    let one = Device::new();
    let (folder, file) = file_of(18);
    let missing = folder.path().join("mistyped.txt");
    let (listener, port) = classic_receiver();
    let sender = one.sends(port, &["--classic"], &[&missing, &file]);
    assert_eq!(bytes_taken(&listener), b"");
    sender
        .finish()
        .with_code(1)
        .saying("Not sent: mistyped.txt: there is no such file or folder");
}

#[cfg(unix)]
#[test]
fn a_pipe_beside_a_file_is_named_to_who_sends_to_a_classic_receiver() {
    let one = Device::new();
    let (folder, file) = file_of(18);
    let pipe = folder.path().join("pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    let (listener, port) = classic_receiver();
    let sender = one.sends(port, &["--classic"], &[&file, &pipe]);
    assert_eq!(bytes_taken(&listener), b"");
    sender
        .finish()
        .with_code(1)
        .saying("Not sent: pipe: neither a file nor a folder");
}

/// Two computers between which a file has crossed, so that `one` knows where the other one was.
fn acquainted(remembering: bool) -> (Device, Device) {
    let (one, other) = (Device::new(), Device::new());
    let (_folder, file) = file_of(18);
    let receiver = other.receives_from(&one, &["--once"]);
    let fingerprint = other.fingerprint();
    let mut words = vec!["--trust", fingerprint.as_str()];
    words.extend(remembering.then_some("--remember"));
    one.sends(receiver.port, &words, &[&file])
        .finish()
        .with_code(0);
    receiver.finish().0.with_code(0);
    (one, other)
}

#[test]
fn nothing_crosses_unencrypted_where_an_onehop_was_not_even_with_the_word_for_classic() {
    let (_folder, file) = file_of(18);
    for remembering in [true, false] {
        let (one, other) = acquainted(remembering);
        for words in [&[][..], &["--classic"]] {
            let (listener, port) = classic_receiver();
            let sender = one.sends(port, words, &[&file]);
            assert_eq!(bytes_taken(&listener), b"");
            let ended = sender
                .finish()
                .with_code(1)
                .saying("there was a Onehop at this address before")
                .saying("Nothing was sent.")
                .saying(&format!("devices forget {}", other.fingerprint()));
            assert!(!ended.stderr.contains("--classic"), "{ended:#?}");
        }
    }
}

#[test]
fn nothing_crosses_unencrypted_where_a_remembered_onehop_called_from() {
    let (one, other) = acquainted(true);
    // As if it had never been sent to: only its name is known, and where it called from.
    let path = std::path::Path::new(&one.config()).join("devices.toml");
    let text = fs::read_to_string(&path).unwrap();
    let (text, _) = text.split_once("[[seen]]").unwrap();
    fs::write(&path, text).unwrap();
    let (_folder, file) = file_of(18);
    let receiver = one.receives(&["--once", "--yes"]);
    other
        .sends_to(&one, receiver.port, &[&file])
        .finish()
        .with_code(0);
    receiver.finish().0.with_code(0);

    // Also if whoever stands there now has called first.
    let receiver = one.receives(&["--once", "--yes"]);
    let mut classic = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, receiver.port)).unwrap();
    classic.write_all(b"hello").unwrap();
    drop(classic);
    receiver.finish();
    let (listener, port) = classic_receiver();
    let sender = one.sends(port, &["--classic"], &[&file]);
    assert_eq!(bytes_taken(&listener), b"");
    sender
        .finish()
        .with_code(1)
        .saying("there was a Onehop at this address before");
}

#[test]
fn the_word_for_classic_is_not_enough_where_the_known_devices_cannot_be_read() {
    let (one, _other) = acquainted(true);
    let path = std::path::Path::new(&one.config()).join("devices.toml");
    let (_folder, file) = file_of(18);
    for (words, taken, code) in [
        ("--classic", 0, 1),
        ("--unencrypted-to-known-device", 18, 0),
    ] {
        fs::write(&path, "no list").unwrap();
        let (listener, port) = classic_receiver();
        let sender = one.sends(port, &[words], &[&file]);
        assert_eq!(bytes_taken(&listener).len(), taken);
        let ended = sender.finish().with_code(code);
        if taken == 0 {
            ended
                .saying("the list of known computers could not be read")
                .saying("--unencrypted-to-known-device");
        }
    }
}

#[test]
fn nothing_crosses_unencrypted_to_a_device_that_is_named() {
    let (one, other) = (Device::new(), Device::new());
    let (_folder, file) = file_of(18);
    let (listener, port) = classic_receiver();
    let words = ["--classic", "--trust", &other.fingerprint()];
    let sender = one.sends(port, &words, &[&file]);
    assert_eq!(bytes_taken(&listener), b"");
    sender.finish().with_code(1).saying("leave out --trust");
}

#[test]
fn several_files_are_not_advised_to_go_one_by_one_where_an_onehop_was() {
    let (one, _other) = acquainted(true);
    let ((_first, first), (_second, second)) = (file_of(18), file_of(19));
    let (listener, port) = classic_receiver();
    let sender = one.sends(port, &[], &[&first, &second]);
    assert_eq!(bytes_taken(&listener), b"");
    sender
        .finish()
        .with_code(1)
        .saying("there was a Onehop at this address before");
}

#[test]
fn the_risk_can_be_taken_by_its_name_and_that_is_not_remembered() {
    let (one, _other) = acquainted(true);
    let (_folder, file) = file_of(18);
    for _ in 0..2 {
        let (listener, port) = classic_receiver();
        let sender = one.sends(port, &[], &[&file]);
        assert_eq!(bytes_taken(&listener), b"");
        sender
            .finish()
            .with_code(1)
            .saying("--unencrypted-to-known-device");

        let (listener, port) = classic_receiver();
        let sender = one.sends(port, &["--unencrypted-to-known-device"], &[&file]);
        assert_eq!(bytes_taken(&listener), fs::read(&file).unwrap());
        sender
            .finish()
            .with_code(0)
            .saying("not encrypted, not verified");
    }
}

#[test]
fn a_host_whose_onehop_is_forgotten_is_classic_again() {
    for remembering in [true, false] {
        let (one, other) = acquainted(remembering);
        let (_folder, file) = file_of(18);
        one.run(&["devices", "forget", &other.fingerprint()]);
        let (listener, port) = classic_receiver();
        let sender = one.sends(port, &["--classic"], &[&file]);
        assert_eq!(bytes_taken(&listener), fs::read(&file).unwrap());
        sender.finish().with_code(0);
    }
}

/// As a Onehop did that is busy, before it said so in a line that a sender knows.
fn busy_receiver_of_an_older_version() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::Builder::new()
        .name("busy receiver".to_owned())
        .spawn(move || {
            let mut peer = accept(&listener);
            peer.write_all(b"Busy with other transfers, please try again later.\n")
                .unwrap();
            std::thread::sleep(std::time::Duration::from_secs(1));
        })
        .unwrap();
    port
}

#[test]
fn a_known_receiver_that_closes_without_taking_anything_is_no_impostor() {
    let (one, _other) = acquainted(true);
    let (_folder, file) = file_of(18);
    for words in [&[][..], &["--classic"]] {
        let port = busy_receiver_of_an_older_version();
        let ended = one
            .sends(port, words, &[&file])
            .finish()
            .with_code(1)
            .saying("Busy with other transfers")
            .saying("try again later");
        for accusation in ["Somebody may", "--classic", "unencrypted"] {
            assert!(!ended.stderr.contains(accusation), "{ended:#?}");
        }
    }
}

#[test]
fn a_key_that_others_may_have_read_is_not_used() {
    let one = Device::new();
    one.fingerprint();
    let folder = one.config();
    for name in names_in(folder.as_ref()) {
        expose(&std::path::Path::new(&folder).join(name));
    }
    if cfg!(unix) {
        Running::start(program().args(["identity", "--config", &folder]))
            .finish()
            .with_code(1)
            .saying("Others may have read this computer's key.");
    }
}

#[cfg(unix)]
#[test]
fn a_list_of_devices_that_others_may_have_changed_is_not_believed() {
    let (one, other) = (Device::new(), Device::new());
    let folder = one.config();
    one.fingerprint();
    let path = std::path::Path::new(&folder).join("devices.toml");
    let fingerprint = other.fingerprint();
    let text = format!("[[device]]\nname = \"planted\"\nfingerprint = \"{fingerprint}\"\n");
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o666);
    let list = || Running::start(program().args(["devices", "--config", &folder]));
    let listed = list()
        .finish()
        .saying("Others may have changed the list of known computers.");
    assert!(!listed.stdout.contains("planted"));
    set_mode(&path, 0o644);
    assert!(list().finish().stdout.contains("planted"));
}

#[cfg(unix)]
fn expose(path: &std::path::Path) {
    set_mode(path, 0o644);
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn expose(_: &std::path::Path) {}
