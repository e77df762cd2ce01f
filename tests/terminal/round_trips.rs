//! Files that arrive.

use std::fs;

use crate::classic::{deliver, start_delivering};
use crate::cli::{Receiver, file_of, run};
use crate::common::folder::{names_in, tree};
use crate::common::skipped::{not_on_this_system, on_wine};
use crate::device::Device;

/// Takes a file of so many bytes from a classic sender and checks everything that is said about it.
fn round_trip(bytes: usize) {
    let receiver = Receiver::start(&["--once", "--yes", "--empty"]);
    let (_folder, file) = file_of(bytes);
    let path = receiver.path("recv.txt");
    assert!(deliver(receiver.port, &file));
    let (receiver, folder) = receiver.finish();
    let receiver = receiver
        .with_code(0)
        .saying(if bytes == 0 {
            "127.0.0.1 sent nothing. Saved an empty recv.txt"
        } else {
            "Saved recv.txt"
        })
        .saying("not encrypted, not verified");
    assert_eq!(receiver.stdout, format!("{}\n", path.display()));
    assert_eq!(fs::read(&path).unwrap(), fs::read(&file).unwrap());
    assert_eq!(names_in(folder.path()), ["recv.txt"]);
}

#[test]
fn an_empty_file_arrives_and_counts_as_saved() {
    round_trip(0);
}

#[test]
fn a_file_of_18_bytes_arrives_whole() {
    round_trip(18);
}

#[test]
fn a_file_of_a_byte_more_than_one_piece_arrives_whole() {
    round_trip(1024 * 1024 + 1);
}

#[test]
fn the_receiver_goes_on_and_never_replaces_a_file() {
    let mut receiver = Receiver::start(&["--yes"]);
    let (_first_folder, first) = file_of(18);
    let (_second_folder, second) = file_of(3000);
    assert!(deliver(receiver.port, &first));
    assert!(deliver(receiver.port, &second));
    let path = receiver.process.wait_for_stdout("recv (2).txt");
    assert_eq!(path, receiver.path("recv (2).txt").display().to_string());
    assert_eq!(receiver.names(), ["recv (2).txt", "recv.txt"]);
    let saved = |name| fs::read(receiver.path(name)).unwrap();
    assert_eq!(saved("recv.txt"), fs::read(first).unwrap());
    assert_eq!(saved("recv (2).txt"), fs::read(second).unwrap());
}

#[test]
fn two_files_at_once_both_arrive() {
    let mut receiver = Receiver::start(&["--yes"]);
    let (_folder, file) = file_of(3_000_000);
    let both = [(); 2].map(|()| start_delivering(receiver.port, &file));
    for sender in both {
        assert!(sender.join().unwrap());
    }
    receiver.process.wait_for_stdout("recv");
    receiver.process.wait_for_stdout("recv");
    for name in receiver.names() {
        let saved = fs::read(receiver.path(&name)).unwrap();
        assert_eq!(saved, fs::read(&file).unwrap(), "{name}");
    }
    assert_eq!(receiver.names().len(), 2);
}

#[test]
fn without_a_terminal_nothing_is_drawn() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &["--once"]);
    let (_folder, file) = file_of(3_000_000);
    let sender = one.sends_to(&other, receiver.port, &[&file]).finish();
    let (receiver, _folder) = receiver.finish();
    for ended in [sender, receiver] {
        let drawn = |character| matches!(character, '\r' | '\u{1b}');
        assert!(!ended.stderr.contains(drawn), "{ended:#?}");
    }
}

#[test]
fn the_receiver_says_where_to_send_to_and_where_it_saves() {
    let receiver = Receiver::start(&["--once", "--yes"]);
    let recv_txt = receiver.path("recv.txt");
    let folder = recv_txt.parent().unwrap().display().to_string();
    let saves_to = format!("Saves to {folder}; a classic transfer is saved as ");
    let (_folder, file) = file_of(18);
    assert!(deliver(receiver.port, &file));
    let (receiver, _folder) = receiver.finish();
    let receiver = receiver
        .saying(&saves_to)
        .saying("Hi Client[IP address: …]");
    if on_wine() {
        not_on_this_system("addresses: Wine 10 fails to list them where IPv6 has routes");
    } else {
        receiver.saying("\nAddress 127.0.0.1");
    }
}

/// Two files and a folder with an empty one in it.
fn belongings() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir_all(path("photos/2024/empty")).unwrap();
    fs::write(
        path("photos/2024/sea.jpg"),
        crate::common::noise::noise(3_000_000),
    )
    .unwrap();
    fs::write(path("photos/list"), "sea").unwrap();
    fs::write(path("notes.txt"), "some notes").unwrap();
    fs::write(path("nothing"), "").unwrap();
    folder
}

#[test]
fn named_by_their_fingerprints_two_onehops_exchange_files_and_folders_without_a_terminal() {
    let (one, other) = (Device::new(), Device::new());
    let source = belongings();
    let receiver = other.receives_from(&one, &["--once"]);
    let chosen = ["photos", "notes.txt", "nothing"].map(|name| source.path().join(name));
    let chosen = chosen.each_ref().map(std::path::PathBuf::as_path);
    one.sends_to(&other, receiver.port, &chosen)
        .finish()
        .with_code(0)
        .saying("the computer that you named by its fingerprint")
        .saying("Delivered, verified: 4 files (3.0 MB)");
    let saved = ["photos", "notes.txt", "nothing"].map(|name| receiver.path(name));
    let (receiver, folder) = receiver.finish();
    let receiver = receiver
        .with_code(0)
        .saying("wants to send 4 files, 3.0 MB")
        .saying("photos/ (2 files, 3.0 MB)")
        .saying("Saved 4 files (3.0 MB)")
        .saying("encrypted, verified");
    assert!(tree(folder.path()) == tree(source.path()), "not the same");
    let mut printed: Vec<&str> = receiver.stdout.lines().collect();
    let mut saved = saved.map(|path| path.display().to_string());
    printed.sort_unstable();
    saved.sort_unstable();
    assert_eq!(printed, saved);
}

#[test]
fn a_name_that_is_taken_is_told_and_nothing_is_replaced() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &["--once"]);
    fs::write(receiver.path("sample.txt"), "older").unwrap();
    let (_folder, file) = file_of(18);
    one.sends_to(&other, receiver.port, &[&file])
        .finish()
        .with_code(0);
    let (ended, folder) = receiver.finish();
    let ended = ended
        .with_code(0)
        .saying("sample.txt (18 B). If it differs from your sample.txt it becomes sample (2).txt");
    assert!(ended.stdout.ends_with("sample (2).txt\n"), "{ended:#?}");
    let saved = |name| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(saved("sample.txt"), b"older");
    assert_eq!(saved("sample (2).txt"), fs::read(file).unwrap());
}

#[test]
fn a_file_that_is_there_already_is_not_sent_again() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &[]);
    let (_folder, file) = file_of(3_000_000);
    let send = || one.sends_to(&other, receiver.port, &[&file]).finish();
    send().with_code(0);
    send()
        .with_code(0)
        .saying("Everything was already there: nothing had to be sent.");
    assert_eq!(receiver.names(), ["sample.txt"]);
}

#[test]
fn a_text_goes_to_stdout_and_touches_no_disk() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &["--once"]);
    let words = [
        "--trust",
        &other.fingerprint(),
        "--text",
        "https://example.org/\u{202E}",
    ];
    one.sends(receiver.port, &words, &[])
        .finish()
        .with_code(0)
        .saying("Delivered, verified: the message to");
    let (ended, folder) = receiver.finish();
    let ended = ended
        .with_code(0)
        .saying("wants to send you a message")
        .saying("encrypted");
    assert_eq!(
        ended.stdout, "https://example.org/\u{202E}\n",
        "nothing but a line end more"
    );
    assert!(names_in(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_named_and_missed_and_the_rest_is_delivered() {
    let (one, other) = (Device::new(), Device::new());
    let source = belongings();
    let photos = source.path().join("photos");
    std::os::unix::fs::symlink("/etc/passwd", photos.join("link")).unwrap();
    let receiver = other.receives_from(&one, &["--once"]);
    one.sends_to(&other, receiver.port, &[&photos])
        .finish()
        .with_code(1)
        .saying("Not all was delivered")
        .saying("Not sent: link: a link to something that is not sent");
    let saved = receiver.path("photos");
    receiver.finish().0.with_code(0);
    assert!(!saved.join("link").exists());
}

#[test]
fn a_receiver_is_found_by_its_address_as_people_copy_it() {
    let (one, other) = (Device::new(), Device::new());
    let receiver = other.receives_from(&one, &[]);
    let port = receiver.port;
    let (_folder, file) = file_of(18);
    let places = [
        format!("127.0.0.1:{port}"),
        format!("[127.0.0.1]:{port}"),
        format!("http://127.0.0.1:{port}/"),
        format!("localhost:{port}"),
    ];
    for place in &places {
        let (config, trusted) = (one.config(), other.fingerprint());
        let words = ["send", "--config", &config, "--trust", &trusted, place];
        run(&[&words[..], &[file.to_str().unwrap()]].concat())
            .with_code(0)
            .saying(&format!("port {port}."));
    }
}
