//! What devices are called. A name is a label: two devices may share one, and anybody may claim any.

/// Longer names are cut.
pub const MAX_NAME_CHARS: usize = 63;
/// When the system has no usable host name.
const NAMELESS: &str = "computer";

/// A name without control, bidirectional and invisible characters, without quotation marks and
/// brackets, which could end those that we put around it, without needless blanks, and of 63
/// characters at most; `None` if nothing is left. Names from other devices go through here
/// before they are shown or kept.
#[must_use]
pub fn clean_name(name: &str) -> Option<String> {
    let visible: String = name
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !(c.is_control() || is_invisible(*c) || is_delimiter(*c)))
        .collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = words.chars().take(MAX_NAME_CHARS).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// What this device is called until somebody gives it a name: the first part of its host name.
#[must_use]
pub(super) fn host_name() -> String {
    let name = gethostname::gethostname();
    let name = name.to_string_lossy();
    let first = name.split('.').next().unwrap_or_default();
    clean_name(first).unwrap_or_else(|| NAMELESS.to_owned())
}

/// They cannot be seen, but can make one name look like another.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Double quotation marks and brackets of all scripts. An apostrophe may stay.
fn is_delimiter(character: char) -> bool {
    matches!(
        character,
        '"' | '(' | ')' | '<' | '>' | '[' | ']' | '{' | '}' | '«' | '»' | '‹' | '›'
            | '\u{201C}'..='\u{201F}'
            | '\u{2033}' | '\u{2036}' | '\u{2045}' | '\u{2046}'
            | '\u{2768}'..='\u{2775}' | '\u{275D}' | '\u{275E}'
            | '\u{27E6}'..='\u{27EF}'
            | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301B}' | '\u{301D}'..='\u{301F}'
            | '\u{FE59}'..='\u{FE5E}'
            | '\u{FF02}' | '\u{FF08}' | '\u{FF09}' | '\u{FF1C}' | '\u{FF1E}'
            | '\u{FF3B}' | '\u{FF3D}' | '\u{FF5B}' | '\u{FF5D}' | '\u{FF5F}' | '\u{FF60}'
            | '\u{FF62}' | '\u{FF63}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["desk-pc", "Anna’s laptop", "Büro", "日本語", "🖥 upstairs"] {
            assert_eq!(clean_name(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_could_deceive_is_left_out() {
        for (name, cleaned) in [
            ("desk\u{202E}cp", "deskcp"),
            ("a\u{200B}b\u{2066}c\u{FEFF}", "abc"),
            ("\u{1B}[31mred", "31mred"),
            ("desk” (10.0.0.1), “laptop", "desk 10.0.0.1, laptop"),
            ("\"a\" [b] {c} <d> «e» 「f」（g）", "a b c d e fg"),
            ("two\nlines\ttabbed", "two lines tabbed"),
            ("  many   blanks \u{A0} ", "many blanks"),
        ] {
            assert_eq!(clean_name(name).as_deref(), Some(cleaned), "{name:?}");
        }
    }

    #[test]
    fn a_name_of_nothing_visible_is_none() {
        for name in ["", "  ", "\n\r\t", "\u{200B}\u{202E}"] {
            assert_eq!(clean_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let cleaned = clean_name(&"ü".repeat(100)).unwrap_or_default();
        assert_eq!(cleaned, "ü".repeat(MAX_NAME_CHARS));
    }

    #[test]
    fn every_device_has_a_name_from_the_start() {
        assert_eq!(clean_name(&host_name()), Some(host_name()));
    }
}
