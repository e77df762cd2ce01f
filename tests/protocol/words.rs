//! Every word on the wire that is one of a few: the reasons, what to do with a file, and what an
//! entry is. A variant without a word here does not compile.

use onehop::protocol::message::{
    AbortReason, Batch, Decline, DiskCause, EntryKind, Exception, Extension, Failure, Message,
    Reason, Treatment,
};

use crate::conversation::{HASH, entry, manifest};
use crate::messages::{abort, answer};

macro_rules! words {
    ($list:ident of $of:ident: $($variant:ident $word:literal,)*) => {
        /// Every variant and its word, in the order of the specification.
        pub(crate) fn $list() -> Vec<($of, &'static str)> {
            let word = |variant| match variant { $($of::$variant => $word,)* };
            [$($of::$variant),*].map(|variant| (variant, word(variant))).into()
        }
    };
}

words! { declines of Decline:
    Declined "declined",
    Expired "expired",
    NoSpace "no-space",
    CannotSave "cannot-save",
    Other "other",
}

words! { reasons of Reason:
    Vanished "vanished",
    Changed "changed",
    Unreadable "unreadable",
    NameNotAllowed "name-not-allowed",
    Damaged "damaged",
    NotSaved "not-saved",
    Other "other",
}

words! { abort_reasons of AbortReason:
    Cancelled "cancelled",
    Declined "declined",
    CodeRejected "code-rejected",
    WrongIdentity "wrong-identity",
    Busy "busy",
    Expired "expired",
    DiskFull "disk-full",
    CannotSave "cannot-save",
    Protocol "protocol",
    Internal "internal",
    Other "other",
}

words! { entry_kinds of EntryKind:
    File "file",
    Directory "directory",
    Text "text",
    Link "link",
}

words! { disk_causes of DiskCause:
    Full "full",
    NoMoreFiles "no-more-files",
    QuotaExceeded "quota-exceeded",
    FileTooLarge "file-too-large",
    Broken "broken",
    FolderMissing "folder-missing",
    ReadOnly "read-only",
    NotAllowed "not-allowed",
    Other "other",
}

words! { extensions of Extension:
    Alive "alive",
    Links "links",
    Modes "modes",
    Names "names",
    Grown "grown",
    Causes "causes",
    Unknown "unknown",
}

/// One of each, and its word.
pub(crate) fn treatments() -> Vec<(Treatment, &'static str)> {
    let resume = Treatment::Resume {
        offset: 7,
        blake3: HASH,
    };
    let reason = Reason::NameNotAllowed;
    let all = [Treatment::Skip, resume, Treatment::Refuse { reason }];
    let word = |treatment: &Treatment| match treatment {
        Treatment::Skip => "skip",
        Treatment::Resume { .. } => "resume",
        Treatment::Refuse { .. } => "refuse",
    };
    all.map(|treatment| (treatment.clone(), word(&treatment)))
        .into()
}

/// It is written with this body, and this body is read as it.
#[track_caller]
fn is_golden(message: &Message, body: &str) {
    let mut frame = Vec::new();
    message.encode(&mut frame).unwrap();
    let (_, written) = frame.split_at(5);
    assert_eq!(String::from_utf8_lossy(written), body);
    let read = Message::decode(message.kind(), body.as_bytes());
    assert_eq!(read.as_ref(), Ok(message));
}

#[test]
fn every_reason_of_a_no_has_always_had_its_word() {
    for (reason, word) in declines() {
        let body = format!(r#"{{"accepted":false,"reason":"{word}"}}"#);
        is_golden(&answer(false, Some(reason), vec![]), &body);
    }
}

#[test]
fn every_reason_that_a_file_fails_for_has_always_had_its_word() {
    for (reason, word) in reasons() {
        let body = format!(r#"{{"index":4,"reason":"{word}"}}"#);
        is_golden(
            &Message::Failed(Failure {
                index: 4,
                reason,
                cause: None,
            }),
            &body,
        );
        let treatment = Treatment::Refuse { reason };
        let refused = Exception {
            index: 4,
            treatment,
        };
        let body = format!(
            r#"{{"accepted":true,"items":[{{"index":4,"do":"refuse","reason":"{word}"}}]}}"#
        );
        is_golden(&answer(true, None, vec![refused]), &body);
    }
}

#[test]
fn every_cause_of_a_disk_has_always_had_its_word() {
    for (cause, word) in disk_causes() {
        let failure = Failure {
            index: 4,
            reason: Reason::NotSaved,
            cause: Some(cause),
        };
        let items = vec![failure];
        let body = format!(r#"{{"items":[{{"index":4,"reason":"not-saved","cause":"{word}"}}]}}"#);
        is_golden(&Message::Receipt(Batch { items }), &body);
    }
}

#[test]
fn every_reason_of_an_abort_has_always_had_its_word() {
    for (reason, word) in abort_reasons() {
        is_golden(&abort(reason, ""), &format!(r#"{{"reason":"{word}"}}"#));
    }
}

#[test]
fn everything_to_do_with_a_file_has_always_had_its_word() {
    for (treatment, word) in treatments() {
        let further = match treatment {
            Treatment::Skip => String::new(),
            Treatment::Resume { offset, blake3 } => {
                format!(
                    r#","offset":{offset},"blake3":"{}""#,
                    "ab".repeat(blake3.0.len())
                )
            }
            Treatment::Refuse { .. } => r#","reason":"name-not-allowed""#.to_owned(),
        };
        let body = format!(r#"{{"accepted":true,"items":[{{"index":4,"do":"{word}"{further}}}]}}"#);
        let exception = Exception {
            index: 4,
            treatment,
        };
        is_golden(&answer(true, None, vec![exception]), &body);
    }
}

#[test]
fn everything_that_an_entry_can_be_has_always_had_its_word() {
    for (kind, word) in entry_kinds() {
        let body = format!(r#"{{"items":[{{"index":0,"path":["a"],"kind":"{word}","size":0}}]}}"#);
        is_golden(&manifest(vec![entry(0, &["a"], kind, 0)]), &body);
    }
}
