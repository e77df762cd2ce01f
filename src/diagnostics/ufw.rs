//! The rules of ufw, as it keeps them in `user.rules`.
//!
//! Each rule stands there twice; the form to read is a comment (`### tuple ###`, in ufw's sources
//! `backend_iptables.py`): action, protocol, ports, destination, source ports, source, perhaps the
//! names of two application profiles, and the direction, with an interface if there is one:
//!
//! ```text
//! ### tuple ### allow tcp 9898 0.0.0.0/0 any 192.168.1.0/24 in
//! ### tuple ### deny_log any 22 0.0.0.0/0 any 0.0.0.0/0 OpenSSH - in_eth0 comment=6e6f
//! ```
//!
//! The first rule that fits a connection decides about it, and the policy where none does.

use std::net::Ipv4Addr;

use super::firewall::InboundRule;

const TUPLE: &str = "### tuple ### ";

/// What is done with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Allow,
    Block,
}

/// What the rules do with connections from other computers to our port.
pub(super) fn inbound(rules: &str, port: u16, policy: Action) -> InboundRule {
    let mut partial: Vec<Rule> = Vec::new();
    let mut rest = policy;
    for rule in rules.lines().filter_map(|line| Rule::about(line, port)) {
        if rule.is_about_everybody() {
            rest = rule.action;
            break;
        }
        let is_settled = partial.iter().any(|earlier| earlier.settles(&rule));
        if !is_settled && !rule.source.is_loopback() {
            partial.push(rule);
        }
    }
    if partial.iter().all(|rule| rule.action == rest) {
        return match rest {
            Action::Allow => InboundRule::Allowed,
            Action::Block => InboundRule::Blocked,
        };
    }
    let mut words: Vec<String> = partial.iter().map(Rule::words).collect();
    words.push(match rest {
        Action::Allow => "allow the others".to_owned(),
        Action::Block => "deny the others".to_owned(),
    });
    InboundRule::Partly(words)
}

/// A rule about some connections to our port.
#[derive(Debug)]
struct Rule {
    action: Action,
    source: Network,
    /// What else has to fit, in ufw's words.
    conditions: Vec<String>,
}

impl Rule {
    /// The rule on this line, if it is about our port and what comes in.
    fn about(line: &str, port: u16) -> Option<Self> {
        let fields: Vec<&str> = line.strip_prefix(TUPLE)?.split_whitespace().collect();
        let [
            action,
            protocol,
            ports,
            destination,
            source_ports,
            source,
            rest @ ..,
        ] = fields.as_slice()
        else {
            return None;
        };
        let action = match action.split('_').next()? {
            "allow" | "limit" => Action::Allow,
            "deny" | "reject" => Action::Block,
            // Such as `route:allow`, for what is passed on to others.
            _ => return None,
        };
        let direction = rest.iter().find(|field| !field.starts_with("comment="));
        let direction = match rest {
            [_, _, direction, ..] if !direction.starts_with("comment=") => direction,
            _ => direction?,
        };
        let interface = match direction.split_once('_') {
            Some(("in", interface)) => Some(interface),
            None if *direction == "in" => None,
            _ => return None,
        };
        let fits =
            matches!(*protocol, "tcp" | "any") && ports.split(',').any(|range| holds(range, port));
        if !fits {
            return None;
        }
        let mut conditions = Vec::new();
        if let Some(interface) = interface {
            conditions.push(format!("on {interface}"));
        }
        if !Network::parse(destination)?.is_everything() {
            conditions.push(format!("to {destination}"));
        }
        if *source_ports != "any" {
            conditions.push(format!("from port {source_ports}"));
        }
        let source = Network::parse(source)?;
        Some(Self {
            action,
            source,
            conditions,
        })
    }

    fn is_about_everybody(&self) -> bool {
        self.conditions.is_empty() && self.source.is_everything()
    }

    /// Whether nothing is left for the other, later rule to decide.
    fn settles(&self, other: &Self) -> bool {
        self.conditions.is_empty() && self.source.contains(other.source)
    }

    fn words(&self) -> String {
        let action = match self.action {
            Action::Allow => "allow",
            Action::Block => "deny",
        };
        let mut words = vec![action.to_owned()];
        if !self.source.is_everything() {
            words.push(format!("from {}", self.source));
        }
        words.extend(self.conditions.iter().cloned());
        words.join(" ")
    }
}

/// Addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    first: Ipv4Addr,
    prefix_bits: u8,
}

impl Network {
    /// `192.168.1.0/24`, `192.168.1.7` or `any`.
    fn parse(text: &str) -> Option<Self> {
        if text == "any" {
            return Self::parse("0.0.0.0/0");
        }
        let (ip, bits) = text.split_once('/').unwrap_or((text, "32"));
        let prefix_bits = match bits.parse::<u8>() {
            Ok(bits) => bits,
            Err(_) => prefix_of(bits.parse().ok()?),
        };
        Some(Self {
            first: ip.parse().ok()?,
            prefix_bits: prefix_bits.min(32),
        })
    }

    fn is_everything(self) -> bool {
        self.prefix_bits == 0
    }

    fn is_loopback(self) -> bool {
        self.prefix_bits >= 8 && self.first.is_loopback()
    }

    fn contains(self, other: Self) -> bool {
        let other_bits = Ipv4Addr::BITS - u32::from(self.prefix_bits);
        let differs = self.first.to_bits() ^ other.first.to_bits();
        self.prefix_bits <= other.prefix_bits && differs.checked_shr(other_bits).unwrap_or(0) == 0
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.prefix_bits {
            32 => self.first.fmt(f),
            bits => write!(f, "{}/{bits}", self.first),
        }
    }
}

/// ufw also takes `255.255.255.0` for 24.
fn prefix_of(mask: Ipv4Addr) -> u8 {
    u8::try_from(mask.to_bits().leading_ones()).unwrap_or(32)
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

    use proptest::prelude::*;

    use super::*;

    /// Each rule as `user.rules` has it, with the line for iptables that follows it there.
    fn file(tuples: &[&str]) -> String {
        let rules = tuples
            .iter()
            .map(|tuple| format!("{TUPLE}{tuple}\n-A ufw-user-input -p tcp -j ACCEPT\n\n"));
        format!(
            "*filter\n:ufw-user-input - [0:0]\n### RULES ###\n\n{}### END RULES ###\nCOMMIT\n",
            rules.collect::<String>()
        )
    }

    fn of(tuples: &[&str]) -> InboundRule {
        inbound(&file(tuples), 9898, Action::Block)
    }

    fn partly(words: &[&str]) -> InboundRule {
        InboundRule::Partly(words.iter().map(ToString::to_string).collect())
    }

    const ALLOW: &str = "allow tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in";
    const DENY: &str = "deny tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in";

    #[test]
    fn a_rule_lets_its_ports_in() {
        for tuple in [
            ALLOW,
            "allow any 9898 0.0.0.0/0 any 0.0.0.0/0 in",
            "allow any any 0.0.0.0/0 any 0.0.0.0/0 in",
            "limit tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in",
            "allow_log tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in",
            "allow_log-all tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in",
            "allow tcp 9000:9899,7000 0.0.0.0/0 any 0.0.0.0/0 in",
            "allow tcp 9898 0.0.0.0/0 any 0.0.0.0/0 Onehop - in",
            "allow tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in comment=6f6e65",
        ] {
            assert_eq!(of(&[tuple]), InboundRule::Allowed, "{tuple}");
        }
    }

    #[test]
    fn other_rules_let_nobody_in() {
        for tuple in [
            "allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in",
            "allow udp 9898 0.0.0.0/0 any 0.0.0.0/0 in",
            "allow tcp 9898 0.0.0.0/0 any 0.0.0.0/0 out",
            "allow tcp 9898 0.0.0.0/0 any 0.0.0.0/0 out_eth0",
            "allow tcp 9899:9999 0.0.0.0/0 any 0.0.0.0/0 in",
            "route:allow tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in_eth0!out_eth1",
            "allow tcp 9898 0.0.0.0/0 any 127.0.0.1 in",
            "allow tcp 9898 0.0.0.0/0",
            "deny any 9898 0.0.0.0/0 any 0.0.0.0/0 in",
        ] {
            assert_eq!(of(&[tuple]), InboundRule::Blocked, "{tuple}");
        }
        assert_eq!(of(&[]), InboundRule::Blocked);
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        assert_eq!(of(&[ALLOW, DENY]), InboundRule::Allowed);
        assert_eq!(of(&[DENY, ALLOW]), InboundRule::Blocked);
        let reject_all = "reject any any 0.0.0.0/0 any 0.0.0.0/0 in";
        assert_eq!(of(&[reject_all, ALLOW]), InboundRule::Blocked);
        let ssh = "deny tcp 22 0.0.0.0/0 any 0.0.0.0/0 in";
        assert_eq!(of(&[ssh, ALLOW]), InboundRule::Allowed);
    }

    #[test]
    fn a_rule_for_some_does_not_open_the_port_to_all() {
        let lan = "allow tcp 9898 0.0.0.0/0 any 192.168.1.0/24 in";
        let only_lan = partly(&["allow from 192.168.1.0/24", "deny the others"]);
        assert_eq!(of(&[lan]), only_lan);
        assert_eq!(of(&[lan, DENY]), only_lan);
        assert_eq!(of(&[lan, ALLOW]), InboundRule::Allowed);
        let one_out = "deny tcp 9898 0.0.0.0/0 any 192.168.1.9 in";
        assert_eq!(
            of(&[one_out, ALLOW]),
            partly(&["deny from 192.168.1.9", "allow the others"])
        );
        // What the rule before it has settled does not count.
        assert_eq!(of(&[lan, one_out]), only_lan);
        assert_eq!(
            of(&[one_out, lan]),
            partly(&[
                "deny from 192.168.1.9",
                "allow from 192.168.1.0/24",
                "deny the others"
            ])
        );
        for (tuple, words) in [
            (
                "allow tcp 9898 0.0.0.0/0 any 0.0.0.0/0 in_eth0",
                "allow on eth0",
            ),
            (
                "allow tcp 9898 192.168.1.7 any 0.0.0.0/0 in",
                "allow to 192.168.1.7",
            ),
            (
                "allow tcp 9898 0.0.0.0/0 5000 10.0.0.0/255.0.0.0 in",
                "allow from 10.0.0.0/8 from port 5000",
            ),
        ] {
            assert_eq!(of(&[tuple]), partly(&[words, "deny the others"]), "{tuple}");
        }
    }

    #[test]
    fn the_policy_counts_where_no_rule_fits() {
        let lan_out = file(&["deny tcp 9898 0.0.0.0/0 any 192.168.1.0/24 in"]);
        let open = |rules: &str| inbound(rules, 9898, Action::Allow);
        assert_eq!(open(""), InboundRule::Allowed);
        assert_eq!(open(&file(&[DENY])), InboundRule::Blocked);
        assert_eq!(
            open(&lan_out),
            partly(&["deny from 192.168.1.0/24", "allow the others"])
        );
    }

    /// What ufw would do with a connection from there, rule by rule.
    fn by_hand(rules: &[(bool, u8, u8)], source: Ipv4Addr) -> bool {
        let fits = |(_, subnet, bits): &&(bool, u8, u8)| {
            let mask = u32::MAX.checked_shl(32 - u32::from(*bits)).unwrap_or(0);
            let first = Ipv4Addr::new(10, 0, 0, *subnet).to_bits();
            (source.to_bits() ^ first) & mask == 0
        };
        rules.iter().find(fits).is_some_and(|(allow, ..)| *allow)
    }

    proptest! {
        #[test]
        fn nobody_is_told_what_a_rule_says_otherwise(
            rules in prop::collection::vec(
                (any::<bool>(), any::<u8>(), prop_oneof![Just(0_u8), 24_u8..=32]),
                0..6,
            ),
            source in any::<u8>(),
        ) {
            let tuples: Vec<String> = rules
                .iter()
                .map(|(allow, subnet, bits)| {
                    let action = if *allow { "allow" } else { "deny" };
                    format!("{action} tcp 9898 0.0.0.0/0 any 10.0.0.{subnet}/{bits} in")
                })
                .collect();
            let tuples: Vec<&str> = tuples.iter().map(String::as_str).collect();
            let allowed = by_hand(&rules, Ipv4Addr::new(10, 0, 0, source));
            match of(&tuples) {
                InboundRule::Allowed => prop_assert!(allowed),
                InboundRule::Blocked => prop_assert!(!allowed),
                InboundRule::Partly(words) => prop_assert!(words.len() > 1),
                InboundRule::Unreadable => prop_assert!(false),
            }
        }

        #[test]
        fn no_file_can_make_it_stumble(text in "[ -~\n]{0,200}", port: u16) {
            let lines = text.replace('\n', &format!("\n{TUPLE}allow tcp "));
            inbound(&lines, port, Action::Block);
        }
    }

    #[test]
    fn networks_are_read_in_each_form() {
        let network = |text: &str| Network::parse(text).unwrap().to_string();
        assert_eq!(network("any"), "0.0.0.0/0");
        assert_eq!(network("192.168.1.7"), "192.168.1.7");
        assert_eq!(network("192.168.0.0/255.255.0.0"), "192.168.0.0/16");
        assert_eq!(Network::parse("fd00::/8"), None);
    }
}
