//! What can be read as a message, and what cannot.

use onehop::protocol::error::Violation;
use onehop::protocol::frame::{HEADER_BYTES, Header, Kind, MAX_BATCH_BYTES, MAX_CONTROL_BYTES};
use onehop::protocol::message::{
    Abort, AbortReason, Answer, Batch, Decline, EntryKind, Exception, Failure, FileHash,
    MAX_BATCH_ITEMS, Message, Reason, Treatment,
};

use crate::conversation::{HASH, entry, file, manifest};

const DIGITS: &str = "abababababababababababababababababababababababababababababababab";

pub(crate) fn answer(accepted: bool, reason: Option<Decline>, items: Vec<Exception>) -> Message {
    Message::Answer(Answer {
        accepted,
        reason,
        items,
    })
}

pub(crate) fn failure(index: u32, reason: Reason) -> Failure {
    Failure {
        index,
        reason,
        cause: None,
    }
}

pub(crate) fn abort(reason: AbortReason, detail: &str) -> Message {
    let detail = detail.to_owned();
    Message::Abort(Abort { reason, detail })
}

#[test]
fn reasons_of_a_later_version_are_other_reasons() {
    for (kind, body, expected) in [
        (
            Kind::Failed,
            r#"{"index":1,"reason":"eaten"}"#,
            Message::Failed(failure(1, Reason::Other)),
        ),
        (
            Kind::Abort,
            r#"{"reason":"bored"}"#,
            abort(AbortReason::Other, ""),
        ),
        (
            Kind::Answer,
            r#"{"accepted":false,"reason":"not today"}"#,
            answer(false, Some(Decline::Other), vec![]),
        ),
    ] {
        assert_eq!(Message::decode(kind, body.as_bytes()), Ok(expected));
    }
}

#[test]
fn fields_that_may_be_absent_may_be_null_too() {
    let body = r#"{"items":[{"index":0,"path":["a"],"kind":"file","mtime_ns":null}]}"#;
    let read = Message::decode(Kind::Manifest, body.as_bytes());
    assert_eq!(
        read,
        Ok(manifest(vec![entry(0, &["a"], EntryKind::File, 0)]))
    );
}

#[test]
fn wrong_types_missing_fields_and_numbers_out_of_range_cannot_be_read() {
    for (kind, body) in [
        (
            Kind::Hello,
            r#"{"version":1,"app":"1","device":"d","os":"l"}"#,
        ),
        (
            Kind::Hello,
            r#"{"version":"1","app":"1","device":"d","os":"l","remembers":true}"#,
        ),
        (
            Kind::Reveal,
            r#"{"nonce":"ab","entries":1,"files":1,"bytes":1}"#,
        ),
        (
            Kind::Manifest,
            r#"{"items":[{"index":0,"path":"a","kind":"file"}]}"#,
        ),
        (
            Kind::Manifest,
            r#"{"items":[{"index":0,"path":["a"],"kind":"fifo"}]}"#,
        ),
        (
            Kind::Manifest,
            r#"{"items":[{"index":-1,"path":["a"],"kind":"file"}]}"#,
        ),
        (
            Kind::Manifest,
            r#"{"items":[{"index":0,"path":["a"],"kind":"file","size":-1}]}"#,
        ),
        (
            Kind::Manifest,
            r#"{"items":[{"index":0,"path":["a"],"kind":"file","size":1.0}]}"#,
        ),
        (Kind::WantHash, r#"{"items":[4294967296]}"#),
        (Kind::WantHash, "{}"),
        (Kind::Answer, r#"{"accepted":1}"#),
        (
            Kind::Answer,
            r#"{"accepted":true,"items":[{"index":1,"do":"rename"}]}"#,
        ),
        (
            Kind::Answer,
            r#"{"accepted":true,"items":[{"index":1,"do":"resume","offset":1}]}"#,
        ),
        (Kind::File, r#"{"index":1}"#),
        (Kind::File, r#"{"index":1,"offset":18446744073709551616}"#),
        (Kind::End, "null"),
        (
            Kind::Manifest,
            r#"{"items":[{"index":0,"path":["a"],"kind":"link","target":-1}]}"#,
        ),
        (Kind::Renamed, r#"{"items":[{"index":1}]}"#),
        (Kind::Abort, r#"{"detail":"x"}"#),
        (Kind::ManifestEnd, ""),
    ] {
        let read = Message::decode(kind, body.as_bytes());
        assert!(
            matches!(read, Err(Violation::Malformed { kind: k, .. }) if k == kind),
            "{body}"
        );
    }
}

#[test]
fn only_64_lower_case_digits_are_a_hash() {
    let upper = DIGITS.to_uppercase();
    let odd = format!("{}g", &DIGITS[1..]);
    let wide = format!("{}é", &DIGITS[2..]);
    for digits in [&DIGITS[1..], &format!("{DIGITS}a"), &upper, &odd, &wide, ""] {
        let body = format!(r#"{{"blake3":"{digits}"}}"#);
        assert!(
            Message::decode(Kind::End, body.as_bytes()).is_err(),
            "{digits}"
        );
    }
}

#[test]
fn content_is_no_message() {
    assert!(Message::decode(Kind::Data, b"{}").is_err());
}

#[test]
fn bytes_that_are_no_text_cannot_be_read() {
    let body = b"{\"reason\":\"cancelled\",\"detail\":\"\xff\"}";
    assert!(Message::decode(Kind::Abort, body).is_err());
}

#[test]
fn deep_nesting_does_no_harm() {
    let depth = MAX_BATCH_BYTES / 2 - 50;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let ignored = format!(r#"{{"later":{deep},"items":[]}}"#);
    let read = Message::decode(Kind::Manifest, ignored.as_bytes());
    assert_eq!(read, Ok(manifest(Vec::new())));
    for (kind, body) in [
        (Kind::Manifest, format!(r#"{{"items":{deep}}}"#)),
        (
            Kind::Answer,
            format!(r#"{{"accepted":true,"items":[{{"later":{deep},"index":1,"do":"skip"}}]}}"#),
        ),
    ] {
        assert!(Message::decode(kind, body.as_bytes()).is_err(), "{kind}");
    }
}

#[test]
fn what_is_too_long_for_a_frame_is_not_written() {
    let mut out = b"before".to_vec();
    let long = abort(AbortReason::Other, &"x".repeat(MAX_CONTROL_BYTES));
    assert!(matches!(
        long.encode(&mut out),
        Err(Violation::FrameTooLong { .. })
    ));
    let many = manifest((0..10_000).map(|index| file(index, 0)).collect());
    assert!(many.encode(&mut out).is_err());
    assert_eq!(out, b"before");
}

#[test]
fn a_full_batch_of_the_longest_items_fits_a_frame() {
    let index = u32::MAX;
    let treatment = Treatment::Resume {
        offset: u64::MAX,
        blake3: HASH,
    };
    let exception = Exception { index, treatment };
    let hash = FileHash {
        index,
        blake3: Some(HASH),
    };
    let failed = failure(index, Reason::NameNotAllowed);
    for message in [
        answer(true, None, vec![exception; MAX_BATCH_ITEMS]),
        Message::Hash(Batch {
            items: vec![hash; MAX_BATCH_ITEMS],
        }),
        Message::WantHash(Batch {
            items: vec![index; MAX_BATCH_ITEMS],
        }),
        Message::Receipt(Batch {
            items: vec![failed; MAX_BATCH_ITEMS],
        }),
    ] {
        let mut out = Vec::new();
        message.encode(&mut out).unwrap();
        let header = Header::decode(*out.first_chunk::<HEADER_BYTES>().unwrap()).unwrap();
        assert_eq!(header.body_bytes, out.len() - HEADER_BYTES);
    }
}

#[test]
fn an_array_is_no_object_however_well_its_items_would_fit() {
    for (kind, body) in [
        (
            Kind::Hello,
            r#"[1,"0.2.0","laptop","linux",false,[],null,null]"#.to_owned(),
        ),
        (Kind::ManifestEnd, "[]".to_owned()),
        (Kind::Alive, "[]".to_owned()),
        (Kind::WantHash, "[[1]]".to_owned()),
        (Kind::Manifest, "[[]]".to_owned()),
        (
            Kind::Manifest,
            r#"{"items":[[0,["a"],"file",0,null,false,null,null]]}"#.to_owned(),
        ),
        (Kind::Hash, format!(r#"{{"items":[[1,"{DIGITS}"]]}}"#)),
        (
            Kind::Answer,
            r#"{"accepted":true,"items":[[1,"skip"]]}"#.to_owned(),
        ),
        (Kind::Answer, "[false,null,[]]".to_owned()),
        (Kind::File, "[1,0]".to_owned()),
        (Kind::End, format!(r#"["{DIGITS}",false]"#)),
        (Kind::Failed, r#"[1,"vanished"]"#.to_owned()),
        (Kind::Receipt, r#"{"items":[[1,"damaged"]]}"#.to_owned()),
        (Kind::ReceiptEnd, "[1,2]".to_owned()),
        (Kind::Abort, r#"["cancelled",""]"#.to_owned()),
        (Kind::Renamed, r#"{"items":[[1,"a"]]}"#.to_owned()),
    ] {
        let read = Message::decode(kind, body.as_bytes());
        assert!(
            matches!(read, Err(Violation::Malformed { kind: k, .. }) if k == kind),
            "{body}"
        );
    }
}

#[test]
fn a_known_field_stands_once_and_others_as_often_as_they_like() {
    for (kind, body) in [
        (Kind::File, r#"{"index":1,"offset":0,"index":1}"#),
        (Kind::Manifest, r#"{"items":[],"items":[]}"#),
        (
            Kind::Answer,
            r#"{"accepted":true,"items":[{"index":1,"do":"skip","index":1}]}"#,
        ),
        (
            Kind::Answer,
            r#"{"accepted":true,"items":[{"index":1,"do":"skip","do":"skip"}]}"#,
        ),
    ] {
        assert!(Message::decode(kind, body.as_bytes()).is_err(), "{body}");
    }
    let body = br#"{"later":1,"index":1,"later":2,"offset":0}"#;
    assert!(Message::decode(Kind::File, body).is_ok());
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    for name in [r"\ud800", r"\udc00", r"\ud800x", r"\udc00\ud800"] {
        let body = format!(r#"{{"items":[{{"index":0,"path":["{name}"],"kind":"file"}}]}}"#);
        let read = Message::decode(Kind::Manifest, body.as_bytes());
        assert!(read.is_err(), "{name}");
    }
    let body = r#"{"items":[{"index":0,"path":["\ud83c\udf89"],"kind":"file"}]}"#;
    let read = Message::decode(Kind::Manifest, body.as_bytes());
    let party = manifest(vec![entry(0, &["🎉"], EntryKind::File, 0)]);
    assert_eq!(read, Ok(party));
}
