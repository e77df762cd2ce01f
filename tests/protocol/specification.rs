//! What the specification lists, beside what the program has.

use std::collections::BTreeSet;

use onehop::protocol::frame::Kind;
use onehop::protocol::message::Extension;
use onehop::protocol::offer::Refusal;

use crate::words::{abort_reasons, declines, disk_causes, extensions, reasons, treatments};
use crate::{receiver_stages, receiver_states, sender_stages, sender_states};

const SPECIFICATION: &str = include_str!("../../src/protocol/README.md");

/// The cells of each row of the table in this section whose head begins so.
fn table(section: &str, head: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = SPECIFICATION
        .split_once(&format!("\n## {section}\n"))
        .unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let (_, rest) = section.split_once(&format!("\n| {head} |")).unwrap();
    let rows = rest.lines().skip(2).take_while(|line| !line.is_empty());
    let cells = |row: &'static str| {
        let row = row.trim_matches('|');
        row.split('|')
            .map(|cell| cell.trim().trim_matches('`'))
            .collect()
    };
    rows.map(cells).collect()
}

#[track_caller]
fn lists<T>(section: &str, head: &str, words: Vec<(T, &str)>) {
    let listed: Vec<_> = table(section, head)
        .into_iter()
        .map(|row| row[0])
        .map(|word| {
            if word == "anything else" {
                "other"
            } else {
                word
            }
        })
        .collect();
    let words: Vec<_> = words.into_iter().map(|(_, word)| word).collect();
    assert_eq!(listed, words);
}

#[test]
fn all_reasons_of_a_no_are_listed() {
    lists("Answer", "reason", declines());
}

#[test]
fn all_that_can_be_done_with_a_file_is_listed() {
    lists("Answer", "do", treatments());
}

#[test]
fn all_reasons_that_a_file_fails_for_are_listed() {
    lists("Files", "reason", reasons());
}

#[test]
fn all_causes_of_a_disk_are_listed() {
    lists("Receipt", "cause", disk_causes());
}

#[test]
fn all_reasons_of_an_abort_are_listed() {
    lists("Giving up", "reason", abort_reasons());
}

#[test]
fn all_extensions_are_listed() {
    let known = extensions().into_iter();
    let known = known.filter(|(extension, _)| Extension::ALL.contains(extension));
    lists("Introduction", "extension", known.collect());
}

#[test]
fn all_reasons_of_a_refusal_are_listed() {
    let words = Refusal::ALL.into_iter().chain([Refusal::Other]);
    let lines: Vec<_> = words
        .map(|refusal| (refusal, refusal.to_string()))
        .collect();
    let word = |line: &'static str| line.trim_end().rsplit(' ').next().unwrap();
    let words = lines.into_iter().map(|(refusal, line)| {
        let line: &'static str = Box::leak(line.into_boxed_str());
        (refusal, word(line))
    });
    lists("Who is served", "reason", words.collect());
}

/// Who, which kind, in which state.
type Turn = (&'static str, String, &'static str);

/// What the specification allows, without abort, which it allows always.
fn allowed() -> BTreeSet<Turn> {
    let mut turns = BTreeSet::new();
    for row in table("Who may send what when", "kind") {
        let (kind, from, states) = (row[0], row[1], row[2]);
        // A yes and a no are one kind.
        let kind = kind.split(',').next().unwrap();
        if kind == "abort" || kind == "alive" {
            assert_eq!((from, states), ("both", "all"));
            continue;
        }
        for state in states.split(", ") {
            turns.insert((from, kind.to_owned(), state));
        }
    }
    // It says itself that this cannot be in fact, as a manifest has at least one entry.
    let no_manifest = ("sender", Kind::ManifestEnd.to_string(), "confirm");
    assert!(turns.remove(&no_manifest));
    turns
}

fn of_receiver(state: receiver_stages::State) -> &'static str {
    use receiver_stages::State;
    match state {
        State::Hello => "hello",
        State::Reply => "reply",
        State::Reveal => "reveal",
        State::Confirm => "confirm",
        State::List => "list",
        State::Decide => "decide",
        State::Hashes => "hashes",
        State::Answer => "answer",
        State::Send => "send",
        State::File | State::FileComplete => "file",
        State::Settle => "settle",
        State::Done | State::Declined | State::Aborted => "done",
    }
}

fn of_sender(state: sender_stages::State) -> &'static str {
    use sender_stages::State;
    match state {
        State::Reply => "reply",
        State::Reveal => "reveal",
        State::Confirm => "confirm",
        State::List => "list",
        State::Decide => "decide",
        State::Hashes => "hashes",
        State::Answer => "answer",
        State::Send => "send",
        State::File | State::FileComplete => "file",
        State::Settle => "settle",
        State::Done | State::Declined | State::Aborted => "done",
    }
}

fn turns<'a>(
    from: &'static str,
    state: &'static str,
    kinds: &'a [Kind],
) -> impl Iterator<Item = Turn> + 'a {
    kinds
        .iter()
        .map(move |kind| (from, kind.to_string(), state))
}

#[test]
fn the_receiver_hears_and_says_what_the_specification_allows_and_nothing_else() {
    let mut tested = BTreeSet::new();
    for (state, heard, said) in receiver_states::TABLE {
        let state = of_receiver(*state);
        tested.extend(turns("sender", state, heard));
        tested.extend(turns("receiver", state, said));
    }
    assert_eq!(tested, allowed());
}

#[test]
fn the_sender_hears_and_says_what_the_specification_allows_and_nothing_else() {
    let mut tested = BTreeSet::new();
    for (state, heard, said) in sender_states::TABLE {
        let state = of_sender(*state);
        tested.extend(turns("receiver", state, heard));
        tested.extend(turns("sender", state, said));
    }
    // This it says without being asked, and the list waits for its user besides.
    let by_itself =
        |(from, kind, state): &Turn| *from == "sender" && (kind == "hello" || *state == "confirm");
    let allowed = allowed().into_iter().filter(|turn| !by_itself(turn));
    assert_eq!(tested, allowed.collect());
}
