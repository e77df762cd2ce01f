//! What `netsh` tells anybody on Windows: the firewall's profile, and the ports that Windows
//! keeps for itself.

use std::ops::RangeInclusive;
use std::process::Command;

use super::ask;
use super::firewall::{Firewall, WindowsProfile};

pub(super) fn firewall(cancelled: &dyn Fn() -> bool) -> Firewall {
    let mut netsh = Command::new("netsh");
    let output = ask::output_of(
        netsh.args(["advfirewall", "show", "currentprofile"]),
        cancelled,
    );
    let profile = output.as_deref().and_then(profile_in);
    profile.map_or(Firewall::Unknown, Firewall::Windows)
}

/// The ranges of TCP ports that Windows reserves, most often for Hyper-V and WSL.
pub(super) fn reserved_ports() -> Vec<RangeInclusive<u16>> {
    if !cfg!(windows) {
        return Vec::new();
    }
    let mut netsh = Command::new("netsh");
    let output = ask::output_of(
        netsh.args(["interface", "ipv4", "show", "excludedportrange", "tcp"]),
        &|| false,
    );
    output.as_deref().map(ranges_in).unwrap_or_default()
}

/// The words around the values are in the language of Windows; the policy is not, and stands on
/// one line for both directions.
fn profile_in(output: &str) -> Option<WindowsProfile> {
    let policy = output
        .lines()
        .find(|line| line.contains("Inbound") && line.contains("Outbound"))?;
    let state = output
        .lines()
        .find_map(|line| line.trim().strip_prefix("State "));
    let head = output.lines().find(|line| !line.trim().is_empty())?.trim();
    Some(WindowsProfile {
        public: match head.split_whitespace().next() {
            Some("Public") => Some(true),
            Some("Private" | "Domain") => Some(false),
            _ => None,
        },
        on: match state.map(str::trim) {
            Some("ON") => Some(true),
            Some("OFF") => Some(false),
            _ => None,
        },
        blocks_incoming: policy.contains("BlockInbound"),
        blocks_outgoing: policy.contains("BlockOutbound"),
    })
}

/// Lines of two numbers, in any language, with a star behind those that an administrator set.
fn ranges_in(output: &str) -> Vec<RangeInclusive<u16>> {
    output
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            let first = fields.next()?.parse().ok()?;
            let last = fields.next()?.parse().ok()?;
            Some(first..=last)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const PUBLIC: &str = "\r
Public Profile Settings: \r
----------------------------------------------------------------------\r
State                                 ON\r
Firewall Policy                       BlockInbound,AllowOutbound\r
LocalFirewallRules                    N/A (GPO-store only)\r
InboundUserNotification               Enable\r
RemoteManagement                      Disable\r
Ok.\r
";
    const GERMAN: &str = "\r
Privates Profil-Einstellungen: \r
----------------------------------------------------------------------\r
Status                                Ein\r
Firewallrichtlinie                    BlockInbound,AllowOutbound\r
OK.\r
";
    const RANGES: &str = "\r
Protocol tcp Port Exclusion Ranges\r
\r
Start Port    End Port      \r
----------    --------      \r
      5357        5357      \r
      9812        9911      \r
     50000       50059     *\r
\r
* - Administered port exclusions.\r
";

    #[test]
    fn the_profile_of_the_network_is_read() {
        let profile = profile_in(PUBLIC).unwrap();
        assert_eq!((profile.public, profile.on), (Some(true), Some(true)));
        assert!(profile.blocks_incoming && !profile.blocks_outgoing);
        let private = PUBLIC.replace("Public Profile", "Private Profile");
        let private = profile_in(&private.replace(" ON", " OFF")).unwrap();
        assert_eq!((private.public, private.on), (Some(false), Some(false)));
    }

    #[test]
    fn in_another_language_the_policy_is_still_known() {
        let profile = profile_in(GERMAN).unwrap();
        assert_eq!((profile.public, profile.on), (None, None));
        assert!(profile.blocks_incoming);
        assert_eq!(profile_in("The service is not started."), None);
    }

    #[test]
    fn reserved_ranges_are_read() {
        assert_eq!(ranges_in(RANGES), [5357..=5357, 9812..=9911, 50000..=50059]);
        assert_eq!(ranges_in(""), []);
    }
}
