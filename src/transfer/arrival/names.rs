//! Which names an arriving file or folder may have: one component at a time, by the rules of both
//! systems on both systems, so that what was received here can be passed on to anywhere.
//!
//! In scope: one name by itself, numbers behind it, and which names are the same to a system that
//! ignores case. Out of scope: what stands in the folder. Pure: no files.

use std::borrow::Cow;

use super::characters::is_bad;
use crate::protocol::message::MAX_COMPONENT_BYTES;
use crate::transfer::file_name::is_device;

/// How our own hidden files begin, which nothing that arrives may imitate.
pub(crate) const PARTIAL_PREFIX: &str = ".onehop-";
/// How they end.
pub(crate) const PARTIAL_SUFFIX: &str = ".partial";
/// What takes the place of a character that is not allowed.
const SUBSTITUTE: char = '_';
/// Longer extensions are none, and may be cut.
const MAX_EXTENSION_BYTES: usize = 32;

/// The name that can be given to what is called `wanted`; `None` if nothing sensible remains.
///
/// Whatever comes out is one component on both systems and stays as it is if it comes in again.
#[must_use]
pub(crate) fn safe_name(wanted: &str) -> Option<Cow<'_, str>> {
    // No system has a file with one of these names: the sender is up to something.
    if matches!(wanted, "" | "." | "..") || wanted.contains(['/', '\0']) {
        return None;
    }
    let mut name = Cow::Borrowed(wanted);
    // One correction may call for another, such as "CON " for "CON_". Each makes the name shorter
    // or rids it of something for good, so this ends.
    while let Some(better) = RULES.iter().find_map(|rule| rule(&name)) {
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
    let (stem, extension) = split(name);
    let mark = format!(" ({count})");
    let room = MAX_COMPONENT_BYTES - mark.len() - extension.len();
    let stem = cut(stem, room);
    Cow::Owned(format!("{stem}{mark}{extension}"))
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

/// Shortens a name to what every file system takes, and keeps its extension.
#[must_use]
pub(crate) fn shortened(name: &str) -> Cow<'_, str> {
    if name.len() <= MAX_COMPONENT_BYTES {
        return Cow::Borrowed(name);
    }
    let (stem, extension) = split(name);
    let stem = cut(stem, MAX_COMPONENT_BYTES - extension.len());
    Cow::Owned(format!("{stem}{extension}"))
}

type Rule = fn(&str) -> Option<String>;

/// Each gives a better name, or `None` if it has nothing against this one.
const RULES: [Rule; 6] = [
    without_bad_characters,
    without_our_prefix,
    not_too_long,
    without_trimmed_end,
    no_short_name,
    no_device,
];

fn without_bad_characters(name: &str) -> Option<String> {
    let characters: Vec<char> = name.chars().collect();
    let is_bad_at = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| characters.get(before));
        is_bad(characters[at], before, characters.get(at + 1))
    };
    let places = 0..characters.len();
    places.clone().any(is_bad_at).then(|| {
        let replace = |at| {
            if is_bad_at(at) {
                SUBSTITUTE
            } else {
                characters[at]
            }
        };
        places.map(replace).collect()
    })
}

fn without_our_prefix(name: &str) -> Option<String> {
    let start = name.get(..PARTIAL_PREFIX.len())?;
    let is_ours = start.eq_ignore_ascii_case(PARTIAL_PREFIX);
    is_ours.then(|| format!("{SUBSTITUTE}{}", &name[1..]))
}

fn not_too_long(name: &str) -> Option<String> {
    match shortened(name) {
        Cow::Borrowed(_) => None,
        Cow::Owned(shorter) => Some(shorter),
    }
}

/// Windows drops dots and spaces at the end and so gives another name than was asked for.
fn without_trimmed_end(name: &str) -> Option<String> {
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
fn no_short_name(name: &str) -> Option<String> {
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    let (start, number) = stem.rsplit_once('~')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_short = stem.len() <= 8 && extension.len() <= 3 && !extension.contains('.');
    (is_number && is_short).then(|| {
        let rest = &name[start.len() + 1..];
        format!("{start}{SUBSTITUTE}{rest}")
    })
}

fn no_device(name: &str) -> Option<String> {
    if !is_device(name) {
        return None;
    }
    let stem = name.split('.').next().unwrap_or(name);
    let rest = &name[stem.len()..];
    Some(format!("{stem}{SUBSTITUTE}{rest}"))
}

/// The name up to its extension, and the extension with its dot.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= MAX_EXTENSION_BYTES => name.split_at(dot),
        _ => (name, ""),
    }
}

/// At most so many bytes of it, and no half character.
fn cut(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn renamed(wanted: &str) -> String {
        safe_name(wanted).map_or_else(String::new, Cow::into_owned)
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
            assert_eq!(safe_name(name), Some(Cow::Borrowed(name)), "{name}");
        }
    }

    #[test]
    fn names_that_no_file_has_are_refused() {
        for name in ["", ".", "..", "/", "a/b", "/etc/passwd", "../a", "a\0b"] {
            assert_eq!(safe_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn what_means_something_to_windows_is_replaced() {
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
            ("PRN .txt", "PRN _.txt"),
            ("LPT².log", "LPT²_.log"),
            ("CON.", "CON_"),
            ("conin$", "conin$_"),
            ("REPORT~1.DOC", "REPORT_1.DOC"),
            ("progr~12", "progr_12"),
        ] {
            assert_eq!(renamed(wanted), safe, "{wanted:?}");
        }
    }

    #[test]
    fn what_hides_or_turns_round_a_name_is_replaced() {
        for (wanted, safe) in [
            ("invoice\u{202E}fdp.exe", "invoice_fdp.exe"),
            ("a\u{2066}b\u{2069}", "a_b_"),
            ("a\u{200F}b", "a_b"),
            ("zero\u{200B}width", "zero_width"),
            ("zero\u{200D}width", "zero_width"),
            ("\u{FEFF}mark", "_mark"),
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
        assert_eq!(renamed(".OneHop-x"), "_OneHop-x");
        assert_eq!(renamed(".onehop"), ".onehop");
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
    fn one_correction_may_call_for_another() {
        let device_when_cut = format!("CON{}x", " ".repeat(300));
        assert_eq!(renamed(&device_when_cut), "CON_");
        let longest_device = format!("CON.{}", "x".repeat(251));
        assert_eq!(renamed(&longest_device).len(), MAX_COMPONENT_BYTES);
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

    /// One component, on both systems, that each of them keeps as it is.
    fn is_safe_everywhere(name: &str) -> bool {
        let stem = name.split('.').next().unwrap_or_default();
        let is_hidden = |c: char| {
            let is_turning = matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}');
            is_turning || matches!(c, '\u{2066}'..='\u{2069}' | '\u{61C}' | '\u{200B}')
        };
        !name.is_empty()
            && name.len() <= 255
            && !name.contains(|c: char| c.is_control() || "/\\:*?\"<>|".contains(c))
            && !name.contains(is_hidden)
            && !name.ends_with(['.', ' '])
            && !is_device(stem)
            && !name.to_ascii_lowercase().starts_with(".onehop-")
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_one_safe_component(wanted in "\\PC*|(?s).*") {
            if let Some(name) = safe_name(&wanted) {
                prop_assert!(is_safe_everywhere(&name), "{name:?}");
            }
        }

        #[test]
        fn devices_and_trimmed_names_are_made_safe_however_they_are_combined(
            stem in "(CON|nul|Com[0-9¹]|LPT1|aux|\\.onehop-|a~1|x){1,2}",
            middle in "[. ~1:\u{202E}]{0,4}",
            padding in 0..300_usize,
            end in "(txt|CON|[. ]{0,3})",
        ) {
            let wanted = format!("{stem}{middle}{}{end}", " ".repeat(padding));
            let name = renamed(&wanted);
            prop_assert!(is_safe_everywhere(&name), "{name:?}");
        }

        #[test]
        fn a_safe_name_is_not_changed_again(wanted in "(?s).{0,300}") {
            if let Some(name) = safe_name(&wanted) {
                prop_assert_eq!(safe_name(&name), Some(Cow::Borrowed(&*name)));
            }
        }

        #[test]
        fn a_numbered_safe_name_is_safe(wanted in "(?s).{1,300}", count in 2..u32::MAX) {
            if let Some(name) = safe_name(&wanted) {
                let numbered = numbered(&name, count);
                prop_assert_eq!(safe_name(&numbered), Some(numbered.clone()));
            }
        }

        #[test]
        fn numbers_tell_names_apart(name in "[a-z]{1,300}(\\.[a-z]{1,40})?") {
            let all: HashSet<String> = (1..20).map(|n| folded(&numbered(&name, n))).collect();
            prop_assert_eq!(all.len(), 19);
        }
    }
}
