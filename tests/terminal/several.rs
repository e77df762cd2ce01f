//! One sender, several receivers.

use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use crate::bottleneck::Bottleneck;
use crate::cli::{Running, file_of, program};
use crate::common::guard::accept;
use crate::common::sockets::free_port;
use crate::device::Device;

const LARGE_BYTES: usize = 40_000_000;

/// Starts to send to all of these, whose keys are named.
fn sends(one: &Device, ports: &[u16], trusted: &[&Device], paths: &[&Path]) -> Running {
    let mut command = program();
    command.args(["send", "--config", &one.config()]);
    for port in ports {
        command.args(["--to", &format!("127.0.0.1:{port}")]);
    }
    for device in trusted {
        command.args(["--trust", &device.fingerprint()]);
    }
    Running::start(command.args(paths))
}

#[test]
fn two_receivers_get_everything_each_with_an_outcome_of_its_own() {
    let [one, desk, lap] = [(); 3].map(|()| Device::new());
    let (_folder, file) = file_of(1_000_000);
    let mut receivers = [&desk, &lap].map(|device| device.receives_from(&one, &["--once"]));
    let ports = [receivers[0].port, receivers[1].port];
    let mut ended = sends(&one, &ports, &[&desk, &lap], &[&file])
        .finish()
        .with_code(0)
        .saying("Delivered to 2 of 2 receivers.");
    for (receiver, port) in receivers.iter_mut().zip(ports) {
        ended = ended.saying(&format!("127.0.0.1:{port}: Delivered, verified: 1 file"));
        receiver.process.wait_for_stdout("sample.txt");
        let saved = fs::read(receiver.path("sample.txt")).unwrap();
        assert!(saved == fs::read(&file).unwrap(), "not the same content");
    }
}

#[test]
fn a_receiver_that_is_stuck_holds_up_no_other() {
    let [one, desk, lap] = [(); 3].map(|()| Device::new());
    let (_folder, file) = file_of(LARGE_BYTES);
    let [stuck, mut quick] = [&desk, &lap].map(|device| device.receives_from(&one, &[]));
    let bottleneck = Bottleneck::before(stuck.port);
    let ports = [bottleneck.port, quick.port];
    let mut sender = sends(&one, &ports, &[&desk, &lap], &[&file]);
    quick.process.wait_for_stdout("sample.txt");
    sender.wait_for(&format!("127.0.0.1:{}: Delivered, verified", quick.port));
    let _way = bottleneck.wait_until_full();
    assert!(!stuck.path("sample.txt").exists());
}

#[test]
fn one_of_two_that_fails_is_told_of_and_the_other_gets_everything() {
    let [one, desk] = [(); 2].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    let receiver = desk.receives_from(&one, &["--once"]);
    let nobody = free_port();
    sends(&one, &[nobody, receiver.port], &[&desk], &[&file])
        .finish()
        .with_code(1)
        .saying(&format!("127.0.0.1:{nobody}: Nothing is listening on"))
        .saying(&format!("127.0.0.1:{}: Delivered, verified", receiver.port))
        .saying("Delivered to 1 of 2 receivers.");
    assert_eq!(receiver.names(), ["sample.txt"]);
}

#[test]
fn who_is_named_twice_gets_everything_once() {
    let [one, desk] = [(); 2].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    let receiver = desk.receives_from(&one, &[]);
    sends(&one, &[receiver.port; 2], &[&desk], &[&file])
        .finish()
        .with_code(0);
    assert_eq!(receiver.names(), ["sample.txt"]);
}

#[test]
fn two_devices_that_are_nowhere_are_both_waited_for() {
    let [one, desk, lap] = [(); 3].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    for words in [
        &["--when-there"][..],
        &["--retry", "--trust", &desk.fingerprint()],
    ] {
        let [first, second] = [&desk, &lap].map(Device::fingerprint);
        let mut command = program();
        command.args(["send", "--config", &one.config()]);
        command.args(words);
        command.args(["--to", &first, "--to", &second]);
        let mut sender = Running::start(command.arg(&file));
        for device in [first, second] {
            sender.wait_for(&format!("{device}: Waiting until “{device}” is nearby"));
        }
    }
}

#[test]
fn a_classic_receiver_among_named_ones_is_refused_for_the_true_reason() {
    let [one, desk] = [(); 2].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    let mut receiver = desk.receives_from(&one, &["--once"]);
    let classic = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = classic.local_addr().unwrap().port();
    let mut sender = sends(&one, &[receiver.port, port], &[&desk], &[&file]);
    let mut peer = accept(&classic);
    peer.write_all(b"welcome\n").unwrap();
    sender.wait_for(&format!(
        "127.0.0.1:{port}: Careful: --trust says that a Onehop has to be"
    ));
    let ended = sender.finish().with_code(1);
    assert!(!ended.stderr.contains("there was a Onehop"), "{ended:#?}");
    receiver.process.wait_for_stdout("sample.txt");
}

#[cfg(unix)]
#[test]
fn an_end_of_the_input_says_of_no_codes_that_they_differ() {
    use crate::person::Terminal;

    if !Terminal::exists() {
        return;
    }
    let [one, desk, lap] = [(); 3].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    let receivers = [&desk, &lap].map(|device| device.receives_from(&one, &[]));
    let [first, second] = receivers
        .each_ref()
        .map(|receiver| format!("127.0.0.1:{}", receiver.port));
    let file = file.display().to_string();
    let config = one.config();
    let words = [
        "send", "--config", &config, "--to", &first, "--to", &second, &file,
    ];
    let ended = Terminal::new()
        .expect("Does its screen show ")
        .types("\\x04")
        .runs(&words)
        .finish()
        .with_code(1);
    for receiver in [first, second] {
        let said = format!("{receiver}: Nobody answered, so nothing was sent.");
        assert!(ended.stdout.contains(&said), "{}", ended.stdout);
    }
    assert!(!ended.stdout.contains("codes differ"), "{}", ended.stdout);
}

#[test]
fn without_a_path_nothing_is_sent_to_anybody() {
    let [one, desk] = [(); 2].map(|()| Device::new());
    sends(&one, &[9898], &[&desk], &[])
        .finish()
        .with_code(2)
        .saying("a PATH to send is missing");
}

#[cfg(unix)]
#[test]
fn questions_about_several_receivers_come_one_after_the_other_and_say_of_whom() {
    use crate::person::Terminal;

    if !Terminal::exists() {
        return;
    }
    let [one, desk, lap] = [(); 3].map(|()| Device::new());
    let (_folder, file) = file_of(18);
    let receivers = [&desk, &lap].map(|device| device.receives_from(&one, &["--once"]));
    let tos = receivers
        .each_ref()
        .map(|receiver| format!("127.0.0.1:{}", receiver.port));
    let question = "Does its screen show ";
    let remember = "Remember this device? [y/N]";
    let ended = Terminal::new()
        .expect(question)
        .types("y\\n")
        .expect(remember)
        .types("n\\n")
        .expect(question)
        .types("y\\n")
        .expect(remember)
        .types("n\\n")
        .runs(&[
            "send",
            "--config",
            &one.config(),
            "--to",
            &tos[0],
            "--to",
            &tos[1],
            &file.display().to_string(),
        ])
        .finish()
        .with_code(0);
    let about = |what: &str| -> Vec<&str> {
        let lines = ended.stdout.lines().filter(|line| line.contains(what));
        let mut whom: Vec<&str> = lines.filter_map(|line| line.split(": ").next()).collect();
        whom.dedup();
        whom
    };
    // A line of the other one's that comes between has the question put once more.
    assert_eq!(about(question), about(remember), "{}", ended.stdout);
    let mut asked = about(question);
    asked.sort_unstable();
    let mut expected = tos.each_ref().map(String::as_str);
    expected.sort_unstable();
    assert_eq!(asked, expected, "{}", ended.stdout);
    for receiver in receivers {
        assert_eq!(receiver.names(), ["sample.txt"]);
    }
}
