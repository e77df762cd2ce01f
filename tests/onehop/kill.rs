//! Processes that die in the middle: the other side runs as a process of its own, which is this
//! test program once more.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use onehop::net::Pace;
use onehop::transfer::{
    Limits, ListenEvent, ReceiveEvent, ReceiveOutcome, SendEvent, SendLimits, SendOutcome,
};

use crate::bad_weather::Random;
use crate::common::folder::tree;
use crate::common::guard::{GUARD, wait_until};
use crate::common::noise::noise;
use crate::common::skipped::{not_on_this_system, note, on_wine};
use crate::pair::{Computer, Pair, listen_asking, listen_within};
use crate::proxy::{Proxy, Weather};

/// What the child is to do: the role, its config folder, its files, and the port.
const ROLE: &str = "ONEHOP_TEST_ROLE";
/// How often it shows that it is there, and when a silent peer is lost, in milliseconds.
const PACE: &str = "ONEHOP_TEST_PACE";
/// It cancels once content crosses.
const CANCELS: &str = "ONEHOP_TEST_CANCELS";
/// It asks before it saves, and nobody answers; so much memory is for a list until then.
const ASKS: &str = "ONEHOP_TEST_ASKS";
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

fn pace() -> Pace {
    let Ok(pace) = std::env::var(PACE) else {
        return Pace::default();
    };
    let (sign, loss) = pace.split_once(' ').unwrap();
    let [sign, loss] = [sign, loss].map(|millis| Duration::from_millis(millis.parse().unwrap()));
    Pace { sign, loss }
}

/// By then content crosses, or would if the disk let it.
fn wait_for_content() {
    std::thread::sleep(Duration::from_secs(1));
}

fn receive(computer: &Computer, folder: &Path) {
    let mut limits = Limits {
        pace: pace(),
        ..Limits::default()
    };
    let listen = match std::env::var(ASKS) {
        Ok(bytes) => {
            limits.list = bytes.parse().unwrap();
            listen_asking
        }
        Err(_) => listen_within,
    };
    let (listener, events) = listen(limits, computer.trust(), folder);
    say(&format!("port {}", listener.port()));
    let mut incoming = None;
    for event in events {
        if let ListenEvent::Transfer(_, ReceiveEvent::Offered(offered)) = &event
            && std::env::var_os(ASKS).is_some()
        {
            say(&format!("asks, complete: {}", offered.complete));
        }
        if let ListenEvent::Connected(connected) = event {
            incoming = Some(connected);
        } else if let ListenEvent::Transfer(_, ReceiveEvent::Accepted) = event
            && std::env::var_os(CANCELS).is_some()
        {
            wait_for_content();
            incoming.take().unwrap().cancel();
        } else if let ListenEvent::Transfer(_, ReceiveEvent::Ended(outcome)) = event {
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
    let limits = SendLimits {
        pace: pace(),
        ..SendLimits::default()
    };
    let sent = computer.send_within(limits, port, paths);
    if std::env::var_os(CANCELS).is_some() {
        while !matches!(sent.next(), SendEvent::Accepted { .. }) {}
        wait_for_content();
        sent.outgoing.cancel();
    }
    let outcome = sent.ended();
    let word = match outcome {
        SendOutcome::Received { .. } => "received",
        _ => "broken",
    };
    say(&format!("{word} {outcome:?}").replace('\n', " "));
}

/// A child, killed when dropped.
pub(crate) struct Part {
    pub(crate) child: Child,
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

    pub(crate) fn receiver_as(command: Command, config: &Path, folder: &Path) -> (Self, u16) {
        let [config, folder] = [config, folder].map(|path| path.to_str().unwrap());
        let mut receiver = Self::start(command, &["receive", config, folder]);
        let line = receiver.says().unwrap();
        let port = line.strip_prefix("port ").unwrap();
        let port = port.parse().unwrap();
        (receiver, port)
    }

    fn sender(pair: &Pair, port: u16) -> Self {
        Self::sender_as(this_program(), pair, port)
    }

    pub(crate) fn sender_as(command: Command, pair: &Pair, port: u16) -> Self {
        let (config, folder) = (pair.sender.config(), pair.outbox.path());
        let [config, folder] = [config, folder].map(|path| path.to_str().unwrap());
        let port = port.to_string();
        Self::start(command, &["send", config, folder, &port])
    }

    /// Its next line; `None` once it is dead.
    pub(crate) fn says(&mut self) -> Option<String> {
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

/// Has the child keep this pace.
#[cfg(target_os = "linux")]
pub(crate) fn at_pace(command: &mut Command, pace: Pace) {
    let (sign, loss) = (pace.sign.as_millis(), pace.loss.as_millis());
    command.env(PACE, format!("{sign} {loss}"));
}

/// A receiver that asks and has so much memory for a list until then, and its port.
#[cfg(target_os = "linux")]
pub(crate) fn asking(pair: &Pair, list: u64) -> (Part, u16) {
    let mut command = this_program();
    command.env(ASKS, list.to_string());
    Part::receiver_as(command, pair.receiver.config(), pair.inbox.path())
}

/// Has the child cancel in the middle.
#[cfg(target_os = "linux")]
pub(crate) fn cancelling(command: &mut Command) {
    command.env(CANCELS, "1");
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
    wait_until("a part of it", || {
        bytes_in(pair.inbox.path()) * 100 >= all * part
            || sender.child.try_wait().unwrap().is_some()
    });
}

/// Files that go away meanwhile count nothing.
pub(crate) fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    // Asked one by one: what Windows lists of an open file is its size of some time ago.
    let bytes = entries.map(|entry| match fs::symlink_metadata(entry.path()) {
        Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    bytes.sum()
}

/// What stands in the receiver's folder of a transfer that did not come to its end.
fn begun(pair: &Pair) -> u64 {
    let entries = fs::read_dir(pair.inbox.path()).unwrap();
    let begun = entries.map(Result::unwrap).filter(|entry| {
        let name = entry.file_name();
        name.to_str().unwrap().starts_with(".onehop-")
    });
    let bytes = begun.map(|entry| match fs::metadata(entry.path()).unwrap() {
        metadata if metadata.is_dir() => bytes_in(&entry.path()),
        metadata => metadata.len(),
    });
    bytes.sum()
}

/// What did not have to cross again, as a child tells it.
fn resumed(line: &str) -> u64 {
    assert!(line.starts_with("received"), "{line}");
    let (_, number) = line.split_once("resumed_bytes: ").unwrap();
    let (number, _) = number.split_once(',').unwrap();
    number.parse().unwrap()
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

/// Wine leaves the connections of a killed program open: what it has begun is still in use then.
fn connections_end_with_their_program() -> bool {
    !on_wine()
}

/// Of a transfer with a sender that is dead; perhaps it never called.
fn wait_for_its_end(pair: &Pair) {
    let mut patience = Duration::from_millis(500);
    while let Ok(event) = pair.events.recv_timeout(patience) {
        match event {
            ListenEvent::Connected(_) if connections_end_with_their_program() => patience = GUARD,
            ListenEvent::Transfer(_, ReceiveEvent::Ended(_)) => return,
            _ => {}
        }
    }
    assert!(patience < GUARD, "it does not end");
}

/// A folder with a small file and one of 8 MB is to be sent.
fn with_a_big_file() -> Pair {
    let pair = Pair::of_friends();
    pair.file("folder/a", b"first");
    pair.file("folder/big.bin", &noise(8_000_000));
    pair
}

/// A way to this receiver that lets 3 MB pass and then holds everything.
fn held_way_to(port: u16) -> Proxy {
    let proxy = Proxy::to(port);
    proxy.set(Weather {
        hold_at: Some(3_000_000),
        ..Weather::default()
    });
    proxy
}

fn wait_for_two_megabytes(pair: &Pair) {
    wait_until("something arrives", || {
        bytes_in(pair.inbox.path()) / 2_000_000 > 0
    });
}

#[test]
fn a_receiver_that_was_killed_in_the_middle_of_a_file_wants_only_what_it_lacks() {
    let pair = with_a_big_file();
    let folder = pair.outbox.path().join("folder");
    let (mut receiver, port) = Part::receiver(&pair);
    let proxy = held_way_to(port);
    let sent = pair.sender.send_to(proxy.port, vec![folder.clone()]);
    wait_for_two_megabytes(&pair);
    receiver.child.kill().unwrap();
    receiver.child.wait().unwrap();
    proxy.go_on();
    sent.failed();
    nothing_looks_whole_that_is_not(&pair);
    let begun = begun(&pair);
    assert!((2_000_000..3_000_000).contains(&begun), "{begun}");

    let (mut receiver, port) = Part::receiver(&pair);
    let (_, summary) = pair.sender.send_to(port, vec![folder]).delivered();
    assert_eq!(summary.resumed_bytes, begun);
    assert_eq!(resumed(&receiver.says().unwrap()), begun);
    assert!(pair.arrived() == tree(pair.outbox.path()));
}

#[test]
fn a_sender_that_was_killed_in_the_middle_of_a_file_sends_only_what_is_lacking() {
    if !connections_end_with_their_program() {
        not_on_this_system("a killed sender that goes on: Wine leaves its connections open");
        return;
    }
    let pair = with_a_big_file();
    let proxy = held_way_to(pair.listener.port());
    let mut sender = Part::sender(&pair, proxy.port);
    wait_for_two_megabytes(&pair);
    sender.child.kill().unwrap();
    sender.child.wait().unwrap();
    proxy.go_on();
    wait_for_its_end(&pair);
    nothing_looks_whole_that_is_not(&pair);
    let begun = begun(&pair);
    assert!((2_000_000..8_000_000).contains(&begun), "{begun}");

    let mut sender = Part::sender(&pair, pair.listener.port());
    assert_eq!(resumed(&sender.says().unwrap()), begun);
    let (_, summary) = pair.saved();
    assert_eq!(summary.resumed_bytes, begun);
    assert!(pair.arrived() == tree(pair.outbox.path()));
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
        let begun = begun(&pair);
        let (mut receiver, port) = Part::receiver(&pair);
        let mut sender = Part::sender(&pair, port);
        assert_eq!(resumed(&sender.says().unwrap()), begun);
        assert_eq!(resumed(&receiver.says().unwrap()), begun);
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
            wait_for_its_end(&pair);
            nothing_looks_whole_that_is_not(&pair);
        }
        let begun = begun(&pair);
        let mut sender = Part::sender(&pair, pair.listener.port());
        let line = sender.says().unwrap();
        assert!(line.starts_with("received"), "{line}");
        if connections_end_with_their_program() {
            assert_eq!(resumed(&line), begun);
            let (_, summary) = pair.saved();
            assert_eq!(summary.resumed_bytes, begun);
        }
        everything_is_there(&pair);
        nothing_looks_whole_that_is_not(&pair);
    }
}
