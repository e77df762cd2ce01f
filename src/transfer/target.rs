//! The address and port that a user types.

use super::error::OurFault;

/// The tutorial's port, and so the one that everybody expects.
pub const DEFAULT_PORT: u16 = 9898;

/// A port to connect to or listen on, 1 to 65535.
///
/// # Errors
///
/// [`OurFault::BadPort`] with the text as typed.
pub fn parse_port(typed: &str) -> Result<u16, OurFault> {
    match typed.trim().parse() {
        Ok(0) | Err(_) => Err(OurFault::BadPort(typed.trim().to_owned())),
        Ok(port) => Ok(port),
    }
}

/// A host name or address as the system's resolver takes it: trimmed, and an IPv6 address
/// without the square brackets that people copy along with it.
///
/// # Errors
///
/// [`OurFault::NoAddress`] if nothing is left.
pub fn parse_host(typed: &str) -> Result<&str, OurFault> {
    let host = typed.trim();
    let host = host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(host);
    if host.is_empty() {
        return Err(OurFault::NoAddress);
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn ports_from_1_to_65535_are_taken() {
        assert_eq!(parse_port("1").unwrap(), 1);
        assert_eq!(parse_port(" 9898 ").unwrap(), 9898);
        assert_eq!(parse_port("65535").unwrap(), 65535);
    }

    #[test]
    fn anything_else_is_no_port() {
        for typed in ["", "0", "-1", "abc", "98980", "65536", "9898.5", "９８９８"] {
            assert!(
                matches!(parse_port(typed), Err(OurFault::BadPort(kept)) if kept == typed),
                "{typed}"
            );
        }
    }

    #[test]
    fn hosts_are_trimmed_and_freed_of_brackets() {
        assert_eq!(parse_host(" desk-pc ").unwrap(), "desk-pc");
        assert_eq!(parse_host("[fe80::1%eth0]").unwrap(), "fe80::1%eth0");
        assert_eq!(parse_host("[::1").unwrap(), "[::1");
    }

    #[test]
    fn nothing_is_no_address() {
        for typed in ["", "  ", "[]"] {
            assert!(matches!(parse_host(typed), Err(OurFault::NoAddress)));
        }
    }
}
