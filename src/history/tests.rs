#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::*;

fn record(peer: &str, what: &str) -> Record {
    Record {
        number: 0,
        ended: SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000),
        direction: Direction::Received,
        ending: Ending::Saved,
        peer: peer.to_owned(),
        what: what.to_owned(),
        bytes: 18,
        took: Some(Duration::from_millis(1_500)),
        secure: true,
        agreed: true,
        reason: None,
        host: None,
        port: None,
        paths: vec![PathBuf::from("/home/me").join(what)],
    }
}

fn refused(peer: &str) -> Record {
    Record {
        ending: Ending::Expired,
        agreed: false,
        paths: Vec::new(),
        ..record(peer, "a file")
    }
}

fn whats(history: &History) -> Vec<&str> {
    history.records().map(|record| &*record.what).collect()
}

#[test]
fn the_newest_of_the_last_two_hundred_comes_first() {
    let mut history = History::default();
    for number in 0..=MAX_RECORDS {
        history.add(record("desk-pc", &number.to_string()));
    }
    assert_eq!(history.len(), MAX_RECORDS);
    assert_eq!(history.records().next().unwrap().what, "200");
    assert_eq!(history.records().last().unwrap().what, "1");
}

#[test]
fn what_is_written_down_is_read_again() {
    let mut history = History::default();
    history.add(record("desk-pc", "photo.jpg"));
    history.add(Record {
        direction: Direction::Sent,
        ending: Ending::Failed,
        reason: Some("Nobody listens there.".to_owned()),
        host: Some("192.168.1.20".to_owned()),
        port: Some(9898),
        took: None,
        ..record("192.168.1.20", "notes.txt")
    });
    let text = history.to_text();
    assert_eq!(text.lines().count(), 2);
    assert!(text.contains("\"ended\":\"2026-11-18T"), "{text}");
    assert!(text.lines().next().unwrap().contains("photo.jpg"), "{text}");
    let (again, broken) = History::from_text(&text);
    assert_eq!((&again, broken), (&history, 0));
}

#[test]
fn a_broken_line_takes_no_other_with_it() {
    let mut history = History::default();
    history.add(record("desk-pc", "one"));
    history.add(record("desk-pc", "two"));
    let text = history
        .to_text()
        .replace('\n', "\n{\"ended\": half a l\n\n");
    let (again, broken) = History::from_text(&text);
    assert_eq!(whats(&again), ["two", "one"]);
    assert_eq!(broken, 2);
}

#[test]
fn what_was_kept_before_comes_behind_what_came_since() {
    let mut before = History::default();
    before.add(record("desk-pc", "old"));
    let mut history = History::default();
    history.add(record("desk-pc", "new"));
    history.add_older(before);
    assert_eq!(whats(&history), ["new", "old"]);
    let numbers: Vec<u64> = history.records().map(|record| record.number).collect();
    assert_ne!(numbers[0], numbers[1]);
    assert_eq!(history.record(numbers[1]).unwrap().what, "old");
}

#[test]
fn whoever_calls_again_and_again_pushes_nothing_out() {
    let mut history = History::default();
    history.add(record("desk-pc", "photo.jpg"));
    for _ in 0..1_000 {
        history.add(refused("192.168.1.66"));
    }
    assert_eq!(whats(&history), ["a file", "photo.jpg"]);
    history.add(record("192.168.1.66", "agreed.txt"));
    history.add(record("192.168.1.66", "agreed.txt"));
    assert_eq!(
        history.len(),
        4,
        "what was agreed to stands there each time"
    );
}

#[test]
fn searching_finds_names_computers_and_folders_in_any_case() {
    let record = record("Desk-PC", "Photo.jpg");
    for found in ["", "photo", "desk photo", "DESK", "home/me", "received"] {
        assert!(record.matches(found), "{found}");
    }
    for not_found in ["photos", "desk movie", "sent"] {
        assert!(!record.matches(not_found), "{not_found}");
    }
}

#[test]
fn only_what_was_sent_and_is_known_can_be_sent_again() {
    let received = record("desk-pc", "photo.jpg");
    assert!(!received.can_be_sent_again());
    let sent = Record {
        direction: Direction::Sent,
        host: Some("desk-pc".to_owned()),
        port: Some(9898),
        ..received
    };
    assert!(sent.can_be_sent_again());
    let text = Record {
        paths: Vec::new(),
        ..sent
    };
    assert!(!text.can_be_sent_again());
}

#[test]
fn what_another_computer_says_cannot_make_the_file_huge() {
    let mut history = History::default();
    let long = "n".repeat(1_000_000);
    history.add(Record {
        paths: vec![PathBuf::from("x"); 100_000],
        reason: Some(long.clone()),
        ..record(&long, &long)
    });
    assert!(history.to_text().len() < 4_000);
}
