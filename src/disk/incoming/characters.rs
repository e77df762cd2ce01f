//! Characters that no arriving name may have.

use std::ops::RangeInclusive;

use super::names::System;
use crate::disk::file_name::FORBIDDEN;

/// Control characters, and those that turn a name round so that it looks like another; on Windows
/// also its separators, and whatever else it gives a meaning of its own.
pub(super) fn is_bad(character: char, system: System) -> bool {
    character.is_control()
        || DECEPTIVE.iter().any(|range| range.contains(&character))
        || system == System::Windows && FORBIDDEN.contains(character)
}

/// Marks and controls of direction, which are the characters with the Unicode property
/// `Bidi_Control`, and the two separators that break a line.
const DECEPTIVE: [RangeInclusive<char>; 4] = [
    '\u{061C}'..='\u{061C}',
    '\u{200E}'..='\u{200F}',
    '\u{2028}'..='\u{202E}',
    '\u{2066}'..='\u{2069}',
];
