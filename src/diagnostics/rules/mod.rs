//! From what was seen to what may be the cause.

use std::net::IpAddr;
use std::time::Duration;

use crate::diagnostics::evidence::{Evidence, Failure, Neighbour, OtherPort, Route};
use crate::diagnostics::firewall::Firewall;
use crate::diagnostics::network::OwnNetwork;
use crate::net::interfaces::Way;
use crate::net::peer_address::PeerAddress;

/// A refusal that comes faster than this cannot be the system giving up on a silent neighbour,
/// which takes three tries of a second each (RFC 4861, and Linux for IPv4 as well).
const TOO_QUICK_FOR_SILENCE: Duration = Duration::from_millis(900);

/// Why a connection did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// This computer is on no network at all.
    Offline,
    /// The name leads to no address.
    NameUnknown,
    /// The system knows no way to the address.
    NoRoute,
    /// The address is on none of the networks that this computer is on.
    OtherNetwork,
    /// A tunnel takes what is meant for the address.
    Vpn {
        /// The name of the tunnel's interface.
        interface: String,
    },
    /// This computer's own firewall lets nothing out to there.
    OwnFirewall,
    /// The computer is there, and nothing listens on the port.
    NotReceiving,
    /// The firewall of the other computer drops what comes to the port, without a word.
    FirewallDrops,
    /// The firewall of the other computer refuses what comes to the port.
    FirewallRefuses,
    /// No computer with this address is on: it is off, asleep or has another address by now.
    HostAway,
    /// The Wi-Fi keeps its computers apart.
    WifiIsolation,
    /// What listens there is no receiver.
    OtherProgram,
    /// A receiver is there, and did not want to serve.
    TurnedAway,
}

/// How far the evidence carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing else fits what was seen.
    Certain,
    /// What was seen speaks for it.
    Likely,
    /// What was seen does not speak against it.
    Possible,
}

/// One cause that the evidence allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// How far the evidence carries.
    pub weight: Weight,
}

/// Every cause that the evidence allows, the likeliest first. There is always one.
#[must_use]
pub fn causes(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Findings::default();
    if evidence.is_offline() {
        findings.add(Weight::Certain, Cause::Offline);
    }
    match evidence.failure {
        Failure::NameNotFound | Failure::LookupTimedOut => name(evidence, &mut findings),
        Failure::NoRoute => no_route(evidence, &mut findings),
        Failure::Unreachable => unreachable(evidence, &mut findings),
        Failure::Refused => refused(evidence, &mut findings),
        Failure::Silent => silent(evidence, &mut findings),
        Failure::BrokenOff => broken_off(&mut findings),
        Failure::Forbidden => forbidden(evidence, &mut findings),
    }
    findings.sorted()
}

fn name(evidence: &Evidence, findings: &mut Findings) {
    findings.add(Weight::Certain, Cause::NameUnknown);
    // A tunnel often brings a name server along that knows nothing of the home.
    if let Some(vpn) = evidence.any_vpn() {
        findings.add(Weight::Possible, vpn);
    }
}

fn no_route(evidence: &Evidence, findings: &mut Findings) {
    if !evidence.is_offline() {
        findings.add(Weight::Certain, Cause::NoRoute);
        if evidence.attached().is_none() {
            findings.add(Weight::Likely, Cause::OtherNetwork);
        }
    }
    if let Some(vpn) = evidence.any_vpn() {
        findings.add(Weight::Possible, vpn);
    }
}

fn unreachable(evidence: &Evidence, findings: &mut Findings) {
    vpn_took_it(evidence, findings);
    let Some(network) = evidence.attached() else {
        findings.add(Weight::Likely, Cause::OtherNetwork);
        findings.add(Weight::Possible, Cause::HostAway);
        findings.add(Weight::Possible, Cause::FirewallRefuses);
        return;
    };
    let somebody_spoke = evidence.is_there()
        || evidence.elapsed < TOO_QUICK_FOR_SILENCE && !evidence.neighbour_silent();
    if somebody_spoke {
        findings.add(Weight::Likely, Cause::FirewallRefuses);
        own_firewall(evidence, findings);
        return;
    }
    host_away(network, findings);
}

fn refused(evidence: &Evidence, findings: &mut Findings) {
    if evidence.own_firewall.blocks_outgoing() {
        findings.add(Weight::Likely, Cause::OwnFirewall);
    }
    findings.add(Weight::Likely, Cause::NotReceiving);
    if !evidence.is_this_computer() {
        findings.add(Weight::Possible, Cause::FirewallRefuses);
    }
    if let Some(vpn) = evidence.vpn_route() {
        findings.add(Weight::Possible, vpn);
    }
}

fn silent(evidence: &Evidence, findings: &mut Findings) {
    vpn_took_it(evidence, findings);
    if evidence.is_there() {
        findings.add(Weight::Likely, Cause::FirewallDrops);
        own_firewall(evidence, findings);
        return;
    }
    let Some(network) = evidence.attached() else {
        findings.add(Weight::Likely, Cause::OtherNetwork);
        findings.add(Weight::Possible, Cause::FirewallDrops);
        findings.add(Weight::Possible, Cause::HostAway);
        own_firewall(evidence, findings);
        return;
    };
    match evidence.neighbour {
        // Our packets did leave, since somebody was asked for.
        Neighbour::Silent => host_away(network, findings),
        Neighbour::NeverAsked => {
            findings.add(Weight::Likely, Cause::OwnFirewall);
            findings.add(Weight::Possible, Cause::FirewallDrops);
        }
        Neighbour::Unknown | Neighbour::Answers => {
            findings.add(Weight::Likely, Cause::FirewallDrops);
            findings.add(Weight::Possible, Cause::HostAway);
            wifi_isolation(network, findings);
            own_firewall(evidence, findings);
        }
    }
}

fn broken_off(findings: &mut Findings) {
    findings.add(Weight::Likely, Cause::OtherProgram);
    findings.add(Weight::Possible, Cause::TurnedAway);
    findings.add(Weight::Possible, Cause::FirewallRefuses);
}

fn forbidden(evidence: &Evidence, findings: &mut Findings) {
    findings.add(Weight::Certain, Cause::OwnFirewall);
    if let Some(vpn) = evidence.any_vpn() {
        findings.add(Weight::Possible, vpn);
    }
}

/// Nobody with the address answers on the network itself.
fn host_away(network: &OwnNetwork, findings: &mut Findings) {
    findings.add(Weight::Likely, Cause::HostAway);
    wifi_isolation(network, findings);
}

/// The other end may be on Wi-Fi even if this one is not, so the name of our interface only
/// decides how likely it is; a network within this computer has no Wi-Fi.
fn wifi_isolation(network: &OwnNetwork, findings: &mut Findings) {
    match network.way {
        Way::Wifi => findings.add(Weight::Likely, Cause::WifiIsolation),
        Way::Cable => findings.add(Weight::Possible, Cause::WifiIsolation),
        Way::Vpn | Way::Virtual => {}
    }
}

fn vpn_took_it(evidence: &Evidence, findings: &mut Findings) {
    if let Some(vpn) = evidence.vpn_route() {
        findings.add(Weight::Likely, vpn);
    }
}

fn own_firewall(evidence: &Evidence, findings: &mut Findings) {
    match &evidence.own_firewall {
        firewall if firewall.blocks_outgoing() => {
            findings.add_first(Weight::Likely, Cause::OwnFirewall);
        }
        // The usual ones let everything out.
        Firewall::Inactive => {}
        _ => findings.add(Weight::Possible, Cause::OwnFirewall),
    }
}

impl Evidence {
    fn ip(&self) -> Option<IpAddr> {
        self.address.as_ref().map(|address| address.ip)
    }

    fn is_offline(&self) -> bool {
        let ours = self.ip().is_some_and(|ip| ip.is_loopback());
        self.own_networks.is_empty() && !ours
    }

    /// Whether it is this computer's own address.
    #[must_use]
    pub fn is_this_computer(&self) -> bool {
        self.ip()
            .is_some_and(|ip| ip.is_loopback() || self.own_networks.iter().any(|own| own.ip == ip))
    }

    /// The network of ours that the address is on; a tunnel only if no other network has it.
    #[must_use]
    pub fn attached(&self) -> Option<&OwnNetwork> {
        let PeerAddress { ip, scope } = self.address.as_ref()?;
        let is_meant = |own: &&OwnNetwork| match scope {
            Some(scope) => own.interface == scope.interface,
            None => true,
        };
        let networks = self.own_networks.iter().filter(is_meant);
        let holding = networks.filter(|own| own.holds(*ip));
        holding.min_by_key(|own| (own.way == Way::Vpn, u8::MAX - own.prefix_bits))
    }

    /// Whether a computer with the address is there, whatever its port says.
    fn is_there(&self) -> bool {
        self.neighbour == Neighbour::Answers
            || matches!(self.other_port, OtherPort::Answered(_))
            || self.is_this_computer()
    }

    fn neighbour_silent(&self) -> bool {
        self.neighbour == Neighbour::Silent
    }

    /// The tunnel that the address's packets go into, if they do.
    fn vpn_route(&self) -> Option<Cause> {
        let Route::By { interface } = &self.route else {
            return None;
        };
        let is_vpn = |own: &&OwnNetwork| own.interface == *interface && own.way == Way::Vpn;
        self.own_networks.iter().find(is_vpn).map(vpn)
    }

    fn any_vpn(&self) -> Option<Cause> {
        let is_vpn = |own: &&OwnNetwork| own.way == Way::Vpn;
        self.own_networks.iter().find(is_vpn).map(vpn)
    }
}

fn vpn(own: &OwnNetwork) -> Cause {
    Cause::Vpn {
        interface: own.interface.clone(),
    }
}

/// Gathers causes, each once; those of the same weight stay in the order in which they came.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, weight: Weight, cause: Cause) {
        if !self.0.iter().any(|finding| finding.cause == cause) {
            self.0.push(Finding { cause, weight });
        }
    }

    fn add_first(&mut self, weight: Weight, cause: Cause) {
        self.0.insert(0, Finding { cause, weight });
    }

    fn sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.weight);
        self.0
    }
}

#[cfg(test)]
mod tests;
