//! What Linux shows to anybody: the neighbour table, and the settings of ufw and firewalld.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Command;

use super::ask;
use super::evidence::Neighbour;
use super::firewall::{Firewall, InboundRule};

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
        let inbound = match read("ufw/user.rules") {
            _ if setting(&defaults, "DEFAULT_INPUT_POLICY") == Some("ACCEPT") => {
                InboundRule::Allowed
            }
            Ok(rules) => ufw_inbound(&rules, port),
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

/// ufw keeps each rule twice; the one to read is a comment such as
/// `### tuple ### allow tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in`.
fn ufw_inbound(rules: &str, port: u16) -> InboundRule {
    let allows = |line: &str| {
        let Some(tuple) = line.strip_prefix("### tuple ### ") else {
            return false;
        };
        let mut fields = tuple.split_whitespace();
        let (Some(action), Some(protocol), Some(ports)) =
            (fields.next(), fields.next(), fields.next())
        else {
            return false;
        };
        let inbound = tuple.contains(" in");
        inbound
            && matches!(action, "allow" | "limit")
            && matches!(protocol, "tcp" | "any")
            && ports.split(',').any(|range| holds(range, port))
    };
    if rules.lines().any(allows) {
        InboundRule::Allowed
    } else {
        InboundRule::Blocked
    }
}

/// `any`, `9898` or `9000:9999`.
fn holds(range: &str, port: u16) -> bool {
    let number = |text: &str| text.parse::<u16>().ok();
    match range.split_once(':') {
        Some((first, last)) => {
            number(first).is_some_and(|first| first <= port)
                && number(last).is_some_and(|last| port <= last)
        }
        None => range == "any" || number(range) == Some(port),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

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

    const RULES: &str = "\
*filter
### RULES ###

### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 22 -j ACCEPT

### tuple ### allow tcp 9000:9899,7000 0.0.0.0/0 any 192.168.1.0/24 in
-A ufw-user-input -p tcp -m multiport --dports 9000:9899,7000 -s 192.168.1.0/24 -j ACCEPT

### tuple ### deny any 5000 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow udp 6000 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow any 6001 0.0.0.0/0 any 0.0.0.0/0 out
### END RULES ###
";

    #[test]
    fn a_rule_of_ufw_lets_its_ports_in() {
        let inbound = |port| ufw_inbound(RULES, port);
        assert_eq!(inbound(22), InboundRule::Allowed);
        assert_eq!(inbound(9898), InboundRule::Allowed);
        assert_eq!(inbound(7000), InboundRule::Allowed);
        for port in [23, 5000, 6000, 6001, 9900] {
            assert_eq!(inbound(port), InboundRule::Blocked, "{port}");
        }
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
    fn a_ufw_that_is_off_or_missing_is_none() {
        let etc = etc(&[("ufw/ufw.conf", "ENABLED=no\n")]);
        assert_eq!(firewall_in(etc.path(), 9898, || false), Firewall::Inactive);
        assert_eq!(firewall_in(etc.path(), 9898, || true), Firewall::Firewalld);
        let nothing = Path::new("/nothing/here");
        assert_eq!(firewall_in(nothing, 9898, || false), Firewall::Inactive);
    }
}
