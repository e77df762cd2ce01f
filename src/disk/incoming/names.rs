//! Which names an arriving file or folder may have, one component at a time.
//!
//! A name is kept if this system can keep it. What is changed is only what would do harm anywhere,
//! what this system gives a meaning of its own, and, once the disk has refused a name, whatever
//! some disk may have against it.
//!
//! In scope: one name by itself, numbers behind it, and which names are the same to a system that
//! ignores case. Out of scope: what stands in the folder. Pure: no files.

use std::borrow::Cow;

use super::characters::is_bad;
use crate::disk::file_name::is_device;
use crate::protocol::message::MAX_COMPONENT_BYTES;

/// How our own hidden files begin, which nothing that arrives may imitate.
pub(crate) const PARTIAL_PREFIX: &str = ".onehop-";
/// How they end.
pub(crate) const PARTIAL_SUFFIX: &str = ".partial";
/// What takes the place of a character that is not allowed.
const SUBSTITUTE: &str = "_";
/// Longer extensions are none, and may be cut.
const MAX_EXTENSION_BYTES: usize = 32;
/// What eCryptfs takes, the common file system with the least.
const SHORTEST_LIMIT_BYTES: usize = 143;

/// Whose rules a name follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    /// Nearly every name will do.
    Unix,
    /// Several characters and names have a meaning of their own.
    Windows,
}

impl System {
    const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else {
        Self::Unix
    };
}

/// The name that can be given here to what is called `wanted`; `None` if nothing sensible remains.
///
/// Whatever comes out is one component and stays as it is if it comes in again.
#[must_use]
pub(crate) fn safe_name(wanted: &str) -> Option<Cow<'_, str>> {
    safe_name_on(System::HERE, wanted)
}

/// A name for a disk that refuses this one, such as a stick with a file system of Windows; `None`
/// if there is no better one.
#[must_use]
pub(crate) fn portable_name(name: &str) -> Option<String> {
    let portable = safe_name_on(System::Windows, name)?;
    (portable != name).then(|| portable.into_owned())
}

/// A name for a disk that finds this one too long; `None` if there is no better one.
#[must_use]
pub(crate) fn short_name(name: &str) -> Option<String> {
    let mut short = Cow::Borrowed(name);
    // A name that is cut may need a correction, and that makes some of them longer.
    while short.len() > SHORTEST_LIMIT_BYTES {
        let cut = shortened_to(&short, SHORTEST_LIMIT_BYTES);
        short = Cow::Owned(safe_name(&cut)?.into_owned());
    }
    (short != name).then(|| short.into_owned())
}

fn safe_name_on(system: System, wanted: &str) -> Option<Cow<'_, str>> {
    // No system has a file with one of these names: the sender is up to something.
    if matches!(wanted, "" | "." | "..") || wanted.contains(['/', '\0']) {
        return None;
    }
    let rules = match system {
        System::Unix => EVERYWHERE.iter().chain(&[]),
        System::Windows => EVERYWHERE.iter().chain(&WINDOWS),
    };
    let mut name = Cow::Borrowed(wanted);
    // One correction may call for another, such as "CON" for "CON ". Each makes the name shorter
    // or rids it of something for good, so this ends.
    while let Some(better) = rules.clone().find_map(|rule| rule(&name, system)) {
        name = Cow::Owned(better);
    }
    Some(name)
}

/// The name for the `count`th of this name: `photo.jpg`, `photo (2).jpg`, …
#[must_use]
pub(crate) fn numbered(name: &str, count: u32) -> Cow<'_, str> {
    if count < 2 {
        return Cow::Borrowed(name);
    }
    Cow::Owned(remarked(name, &count.to_string()))
}

/// The name with a short remark before its extension: `photo (partial).jpg`.
#[must_use]
pub(super) fn remarked(name: &str, remark: &str) -> String {
    let (stem, extension) = split(name);
    let mark = format!(" ({remark})");
    let room = MAX_COMPONENT_BYTES - mark.len() - extension.len();
    let stem = cut(stem, room);
    format!("{stem}{mark}{extension}")
}

/// The name of something hidden that no later transfer goes on with.
#[must_use]
pub(super) fn hidden_name(number: u64) -> String {
    format!("{PARTIAL_PREFIX}{number:016x}{PARTIAL_SUFFIX}")
}

/// The same for all names that this system takes for one. A disk may take more of them for one:
/// that shows when a file is made.
#[must_use]
pub(crate) fn unified(name: &str) -> Cow<'_, str> {
    match System::HERE {
        System::Unix => Cow::Borrowed(name),
        System::Windows => Cow::Owned(folded(name)),
    }
}

/// The same for all names that a system which ignores case takes for one.
#[must_use]
pub(crate) fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    // Upper case first, as Windows compares, then lower case for letters with several forms.
    name.to_uppercase().to_lowercase()
}

/// Shortens a name to what every system takes, and keeps its extension.
#[must_use]
pub(crate) fn shortened(name: &str) -> Cow<'_, str> {
    shortened_to(name, MAX_COMPONENT_BYTES)
}

fn shortened_to(name: &str, max_bytes: usize) -> Cow<'_, str> {
    if name.len() <= max_bytes {
        return Cow::Borrowed(name);
    }
    let (stem, extension) = split(name);
    let stem = cut(stem, max_bytes - extension.len());
    Cow::Owned(format!("{stem}{extension}"))
}

type Rule = fn(&str, System) -> Option<String>;

/// Each gives a better name, or `None` if it has nothing against this one.
const EVERYWHERE: [Rule; 3] = [without_bad_characters, not_like_our_partials, not_too_long];

/// What only Windows has against a name.
const WINDOWS: [Rule; 3] = [without_trimmed_end, no_short_name, no_device];

fn without_bad_characters(name: &str, system: System) -> Option<String> {
    let bad = |character| is_bad(character, system);
    name.contains(bad).then(|| name.replace(bad, SUBSTITUTE))
}

fn not_like_our_partials(name: &str, _: System) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let is_like = lower.starts_with(PARTIAL_PREFIX) && lower.ends_with(PARTIAL_SUFFIX);
    is_like.then(|| format!("{SUBSTITUTE}{}", &name[1..]))
}

fn not_too_long(name: &str, _: System) -> Option<String> {
    match shortened(name) {
        Cow::Borrowed(_) => None,
        Cow::Owned(shorter) => Some(shorter),
    }
}

/// Windows drops dots and spaces at the end and so gives another name than was asked for.
fn without_trimmed_end(name: &str, _: System) -> Option<String> {
    let trimmed = name.trim_end_matches(['.', ' ']);
    if trimmed.len() == name.len() {
        return None;
    }
    Some(match trimmed {
        "" => SUBSTITUTE.into(),
        _ => trimmed.into(),
    })
}

/// Windows gives long names a second, short one, such as `REPORT~1.DOC`. A file that is called so
/// would be taken for the file with the long name.
fn no_short_name(name: &str, _: System) -> Option<String> {
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    let (start, number) = stem.rsplit_once('~')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_short = stem.len() <= 8 && extension.len() <= 3 && !extension.contains('.');
    (is_number && is_short).then(|| {
        let rest = &name[start.len() + 1..];
        format!("{start}{SUBSTITUTE}{rest}")
    })
}

fn no_device(name: &str, _: System) -> Option<String> {
    if !is_device(name) {
        return None;
    }
    let stem = name.split('.').next().unwrap_or(name);
    // Right behind the word, before any spaces: there no cut for length can take it away again.
    let (word, rest) = name.split_at(stem.trim_end().len());
    Some(format!("{word}{SUBSTITUTE}{rest}"))
}

/// The name up to its extension, and the extension with its dot.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= MAX_EXTENSION_BYTES => name.split_at(dot),
        _ => (name, ""),
    }
}

/// The longest prefix of at most this many bytes that ends with a whole character.
fn cut(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const SYSTEMS: [System; 2] = [System::Unix, System::Windows];

    fn on(system: System, wanted: &str) -> String {
        safe_name_on(system, wanted).map_or_else(String::new, Cow::into_owned)
    }

    /// For names that both systems treat alike.
    fn renamed(wanted: &str) -> String {
        let names = SYSTEMS.map(|system| on(system, wanted));
        assert_eq!(names[0], names[1]);
        names[0].clone()
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        let longest = format!("{}.txt", "x".repeat(251));
        for name in [
            "sample.txt",
            "photo (2).jpg",
            ".profile",
            "archive.tar.gz",
            "Grüße aus Köln.txt",
            "日本語のファイル名.txt",
            "קובץ.txt",
            "family 👨\u{200D}👩\u{200D}👧.png",
            "England 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}.png",
            "soft\u{AD}hyphen",
            "می\u{200C}خواهم.txt",
            "COM10",
            "console.log",
            " leading space",
            "backup~",
            "notes.txt~1~",
            "a long name~1.txt",
            "~1x",
            &longest,
        ] {
            assert_eq!(renamed(name), name);
        }
    }

    #[test]
    fn each_system_keeps_what_it_can_keep() {
        let here = safe_name("aux.h");
        let expected = if cfg!(windows) { "aux_.h" } else { "aux.h" };
        assert_eq!(here.as_deref(), Some(expected));
    }

    #[test]
    fn names_that_no_file_has_are_refused() {
        for name in ["", ".", "..", "/", "a/b", "/etc/passwd", "../a", "a\0b"] {
            for system in SYSTEMS {
                assert_eq!(safe_name_on(system, name), None, "{name:?}");
            }
        }
    }

    #[test]
    fn what_means_something_to_windows_is_replaced_there_and_kept_elsewhere() {
        for (wanted, safe) in [
            ("a:b", "a_b"),
            ("C:", "C_"),
            (r"C:\Windows\evil.dll", "C__Windows_evil.dll"),
            (r"..\..\evil", ".._.._evil"),
            ("what?.txt", "what_.txt"),
            ("<a|b>*\"", "_a_b___"),
            ("name.", "name"),
            ("name. . .", "name"),
            ("name ", "name"),
            ("...", "_"),
            ("  ", "_"),
            ("CON", "CON_"),
            ("com1.txt", "com1_.txt"),
            ("nul.tar.gz", "nul_.tar.gz"),
            ("PRN .txt", "PRN_ .txt"),
            ("LPT².log", "LPT²_.log"),
            ("CON.", "CON_"),
            ("conin$", "conin$_"),
            ("REPORT~1.DOC", "REPORT_1.DOC"),
            ("progr~12", "progr_12"),
        ] {
            assert_eq!(on(System::Windows, wanted), safe, "{wanted:?}");
            assert_eq!(on(System::Unix, wanted), wanted);
            assert_eq!(portable_name(wanted).as_deref(), Some(safe), "{wanted:?}");
        }
    }

    #[test]
    fn what_controls_or_turns_round_a_name_is_replaced() {
        for (wanted, safe) in [
            ("invoice\u{202E}fdp.exe", "invoice_fdp.exe"),
            ("a\u{2066}b\u{2069}", "a_b_"),
            ("a\u{200F}b", "a_b"),
            ("two\nlines", "two_lines"),
            ("bell\u{7}", "bell_"),
            ("delete\u{7F}", "delete_"),
            ("next\u{85}line", "next_line"),
            ("line\u{2028}separator", "line_separator"),
        ] {
            assert_eq!(renamed(wanted), safe, "{wanted:?}");
        }
    }

    #[test]
    fn nothing_that_arrives_looks_like_our_own_hidden_files() {
        let name = ".onehop-0123456789abcdef0123456789abcdef.partial";
        assert_eq!(renamed(name), name.replacen('.', "_", 1));
        assert_eq!(renamed(".OneHop-x.PARTIAL"), "_OneHop-x.PARTIAL");
        for other in [".onehop", ".onehop-notes", "my.onehop-x.partial"] {
            assert_eq!(renamed(other), other);
        }
    }

    #[test]
    fn long_names_are_shortened_and_keep_their_extensions() {
        let long = format!("{}.jpeg", "ä".repeat(200));
        let short = renamed(&long);
        assert!(short.len() > 250 && short.len() <= MAX_COMPONENT_BYTES);
        let is_whole = short
            .strip_suffix(".jpeg")
            .map(|stem| stem.chars().all(|c| c == 'ä'));
        assert_eq!(is_whole, Some(true), "{short}");
        let no_extension = format!("a.{}", "b".repeat(300));
        assert_eq!(renamed(&no_extension).len(), MAX_COMPONENT_BYTES);
    }

    #[test]
    fn a_disk_that_refuses_a_name_is_offered_one_that_any_disk_takes() {
        assert_eq!(portable_name("what?.txt").as_deref(), Some("what_.txt"));
        assert_eq!(portable_name("plain.txt"), None);
        let long = format!("{}.jpeg", "x".repeat(200));
        let short = short_name(&long).unwrap_or_default();
        assert!(short.len() <= 143 && short.ends_with("x.jpeg"), "{short}");
        assert_eq!(short_name("plain.txt"), None);
    }

    #[test]
    fn one_correction_may_call_for_another() {
        let device_when_cut = format!("CON{}x", " ".repeat(300));
        assert_eq!(on(System::Windows, &device_when_cut), "CON_");
        let longest_device = format!("CON.{}", "x".repeat(251));
        assert_eq!(
            on(System::Windows, &longest_device).len(),
            MAX_COMPONENT_BYTES
        );
    }

    #[test]
    fn a_device_with_as_many_spaces_as_fit_is_none_any_more() {
        for (end, expected_end) in [(".txt", ".txt"), (".CON", ".CON"), ("\u{3000}.a", ".a")] {
            for spaces in 240..260 {
                let name = on(System::Windows, &format!("CON{}{end}", " ".repeat(spaces)));
                assert!(
                    name.starts_with("CON_ ") && name.ends_with(expected_end),
                    "{name:?}"
                );
            }
        }
    }

    #[test]
    fn numbers_go_before_the_extension_and_fit() {
        assert_eq!(numbered("photo.jpg", 1), "photo.jpg");
        assert_eq!(numbered("photo.jpg", 2), "photo (2).jpg");
        assert_eq!(numbered("README", 3), "README (3)");
        assert_eq!(numbered(".profile", 2), ".profile (2)");
        assert_eq!(numbered("archive.tar.gz", 2), "archive.tar (2).gz");
        let longest = format!("{}.txt", "x".repeat(251));
        let second = numbered(&longest, 2).into_owned();
        assert_eq!(second.len(), MAX_COMPONENT_BYTES);
        assert!(second.ends_with("x (2).txt"), "{second}");
    }

    #[test]
    fn names_that_differ_only_in_case_are_one() {
        for (one, other) in [
            ("README", "readme"),
            ("Straße", "STRASSE"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("\u{212A}elvin", "kelvin"),
            ("Éa", "éA"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("a"), folded("b"));
    }

    /// One component that the system keeps as it is, that turns nothing round, and that is not taken
    /// for one of our own.
    fn is_safe(system: System, name: &str) -> bool {
        let is_turning = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}');
        let is_isolating = |c: char| matches!(c, '\u{2066}'..='\u{2069}' | '\u{61C}');
        let lower = name.to_ascii_lowercase();
        let is_kept = match system {
            System::Unix => !name.contains('/'),
            System::Windows => {
                let stem = name.split('.').next().unwrap_or_default();
                let is_bad = name.contains(|c: char| "/\\:*?\"<>|".contains(c));
                !is_bad && !name.ends_with(['.', ' ']) && !is_device(stem)
            }
        };
        is_kept
            && !matches!(name, "" | "." | "..")
            && name.len() <= 255
            && !name.contains(|c: char| c.is_control() || is_turning(c) || is_isolating(c))
            && !(lower.starts_with(".onehop-") && lower.ends_with(".partial"))
    }

    fn system() -> impl Strategy<Value = System> {
        prop::sample::select(&SYSTEMS)
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_one_safe_component(
            wanted in "\\PC*|(?s).*",
            system in system(),
        ) {
            if let Some(name) = safe_name_on(system, &wanted) {
                prop_assert!(is_safe(system, &name), "{name:?}");
            }
        }

        #[test]
        fn devices_and_trimmed_names_are_made_safe_however_they_are_combined(
            stem in "(CON|nul|Com[0-9¹]|LPT1|aux|\\.onehop-|a~1|x){1,2}",
            middle in "[. ~1:\u{202E}]{0,4}",
            padding in 0..300_usize,
            end in "(txt|CON|\\.partial|[. ]{0,3})",
            system in system(),
        ) {
            let wanted = format!("{stem}{middle}{}{end}", " ".repeat(padding));
            let name = on(system, &wanted);
            prop_assert!(is_safe(system, &name), "{name:?}");
        }

        #[test]
        fn a_safe_name_is_not_changed_again(wanted in "(?s).{0,300}", system in system()) {
            if let Some(name) = safe_name_on(system, &wanted) {
                prop_assert_eq!(safe_name_on(system, &name), Some(Cow::Borrowed(&*name)));
            }
        }

        #[test]
        fn a_numbered_safe_name_is_safe(
            wanted in "(?s).{1,300}",
            count in 2..u32::MAX,
            system in system(),
        ) {
            if let Some(name) = safe_name_on(system, &wanted) {
                let numbered = numbered(&name, count);
                prop_assert_eq!(safe_name_on(system, &numbered), Some(numbered.clone()));
            }
        }

        #[test]
        fn a_portable_name_is_safe_everywhere(wanted in "(?s).{1,300}") {
            if let Some(name) = portable_name(&wanted) {
                prop_assert!(SYSTEMS.iter().all(|system| is_safe(*system, &name)), "{name:?}");
                prop_assert_eq!(portable_name(&name), None);
            }
        }

        #[test]
        fn a_short_name_is_short_and_safe(wanted in "(?s).{1,300}") {
            let name = safe_name(&wanted).and_then(|safe| short_name(&safe));
            if let Some(name) = name {
                prop_assert!(is_safe(System::HERE, &name) && name.len() <= 143, "{name:?}");
            }
        }

        #[test]
        fn numbers_tell_names_apart(name in "[a-z]{1,300}(\\.[a-z]{1,40})?") {
            let all: HashSet<String> = (1..20).map(|n| folded(&numbered(&name, n))).collect();
            prop_assert_eq!(all.len(), 19);
        }
    }
}
