//! Names that Windows does not give to files.

use std::ffi::OsStr;

/// What the system takes for devices, with any extension and in any case.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
/// Followed by one digit these are devices too.
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];
/// The superscripts count as digits there, and some calls take 0 for one as well.
const DEVICE_DIGITS: &str = "0123456789¹²³";
/// Separators, wildcards, redirections, and the colon of drives and streams.
pub(crate) const FORBIDDEN: &str = "\\/:*?\"<>|";

/// Whether this system gives this name to a file.
pub(crate) fn is_allowed(name: &OsStr) -> bool {
    // Elsewhere every name will do that a path can hold.
    !cfg!(windows) || is_allowed_on_windows(&name.to_string_lossy())
}

fn is_allowed_on_windows(name: &str) -> bool {
    let has_forbidden = |c: char| c.is_control() || FORBIDDEN.contains(c);
    // Windows drops these and so gives another name than was asked for.
    let is_trimmed = name.ends_with(['.', ' ']);
    !(name.is_empty() || is_trimmed || name.contains(has_forbidden) || is_device(name))
}

/// Whether Windows takes this for a device, whatever its extension.
pub(crate) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let stem = stem.to_uppercase();
    let is_numbered = NUMBERED_DEVICES.iter().any(|device| {
        let number = stem.strip_prefix(device).unwrap_or_default();
        number.chars().count() == 1 && DEVICE_DIGITS.contains(number)
    });
    is_numbered || DEVICES.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_allowed() {
        let names = [
            "recv.txt",
            "recv (2).txt",
            ".profile",
            "Grüße aus Köln.txt",
            "日本語",
            "console.txt",
            "COM",
            "COM10",
            "LPTx",
            "nullable",
            "a.con",
        ];
        for name in names {
            assert!(is_allowed_on_windows(name), "{name}");
        }
    }

    #[test]
    fn devices_are_refused_with_any_extension_and_in_any_case() {
        for name in [
            "CON",
            "con.txt",
            "Nul",
            "aux.tar.gz",
            "PRN .txt",
            "COM1",
            "com9.log",
            "LPT²",
            "conin$",
        ] {
            assert!(!is_allowed_on_windows(name), "{name}");
        }
    }

    #[test]
    fn names_that_windows_would_change_or_misread_are_refused() {
        for name in [
            "",
            ".",
            "..",
            "name.",
            "name ",
            "a:b",
            "a:Zone.Identifier",
            "a/b",
            "a\\b",
            "a*",
            "a?",
            "a\"b",
            "a<b",
            "a>b",
            "a|b",
            "a\nb",
        ] {
            assert!(!is_allowed_on_windows(name), "{name:?}");
        }
    }

    #[test]
    fn only_windows_refuses_a_name() {
        assert_eq!(is_allowed(OsStr::new("con")), cfg!(unix));
    }
}
