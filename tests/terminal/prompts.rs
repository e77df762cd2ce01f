//! Questions and bars on a pseudo terminal.

use std::fs;

use crate::classic::{deliver, start_delivering};
use crate::cli::file_of;
use crate::common::folder::names_in;
use crate::common::guard::accept;
use crate::common::sockets::reset;
use crate::person::{Receiver, Terminal};

const SAVE: &str = "127.0.0.1 is sending a file (not encrypted, not verified). Save it? [y/N] ";

#[test]
fn a_yes_saves_the_file() {
    if !Terminal::exists() {
        return;
    }
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("y\\n")
        .receives(&["--once"]);
    let (_folder, file) = file_of(1_000_000);
    assert!(deliver(receiver.port, &file));
    assert_eq!(fs::read(receiver.path()).unwrap(), fs::read(file).unwrap());
    let path = receiver.path().display().to_string();
    let (screen, _folder) = receiver.ends_with(0);
    assert!(screen.contains(&path), "{screen}");
}

#[test]
fn a_no_declines_and_the_receiver_goes_on() {
    if !Terminal::exists() {
        return;
    }
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("n\\n")
        .expect("Declined the file from 127.0.0.1. Nothing was saved.")
        .types("\\x03")
        .receives(&[]);
    let (_folder, file) = file_of(18);
    assert!(!deliver(receiver.port, &file));
    let (_, folder) = receiver.ends_with(0);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn anything_unclear_is_asked_again() {
    if !Terminal::exists() {
        return;
    }
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("perhaps\\n")
        .expect("Please type y or n.")
        .expect(SAVE)
        .types("YES\\n")
        .receives(&["--once"]);
    let (_folder, file) = file_of(18);
    assert!(deliver(receiver.port, &file));
    receiver.ends_with(0);
}

#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    if !Terminal::exists() {
        return;
    }
    let receiver = Terminal::new()
        .expect("Press Ctrl-C to stop")
        .types_at_once("y\\ny\\n")
        .expect(SAVE)
        .expect(SAVE)
        .expect(SAVE)
        .types("n\\n")
        .expect("Declined")
        .types("\\x03")
        .receives(&[]);
    let (_folder, file) = file_of(18);
    assert!(!deliver(receiver.port, &file));
    receiver.ends_with(0);
}

#[test]
fn several_peers_are_asked_about_one_after_the_other() {
    if !Terminal::exists() {
        return;
    }
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("y\\n")
        .expect(SAVE)
        .types("n\\n")
        .expect("Declined")
        .types("\\x03")
        .receives(&[]);
    let (_folder, file) = file_of(18);
    let both = [(); 2].map(|()| start_delivering(receiver.port, &file));
    let mut taken = both.map(|sender| sender.join().unwrap());
    taken.sort_unstable();
    assert_eq!(taken, [false, true]);
    receiver.ends_with(0);
}

#[test]
fn the_question_about_a_peer_that_left_is_withdrawn() {
    if !Terminal::exists() {
        return;
    }
    let receiver = Terminal::new()
        .expect(SAVE)
        .expect("Interrupted: ")
        .expect(SAVE)
        .types("y\\n")
        .receives(&["--once"]);
    let peer = receiver.peer_with(&[7; 5000]);
    let (_folder, file) = file_of(18);
    let sender = start_delivering(receiver.port, &file);
    reset(peer);
    assert!(sender.join().unwrap());
    let (_, folder) = receiver.ends_with(0);
    assert_eq!(names_in(folder.path()), ["recv.txt"]);
}

#[test]
fn ctrl_c_at_a_question_is_a_no() {
    if !Terminal::exists() {
        return;
    }
    let receiver = Terminal::new()
        .expect(SAVE)
        .types("\\x03")
        .expect("Stopped.")
        .receives(&[]);
    let (_folder, file) = file_of(18);
    assert!(!deliver(receiver.port, &file));
    let (screen, folder) = receiver.ends_with(0);
    assert_eq!(screen.matches(SAVE).count(), 1, "{screen}");
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn what_arrived_of_an_interrupted_file_is_kept_if_the_user_wants_it() {
    if !Terminal::exists() {
        return;
    }
    let mut receiver = Terminal::new()
        .expect("Keep the 5.0 kB that arrived as a partial file? [y/N]")
        .types("y\\n")
        .receives(&["--once", "--yes"]);
    interrupt_after_5000_bytes(&mut receiver);
    let (screen, folder) = receiver.ends_with(1);
    assert!(screen.contains("Kept what arrived as "), "{screen}");
    assert_eq!(names_in(folder.path()), ["recv (partial).txt"]);
}

#[test]
fn what_arrived_of_an_interrupted_file_is_discarded_otherwise() {
    if !Terminal::exists() {
        return;
    }
    let mut receiver = Terminal::new()
        .expect("Keep the 5.0 kB that arrived as a partial file? [y/N]")
        .types("\\n")
        .receives(&["--once", "--yes"]);
    interrupt_after_5000_bytes(&mut receiver);
    let (screen, folder) = receiver.ends_with(1);
    assert!(screen.contains("Discarded the 5.0 kB"), "{screen}");
    assert!(names_in(folder.path()).is_empty());
}

fn interrupt_after_5000_bytes(receiver: &mut Receiver) {
    let peer = receiver.peer_with(&[7; 5000]);
    receiver.process.wait_for_stdout("5.0 kB");
    reset(peer);
}

#[test]
fn a_bar_shows_a_running_transfer_at_any_width() {
    if !Terminal::exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("huge");
    fs::File::create(&file).unwrap().set_len(1 << 36).unwrap();
    for columns in ["20", "40", "100"] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let sender = Terminal::new()
            .columns(columns)
            .expect("[")
            .expect("0 %")
            .types("\\x03")
            .runs(&[
                "send",
                "--classic",
                "--port",
                &port,
                "127.0.0.1",
                &file.display().to_string(),
            ]);
        let peer = accept(&listener);
        sender.finish().with_code(1);
        drop(peer);
    }
}
