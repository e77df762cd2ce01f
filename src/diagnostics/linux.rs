//! What Linux shows to anybody: the neighbour table, and the settings of ufw and firewalld.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Command;

use super::ask;
use super::evidence::Neighbour;
use super::firewall::{Firewall, InboundRule};
use super::ufw::{self, Action};

/// The flag of a complete entry: `ATF_COM` of `if_arp.h`.
const COMPLETE: u32 = 2;

/// What the kernel's table says of the neighbour with this address.
pub(super) fn neighbour(ip: IpAddr) -> Neighbour {
    let IpAddr::V4(ip) = ip else {
        return Neighbour::Unknown;
    };
    match fs::read_to_string("/proc/net/arp") {
        Ok(table) => neighbour_in(&table, ip),
        Err(_) => Neighbour::Unknown,
    }
}

/// `/proc/net/arp`: a head, then address, hardware type, flags, hardware address, mask, device.
pub(super) fn neighbour_in(table: &str, ip: Ipv4Addr) -> Neighbour {
    let ip = ip.to_string();
    let entry = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&ip.as_str()));
    let Some(fields) = entry else {
        return Neighbour::NeverAsked;
    };
    let flags = fields
        .get(2)
        .and_then(|flags| flags.strip_prefix("0x"))
        .and_then(|flags| u32::from_str_radix(flags, 16).ok());
    match flags {
        Some(flags) if flags & COMPLETE != 0 => Neighbour::Answers,
        Some(_) => Neighbour::Silent,
        None => Neighbour::Unknown,
    }
}

pub(super) fn firewall(port: u16, cancelled: &dyn Fn() -> bool) -> Firewall {
    firewall_in(Path::new("/etc"), port, || firewalld_runs(cancelled))
}

fn firewall_in(etc: &Path, port: u16, firewalld_runs: impl FnOnce() -> bool) -> Firewall {
    let read = |name: &str| fs::read_to_string(etc.join(name));
    if read("ufw/ufw.conf").is_ok_and(|settings| setting(&settings, "ENABLED") == Some("yes")) {
        let defaults = read("default/ufw").unwrap_or_default();
        let default = match setting(&defaults, "DEFAULT_INPUT_POLICY") {
            Some("ACCEPT") => Action::Allow,
            _ => Action::Block,
        };
        let inbound = match read("ufw/user.rules") {
            Ok(rules) => ufw::inbound(&rules, port, default),
            Err(_) => InboundRule::Unreadable,
        };
        let blocks_outgoing = matches!(
            setting(&defaults, "DEFAULT_OUTPUT_POLICY"),
            Some("DROP" | "REJECT")
        );
        return Firewall::Ufw {
            inbound,
            blocks_outgoing,
        };
    }
    if firewalld_runs() {
        return Firewall::Firewalld;
    }
    Firewall::Inactive
}

/// `firewall-cmd --state` says so to anybody; where it is not installed, it does not run.
fn firewalld_runs(cancelled: &dyn Fn() -> bool) -> bool {
    ask::output_of(Command::new("firewall-cmd").arg("--state"), cancelled)
        .is_some_and(|output| output.trim() == "running")
}

/// The value of a line `NAME=value` or `NAME="value"`.
fn setting<'a>(settings: &'a str, name: &str) -> Option<&'a str> {
    settings
        .lines()
        .filter_map(|line| line.trim().split_once('='))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    const ARP: &str = "\
IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         52:54:00:12:35:02     *        eth0
192.168.1.102    0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.10     0x1         0x6         52:54:00:12:35:03     *        eth0
";

    #[test]
    fn neighbours_answer_or_are_silent_or_were_never_asked_for() {
        let neighbour = |ip: &str| neighbour_in(ARP, ip.parse().unwrap());
        assert_eq!(neighbour("192.168.1.1"), Neighbour::Answers);
        assert_eq!(neighbour("192.168.1.10"), Neighbour::Answers);
        assert_eq!(neighbour("192.168.1.102"), Neighbour::Silent);
        assert_eq!(neighbour("192.168.1.100"), Neighbour::NeverAsked);
    }

    fn etc(files: &[(&str, &str)]) -> tempfile::TempDir {
        let etc = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = etc.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        etc
    }

    #[test]
    fn ufw_is_read_from_its_settings() {
        let etc = etc(&[
            ("ufw/ufw.conf", "# on boot\nENABLED=yes\nLOGLEVEL=low\n"),
            (
                "default/ufw",
                "DEFAULT_INPUT_POLICY=\"DROP\"\nDEFAULT_OUTPUT_POLICY=\"REJECT\"\n",
            ),
        ]);
        let expected = Firewall::Ufw {
            inbound: InboundRule::Unreadable,
            blocks_outgoing: true,
        };
        assert_eq!(firewall_in(etc.path(), 9898, || false), expected);
        assert!(expected.blocks_outgoing());
    }

    #[test]
    fn a_rule_of_ufw_counts_before_its_policy() {
        let etc = etc(&[
            ("ufw/ufw.conf", "ENABLED=yes\n"),
            ("default/ufw", "DEFAULT_INPUT_POLICY=\"ACCEPT\"\n"),
            (
                "ufw/user.rules",
                "### tuple ### deny tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in\n",
            ),
        ]);
        let inbound = |port| match firewall_in(etc.path(), port, || false) {
            Firewall::Ufw { inbound, .. } => inbound,
            other => panic!("{other:?}"),
        };
        assert_eq!(inbound(9898), InboundRule::Blocked);
        assert_eq!(inbound(9899), InboundRule::Allowed);
    }

    #[test]
    fn a_ufw_that_is_off_or_missing_is_none() {
        let etc = etc(&[("ufw/ufw.conf", "ENABLED=no\n")]);
        assert_eq!(firewall_in(etc.path(), 9898, || false), Firewall::Inactive);
        assert_eq!(firewall_in(etc.path(), 9898, || true), Firewall::Firewalld);
        let nothing = Path::new("/nothing/here");
        assert_eq!(firewall_in(nothing, 9898, || false), Firewall::Inactive);
    }
}
