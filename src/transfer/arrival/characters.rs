//! Characters that no arriving name may have.

use std::ops::RangeInclusive;

use crate::transfer::file_name::FORBIDDEN;

/// Separators and what Windows forbids; control characters; those that hide or turn round what
/// follows, so that a name looks like another.
pub(super) fn is_bad(character: char, before: Option<&char>, after: Option<&char>) -> bool {
    match character {
        // They join the parts of some emoji, and shape words in several scripts.
        '\u{200C}' | '\u{200D}' => {
            let joins = |neighbour: Option<&char>| neighbour.is_some_and(|c| is_joined(*c));
            !(joins(before) && joins(after))
        }
        _ if HIDDEN.iter().any(|range| range.contains(&character)) => true,
        _ => character.is_control() || FORBIDDEN.contains(character),
    }
}

/// Soft hyphens, marks and controls of direction, fillers, spaces without width, tags.
const HIDDEN: [RangeInclusive<char>; 13] = [
    '\u{00AD}'..='\u{00AD}',
    '\u{061C}'..='\u{061C}',
    '\u{115F}'..='\u{1160}',
    '\u{180E}'..='\u{180E}',
    '\u{200B}'..='\u{200F}',
    '\u{2028}'..='\u{202E}',
    '\u{2060}'..='\u{206F}',
    '\u{3164}'..='\u{3164}',
    '\u{FEFF}'..='\u{FEFF}',
    '\u{FFA0}'..='\u{FFA0}',
    '\u{FFF9}'..='\u{FFFB}',
    '\u{1BCA0}'..='\u{1BCA3}',
    '\u{E0000}'..='\u{E0FFF}',
];

/// What a joiner may stand beside: letters and signs, none of which is invisible or ASCII.
fn is_joined(character: char) -> bool {
    let is_joiner = matches!(character, '\u{200C}' | '\u{200D}');
    !character.is_ascii() && !is_joiner && !is_bad(character, None, None)
}
