//! What interrupted transfers left, in the words of both programs.

use std::time::Duration;

use super::{ago, bytes};

/// What it is good for.
pub const MEANING: &str = "These resume when the same is sent again. Discard parts you no longer \
                           need.";

/// Such as `Part of a file, 5.0 kB, 3 h ago`. Its final name is known only when it comes again.
#[must_use]
pub fn leftover(is_folder: bool, size_bytes: u64, age: Option<Duration>) -> String {
    let what = if is_folder {
        "Part of a folder"
    } else {
        "Part of a file"
    };
    let age = age.map_or_else(String::new, |age| format!(", {}", ago(age)));
    format!("{what}, {}{age}", bytes(size_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leftover_is_told_by_kind_size_and_age() {
        let hours = Some(Duration::from_hours(3));
        assert_eq!(
            leftover(false, 5000, hours),
            "Part of a file, 5.0 kB, 3 h ago"
        );
        assert_eq!(leftover(true, 0, None), "Part of a folder, 0 B");
    }
}
