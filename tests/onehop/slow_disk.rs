//! Disks that take their time. One call of one side takes longer than the other waits for a sign of
//! life; how long that is, and the call, is strace's doing.

use std::process::{Child, Command};
use std::time::Duration;

use onehop::error::Error;
use onehop::net::Pace;
use onehop::transfer::{Limits, ReceiveOutcome, SendLimits, SendOutcome};

use rustix::process::{Pid, Signal, kill_process};

use crate::common::noise::noise;
use crate::common::skipped::skipped;
use crate::kill::{Part, at_pace, cancelling};
use crate::pair::{Pair, listen_within};

/// How long the disk takes, in seconds, with the pace that Onehop has by itself.
const STALL_SECONDS: &str = "ONEHOP_STALL_SECONDS";
/// More than 40 calls to read or write it.
const FILE_BYTES: usize = 20_000_000;
/// Only a side that waits for its disk runs into it.
const FOR_EVER: Duration = Duration::from_mins(10);

fn stall() -> (Duration, Pace) {
    match std::env::var(STALL_SECONDS) {
        Ok(seconds) => (
            Duration::from_secs(seconds.parse().unwrap()),
            Pace::default(),
        ),
        Err(_) => (
            Duration::from_secs(6),
            Pace {
                sign: Duration::from_millis(500),
                loss: Duration::from_secs(3),
            },
        ),
    }
}

/// Runs this program so that the call with this number takes so long on each thread.
fn stalling(call: &str, number: u32, time: Duration) -> Option<Command> {
    let works = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    if !works.is_ok_and(|output| output.status.success()) {
        skipped("a disk that stalls: strace does not run here; install strace");
        return None;
    }
    let mut command = Command::new("strace");
    // The tracer is not the parent, so that the child can be killed.
    command.args(["-D", "-f", "-qq", "-o", "/dev/null", "-e"]);
    command.arg(format!("trace={call}")).arg("-e");
    let micros = time.as_micros();
    command.arg(format!("inject={call}:delay_enter={micros}:when={number}"));
    command.arg("--").arg(std::env::current_exe().unwrap());
    Some(command)
}

/// Lets the child's disk answer again: until then the child cannot even be killed.
fn release(child: &Child) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let tracer = status
        .lines()
        .find_map(|line| line.strip_prefix("TracerPid:"));
    let tracer = Pid::from_raw(tracer.unwrap().trim().parse().unwrap());
    kill_process(tracer.unwrap(), Signal::KILL).unwrap();
}

fn with_a_file() -> Pair {
    let pair = Pair::of_friends();
    pair.file("big.bin", &noise(FILE_BYTES));
    pair
}

fn a_receiver_stalls(call: &str, number: u32) {
    let (time, pace) = stall();
    let Some(mut command) = stalling(call, number, time) else {
        return;
    };
    let pair = with_a_file();
    at_pace(&mut command, pace);
    let (receiver, inbox) = (pair.receiver.config(), pair.inbox.path());
    let (mut receiver, port) = Part::receiver_as(command, receiver, inbox);
    let limits = SendLimits {
        pace,
        ..SendLimits::default()
    };
    let paths = vec![pair.outbox.path().join("big.bin")];
    let sent = pair.sender.send_within(limits, port, paths);
    assert!(receiver.says().unwrap().starts_with("received"));
    sent.delivered();
}

#[test]
fn a_receiver_is_not_lost_while_a_write_takes_its_time() {
    a_receiver_stalls("write", 40);
}

#[test]
fn a_receiver_is_not_lost_while_making_everything_durable_takes_its_time() {
    a_receiver_stalls("fsync,fdatasync,syncfs", 1);
}

#[test]
fn a_receiver_is_not_lost_while_a_rename_takes_its_time() {
    a_receiver_stalls("rename,renameat,renameat2", 1);
}

#[test]
fn a_receiver_is_not_lost_while_looking_at_its_folder_takes_its_time() {
    a_receiver_stalls("statfs,fstatfs", 1);
}

#[test]
fn a_sender_is_not_lost_while_a_read_takes_its_time() {
    let (time, pace) = stall();
    let Some(mut command) = stalling("read,readv,pread64", 40, time) else {
        return;
    };
    let mut pair = with_a_file();
    let limits = Limits {
        pace,
        ..Limits::default()
    };
    (pair.listener, pair.events) = listen_within(limits, pair.receiver.trust(), pair.inbox.path());
    at_pace(&mut command, pace);
    let mut sender = Part::sender_as(command, &pair, pair.listener.port());
    assert!(sender.says().unwrap().starts_with("received"));
    pair.saved();
}

#[test]
fn a_receiver_whose_disk_does_not_answer_can_be_stopped() {
    let Some(mut command) = stalling("write", 40, FOR_EVER) else {
        return;
    };
    let pair = with_a_file();
    cancelling(&mut command);
    let (receiver, inbox) = (pair.receiver.config(), pair.inbox.path());
    let (mut receiver, port) = Part::receiver_as(command, receiver, inbox);
    let paths = vec![pair.outbox.path().join("big.bin")];
    let outcome = pair.sender.send_to(port, paths).ended();
    assert!(
        matches!(
            outcome,
            SendOutcome::Failed {
                error: Error::Peer(_),
                ..
            }
        ),
        "{outcome:?}"
    );
    let said = receiver.says().unwrap();
    release(&receiver.child);
    assert!(said.contains("Cancelled"), "{said}");
}

#[test]
fn a_sender_whose_disk_does_not_answer_can_be_stopped() {
    let Some(mut command) = stalling("read,readv,pread64", 40, FOR_EVER) else {
        return;
    };
    let pair = with_a_file();
    cancelling(&mut command);
    let mut sender = Part::sender_as(command, &pair, pair.listener.port());
    let said = sender.says().unwrap();
    release(&sender.child);
    assert!(said.contains("Cancelled"), "{said}");
    let outcome = pair.ended();
    assert!(
        matches!(
            outcome,
            ReceiveOutcome::BrokenOff {
                cause: Error::Peer(_),
                ..
            }
        ),
        "{outcome:?}"
    );
}
