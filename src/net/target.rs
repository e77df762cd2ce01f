//! The address and port that a user types.

use std::net::Ipv4Addr;

use crate::error::OurFault;

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

/// What was typed for a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// A host name or address as the system's resolver takes it.
    pub host: String,
    /// The port, if one stood behind it.
    pub port: Option<u16>,
}

impl Target {
    /// The port: the one behind the address, else the one that was typed on its `own`, if any.
    ///
    /// # Errors
    ///
    /// [`OurFault::TwoPorts`] if they are not the same.
    pub fn port_or(&self, own: Option<u16>) -> Result<Option<u16>, OurFault> {
        match (self.port, own) {
            (Some(with_address), Some(alone)) if with_address != alone => Err(OurFault::TwoPorts {
                with_address,
                alone,
            }),
            (port, own) => Ok(port.or(own)),
        }
    }
}

/// A receiver as people type or copy it: a host name or an address, on its own, with a port
/// (`desk-pc:9898`, `[fd12::1]:9898`), or as a link (`http://desk-pc:9898/`).
///
/// # Errors
///
/// [`OurFault::NoAddress`] if there is no host, [`OurFault::BadPort`] if the number behind it is no
/// port.
pub fn parse_target(typed: &str) -> Result<Target, OurFault> {
    let typed = typed.trim();
    let (host, port) = match authority_of_link(typed) {
        Some(authority) => split_port(authority),
        None => split_port(typed),
    };
    if host.is_empty() {
        return Err(OurFault::NoAddress);
    }
    Ok(Target {
        // A link spells the percent sign of `fe80::1%eth0` as `%25` (RFC 6874).
        host: match authority_of_link(typed) {
            Some(_) => host.replacen("%25", "%", 1),
            None => host.to_owned(),
        },
        port: port.map(parse_port).transpose()?,
    })
}

/// What stands between `http://` and the path.
fn authority_of_link(typed: &str) -> Option<&str> {
    let (scheme, rest) = typed.split_once("://")?;
    let is_link = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    is_link.then(|| &rest[..end])
}

/// Takes the brackets off that IPv6 addresses are written in, and the port apart. Only digits are a
/// port: a computer may bear a name with a colon. Two colons and more are an IPv6 address.
fn split_port(typed: &str) -> (&str, Option<&str>) {
    let is_number = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((host, rest)) = typed
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        return match rest.strip_prefix(':') {
            Some(port) if is_number(port) => (host, Some(port)),
            _ if rest.is_empty() => (host, None),
            _ => (typed, None),
        };
    }
    match typed.split_once(':') {
        Some((host, port)) if is_number(port) => (host, Some(port)),
        // A computer's name may end with a colon, an address does not.
        Some((host, "")) if host.parse::<Ipv4Addr>().is_ok() => (host, Some("")),
        _ => (typed, None),
    }
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
    fn an_address_with_a_colon_behind_it_lacks_its_port() {
        for typed in ["127.0.0.1:", "http://127.0.0.1:/"] {
            let fault = parse_target(typed).unwrap_err();
            assert!(
                matches!(fault, OurFault::BadPort(port) if port.is_empty()),
                "{typed}"
            );
        }
    }

    #[track_caller]
    fn assert_target(typed: &str, host: &str, port: Option<u16>) {
        let expected = Target {
            host: host.to_owned(),
            port,
        };
        assert_eq!(parse_target(typed).unwrap(), expected, "{typed}");
    }

    #[test]
    fn a_host_is_trimmed_and_freed_of_brackets() {
        assert_target(" desk-pc ", "desk-pc", None);
        assert_target("[fe80::1%eth0]", "fe80::1%eth0", None);
        assert_target("[::1", "[::1", None);
    }

    #[test]
    fn a_port_may_stand_behind_the_address() {
        for (typed, host) in [
            ("192.168.1.102:9000", "192.168.1.102"),
            ("desk-pc.local:9000", "desk-pc.local"),
            (" [fd12::1]:9000 ", "fd12::1"),
            ("[fe80::1%eth0]:9000", "fe80::1%eth0"),
            ("http://192.168.1.102:9000/", "192.168.1.102"),
            ("HTTPS://desk-pc:9000/a/path?x#y", "desk-pc"),
            ("http://[fd12::1]:9000", "fd12::1"),
            ("http://[fe80::1%25eth0]:9000/", "fe80::1%eth0"),
        ] {
            assert_target(typed, host, Some(9000));
        }
    }

    #[test]
    fn what_only_looks_like_a_port_belongs_to_the_host() {
        for host in [
            "fe80::1",
            "::1:9898",
            "fe80::1%eth0",
            "desk:pc",
            "Room 2: printer",
            "desk-pc:",
            "[::1]x",
            "[::1]:",
            "ftp://desk-pc:21/",
        ] {
            assert_target(host, host, None);
        }
        assert_target("http://desk-pc/9898", "desk-pc", None);
    }

    #[test]
    fn a_number_that_is_no_port_is_told() {
        for (typed, port) in [("desk-pc:98980", "98980"), ("[::1]:0", "0")] {
            let fault = parse_target(typed);
            assert!(
                matches!(&fault, Err(OurFault::BadPort(kept)) if kept == port),
                "{fault:?}"
            );
        }
    }

    #[test]
    fn nothing_is_no_address() {
        for typed in ["", "  ", "[]", ":9898", "http://", "http://:9898/"] {
            let fault = parse_target(typed);
            assert!(matches!(fault, Err(OurFault::NoAddress)), "{typed}");
        }
    }

    #[test]
    fn two_ports_have_to_be_the_same() {
        let target = parse_target("desk-pc:9000").unwrap();
        for own in [None, Some(9000)] {
            assert_eq!(target.port_or(own).unwrap(), Some(9000));
        }
        assert!(matches!(
            target.port_or(Some(9898)),
            Err(OurFault::TwoPorts {
                with_address: 9000,
                alone: 9898
            })
        ));
        let bare = parse_target("desk-pc").unwrap();
        assert_eq!(bare.port_or(None).unwrap(), None);
        assert_eq!(bare.port_or(Some(7000)).unwrap(), Some(7000));
    }

    #[test]
    fn every_address_is_understood_as_the_standard_library_writes_it() {
        for address in ["192.0.2.1:9898", "[2001:db8::1]:9898", "[::1]:1"] {
            let address: std::net::SocketAddr = address.parse().unwrap();
            let host = address.ip().to_string();
            assert_target(&address.to_string(), &host, Some(address.port()));
            assert_target(&host, &host, None);
        }
    }
}
