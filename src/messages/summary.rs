//! What there is to say of a transfer besides that it is done: what was left out, renamed, skipped
//! or resumed, and what failed.

use std::collections::BTreeMap;

use super::contact::shown;
use super::outcome::reason;
use super::quantity::{count, counted};
use super::{bytes, file_name};
use crate::error::{Skipped, WhySkipped};
use crate::protocol::message::DiskCause;
use crate::transfer::{Summary, WhoseDisk};

/// That a file has grown, after its name.
pub const GREW: &str = "grew while being sent";

/// Whether something that was meant to be sent is not there.
#[must_use]
pub fn is_incomplete(summary: &Summary) -> bool {
    !summary.failures.is_empty() || !summary.skipped.is_empty()
}

/// A line for each thing worth saying; nothing if all went as anybody would expect.
#[must_use]
pub fn details(summary: &Summary) -> Vec<String> {
    let mut lines = Vec::new();
    match summary.skipped_files {
        0 => {}
        files if files == summary.files && summary.failures.is_empty() => {
            lines.push("Everything was already there: nothing had to be sent.".to_owned());
        }
        1 => lines.push("1 file was already there.".to_owned()),
        files => lines.push(format!("{} files were already there.", count(files.into()))),
    }
    if summary.resumed_bytes > 0 {
        lines.push(format!("Resumed from {}.", bytes(summary.resumed_bytes)));
    }
    for name in &summary.renamed {
        let name = shown(name);
        lines.push(format!(
            "Sent as {name}, because its own name is not valid Unicode."
        ));
    }
    match summary.more_renamed {
        0 => {}
        more => lines.push(format!(
            "Sent under another name: {} more.",
            count(more.into())
        )),
    }
    for (sent, saved) in &summary.saved_as {
        let (sent, saved) = (shown(sent), shown(saved));
        lines.push(format!("{sent} was saved as {saved}."));
    }
    match summary.more_saved_as {
        0 => {}
        more => lines.push(format!(
            "Saved under another name: {} more.",
            count(more.into())
        )),
    }
    for (name, size_bytes) in &summary.grown {
        let (name, size) = (shown(name), bytes(*size_bytes));
        lines.push(format!("{name} {GREW}: its first {size} arrived."));
    }
    match summary.more_grown {
        0 => {}
        more => {
            let more = counted(more.into(), "more file", "more files");
            lines.push(format!("{more} {GREW}."));
        }
    }
    lines.extend(summary.skipped.iter().map(skipped));
    match summary.more_skipped {
        0 => {}
        more => lines.push(format!("Not sent: {} more.", count(more.into()))),
    }
    for (name, failed) in &summary.failures {
        let cause = match summary.causes.get(name) {
            Some((WhoseDisk::Ours, cause)) => disk_cause(*cause),
            Some((WhoseDisk::TheReceivers, cause)) => disk_cause_there(*cause),
            None => None,
        };
        let why = cause.unwrap_or_else(|| reason(*failed));
        lines.push(format!("Not saved: {}: {why}.", shown(name)));
    }
    match summary.more_failures {
        0 => {}
        more => {
            let more = counted(more.into(), "more file", "more files");
            lines.push(format!("Not saved: {more}."));
        }
    }
    lines
}

/// What this computer's disk has against a file; `None` if nothing that it can put in words.
fn disk_cause(cause: DiskCause) -> Option<&'static str> {
    match cause {
        DiskCause::Full => Some("the disk is full"),
        DiskCause::NoMoreFiles => Some("the disk can hold no more files"),
        DiskCause::QuotaExceeded => Some("your quota on the disk is used up"),
        DiskCause::FileTooLarge => Some("it is too large for the disk"),
        DiskCause::Broken => Some("the disk reported an input/output error"),
        DiskCause::FolderMissing => Some("the folder is gone"),
        DiskCause::ReadOnly => Some("the disk is read-only"),
        DiskCause::NotAllowed => Some("you do not have permission to write there"),
        DiskCause::Other => None,
    }
}

/// What the receiver's disk has against it.
pub(super) fn disk_cause_there(cause: DiskCause) -> Option<&'static str> {
    match cause {
        DiskCause::Full => Some("the receiver's disk is full"),
        DiskCause::NoMoreFiles => Some("the receiver's disk can hold no more files"),
        DiskCause::QuotaExceeded => Some("the receiver's disk quota is used up"),
        DiskCause::FileTooLarge => Some("it is too large for the receiver's disk"),
        DiskCause::Broken => Some("the receiver's disk reported an input/output error"),
        DiskCause::FolderMissing => Some("the receiver's folder is gone"),
        DiskCause::ReadOnly => Some("the receiver's disk is read-only"),
        DiskCause::NotAllowed => Some("the receiver has no permission to write to its folder"),
        DiskCause::Other => None,
    }
}

/// Why one of the chosen files or folders, or something in them, is not sent.
pub(super) fn skipped(skipped: &Skipped) -> String {
    let why = match skipped.why {
        WhySkipped::Link => "a link to something that is not sent",
        WhySkipped::DanglingLink => "a broken link",
        WhySkipped::LinkLoop => "a link that leads back to itself",
        WhySkipped::FolderLink => {
            "a link to a folder, which the receiver's older Onehop cannot save"
        }
        WhySkipped::NotFound => "there is no such file or folder",
        WhySkipped::Vanished => "it is no longer there",
        WhySkipped::Special => "neither a file nor a folder",
        WhySkipped::Unreadable => "it cannot be read",
        WhySkipped::Sizeless => "its size is unknown",
        WhySkipped::TooDeep => "it is inside too many folders",
        WhySkipped::TooMany => "there are too many files for one transfer",
    };
    let name = shown(&file_name(&skipped.path));
    let place = shown(&skipped.path.display().to_string());
    format!("Not sent: {name}: {why} ({place}).")
}

/// Before anything is sent: how many things will be left out, and why. Such as `3 things will not be
/// sent: 2 links to something that is not sent, 1 that cannot be read.`
#[must_use]
pub fn will_be_skipped(counts: &BTreeMap<WhySkipped, usize>) -> Option<String> {
    let reasons: Vec<String> = counts
        .iter()
        .map(|(why, count)| left_out(*why, *count))
        .collect();
    let things = match counts.values().sum::<usize>() {
        0 => return None,
        things => counted(things as u64, "thing", "things"),
    };
    Some(format!(
        "{things} will not be sent: {}.",
        reasons.join(", ")
    ))
}

fn left_out(why: WhySkipped, count: usize) -> String {
    let (one, more) = match why {
        WhySkipped::Link => ("link to something else", "links to something else"),
        WhySkipped::DanglingLink => ("broken link", "broken links"),
        WhySkipped::LinkLoop => (
            "link that leads back to itself",
            "links that lead back to themselves",
        ),
        WhySkipped::FolderLink => ("link to a folder", "links to folders"),
        WhySkipped::NotFound | WhySkipped::Vanished => {
            ("that is no longer there", "that are no longer there")
        }
        WhySkipped::Special => ("pipe, socket or device", "pipes, sockets or devices"),
        WhySkipped::Unreadable => ("that cannot be read", "that cannot be read"),
        WhySkipped::Sizeless => ("of unknown size", "of unknown size"),
        WhySkipped::TooDeep => ("inside too many folders", "inside too many folders"),
        // The rest are not counted one by one.
        WhySkipped::TooMany => return "more than fit in one transfer".to_owned(),
    };
    counted(count as u64, one, more)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::protocol::message::Reason;

    fn leaving_out(why: WhySkipped) -> Summary {
        Summary {
            skipped: vec![Skipped {
                path: PathBuf::from("folder").join("thing"),
                why,
            }],
            ..Summary::default()
        }
    }

    #[test]
    fn when_all_went_well_there_is_nothing_to_say() {
        let summary = Summary {
            files: 3,
            bytes: 18,
            ..Summary::default()
        };
        assert!(details(&summary).is_empty());
        assert!(!is_incomplete(&summary));
    }

    #[test]
    fn not_everything_was_there_already_where_something_is_not_saved() {
        let summary = Summary {
            files: 1,
            skipped_files: 1,
            failures: vec![("two".to_owned(), Reason::NotSaved)],
            ..Summary::default()
        };
        assert_eq!(
            details(&summary),
            [
                "1 file was already there.",
                "Not saved: two: the receiver could not save it.",
            ]
        );
    }

    #[test]
    fn each_failure_is_named_with_its_reason() {
        let summary = Summary {
            failures: vec![
                ("a/one\n.txt".to_owned(), Reason::Vanished),
                ("two".to_owned(), Reason::Changed),
            ],
            ..Summary::default()
        };
        assert_eq!(
            details(&summary),
            [
                "Not saved: a/one\u{FFFD}.txt: it was no longer there to be sent.",
                "Not saved: two: it changed while it was being sent.",
            ]
        );
        assert!(is_incomplete(&summary));
    }

    #[test]
    fn what_the_disk_has_against_a_file_is_said() {
        let mut summary = Summary::default();
        for name in ["film.mkv", "notes"] {
            summary.fail(|| name.to_owned(), Reason::NotSaved);
        }
        summary.note_cause(
            || "film.mkv".to_owned(),
            WhoseDisk::Ours,
            DiskCause::FileTooLarge,
        );
        summary.note_cause(|| "notes".to_owned(), WhoseDisk::Ours, DiskCause::Other);
        assert_eq!(
            details(&summary),
            [
                "Not saved: film.mkv: it is too large for the disk.",
                "Not saved: notes: the receiver could not save it.",
            ]
        );
    }

    #[test]
    fn what_the_receivers_disk_has_against_a_file_is_said_as_the_receivers() {
        let mut summary = Summary::default();
        for name in ["film.mkv", "notes"] {
            summary.fail(|| name.to_owned(), Reason::NotSaved);
        }
        summary.note_cause(
            || "film.mkv".to_owned(),
            WhoseDisk::TheReceivers,
            DiskCause::FileTooLarge,
        );
        summary.note_cause(
            || "notes".to_owned(),
            WhoseDisk::TheReceivers,
            DiskCause::Other,
        );
        assert_eq!(
            details(&summary),
            [
                "Not saved: film.mkv: it is too large for the receiver's disk.",
                "Not saved: notes: the receiver could not save it.",
            ]
        );
    }

    #[test]
    fn of_very_many_things_the_rest_is_counted() {
        let mut summary = Summary::default();
        for number in 0..=Summary::MAX_NAMED + 1 {
            summary.fail(|| number.to_string(), Reason::Vanished);
        }
        let lines = details(&summary);
        assert_eq!(lines.len(), Summary::MAX_NAMED + 1);
        assert_eq!(lines[Summary::MAX_NAMED], "Not saved: 2 more files.");
    }

    #[test]
    fn what_stands_under_another_name_is_told_with_both() {
        let summary = Summary {
            saved_as: vec![("f/a:b".to_owned(), "a_b".to_owned())],
            more_saved_as: 2,
            ..Summary::default()
        };
        assert_eq!(
            details(&summary),
            [
                "f/a:b was saved as a_b.",
                "Saved under another name: 2 more.",
            ]
        );
        assert!(!is_incomplete(&summary), "it is all there");
    }

    #[test]
    fn what_is_left_out_or_sent_under_another_name_is_named_up_to_a_limit() {
        let mut summary = Summary::default();
        let left_out = leaving_out(WhySkipped::Unreadable);
        for number in 0..=Summary::MAX_NAMED {
            summary.skip(&left_out.skipped[0]);
            summary.send_as(|| number.to_string());
        }
        let lines = details(&summary);
        assert_eq!(lines.len(), 2 * (Summary::MAX_NAMED + 1));
        assert_eq!(
            lines[Summary::MAX_NAMED],
            "Sent under another name: 1 more."
        );
        assert!(lines.ends_with(&["Not sent: 1 more.".to_owned()]));
    }

    #[test]
    fn that_nothing_had_to_cross_is_said_in_one_line() {
        let summary = Summary {
            files: 3,
            skipped_files: 3,
            ..Summary::default()
        };
        assert_eq!(
            details(&summary),
            ["Everything was already there: nothing had to be sent."]
        );
    }

    #[test]
    fn whatever_is_left_out_is_named_with_its_reason_and_missing() {
        for (why, words) in [
            (WhySkipped::Link, "a link to something that is not sent"),
            (WhySkipped::NotFound, "there is no such file or folder"),
            (WhySkipped::Special, "neither a file nor a folder"),
            (WhySkipped::Unreadable, "it cannot be read"),
        ] {
            let summary = leaving_out(why);
            let line = format!("Not sent: thing: {words} (");
            assert!(details(&summary)[0].starts_with(&line), "{line}");
            assert!(is_incomplete(&summary), "{why:?}");
        }
    }

    #[test]
    fn what_will_be_left_out_is_counted_by_its_reason() {
        let mut counts = BTreeMap::new();
        assert_eq!(will_be_skipped(&counts), None);
        counts.insert(WhySkipped::Unreadable, 1);
        assert_eq!(
            will_be_skipped(&counts).as_deref(),
            Some("1 thing will not be sent: 1 that cannot be read.")
        );
        counts.insert(WhySkipped::Link, 2);
        assert_eq!(
            will_be_skipped(&counts).as_deref(),
            Some("3 things will not be sent: 2 links to something else, 1 that cannot be read.")
        );
    }

    #[test]
    fn what_grew_is_named_with_how_much_of_it_arrived() {
        let mut summary = Summary::default();
        summary.grew(|| "logs/now.log".to_owned(), 5_000);
        assert_eq!(
            details(&summary),
            ["logs/now.log grew while being sent: its first 5.0 kB arrived."]
        );
        assert!(!is_incomplete(&summary), "all that was announced is there");
    }
}
