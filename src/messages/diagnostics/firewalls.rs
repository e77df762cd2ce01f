//! How to let a port through the usual firewalls.

use super::Step;

fn step(text: &str, command: String) -> Step {
    Step {
        text: text.to_owned(),
        command: Some(command),
    }
}

pub(super) fn ufw_in(text: &str, port: u16) -> Step {
    step(text, format!("sudo ufw allow {port}/tcp"))
}

/// Before any rule that is there already, since the first one that fits counts.
pub(super) fn ufw_first(text: &str, port: u16) -> Step {
    step(text, format!("sudo ufw prepend allow {port}/tcp"))
}

/// Now and after a restart.
pub(super) fn firewalld_in(text: &str, port: u16) -> Step {
    let rule = format!("--add-port={port}/tcp");
    step(
        text,
        format!("sudo firewall-cmd {rule} && sudo firewall-cmd --permanent {rule}"),
    )
}

pub(super) fn windows_in(text: &str, port: u16) -> Step {
    step(
        text,
        format!(
            "netsh advfirewall firewall add rule name=\"Onehop {port}\" dir=in action=allow \
             protocol=TCP localport={port} profile=private"
        ),
    )
}

/// Where it is not known what runs there.
pub(super) fn any_in(port: u16) -> Vec<Step> {
    vec![
        ufw_in(
            "On that computer, if it is Ubuntu or another system with ufw:",
            port,
        ),
        firewalld_in(
            "On that computer, if it is Fedora or another system with firewalld:",
            port,
        ),
        step(
            "On that computer, if an administrator wrote rules for nftables (the names of the \
             table and the chain may differ):",
            format!("sudo nft insert rule inet filter input tcp dport {port} accept"),
        ),
        windows_in(
            "On that computer, if it is Windows: set the network to Private in Settings, Network & \
             Internet, and allow Onehop when Windows asks; or, as administrator:",
            port,
        ),
    ]
}
