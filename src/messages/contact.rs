//! Who is at the other end, and what they offer.

use std::net::IpAddr;

use super::bytes;
use super::outcome::CLASSIC;
use super::quantity::{and_more, count, counted};
use crate::disk::Merge;
use crate::disk::incoming::Naming;
use crate::identity::DeviceIdentity;
use crate::protocol::greeting::harmless;
use crate::transfer::{Introduced, Offered, OfferedItem, PeerDevice};

/// A name from elsewhere on one line, without anything that could deceive.
#[must_use]
pub fn shown(name: &str) -> String {
    harmless(name.as_bytes()).replace('\n', "\u{FFFD}")
}

/// Such as `412 files, 1.2 GB`.
#[must_use]
pub fn amount(files: u32, size_bytes: u64) -> String {
    let files = counted(files.into(), "file", "files");
    format!("{files}, {}", bytes(size_bytes))
}

/// Such as `3 files`, `2 folders` or `5 files and folders`.
#[must_use]
pub fn things(files: usize, folders: usize) -> String {
    match (files as u64, folders as u64) {
        (files, 0) => counted(files, "file", "files"),
        (0, folders) => counted(folders, "folder", "folders"),
        (files, folders) => format!("{} files and folders", count(files + folders)),
    }
}

/// A text is announced as bytes of no file.
#[must_use]
pub fn announces_text(introduced: &Introduced) -> bool {
    introduced.files == 0 && introduced.bytes > 0
}

/// What a sender wants, such as `wants to send 412 files, 1.2 GB`.
#[must_use]
pub fn wish(introduced: &Introduced, is_text: bool) -> String {
    if is_text {
        return "wants to send you a message".to_owned();
    }
    let amount = amount(introduced.files, introduced.bytes);
    format!("wants to send {amount}")
}

/// Who answered a sender, such as `“desk-pc” answered, a computer that you remember.`
#[must_use]
pub fn answered(device: &PeerDevice, is_named: bool) -> String {
    let known = match (device.remembered, is_named) {
        (true, _) => "a computer that you remember",
        (false, true) => "the computer that you named by its fingerprint",
        (false, false) => "a computer that is not known here yet",
    };
    format!("“{}” answered, {known}.", device.name)
}

/// That a sender is there, such as
/// `“desk-pc” (192.168.1.101) wants to send 412 files, 1.2 GB; 61 GB free here.`
#[must_use]
pub fn introduced(introduced: &Introduced, peer: IpAddr) -> String {
    let name = &introduced.device.name;
    let wish = wish(introduced, announces_text(introduced));
    let free = introduced
        .free_bytes
        .map_or_else(String::new, |free_bytes| {
            format!("; {} free here", bytes(free_bytes))
        });
    format!("“{name}” ({peer}) {wish}{free}.")
}

/// What is offered, in a few words: the name of one thing, or how many there are.
#[must_use]
pub fn offer(offered: &Offered) -> String {
    let (items, more) = (offered.items.as_slice(), offered.more_items);
    match (items, more) {
        _ if offered.is_text => "a message".to_owned(),
        ([one], 0) => shown(&one.name),
        _ => {
            let folders = items.iter().filter(|item| item.is_folder).count();
            things(items.len() + more - folders, folders)
        }
    }
}

/// That a classic sender is there, which says no more than that.
#[must_use]
pub fn sends_a_file(peer: IpAddr) -> String {
    format!("{peer} is sending a file.")
}

/// Whether to save what it sends.
#[must_use]
pub fn save_question(peer: IpAddr) -> String {
    format!("{peer} is sending a file ({CLASSIC}). Save it?")
}

/// The top-level files and folders of an offer, a line for each of the first `most`.
#[must_use]
pub fn offered(offered: &Offered, merge: Merge, most: usize) -> String {
    let items = offered.items.iter().take(most);
    let mut lines: Vec<String> = items.map(|one| item(one, merge)).collect();
    let more = offered.items.len().saturating_sub(most) + offered.more_items;
    if more > 0 {
        lines.push(and_more(more));
    }
    lines.extend(rest_of_list(offered));
    lines.extend(renamed_inside(offered));
    lines.extend(hidden(offered).map(str::to_owned));
    lines.join("\n")
}

/// That the list is longer than what is shown, where it is.
#[must_use]
pub fn rest_of_list(offered: &Offered) -> Option<String> {
    let text = "This is a long list: the rest of it is read when you accept.";
    (!offered.complete).then(|| text.to_owned())
}

/// How many things in the folders get another name, if any does.
#[must_use]
pub fn renamed_inside(offered: &Offered) -> Option<String> {
    match offered.renamed_inside {
        0 => None,
        1 => Some("1 name inside cannot be kept here and is changed.".to_owned()),
        many => Some(format!(
            "{} names inside cannot be kept here and are changed.",
            count(many.into())
        )),
    }
}

/// What to think of names that begin with a dot, if there are any.
#[must_use]
pub fn hidden(offered: &Offered) -> Option<&'static str> {
    (offered.hidden > 0).then_some(
        "Hidden files can change what programs on this computer do. Accept them only if you expect \
         them.",
    )
}

/// One of them, such as `photos/ (412 files, 1.2 GB), added to your folder photos`.
#[must_use]
pub fn item(item: &OfferedItem, merge: Merge) -> String {
    let name = shown(&item.name);
    let what = if item.is_folder {
        format!("{name}/ ({})", amount(item.files, item.bytes))
    } else {
        format!("{name} ({})", bytes(item.bytes))
    };
    let what = if item.is_hidden {
        format!("{what}, hidden")
    } else {
        what
    };
    if let Some(existing) = &item.existing
        && merge.covers(existing.sent_before)
    {
        let existing = shown(&existing.name);
        return format!("{what}, added to your folder {existing}");
    }
    let renamed = item.renamed.as_deref().map(shown).unwrap_or_default();
    match item.naming {
        Naming::Kept => what,
        Naming::NotAllowed => format!("{what}, saved as {renamed}: its name is not allowed here"),
        // Whether it is the same is only known after the yes.
        Naming::Taken => {
            format!("{what}. If it differs from your {name} it becomes {renamed}")
        }
        Naming::Refused => format!("{what}, not saved: no name for it is allowed here"),
    }
}

/// That another computer answered, where no name tells which one was expected.
pub(super) const NOT_THE_EXPECTED_COMPUTER: &str = "This isn't the computer you expected.";

/// What that may mean.
pub(super) const WHY_ANOTHER_COMPUTER: &str = "Another computer may be posing as it, or Onehop \
                                               was set up anew there. Ask there before you go on.";

/// That another computer answered than the one that was expected, and what that may mean.
#[must_use]
pub fn different_computer(expected: &[DeviceIdentity], found: &DeviceIdentity) -> String {
    let headline = match expected {
        [
            DeviceIdentity {
                device: Some(device),
                ..
            },
        ] => format!("This isn't the {} you remember.", device.name),
        _ => NOT_THE_EXPECTED_COMPUTER.to_owned(),
    };
    let expected: Vec<String> = expected.iter().map(party).collect();
    format!(
        "{headline}\nExpected: {}\nAnswered: {}\n{WHY_ANOTHER_COMPUTER}",
        expected.join(", or "),
        party(found)
    )
}

/// That a receiver offers only classic, and what that may mean.
#[must_use]
pub fn only_classic(was_onehop: Option<&DeviceIdentity>) -> String {
    match was_onehop {
        None => "The receiver isn't running Onehop, so the file travels unencrypted: others on \
                 the network could read it, and nothing proves that it arrives intact. Nothing \
                 has been sent yet."
            .to_owned(),
        Some(was) => format!(
            "Careful: there was a Onehop at this address before, and what answers now encrypts \
             nothing. Another computer may be posing as it to read the file, or another program \
             was started there. Ask there before you go on.\n{}",
            seen_before(was)
        ),
    }
}

/// The Onehop that was where none is now.
pub(super) fn seen_before(was: &DeviceIdentity) -> String {
    format!("Seen there before: {}", party(was))
}

/// A name, where there is one, with the fingerprint.
fn party(party: &DeviceIdentity) -> String {
    match &party.device {
        Some(device) => format!("“{}”, fingerprint {}", device.name, party.fingerprint),
        None => format!("fingerprint {}", party.fingerprint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::incoming::ExistingFolder;
    use crate::identity::Fingerprint;

    const MERGE: Merge = Merge::SentBefore;

    fn photos(naming: Naming, renamed: Option<&str>) -> OfferedItem {
        OfferedItem {
            name: "photos".to_owned(),
            renamed: renamed.map(str::to_owned),
            naming,
            is_folder: true,
            is_hidden: false,
            existing: None,
            files: 1,
            bytes: 1_200_000_000,
        }
    }

    #[test]
    fn an_offer_says_what_becomes_of_each_name() {
        assert_eq!(
            item(&photos(Naming::Kept, None), MERGE),
            "photos/ (1 file, 1.2 GB)"
        );
        assert_eq!(
            item(&photos(Naming::Taken, Some("photos (2)")), MERGE),
            "photos/ (1 file, 1.2 GB). If it differs from your photos it becomes photos (2)"
        );
        assert!(item(&photos(Naming::Refused, Some("")), MERGE).contains("not saved"));
    }

    #[test]
    fn a_folder_that_joins_one_that_is_there_says_so() {
        let mut photos = photos(Naming::Taken, Some("photos (3)"));
        photos.existing = Some(ExistingFolder {
            name: "photos (2)".to_owned(),
            sent_before: false,
        });
        assert!(item(&photos, Merge::SentBefore).contains("becomes photos (3)"));
        let added = "photos/ (1 file, 1.2 GB), added to your folder photos (2)";
        assert_eq!(item(&photos, Merge::All), added);
    }

    #[test]
    fn what_is_hidden_is_marked_and_warned_of() {
        let hidden = OfferedItem {
            name: ".bashrc".to_owned(),
            is_folder: false,
            is_hidden: true,
            ..photos(Naming::Kept, None)
        };
        let offer = Offered {
            items: vec![hidden],
            hidden: 1,
            more_items: 0,
            complete: true,
            renamed_inside: 0,
            is_text: false,
            decided: false,
        };
        let text = offered(&offer, MERGE, 1);
        assert!(text.starts_with(".bashrc (1.2 GB), hidden\n"), "{text}");
        assert!(text.contains("Accept them only if you expect them."));
    }

    #[test]
    fn a_long_offer_ends_with_how_many_are_left() {
        let items = vec![photos(Naming::Kept, None); 5];
        let offer = Offered {
            items,
            hidden: 0,
            more_items: 0,
            complete: true,
            renamed_inside: 0,
            is_text: false,
            decided: false,
        };
        assert_eq!(offered(&offer, MERGE, 5).lines().count(), 5);
        assert!(offered(&offer, MERGE, 2).ends_with("\nand 3 more"));
        let longer = Offered {
            more_items: 4,
            complete: false,
            ..offer.clone()
        };
        assert!(offered(&longer, MERGE, 2).contains("\nand 7 more\nThis is a long list"));
        let changed = Offered {
            renamed_inside: 2,
            ..offer
        };
        assert!(
            offered(&changed, MERGE, 2)
                .ends_with("2 names inside cannot be kept here and are changed.")
        );
    }

    #[test]
    fn a_name_cannot_forge_a_line_or_turn_the_text_round() {
        assert_eq!(
            shown("a\nb\u{1b}[2J\u{202E}c"),
            "a\u{FFFD}b\u{FFFD}[2J\u{FFFD}c"
        );
    }

    #[test]
    fn a_different_computer_is_told_with_both_fingerprints() {
        let party = |byte| DeviceIdentity {
            fingerprint: Fingerprint::from_bytes([byte; 32]),
            device: None,
        };
        let text = different_computer(&[party(1), party(2)], &party(3));
        for start in ["0101 0101", "0202 0202", "0303 0303"] {
            assert!(text.contains(start), "{text}");
        }
    }
}
