//! The times and limits that the specification tells, beside those that the program keeps.

use std::time::Duration;

use super::first_contact::{FADE_TIME, FIRST_WAIT, LONGEST_WAIT};
use super::hello::ANSWER_TIME;
use crate::identity::MAX_CERTIFICATE_BYTES;
use crate::net::secure_stream::{GOODBYE_TIME, HANDSHAKE_TIME};
use crate::protocol::message::{
    MAX_ENTRIES, MAX_NAMES_BYTES, MAX_PATH_COMPONENTS, MAX_TEXT_BYTES, MAX_TOLD_NAME_BYTES,
};
use crate::transfer::listen::MAX_TURNED_AWAY;
use crate::transfer::protocol_detection::{HEAD_START, HEAD_START_OF_ONEHOP, OPENING_TIME};
use crate::transfer::refusal::TURNED_AWAY_TIME;
use crate::transfer::send::SendLimits;
use crate::transfer::slots::Limits;

const SPECIFICATION: &str = include_str!("../../protocol/README.md");

/// The rows of the table in this section.
fn rows(section: &str) -> Vec<(&'static str, &'static str)> {
    let heading = format!("\n## {section}\n");
    let rest = SPECIFICATION.split_once(&heading).map(|(_, rest)| rest);
    let section = rest.and_then(|rest| rest.split("\n## ").next());
    let lines = section.into_iter().flat_map(str::lines);
    let cells = |line: &'static str| {
        line.strip_prefix("| ")?
            .strip_suffix(" |")?
            .split_once(" | ")
    };
    lines.filter_map(cells).skip(1).collect()
}

/// Fails unless the table has these rows, with these numbers in them.
#[track_caller]
fn tells(section: &str, expected: &[(&str, String)]) {
    let rows = rows(section);
    let named: Vec<_> = rows.iter().map(|(what, _)| *what).collect();
    let expected_names: Vec<_> = expected.iter().map(|(what, _)| *what).collect();
    assert_eq!(named, expected_names);
    for ((what, told), (_, kept)) in rows.iter().zip(expected) {
        assert!(told.contains(kept.as_str()), "{what}: {told}, not {kept}");
    }
}

/// A number and its unit, as the specification writes them.
fn time(time: Duration) -> String {
    match time.as_millis() {
        millis if millis % 60_000 == 0 && millis > 60_000 => format!("{} min", millis / 60_000),
        millis if millis % 1000 == 0 => format!("{} s", millis / 1000),
        millis => format!("{millis} ms"),
    }
}

/// In groups of three digits.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    let groups = groups.into_iter().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(" ")
}

#[test]
fn all_times_are_as_the_specification_tells_them() {
    let (limits, sender) = (Limits::default(), SendLimits::default());
    let head_start = format!("{}, or {}", time(HEAD_START), time(HEAD_START_OF_ONEHOP));
    assert_eq!(limits.pace, sender.pace);
    tells(
        "Times",
        &[
            ("the receiver for a byte before it greets", head_start),
            (
                "the receiver for the first byte, if nobody else needs the place",
                time(limits.decision),
            ),
            (
                "the receiver for the rest of the upgrade line",
                time(OPENING_TIME),
            ),
            ("both for the end of the handshake", time(HANDSHAKE_TIME)),
            (
                "the sender for hello, the receiver for reveal",
                time(ANSWER_TIME),
            ),
            (
                "the receiver for hello, since the sender's user may have to decide first",
                time(limits.decision),
            ),
            (
                "the sender for its user's word on the code, or on another identity",
                time(sender.decision),
            ),
            (
                "the receiver, from the hellos on, for the manifest and its user's word",
                time(limits.decision),
            ),
            (
                "the same in a first contact, for the end of the manifest",
                time(limits.first_contact),
            ),
            (
                "everybody for everything else, where `alive` is in use",
                format!("no more than {} for a sign", time(limits.pace.loss)),
            ),
            (
                "everybody for everything else, where it is not",
                "for ever".to_owned(),
            ),
        ],
    );
}

#[test]
fn all_limits_are_as_the_specification_tells_them() {
    let limits = Limits::default();
    let of_strangers = format!(
        "{}, of them {} from one address or IPv6 /64",
        limits.transfers, limits.transfers_per_sender
    );
    tells(
        "Limits",
        &[
            ("body of a frame", "see the kinds".to_owned()),
            ("certificate", format!("{MAX_CERTIFICATE_BYTES} bytes")),
            ("entries of a manifest", grouped(MAX_ENTRIES)),
            (
                "bytes of all names of a manifest, the last of each path",
                MAX_NAMES_BYTES.to_string(),
            ),
            (
                "bytes of a name in the manifest",
                "as its frame has room for".to_owned(),
            ),
            (
                "bytes of a name in renamed",
                MAX_TOLD_NAME_BYTES.to_string(),
            ),
            ("names in a path", MAX_PATH_COMPONENTS.to_string()),
            ("a text", format!("{MAX_TEXT_BYTES} bytes")),
            ("a transfer", "2⁶⁴−1 bytes".to_owned()),
            (
                "connections at once that have not said a word",
                limits.waiting.to_string(),
            ),
            (
                "connections at once that have taken up the offer and said no hello",
                limits.waiting.to_string(),
            ),
            (
                "transfers at once from senders that are not known",
                of_strangers,
            ),
            (
                "transfers at once from one known device, besides those",
                limits.transfers_per_sender.to_string(),
            ),
            (
                "peers at once that are told why they are not served",
                MAX_TURNED_AWAY.to_string(),
            ),
            (
                "first contacts at once at one receiver",
                "1, and 1 of each known device".to_owned(),
            ),
        ],
    );
}

#[test]
fn what_stands_in_sentences_is_as_the_program_has_it() {
    let pace = Limits::default().pace;
    let text = SPECIFICATION.split_whitespace().collect::<Vec<_>>();
    let text = text.join(" ");
    for sentence in [
        format!(
            "said by a side that has said nothing else for {}",
            time(pace.sign)
        ),
        format!(
            "heard nothing at all for {} gives the other up",
            time(pace.loss)
        ),
        format!(
            "{} after the first, twice as long after each",
            time(FIRST_WAIT)
        ),
        format!("further one, at most {};", time(LONGEST_WAIT)),
        format!("that halves for every {} that pass", time(FADE_TIME)),
        format!("and then reads for at most {}", time(GOODBYE_TIME)),
        format!(
            "waits for at most {} for the other to end",
            time(GOODBYE_TIME)
        ),
        format!("not served at most {MAX_TURNED_AWAY} at once are told"),
    ] {
        assert!(text.contains(&sentence), "{sentence}");
    }
    assert_eq!(time(TURNED_AWAY_TIME), "1 s");
    assert!(text.contains("Then it breaks the connection, a second later."));
}
