//! Processes that die in the middle, and disks that are full: the other side runs as a process of
//! its own, which is this test program once more.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use onehop::transfer::{Consent, ListenEvent, ReceiveOutcome, SendOutcome};

use crate::bad_weather::Random;
use crate::pair::{Computer, GUARD, Pair, listen, noise, tree};
use crate::trouble::{note, skipped};

/// What the child is to do: the role, its config folder, its files, and the port.
const ROLE: &str = "ONEHOP_TEST_ROLE";
/// How long to kill at random, instead of a few times.
const KILL_SECONDS: &str = "ONEHOP_KILL_SECONDS";
/// Kills of each side without that.
const ROUNDS: u32 = 4;

/// Not a test by itself: what the child of one does.
#[test]
fn the_child_of_a_test_does_its_part() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let words: Vec<&str> = role.split('\n').collect();
    let computer = Computer::at(Path::new(words[1]));
    match words[0] {
        "receive" => receive(&computer, Path::new(words[2])),
        "send" => send(&computer, Path::new(words[2]), words[3].parse().unwrap()),
        role => panic!("{role}"),
    }
}

/// Past the test program's own capturing of what is printed.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n> {line}").unwrap();
    out.flush().unwrap();
}

fn receive(computer: &Computer, folder: &Path) {
    let (listener, events) = listen(computer, folder, Consent::SaveWithoutAsking);
    say(&format!("port {}", listener.port()));
    for event in events {
        if let ListenEvent::Ended(_, outcome) = event {
            let names: Vec<_> = tree(folder).into_keys().collect();
            let word = match outcome {
                ReceiveOutcome::Received { .. } => "received",
                _ => "broken",
            };
            say(&format!("{word} {outcome:?} leaving {names:?}").replace('\n', " "));
        }
    }
}

fn send(computer: &Computer, path: &Path, port: u16) {
    let paths = fs::read_dir(path).unwrap();
    let paths = paths.map(|entry| entry.unwrap().path()).collect();
    let outcome = computer.send_to(port, paths).ended();
    let word = match outcome {
        SendOutcome::Received { .. } => "received",
        _ => "broken",
    };
    say(&format!("{word} {outcome:?}").replace('\n', " "));
}

/// A child, killed when dropped.
struct Part {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Part {
    fn start(mut command: Command, role: &[&str]) -> Self {
        let arguments = ["--exact", "kill::the_child_of_a_test_does_its_part"];
        command.args(arguments).arg("--nocapture");
        command.env(ROLE, role.join("\n"));
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn receiver(pair: &Pair) -> (Self, u16) {
        let (config, folder) = (pair.receiver.config(), pair.inbox.path());
        Self::receiver_as(this_program(), config, folder)
    }

    fn receiver_as(command: Command, config: &Path, folder: &Path) -> (Self, u16) {
        let [config, folder] = [config, folder].map(|path| path.to_str().unwrap());
        let mut receiver = Self::start(command, &["receive", config, folder]);
        let line = receiver.says().unwrap();
        let port = line.strip_prefix("port ").unwrap();
        let port = port.parse().unwrap();
        (receiver, port)
    }

    fn sender(pair: &Pair, port: u16) -> Self {
        let (config, folder) = (pair.sender.config(), pair.outbox.path());
        let [config, folder] = [config, folder].map(|path| path.to_str().unwrap());
        let port = port.to_string();
        Self::start(this_program(), &["send", config, folder, &port])
    }

    /// Its next line; `None` once it is dead.
    fn says(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if let Some(line) = line.strip_prefix("> ") {
                return Some(line.trim_end().to_owned());
            }
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn this_program() -> Command {
    Command::new(std::env::current_exe().unwrap())
}

/// Whether there is another round to go, by count or by time.
fn another(round: u32, started: Instant) -> bool {
    match std::env::var(KILL_SECONDS) {
        Ok(seconds) => started.elapsed() < Duration::from_secs(seconds.parse().unwrap()),
        Err(_) => round < ROUNDS,
    }
}

fn seed() -> u64 {
    // Another one in each long run, told so that it can be had again.
    let seed = match std::env::var(KILL_SECONDS) {
        Ok(_) => u64::from(std::process::id()) << 20 | 1,
        Err(_) => 0x00C0_FFEE,
    };
    note(&format!("the seed of the kills is {seed}"));
    seed
}

/// Waits until so much of everything is on the receiver's disk, or the sender is through.
fn wait_for(part: u64, pair: &Pair, sender: &mut Part) {
    let all = bytes_in(pair.outbox.path());
    let started = Instant::now();
    while bytes_in(pair.inbox.path()) * 100 < all * part {
        if sender.child.try_wait().unwrap().is_some() {
            return;
        }
        assert!(started.elapsed() < GUARD, "nothing moves");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Files that go away meanwhile count nothing.
fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    bytes.sum()
}

fn fill(pair: &Pair, random: &mut Random) {
    let size = 1_000_000 + random.below(40_000_000);
    pair.file("big.bin", &noise(usize::try_from(size).unwrap()));
    for number in 0..300 {
        let size = usize::try_from(random.below(60_000)).unwrap();
        pair.file(&format!("folder/{}/{number}", number % 7), &noise(size));
    }
}

/// Everything is there once, whole; a folder or file that stood before its sender or receiver
/// died may be there a second time.
fn everything_is_there(pair: &Pair) {
    let arrived = pair.arrived();
    for (name, content) in tree(pair.outbox.path()) {
        assert!(arrived.get(&name) == Some(&content), "{name}");
    }
}

fn nothing_looks_whole_that_is_not(pair: &Pair) {
    let sent = tree(pair.outbox.path());
    for (name, content) in pair.arrived() {
        if !name.starts_with(".onehop-") {
            let name = name.replacen(" (2)", "", 1).replacen(" (3)", "", 1);
            // One that dies before it has said a word looks like a script with an empty file.
            if name == "recv.txt" {
                assert_eq!(content.as_deref(), Some(&b""[..]));
                continue;
            }
            assert!(sent.get(&name) == Some(&content), "{name}");
        }
    }
}

#[test]
fn a_receiver_that_is_killed_anywhere_goes_on_where_it_was() {
    let (started, mut random, mut round) = (Instant::now(), Random(seed()), 0);
    while another(round, started) {
        round += 1;
        let pair = Pair::of_friends();
        fill(&pair, &mut random);
        for _ in 0..3 {
            let (mut receiver, port) = Part::receiver(&pair);
            let mut sender = Part::sender(&pair, port);
            wait_for(random.below(101), &pair, &mut sender);
            receiver.child.kill().unwrap();
            receiver.child.wait().unwrap();
            drop(sender);
            nothing_looks_whole_that_is_not(&pair);
        }
        let (mut receiver, port) = Part::receiver(&pair);
        let mut sender = Part::sender(&pair, port);
        let line = sender.says().unwrap();
        assert!(line.starts_with("received"), "{line}");
        let line = receiver.says().unwrap();
        assert!(line.starts_with("received"), "{line}");
        everything_is_there(&pair);
        nothing_looks_whole_that_is_not(&pair);
    }
}

#[test]
fn a_sender_that_is_killed_anywhere_goes_on_where_it_was() {
    let (started, mut random, mut round) = (Instant::now(), Random(seed() | 2), 0);
    while another(round, started) {
        round += 1;
        let pair = Pair::of_friends();
        fill(&pair, &mut random);
        for _ in 0..3 {
            let mut sender = Part::sender(&pair, pair.listener.port());
            wait_for(random.below(101), &pair, &mut sender);
            sender.child.kill().unwrap();
            sender.child.wait().unwrap();
            // If it had come so far.
            let is_over = |event: &ListenEvent| matches!(event, ListenEvent::Ended(..));
            let deadline = Duration::from_millis(500);
            while let Ok(event) = pair.events.recv_timeout(deadline) {
                if is_over(&event) {
                    break;
                }
            }
            nothing_looks_whole_that_is_not(&pair);
        }
        let mut sender = Part::sender(&pair, pair.listener.port());
        let line = sender.says().unwrap();
        assert!(line.starts_with("received"), "{line}");
        everything_is_there(&pair);
        nothing_looks_whole_that_is_not(&pair);
    }
}

const ON_A_SMALL_DISK: &str =
    r#"mount -t tmpfs -o size="$1" tmpfs "$2" || exit 99; shift 2; exec "$0" "$@""#;

fn in_namespace() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount"]);
    command
}

/// A receiver whose folder is a disk of so many bytes; `None` if this system lets nobody mount one.
fn receiver_on_a_disk_of(size: &str, pair: &Pair) -> Option<(Part, u16)> {
    let mut probe = in_namespace();
    probe.args(["sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]);
    if !probe.output().is_ok_and(|output| output.status.success()) {
        skipped("a full disk: this system does not let a test mount a small one");
        return None;
    }
    let mut command = in_namespace();
    command.args(["sh", "-c", ON_A_SMALL_DISK]);
    command.arg(std::env::current_exe().unwrap());
    command.arg(size).arg(pair.inbox.path());
    Some(Part::receiver_as(
        command,
        pair.receiver.config(),
        pair.inbox.path(),
    ))
}

#[test]
fn what_does_not_fit_on_the_disk_is_declined_and_said_so_on_both_sides() {
    let pair = Pair::of_friends();
    let Some((mut receiver, port)) = receiver_on_a_disk_of("2m", &pair) else {
        return;
    };
    let big = pair.file("big.bin", &noise(8_000_000));
    let outcome = pair.sender.send_to(port, vec![big]).ended();
    let told = format!("{outcome:?}");
    assert!(told.contains("Declined(NoSpace)"), "{told}");
    let line = receiver.says().unwrap();
    assert!(line.starts_with("broken Failed(Disk(Full"), "{line}");
    assert!(line.ends_with("leaving []"), "{line}");
    let small = pair.file("small.bin", &noise(500_000));
    pair.sender.send_to(port, vec![small]).delivered();
    let line = receiver.says().unwrap();
    assert!(line.ends_with(r#"leaving ["small.bin"]"#), "{line}");
}

#[test]
fn a_disk_that_fills_up_meanwhile_ends_it_on_both_sides_and_leaves_nothing_that_looks_whole() {
    let pair = Pair::of_friends();
    let Some((mut receiver, port)) = receiver_on_a_disk_of("24m", &pair) else {
        return;
    };
    // Each fits by itself; the two at once do not.
    let files = ["one.bin", "two.bin"].map(|name| pair.file(name, &noise(20_000_000)));
    let sent = files.map(|file| pair.sender.send_to(port, vec![file]));
    let outcomes = sent.map(|sent| format!("{:?}", sent.ended()));
    let failed = outcomes.iter().filter(|outcome| outcome.contains("Failed"));
    assert!(failed.count() >= 1, "{outcomes:?}");
    let full = outcomes
        .iter()
        .filter(|outcome| outcome.contains("DiskFull") || outcome.contains("NoSpace"));
    assert!(full.count() >= 1, "{outcomes:?}");
    let lines = [receiver.says().unwrap(), receiver.says().unwrap()];
    assert!(
        lines.iter().any(|line| line.contains("Disk(Full")),
        "{lines:?}"
    );
}
