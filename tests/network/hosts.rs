//! Computers and the networks between them, as network namespaces of the kernel.
//!
//! A [`World`] is a namespace in which nothing is but the switches ([`Lan`]) of its networks; each
//! [`Host`] is another namespace with a cable to as many of these as it joins. Nothing has a name
//! outside, nothing is forwarded, and no packet reaches a real network.
//!
//! Each namespace lives as long as the process that holds it, which ends when its input does: when
//! the host is dropped, and also when the test is killed.

use std::cell::Cell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use crate::cli::fresh_home;
use crate::common::programs::are_installed;
use crate::common::skipped::skipped;

const WHAT: &str = "several computers on a network";

/// Everything that can be reached from any of its hosts.
#[derive(Debug)]
pub(crate) struct World {
    space: Space,
    lans: Cell<u32>,
    cables: Cell<u32>,
}

impl World {
    /// An empty one. `None`, said plainly, if this system lets the test make none; where every
    /// check has to be tried that is a failure.
    pub(crate) fn new() -> Option<Self> {
        let tools = [
            ("unshare", "util-linux"),
            ("nsenter", "util-linux"),
            ("ip", "iproute2"),
        ];
        if !are_installed(WHAT, &tools) {
            return None;
        }
        let Some(space) = Space::first() else {
            skipped(&format!("{WHAT}: this system allows no network namespaces"));
            return None;
        };
        let parts = [
            "link add lan type bridge",
            "link add port type veth peer name end",
            "link del port",
            "link del lan",
        ];
        if !parts.iter().all(|part| space.can_ip(part)) {
            skipped(&format!(
                "{WHAT}: this system has no bridges or no virtual cables"
            ));
            return None;
        }
        Some(Self {
            space,
            lans: Cell::new(0),
            cables: Cell::new(0),
        })
    }

    /// A switch that nobody is connected to yet.
    pub(crate) fn lan(&self) -> Lan {
        let number = next(&self.lans);
        let lan = Lan {
            bridge: format!("lan{number}"),
        };
        self.space.ip(&[
            &format!("link add {} type bridge forward_delay 0", lan.bridge),
            &format!("link set {} up", lan.bridge),
        ]);
        lan
    }

    /// A computer without a cable.
    pub(crate) fn host(&self) -> Host {
        let space = self.space.another();
        space.ip(&["link set lo up"]);
        let cables = Cell::new(0);
        Host { space, cables }
    }

    /// A computer at this address of the network, such as `10.7.0.2/24`.
    pub(crate) fn host_at(&self, lan: &Lan, address: &str) -> Host {
        let host = self.host();
        self.connect(&host, lan, &[address]);
        host
    }

    /// Puts a cable between them and returns the name of the host's end, `eth0` for its first.
    pub(crate) fn connect(&self, host: &Host, lan: &Lan, addresses: &[&str]) -> String {
        let (socket, end) = (next(&self.cables), format!("eth{}", next(&host.cables)));
        let holder = host.space.holder.id();
        self.space.ip(&[
            &format!("link add port{socket} type veth peer name {end} netns {holder}"),
            &format!("link set port{socket} master {} up", lan.bridge),
        ]);
        host.space.ip(&[&format!("link set {end} up")]);
        for address in addresses {
            host.add_address(&end, address);
        }
        end
    }
}

/// One network: what is connected to it hears each other.
#[derive(Debug)]
pub(crate) struct Lan {
    bridge: String,
}

/// One computer.
#[derive(Debug)]
pub(crate) struct Host {
    space: Space,
    cables: Cell<u32>,
}

impl Host {
    /// A program to be run on it.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = self.space.enter();
        command.arg(program).stdin(Stdio::null());
        command
    }

    /// The program under test, with a key and known devices of its own.
    pub(crate) fn onehop(&self) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_onehop-cli"));
        command
            .env_remove("RUST_LOG")
            .env("ONEHOP_CONFIG_DIR", fresh_home());
        command
    }

    /// Performs commands of `ip`, such as `route add default via 10.7.0.1`.
    #[track_caller]
    pub(crate) fn ip(&self, commands: &[&str]) {
        self.space.ip(commands);
    }

    /// Gives it one more address, usable at once.
    #[track_caller]
    pub(crate) fn add_address(&self, interface: &str, address: &str) {
        // Nobody else can have it, so an IPv6 address need not wait until that is known.
        let sure = if address.contains(':') { " nodad" } else { "" };
        self.ip(&[&format!("addr add {address} dev {interface}{sure}")]);
    }

    /// Takes an address from it.
    #[track_caller]
    pub(crate) fn remove_address(&self, interface: &str, address: &str) {
        self.ip(&[&format!("addr del {address} dev {interface}")]);
    }

    /// Pulls a cable out.
    #[track_caller]
    pub(crate) fn unplug(&self, interface: &str) {
        self.ip(&[&format!("link set {interface} down")]);
    }

    /// Whether it can have a firewall; if not, that is said.
    pub(crate) fn can_filter(&self) -> bool {
        let what = "a firewall";
        if !are_installed(what, &[("nft", "nftables")]) {
            return false;
        }
        let works = succeeds(self.command("nft").args(["add", "table", "inet", "probe"]));
        if !works {
            skipped(&format!("{what}: this system does not let a test have one"));
        }
        works
    }

    /// Adds rules of nftables to what its firewall does with packets that come in, such as
    /// `tcp dport 9898 drop`.
    #[track_caller]
    pub(crate) fn filter_input(&self, rules: &[&str]) {
        self.filter("input", rules);
    }

    /// As [`Self::filter_input`], for packets that leave.
    #[track_caller]
    pub(crate) fn filter_output(&self, rules: &[&str]) {
        self.filter("output", rules);
    }

    fn filter(&self, hook: &str, rules: &[&str]) {
        let rules = rules.join("\n");
        let table = format!(
            "table inet test {{\nchain {hook} {{\n\
             type filter hook {hook} priority 0; policy accept;\n{rules}\n}}\n}}\n"
        );
        feed(self.command("nft").args(["-f", "-"]), &table);
    }
}

/// A network namespace.
#[derive(Debug)]
struct Space {
    holder: Child,
    /// Made without privileges, within a user namespace of the test's own.
    of_a_user: bool,
}

impl Space {
    /// One from which others can be made.
    fn first() -> Option<Self> {
        [false, true].into_iter().find_map(|of_a_user| {
            let mut command = Command::new("unshare");
            if of_a_user {
                command.args(["--user", "--map-root-user"]);
            }
            let holder = hold(command.arg("--net"))?;
            Some(Self { holder, of_a_user })
        })
    }

    fn another(&self) -> Self {
        let holder = hold(self.enter().args(["unshare", "--net"])).unwrap();
        let of_a_user = self.of_a_user;
        Self { holder, of_a_user }
    }

    /// The beginning of a command that is carried out in it.
    fn enter(&self) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.holder.id().to_string(), "--net"]);
        if self.of_a_user {
            command.args(["--user", "--preserve-credentials"]);
        }
        command.arg("--");
        command
    }

    /// Whether a command of `ip` is carried out in it.
    fn can_ip(&self, words: &str) -> bool {
        let mut command = self.enter();
        succeeds(command.arg("ip").args(words.split(' ')))
    }

    #[track_caller]
    fn ip(&self, commands: &[&str]) {
        let mut batch = self.enter();
        batch.args(["ip", "-batch", "-"]);
        feed(&mut batch, &format!("{}\n", commands.join("\n")));
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        self.holder.wait().ok();
    }
}

/// Starts a process that is in the namespace to be held when this returns.
fn hold(namespace: &mut Command) -> Option<Child> {
    let mut holder = namespace
        .args(["sh", "-c", "echo holding; exec cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut line = String::new();
    BufReader::new(holder.stdout.as_mut()?)
        .read_line(&mut line)
        .ok()?;
    if line != "holding\n" {
        holder.wait().ok();
        return None;
    }
    Some(holder)
}

fn succeeds(command: &mut Command) -> bool {
    let output = command.stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}

/// Runs a command to a good end with this as its input.
#[track_caller]
fn feed(command: &mut Command, input: &str) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // A program that does not read says why below.
    pipe.write_all(input.as_bytes()).ok();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} with {input}: {words}");
}

fn next(counter: &Cell<u32>) -> u32 {
    let number = counter.get();
    counter.set(number + 1);
    number
}
