//! The manifest has to be what the totals said, and to make sense: both sides see to it.

use onehop::protocol::error::Violation;
use onehop::protocol::message::{
    Empty, Entry, EntryKind, MAX_ENTRIES, MAX_NAMES_BYTES, MAX_PATH_COMPONENTS, MAX_TEXT_BYTES,
    Message,
};

use crate::conversation::{
    entry, file, link, manifest, receiver_offered, receiver_told, sender_listing, text, totals,
};

/// Both sides must find the same fault with this manifest: the sender before it says it.
fn refused(told: (u32, u32, u64), entries: &[Entry], expected: &Violation) {
    let told = totals(told.0, told.1, told.2);
    let entries = entries.to_vec();
    let heard = receiver_told(told)
        .and_then(|mut receiver| receiver.hear(manifest(entries.clone())))
        .unwrap_err();
    assert_eq!(&heard, expected);
    let said = sender_listing(told).manifest(entries).unwrap_err();
    assert_eq!(&said, expected);
}

fn bad(index: u32, detail: &'static str) -> Violation {
    Violation::BadEntry { index, detail }
}

#[test]
fn more_than_the_totals_is_refused_as_soon_as_it_comes() {
    let two = [file(0, 5), file(1, 5)];
    refused((1, 1, 10), &two, &Violation::WrongTotals);
    refused((2, 1, 10), &two, &Violation::WrongTotals);
    refused((2, 2, 9), &two, &Violation::WrongTotals);
}

#[test]
fn sizes_that_sum_up_to_more_than_a_number_holds_are_refused() {
    let huge = [file(0, u64::MAX), file(1, 1)];
    refused((2, 2, u64::MAX), &huge, &Violation::WrongTotals);
}

#[test]
fn fewer_than_the_totals_are_refused_at_the_end() {
    for told in [(3, 2, 10), (3, 3, 10), (2, 2, 11)] {
        let told = totals(told.0, told.1, told.2);
        let two = vec![file(0, 5), file(1, 5)];
        let mut receiver = receiver_told(told).unwrap();
        receiver.hear(manifest(two.clone())).unwrap();
        let heard = receiver.hear(Message::ManifestEnd(Empty {}));
        assert_eq!(heard, Err(Violation::WrongTotals), "{told:?}");
        let mut sender = sender_listing(told);
        sender.manifest(two).unwrap();
        assert_eq!(sender.manifest_end(), Err(Violation::WrongTotals));
    }
}

#[test]
fn totals_that_cannot_be_are_refused_before_the_manifest() {
    for told in [(0, 0, 0), (1, 2, 0), (MAX_ENTRIES + 1, 1, 1)] {
        let told = totals(told.0, told.1, told.2);
        assert_eq!(receiver_told(told).unwrap_err(), Violation::WrongTotals);
    }
    assert!(receiver_told(totals(MAX_ENTRIES, MAX_ENTRIES, u64::MAX)).is_ok());
}

#[test]
fn names_are_bounded_before_anybody_has_said_yes() {
    // As long as a frame can carry, so that a few entries will do.
    let name = "n".repeat(200_000);
    let most = u32::try_from(MAX_NAMES_BYTES / name.len()).unwrap();
    let mut receiver = receiver_told(totals(MAX_ENTRIES, MAX_ENTRIES, u64::MAX)).unwrap();
    for index in 0..most {
        let one = entry(index, &[&name], EntryKind::File, 1);
        receiver.hear(manifest(vec![one])).unwrap();
    }
    let heard = receiver.hear(manifest(vec![entry(most, &[&name], EntryKind::File, 1)]));
    assert_eq!(heard, Err(bad(most, "too many names")));
}

#[test]
fn entries_are_counted_without_a_gap() {
    let (order, told) = ("out of order", (3, 3, 9));
    refused(told, &[file(1, 1)], &bad(1, order));
    refused(told, &[file(0, 1), file(0, 1)], &bad(0, order));
    refused(told, &[file(0, 1), file(2, 1)], &bad(2, order));
    refused(told, &[file(u32::MAX, 1)], &bad(u32::MAX, order));
}

#[test]
fn entries_are_counted_over_all_batches() {
    let mut receiver = receiver_told(totals(2, 2, 2)).unwrap();
    receiver.hear(manifest(vec![file(0, 1)])).unwrap();
    let heard = receiver.hear(manifest(vec![file(0, 1)]));
    assert_eq!(heard, Err(bad(0, "out of order")));
}

#[test]
fn a_text_is_alone_has_no_path_and_is_short() {
    let alone = "a text is alone and has no path";
    refused((2, 1, 9), &[text(1), file(1, 1)], &bad(0, alone));
    refused(
        (2, 1, 9),
        &[file(0, 1), entry(1, &[], EntryKind::Text, 1)],
        &bad(1, alone),
    );
    let named = entry(0, &["note"], EntryKind::Text, 1);
    refused((1, 0, 1), &[named], &bad(0, alone));
    let long = MAX_TEXT_BYTES + 1;
    refused((1, 0, long), &[text(long)], &bad(0, "too long a text"));
    // Counted as a file by its sender.
    let mut receiver = receiver_told(totals(1, 1, 1)).unwrap();
    receiver.hear(manifest(vec![text(1)])).unwrap();
    let heard = receiver.hear(Message::ManifestEnd(Empty {}));
    assert_eq!(heard, Err(Violation::WrongTotals));
}

#[test]
fn a_folder_has_no_size() {
    let folder = entry(0, &["photos"], EntryKind::Directory, 1);
    refused((1, 0, 1), &[folder], &bad(0, "a folder with a size"));
}

#[test]
fn a_path_has_at_least_one_name_and_not_too_many() {
    let fault = bad(0, "too short or too long a path");
    for kind in [EntryKind::File, EntryKind::Directory] {
        refused((1, 1, 0), &[entry(0, &[], kind, 0)], &fault);
        let deep = vec!["d"; MAX_PATH_COMPONENTS + 1];
        refused((1, 1, 0), &[entry(0, &deep, kind, 0)], &fault);
    }
    let mut nowhere = link(1, 0);
    nowhere.path.clear();
    let fault = bad(1, "too short or too long a path");
    refused((2, 2, 1), &[file(0, 1), nowhere], &fault);
    let deepest = entry(0, &vec!["d"; MAX_PATH_COMPONENTS], EntryKind::File, 0);
    receiver_offered(vec![deepest]);
}

#[test]
fn a_link_leads_to_an_entry_before_it_and_has_no_size() {
    let nothing = "a link to nothing before it";
    for target in [None, Some(1), Some(2), Some(u32::MAX)] {
        let mut lost = link(1, 0);
        lost.target = target;
        refused((2, 2, 1), &[file(0, 1), lost], &bad(1, nothing));
    }
    let mut long = link(1, 0);
    long.size = 1;
    refused(
        (2, 2, 2),
        &[file(0, 1), long],
        &bad(1, "a link with a size"),
    );
    // To a file, to a link, to a folder.
    let folder = entry(3, &["d"], EntryKind::Directory, 0);
    receiver_offered(vec![file(0, 1), link(1, 0), link(2, 1), folder, link(4, 3)]);
}

#[test]
fn permissions_are_nine_bits() {
    let mut suid = file(0, 1);
    suid.mode = Some(0o4755);
    refused(
        (1, 1, 1),
        &[suid],
        &bad(0, "permissions that there are not"),
    );
    for mode in [0, 0o777] {
        let mut plain = file(0, 1);
        plain.mode = Some(mode);
        receiver_offered(vec![plain]);
    }
}
