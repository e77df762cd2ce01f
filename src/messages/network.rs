//! What a network of this computer is called.

use crate::net::{Way, way_of};

/// What people call the network that an interface leads to, such as `Ethernet` for `eth0` and `Wi-Fi`
/// for `wlp2s0`; a tunnel or a network within this computer says so. Names that Windows or a person
/// gave stay as they are.
#[must_use]
pub fn network(interface: &str) -> String {
    let is_linux_name = !interface.contains(|letter: char| letter.is_uppercase() || letter == ' ');
    let starts = |words: &[&str]| words.iter().any(|word| interface.starts_with(word));
    match way_of(interface) {
        Way::Wifi if is_linux_name => "Wi-Fi".to_owned(),
        // As udev names them, and as the kernel does.
        Way::Cable if is_linux_name && starts(&["eth", "eno", "enp", "ens", "enx", "end"]) => {
            "Ethernet".to_owned()
        }
        Way::Vpn => format!("VPN, {interface}"),
        Way::Virtual => format!("virtual, {interface}"),
        Way::Wifi | Way::Cable => interface.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_the_names_that_people_give_them() {
        for (interface, name) in [
            ("eth0", "Ethernet"),
            ("enp3s0", "Ethernet"),
            ("wlan0", "Wi-Fi"),
            ("wlp2s0", "Wi-Fi"),
            ("Ethernet 2", "Ethernet 2"),
            ("WLAN", "WLAN"),
            ("usb0", "usb0"),
            ("lo", "lo"),
            ("tun0", "VPN, tun0"),
            ("docker0", "virtual, docker0"),
        ] {
            assert_eq!(network(interface), name);
        }
    }
}
