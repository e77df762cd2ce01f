//! Two computers that meet for the first time, each with a person at its terminal.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use crate::cli::{Ended, Running, file_of};
use crate::common::folder::names_in;
use crate::common::guard::accept;
use crate::device::Device;
use crate::person::{Receiver, Terminal};

const SAME: &str = "Does the other screen show the same code? [y/N] ";
const REMEMBER: &str = "Remember this device? [y/N] ";
const SAVE: &str = "do you want to save this? [y/N] ";

fn receives(person: Terminal, device: &Device, options: &[&str]) -> Receiver {
    person.receives(&[&["--config", &device.config()], options].concat())
}

fn sends(person: Terminal, device: &Device, port: u16, file: &Path, options: &[&str]) -> Running {
    let (port, config) = (port.to_string(), device.config());
    let file = file.display().to_string();
    let send = ["send", "--port", &port, "--config", &config];
    person.runs(&[&send, options, &["127.0.0.1", &file]].concat())
}

/// The six digits that stood on a terminal.
fn code(screen: &str) -> &str {
    let (_, rest) = screen.split_once("Code: ").unwrap();
    rest.get(..7).unwrap()
}

#[test]
fn both_screens_show_the_same_code_and_two_yeses_save_the_file() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("y\\n")
        .expect(REMEMBER)
        .types("n\\n");
    let receiver = receives(receiver, &other, &["--once"]);
    let sender = Terminal::new()
        .expect(SAME)
        .types("y\\n")
        .expect(REMEMBER)
        .types("n\\n");
    let (_folder, file) = file_of(1_000_000);
    let sender = sends(sender, &one, receiver.port, &file, &[]);
    let sender = sender.finish().with_code(0).stdout;
    assert!(sender.contains("Delivered, verified"), "{sender}");
    let (screen, folder) = receiver.ends_with(0);
    assert_eq!(code(&sender), code(&screen));
    let question = format!("Does the sender's screen show {}, ", code(&sender));
    assert!(screen.contains(&question), "{screen}");
    let saved = fs::read(folder.path().join("sample.txt")).unwrap();
    assert!(saved == fs::read(file).unwrap(), "not the same content");
    assert_eq!(one.run(&["devices"]), "");
    assert_eq!(other.run(&["devices"]), "");
}

#[test]
fn who_remembers_each_other_is_not_asked_for_a_code_again() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let (_folder, file) = file_of(18);
    let yes_yes = |question| {
        Terminal::new()
            .expect(question)
            .types("y\\n")
            .expect(REMEMBER)
            .types("y\\n")
    };
    let receiver = receives(yes_yes(SAVE), &other, &["--once"]);
    let sender = sends(yes_yes(SAME), &one, receiver.port, &file, &[]);
    sender.finish().with_code(0);
    receiver.ends_with(0);
    assert!(one.run(&["devices"]).contains(&other.fingerprint()));

    let receiver = Terminal::new().expect("Save it? [y/N] ").types("y\\n");
    let receiver = receives(receiver, &other, &["--once"]);
    let sender = sends(Terminal::new(), &one, receiver.port, &file, &[]);
    let sender = sender.finish().with_code(0).stdout;
    assert!(!sender.contains("Code: "), "{sender}");
    let (screen, _folder) = receiver.ends_with(0);
    assert!(!screen.contains("Code: "), "{screen}");
}

#[test]
fn a_sender_that_sees_another_code_sends_nothing() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect("Code: ")
        .expect("The codes were not confirmed on the other side.")
        .types("\\x03");
    let receiver = receives(receiver, &other, &[]);
    let (_folder, file) = file_of(18);
    let sender = Terminal::new().expect(SAME).types("n\\n");
    let sender = sends(sender, &one, receiver.port, &file, &[]);
    let sender = sender.finish().with_code(1).stdout;
    assert!(sender.contains("Nothing was sent."), "{sender}");
    let (screen, folder) = receiver.ends_with(0);
    assert!(!screen.contains("sample.txt"), "{screen}");
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn a_first_contact_that_is_broken_off_under_its_code_is_told_with_a_warning() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect("Code: ")
        .expect("was broken off when its code was on the screen.")
        .types("\\x03");
    let receiver = receives(receiver, &other, &[]);
    let (_folder, file) = file_of(18);
    let sender = Terminal::new().expect(SAME).types("\\x03");
    let sender = sends(sender, &one, receiver.port, &file, &[]);
    sender.finish();
    let (screen, folder) = receiver.ends_with(0);
    let (_, told) = screen.split_once("A first contact from “").unwrap();
    assert!(told.contains("” (127.0.0.1) was broken off"), "{screen}");
    assert!(
        told.contains("somebody may be trying to guess a code"),
        "{screen}"
    );
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn a_script_that_can_ask_nobody_does_not_say_that_the_codes_differ() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect("Code: ")
        .expect("The other side cancelled the transfer.")
        .types("\\x03");
    let receiver = receives(receiver, &other, &[]);
    let (_folder, file) = file_of(18);
    let sender = one.sends(receiver.port, &[], &[&file]).finish();
    sender.with_code(1).saying("so nothing was sent");
    receiver.ends_with(0);
}

#[test]
fn the_receiver_may_say_no_while_the_sender_compares() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect("Code: ")
        .expect("Type n to decline: ")
        .types("y\\n")
        .expect("The sender has to confirm the code first.")
        .expect("Type n to decline: ")
        .types("n\\n")
        .expect("Declined")
        .types("\\x03");
    let receiver = receives(receiver, &other, &[]);
    let (_folder, file) = file_of(18);
    let sender = sends(
        Terminal::new().expect(SAME),
        &one,
        receiver.port,
        &file,
        &[],
    );
    let sender = sender.finish().with_code(1).stdout;
    assert!(sender.contains("The receiver declined."), "{sender}");
    let (screen, folder) = receiver.ends_with(0);
    assert!(
        !screen.contains("was broken off"),
        "a no is a word: {screen}"
    );
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn the_receiver_may_let_the_next_one_in_at_once() {
    const ALLOW: &str = "Let the next unknown computer show a code at once? [y/N] ";
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect(ALLOW)
        .types("y\\n")
        .expect(SAVE)
        .types("y\\n")
        .expect(REMEMBER)
        .types("n\\n");
    let mut receiver = receives(receiver, &other, &["--once"]);
    let (_folder, file) = file_of(18);
    let sender = Terminal::new().expect(SAME).types("\\x03");
    sends(sender, &one, receiver.port, &file, &[]).finish();
    // The line ends with the answer, long before the pause of two seconds does.
    receiver.process.wait_for_stdout(ALLOW);
    let sender = Terminal::new()
        .expect(SAME)
        .types("y\\n")
        .expect(REMEMBER)
        .types("n\\n");
    let sender = sends(sender, &one, receiver.port, &file, &[]);
    sender.finish().with_code(0);
    receiver.ends_with(0);
}

#[test]
fn a_no_by_mistake_is_asked_about_again_when_the_next_one_has_to_wait() {
    const ALLOW: &str = "Let the next unknown computer show a code at once? [y/N] ";
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    // Each time the pause is twice as long, so that somebody comes too soon in the end.
    let receiver = Terminal::new()
        .expect(ALLOW)
        .types("\\n")
        .expect("It can try again in a while.")
        .expect(ALLOW)
        .types("\\x03");
    let mut receiver = receives(receiver, &other, &[]);
    let (_folder, file) = file_of(18);
    // Nobody can compare the code there, so it gives up.
    one.sends(receiver.port, &[], &[&file]).finish();
    receiver.process.wait_for_stdout("show a code at once?");
    let mut tries = (0..10).map(|_| one.sends(receiver.port, &[], &[&file]).finish());
    let is_busy = |ended: &Ended| ended.stderr.contains("The receiver is busy.");
    assert!(tries.any(|ended| is_busy(&ended)));
    receiver.ends_with(0);
}

#[test]
fn a_receiver_that_sees_another_code_saves_nothing() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("n\\n")
        .expect("Declined")
        .types("\\x03");
    let receiver = receives(receiver, &other, &[]);
    let (_folder, file) = file_of(18);
    let sender = Terminal::new().expect(SAME).types("y\\n");
    let sender = sends(sender, &one, receiver.port, &file, &["--remember"]);
    let sender = sender.finish().with_code(1).stdout;
    assert!(sender.contains("The receiver declined."), "{sender}");
    let (_, folder) = receiver.ends_with(0);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn yes_does_not_replace_the_code_on_a_terminal_either() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("n\\n")
        .expect("Declined")
        .types("\\x03");
    let receiver = receives(receiver, &other, &["--yes"]);
    let (_folder, file) = file_of(18);
    let sender = one.sends_to(&other, receiver.port, &[&file]);
    sender.finish().with_code(1);
    let (_, folder) = receiver.ends_with(0);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn ctrl_c_at_the_code_ends_both_sides() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect("Code: ")
        .expect("The other side cancelled the transfer.")
        .types("\\x03");
    let receiver = receives(receiver, &other, &[]);
    let (_folder, file) = file_of(18);
    let sender = Terminal::new().expect(SAME).types("\\x03");
    let sender = sends(sender, &one, receiver.port, &file, &[]);
    sender.finish().with_code(1);
    let (_, folder) = receiver.ends_with(0);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn a_classic_receiver_gets_the_file_only_after_a_yes() {
    const ANYWAY: &str = "Not encrypted, not verified: send anyway? [y/N] ";
    if !Terminal::exists() {
        return;
    }
    for (answer, code, expected) in [("n\\n", 1, 0), ("y\\n", 0, 18)] {
        let one = Device::new();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (_folder, file) = file_of(18);
        let sender = Terminal::new().expect(ANYWAY).types(answer);
        let sender = sends(sender, &one, port, &file, &[]);
        let mut stream = accept(&listener);
        stream.write_all(b"hello\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok();
        drop(stream);
        assert_eq!(bytes.len(), expected);
        sender.finish().with_code(code);
    }
}

#[test]
fn a_different_computer_is_sent_to_only_after_a_yes_and_the_code() {
    if !Terminal::exists() {
        return;
    }
    let (one, other, third) = (Device::new(), Device::new(), Device::new());
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("y\\n")
        .expect(REMEMBER)
        .types("n\\n");
    let receiver = receives(receiver, &other, &["--once"]);
    let (_folder, file) = file_of(18);
    let sender = Terminal::new()
        .expect("Continue with this computer anyway? [y/N] ")
        .types("y\\n")
        .expect(SAME)
        .types("y\\n")
        .expect(REMEMBER)
        .types("n\\n");
    let trust = ["--trust", &third.fingerprint()];
    let sender = sends(sender, &one, receiver.port, &file, &trust);
    sender.finish().with_code(0);
    receiver.ends_with(0);
}

/// A file that programs may obey.
fn hidden_file() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".bashrc");
    fs::write(&path, "echo").unwrap();
    (folder, path)
}

#[test]
fn what_begins_with_a_dot_is_asked_about_and_said_to_be_saved_or_declined_as_it_was() {
    if !Terminal::exists() {
        return;
    }
    let (_source, file) = hidden_file();
    for (answer, code, said) in [("y\\n", 0, "Saved 1 file"), ("n\\n", 1, "Declined")] {
        let (one, other) = (Device::new(), Device::new());
        let receiver = Terminal::new().expect("Save it? [y/N] ").types(answer);
        let receiver = match code {
            0 => receiver.expect(REMEMBER).types("n\\n"),
            _ => receiver,
        };
        let receiver = receiver.expect(said).types("\\x03");
        let trusting = ["--yes", "--trust", &one.fingerprint()];
        let receiver = receives(receiver, &other, &trusting);
        one.sends_to(&other, receiver.port, &[&file])
            .finish()
            .with_code(code);
        let (screen, folder) = receiver.ends_with(0);
        assert!(screen.contains(".bashrc (4 B), hidden"), "{screen}");
        assert!(!screen.contains("needs a terminal"), "{screen}");
        assert_eq!(screen.contains("Declined"), code == 1, "{screen}");
        assert_eq!(names_in(folder.path()).len(), usize::from(code == 0));
    }
}

#[test]
fn what_begins_with_a_dot_is_declined_at_the_end_of_a_long_list_too() {
    if !Terminal::exists() {
        return;
    }
    let (one, other) = (Device::new(), Device::new());
    let source = tempfile::tempdir().unwrap();
    let many = source.path().join("many");
    fs::create_dir(&many).unwrap();
    // With names as long as these, more than is read before the yes.
    for number in 0..60_000 {
        fs::File::create(many.join(format!("{number:0>250}"))).unwrap();
    }
    let (_source, hidden) = hidden_file();
    let mut receiver = other.receives_from(&one, &[]);
    let sender = Terminal::new()
        .expect(SAME)
        .types("y\\n")
        .expect(REMEMBER)
        .types("n\\n")
        .expect("The receiver declined.");
    let (port, config) = (receiver.port.to_string(), one.config());
    let [many, hidden] = [&many, &hidden].map(|path| path.display().to_string());
    let send = ["send", "--port", &port, "--config", &config, "127.0.0.1"];
    let sender = sender.runs(&[&send[..], &[&many, &hidden]].concat());
    receiver.process.wait_for("This is a long list");
    receiver.process.wait_for(".bashrc (4 B), hidden");
    receiver
        .process
        .wait_for("begin with a dot are never saved without asking");
    sender.finish().with_code(1);
    assert!(receiver.names().is_empty());
}
