//! What a test has done on another computer: this test program once more, in its namespace.

use std::fs;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use onehop::discovery::{Announced, Announcer, Browser, DeviceKind, Found, Hint, neighbours};
use onehop::identity::{Devices, Fingerprint};
use onehop::messages::nearby::mark;

use crate::cli::Running;
use crate::flood::{Flood, flood};
use crate::hosts::Host;

/// What the child is to do, in words with line ends between them.
const ROLE: &str = "ONEHOP_TEST_ROLE";

/// Not a test by itself: what the child of one does.
#[test]
fn the_child_of_a_test_does_its_part() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let words: Vec<&str> = role.split('\n').collect();
    match words[0] {
        "watch" => watch(Path::new(words[1]), words[2].parse().ok()),
        "announce" => announce(&words[3..], words[1], words[2].parse().unwrap()),
        "flood" => flood(
            words[1].parse::<Ipv4Addr>().unwrap(),
            Flood::named(words[2]),
            Duration::from_secs(words[3].parse().unwrap()),
        ),
        role => panic!("{role}"),
    }
    say("done");
}

/// Past the test program's own capturing of what is printed.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n> {line}").unwrap();
    out.flush().unwrap();
}

fn start(host: &Host, role: &[&str]) -> Running {
    let program = std::env::current_exe().unwrap();
    let mut command = host.command(program.to_str().unwrap());
    command.args([
        "--exact",
        "--nocapture",
        "child::the_child_of_a_test_does_its_part",
    ]);
    Running::start(command.env(ROLE, role.join("\n")))
}

/// Looks around on this computer, as the device with this folder. Says `nearby:` and a list
/// whenever it has changed, and once a second how it fares.
pub(crate) fn start_watching(host: &Host, home: &Path, own: Option<Fingerprint>) -> Running {
    let own = own.map(|own| own.hex()).unwrap_or_default();
    start(host, &["watch", home.to_str().unwrap(), &own])
}

/// Announces what is not there, with a claim to be `device`, under one name after the other.
pub(crate) fn start_announcing(
    host: &Host,
    names: &[&str],
    device: Fingerprint,
    port: u16,
) -> Running {
    let (device, port) = (device.hex(), port.to_string());
    let mut announcing = start(host, &[&["announce", &device, &port], names].concat());
    announcing.wait_for_stdout("> announcing");
    announcing
}

/// Sends hostile announcements from this address for so many seconds.
pub(crate) fn start_flood(host: &Host, from: &str, kind: Flood, seconds: u32) -> Running {
    start(host, &["flood", from, kind.name(), &seconds.to_string()])
}

struct Bell {
    thread: thread::Thread,
    wakes: AtomicUsize,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
        self.thread.unpark();
    }
}

fn watch(home: &Path, own: Option<Fingerprint>) {
    let bell = Arc::new(Bell {
        thread: thread::current(),
        wakes: AtomicUsize::new(0),
    });
    let devices = Arc::new(Devices::open(Some(home)).0);
    let waker = Waker::from(bell.clone());
    let browser = Browser::start(own.map(Hint::of), devices.clone(), waker).unwrap();
    say("watching");
    let (mut shown, mut told) = (None, Instant::now());
    loop {
        let found = browser.found();
        if shown.as_ref() != Some(&found) {
            say(&format!("nearby: {}", listed(&found, &devices)));
            shown = Some(found);
        }
        if told.elapsed() >= Duration::from_secs(1) {
            told = Instant::now();
            let rings = bell.wakes.swap(0, Ordering::Relaxed);
            let count = browser.found().len();
            say(&format!(
                "wakes {rings} listed {count} rss {}",
                resident_kib()
            ));
        }
        thread::park_timeout(Duration::from_millis(200));
    }
}

fn listed(found: &[Found], devices: &Devices) -> String {
    let all = neighbours(found, &devices.all());
    let words: Vec<String> = all
        .iter()
        .map(|one| {
            let (host, port) = one.place.clone().unwrap_or_default();
            format!("{} {host} {port} {}", one.name, mark(one))
        })
        .collect();
    format!("[{}]", words.join("] ["))
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.unwrap().split_whitespace().next().unwrap();
    number.parse().unwrap()
}

fn announce(names: &[&str], device: &str, port: u16) {
    let everywhere: Option<IpAddr> = None;
    let announcer = Announcer::start(Announced {
        name: names[0].to_owned(),
        hint: Some(Hint::of(device.parse().unwrap())),
        kind: DeviceKind::Unknown,
        port,
        address: everywhere,
    })
    .unwrap();
    say("announcing");
    for name in &names[1..] {
        thread::sleep(Duration::from_secs(3));
        announcer.rename(name);
    }
    loop {
        thread::park();
    }
}
