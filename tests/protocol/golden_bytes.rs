//! Every message as it stands on the wire, byte for byte, in both directions.

use onehop::protocol::error::Violation;
use onehop::protocol::frame::Kind;
use onehop::protocol::message::{
    AbortReason, Batch, Decline, Empty, Entry, EntryKind, Exception, Extension, FileEnd, FileHash,
    FileStart, Message, Reason, Renamed, Reveal, Totals, Treatment,
};

use crate::conversation::{HASH, SENDER_NONCE, entry, hello, manifest};
use crate::messages::{abort, answer, failure};

const NONCE: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const DIGITS: &str = "abababababababababababababababababababababababababababababababab";

/// A message, the byte of its kind, and its body, in which `N`, `C` and `H` stand for a number, its
/// commitment and a hash.
type Golden = (Message, u8, &'static str);

fn goldens() -> Vec<(Message, u8, String)> {
    let commit = "5b62ac1760ff86e00637fbef8875ddd3597fb332ca46307961a15af820f50d93";
    let spell = |body: &str| {
        let body = body.replace("\"N\"", &format!("\"{NONCE}\""));
        let body = body.replace("\"C\"", &format!("\"{commit}\""));
        body.replace("\"H\"", &format!("\"{DIGITS}\""))
    };
    let plain = before_the_answer().into_iter().chain(from_the_answer_on());
    plain
        .map(|(message, kind, body)| (message, kind, spell(body)))
        .collect()
}

fn before_the_answer() -> Vec<Golden> {
    let mut sender = hello();
    sender.nonce = None;
    sender.extensions.clear();
    let mut receiver = hello();
    receiver.commit = None;
    receiver.nonce = Some(HASH);
    receiver.remembers = true;
    vec![
        (
            Message::Hello(sender),
            1,
            r#"{"version":1,"app":"0.2.0","device":"laptop","os":"linux","remembers":false,"commit":"C"}"#,
        ),
        (
            Message::Hello(receiver),
            1,
            r#"{"version":1,"app":"0.2.0","device":"laptop","os":"linux","remembers":true,"extensions":["alive","links","modes","names","grown","causes"],"nonce":"H"}"#,
        ),
        (
            Message::Reveal(Reveal {
                nonce: SENDER_NONCE,
                entries: 3,
                files: 2,
                bytes: u64::MAX,
            }),
            2,
            r#"{"nonce":"N","entries":3,"files":2,"bytes":18446744073709551615}"#,
        ),
        (
            manifest(manifest_items()),
            3,
            r#"{"items":[{"index":0,"path":["photos"],"kind":"directory","size":0},{"index":1,"path":["photos","日本 \"a\".jpg"],"kind":"file","size":5,"mtime_ns":-1,"executable":true,"mode":488},{"index":2,"path":[],"kind":"text","size":1},{"index":3,"path":["latest"],"kind":"link","size":0,"target":1}]}"#,
        ),
        (Message::ManifestEnd(Empty {}), 4, "{}"),
        (
            Message::WantHash(Batch { items: vec![1, 9] }),
            5,
            r#"{"items":[1,9]}"#,
        ),
        (
            Message::Hash(Batch { items: hashes() }),
            6,
            r#"{"items":[{"index":1,"blake3":"H"},{"index":9}]}"#,
        ),
    ]
}

fn from_the_answer_on() -> Vec<Golden> {
    vec![
        (
            answer(false, Some(Decline::NoSpace), vec![]),
            7,
            r#"{"accepted":false,"reason":"no-space"}"#,
        ),
        (answer(true, None, vec![]), 7, r#"{"accepted":true}"#),
        (
            answer(true, None, exceptions()),
            7,
            r#"{"accepted":true,"items":[{"index":1,"do":"skip"},{"index":2,"do":"resume","offset":7,"blake3":"H"},{"index":3,"do":"refuse","reason":"name-not-allowed"}]}"#,
        ),
        (Message::AnswerEnd(Empty {}), 8, "{}"),
        (
            Message::File(FileStart {
                index: 4,
                offset: 7,
            }),
            9,
            r#"{"index":4,"offset":7}"#,
        ),
        (end(false), 11, r#"{"blake3":"H"}"#),
        (end(true), 11, r#"{"blake3":"H","grew":true}"#),
        (
            Message::Failed(failure(4, Reason::Vanished)),
            12,
            r#"{"index":4,"reason":"vanished"}"#,
        ),
        (
            Message::Receipt(Batch {
                items: vec![failure(4, Reason::Damaged)],
            }),
            13,
            r#"{"items":[{"index":4,"reason":"damaged"}]}"#,
        ),
        (
            Message::ReceiptEnd(Totals { files: 2, bytes: 9 }),
            14,
            r#"{"files":2,"bytes":9}"#,
        ),
        (
            abort(AbortReason::CodeRejected, ""),
            15,
            r#"{"reason":"code-rejected"}"#,
        ),
        (
            abort(AbortReason::Protocol, "a data frame while deciding"),
            15,
            r#"{"reason":"protocol","detail":"a data frame while deciding"}"#,
        ),
        (Message::Alive(Empty {}), 16, "{}"),
        (
            Message::Renamed(Batch { items: renamed() }),
            17,
            r#"{"items":[{"index":7,"name":"a (2).jpg"}]}"#,
        ),
    ]
}

fn end(grew: bool) -> Message {
    let blake3 = HASH;
    Message::End(FileEnd { blake3, grew })
}

fn renamed() -> Vec<Renamed> {
    let (index, name) = (7, "a (2).jpg".to_owned());
    vec![Renamed { index, name }]
}

fn manifest_items() -> Vec<Entry> {
    let mut program = entry(1, &["photos", "日本 \"a\".jpg"], EntryKind::File, 5);
    program.mtime_ns = Some(-1);
    program.executable = true;
    program.mode = Some(0o750);
    let mut link = entry(3, &["latest"], EntryKind::Link, 0);
    link.target = Some(1);
    vec![
        entry(0, &["photos"], EntryKind::Directory, 0),
        program,
        entry(2, &[], EntryKind::Text, 1),
        link,
    ]
}

fn hashes() -> Vec<FileHash> {
    vec![
        FileHash {
            index: 1,
            blake3: Some(HASH),
        },
        FileHash {
            index: 9,
            blake3: None,
        },
    ]
}

fn exceptions() -> Vec<Exception> {
    vec![
        Exception {
            index: 1,
            treatment: Treatment::Skip,
        },
        Exception {
            index: 2,
            treatment: Treatment::Resume {
                offset: 7,
                blake3: HASH,
            },
        },
        Exception {
            index: 3,
            treatment: Treatment::Refuse {
                reason: Reason::NameNotAllowed,
            },
        },
    ]
}

fn kind_of(byte: u8) -> Kind {
    Kind::from_byte(byte).unwrap()
}

#[test]
fn every_message_is_written_as_it_has_always_been() {
    for (message, kind, body) in goldens() {
        let mut frame = b"before".to_vec();
        message.encode(&mut frame).unwrap();
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        let expected = [b"before", &length[..], &[kind], body.as_bytes()].concat();
        assert_eq!(
            String::from_utf8_lossy(&frame),
            String::from_utf8_lossy(&expected)
        );
    }
}

#[test]
fn every_message_is_read_as_it_was_written() {
    for (message, kind, body) in goldens() {
        assert_eq!(Message::decode(kind_of(kind), body.as_bytes()), Ok(message));
    }
}

#[test]
fn every_kind_of_message_has_its_golden_bytes() {
    let kinds: Vec<u8> = goldens().into_iter().map(|(_, kind, _)| kind).collect();
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Data) {
        assert!(kinds.contains(&(*kind as u8)), "{kind}");
    }
}

#[test]
fn a_body_that_is_cut_anywhere_cannot_be_read() {
    for (_, kind, body) in goldens() {
        for length in 0..body.len() {
            let read = Message::decode(kind_of(kind), &body.as_bytes()[..length]);
            assert!(
                matches!(read, Err(Violation::Malformed { .. })),
                "{body} cut at {length}"
            );
        }
    }
}

#[test]
fn nothing_may_follow_the_object() {
    for (_, kind, body) in goldens() {
        for rest in ["x", "{}", "\0", ","] {
            let read = Message::decode(kind_of(kind), (body.clone() + rest).as_bytes());
            assert!(
                matches!(read, Err(Violation::Malformed { .. })),
                "{body}{rest}"
            );
        }
    }
}

#[test]
fn extensions_of_a_later_version_are_passed_over() {
    let body = r#"{"version":1,"app":"9","device":"d","os":"o","remembers":false,"extensions":["telepathy","links"]}"#;
    let Ok(Message::Hello(hello)) = Message::decode(Kind::Hello, body.as_bytes()) else {
        panic!("not a hello");
    };
    assert_eq!(hello.extensions, [Extension::Unknown, Extension::Links]);
}

#[test]
fn fields_of_a_later_version_are_ignored() {
    for (message, kind, body) in goldens() {
        // In each object, at its beginning and whatever their value is.
        let later = body
            .replace('{', r#"{"later":[{"x":null},1.5,"y"],"#)
            .replace(",}", "}");
        let read = Message::decode(kind_of(kind), later.as_bytes());
        assert_eq!(read, Ok(message), "{later}");
    }
}
