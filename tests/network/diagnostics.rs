//! What `send` says when the way to the other computer is blocked, in each of the ways in which
//! it can be.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::cli::{Ended, Running, file_of};
use crate::common::programs::{are_installed, nc_is_installed};
use crate::hosts::{Host, World};

/// One that was to get a file, and one that was to send it.
struct Two {
    world: World,
    desk: Host,
    laptop: Host,
    file: (TempDir, PathBuf),
}

impl Two {
    fn on_one_network() -> Option<Self> {
        let world = World::new()?;
        let lan = world.lan();
        Some(Self {
            desk: world.host_at(&lan, "10.7.0.2/24"),
            laptop: world.host_at(&lan, "10.7.0.3/24"),
            file: file_of(18),
            world,
        })
    }

    /// As [`Self::on_one_network`], if each can have a firewall.
    fn with_firewalls() -> Option<Self> {
        let two = Self::on_one_network()?;
        two.desk.can_filter().then_some(two)
    }

    /// Sends to where the desk is, or was.
    fn send(&self) -> Ended {
        self.send_to("10.7.0.2")
    }

    fn send_to(&self, host: &str) -> Ended {
        let mut send = self.laptop.onehop();
        send.args(["send", "--classic", host]).arg(&self.file.1);
        Running::start(&mut send).finish().with_code(1)
    }

    /// Starts to receive on the desk, in a folder that is of no interest.
    fn receive(&self) -> Running {
        let mut receive = self.desk.onehop();
        receive.args(["receive", "--yes", "--dir"]);
        let mut running = Running::start(receive.arg(self.file.0.path()));
        running.wait_for("Press Ctrl-C to stop");
        running
    }
}

/// Fails unless the numbered causes are these, the likeliest first.
#[track_caller]
fn assert_causes(ended: &Ended, expected: &[&str]) {
    let is_cause = |line: &&str| {
        let number = line.split_once(". ").map(|(number, _)| number);
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let causes: Vec<&str> = ended.stderr.lines().filter(is_cause).collect();
    let expected: Vec<String> = (1..)
        .zip(expected)
        .map(|(number, cause)| format!("{number}. {cause}"))
        .collect();
    assert_eq!(causes, expected, "{ended:#?}");
}

#[test]
fn a_port_that_is_closed_means_that_nothing_receives_there() {
    let Some(two) = Two::on_one_network() else {
        return;
    };
    let ended = two.send();
    assert_causes(
        &ended,
        &[
            "Onehop is not receiving there. (likely)",
            "The firewall on 10.7.0.2 refuses connections to port 9898. (possible)",
        ],
    );
    ended
        .saying("Press Start in Receive mode on the other computer")
        .saying("sudo ufw allow 9898/tcp");
}

#[test]
fn a_firewall_that_drops_is_told_from_a_computer_that_is_off() {
    let Some(two) = Two::with_firewalls() else {
        return;
    };
    let _receiver = two.receive();
    two.desk.filter_input(&["tcp dport 9898 drop"]);
    let ended = two.send();
    assert_causes(
        &ended,
        &["The firewall on 10.7.0.2 ignores connections to port 9898. (likely)"],
    );
    ended
        .saying("sudo ufw allow 9898/tcp")
        .saying("Its network adapter answers on that network.")
        .saying("It answers on port 22.");
}

#[test]
fn a_firewall_that_drops_everything_is_known_by_its_network_adapter() {
    let Some(two) = Two::with_firewalls() else {
        return;
    };
    two.desk.filter_input(&["meta l4proto tcp drop"]);
    let ended = two.send();
    assert_causes(
        &ended,
        &["The firewall on 10.7.0.2 ignores connections to port 9898. (likely)"],
    );
    ended.saying("It does not answer on ports 22, 445 or 80 either.");
}

#[test]
fn a_firewall_that_rejects_as_firewalld_does_is_told_from_a_closed_port() {
    let Some(two) = Two::with_firewalls() else {
        return;
    };
    let _receiver = two.receive();
    two.desk
        .filter_input(&["tcp dport 9898 reject with icmpx type admin-prohibited"]);
    assert_causes(
        &two.send(),
        &["The firewall on 10.7.0.2 refuses connections to port 9898. (likely)"],
    );
}

#[test]
fn a_firewall_that_rejects_as_a_closed_port_does_stays_a_possibility() {
    let Some(two) = Two::with_firewalls() else {
        return;
    };
    let _receiver = two.receive();
    two.desk
        .filter_input(&["tcp dport 9898 reject with tcp reset"]);
    assert_causes(
        &two.send(),
        &[
            "Onehop is not receiving there. (likely)",
            "The firewall on 10.7.0.2 refuses connections to port 9898. (possible)",
        ],
    );
}

#[test]
fn a_computer_that_is_off_answers_to_nobody() {
    let Some(two) = Two::on_one_network() else {
        return;
    };
    two.desk.unplug("eth0");
    let ended = two.send();
    assert_causes(
        &ended,
        &[
            "There is no computer with the address 10.7.0.2 on the network. (likely)",
            "The Wi-Fi keeps its computers apart. (possible)",
        ],
    );
    ended
        .saying("ping -c 3 10.7.0.2")
        .saying("No network adapter with that address answers on that network.");
}

#[test]
fn an_address_that_has_changed_is_no_longer_there() {
    let Some(two) = Two::on_one_network() else {
        return;
    };
    let _receiver = two.receive();
    two.desk.remove_address("eth0", "10.7.0.2/24");
    two.desk.add_address("eth0", "10.7.0.4/24");
    let ended = two.send();
    assert_causes(
        &ended,
        &[
            "There is no computer with the address 10.7.0.2 on the network. (likely)",
            "The Wi-Fi keeps its computers apart. (possible)",
        ],
    );
    ended.saying("its address has changed");
}

#[test]
fn an_address_of_another_network_has_no_route() {
    let Some(two) = Two::on_one_network() else {
        return;
    };
    let ended = two.send_to("10.8.0.2");
    assert_causes(
        &ended,
        &[
            "This computer cannot find a way to 10.8.0.2. (certain)",
            "10.8.0.2 is not on the same network as this computer. (likely)",
        ],
    );
    ended.saying("This computer is 10.7.0.3 (Ethernet).");
}

#[test]
fn an_address_behind_a_router_that_says_nothing_is_on_another_network() {
    let Some(two) = Two::with_firewalls() else {
        return;
    };
    two.laptop.ip(&["route add default via 10.7.0.2"]);
    two.desk.filter_input(&["meta l4proto tcp drop"]);
    assert_causes(
        &two.send_to("10.8.0.2"),
        &[
            "10.8.0.2 is not on the same network as this computer. (likely)",
            "The firewall on 10.8.0.2 ignores connections to port 9898. (possible)",
            "There is no computer with the address 10.8.0.2 on the network. (possible)",
        ],
    );
}

#[test]
fn a_tunnel_that_takes_the_route_is_blamed_first() {
    let Some(two) = Two::on_one_network() else {
        return;
    };
    let _receiver = two.receive();
    // Another end that takes everything, as an exit node of a VPN would.
    let (tunnel, exit) = (two.world.lan(), two.world.host());
    let end = two.world.connect(&two.laptop, &tunnel, &[]);
    two.world.connect(&exit, &tunnel, &["10.99.0.1/24"]);
    two.laptop.ip(&[
        &format!("link set {end} down"),
        &format!("link set {end} name wg0"),
        "link set wg0 up",
        "addr add 10.99.0.2/24 dev wg0",
        "route add 10.7.0.2/32 via 10.99.0.1 dev wg0",
    ]);
    let ended = two.send();
    let first = "1. A VPN (wg0) takes what is sent to 10.7.0.2. (likely)";
    ended.saying(first).saying("sudo wg-quick down wg0");
}

#[test]
fn a_firewall_of_our_own_that_lets_nothing_out_is_found() {
    let Some(two) = Two::with_firewalls() else {
        return;
    };
    let _receiver = two.receive();
    two.laptop.filter_output(&["meta l4proto tcp drop"]);
    two.send()
        .saying("1. A firewall on this computer does not let Onehop connect. (likely)");
}

#[test]
fn a_computer_without_a_network_is_offline() {
    let Some(two) = Two::on_one_network() else {
        return;
    };
    two.laptop.unplug("eth0");
    assert_causes(&two.send(), &["This computer is on no network. (certain)"]);
}

#[test]
fn a_name_that_leads_nowhere_is_told_as_that() {
    let Some(two) = Two::on_one_network() else {
        return;
    };
    let ended = two.send_to("no-such-computer.invalid");
    assert_causes(
        &ended,
        &["No address was found for the name no-such-computer.invalid. (certain)"],
    );
    ended.saying("enter the numeric address that Onehop shows");
}

#[test]
fn something_else_that_breaks_off_is_no_receiver() {
    if !are_installed("a program that resets", &[("python3", "python3")]) {
        return;
    }
    let Some(two) = Two::on_one_network() else {
        return;
    };
    // Takes the connection and resets it at once.
    let mut other = two.desk.command("python3");
    other.args([
        "-c",
        "import socket,struct\n\
         l = socket.create_server(('', 9898))\n\
         print('listening', flush=True)\n\
         while True:\n \
         c, a = l.accept()\n \
         c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\n \
         c.close()\n",
    ]);
    let mut other = Running::start(&mut other);
    other.wait_for_stdout("listening");
    two.send()
        .saying("1. Something other than a receiver is listening on port 9898 there. (likely)");
}

/// Two computers on one cable that nobody gives addresses to, and the link-local one of the desk.
fn on_a_direct_cable() -> Option<(Two, String)> {
    let two = Two::on_one_network()?;
    two.desk.remove_address("eth0", "10.7.0.2/24");
    two.laptop.remove_address("eth0", "10.7.0.3/24");
    for (host, address) in [(&two.desk, "fe80::7:2/64"), (&two.laptop, "fe80::7:3/64")] {
        host.add_address("eth0", address);
    }
    Some((two, "fe80::7:2".to_owned()))
}

#[test]
fn a_link_local_address_without_its_interface_is_offered_with_those_that_there_are() {
    let Some((two, address)) = on_a_direct_cable() else {
        return;
    };
    let ended = two.send_to(&address);
    ended
        .saying("fe80::7:2 needs the name of the interface that leads there.")
        .saying("fe80::7:2%eth0");
    let ended = two.send_to("fe80::7:2%wlan7");
    ended
        .saying("This computer has no interface called “wlan7”.")
        .saying("fe80::7:2%eth0");
}

#[test]
fn a_link_local_address_keeps_its_interface_in_every_message() {
    let Some((two, _)) = on_a_direct_cable() else {
        return;
    };
    // Nobody has this one.
    for (host, code) in [
        ("fe80::7:2%eth0", "refuses"),
        ("fe80::7:9%eth0", "no computer"),
    ] {
        let ended = two.send_to(host);
        let bare = host.trim_end_matches("%eth0");
        assert!(!ended.stderr.replace(host, "").contains(bare), "{ended:#?}");
        ended.saying(code).saying("is on the network of eth0");
    }
}

mod check {
    use super::*;

    #[test]
    fn a_direct_cable_is_enough_to_be_reached() {
        let Some((two, _)) = on_a_direct_cable() else {
            return;
        };
        two.desk.add_address("eth0", "169.254.10.2/16");
        two.laptop.add_address("eth0", "169.254.10.3/16");
        let receiver = two.receive();
        let ended = check(&two.desk).with_code(0);
        assert_eq!(
            ended.stdout,
            "Computers on the same cable or Wi-Fi should be able to reach this one at \
             169.254.10.2:9898.\n"
        );
        for host in ["169.254.10.2", "fe80::7:2%eth0"] {
            let mut nc = two.laptop.command("nc");
            nc.args(["-z", "-w", "5", host, "9898"]);
            Running::start(&mut nc).finish().with_code(0);
        }
        receiver.interrupt();
        receiver
            .finish()
            .saying("Address 169.254.10.2 (Ethernet)")
            .saying("Only computers on the same cable or Wi-Fi can use this.");
    }

    #[test]
    fn an_address_that_reaches_one_cable_only_is_not_told_where_there_is_a_better_one() {
        let Some(two) = Two::on_one_network() else {
            return;
        };
        two.desk.add_address("eth0", "169.254.10.2/16");
        let receiver = two.receive();
        receiver.interrupt();
        let ended = receiver.finish().saying("Address 10.7.0.2 (Ethernet)");
        assert!(!ended.stderr.contains("169.254"), "{ended:?}");
    }

    fn check(host: &Host) -> Ended {
        Running::start(host.onehop().arg("check")).finish()
    }

    #[test]
    fn a_computer_that_receives_says_where_it_can_be_reached() {
        let Some(two) = Two::on_one_network() else {
            return;
        };
        let _receiver = two.receive();
        let ended = check(&two.desk);
        assert_eq!(
            ended.stdout,
            "Other computers should be able to reach this one at 10.7.0.2:9898.\n"
        );
        ended.with_code(0).saying("Address 10.7.0.2 on eth0.");
    }

    #[test]
    fn a_computer_that_does_not_receive_says_so() {
        let Some(two) = Two::on_one_network() else {
            return;
        };
        let ended = check(&two.desk).with_code(0);
        assert!(ended.stdout.starts_with("Nothing is receiving yet"));
        two.desk.unplug("eth0");
        let ended = check(&two.desk).with_code(1);
        assert_eq!(
            ended.stdout,
            "Other computers cannot reach this one: this computer is on no network.\n"
        );
    }

    #[test]
    fn a_port_that_another_program_has_is_told_with_its_name() {
        if !nc_is_installed() {
            return;
        }
        let Some(two) = Two::on_one_network() else {
            return;
        };
        let mut nc = two.desk.command("nc");
        let _other = Running::start(nc.args(["-k", "-l", "9898"]));
        // Until it has it.
        let ended = (0..1_000)
            .map(|_| check(&two.desk))
            .find(|ended| ended.code == Some(1))
            .unwrap();
        assert!(
            ended.stdout.contains("port 9898 is not available"),
            "{ended:?}"
        );
        ended.saying("Port 9898 is already taken by nc");
    }
}
